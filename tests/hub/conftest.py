"""A hub on a database of its own; it is migrated once and copied for every test. Afterwards the log must tell the same as the rows."""

from __future__ import annotations

import os

import pytest
from hub_shop import HandClock, Shop, copied, emptied, rebuilt, stored

from kiosk.server.database import Database

# An address such as postgresql://kiosk@127.0.0.1:5432/trial: all that is in that database is dropped for every test.
POSTGRESQL = os.environ.get("KIOSK_TEST_POSTGRESQL", "")


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """An empty database at its newest version."""
    path = tmp_path_factory.mktemp("template") / "hub.db"
    Database(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def clock():
    """Tuesday, 08:00 in the shop."""
    return HandClock()


@pytest.fixture
def database(template, tmp_path):
    """A database that nobody has written to: a SQLite file, or a schema of the PostgreSQL server that is named."""
    database = Database(emptied(POSTGRESQL) if POSTGRESQL else copied(template, tmp_path / "hub.db"))
    yield database
    database.close()


@pytest.fixture
def file_database(template, tmp_path):
    """A SQLite file in any case, for what only SQLite has."""
    database = Database(copied(template, tmp_path / "file.db"))
    yield database
    database.close()


@pytest.fixture
def file_shop(file_database, clock):
    """A hub on it."""
    return Shop(file_database, clock)


@pytest.fixture
def shop(database, clock):
    """A hub, and after the test the proof: all rows are what the log says."""
    shop = Shop(database, clock)
    yield shop
    assert stored(shop) == rebuilt(shop)
