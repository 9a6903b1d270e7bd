"""The hub's database as a SQLite file: WAL, synchronous=FULL, one process, one writer.

`quick_check` after an unclean end belongs here; what becomes of a damaged file is decided by who opens it (opening.py).
"""

from __future__ import annotations

import fcntl
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import QueuePool

from kiosk.server.errors import DatabaseDamaged, DatabaseUnusable
from kiosk.server.migrating import migrate

READERS = 4
READERS_KIB = 256  # of the file, kept by each; the system keeps it, too, and SQLite's own 2 MB fill slowly
GROWN = 1.25  # as many times as large as when the planner last looked
ROWS_LOOKED_AT = 1000  # of each index: a few milliseconds, however many there are
DAMAGED = ("malformed", "not a database", "disk image", "corrupt")
LOCKED = ("locked", "busy")
PASSING = (*LOCKED, "full", "disk I/O error")


class SqliteFile:
    """One file, held by this process alone until `close`."""

    is_shared = False

    def __init__(self, url: URL, timeout_s: float) -> None:
        """Make the folder and keep other hubs out.

        Raises:
            DatabaseUnusable: no file is named, it cannot be written, or another hub has it.
        """
        if not url.database or url.database == ":memory:":
            raise DatabaseUnusable("[hub] database: sqlite needs a file, such as sqlite:////var/lib/kiosk/hub.db")
        self._url, self._timeout_s = url, timeout_s
        self.name = url.database
        self._path = Path(url.database)
        self._hold = self._held()
        log = self._path.with_name(self._path.name + "-wal")
        self._known_pages = 0
        self._was_stopped_uncleanly = log.exists() and log.stat().st_size > 0

    def engines(self) -> tuple[Engine, Engine]:
        """One connection that writes, a few that read."""
        shared = {"check_same_thread": False, "timeout": self._timeout_s}
        writer = create_engine(self._url, poolclass=QueuePool, pool_size=1, max_overflow=0, connect_args=shared)
        readers = create_engine(
            self._url,
            poolclass=QueuePool,
            pool_size=READERS,
            max_overflow=READERS,
            pool_use_lifo=True,  # the others are idle, and their memory is not filled one after the other
            connect_args=shared,
        )
        event.listen(writer, "connect", self._connect_writer)
        event.listen(writer, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        event.listen(readers, "connect", self._connect_reader)
        event.listen(readers, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
        return writer, readers

    def open(self, connection: Connection) -> None:
        """Look through a file that was not closed in order, and bring it to the newest version."""
        with connection.begin():
            said = "ok"
            if self._was_stopped_uncleanly:
                said = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())
            if said != "ok":
                raise DatabaseDamaged(self._path, said)
            migrate(connection, self.name)
            self.learn(connection)

    def hold(self, connection: Connection, store_id: str | None) -> None:
        """Nothing more to hold: `BEGIN IMMEDIATE` keeps every other writer out."""

    def passing(self, error: Exception) -> str | None:
        """What to tell of a database that cannot do it just now; None: it is a fault of ours."""
        said = str(getattr(error, "orig", None) or error)
        return said.splitlines()[0] if any(word in said for word in PASSING) else None

    def is_lost(self, error: Exception) -> bool:  # noqa: ARG002 - as the other backend's
        """Whether the connection is gone: a file's never is."""
        return False

    def unusable(self, error: DatabaseError) -> DatabaseUnusable:
        """Why it cannot be opened."""
        said = str(error.orig).strip().splitlines()[0] if error.orig else str(error)
        if any(word in said for word in DAMAGED):
            return DatabaseDamaged(self._path, said)
        if any(word in said for word in LOCKED):
            return DatabaseUnusable(f"{self.name}: locked by another program; stop it and start the hub again")
        return DatabaseUnusable(f"{self.name}: cannot be opened ({said})")

    def checkpoint(self, connection: Connection) -> None:
        """Copy the write-ahead log into the file."""
        raw: Any = connection.connection.dbapi_connection
        raw.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def learn(self, connection: Connection) -> bool:
        """Without these figures its planner takes the rows of one store for few, and reads all that ever were."""
        pages = int(connection.exec_driver_sql("PRAGMA page_count").scalar() or 0)
        if pages < self._known_pages * GROWN:
            return False
        self._known_pages = pages
        connection.exec_driver_sql(f"PRAGMA analysis_limit={ROWS_LOOKED_AT}")
        connection.exec_driver_sql("ANALYZE")
        return True

    def close(self) -> None:
        """Let other hubs in."""
        self._hold.close()

    def _held(self) -> IO[bytes]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            hold = self._path.with_name(self._path.name + ".lock").open("wb")
        except OSError as error:
            said = (error.strerror or str(error)).lower()
            raise DatabaseUnusable(f"{self._path}: {said}; the hub writes there") from error
        try:
            fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            hold.close()
            raise DatabaseUnusable(f"{self._path}: another hub runs on this database; stop it first") from error
        return hold

    def _connect_writer(self, raw: sqlite3.Connection, _record: object) -> None:
        raw.isolation_level = None  # transactions are begun by us, as IMMEDIATE, and by nobody else
        raw.execute(f"PRAGMA busy_timeout={int(self._timeout_s * 1000)}")
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("PRAGMA synchronous=FULL")
        raw.execute("PRAGMA foreign_keys=ON")
        raw.execute("PRAGMA temp_store=MEMORY")  # as a file, what a SAVEPOINT sets aside was most of the writes
        raw.execute("PRAGMA wal_autocheckpoint=4000")  # a backstop only: quiet moments checkpoint

    def _connect_reader(self, raw: sqlite3.Connection, _record: object) -> None:
        raw.isolation_level = None
        raw.execute(f"PRAGMA busy_timeout={int(self._timeout_s * 1000)}")
        raw.execute("PRAGMA query_only=ON")
        raw.execute(f"PRAGMA cache_size=-{READERS_KIB}")


def what_is_wrong(path: Path) -> str | None:
    """What SQLite finds wrong in a database file that nobody writes to, in one line; None: every page is in its place.

    For whoever restores a file and wants to know that it is good. It takes about a second for 300 MB.
    """
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        return str(error).splitlines()[0]
    return None if said == "ok" else said
