"""The hub's database once it is open, and its two ways in: `write` (one at a time) and `read`.

What differs between a SQLite file and a PostgreSQL server: see sqlite_file.py, postgresql.py. What the tables are is
in schema.py, how they came about in migrations/. Opening it with patience is in opening.py.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, RootTransaction, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError, SQLAlchemyError

from kiosk.server import schema
from kiosk.server.errors import Busy, DatabaseUnusable
from kiosk.server.postgresql import PostgreSQL
from kiosk.server.sqlite_file import SqliteFile

BUSY_TIMEOUT_S = 5.0
log = logging.getLogger(__name__)
NO_ADDRESS = "[hub] database: not an address such as sqlite:////var/lib/kiosk/hub.db or postgresql://user@host/kiosk"


class Backend(Protocol):
    """What a kind of database does its own way. `is_shared`: other hub processes may write to it, too."""

    is_shared: bool
    name: str

    def engines(self) -> tuple[Engine, Engine]:
        """Who writes (one connection) and who reads."""

    def open(self, connection: Connection) -> None:
        """Judge it and bring it to the newest version."""

    def hold(self, connection: Connection, store_id: str | None) -> None:
        """From here to the end of the transaction nobody else does a command of this store, or of any."""

    def passing(self, error: Exception) -> str | None:
        """What to tell of a database that cannot do it just now; None: it is a fault of ours."""

    def is_lost(self, error: Exception) -> bool:
        """Whether the connection went with the error."""

    def unusable(self, error: DatabaseError) -> DatabaseUnusable:
        """Why it cannot be opened."""

    def checkpoint(self, connection: Connection) -> None:
        """For quiet moments."""

    def learn(self, connection: Connection) -> bool:
        """Much has come in: let the planner know; whether it was enough for that."""

    def close(self) -> None:
        """Let go of it."""


class Database:
    """An open database at its newest version. Thread-safe; `close` it when the hub ends."""

    def __init__(self, url: str, *, alone: bool = False) -> None:
        """Open and migrate.

        Args:
            url: as `[hub] database` has it.
            alone: no other program may use it meanwhile. A SQLite file is always one process's own.

        Raises:
            DatabaseDamaged, DatabaseAway: see errors.py.
            DatabaseUnusable: locked, written by a newer version, in use by another hub, or not to be reached.
        """
        self.url = _parsed(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        try:
            self.backend: Backend = (
                SqliteFile(self.url, BUSY_TIMEOUT_S)
                if self.is_sqlite
                else PostgreSQL(self.url, BUSY_TIMEOUT_S, alone=alone)
            )
            self._writer, self._readers = self.backend.engines()
        except (ArgumentError, ImportError) as error:
            raise DatabaseUnusable(NO_ADDRESS) from error
        self.name, self.is_shared = self.backend.name, self.backend.is_shared
        self._turn = threading.Lock()
        self._when_kept: list[Callable[[], None]] = []
        self._driver: Any = self._writer.dialect.loaded_dbapi
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def write(self, store_id: str | None = None) -> Iterator[Connection]:
        """One transaction that changes something; all of it or nothing.

        Args:
            store_id: whose rows are read and changed; None: of any store. Other processes wait for no more than that.

        Raises:
            Busy: the lock or the database could not be had in 5 s, or the disk is full. Nothing was written.
        """
        if not self._turn.acquire(timeout=BUSY_TIMEOUT_S):
            raise Busy("the hub is busy; send it again in a moment")
        try:
            with self._kept_or_gone(store_id):
                yield self._connection
        except (OperationalError, self._driver.OperationalError) as error:
            busy = self._passing(error)
            if busy is None:
                raise
            raise busy from error
        finally:
            self._turn.release()

    def when_kept(self, what: Callable[[], None]) -> None:
        """Within `write`: done right after the commit, before anybody is answered, in the order of the commands."""
        self._when_kept.append(what)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent reading; it never waits for a writer, nor a writer for it.

        Raises:
            Busy: the database's server has gone.
        """
        try:
            with self._readers.connect() as connection, connection.begin():
                yield connection
        except (OperationalError, self._driver.OperationalError) as error:
            said = self.backend.passing(error) if self.is_shared else None
            if said is None:
                raise
            raise Busy(f"the database cannot be read now ({said}); try again in a moment") from error

    def ensure_store(self, store_id: str, at: datetime) -> None:
        """The store's own row, made once, with a generation that no other database has."""
        with self.read() as connection:
            if connection.execute(select(schema.store.c.seq).where(schema.store.c.store_id == store_id)).first():
                return
        made = {"store_id": store_id, "seq": 0, "booked_seq": 0, "generation": new_generation(), "made_at": at}
        insert = sqlite.insert if self.is_sqlite else postgresql.insert
        with self.write() as connection:  # another process may have been faster
            connection.execute(insert(schema.store).values(made).on_conflict_do_nothing())

    def checkpoint(self) -> None:
        """Copy the write-ahead log into the database file; for quiet moments."""
        if self._turn.acquire(blocking=False):
            try:
                self.backend.checkpoint(self._connection)
            finally:
                self._turn.release()

    def learn(self) -> None:
        """Much has come in at once: the planner of statements should know. What fails here comes later by itself."""
        with suppress(Busy, DatabaseError):
            if self.is_shared:
                with self._readers.connect() as connection:
                    self.backend.learn(connection)
                return
            with self.write() as connection:
                has_learned = self.backend.learn(connection)
            if has_learned:
                self._readers.dispose()  # a connection goes by the figures that stood there when it was opened

    def close(self) -> None:
        """Let go of everything. The writer goes last: it alone may checkpoint."""
        self._readers.dispose()
        connection = getattr(self, "_connection", None)
        if connection is not None:
            with suppress(DatabaseError):
                connection.close()
        self._writer.dispose()
        self.backend.close()

    def _open(self) -> None:
        try:
            self._connection = self._writer.connect()
            self.backend.open(self._connection)
        except DatabaseError as error:
            raise self.backend.unusable(error) from error

    @contextmanager
    def _kept_or_gone(self, store_id: str | None) -> Iterator[None]:
        """Begin, and commit at the end; whatever goes wrong, nothing stays and the next one can begin."""
        self._when_kept = []
        transaction = None
        try:
            transaction = self._begun(store_id)
            yield
            transaction.commit()
        except BaseException as error:
            if transaction is not None:
                with suppress(DatabaseError):
                    transaction.rollback()
            self._settle(error)
            raise
        for one in self._when_kept:
            try:
                one()
            except Exception:  # what was committed is committed; the next reading sees it
                log.exception("after a commit")

    def _begun(self, store_id: str | None) -> RootTransaction:
        """A transaction that holds its store. A connection that was lost while nobody wrote is made anew, once."""
        transaction = self._connection.begin()
        try:
            self.backend.hold(self._connection, store_id)
        except OperationalError as error:
            transaction.rollback()
            if not self.backend.is_lost(error):
                raise
            self._connection.invalidate()
            transaction = self._connection.begin()
            try:
                self.backend.hold(self._connection, store_id)
            except BaseException:
                transaction.rollback()
                raise
        return transaction

    def _settle(self, error: BaseException) -> None:
        """After a transaction that failed, before anybody else writes: the next one finds none open.

        A COMMIT that the disk refuses leaves its transaction open, and SQLAlchemy does not roll that back.
        """
        is_lost = isinstance(error, (OperationalError, self._driver.OperationalError)) and self.backend.is_lost(error)
        try:
            if not is_lost and not self._connection.invalidated:
                raw: Any = self._connection.connection.driver_connection
                raw.rollback()
        except (SQLAlchemyError, self._driver.Error):
            is_lost = True
        if is_lost:
            self._connection.invalidate()  # the next command connects anew

    def _passing(self, error: Exception) -> Busy | None:
        """What to tell of a database that cannot do it now; None: it is a fault of ours."""
        said = self.backend.passing(error)
        return None if said is None else Busy(f"the database cannot take it now ({said}); send it again in a moment")


def new_generation() -> str:
    """What tells one life of a store's database from every other: drawn when it is made, restored or moved."""
    return secrets.token_hex(4)


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise DatabaseUnusable(NO_ADDRESS) from error
    return parsed.set(drivername="postgresql+psycopg") if parsed.drivername == "postgresql" else parsed
