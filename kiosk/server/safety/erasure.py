"""Blanking what is personal: of one customer who asks for it, and of everybody whose time is over.

Facts stay: they hold no personal data. What is blanked because somebody asked is listed, by ids alone, in the database
and beside the backups, so that a restored backup, which still has the names, is blanked again before anybody opens it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from kiosk.domain.facts import KINDS, from_us, to_us
from kiosk.server import schema, schema_safety
from kiosk.server.prepared import Prepared
from kiosk.server.safety import list_files

ERASURES = "erasures.json"
WIDTH = 5  # of a row of that list, see `listed`
# What is personal in a row, and what stands there afterwards.
BLANK: Mapping[str, Mapping[str, Any]] = {
    "person": {
        "display_name": "",
        "first_name": "",
        "last_name": "",
        "phone_e164": None,
        "phone_written": "",
        "email": None,
        "contact_method": None,
    },
    "vehicle": {"colour": "", "vin": None, "vin_written": "", "plate": ""},
    "note": {"words": ""},
}
# The facts that name such rows: a visit may have had others than it has now.
NAMING = ("person_id", "vehicle_id", "note_id")
KINDS_NAMING = tuple(kind for kind, fact in KINDS.items() if {one.name for one in fields(fact)} & set(NAMING))
REST_OF_APPOINTMENT = {"operations": [], "transport": "", "advisor_written": ""}
AT_ONCE = 400  # ids in one statement
VISIT = "visit"  # listed besides: a lane that sends its last day again would bring a walk-in's name under a new id
_e = schema_safety.erasure.c
_ERASED = Prepared(
    select(_e.row_id).where(
        _e.store_id == bindparam("store_id"), _e.table_name == VISIT, _e.row_id == bindparam("visit_id")
    )
)


@dataclass(frozen=True)
class Found:
    """Everything that belongs to one customer, by ids."""

    person_ids: tuple[str, ...]
    vehicle_ids: tuple[str, ...]
    note_ids: tuple[str, ...]
    appointment_ids: tuple[str, ...]
    visit_ids: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nobody."""
        return not (self.person_ids or self.appointment_ids or self.visit_ids)


def find(connection: Connection, store_id: str, *, number: str = "", phone: str = "", ticket: str = "") -> Found:
    """A customer by an appointment's number, the number on a ticket, or a phone as E.164; whatever hangs together.

    One phone is one customer: all appointments and visits under it belong together.
    """
    a, v, p = schema.appointment.c, schema.visit.c, schema.person.c
    people: set[str] = set()
    visits: tuple[str, ...] = ()
    if number:
        people |= _ids(connection, select(a.person_id).where(a.store_id == store_id, a.number == number))
    if ticket:
        by_ticket = select(v.visit_id, v.person_id).where(v.store_id == store_id, v.ticket == ticket)
        newest = connection.execute(by_ticket.order_by(v.arrived_at.desc()).limit(1)).first()
        people |= {newest.person_id} if newest and newest.person_id else set()
        visits = (newest.visit_id,) if newest else ()
    phones = {phone} if phone else set()
    if people:
        of = select(p.phone_e164).where(p.store_id == store_id, p.person_id.in_(people), p.phone_e164.is_not(None))
        phones |= _ids(connection, of)
    if phones:
        people |= _ids(connection, select(p.person_id).where(p.store_id == store_id, p.phone_e164.in_(phones)))
    return of_people(connection, store_id, people, visits)


def of_people(connection: Connection, store_id: str, people: Iterable[str], visits: Iterable[str] = ()) -> Found:
    """Everything that hangs on these persons' rows, and on these visits: somebody may have told no name."""
    a, v = schema.appointment, schema.visit
    who = sorted(people)
    booked = _rows(connection, a, a.c.store_id == store_id, a.c.person_id.in_(who))
    appointment_ids = [row["appointment_id"] for row in booked]
    stays = _rows(
        connection,
        v,
        v.c.store_id == store_id,
        or_(v.c.person_id.in_(who), v.c.appointment_id.in_(appointment_ids), v.c.visit_id.in_(sorted(visits))),
    )
    rows = [*booked, *stays]
    found = Found(
        tuple(sorted({*who, *_values(rows, "person_id")})),
        tuple(sorted(_values(rows, "vehicle_id"))),
        tuple(sorted(_values(rows, "note_id") | _values(rows, "said_note_id"))),
        tuple(sorted(appointment_ids)),
        tuple(sorted(row["visit_id"] for row in stays)),
    )
    return with_facts(connection, store_id, found)


def with_facts(connection: Connection, store_id: str, found: Found) -> Found:
    """With the rows that the visits' facts name besides: words said before others, a name before the booking was found.

    What another appointment has is not of this customer, whatever a fact says: a code may have been held by mistake.
    """
    a, event = schema.appointment.c, schema.event.c
    named: dict[str, set[str]] = {name: set() for name in NAMING}
    for part in _parts(found.visit_ids):
        of_visits = (event.store_id == store_id, event.visit_id.in_(part), event.kind.in_(KINDS_NAMING))
        for (told,) in connection.execute(select(event.data).where(*of_visits)):
            for name in NAMING:
                named[name] |= {told[name]} if told.get(name) else set()
    for name in NAMING:
        for part in _parts(sorted(named[name])):
            others = (a.store_id == store_id, a[name].in_(part), a.appointment_id.not_in(found.appointment_ids))
            named[name] -= _ids(connection, select(a[name]).where(*others))
    return replace(
        found,
        person_ids=tuple(sorted({*found.person_ids, *named["person_id"]})),
        vehicle_ids=tuple(sorted({*found.vehicle_ids, *named["vehicle_id"]})),
        note_ids=tuple(sorted({*found.note_ids, *named["note_id"]})),
    )


