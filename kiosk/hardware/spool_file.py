"""The spool's memory: ticket jobs in one SQLite file that survives a pulled plug. When to print what is spool's.

Every change is one transaction, on the disk before the call returns. Pictures hold what a customer's ticket says, so
wiped means overwritten, not only forgotten.
"""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.hardware.ports import HardwareError, Outcome, PrinterTrouble

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEPT_S = 24 * 3600
REMEMBERED_S = 30 * KEPT_S
TRIES = 3
CUT = b"\x1b@\x1dVB\x00"

SCHEMA = """
CREATE TABLE IF NOT EXISTS job (
    number INTEGER PRIMARY KEY,
    job_id TEXT NOT NULL UNIQUE,
    visit_id TEXT NOT NULL,
    state TEXT NOT NULL,
    as_copy INTEGER NOT NULL,
    trouble TEXT,
    is_due INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    put_at_s REAL NOT NULL,
    original BLOB,
    copy BLOB
) STRICT;
CREATE TABLE IF NOT EXISTS paper (half_ticket INTEGER NOT NULL) STRICT;
INSERT INTO paper SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM paper);
"""
COLUMNS = "job_id, visit_id, state, as_copy, trouble, is_due"


class SpoolError(HardwareError):
    """The spool's file cannot be used."""


class JobState(StrEnum):
    """What is known of a ticket. SENT is an end only for printers that never answer; CONFIRMED, FAILED always are."""

    QUEUED = "queued"
    SENT = "sent"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Job:
    """One ticket's way to paper.

    Attributes:
        job_id: made by whoever put it; the same id again is the same job.
        as_copy: what comes, or came, out of the printer is the one that says COPY.
        trouble: why it is not on paper yet; None when nothing is wrong.
        is_due: the spool still means to print it.
    """

    job_id: str
    visit_id: str
    state: JobState
    as_copy: bool
    trouble: PrinterTrouble | None
    is_due: bool


ENDS = {
    Outcome.CONFIRMED: JobState.CONFIRMED,
    Outcome.SENT: JobState.SENT,
    Outcome.UNKNOWN: JobState.UNKNOWN,
}


