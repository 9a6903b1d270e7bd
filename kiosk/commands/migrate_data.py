"""`kiosk migrate-data`: a store moves from its SQLite file to a PostgreSQL server, whole and compared or not at all."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

HELP = "move a store from SQLite to PostgreSQL, every row compared"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--from, --to, --json."""
    parser.add_argument(
        "--from", dest="source", required=True, metavar="sqlite:///...", help="the hub's file, as [hub] database has it"
    )
    parser.add_argument(
        "--to", dest="target", required=True, metavar="postgresql://...", help="an empty database on a server"
    )
    parser.add_argument("--json", action="store_true", help="tell what was moved as one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Move, compare, and say it in one sentence."""
    from contextlib import closing
    from pathlib import Path

    from kiosk.server.database import Database
    from kiosk.server.errors import DatabaseDamaged, DatabaseUnusable
    from kiosk.server.moving import move, must_be_empty
    from kiosk.server.sqlite_file import what_is_wrong

    kind, _, path = arguments.source.partition(":///")
    if kind.partition("+")[0] != "sqlite" or not Path(path).is_file():
        raise DatabaseUnusable(f"--from {arguments.source}: no SQLite file; name the one that [hub] database names")
    wrong = what_is_wrong(Path(path))
    if wrong:
        raise DatabaseDamaged(Path(path), wrong)
    if not arguments.target.startswith("postgresql"):
        raise DatabaseUnusable("--to: must be an address such as postgresql://user@host/kiosk")
    must_be_empty(arguments.target)
    with closing(Database(arguments.source)) as source, closing(Database(arguments.target, alone=True)) as target:
        moved = move(source, target, lambda words: print(words, file=sys.stderr, flush=True))
        name = target.name
    if arguments.json:
        print(json.dumps(asdict(moved)))
    else:
        stores = "one store" if moved.stores == 1 else f"{moved.stores} stores"
        print(
            f"{name} holds {stores} with {moved.visits} visits and {moved.facts} facts, every one of {moved.rows} rows "
            f"compared with {path} and every visit with its log; name it in [hub] database and start the hub."
        )
    return 0
