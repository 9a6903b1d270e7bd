"""What a lane must not forget when the power goes: its ticket counter, its check-ins, a ticket it owes.

One SQLite file, on the disk before each call returns. The roster in it is device_lane_roster's.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from kiosk.device_lane_roster import KeptView
from kiosk.domain.facts import from_us, read_instant, to_us
from kiosk.domain.lane_inputs import Slip
from kiosk.domain.lane_state import Made
from kiosk.domain.store import Words
from kiosk.durable import together
from kiosk.errors import KioskError

KEPT = timedelta(days=2)
SCHEMA = """
CREATE TABLE IF NOT EXISTS counter (one INTEGER PRIMARY KEY CHECK (one = 1), highest INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS made (
    visit_id TEXT PRIMARY KEY, digest TEXT NOT NULL, ticket TEXT NOT NULL, appointment_id TEXT, at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS owed (one INTEGER PRIMARY KEY CHECK (one = 1), slip TEXT NOT NULL) STRICT;
"""


class MemoryBroken(KioskError):
    """The lane's file cannot be used: it might give out a number twice."""


class LaneMemory:
    """Any thread.

    Attributes:
        roster: the hub's view as the lane keeps it.
    """

    def __init__(self, path: Path, machine: bytes | None = None) -> None:
        """Open or make the file. `machine`: see KeptView.

        Raises:
            MemoryBroken: it cannot be opened, or is none.
        """
        self._lock = threading.Lock()
        try:
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise _broken(path, error) from error
        try:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
                self._db.execute(f"PRAGMA {pragma}")
            self._db.executescript(SCHEMA)
            self.roster = KeptView(self._db, self._lock, machine)
        except sqlite3.Error as error:
            self._db.close()
            raise _broken(path, error) from error

    def highest(self) -> int:
        """The highest ticket number given, 0 for none."""
        found = self._one("SELECT highest FROM counter")
        return int(found[0]) if found else 0

    def keep_number(self, number: int) -> None:
        """Write the counter down."""
        self._do("INSERT OR REPLACE INTO counter VALUES (1, ?)", number)

    def made(self) -> tuple[Made, ...]:
        """The check-ins of the last two days."""
        with self._lock:
            rows = self._db.execute(
                "SELECT digest, visit_id, ticket, appointment_id, at FROM made ORDER BY at"
            ).fetchall()
        return tuple(Made(digest, visit, ticket, booked, from_us(at)) for digest, visit, ticket, booked, at in rows)

    def remember(self, made: Made) -> None:
        """Write a check-in down; older ones than two days are forgotten."""
        values = (made.visit_id, made.digest, made.ticket, made.appointment_id, to_us(made.at))
        with self._lock, together(self._db):
            self._db.execute("INSERT OR REPLACE INTO made VALUES (?, ?, ?, ?, ?)", values)
            self._db.execute("DELETE FROM made WHERE at < ?", (to_us(made.at - KEPT),))

    def forget(self, visit_id: str) -> None:
        """A check-in was taken back."""
        self._do("DELETE FROM made WHERE visit_id = ?", visit_id)

    def owed(self) -> Slip | None:
        """The ticket that a conversation still owed when the power went."""
        found = self._one("SELECT slip FROM owed")
        return _slip(json.loads(found[0])) if found else None

    def hold(self, slip: Slip | None) -> None:
        """Keep the ticket of the conversation under way; None: nothing is owed."""
        if slip is None:
            self._do("DELETE FROM owed")
        else:
            self._do(
                "INSERT OR REPLACE INTO owed VALUES (1, ?)", json.dumps(asdict(slip), default=to_us, ensure_ascii=False)
            )

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def _do(self, statement: str, *values: object) -> None:
        with self._lock:
            self._db.execute(statement, values)

    def _one(self, question: str) -> tuple[Any, ...] | None:
        with self._lock:
            found: tuple[Any, ...] | None = self._db.execute(question).fetchone()
        return found


def _slip(told: dict[str, Any]) -> Slip:
    told["asked"] = tuple(Words(**one) for one in told["asked"])
    told["advisor"] = Words(**told["advisor"]) if told["advisor"] else None
    return Slip(**(told | {key: read_instant(told[key]) for key in ("arrived_at", "advisor_at", "completion_at")}))


def _broken(path: Path, error: Exception) -> MemoryBroken:
    remedy = "move it away; the hub tells this lane its highest number"
    return MemoryBroken(f"{path}: the lane's memory cannot be used ({error}); {remedy}")
