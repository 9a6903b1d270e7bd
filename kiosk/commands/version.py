"""`kiosk version`: which version this is, and on what it runs."""

from __future__ import annotations

import json
import platform
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

HELP = "print the version of the program and of what it stands on"
PARTS = ("pillow", "pygame-ce", "gpiozero", "zxing-cpp", "sqlalchemy", "flask", "weasyprint")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--json."""
    parser.add_argument(
        "--json", action="store_true", help="with the version of Python, the machine and each main part"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print one line, or one JSON object."""
    if arguments.json:
        print(json.dumps(everything(), indent=2))
    else:
        print(f"kiosk {version('service-lane')}")
    return 0


def everything() -> dict[str, object]:
    """The versions that a fault report needs; a part that this role does not install is null."""
    return {
        "kiosk": version("service-lane"),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "parts": {part: _installed(part) for part in PARTS},
    }


def _installed(part: str) -> str | None:
    try:
        return version(part)
    except ModuleNotFoundError:
        return None
