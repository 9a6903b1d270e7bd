"""`kiosk board`: a waiting-room board."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HELP = "a waiting-room board"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--settings."""
    parser.add_argument(
        "--settings", type=Path, required=True, metavar="FILE", help="the device's settings (docs/settings.md)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run until SIGTERM or Ctrl-C."""
    # httpx would also load its own command line, with click and rich where they are installed: 7 MB for nothing.
    sys.modules["httpx._main"] = None  # type: ignore[assignment]  # how Python writes "cannot be imported"
    from kiosk.device import run_device
    from kiosk.device_board import BoardDevice

    return run_device(arguments.settings, BoardDevice)
