"""Opening the hub's database, and its two ways in: `write` (one at a time) and `read`.

SQLite in WAL mode with synchronous=FULL, or PostgreSQL. All that writes goes through one connection under one lock, and
only that one checkpoints. What the tables are is in schema.py; how they came about, in migrations/.
"""

from __future__ import annotations

import fcntl
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from alembic import command as alembic
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, func, insert, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError
from sqlalchemy.pool import QueuePool

from kiosk.server import schema
from kiosk.server.errors import Busy, DatabaseUnusable

BUSY_TIMEOUT_S = 5.0
READERS = 4
HUB_LOCK = 0x6B696F736B  # "kiosk"
NO_ADDRESS = "[hub] database: not an address such as sqlite:////var/lib/kiosk/hub.db or postgresql://user@host/kiosk"
MIGRATIONS = Path(__file__).parent / "migrations"
DAMAGED = ("malformed", "not a database", "disk image", "corrupt")
LOCKED = ("locked", "busy")
PASSING = (*LOCKED, "full", "disk I/O error")


class Database:
    """An open database at its newest version. Thread-safe; `close` it when the hub ends."""

    def __init__(self, url: str) -> None:
        """Open and migrate.

        Args:
            url: as `[hub] database` has it.

        Raises:
            DatabaseUnusable: damaged, locked, written by a newer version, in use by another hub, or not reachable.
        """
        self.url = _parsed(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.name = (
            self.url.database or str(self.url) if self.is_sqlite else self.url.render_as_string(hide_password=True)
        )
        self._lock = threading.Lock()
        self._hold: IO[bytes] | None = None
        was_stopped_uncleanly = self._prepare_file() if self.is_sqlite else False
        try:
            self._writer, self._readers = self._engines()
        except (ArgumentError, ImportError) as error:
            raise DatabaseUnusable(NO_ADDRESS) from error
        self._driver: Any = self._writer.dialect.loaded_dbapi
        try:
            self._open(look_closely=was_stopped_uncleanly)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that changes something; all of it or nothing.

        Raises:
            Busy: the lock or the database could not be had in 5 s, or the disk is full. Nothing was written.
        """
        if not self._lock.acquire(timeout=BUSY_TIMEOUT_S):
            raise Busy("the hub is busy; send it again in a moment")
        try:
            with self._connection.begin():
                yield self._connection
        except (OperationalError, self._driver.OperationalError) as error:
            busy = self._busy(error)
            if busy is None:
                raise
            raise busy from error
        finally:
            self._lock.release()

    def _busy(self, error: Exception) -> Busy | None:
        """What to tell of a database that cannot do it now; None: it is a fault of ours."""
        said = str(getattr(error, "orig", None) or error)
        if not self.is_sqlite:
            self._connection.invalidate()  # the server may have gone; the next command connects anew
        elif not any(word in said for word in PASSING):
            return None
        return Busy(f"the database cannot take it now ({said.splitlines()[0]}); send it again in a moment")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent reading; it never waits for a writer, nor a writer for it."""
        with self._readers.connect() as connection, connection.begin():
            yield connection

    def ensure_store(self, store_id: str, at: datetime) -> None:
        """The store's own row, made once, with a generation that no other database has."""
        with self.write() as connection:
            row = connection.execute(select(schema.store.c.seq).where(schema.store.c.store_id == store_id)).first()
            if row is None:
                made = {
                    "store_id": store_id,
                    "seq": 0,
                    "booked_seq": 0,
                    "generation": secrets.token_hex(4),
                    "made_at": at,
                }
                connection.execute(insert(schema.store).values(made))

    def checkpoint(self) -> None:
        """Copy the write-ahead log into the database file; for quiet moments."""
        if self.is_sqlite and self._lock.acquire(blocking=False):
            try:
                raw: Any = self._connection.connection.dbapi_connection
                raw.execute("PRAGMA wal_checkpoint(PASSIVE)")
            finally:
                self._lock.release()

    def close(self) -> None:
        """Let go of everything. The writer goes last: it alone may checkpoint."""
        self._readers.dispose()
        connection = getattr(self, "_connection", None)
        if connection is not None:
            with suppress(DatabaseError):
                connection.close()
        self._writer.dispose()
        if self._hold:
            self._hold.close()

    def _prepare_file(self) -> bool:
        """Make the folder, keep other hubs out; whether the last hub ended without closing its log."""
        path = Path(self.url.database or "")
        if not self.url.database or self.url.database == ":memory:":
            raise DatabaseUnusable("[hub] database: sqlite needs a file, such as sqlite:////var/lib/kiosk/hub.db")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._hold = path.with_name(path.name + ".lock").open("wb")
        except OSError as error:
            raise DatabaseUnusable(f"{path}: {(error.strerror or str(error)).lower()}; the hub writes there") from error
        try:
            fcntl.flock(self._hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._hold.close()
            raise DatabaseUnusable(f"{path}: another hub runs on this database; stop it first") from error
        log = path.with_name(path.name + "-wal")
        return log.exists() and log.stat().st_size > 0

    def _engines(self) -> tuple[Engine, Engine]:
        if not self.is_sqlite:
            writer = create_engine(self.url, pool_size=1, max_overflow=0, pool_pre_ping=True)
            readers = create_engine(self.url, pool_size=READERS, isolation_level="REPEATABLE READ", pool_pre_ping=True)
            return writer, readers
        shared = {"check_same_thread": False, "timeout": BUSY_TIMEOUT_S}
        writer = create_engine(self.url, poolclass=QueuePool, pool_size=1, max_overflow=0, connect_args=shared)
        readers = create_engine(
            self.url, poolclass=QueuePool, pool_size=READERS, max_overflow=READERS, connect_args=shared
        )
        event.listen(writer, "connect", _connect_writer)
        event.listen(writer, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        event.listen(readers, "connect", _connect_reader)
        event.listen(readers, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
        return writer, readers

    def _open(self, *, look_closely: bool) -> None:
        try:
            self._connection = connection = self._writer.connect()
            if look_closely:
                self._quick_check(connection)
            if not self.is_sqlite:
                self._keep_others_out(connection)
            migrate(connection, self.name)
        except DatabaseError as error:
            raise _unusable(self.name, error) from error

    def _keep_others_out(self, connection: Connection) -> None:
        """One hub to a PostgreSQL database, as long as this connection stands."""
        with connection.begin():
            if not connection.scalar(select(func.pg_try_advisory_lock(HUB_LOCK))):
                raise DatabaseUnusable(f"{self.name}: another hub runs on this database; stop it first")

    def _quick_check(self, connection: Connection) -> None:
        """After a power cut: is every page where it belongs?"""
        with connection.begin():
            said = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
        if said != "ok":
            raise DatabaseUnusable(f"{self.name}: damaged ({said}); keep the file and restore the newest backup")


def migrate(connection: Connection, name: str) -> None:
    """Bring the database to the newest version, in one transaction.

    Raises:
        DatabaseUnusable: it is of a version that this program does not know.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    with connection.begin():
        revision = MigrationContext.configure(connection).get_current_revision()
        if revision and revision not in {one.revision for one in scripts.walk_revisions()}:
            raise DatabaseUnusable(
                f"{name}: written by a newer version of kiosk ({revision}); install that one or restore a backup"
            )
        if revision != scripts.get_current_head():
            config.attributes["connection"] = connection
            alembic.upgrade(config, "head")


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise DatabaseUnusable(NO_ADDRESS) from error
    return parsed.set(drivername="postgresql+psycopg") if parsed.drivername == "postgresql" else parsed


def _connect_writer(raw: sqlite3.Connection, _record: object) -> None:
    raw.isolation_level = None  # transactions are begun by us, as IMMEDIATE, and by nobody else
    raw.execute(f"PRAGMA busy_timeout={int(BUSY_TIMEOUT_S * 1000)}")
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=FULL")
    raw.execute("PRAGMA foreign_keys=ON")
    raw.execute("PRAGMA wal_autocheckpoint=4000")  # a backstop only: quiet moments checkpoint


def _connect_reader(raw: sqlite3.Connection, _record: object) -> None:
    raw.isolation_level = None
    raw.execute(f"PRAGMA busy_timeout={int(BUSY_TIMEOUT_S * 1000)}")
    raw.execute("PRAGMA query_only=ON")


def _unusable(name: str, error: DatabaseError) -> DatabaseUnusable:
    said = str(error.orig).strip().splitlines()[0] if error.orig else str(error)
    if any(word in said for word in DAMAGED):
        return DatabaseUnusable(
            f"{name}: damaged, or no database of the hub ({said}); keep the file and restore the newest backup"
        )
    if any(word in said for word in LOCKED):
        return DatabaseUnusable(f"{name}: locked by another program; stop it and start the hub again")
    return DatabaseUnusable(f"{name}: cannot be opened ({said})")
