"""`kiosk check`: the doctor. Looks at everything that settings files name, and says how it is, one verdict a line."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import KioskError

if TYPE_CHECKING:
    import argparse

HELP = "the doctor: settings, fonts, database and every piece of hardware, one verdict a line"
ROLES = ("hub", "lane", "pager", "board")
FOLDER = Path("/etc/kiosk")


class NothingToCheck(KioskError):
    """No settings file was named, and this machine has none in its place."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE..., --json."""
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help=f"settings (default: those in {FOLDER})")
    parser.add_argument("--json", action="store_true", help="a list of objects: file, part, state, words")


def run(arguments: argparse.Namespace) -> int:
    """Tell every verdict; 1 if something has failed."""
    from kiosk.commands._checks import State, check

    files = arguments.files or [FOLDER / f"{role}.toml" for role in ROLES if (FOLDER / f"{role}.toml").exists()]
    if not files:
        raise NothingToCheck(f"no settings in {FOLDER}; name a file: kiosk check lane.toml")
    verdicts = []
    for file in files:
        for verdict in check(file):
            verdicts.append(verdict)
            if not arguments.json:
                print(f"{verdict.state:7} {verdict.file}, {verdict.part}: {verdict.words}", flush=True)
    if arguments.json:
        print(json.dumps([asdict(verdict) for verdict in verdicts], indent=2, ensure_ascii=False))
    return 1 if any(verdict.state is State.FAILED for verdict in verdicts) else 0