def is_erased(connection: Connection, store_id: str, visit_id: str) -> bool:
    """Whether this visit's customer was erased: what a device tells of it later is not kept."""
    return bool(_ERASED.scalar(connection, store_id=store_id, visit_id=visit_id))


def blank(connection: Connection, store_id: str, found: Found, at: datetime) -> int:
    """Blank everything personal of it; the answer is how many rows were. What is blank already stays so."""
    of = {"person": found.person_ids, "vehicle": found.vehicle_ids, "note": found.note_ids}
    blanked = sum(_blank(connection, store_id, table, ids, at) for table, ids in of.items())
    _forget_bookings(connection, store_id, found.appointment_ids)
    _forget_codes(connection, store_id, "visit_id", found.visit_ids)
    return blanked


def remember(connection: Connection, store_id: str, found: Found, at: datetime, actor: str) -> None:
    """List an erasure that was asked for."""
    table = schema_safety.erasure
    into = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    rows = [
        {"store_id": store_id, "table_name": name, "row_id": one, "at": at, "actor": actor}
        for name, ids in (
            ("person", found.person_ids),
            ("vehicle", found.vehicle_ids),
            ("note", found.note_ids),
            (VISIT, found.visit_ids),
        )
        for one in ids
    ]
    if rows:
        connection.execute(into(table).on_conflict_do_nothing(), rows)


def listed(connection: Connection) -> list[list[Any]]:
    """Every erasure that was asked for: [store, table, row, microseconds, actor]."""
    table = schema_safety.erasure
    rows = connection.execute(select(table).order_by(table.c.at, table.c.row_id))
    return [[row.store_id, row.table_name, row.row_id, to_us(row.at), row.actor] for row in rows]


def again(connection: Connection, folders: Sequence[Path], at: datetime) -> int:
    """Do again what the lists in these folders say; the answer is how many rows still had something in them."""
    by_store: dict[tuple[str, str], set[str]] = {}
    rows: dict[tuple[str, str, str], list[Any]] = {}
    for folder in folders:
        for one in list_files.read(folder / ERASURES, WIDTH):
            by_store.setdefault((one[0], one[1]), set()).add(one[2])
            rows[one[0], one[1], one[2]] = one
    count = 0
    for (store_id, name), ids in by_store.items():
        if name in BLANK:
            count += _blank(connection, store_id, name, sorted(ids), at)
        if name in {"person", VISIT}:
            found = of_people(connection, store_id, *((ids,) if name == "person" else ((), ids)))
            count += blank(connection, store_id, found, at)
    known = {tuple(one[:3]) for one in listed(connection)}
    new = [one for key, one in rows.items() if key not in known]
    if new:
        table = schema_safety.erasure
        moments = [
            {"store_id": s, "table_name": t, "row_id": r, "at": from_us(us), "actor": who} for s, t, r, us, who in new
        ]
        connection.execute(insert(table), moments)
    return count


def _blank(connection: Connection, store_id: str, name: str, ids: Sequence[str], at: datetime) -> int:
    table = schema.metadata.tables[name]
    key = table.c[f"{name}_id"]
    return sum(
        connection.execute(
            update(table)
            .where(table.c.store_id == store_id, key.in_(part), table.c.blanked_at.is_(None))
            .values(**BLANK[name], blanked_at=at)
        ).rowcount
        for part in _parts(ids)
    )


def _forget_bookings(connection: Connection, store_id: str, appointment_ids: Sequence[str]) -> None:
    """What a booking says in words, newer exports kept aside, and every code that leads to it."""
    a, aside, typed = schema.appointment, schema.kept_aside, schema.typed_code
    for part in _parts(appointment_ids):
        of = (a.c.store_id == store_id, a.c.appointment_id.in_(part))
        connection.execute(update(a).where(*of).values(**REST_OF_APPOINTMENT))
        connection.execute(delete(aside).where(aside.c.store_id == store_id, aside.c.appointment_id.in_(part)))
        connection.execute(delete(typed).where(typed.c.store_id == store_id, typed.c.appointment_id.in_(part)))
    _forget_codes(connection, store_id, "appointment_id", appointment_ids)


def _forget_codes(connection: Connection, store_id: str, column: str, ids: Sequence[str]) -> None:
    code = schema.code
    for part in _parts(ids):
        connection.execute(delete(code).where(code.c.store_id == store_id, code.c[column].in_(part)))


def _parts(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[first : first + AT_ONCE] for first in range(0, len(ids), AT_ONCE))


def _ids(connection: Connection, query: Any) -> set[str]:
    return {row[0] for row in connection.execute(query) if row[0]}


def _rows(connection: Connection, table: Table, *where: Any) -> list[Any]:
    return list(connection.execute(select(table).where(*where)).mappings())


def _values(rows: Iterable[Mapping[str, Any]], column: str) -> set[str]:
    return {row[column] for row in rows if row.get(column)}
