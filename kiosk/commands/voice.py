"""`kiosk voice`: makes the clips that lanes and boards speak with; recordings may take their place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

HELP = "make the clips that a lane speaks with (needs espeak-ng); recordings of the same names stay"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, which languages, and whether all are made anew."""
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="[lane] voice_folder")
    parser.add_argument(
        "--lang", choices=("en", "es", "ar"), action="append", help="only this language; may be repeated"
    )
    parser.add_argument("--anew", action="store_true", help="make every clip again, recordings too")
    parser.add_argument("--list", action="store_true", help="name the clips and their words, and leave")


def run(arguments: argparse.Namespace) -> int:
    """Make what is missing and say how much."""
    from kiosk import voice

    for code in arguments.lang or ("en", "es", "ar"):
        if arguments.list:
            for name, text in voice.texts(code):
                print(f"{code}/{name}.wav\t{text}")
            continue
        made = voice.make(arguments.out, code, anew=arguments.anew)
        print(f"{arguments.out / code}: {made} clips made")
    return 0
