"""`kiosk shop`: the whole shop on this machine with simulated hardware, and one page that shows it live."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "the whole shop with simulated hardware, live on one page in the browser"
PORT = 8800


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--port, --folder, --windows."""
    parser.add_argument(
        "--port", type=int, help=f"port of the page on 127.0.0.1 (default: {PORT}, or a free one if that is taken)"
    )
    parser.add_argument(
        "--folder", type=Path, help="keep the shop's files there (default: a temporary folder, removed at the end)"
    )
    parser.add_argument(
        "--windows", action="store_true", help="open real windows for the lane and the board, where there is a desktop"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the shop until Ctrl-C."""
    from kiosk.shop.run import run_shop

    return run_shop(port=arguments.port, preferred_port=PORT, folder=arguments.folder, windows=arguments.windows)
