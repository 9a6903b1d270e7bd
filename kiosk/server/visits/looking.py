"""Whom a code, typed digits or an appointment lead to, and the codes' own rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, or_, select, update

from kiosk.domain.store import Store
from kiosk.domain.visit import Visit
from kiosk.server import schema
from kiosk.server.errors import NotFound
from kiosk.server.ledger import Ledger
from kiosk.server.prepared import Prepared

VALID_AFTER_HAND_OVER = timedelta(days=30)
_a, _p = schema.appointment.c, schema.person.c
_c, _t, _v = schema.code.c, schema.typed_code.c, schema.visit.c
_STANDS = and_(_v.store_id == _c.store_id, _v.appointment_id == _c.appointment_id, schema.STANDS)
_CODE = Prepared(
    select(_c.appointment_id, _c.visit_id, _c.expires_at, _c.revoked_at, _v.visit_id.label("became"))
    .select_from(schema.code.outerjoin(schema.visit, _STANDS))
    .where(_c.store_id == bindparam("store_id"), _c.token_hash == bindparam("hash"))
)
_TYPED = Prepared(
    select(_t.appointment_id, _t.expires_at, _t.revoked_at).where(
        _t.store_id == bindparam("store_id"), _t.typed_hash == bindparam("hash")
    )
)
_VISIT_OF = Prepared(
    select(_v.visit_id).where(
        _v.store_id == bindparam("store_id"), _v.appointment_id == bindparam("appointment_id"), schema.STANDS
    )
)
_APPOINTMENT = Prepared(
    select(
        _a.appointment_id,
        _a.starts_at,
        _a.is_cancelled,
        _p.language,
        _a.advisor_id,
        _a.operation_codes,
        _a.person_id,
        _a.vehicle_id,
        _a.note_id,
    )
    .select_from(
        schema.appointment.outerjoin(schema.person, and_(_p.store_id == _a.store_id, _p.person_id == _a.person_id))
    )
    .where(_a.store_id == bindparam("store_id"), _a.appointment_id == bindparam("appointment_id"))
)


@dataclass(frozen=True)
class Appointment:
    """What the rules want to know of an appointment of any day; nothing of its customer but the rows that say who."""

    appointment_id: str
    starts_at: datetime
    is_cancelled: bool
    language: str
    advisor_id: str | None
    operations: tuple[str, ...]
    person_id: str | None
    vehicle_id: str | None
    note_id: str | None


@dataclass(frozen=True)
class Lead:
    """Where a code leads: to a visit that stands, to an appointment, to both or to nothing."""

    visit: Visit | None = None
    booked: Appointment | None = None


@dataclass(frozen=True)
class Code:
    """A code that is valid: ids of the visit that it leads to, and of the appointment that it was made for."""

    visit_id: str | None
    appointment_id: str | None


def find_code(connection: Connection, store: Store, token_hash: str, at: datetime) -> Code | None:
    """The code with this hash, unless there is none or it has ended."""
    row = _CODE.first(connection, store_id=store.store_id, hash=token_hash)
    if row is None or not _is_valid(row, at):
        return None
    return Code(row.visit_id or row.became, row.appointment_id)


def by_code(ledger: Ledger, token_hash: str) -> Lead:
    """Where the code with this hash leads now."""
    code = find_code(ledger.connection, ledger.store, token_hash, ledger.at)
    if code is None:
        return Lead()
    visit = ledger.find_visit(code.visit_id) if code.visit_id else None
    booked = find_appointment(ledger, code.appointment_id) if code.appointment_id else None
    return Lead(visit, booked)


def by_typed(ledger: Ledger, typed_hash: str) -> Lead:
    """Where typed digits lead now. Two dealers' systems may use one number: today's appointment is meant then."""
    rows = ledger.rows(_TYPED, hash=typed_hash)
    leads = [by_appointment(ledger, one.appointment_id) for one in rows if _is_valid(one, ledger.at)]
    return min(leads, key=lambda one: _distance(one, ledger.at), default=Lead())


def by_appointment(ledger: Ledger, appointment_id: str) -> Lead:
    """The appointment, and the visit that it became."""
    return Lead(visit_of(ledger, appointment_id), find_appointment(ledger, appointment_id))


def find_appointment(ledger: Ledger, appointment_id: str) -> Appointment | None:
    """The appointment with this id, or None."""
    row = ledger.row(_APPOINTMENT, appointment_id=appointment_id)
    if row is None:
        return None
    return Appointment(
        appointment_id=row.appointment_id,
        starts_at=row.starts_at,
        is_cancelled=row.is_cancelled,
        language=row.language or ledger.store.default_language,
        advisor_id=row.advisor_id,
        operations=tuple(row.operation_codes),
        person_id=row.person_id,
        vehicle_id=row.vehicle_id,
        note_id=row.note_id,
    )


def appointment(ledger: Ledger, appointment_id: str) -> Appointment:
    """The appointment.

    Raises:
        NotFound: there is none.
    """
    found = find_appointment(ledger, appointment_id)
    if found is None:
        raise NotFound(f"no appointment {appointment_id}")
    return found


def visit_of(ledger: Ledger, appointment_id: str) -> Visit | None:
    """The visit that the appointment became and that was not withdrawn."""
    visit_id = ledger.scalar(_VISIT_OF, appointment_id=appointment_id)
    return ledger.find_visit(visit_id) if visit_id else None


def set_expiry(ledger: Ledger, visit: Visit, expires_at: datetime | None) -> None:
    """Every code that leads to the visit ends at that time; None: it is valid again without an end."""
    for table in (schema.code, schema.typed_code):
        leads = [table.c.appointment_id == visit.appointment_id] if visit.appointment_id else []
        if table is schema.code:
            leads.append(table.c.visit_id == visit.visit_id)
        if leads:
            where = and_(table.c.store_id == ledger.store.store_id, or_(*leads))
            ledger.connection.execute(update(table).where(where).values(expires_at=expires_at))
    ledger.bookings_changed = True


def _is_valid(row: Any, at: datetime) -> bool:
    return row.revoked_at is None and (row.expires_at is None or at < row.expires_at)


def _distance(lead: Lead, at: datetime) -> tuple[bool, timedelta]:
    if lead.booked is None:
        return True, timedelta.max
    return lead.booked.is_cancelled, abs(lead.booked.starts_at - at)
