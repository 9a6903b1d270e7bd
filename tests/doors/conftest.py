"""A hub where people sign in; its database is migrated once and copied for every test."""

from __future__ import annotations

import pytest
from doors_house import opened

from kiosk.server.database import Database


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    """An empty database at its newest version."""
    path = tmp_path_factory.mktemp("doors") / "hub.db"
    Database(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="module")
def shop(migrated, tmp_path_factory):
    """A hub, and a browser of somebody with every role who has just typed the password."""
    house = opened(migrated, tmp_path_factory.mktemp("shop"))
    house.person("ada", "administrator", "manager", "advisor", "cashier", advisor="marta")
    browser = house.browser()
    browser.signs_in("ada")
    yield house, browser
    house.app.hub.database.close()


@pytest.fixture
def house(migrated, tmp_path):
    """A hub with one administrator, Ada, and nobody else."""
    house = opened(migrated, tmp_path)
    house.person("ada", "administrator", "manager")
    yield house
    house.app.hub.database.close()
