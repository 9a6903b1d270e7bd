"""Letting go of what is too old: names and words of visits long ended, papers after the years that the law says.

Called once an hour, in small bites, so that no check-in waits. What is kept for how long stands in docs/retention.md,
which a test compares with the tables.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, and_, delete, exists, insert, select, update

from kiosk.server import schema, schema_safety
from kiosk.server.database import Database
from kiosk.server.safety import erasure

BITE = 200
VISITS, APPOINTMENTS, PAPERS = "visits", "appointments", "papers"
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Limits:
    """As the settings have them."""

    personal: timedelta
    papers: timedelta


@dataclass(frozen=True)
class Within:
    """A part of a span: how its rows are found, and where it ends."""

    where: tuple[Any, ...]
    until: datetime
    is_last: bool


@dataclass(frozen=True)
class Bite:
    """What one transaction has let go of."""

    ids: tuple[str, ...]
    within: Within


Span = tuple[datetime, datetime]


def sweep(database: Database, store_id: str, now: datetime, limits: Limits, folder: Path) -> int:
    """Blank and delete what is over; the answer is how many rows and files went."""
    count = 0
    for kind, bite, age in (
        (VISITS, _blank_visits, limits.personal),
        (APPOINTMENTS, _blank_appointments, limits.personal),
        (PAPERS, _forget_papers, limits.papers),
    ):
        is_last = False
        while not is_last:
            with database.write(store_id) as connection:
                done = bite(connection, store_id, (_until(connection, store_id, kind), now - age), now)
                _set_until(connection, store_id, kind, max(done.within.until, _until(connection, store_id, kind)))
            if kind == PAPERS:
                _unlink(folder, done.ids)
            count += len(done.ids)
            is_last = done.within.is_last
    return count


def _blank_visits(connection: Connection, store_id: str, span: Span, now: datetime) -> Bite:
    """Visits that ended within the span, the oldest first."""
    v = schema.visit.c
    within = _bite(connection, v.closed_at, span, v.store_id == store_id, v.is_open == 0)
    columns = (v.visit_id, v.person_id, v.vehicle_id, v.note_id, v.said_note_id, v.appointment_id)
    rows = connection.execute(select(*columns).where(*within.where)).all()
    found = erasure.Found(
        _of(rows, "person_id"),
        _of(rows, "vehicle_id"),
        tuple({*_of(rows, "note_id"), *_of(rows, "said_note_id")}),
        _of(rows, "appointment_id"),
        _of(rows, "visit_id"),
    )
    erasure.blank(connection, store_id, erasure.with_facts(connection, store_id, found), now)
    return Bite(found.visit_ids, within)


def _blank_appointments(connection: Connection, store_id: str, span: Span, now: datetime) -> Bite:
    """Appointments whose time has passed and from which no visit came."""
    a, v = schema.appointment.c, schema.visit.c
    came = exists().where(and_(v.store_id == a.store_id, v.appointment_id == a.appointment_id, schema.STANDS))
    within = _bite(connection, a.starts_at, span, a.store_id == store_id)
    rows = connection.execute(
        select(a.appointment_id, a.person_id, a.vehicle_id, a.note_id).where(*within.where, ~came)
    ).all()
    found = erasure.Found(
        _of(rows, "person_id"), _of(rows, "vehicle_id"), _of(rows, "note_id"), _of(rows, "appointment_id"), ()
    )
    erasure.blank(connection, store_id, found, now)
    return Bite(found.appointment_ids, within)


def _forget_papers(connection: Connection, store_id: str, span: Span, _now: datetime) -> Bite:
    """Papers whose time is over, with the lines that they were made of."""
    p, line = schema.paper.c, schema.line
    within = _bite(connection, p.made_at, span, p.store_id == store_id)
    rows = connection.execute(select(p.paper_id, p.visit_id).where(*within.where)).all()
    of_visits = (line.c.store_id == store_id, line.c.visit_id.in_(_of(rows, "visit_id")))
    connection.execute(update(line).where(*of_visits).values(text="", warranty=None))
    connection.execute(delete(schema.paper).where(p.store_id == store_id, p.paper_id.in_(_of(rows, "paper_id"))))
    return Bite(_of(rows, "paper_id"), within)


def _bite(connection: Connection, at: Any, span: Span, *of: Any) -> Within:
    """The next rows of the span: BITE of them, and those of the same instant as the last."""
    since, until = span
    last = connection.scalar(select(at).where(*of, at > since, at <= until).order_by(at).limit(1).offset(BITE - 1))
    end = last or until
    return Within((*of, at > since, at <= end), end, is_last=last is None)


def _unlink(folder: Path, paper_ids: Iterable[str]) -> None:
    """The files of papers whose rows have gone."""
    for one in paper_ids:
        (folder / "papers" / f"{one}.pdf").unlink(missing_ok=True)


def _of(rows: Iterable[Any], column: str) -> tuple[str, ...]:
    return tuple(sorted({getattr(row, column) for row in rows if getattr(row, column)}))


def _until(connection: Connection, store_id: str, kind: str) -> datetime:
    t = schema_safety.blanked_until.c
    found: datetime | None = connection.scalar(select(t.until).where(t.store_id == store_id, t.kind == kind))
    return found or BEGINNING


def _set_until(connection: Connection, store_id: str, kind: str, until: datetime) -> None:
    table = schema_safety.blanked_until
    of = (table.c.store_id == store_id, table.c.kind == kind)
    if not connection.execute(update(table).where(*of).values(until=until)).rowcount:
        connection.execute(insert(table).values(store_id=store_id, kind=kind, until=until))
