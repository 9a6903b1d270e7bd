"""A PostgreSQL database while a restore fills it: marked before anything is in it, unmarked with the last step.

pg_restore and what is done to its rows afterwards are two transactions. What is cut off between them still has its
mark: no hub opens it (postgresql.py), and the next restore takes it for what it is and begins again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine, create_engine, func, inspect, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import NullPool

from kiosk.server.postgresql import FILLING, HALF_RESTORED, OPENING, is_half_restored
from kiosk.server.safety.errors import RestoreRefused

_OWN_FUNCTIONS = """SELECT oid::regprocedure::text FROM pg_proc p WHERE pronamespace = current_schema()::regnamespace
    AND pg_has_role(proowner, 'USAGE') AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = p.oid AND deptype = 'e')"""


@contextmanager
def filling(url: URL) -> Iterator[None]:
    """Mark an empty database, or one that an earlier restore has left half done; that one is emptied.

    Whoever fills it takes the mark away by `filled`. While this lasts no other restore begins on it.

    Raises:
        RestoreRefused: it cannot be opened, holds somebody's tables, or another restore is filling it.
    """
    name = url.render_as_string()
    engine = create_engine(url.set(drivername="postgresql+psycopg"), poolclass=NullPool)
    try:
        with _connected(engine, name) as connection:
            if not connection.scalar(select(func.pg_try_advisory_lock(FILLING))):
                raise RestoreRefused(f"{name}: another restore is filling it; wait until that has ended")
            connection.execute(select(func.pg_advisory_lock(OPENING)))  # a hub that is just making tables there
            _mark(connection, name)
            connection.commit()
            connection.execute(select(func.pg_advisory_unlock(OPENING)))
            connection.commit()
            try:
                yield
            except BaseException:
                _empty_again(connection)
                raise
    finally:
        engine.dispose()


def filled(connection: Connection) -> None:
    """With the last step: from here on it is a database like any other. One that is not marked stays as it is."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {HALF_RESTORED}")


def _mark(connection: Connection, name: str) -> None:
    if is_half_restored(connection):
        _empty(connection)
    elif inspect(connection).get_table_names():
        remedy = "make an empty one with createdb, name it in [hub] database, and restore into that"
        raise RestoreRefused(f"{name}: is not empty, and nothing is restored over it; {remedy}")
    connection.exec_driver_sql(f"CREATE TABLE {HALF_RESTORED} (begun_at timestamptz NOT NULL DEFAULT now())")


def _empty_again(connection: Connection) -> None:
    """What failed leaves nothing, unless its last step was done. If that cannot be done either, the mark stays."""
    with suppress(DatabaseError):
        if is_half_restored(connection):
            _empty(connection)
        connection.commit()


def _empty(connection: Connection) -> None:
    quote = connection.dialect.identifier_preparer.quote
    for table in inspect(connection).get_table_names():
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {quote(table)} CASCADE")
    for function in connection.exec_driver_sql(_OWN_FUNCTIONS).scalars().all():
        connection.exec_driver_sql(f"DROP FUNCTION {function} CASCADE")


def _connected(engine: Engine, name: str) -> Connection:
    try:
        return engine.connect()
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise RestoreRefused(f"{name}: cannot be opened ({reason}); createdb makes an empty one") from error
