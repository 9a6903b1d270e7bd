"""`kiosk ticket`: the sample visit's ticket as a file, exactly as a lane prints it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

HELP = "draw a ticket, exactly as it is printed"
LANGUAGES = ("en", "es", "ar")
FORMATS = ("escpos", "png")
PAPERS_MM = (80, 58)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--lang, --out, --format, --paper, and which ticket."""
    parser.add_argument("--lang", required=True, choices=LANGUAGES, help="language of the ticket")
    parser.add_argument("--out", required=True, type=Path, metavar="FILE", help="where to write it")
    parser.add_argument(
        "--format", choices=FORMATS, help="picture, or bytes for an ESC/POS printer; without: png if FILE ends in .png"
    )
    parser.add_argument(
        "--paper", type=int, choices=PAPERS_MM, default=PAPERS_MM[0], help="width of the roll in mm (80)"
    )
    parser.add_argument("--copy", action="store_true", help="as printed a second time")
    parser.add_argument("--walk-in", action="store_true", help="of a customer without appointment")
    parser.add_argument("--no-code", action="store_true", help="as printed while customers have no screen to follow")


def run(arguments: argparse.Namespace) -> int:
    """Write the file and say what is in it."""
    from kiosk import samples
    from kiosk.domain.papers import ticket
    from kiosk.raster import PAPER_DOTS, escpos_bytes, raster
    from kiosk.typeset import Typesetter

    told = samples.ticket(
        arguments.lang, is_copy=arguments.copy, is_walk_in=arguments.walk_in, has_code=not arguments.no_code
    )
    image = raster(ticket(told), width_dots=PAPER_DOTS[arguments.paper], typesetter=Typesetter())
    is_png = arguments.format == "png" or (arguments.format is None and arguments.out.suffix.lower() == ".png")
    if is_png:
        image.save(arguments.out, format="PNG")
    else:
        arguments.out.write_bytes(escpos_bytes(image))
    size = f"{image.width} x {image.height} dots"
    print(f"{arguments.out}: {told.number}, {size}, {'PNG' if is_png else 'ESC/POS'}")
    return 0
