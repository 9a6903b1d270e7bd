"""Reading the hub's database beside a running hub, and the list of erasures on its way to the backups."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DatabaseError

from kiosk.server.safety import erasure
from kiosk.server.safety.backups import Places
from kiosk.server.safety.errors import SafetyError


@contextmanager
def reading(places: Places) -> Iterator[Connection]:
    """A connection that changes nothing.

    Raises:
        SafetyError: there is no database yet.
    """
    if places.is_sqlite and not places.database_file.exists():
        raise SafetyError(f"{places.database_file}: there is no database yet")
    engine = create_engine(
        places.database if places.is_sqlite else places.database.set(drivername="postgresql+psycopg")
    )
    if places.is_sqlite:
        event.listen(engine, "connect", lambda raw, _record: raw.execute("PRAGMA query_only=ON"))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def write_lists(places: Places) -> None:
    """Put the list beside the backups and into the hub's folder, where a restore finds it."""
    with suppress(SafetyError, DatabaseError), reading(places) as connection:  # who backs up tells what is wrong
        erasure.write_list(connection, (places.backups, places.folder))
