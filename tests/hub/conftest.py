"""A hub on a database of its own, once on SQLite and once on PostgreSQL. Afterwards the log must tell the same as the rows."""

from __future__ import annotations

import os
from contextlib import closing

import pytest
from hub_shop import HandClock, Shop, copied, emptied, rebuilt, stored, wiped

from kiosk.server.database import Database

# An address such as postgresql://kiosk@127.0.0.1:5432/trial instead of a server of the tests' own: it is emptied for every test.
POSTGRESQL = os.environ.get("KIOSK_TEST_POSTGRESQL", "")


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """An empty database at its newest version."""
    path = tmp_path_factory.mktemp("template") / "hub.db"
    Database(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def template_url(request):
    """A PostgreSQL database at its newest version."""
    url = emptied(POSTGRESQL) if POSTGRESQL else request.getfixturevalue("postgres_server").makes("hub")
    Database(url).close()
    return url


@pytest.fixture
def clock():
    """Tuesday, 08:00 in the shop."""
    return HandClock()


@pytest.fixture
def server_url(template_url):
    """A PostgreSQL database without a row."""
    return wiped(template_url)


@pytest.fixture(scope="session")
def server_database(template_url):
    """It is opened once: each test that follows finds it without a row."""
    with closing(Database(template_url)) as database:
        yield database


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    """A database that nobody has written to."""
    if request.param == "postgresql":
        request.getfixturevalue("server_url")
        yield request.getfixturevalue("server_database")
    else:
        with closing(Database(copied(request.getfixturevalue("template"), tmp_path / "hub.db"))) as database:
            yield database


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
