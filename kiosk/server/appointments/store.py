"""Handing a file's bookings to the visits when no hub runs: opens the hub's database, which nobody else may hold."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from kiosk.server.appointments.errors import NotStored
from kiosk.server.appointments.report import total
from kiosk.server.appointments.wire import batches

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiosk.domain.appointment import ImportOutcome
    from kiosk.domain.store import Store
    from kiosk.server.appointments.reading import FileReading
    from kiosk.server.database import Database
    from kiosk.store_settings import OneStore


@contextmanager
def opened(one: OneStore) -> Iterator[tuple[Database, Store]]:
    """A store's database and its catalogue, closed at the end.

    Raises:
        SettingsError: the catalogue is faulty.
        HubError: the database cannot be used, or a hub runs on it.
    """
    from kiosk.server.database import Database
    from kiosk.store_file import load_store

    store = load_store(one.hub.store_file)
    database = Database(one.hub.database)
    try:
        yield database, store
    finally:
        database.close()


def book_reading(database: Database, store: Store, reading: FileReading, *, at: datetime, actor: str) -> ImportOutcome:
    """Store one file's bookings and cancellations, in one transaction unless there are very many.

    Args:
        at: the moment of the import.
        actor: who imports, as the log names them.

    Raises:
        NotStored: the database cannot take them.
    """
    from kiosk.server.errors import Answered
    from kiosk.server.ledger import new_id
    from kiosk.server.visits.bookings import book_all

    source = reading.profile.rules().source
    try:
        return total(
            book_all(database, store, piece, source=source, at=at, actor=actor, command_id=new_id())
            for piece in batches(reading.bookings)
        )
    except Answered as error:
        raise NotStored(f"{reading.file}: not stored: {error}") from error
