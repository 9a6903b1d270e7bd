"""`kiosk appointments import | list | code`: appointments in, what is booked, and a customer's code as a picture.

What changes something goes to the running hub; only an import may open the database itself, when no hub runs.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.commands._stores import add_store, chosen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiosk.domain.appointment import ImportOutcome
    from kiosk.server.appointments.reading import FileReading

HELP = "import appointments, list them, draw a customer's code"
ROWS_REFUSED = 1
IMPORT = "/api/1/commands/import_appointments"
SHOW_CODE = "/api/1/commands/show_code"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The three actions."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    bring = actions.add_parser("import", help="read exports of other systems", allow_abbrev=False)
    bring.description = (
        "Read CSV, JSON, iCalendar or STAR XML. Exit status: 0 all good, 1 rows refused, 2 nothing read."
    )
    bring.add_argument("files", nargs="+", metavar="FILE", help="the exports, the oldest first")
    bring.add_argument("--profile", metavar="NAME|FILE.toml", help="how they are written; without: the one that fits")
    bring.add_argument("--dry-run", action="store_true", help="only read and judge; nothing is stored")
    bring.add_argument("--settings", metavar="HUB.toml", help="the hub's settings: for its address, or its database")
    listing = actions.add_parser("list", help="what is booked", allow_abbrev=False)
    listing.add_argument("--on", type=_day, metavar="YYYY-MM-DD", help="day; without: the store's today")
    code = actions.add_parser("code", help="draw a customer's code", allow_abbrev=False)
    code.add_argument("number", metavar="NUMBER", help="appointment number")
    code.add_argument("--out", required=True, type=Path, metavar="FILE.png", help="where to write the picture")
    for each in (listing, code):
        each.add_argument("--settings", metavar="HUB.toml", help="the hub's settings: for its address")
    for each in (bring, listing, code):
        each.add_argument("--hub", metavar="ADDRESS", help="address of the hub (http://127.0.0.1:8080)")
        each.add_argument("--json", action="store_true", help="print JSON")
        add_store(each)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a day such as 2026-11-24, not {text}") from None


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked."""
    actions = {"import": _import, "list": _list, "code": _code}
    return actions[arguments.action](arguments)


def _import(arguments: argparse.Namespace) -> int:
    from kiosk.server.appointments import profiles, report
    from kiosk.server.appointments.reading import read_file

    profile = profiles.profile_of(arguments.profile) if arguments.profile else None
    readings = [read_file(file, profile) for file in arguments.files]
    outcomes = None if arguments.dry_run else _stored(readings, arguments)
    if arguments.json:
        _print_json(report.as_json(readings, outcomes))
    else:
        _print(report.as_lines(readings, outcomes))
    return ROWS_REFUSED if any(reading.refused for reading in readings) else 0


def _stored(readings: Sequence[FileReading], arguments: argparse.Namespace) -> list[ImportOutcome]:
    """Each file handed to the hub, or to its database when no hub runs and its settings are named."""
    from kiosk.commands import _asking_hub

    hub = _hub_address(arguments)
    try:
        return _sent(readings, hub)
    except _asking_hub.NoHub:
        if not arguments.settings:
            raise
    from kiosk.server.appointments import store

    at, actor = datetime.now(UTC), _asking_hub.PRINCIPAL
    with store.opened(chosen(arguments)) as (database, its_store):
        return [store.book_reading(database, its_store, reading, at=at, actor=actor) for reading in readings]


def _sent(readings: Sequence[FileReading], hub: str) -> list[ImportOutcome]:
    from kiosk.commands import _asking_hub
    from kiosk.server.appointments.errors import NotStored
    from kiosk.server.appointments.report import total
    from kiosk.server.appointments.wire import batches, booking_to_json, outcome_from_json

    outcomes: list[ImportOutcome] = []
    for reading in readings:
        source = reading.profile.rules().source
        try:
            results = [
                _asking_hub.send(hub, IMPORT, {"source": source, "bookings": [booking_to_json(each) for each in piece]})
                for piece in batches(reading.bookings)
            ]
        except _asking_hub.HubAnswered as error:
            before = f" ({', '.join(each.file for each in readings[: len(outcomes)])}: stored)" if outcomes else ""
            raise NotStored(f"{reading.file}: not stored{before}: {error}") from None
        outcomes.append(total(outcome_from_json(each) for each in results))
    return outcomes


def _hub_address(arguments: argparse.Namespace) -> str:
    """As _asking_hub.address says."""
    from kiosk.commands import _asking_hub

    return _asking_hub.address(arguments)


def _list(arguments: argparse.Namespace) -> int:
    from kiosk.commands import _asking_hub

    path = f"/api/1/appointments?on={arguments.on.isoformat()}" if arguments.on else "/api/1/appointments"
    answer = _asking_hub.get(_hub_address(arguments), path)
    if arguments.json:
        _print_json(answer)
    else:
        _print(_listed(answer))
    return 0


def _listed(answer: dict[str, Any]) -> list[str]:
    """A line an appointment: time on the store's clock, number, name, car, state."""
    from kiosk.domain.facts import from_us
    from kiosk.server.appointments.shown import printable
    from kiosk.values import zone

    clock = zone(answer.get("zone") or "UTC")
    found = sorted(answer.get("appointments", []), key=lambda each: (each["starts_at"], each["number"]))
    lines = []
    for each in found:
        at = from_us(each["starts_at"]).astimezone(clock)
        words = (each["number"], each.get("name"), each.get("car"), each.get("state"))
        lines.append(printable(f"{at:%Y-%m-%d %H:%M}  " + "  ".join(str(word) for word in words if word)))
    return lines or ["No appointments on this day."]


def _code(arguments: argparse.Namespace) -> int:
    from kiosk.commands import _asking_hub
    from kiosk.server.appointments.code_picture import drawn, in_groups

    result = _asking_hub.send(_hub_address(arguments), SHOW_CODE, {"number": arguments.number})
    digits, url = str(result["digits"]), str(result.get("url") or "")
    # in capitals a QR code is smaller, and an address means the same; without a public address the token alone is shown
    image = drawn(url.upper() if url.startswith("http") else str(result["token"]), digits)
    image.save(arguments.out, format="PNG")
    if arguments.json:
        _print_json({"file": str(arguments.out), "number": arguments.number, "digits": digits})
    else:
        _print([f"{arguments.out}: code of appointment {arguments.number}, or type {in_groups(digits)}"])
    return 0


def _print(lines: Any) -> None:
    for line in lines:
        encoding = sys.stdout.encoding or "utf-8"
        print(line.encode(encoding, "backslashreplace").decode(encoding))


def _print_json(value: Any) -> None:
    from kiosk.server.appointments.shown import json_text

    print(json_text(value, only_ascii="utf" not in (sys.stdout.encoding or "").lower()))
