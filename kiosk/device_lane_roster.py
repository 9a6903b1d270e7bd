"""The hub's view on a lane's disk: the dealership in clear, the roster of customers only under the hub's key.

The key is sealed to this machine for eight hours after the hub was last heard. A lane that starts later, or on another
machine, knows the dealership and nobody's name, and takes codes at their word (docs/lane-offline.md).
"""

from __future__ import annotations

import base64
import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.domain.facts import from_us, to_us
from kiosk.domain.hours import DAY_BEGINS, store_day
from kiosk.domain.lane_view import Booking, LaneView, read_lane_view
from kiosk.durable import together
from kiosk.sealing import decrypted, encrypted, from_numbers, machine_secret, opened, sealed

SEALED_FOR = timedelta(hours=8)
SEAL_AGAIN_AFTER = timedelta(minutes=10)
ROSTER_COUNTS_FOR = timedelta(days=1)
ABOUT = "roster"
IN_CLEAR = ("store", "lane", "today_on", "highest_ticket", "open_tickets", "advisors", "operations")
SCHEMA = """
CREATE TABLE IF NOT EXISTS kept_view (one INTEGER PRIMARY KEY CHECK (one = 1), view TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS kept_roster (
    one INTEGER PRIMARY KEY CHECK (one = 1), rows BLOB NOT NULL, day_on TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS kept_key (
    one INTEGER PRIMARY KEY CHECK (one = 1), salt BLOB NOT NULL, content BLOB NOT NULL,
    sealed_at INTEGER NOT NULL, good_until INTEGER NOT NULL
) STRICT;
"""


class KeptView:
    """Part of the lane's file. Any thread; every change is on the disk when the call returns."""

    def __init__(self, database: sqlite3.Connection, lock: threading.Lock, machine: bytes | None = None) -> None:
        """`machine` is what the key is sealed with; default: this machine's."""
        self._db, self._lock = database, lock
        self._machine = machine_secret() if machine is None else machine
        self._db.executescript(SCHEMA)
        self._key: bytes | None = None
        self._kept = ("", "")
        self._sealed_at: datetime | None = None

    def keep(self, view: dict[str, Any], now: datetime) -> None:
        """Keep the hub's view, so that the lane can start without the hub; the same again writes nothing.

        Without a key in the view no roster is kept.
        """
        plain = json.dumps({name: view[name] for name in IN_CLEAR if name in view}, ensure_ascii=False, sort_keys=True)
        rows = json.dumps(view.get("roster", []), ensure_ascii=False, sort_keys=True)
        told = view.get("roster_key")
        key = base64.b64decode(told) if told else None
        with self._lock:
            if (plain, rows) != self._kept or key != self._key:
                with self._change():
                    self._put("kept_view", plain)
                    self._wipe()
                    if key:
                        day_on = store_day(ZoneInfo(view["store"]["zone"]), now).isoformat()
                        self._put("kept_roster", encrypted(key, rows, ABOUT), day_on)
                self._kept, self._key, self._sealed_at = (plain, rows), key, None
        self.still_heard(now)

    def still_heard(self, now: datetime) -> None:
        """The hub is there: the key is good for eight hours from now, written every ten minutes."""
        with self._lock:
            if self._key is None or (self._sealed_at and now - self._sealed_at < SEAL_AGAIN_AFTER):
                return
            seal = sealed(self._key, self._machine, now, SEALED_FOR)
            with self._change():
                self._put("kept_key", seal.salt, seal.content, to_us(seal.sealed_at), to_us(seal.good_until))
            self._sealed_at = now

    def tend(self, now: datetime) -> None:
        """Wipe what has had its time: the roster without a key, and at 03:00 the rows of the day before."""
        with self._lock:
            seal = self._one("SELECT salt, content, sealed_at, good_until FROM kept_key")
            roster = self._one("SELECT rows, day_on FROM kept_roster")
            if roster is None and seal is None:
                return
            key = opened(from_numbers(*seal), self._machine, now) if seal else None
            if key is None or roster is None:
                with self._change():
                    self._wipe()
                self._kept = ("", "")
            elif (today := store_day(self._zone(), now)).isoformat() > roster[1]:
                self._overwrite(key, bytes(roster[0]), today)

    def view(self, now: datetime) -> dict[str, Any] | None:
        """The view that was kept last, without visits; the roster is empty when its key has had its time."""
        with self._lock:
            found = self._one("SELECT view FROM kept_view")
            if found is None:
                return None
            seal = self._one("SELECT salt, content, sealed_at, good_until FROM kept_key")
            roster = self._one("SELECT rows, day_on FROM kept_roster")
            key = opened(from_numbers(*seal), self._machine, now) if seal else None
            rows = decrypted(key, bytes(roster[0]), ABOUT) if key and roster else None
        plain: dict[str, Any] = json.loads(found[0])
        return plain | {"roster": json.loads(rows) if rows else [], "visits": []}

    def _overwrite(self, key: bytes, content: bytes, today: date) -> None:
        begins_at = day_begins(self._zone(), today)
        rows = json.loads(decrypted(key, content, ABOUT) or "[]")
        left = [one for one in rows if from_us(one["starts_at"]) >= begins_at]
        with self._change():
            self._put("kept_roster", encrypted(key, json.dumps(left, ensure_ascii=False), ABOUT), today.isoformat())
        self._kept = ("", "")

    def _zone(self) -> ZoneInfo:
        found = self._one("SELECT view FROM kept_view")
        return ZoneInfo(json.loads(found[0])["store"]["zone"] if found else "UTC")

    def _wipe(self) -> None:
        self._db.execute("DELETE FROM kept_roster")
        self._db.execute("DELETE FROM kept_key")

    def _put(self, table: str, *values: object) -> None:
        marks = ", ".join("?" * len(values))
        self._db.execute(f"INSERT OR REPLACE INTO {table} VALUES (1, {marks})", values)  # noqa: S608 - constants above

    @contextmanager
    def _change(self) -> Iterator[None]:
        """All of it or nothing; and what was there before is overwritten in the file, not left in its journal."""
        with together(self._db):
            yield
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _one(self, question: str) -> tuple[Any, ...] | None:
        found: tuple[Any, ...] | None = self._db.execute(question).fetchone()
        return found


def remembered(kept: KeptView, now: datetime) -> LaneView | None:
    """The view that the lane starts with before it has heard of the hub; a roster of days ago is nobody's.

    None: nothing was kept, or another version wrote it.
    """
    view = kept.view(now)
    try:
        read = read_lane_view(view) if view else None
    except (KeyError, TypeError, ValueError):
        return None
    if read and store_day(read.store.zone, now) - read.today_on > ROSTER_COUNTS_FOR:
        return replace(read, roster=())
    return read


def rows_left(view: LaneView, now: datetime) -> tuple[Booking, ...]:
    """The bookings of a view that no hub renews: yesterday's go when the store's day begins."""
    begins_at = day_begins(view.store.zone, store_day(view.store.zone, now))
    return tuple(one for one in view.roster if one.starts_at >= begins_at)


def day_begins(zone: ZoneInfo, on: date) -> datetime:
    """When this day of the store begins."""
    return datetime.combine(on, time(), zone) + DAY_BEGINS
