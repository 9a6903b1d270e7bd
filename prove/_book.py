"""Reading a hub's database from outside, once the hub has gone: what is in it, and what in it contradicts itself."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kiosk.domain import facts as f
from kiosk.domain import visit as rules
from kiosk.domain.visit import Recorded, Visit
from kiosk.server.folded import to_json

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Book:
    """What a database says.

    Attributes:
        check_ins: how many visits each command has begun.
        visits, pages: each visit's ticket; how many pages were opened for each visit.
        commands: the ids of all that was done.
        halves: sentences about what is there by half.
        is_sound: SQLite's own full check.
    """

    check_ins: Counter[str]
    visits: dict[str, str]
    pages: Counter[str]
    commands: frozenset[str]
    halves: list[str]
    is_sound: bool


@contextlib.contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The database, for reading by eye."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


def read(path: Path) -> Book:
    """Everything in it, and whether it holds together: each row must be what the log alone tells."""
    with opened(path) as connection:
        sound = [row[0] for row in connection.execute("PRAGMA integrity_check")] == ["ok"]
        sound &= not connection.execute("PRAGMA foreign_key_check").fetchall()
        events = connection.execute("SELECT * FROM event ORDER BY store_id, seq").fetchall()
        visits = {row["visit_id"]: row for row in connection.execute("SELECT * FROM visit")}
        pages = {row["page_id"]: row for row in connection.execute("SELECT * FROM page")}
        commands = {row["command_id"]: row for row in connection.execute("SELECT * FROM command")}
        seq = connection.execute("SELECT seq FROM store").fetchone()
    begun = Counter(row["command_id"] for row in events if row["kind"] == "VisitCheckedIn")
    opened_pages = Counter(row["visit_id"] for row in events if row["kind"] == "PageOpened" and row["visit_id"])
    return Book(
        check_ins=begun,
        visits={visit_id: row["ticket"] for visit_id, row in visits.items()},
        pages=opened_pages,
        commands=frozenset(commands),
        halves=list(_halves(events, visits, pages, commands, seq["seq"] if seq else 0)),
        is_sound=sound,
    )


def _halves(
    events: list[Any], visits: dict[str, Any], pages: dict[str, Any], commands: dict[str, Any], seq: int
) -> Iterator[str]:
    """The log, the rows and the commands must tell the same."""
    folded: dict[str, Visit] = {}
    last: dict[str, int] = {}
    opened_pages = set()
    for row in events:
        if row["command_id"] and row["command_id"] not in commands:
            yield f"event {row['seq']} belongs to command {row['command_id']}, which is not there"
        fact = f.from_data(row["kind"], json.loads(row["data"]))
        if isinstance(fact, f.PageOpened):
            opened_pages.add(fact.page_id)
        if row["visit_id"] is None:
            continue
        one = Recorded(row["visit_id"], EPOCH + timedelta(microseconds=row["at"]), row["actor"], fact)
        known = folded.get(row["visit_id"])
        folded[row["visit_id"]] = rules.apply(known, one) if known else rules.begin(one)
        last[row["visit_id"]] = row["seq"]
    if folded.keys() != visits.keys():
        yield f"{len(folded.keys() ^ visits.keys())} visits are in the log or in the rows alone"
    for visit_id in folded.keys() & visits.keys():
        if (
            json.loads(visits[visit_id]["folded"]) != to_json(folded[visit_id])
            or visits[visit_id]["seq"] != last[visit_id]
        ):
            yield f"the row of visit {visit_id} is not what the log tells"
    if opened_pages != pages.keys():
        yield f"{len(opened_pages ^ pages.keys())} pages are in the log or in the rows alone"
    if events and seq < max(row["seq"] for row in events):
        yield "seq is behind the log"
