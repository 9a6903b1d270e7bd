"""What may be missing after a restore: told from the numbers on paper, the visits that stood open, and who came back.

A backup is up to an hour old. What lanes did since then they send again by themselves; what staff did on screens, and
what was imported, nobody has any more. This is the list that somebody goes through once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, exists, select, update

from kiosk.server import schema, schema_safety

LAST_NUMBER = 999
STAFF_SERIES = "S"


@dataclass(frozen=True)
class Missing:
    """What a restored store may lack.

    Attributes:
        restored_at, backup_at: what happened between them is not in the backup.
        sent_again: visit ids that came back from the lanes.
        unknown: numbers that lanes gave out since and of which no visit is known.
        standing: visit ids that were open in the backup: steps, prices and promises of theirs may be newer than shown.
        damaged: the hub found its database damaged and did it by itself. kept_aside: where that one lies, if anywhere.
    """

    restored_at: datetime
    backup_at: datetime
    sent_again: tuple[str, ...]
    unknown: tuple[str, ...]
    standing: tuple[str, ...]
    damaged: bool
    kept_aside: str


def missing(connection: Connection, store_id: str) -> Missing | None:
    """Of the newest restore that nobody has ticked off yet; None if there is none."""
    r, v = schema_safety.restoration, schema.visit.c
    row = connection.execute(
        select(r).where(r.c.store_id == store_id, r.c.seen_at.is_(None)).order_by(r.c.restored_at.desc()).limit(1)
    ).first()
    if row is None:
        return None
    event = schema.event.c
    is_its_begin = and_(event.store_id == v.store_id, event.visit_id == v.visit_id, event.kind == "VisitCheckedIn")
    begun = select(v.visit_id).where(
        v.store_id == store_id,
        v.seq > row.backup_seq,
        v.arrived_at <= row.restored_at,
        exists().where(is_its_begin, event.seq > row.backup_seq),
    )
    again = {one.visit_id for one in connection.execute(begun)}
    new = select(v.visit_id, v.ticket, v.seq, v.is_open).where(v.store_id == store_id, v.seq > row.backup_seq)
    came = connection.execute(new).all()
    standing = connection.execute(
        select(v.visit_id).where(v.store_id == store_id, v.is_open == 1).order_by(v.arrived_at)
    ).all()
    counter = schema.ticket_counter
    rows = connection.execute(select(counter.c.lane, counter.c.last).where(counter.c.store_id == store_id))
    now = {one.lane: one.last for one in rows}
    known = {one.ticket for one in came}
    return Missing(
        restored_at=row.restored_at,
        backup_at=row.backup_at,
        sent_again=tuple(sorted(again)),
        unknown=tuple(one for one in _given_out(row.counters, now) if one not in known),
        standing=tuple(one.visit_id for one in standing if one.visit_id not in again),
        damaged=row.damaged,
        kept_aside=row.kept_aside,
    )


def tick_off(connection: Connection, store_id: str, restored_at: datetime, at: datetime, who: str) -> int:
    """Somebody has gone through the list of this restore; the answer is how many restores that were, older ones too."""
    r = schema_safety.restoration
    of = (r.c.store_id == store_id, r.c.restored_at <= restored_at, r.c.seen_at.is_(None))
    return connection.execute(update(r).where(*of).values(seen_at=at, seen_by=who)).rowcount


def _given_out(before: Mapping[str, Any], now: Mapping[str, int]) -> Iterator[str]:
    """The numbers between what the backup knew and what the lanes have reached since; staff's own were only skipped."""
    for lane in sorted(now):
        last = before.get(lane, 0)
        while lane != STAFF_SERIES and last != now[lane]:
            last = last % LAST_NUMBER + 1
            yield f"{lane}-{last:03}"
