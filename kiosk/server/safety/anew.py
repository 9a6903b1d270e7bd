"""What is done to a restored database before anybody opens it: it begins a new life.

A new generation, so that devices send again what they sent in the last day; numbers of the desk go on further; erasures
and revocations that came after the backup are done again; nobody is signed in, and no code or join file opens anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.engine import URL

from kiosk.server import schema, schema_devices, schema_safety, schema_staff
from kiosk.server.database import Database, new_generation
from kiosk.server.safety import erasure, shut_out
from kiosk.server.safety.filling import filled
from kiosk.server.safety.shut_out import Told

STAFF_SERIES = "S"
STAFF_NUMBERS_SKIPPED = 50  # more than a desk gives out in the hours that a backup may be old
LAST_NUMBER = 999
# What somebody could still come in with, though it was used or ended since: made anew by whoever needs it.
ONCE_ONLY = (schema_devices.pairing, schema_devices.join_file, schema_staff.first_code, schema_staff.known_browser)


@dataclass(frozen=True)
class Before:
    """What a restored database has to know of the life before.

    Attributes:
        backup_at: when the backup was made. seqs: store -> what it had reached.
        lists: folders in which lists of erasures and of who was shut out may lie.
        told: by the database that is replaced. damaged: that one was found damaged at start.
        kept_aside: where it lies now, as people are told.
    """

    backup_at: datetime
    seqs: dict[str, int]
    lists: Sequence[Path] = ()
    told: Told = field(default_factory=Told)
    damaged: bool = False
    kept_aside: str = ""


@dataclass(frozen=True)
class Again:
    """How much had to be done once more: rows that were blanked, ways in that were closed."""

    erased: int
    shut_out: int


def make_ready(url: URL, before: Before, now: datetime) -> Again:
    """To the newest version, and into its new life, in one transaction."""
    database = Database(url.render_as_string(hide_password=False), alone=True)
    try:
        with database.write() as connection:
            shut_out.take_over(connection, before.told, before.seqs)
            closed = [*before.told.ended, *shut_out.read_lists(before.lists)]
            again = Again(
                erasure.again(connection, before.lists, now), shut_out.again(connection, closed, before.backup_at)
            )
            for store_id, seq in before.seqs.items():
                _begin_anew(connection, store_id, seq, before, now)
            filled(connection)
        return again
    finally:
        database.close()


def _begin_anew(connection: Connection, store_id: str, seq: int, before: Before, now: datetime) -> None:
    store, session = schema.store, schema_staff.staff_session
    connection.execute(
        update(store).where(store.c.store_id == store_id).values(generation=new_generation(), seq=store.c.seq + 1)
    )
    signed_in = (session.c.store_id == store_id, session.c.ended_at.is_(None))
    connection.execute(update(session).where(*signed_in).values(ended_at=now))
    for table in ONCE_ONLY:
        connection.execute(delete(table).where(table.c.store_id == store_id))
    counters = _skip_numbers(connection, store_id)
    connection.execute(
        insert(schema_safety.restoration).values(
            store_id=store_id,
            restored_at=now,
            backup_at=before.backup_at,
            backup_seq=seq,
            counters=counters,
            damaged=before.damaged,
            kept_aside=before.kept_aside,
        )
    )


def _skip_numbers(connection: Connection, store_id: str) -> dict[str, int]:
    """The desk's own numbers go on further; the answer is how far each series had come in the backup."""
    counter = schema.ticket_counter
    rows = connection.execute(select(counter.c.lane, counter.c.last).where(counter.c.store_id == store_id)).all()
    counters = {row.lane: row.last for row in rows}
    skipped = (counters.get(STAFF_SERIES, 0) + STAFF_NUMBERS_SKIPPED - 1) % LAST_NUMBER + 1
    if STAFF_SERIES in counters:
        of_staff = (counter.c.store_id == store_id, counter.c.lane == STAFF_SERIES)
        connection.execute(update(counter).where(*of_staff).values(last=skipped))
    else:
        connection.execute(insert(counter).values(store_id=store_id, lane=STAFF_SERIES, last=skipped))
    return counters
