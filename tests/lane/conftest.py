"""Lanes to talk to."""

from __future__ import annotations

import pytest
from lane_spec import lane_in_service

from kiosk.domain.lane_state import Link


@pytest.fixture
def lane():
    """A lane whose hub answers."""
    return lane_in_service()


@pytest.fixture
def lonely():
    """A lane whose hub is away."""
    return lane_in_service(link=Link.DOWN)
