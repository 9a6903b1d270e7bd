"""A hub of a test's own for devices: the shop of tests/hub, with its clock."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "hub"))

import pytest
from hub_shop import HandClock, Shop, copied
from web_house import WebHouse, opened

from kiosk.server.database import Database


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory):
    """A database at its newest version, to be copied."""
    path = tmp_path_factory.mktemp("devices") / "hub.db"
    Database(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def shop(empty_database, tmp_path):
    """A hub with a clock that goes when it is told to."""
    database = Database(copied(empty_database, tmp_path / "hub.db"))
    yield Shop(database, HandClock())
    database.close()


@pytest.fixture
def house(shop, tmp_path):
    """The shop's hub behind the real nginx."""
    with opened(WebHouse(tmp_path / "house", shop.database, shop.store, shop.clock)) as house:
        shop.hub = house.app.hub
        yield house
