"""Bookings and outcomes as JSON values: between the command line and the hub, and in the hub's own store.

Instants are whole microseconds since 1970 in UTC, as everywhere on the wire (docs/wire.md). Unknown keys are ignored.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kiosk.domain.appointment import Booking, Cancellation, ImportOutcome, OperationAsked
from kiosk.domain.facts import from_us, to_us
from kiosk.domain.people import ContactMethod, Vehicle
from kiosk.domain.store import LANGUAGES
from kiosk.server.appointments.errors import WrongBooking
from kiosk.server.body import IN_NO_TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

LONGEST_TEXT = 200_000
EARLIEST_US, LATEST_US = 0, 4_102_444_800_000_000  # 1970 to 2100
MOST_AT_ONCE = 1000
MOST_BYTES_AT_ONCE = 3_000_000


def booking_to_json(booking: Booking | Cancellation) -> dict[str, Any]:
    """A booking, or a cancellation (`"cancelled": true`), as a JSON object."""
    if isinstance(booking, Cancellation):
        return {"cancelled": True, **asdict(booking)}
    return {
        **asdict(booking),
        "starts_at": to_us(booking.starts_at),
        "promised_at": to_us(booking.promised_at) if booking.promised_at else None,
        "operations": [asdict(each) for each in booking.operations],
    }


def booking_from_json(value: object) -> Booking | Cancellation:
    """What `booking_to_json` wrote.

    Raises:
        WrongBooking: something is missing or has the wrong form; the message names it.
    """
    table = _table(value, "a booking")
    number = _text(table, "number", needed=True)
    if table.get("cancelled") is True:
        return Cancellation(_text(table, "source", needed=True), number, _text(table, "exported_key"))
    starts_at = _instant(table, "starts_at")
    if starts_at is None:
        raise WrongBooking(f"booking {number}: starts_at is missing")
    return Booking(
        source=_text(table, "source", needed=True),
        number=number,
        starts_at=starts_at,
        zone=_zone(table),
        display_name=_text(table, "display_name", needed=True),
        first_name=_text(table, "first_name"),
        last_name=_text(table, "last_name"),
        phone_e164=_matching(table, "phone_e164", r"\+[0-9]{6,15}"),
        phone_written=_text(table, "phone_written"),
        email=_text(table, "email") or None,
        contact_method=ContactMethod(method)
        if (method := _one_of(table, "contact_method", tuple(ContactMethod)))
        else None,
        language=_one_of(table, "language", LANGUAGES),
        vehicle=_vehicle(_table(table.get("vehicle", {}), f"booking {number}: vehicle")),
        odometer=_whole(table, "odometer"),
        odometer_unit=_one_of(table, "odometer_unit", ("mi", "km")) or "",
        operations=tuple(_operation(each, number) for each in _list(table, "operations")),
        concern=_text(table, "concern"),
        transport=_text(table, "transport"),
        advisor_written=_text(table, "advisor_written"),
        advisor_code=_text(table, "advisor_code"),
        promised_at=_instant(table, "promised_at"),
        exported_key=_text(table, "exported_key"),
    )


def bookings_from_json(value: object) -> tuple[Booking | Cancellation, ...]:
    """A list of them."""
    if not isinstance(value, list):
        raise WrongBooking("bookings must be a list")
    return tuple(booking_from_json(each) for each in value)


def outcome_to_json(outcome: ImportOutcome) -> dict[str, int]:
    """The counts, by name."""
    return asdict(outcome)


def outcome_from_json(value: object) -> ImportOutcome:
    """What `outcome_to_json` wrote; a count that is missing is 0.

    Raises:
        WrongBooking: no table of counts.
    """
    table = _table(value, "the hub's answer")
    names = ("accepted", "unchanged", "changed", "cancelled", "superseded")
    return ImportOutcome(**{name: _whole(table, name) or 0 for name in names})


def fingerprint(booking: Booking) -> str:
    """SHA-256 of all but the age of the export: two bookings with one fingerprint are unchanged to each other."""
    plain = booking_to_json(replace(booking, exported_key=""))
    return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def batches(bookings: Iterable[Booking | Cancellation]) -> Iterator[list[Booking | Cancellation]]:
    """The bookings in as few pieces as a hub takes at once: at most 1,000 and 3 MB each; a day's export is one.

    Each piece is one transaction, so that a very large file does not keep the lanes waiting. One that fails in between
    is completed by importing the file again: what is stored already stays unchanged.
    """
    piece: list[Booking | Cancellation] = []
    size = 0
    for each in bookings:
        length = len(json.dumps(booking_to_json(each), ensure_ascii=False).encode())
        if piece and (len(piece) == MOST_AT_ONCE or size + length > MOST_BYTES_AT_ONCE):
            yield piece
            piece, size = [], 0
        piece.append(each)
        size += length
    if piece:
        yield piece


def _table(value: object, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise WrongBooking(f"{what} must be an object")
    return value


def _fault(table: dict[str, Any], key: str, what: str) -> WrongBooking:
    number = table.get("number")
    return WrongBooking(f"booking {number if isinstance(number, str) else '?'}: {key} {what}")


def _text(table: dict[str, Any], key: str, *, needed: bool = False) -> str:
    value = table.get(key)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or IN_NO_TEXT.search(value):
        raise _fault(table, key, "must be text")
    if needed and not value.strip():
        raise _fault(table, key, "must not be empty")
    return value


def _matching(table: dict[str, Any], key: str, pattern: str) -> str | None:
    value = _text(table, key)
    if value and not re.fullmatch(pattern, value):
        raise _fault(table, key, "has another form")
    return value or None


def _one_of(table: dict[str, Any], key: str, choices: Sequence[str]) -> str | None:
    value = _text(table, key)
    if value and value not in choices:
        raise _fault(table, key, f"must be one of {', '.join(choices)}")
    return value or None


def _whole(table: dict[str, Any], key: str) -> int | None:
    value = _integer(table, key)
    if value is not None and (type(value) is not int or not 0 <= value < 10**12):
        raise _fault(table, key, "must be a whole number")
    return value


def _integer(table: dict[str, Any], key: str) -> Any:
    """A value in which 7.0 is 7, as JSON has it."""
    value = table.get(key)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _instant(table: dict[str, Any], key: str) -> datetime | None:
    value = _integer(table, key)
    if value is None:
        return None
    if type(value) is not int or not EARLIEST_US <= value < LATEST_US:
        raise _fault(table, key, "must be an instant in microseconds since 1970")
    return from_us(value)


def _zone(table: dict[str, Any]) -> str:
    name = _text(table, "zone", needed=True)
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise _fault(table, "zone", "is no zone of the world") from None


def _list(table: dict[str, Any], key: str) -> list[object]:
    value = table.get(key, [])
    if not isinstance(value, list):
        raise _fault(table, key, "must be a list")
    return value


def _operation(value: object, number: str) -> OperationAsked:
    table = _table(value, f"booking {number}: an operation")
    return OperationAsked(_text(table, "code"), _text(table, "text"))


def _vehicle(table: dict[str, Any]) -> Vehicle:
    texts: dict[str, Callable[..., str]] = dict.fromkeys(("make", "model", "colour", "vin_written", "plate"), _text)
    return Vehicle(
        year=_whole(table, "year"),
        vin=_matching(table, "vin", "[0-9A-HJ-NPR-Z]{17}"),
        **{key: read(table, key) for key, read in texts.items()},
    )
