"""The hub's database on a PostgreSQL server, which several hub processes may share.

A command holds its store's row from its first statement on, so the commands of one store are done one after the other,
whichever process does them, and `seq` counts in the order of the commits. Who wakes the others' watchers: listener.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, inspect, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from kiosk.server.errors import DatabaseAway, DatabaseUnusable
from kiosk.server.migrating import migrate

READERS = 4
LEAST_VERSION = 15
CONNECT_S = 5
FORSAKEN_S = 30  # a process that stands still in the middle of a command lets go of the store after that
HUBS = 0x6B696F736B  # "kiosk": shared by every hub that runs, held alone by whoever changes tables or moves a store
OPENING = HUBS + 1  # one opens at a time
FILLING = HUBS + 2  # one restores at a time
HALF_RESTORED = "kiosk_half_restored"  # a table that is there while a restore fills the database; safety/filling.py
HALF_RESTORED_REMEDY = "a restore fills it, or was cut off; if none runs, kiosk restore with the same file begins again"
AWAY = (
    "connection refused",
    "no such file or directory",
    "is starting up",
    "is shutting down",
    "shut down",
    "timeout expired",
    "could not translate host name",
    "no route to host",
    "server closed the connection",
    "network is unreachable",
    "in recovery mode",
)
_GROWN = """SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
    AND pg_relation_size(oid) > 0 AND (relpages <= 4 OR pg_relation_size(oid) > 2 * relpages * 8192) ORDER BY relname"""
_LOST = ("08", "57")  # classes of SQLSTATE: connection exception, operator intervention


class PostgreSQL:
    """A database on a server. `alone`: nobody else may use it while it is open."""

    is_shared = True

    def __init__(self, url: URL, timeout_s: float, *, alone: bool = False) -> None:
        """Nothing is connected yet."""
        self._url = url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url
        self._timeout_s, self._alone = timeout_s, alone
        self._has_joined = False
        self.name = url.set(drivername="postgresql").render_as_string(hide_password=True)

    def engines(self) -> tuple[Engine, Engine]:
        """One connection that writes, a few that read a whole transaction at one moment."""
        writer = create_engine(self._url, pool_size=1, max_overflow=0, connect_args=self._how())
        readers = create_engine(
            self._url,
            pool_size=READERS,
            max_overflow=READERS,
            isolation_level="REPEATABLE READ",
            pool_pre_ping=True,
            connect_args=self._how(),
        )
        event.listen(writer, "connect", self._join_again)
        return writer, readers

    def ears(self) -> Engine:
        """Connections for who listens: none is kept, each statement is a transaction of its own."""
        return create_engine(self._url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=self._how())

    def open(self, connection: Connection) -> None:
        """Look at the server, and bring the tables to the newest version while no hub of an older one runs."""
        self._judge(connection)
        with connection.begin():
            connection.exec_driver_sql("SET LOCAL lock_timeout = '5min'")  # another one may be changing the tables
            connection.execute(select(func.pg_advisory_xact_lock(OPENING)))
            if self._alone:
                self._join(connection.exec_driver_sql)
            elif is_half_restored(connection):
                raise DatabaseUnusable(f"{self.name}: {HALF_RESTORED_REMEDY}")
            migrate(connection, self.name, may_change=lambda: self._is_alone(connection))
            if not self._alone:
                self._join(connection.exec_driver_sql)
        self._has_joined = True

    def hold(self, connection: Connection, store_id: str | None) -> None:
        """Keep other processes' commands of this store waiting until the transaction ends; None: of all stores."""
        if store_id is None:
            connection.exec_driver_sql("SELECT 1 FROM store FOR NO KEY UPDATE")
        else:
            connection.exec_driver_sql("SELECT 1 FROM store WHERE store_id = %s FOR NO KEY UPDATE", (store_id,))

    def passing(self, error: Exception) -> str | None:
        """What to tell of it: whatever an operational error says passes, or an administrator makes it pass."""
        return str(getattr(error, "orig", None) or error).strip().splitlines()[0]

    def is_lost(self, error: Exception) -> bool:
        """Whether the connection is gone with the error."""
        sqlstate = getattr(getattr(error, "orig", None) or error, "sqlstate", None)
        return sqlstate is None or sqlstate.startswith(_LOST) or sqlstate == "25P03"

    def unusable(self, error: DatabaseError) -> DatabaseUnusable:
        """Why it cannot be opened."""
        said = " ".join(str(error.orig or error).split())
        lower = said.lower()
        if "password authentication failed" in lower or "no password supplied" in lower:
            return DatabaseUnusable(f"{self.name}: user or password is wrong; correct [hub] database")
        if "no pg_hba.conf entry" in lower or "peer authentication" in lower or "ident authentication" in lower:
            return DatabaseUnusable(f"{self.name}: the server does not let this user in; see its pg_hba.conf")
        if 'database "' in lower and "does not exist" in lower:
            return DatabaseUnusable(f"{self.name}: no such database; createdb --encoding=UTF8 makes it")
        if "permission denied" in lower:
            return DatabaseUnusable(f"{self.name}: this user may not make tables there; make it the database's owner")
        if any(word in lower for word in AWAY):
            return DatabaseAway(f"{self.name}: the server does not answer ({_reason(said)}); is it running?")
        return DatabaseUnusable(f"{self.name}: cannot be opened ({said})")

    def checkpoint(self, connection: Connection) -> None:
        """The server does that by itself."""

    def learn(self, connection: Connection) -> bool:
        """Count small and fast-growing tables for the planner, which the server itself does once a minute.

        Until then it takes every table for one row, and joins a day's bookings a thousand times too slowly.
        """
        with connection.begin():
            grown = connection.exec_driver_sql(_GROWN).scalars().all()
            if grown:
                connection.exec_driver_sql(f"ANALYZE {', '.join(grown)}")
        return bool(grown)

    def close(self) -> None:
        """Nothing is held but the connections."""

    def _how(self) -> dict[str, Any]:
        """How to connect: a server or a network that has gone is noticed within seconds, and so is this process."""
        waits = f"lock_timeout={int(self._timeout_s * 1000)}"
        forsaken = f"idle_in_transaction_session_timeout={0 if self._alone else FORSAKEN_S * 1000}"
        options = (waits, forsaken, "TimeZone=UTC", "jit=off")  # compiling a statement takes longer than each of ours
        return {
            "application_name": "kiosk hub",
            "client_encoding": "utf8",
            "connect_timeout": CONNECT_S,
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
            "tcp_user_timeout": 10_000,
            "options": " ".join(f"-c {one}" for one in options),
        }

    def _is_alone(self, connection: Connection) -> bool:
        return bool(connection.scalar(select(func.pg_try_advisory_xact_lock(HUBS))))

    def _join(self, execute: Callable[[str], Any]) -> None:
        """Be one of the hubs, or the only program, as long as the connection stands."""
        verb = "pg_try_advisory_lock" if self._alone else "pg_try_advisory_lock_shared"
        if execute(f"SELECT {verb}({HUBS})").fetchone()[0]:
            return
        raise DatabaseUnusable(
            f"{self.name}: a hub runs on this database; stop it first"
            if self._alone
            else f"{self.name}: a store is just being moved there, or its tables are changed; start the hub afterwards"
        )

    def _join_again(self, raw: Any, _record: object) -> None:
        """A connection that was lost and made anew."""
        if self._has_joined:
            self._join(raw.execute)
            raw.commit()

    def _judge(self, connection: Connection) -> None:
        with connection.begin():
            version = int(connection.exec_driver_sql("SHOW server_version_num").scalar() or 0)
            encoding = str(connection.exec_driver_sql("SHOW server_encoding").scalar())
        wrong = what_is_unfit(version, encoding)
        if wrong:
            raise DatabaseUnusable(f"{self.name}: {wrong}")


def is_half_restored(connection: Connection) -> bool:
    """Whether a restore has begun to fill this database and was not heard of again."""
    return inspect(connection).has_table(HALF_RESTORED)


def what_is_unfit(version: int, encoding: str) -> str | None:
    """Why a server cannot hold a store, with the remedy; None: it can.

    Args:
        version: as `server_version_num` has it, such as 150016.
    """
    if version // 10_000 < LEAST_VERSION:
        return f"PostgreSQL {version // 10_000} is too old; the hub needs {LEAST_VERSION} or newer"
    if encoding != "UTF8":
        return f"made for {encoding}, which cannot hold every name; make it anew with createdb --encoding=UTF8"
    return None


def _reason(said: str) -> str:
    """The nearest cause in libpq's long sentence."""
    return said.rpartition("failed: ")[2].removeprefix("FATAL: ").split(" Is the server")[0].strip()
