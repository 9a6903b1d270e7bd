"""`kiosk scan IMAGE...`: what the lane's camera path reads in pictures."""

from __future__ import annotations

import json
import sys
import time
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

HELP = "read the QR codes in pictures, exactly as the lane does"
NO_PICTURE = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """IMAGE..., --json."""
    formats = "PNG, JPEG, WebP, GIF, BMP, TIFF, PPM, AVIF"
    parser.add_argument("images", nargs="+", type=Path, metavar="IMAGE", help=f"a picture: {formats}")
    parser.add_argument("--json", action="store_true", help='print [{"file", "text", "ms"}], text null for none')


def run(arguments: argparse.Namespace) -> int:
    """Print a line for each picture. Exit status 1 when a file was no picture; one without a code is nobody's fault."""
    results = [scanned(path) for path in arguments.images]
    if arguments.json:
        print(json.dumps(results, indent=2))
    else:
        for result in results:
            print(line(result))
    for result in results:
        if "error" in result:
            print(f"kiosk: {visible(str(result['error']))}", file=sys.stderr)
    return NO_PICTURE if any("error" in result for result in results) else 0


def scanned(path: Path) -> dict[str, object]:
    """One entry of the report."""
    from kiosk.hardware.ports import ScannerError
    from kiosk.hardware.scanner import read_still

    began_s = time.perf_counter()
    report: dict[str, object] = {"file": str(path), "text": None}
    try:
        report["text"] = read_still(path)
    except ScannerError as error:
        report["error"] = str(error)
    report["ms"] = round((time.perf_counter() - began_s) * 1000, 1)
    return report


def line(result: dict[str, object]) -> str:
    """For people: file, time, text. A code may hold anything, so nothing in it reaches the terminal as a command."""
    if "error" in result:
        said = "no picture"
    elif result["text"] is None:
        said = "no code"
    else:
        said = visible(str(result["text"]))
    return f"{visible(str(result['file']))}  {result['ms']} ms  {said}"


def visible(text: str) -> str:
    """The text with everything that is no letter, mark or space written as its number in hexadecimal."""
    return "".join(
        one.encode("unicode_escape").decode() if unicodedata.category(one)[0] == "C" else one for one in text
    )
