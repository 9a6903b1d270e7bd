"""What the tests of screens share: one typesetter, and the board's sample screens."""

from __future__ import annotations

import pytest

from kiosk.display.board import BoardScreen
from kiosk.display.theme import LIGHT, Panel
from kiosk.typeset import Typesetter

WALL = Panel(1920, 1080, 1660)
UPRIGHT = Panel(1080, 1920, 685)


@pytest.fixture(scope="session")
def typesetter():
    """One typesetter for all: it keeps what it has set."""
    return Typesetter()


@pytest.fixture
def wall(typesetter):
    """A board of 75 inches, read from 5 metres, in English."""
    return BoardScreen(WALL, LIGHT, 5.0, ("en",), typesetter)
