"""Fixtures of the screens' tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from screen_shop import NOW, SetClock, Shop, open_shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop at 10:31 on a Tuesday, with nobody in it."""
    opened = open_shop(tmp_path, SetClock(NOW))
    yield opened
    opened.hub.database.close()
