"""What the tests of screens share: one typesetter, and the board's sample screens."""

from __future__ import annotations

import pytest
from panels import WALL

from kiosk.display.board import BoardScreen
from kiosk.display.theme import LIGHT
from kiosk.typeset import Typesetter


@pytest.fixture(scope="session")
def typesetter():
    """One typesetter for all: it keeps what it has set."""
    return Typesetter()


@pytest.fixture
def wall(typesetter):
    """A board of 75 inches, read from 5 metres, in English."""
    return BoardScreen(WALL, LIGHT, 5.0, ("en",), typesetter)