class SpoolFile:
    """Methods may be called from any thread; each is one transaction."""

    def __init__(self, path: Path) -> None:
        """Open or make the file.

        Raises:
            SpoolError: it is damaged, no spool, or its folder cannot be written.
        """
        self._lock = threading.Lock()
        try:
            self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise _unusable(path, error) from error
        try:
            for line in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "busy_timeout = 5000"):
                self._database.execute(f"PRAGMA {line}")
            self._database.executescript(SCHEMA)
        except sqlite3.Error as error:
            self._database.close()
            raise _unusable(path, error) from error

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            self._database.close()

    def put(
        self, job_id: str, visit_id: str, original: bytes, copy: bytes | None, *, as_copy: bool, at_s: float
    ) -> None:
        """A new job, or nothing if there is one of this id."""
        self._change(
            "INSERT INTO job (job_id, visit_id, state, as_copy, is_due, put_at_s, original, copy)"
            " VALUES (?, ?, 'queued', ?, 1, ?, ?, ?) ON CONFLICT DO NOTHING",
            (job_id, visit_id, as_copy, at_s, original, original if as_copy else copy),
        )

    def next_due(self) -> Job | None:
        """The one to print next."""
        return next(self._found("is_due ORDER BY number LIMIT 1"), None)

    def interrupted(self) -> Job | None:
        """A job whose printing began and whose outcome nobody has written down."""
        return next(self._found("is_due AND state = 'sent' ORDER BY number LIMIT 1"), None)

    def picture(self, job: Job) -> bytes:
        """The bytes to send for it. Half a ticket that an earlier try may have left in the printer is cut off first."""
        wanted = "CASE WHEN as_copy THEN copy ELSE original END, half_ticket"
        with self._lock:
            row = self._database.execute(f"SELECT {wanted} FROM job, paper WHERE job_id = ?", (job.job_id,)).fetchone()  # noqa: S608
        return (CUT if row[1] else b"") + bytes(row[0])

    def begun(self, job: Job) -> Job | None:
        """Its first byte is about to go out."""
        return self._changed(job, "state = 'sent', tries = tries + 1, trouble = NULL")

    def troubled(self, job: Job, trouble: PrinterTrouble) -> Job | None:
        """It waits, and why; None when that was known."""
        return self._changed(job, "trouble = ?", (trouble,))

    def ended(self, job: Job, outcome: Outcome) -> Job | None:
        """What has become of a try."""
        self._change("UPDATE paper SET half_ticket = ?", (outcome is Outcome.CUT_OFF,))
        if outcome is not Outcome.CUT_OFF:
            return self._ended(job, ENDS[outcome])
        changed = self._changed(
            job,
            "state = CASE WHEN tries >= ? THEN 'failed' ELSE 'unknown' END,"
            " is_due = tries < ? AND copy IS NOT NULL, as_copy = as_copy OR copy IS NOT NULL",
            (TRIES, TRIES),
        )
        if changed and not changed.is_due:
            self._wipe(job)
        return changed

    def _ended(self, job: Job, state: JobState) -> Job | None:
        changed = self._changed(job, "state = ?, is_due = 0, trouble = NULL", (state.value,))
        self._wipe(job)
        return changed

    def _wipe(self, job: Job) -> None:
        """What is not going to be printed is nobody's business any more."""
        self._change("UPDATE job SET original = NULL, copy = NULL WHERE job_id = ?", (job.job_id,))
        self._overwrite()

    def tidy(self, now_s: float) -> tuple[Job, ...]:
        """Wipe pictures that are a day old, and forget jobs that are a month old.

        Returns:
            the jobs that failed by it: they were still due.
        """
        old = now_s - KEPT_S
        late = tuple(self._found("is_due AND put_at_s < ? ORDER BY number", (old,)))
        self._change("UPDATE job SET state = 'failed', is_due = 0 WHERE is_due AND put_at_s < ?", (old,))
        wiped = self._change(
            "UPDATE job SET original = NULL, copy = NULL"
            " WHERE put_at_s < ? AND (original IS NOT NULL OR copy IS NOT NULL)",
            (old,),
        )
        failed = tuple(one for job in late for one in self._found("job_id = ?", (job.job_id,)))
        self._change("DELETE FROM job WHERE put_at_s < ?", (now_s - REMEMBERED_S,))
        if wiped:
            self._overwrite()
        return failed

    def _overwrite(self) -> None:
        """The journal holds older pages until it is emptied into the file."""
        with self._lock:
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _changed(self, job: Job, how: str, values: tuple[object, ...] = ()) -> Job | None:
        before = next(self._found("job_id = ?", (job.job_id,)))
        self._change(f"UPDATE job SET {how} WHERE job_id = ?", (*values, job.job_id))  # noqa: S608
        after = next(self._found("job_id = ?", (job.job_id,)))
        return after if after != before else None

    def _change(self, statement: str, values: tuple[object, ...]) -> bool:
        with self._lock:
            return self._database.execute(statement, values).rowcount > 0

    def _found(self, where: str, values: tuple[object, ...] = ()) -> Iterator[Job]:
        with self._lock:
            rows = self._database.execute(f"SELECT {COLUMNS} FROM job WHERE {where}", values).fetchall()  # noqa: S608
        return (
            Job(
                job_id,
                visit_id,
                JobState(state),
                bool(as_copy),
                PrinterTrouble(trouble) if trouble else None,
                bool(due),
            )
            for job_id, visit_id, state, as_copy, trouble, due in rows
        )


def _unusable(path: Path, error: sqlite3.Error) -> SpoolError:
    return SpoolError(f"{path}: the tickets' spool cannot be used ({error}); check the folder, or move the file away")
