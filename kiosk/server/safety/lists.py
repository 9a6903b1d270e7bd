"""The list of erasures on its way from the database to the backups, where a restore finds it."""

from __future__ import annotations

from sqlalchemy import create_engine
from sqlalchemy.exc import DatabaseError

from kiosk.server.safety import erasure
from kiosk.server.safety.backups import Places


def write_lists(places: Places) -> None:
    """Beside the backups and in the hub's folder; read by a connection that writes nothing, beside a running hub."""
    url = places.database if places.is_sqlite else places.database.set(drivername="postgresql+psycopg")
    if places.is_sqlite and not places.database_file.exists():
        return
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            erasure.write_list(connection, (places.backups, places.folder))
    except DatabaseError:
        return  # a database that cannot be read cannot be backed up either: that is told by who does it
    finally:
        engine.dispose()
