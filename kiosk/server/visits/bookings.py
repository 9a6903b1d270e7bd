"""Appointments from an import: new, changed, unchanged, cancelled; one transaction a file.

What a file's rows mean is decided before (server/appointments, domain/appointment.py); the store takes them here.
Importing the same file twice changes nothing. A change to a visit that has begun is kept aside for the advisor and
never applied.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, select

from kiosk.domain import facts as f
from kiosk.domain.appointment import (
    Booking,
    Cancellation,
    ImportOutcome,
    OperationAsked,
    Standing,
    match_advisor,
    match_operations,
    reconcile,
)
from kiosk.domain.people import ContactMethod, Vehicle
from kiosk.domain.store import Store
from kiosk.server import schema
from kiosk.server.access import Principal
from kiosk.server.appointments.errors import WrongBooking
from kiosk.server.appointments.wire import booking_to_json, bookings_from_json
from kiosk.server.asked import Asked
from kiosk.server.body import Body
from kiosk.server.database import Database
from kiosk.server.errors import BadRequest, RulesRefuse
from kiosk.server.ledger import Ledger, new_id
from kiosk.server.prepared import Prepared
from kiosk.server.visits import looking
from kiosk.server.visits.codes import add_typed, hashed, number_form

MOST_BOOKINGS = 5000
_a, _p, _c, _n = schema.appointment, schema.person, schema.vehicle, schema.note
_KNOWN = Prepared(
    select(
        _a,
        _p.c.display_name,
        _p.c.first_name,
        _p.c.last_name,
        _p.c.phone_e164,
        _p.c.phone_written,
        _p.c.email,
        _p.c.contact_method,
        _p.c.language,
        _p.c.blanked_at,
        _c.c.year,
        _c.c.make,
        _c.c.model,
        _c.c.colour,
        _c.c.vin,
        _c.c.vin_written,
        _c.c.plate,
        _n.c.words,
    )
    .select_from(
        _a.join(_p, and_(_p.c.store_id == _a.c.store_id, _p.c.person_id == _a.c.person_id))
        .join(_c, and_(_c.c.store_id == _a.c.store_id, _c.c.vehicle_id == _a.c.vehicle_id))
        .outerjoin(_n, and_(_n.c.store_id == _a.c.store_id, _n.c.note_id == _a.c.note_id))
    )
    .where(
        _a.c.store_id == bindparam("store_id"), _a.c.source == bindparam("source"), _a.c.number == bindparam("number")
    )
)
_ASIDE = Prepared(
    select(schema.kept_aside.c.booking, schema.kept_aside.c.is_cancelled).where(
        schema.kept_aside.c.store_id == bindparam("store_id"),
        schema.kept_aside.c.appointment_id == bindparam("appointment_id"),
    )
)

_CONTACTS = Prepared(
    select(schema.event.c.data)
    .where(schema.event.c.store_id == bindparam("store_id"), schema.event.c.visit_id == bindparam("visit_id"))
    .where(schema.event.c.kind == f.ContactChanged.__name__)
)


@dataclass(frozen=True)
class Known:
    """An appointment that the store has, as it was booked."""

    appointment_id: str
    is_cancelled: bool
    is_blanked: bool
    booking: Booking
    person_id: str
    vehicle_id: str
    note_id: str | None


def book_all(
    database: Database,
    store: Store,
    bookings: Iterable[Booking | Cancellation],
    *,
    source: str,
    at: datetime,
    actor: str,
    command_id: str,
) -> ImportOutcome:
    """Take the bookings of one file in one transaction, beside no running hub.

    Args:
        source: the profile's name; every booking must have it.
        command_id: the same id with the same bookings changes nothing and is answered the same.

    Raises:
        RulesRefuse: other_source, a booking of another one.
        IdReused: the id came before with other bookings.
    """
    from kiosk.server import commands  # it has this module in its table

    body = {"source": source, "bookings": [booking_to_json(one) for one in bookings]}
    kind, _, name = actor.partition("/")
    asked = Asked("import_appointments", Principal(kind, name), command_id, at, Body(body))
    database.ensure_store(store.store_id, at)
    with database.write(store.store_id) as connection:
        outcome = ImportOutcome(**commands.do(connection, store, at, asked, body).result)
    database.learn()
    return outcome


def import_appointments(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """The same as a command of a running hub."""
    source = asked.body.text("source", longest=64)
    try:
        items = bookings_from_json(asked.body.items("bookings", most=MOST_BOOKINGS))
    except WrongBooking as wrong:
        raise BadRequest(f"body.bookings: {wrong}") from wrong
    if any(one.source != source for one in items):
        raise RulesRefuse("every booking must be of the source that the import names", code="other_source")
    count = {"accepted": 0, "unchanged": 0, "changed": 0, "cancelled": 0, "superseded": 0}
    for one in items:
        outcome = _cancel(ledger, one) if isinstance(one, Cancellation) else _take(ledger, one)
        if isinstance(one, Booking) and outcome != "superseded":
            count["accepted"] += 1
        if outcome:
            count[outcome] += 1
    return count


def _take(ledger: Ledger, booking: Booking) -> str:
    known = _known(ledger, booking.source, booking.number)
    if known is None:
        _book(ledger, booking)
        return ""
    standing = reconcile(known.booking, booking)
    if standing is Standing.CHANGED:
        booking = _as_reached(ledger, known, booking)
        standing = reconcile(known.booking, booking)
    revived = known.is_cancelled and standing is not Standing.SUPERSEDED
    if known.is_blanked or (standing is Standing.UNCHANGED and not revived):
        _newer_key(ledger, known, booking.exported_key)
        return "unchanged"
    if standing is Standing.SUPERSEDED:
        return "superseded"
    if looking.visit_of(ledger, known.appointment_id):
        return "changed" if _keep_aside(ledger, known, booking_to_json(booking), is_cancelled=False) else "unchanged"
    _change(ledger, known, booking)
    return "changed"


def _as_reached(ledger: Ledger, known: Known, booking: Booking) -> Booking:
    """The booking with what its customer has changed at the lane: an export that does not know of it is no news."""
    visit = looking.visit_of(ledger, known.appointment_id)
    if visit is None:
        return booking
    told = [row.data for row in ledger.rows(_CONTACTS, visit_id=visit.visit_id)]
    parts = {one["part"] for one in told if one["person_id"] == known.person_id}
    own = known.booking
    if "phone" in parts:
        booking = replace(booking, phone_e164=own.phone_e164, phone_written=own.phone_written)
    if "email" in parts:
        booking = replace(booking, email=own.email)
    if visit.contact_method and visit.person_id == known.person_id:
        booking = replace(booking, contact_method=own.contact_method)
    return booking


def _cancel(ledger: Ledger, cancellation: Cancellation) -> str:
    known = _known(ledger, cancellation.source, cancellation.number)
    if known is None or known.is_cancelled:
        return ""
    old, new = known.booking.exported_key, cancellation.exported_key
    if old and new and new < old:
        return "superseded"
    if looking.visit_of(ledger, known.appointment_id):
        _keep_aside(ledger, known, {}, is_cancelled=True)
        return ""
    ledger.change(_a, {"appointment_id": known.appointment_id}, is_cancelled=True, exported_key=new or old)
    ledger.record_for_store(f.AppointmentCancelled(known.appointment_id))
    ledger.bookings_changed = True
    return "cancelled"


def _book(ledger: Ledger, booking: Booking) -> None:
    appointment_id, person_id, vehicle_id = new_id(), new_id(), new_id()
    note_id = new_id() if booking.concern else None
    ledger.add(_p, person_id=person_id, **_person(booking))
    ledger.add(_c, vehicle_id=vehicle_id, **_vehicle(booking))
    if note_id:
        ledger.add(_n, note_id=note_id, kind="concern", words=booking.concern, at=ledger.at)
    rows = {
        "person_id": person_id,
        "vehicle_id": vehicle_id,
        "note_id": note_id,
        "is_cancelled": False,
        "booked_at": ledger.at,
    }
    ledger.add(
        _a,
        appointment_id=appointment_id,
        source=booking.source,
        number=booking.number,
        **rows,
        **_columns(ledger.store, booking),
    )
    _let_in(ledger, appointment_id, booking)
    ledger.record_for_store(f.AppointmentBooked(appointment_id))
    ledger.bookings_changed = True


def _change(ledger: Ledger, known: Known, booking: Booking) -> None:
    ledger.change(_p, {"person_id": known.person_id}, **_person(booking))
    ledger.change(_c, {"vehicle_id": known.vehicle_id}, **_vehicle(booking))
    note_id = known.note_id
    if note_id:
        ledger.change(_n, {"note_id": note_id}, words=booking.concern)
    elif booking.concern:
        note_id = new_id()
        ledger.add(_n, note_id=note_id, kind="concern", words=booking.concern, at=ledger.at)
    columns = _columns(ledger.store, booking)
    columns["exported_key"] = booking.exported_key or known.booking.exported_key
    ledger.change(_a, {"appointment_id": known.appointment_id}, is_cancelled=False, note_id=note_id, **columns)
    _let_in(ledger, known.appointment_id, booking, before=known.booking)
    ledger.record_for_store(f.AppointmentChanged(known.appointment_id))
    ledger.bookings_changed = True


def _keep_aside(ledger: Ledger, known: Known, booking: dict[str, Any], *, is_cancelled: bool) -> bool:
    """Note what a newer export says of a visit that has begun; whether that is anything new."""
    key = {"appointment_id": known.appointment_id}
    row = ledger.row(_ASIDE, **key)
    if row and (row.booking, row.is_cancelled) == (booking, is_cancelled):
        return False
    values = {"booking": booking, "is_cancelled": is_cancelled, "at": ledger.at}
    if row:
        ledger.change(schema.kept_aside, key, **values)
    else:
        ledger.add(schema.kept_aside, **key, **values)
    fact = f.AppointmentCancelled if is_cancelled else f.AppointmentChanged
    ledger.record_for_store(fact(known.appointment_id, kept_aside=True))
    ledger.bookings_changed = True
    return True


def _let_in(ledger: Ledger, appointment_id: str, booking: Booking, before: Booking | None = None) -> None:
    """The number with the end of the phone opens the lane; the old pair does not any more."""
    old = number_form(before.number, before.phone_e164) if before else None
    new = number_form(booking.number, booking.phone_e164)
    if old == new:
        return
    if old:
        key = {"typed_hash": hashed(old), "appointment_id": appointment_id}
        ledger.change(schema.typed_code, key, revoked_at=ledger.at)
    if new:
        key = {"typed_hash": hashed(new), "appointment_id": appointment_id}
        if not ledger.change(schema.typed_code, key, revoked_at=None):
            add_typed(ledger, new, appointment_id)


def _newer_key(ledger: Ledger, known: Known, exported_key: str) -> None:
    """The same booking in a newer export: from now on it takes a still newer one to change it."""
    if exported_key > known.booking.exported_key:
        ledger.change(_a, {"appointment_id": known.appointment_id}, exported_key=exported_key)


def _person(booking: Booking) -> dict[str, Any]:
    return {
        "display_name": booking.display_name,
        "first_name": booking.first_name,
        "last_name": booking.last_name,
        "phone_e164": booking.phone_e164,
        "phone_written": booking.phone_written,
        "email": booking.email,
        "contact_method": booking.contact_method.value if booking.contact_method else None,
        "language": booking.language,
    }


def _vehicle(booking: Booking) -> dict[str, Any]:
    car = booking.vehicle
    return {
        "year": car.year,
        "make": car.make,
        "model": car.model,
        "colour": car.colour,
        "vin": car.vin,
        "vin_written": car.vin_written,
        "plate": car.plate,
    }


def _columns(store: Store, booking: Booking) -> dict[str, Any]:
    advisor = match_advisor(booking.advisor_written, booking.advisor_code, store)
    matched = match_operations(booking.operations, store)
    return {
        "starts_at": booking.starts_at,
        "zone": booking.zone,
        "odometer": booking.odometer,
        "odometer_unit": booking.odometer_unit,
        "operations": [[one.code, one.text] for one in booking.operations],
        "operation_codes": [one.operation.code if one.operation else "" for one in matched],
        "transport": booking.transport,
        "advisor_written": booking.advisor_written,
        "advisor_code": booking.advisor_code,
        "advisor_id": advisor.advisor_id if advisor else None,
        "promised_at": booking.promised_at,
        "exported_key": booking.exported_key,
    }


def _known(ledger: Ledger, source: str, number: str) -> Known | None:
    row = ledger.row(_KNOWN, source=source, number=number)
    if row is None:
        return None
    blanked = row.blanked_at is not None
    return Known(
        row.appointment_id, row.is_cancelled, blanked, _booking(row), row.person_id, row.vehicle_id, row.note_id
    )


def _booking(row: Any) -> Booking:
    """The booking as it came in, put together again from the rows that hold it."""
    return Booking(
        source=row.source,
        number=row.number,
        starts_at=row.starts_at,
        zone=row.zone,
        display_name=row.display_name,
        first_name=row.first_name,
        last_name=row.last_name,
        phone_e164=row.phone_e164,
        phone_written=row.phone_written,
        email=row.email,
        contact_method=ContactMethod(row.contact_method) if row.contact_method else None,
        language=row.language,
        vehicle=Vehicle(row.year, row.make, row.model, row.colour, row.vin, row.vin_written, row.plate),
        odometer=row.odometer,
        odometer_unit=row.odometer_unit,
        operations=tuple(OperationAsked(code, text) for code, text in row.operations),
        concern=row.words or "",
        transport=row.transport,
        advisor_written=row.advisor_written,
        advisor_code=row.advisor_code,
        promised_at=row.promised_at,
        exported_key=row.exported_key,
    )
