"""Reading the database beside a running hub, and the lists of erasures and revocations on their way to the backups.

A backup is up to an hour old; what was taken off or erased since then must not come back with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DatabaseError

from kiosk.server.safety import erasure, list_files, shut_out
from kiosk.server.safety.backups import Places
from kiosk.server.safety.erasure import ERASURES
from kiosk.server.safety.errors import SafetyError
from kiosk.server.safety.list_files import as_text
from kiosk.server.safety.shut_out import SHUT_OUT

if TYPE_CHECKING:
    from kiosk.server.database import Database


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
    """Put both lists beside the backups and into the hub's folder, where a restore finds them."""
    with suppress(SafetyError, DatabaseError), reading(places) as connection:  # who backs up tells what is wrong
        folders = (places.backups, places.folder)
        list_files.write(ERASURES, as_text(erasure.listed(connection)), folders)
        list_files.write(SHUT_OUT, as_text(shut_out.listed(connection)), folders)


class KeepsShutOut:
    """Writes the list of who was shut out whenever it has become another."""

    def __init__(self, database: Database, places: Places) -> None:
        """Nothing is read yet."""
        self._database, self._places = database, places
        self._written = as_text(())

    def look(self) -> bool:
        """Once; whether there was news."""
        with self._database.read() as connection:
            text = as_text(shut_out.listed(connection))
        if text == self._written:
            return False
        list_files.write(SHUT_OUT, text, (self._places.backups, self._places.folder))
        self._written = text
        return True
