"""`kiosk erase`: what the hub knows of one customer: shown, written out for that customer, or blanked for good."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.commands._stores import add_store, chosen

if TYPE_CHECKING:
    import argparse
    from datetime import datetime

    from kiosk.server.safety.backups import Places
    from kiosk.server.safety.erasure import Found
    from kiosk.settings import Settings

HELP = "show, export or erase what the hub knows of one customer"
COMMAND = "/api/1/commands/erase_customer"
NOBODY = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """By what the customer is found, and what is done."""
    parser.description = (
        "Without --export or --yes it only shows what would be erased. Exit status 1: nobody was found."
    )
    by = parser.add_mutually_exclusive_group(required=True)
    by.add_argument("--number", metavar="NUMBER", help="an appointment's number")
    by.add_argument("--phone", metavar="PHONE", help="a phone as +12015550123: everything under it")
    by.add_argument("--ticket", metavar="A-017", help="the number on a ticket: its newest visit")
    parser.add_argument("--export", type=Path, metavar="FILE.json", help="write all that is known, for the customer")
    parser.add_argument("--yes", action="store_true", help="erase it; this cannot be taken back")
    parser.add_argument("--settings", type=Path, default=Path("/etc/kiosk/hub.toml"), help="the hub's (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_store(parser)


def run(arguments: argparse.Namespace) -> int:
    """Find, show, and do what was asked."""
    from kiosk.server.safety import erasure
    from kiosk.server.safety.backups import Places
    from kiosk.server.safety.export import export
    from kiosk.server.safety.lists import reading, write_lists
    from kiosk.store_file import load_store

    one = chosen(arguments)
    settings, places = one.settings, Places.of(one.settings, one.file)
    store_id = load_store(places.store_file).store_id
    by = {"number": arguments.number or "", "phone": arguments.phone or "", "ticket": arguments.ticket or ""}
    with reading(places) as connection:
        found = erasure.find(connection, store_id, **by)
        known = export(connection, store_id, found)
    if found.is_empty:
        print(
            "[]" if arguments.json else "nobody was found; try the phone as +12015550123, or the appointment's number"
        )
        return NOBODY
    if arguments.export:
        _write(arguments.export, known)
    result = _erase(arguments, settings, places, found) if arguments.yes else None
    if arguments.yes:
        write_lists(places)
    _tell(arguments, known, result)
    return 0


def _erase(arguments: argparse.Namespace, settings: Settings, places: Places, found: Found) -> dict[str, Any]:
    """By the running hub, on its own socket where people sign in; without one, in its database."""
    from datetime import UTC, datetime

    from kiosk.commands import _asking_hub

    body = {"person_ids": list(found.person_ids), "visit_ids": list(found.visit_ids)}
    try:
        return _asking_hub.send(_asking_hub.address(arguments), COMMAND, body)
    except _asking_hub.NoHub:
        return _erase_here(settings, places, body, datetime.now(UTC))


def _erase_here(settings: Settings, places: Places, body: dict[str, Any], now: datetime) -> dict[str, Any]:
    from kiosk import settings as kiosk_settings
    from kiosk.commands import _asking_hub
    from kiosk.server.clock import SystemClock
    from kiosk.server.database import Database
    from kiosk.server.hub import Hub
    from kiosk.store_file import load_store

    database = Database(settings.section(kiosk_settings.Hub).database)
    try:
        hub = Hub(database, load_store(places.store_file), SystemClock())
        return hub.command("erase_customer", _asking_hub.PRINCIPAL, _asking_hub.command_id(), now, body)
    finally:
        database.close()


def _write(path: Path, known: dict[str, Any]) -> None:
    """For the customer's eyes: readable by who asked alone."""
    path.touch(0o600)
    path.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _tell(arguments: argparse.Namespace, known: dict[str, Any], result: dict[str, Any] | None) -> None:
    counts = {name: len(rows) for name, rows in known.items()}
    if arguments.json:
        print(json.dumps({"found": counts, "erased": result}))
        return
    for person in known["persons"]:
        print(f"{person['display_name'] or '(blanked)'}  {person['phone_e164'] or ''}".rstrip())
    print(", ".join(f"{count} {name}" for name, count in counts.items()))
    if arguments.export:
        print(f"written to {arguments.export}")
    if result:
        print(f"erased: names, phones, plates and words in {result['rows']} rows; backups are blanked when restored")
        if counts["papers"]:
            print(f"{counts['papers']} papers stay as long as the law says ([retention] papers_days)")
    elif not arguments.export:
        print("nothing was changed; --yes erases it for good, --export FILE.json writes it out")
