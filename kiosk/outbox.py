"""A device's outbox: commands on disk before the first try, sent in order, kept until the hub has answered.

One SQLite file a device. Who sends, and when, is hub_client.py's business.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.durable import together
from kiosk.errors import KioskError

KEPT_US = 24 * 3600 * 1_000_000
SCHEMA = """
CREATE TABLE IF NOT EXISTS command (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    command_id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'answered', 'quarantined')),
    reason TEXT
) STRICT
"""
LIFE = "CREATE TABLE IF NOT EXISTS hub (generation TEXT NOT NULL) STRICT"
AGAIN = "again"  # the reason of a command that is sent once more, to a hub that may have lost it


class OutboxBroken(KioskError):
    """The outbox's file cannot be used: nothing that happens on this device could be kept."""


@dataclass(frozen=True)
class Command:
    """One command as it waits. `at` is microseconds since 1970 in UTC, when it happened."""

    command_id: str
    kind: str
    at: int
    body: dict[str, Any]
    reason: str | None = None


class Outbox:
    """Commands in the order in which they happened. Any thread."""

    def __init__(self, path: Path) -> None:
        """Open or make the file.

        Raises:
            OutboxBroken: it cannot be opened, or is none.
        """
        self._lock = threading.Lock()
        try:
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise _broken(path, error) from error
        try:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
                self._db.execute(f"PRAGMA {pragma}")
            self._db.execute(SCHEMA)
            self._db.execute(LIFE)
            self._db.execute("CREATE INDEX IF NOT EXISTS by_state ON command (state, position)")
        except sqlite3.Error as error:
            self._db.close()
            raise _broken(path, error) from error

    def add(self, command: Command) -> None:
        """Keep a command; the same id again is kept once, and asked again if it had been answered.

        It is on the disk when this returns.
        """
        row = (command.command_id, command.kind, command.at, json.dumps(command.body, ensure_ascii=False))
        with self._lock:
            self._db.execute(
                "INSERT INTO command (command_id, kind, at, body) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (command_id) DO UPDATE SET state = 'waiting' WHERE state = 'answered'",
                row,
            )

    def first(self, *, but_not: Collection[str] = ()) -> Command | None:
        """The oldest command without an answer, past those with these ids."""
        waiting = self._rows(f"state = 'waiting' ORDER BY position LIMIT {len(but_not) + 1}")
        return next((one for one in waiting if one.command_id not in but_not), None)

    def answered(self, command_id: str, at: int) -> None:
        """The hub has it. What was answered a day before `at` is forgotten."""
        with self._lock:
            self._db.execute("UPDATE command SET state = 'answered' WHERE command_id = ?", (command_id,))
            self._db.execute("DELETE FROM command WHERE state = 'answered' AND at < ?", (at - KEPT_US,))

    def meets(self, generation: str) -> bool:
        """Which life of the hub answers now. In a new one, restored from a backup, all that was answered waits again.

        Returns:
            Whether it is another one than before.
        """
        known = self.met()
        if known == generation:
            return False
        with self._lock, together(self._db):
            if known:
                again = "UPDATE command SET state = 'waiting', reason = ? WHERE state = 'answered'"
                self._db.execute(again, (AGAIN,))
                self._db.execute("DELETE FROM hub")
            self._db.execute("INSERT INTO hub (generation) VALUES (?)", (generation,))
        return known is not None

    def met(self) -> str | None:
        """The generation of the hub that was met last; None before the first."""
        with self._lock:
            found = self._db.execute("SELECT generation FROM hub").fetchone()
        return str(found[0]) if found else None

    def quarantine(self, command_id: str, reason: str) -> None:
        """The hub cannot take it; it stays visible and lets the rest pass."""
        with self._lock:
            self._db.execute(
                "UPDATE command SET state = 'quarantined', reason = ? WHERE command_id = ?", (reason, command_id)
            )

    def waiting(self) -> int:
        """How many commands have no answer yet."""
        with self._lock:
            return int(self._db.execute("SELECT count(*) FROM command WHERE state = 'waiting'").fetchone()[0])

    def has_quarantined(self) -> bool:
        """Whether there is anything that the hub could not take; asked often, so it counts nothing."""
        with self._lock:
            return self._db.execute("SELECT 1 FROM command WHERE state = 'quarantined' LIMIT 1").fetchone() is not None

    def quarantined(self) -> Sequence[Command]:
        """What the hub could not take, with the reason, oldest first."""
        return self._rows("state = 'quarantined' ORDER BY position")

    def again(self, command_id: str) -> bool:
        """Let one that was set aside wait once more, for a hub that has been mended; whether there is such a one."""
        with self._lock:
            found = self._db.execute(
                "UPDATE command SET state = 'waiting', reason = NULL WHERE command_id = ? AND state = 'quarantined'",
                (command_id,),
            )
        return found.rowcount > 0

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def _rows(self, where: str) -> list[Command]:
        with self._lock:
            rows = self._db.execute(f"SELECT command_id, kind, at, body, reason FROM command WHERE {where}").fetchall()  # noqa: S608 - constants above
        return [Command(one[0], one[1], one[2], json.loads(one[3]), one[4]) for one in rows]


def _broken(path: Path, error: sqlite3.Error) -> OutboxBroken:
    return OutboxBroken(
        f"{path}: the outbox cannot be used ({error}); move the file away, and keep it for the administrator"
    )
