"""Handing a file's bookings to the visits when no hub runs: opens the hub's database, which nobody else may hold."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from kiosk.domain.appointment import ImportOutcome
    from kiosk.domain.store import Store
    from kiosk.server.appointments.reading import FileReading
    from kiosk.server.database import Database


@contextmanager
def opened(settings_file: Path | str) -> Iterator[tuple[Database, Store]]:
    """The database and the store that a hub's settings name, closed at the end.

    Raises:
        SettingsError: the settings or the catalogue are faulty, or are no hub's.
        HubError: the database cannot be used, or a hub runs on it.
    """
    from kiosk import settings
    from kiosk.server.database import Database
    from kiosk.store_file import load_store

    hub = settings.load(settings_file).section(settings.Hub)
    store = load_store(hub.store_file)
    database = Database(hub.database)
    try:
        yield database, store
    finally:
        database.close()


def book_reading(
    database: Database, store: Store, reading: FileReading, *, at: datetime, actor: str, command_id: str
) -> ImportOutcome:
    """Store one file's bookings and cancellations in one transaction.

    Args:
        at: the moment of the import.
        actor: who imports, as the log names them.
        command_id: drawn before the first try; the same id again stores nothing twice.
    """
    from kiosk.server import visits

    source = reading.profile.rules().source
    outcome: ImportOutcome = visits.book_all(
        database, store, reading.bookings, source=source, at=at, actor=actor, command_id=command_id
    )
    return outcome
