"""A booked day and time: what an appointment is, how a newer export stands to it, which work and advisor it wants.

Whether a row of a file is a good appointment at all is decided in judging.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from kiosk.domain.people import ContactMethod, Vehicle
from kiosk.domain.store import Advisor, Operation, Store
from kiosk.domain.written import fold


@dataclass(frozen=True)
class OperationAsked:
    """Work as the booking names it: the dealer's code, or words, or both."""

    code: str = ""
    text: str = ""


@dataclass(frozen=True)
class Booking:
    """A good appointment. Its identity in a store is (source, number).

    Attributes:
        source: where it comes from, the profile's name; numbers are unique within it.
        number: text; leading zeros count.
        zone: IANA name of the zone in which the shop's clocks show the time.
        first_name, last_name: as far as the file tells them apart, else by `people.split_name`.
        display_name: the whole name.
        phone_written, vehicle.vin_written, vehicle.plate, advisor_written: exactly as the file has them.
        language: en, es, ar; None = the store's own.
        odometer_unit: "mi", "km" or "" where nobody says.
        operations: what is asked for, not yet looked up (`match_operations`).
        promised_at: told to the customer already, or None.
        exported_key: text that sorts by the age of the export; "" when the file does not tell.
    """

    source: str
    number: str
    starts_at: datetime
    zone: str
    display_name: str
    first_name: str = ""
    last_name: str = ""
    phone_e164: str | None = None
    phone_written: str = ""
    email: str | None = None
    contact_method: ContactMethod | None = None
    language: str | None = None
    vehicle: Vehicle = field(default_factory=Vehicle)
    odometer: int | None = None
    odometer_unit: str = ""
    operations: tuple[OperationAsked, ...] = ()
    concern: str = ""
    transport: str = ""
    advisor_written: str = ""
    advisor_code: str = ""
    promised_at: datetime | None = None
    exported_key: str = ""


@dataclass(frozen=True)
class Cancellation:
    """The export says that this appointment will not take place."""

    source: str
    number: str
    exported_key: str = ""


@dataclass(frozen=True)
class ImportOutcome:
    """What became of the bookings that were handed to the store.

    Attributes:
        accepted: bookings that stand now: new, changed or unchanged.
        unchanged, changed: of these, known before and the same, known before and different.
        cancelled: appointments that stood and are cancelled now.
        superseded: passed over, because the store has a newer export of the same appointment.
    """

    accepted: int
    unchanged: int = 0
    changed: int = 0
    cancelled: int = 0
    superseded: int = 0


class Standing(StrEnum):
    """An incoming booking beside what the store has of the same source and number."""

    NEW = "new"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    SUPERSEDED = "superseded"


def reconcile(existing: Booking | Cancellation | None, incoming: Booking | Cancellation) -> Standing:
    """How an incoming booking or cancellation stands to what is known of the same appointment.

    When both say how new they are and the incoming one is older, it is superseded; where one of them does not say, what
    comes later is newer. A change to a visit that has begun is shown to the advisor, not applied; that is the caller's.
    """
    if existing is None:
        return Standing.NEW
    if incoming.exported_key and existing.exported_key and incoming.exported_key < existing.exported_key:
        return Standing.SUPERSEDED
    same = replace(incoming, exported_key="") == replace(existing, exported_key="")
    return Standing.UNCHANGED if same else Standing.CHANGED


@dataclass(frozen=True)
class Matched:
    """Work that is asked for, and the catalogue's entry for it; None = unknown: it stays as text."""

    asked: OperationAsked
    operation: Operation | None


def match_operations(asked: Iterable[OperationAsked], store: Store) -> tuple[Matched, ...]:
    """Each asked operation with the store's own: by code, then by what `known_as` lists, then by its names."""
    return tuple(Matched(each, _operation(each, store)) for each in asked)


def _operation(asked: OperationAsked, store: Store) -> Operation | None:
    code, text = fold(asked.code), fold(asked.text)
    wanted = [one for one in (code, text) if one]
    by_code = (each for each in store.operations if fold(each.code) in wanted)
    by_name = (
        each
        for each in store.operations
        if any(fold(one) in wanted for one in (*each.known_as, each.name.en, each.name.es, each.name.ar))
    )
    return next(by_code, None) or next(by_name, None)


def planned_minutes(matched: Sequence[Matched], store: Store) -> int:
    """Bay time of the work; unknown work, and a booking that asks for nothing by name, counts the store's default."""
    minutes = [each.operation.minutes if each.operation else store.default_minutes for each in matched]
    return sum(minutes) if minutes else store.default_minutes


def match_advisor(written: str, code: str, store: Store) -> Advisor | None:
    """The advisor whom the booking names by number, id, `known_as` or name; None unless exactly one fits."""
    wanted = {fold(one) for one in (code, written, _turned(written)) if one.strip()}
    found = [each for each in store.advisors if any(fold(one) in wanted for one in _names(each))]
    return found[0] if len(found) == 1 else None


def _names(advisor: Advisor) -> tuple[str, ...]:
    return (advisor.advisor_id, *advisor.known_as, advisor.name.en, advisor.name.es, advisor.name.ar)


def _turned(written: str) -> str:
    """The name with the part behind a comma first: "Tran, Paul" becomes "Paul Tran"."""
    last, comma, first = (part.strip() for part in written.partition(","))
    return f"{first} {last}" if comma else written
