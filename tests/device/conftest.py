"""One device and its surroundings."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # noticing.py

import pytest
from device_floor import Floor
from lane_floor import opens


@pytest.fixture
def floor(tmp_path):
    """World, hub and printer; no device yet."""
    floor = Floor(tmp_path)
    yield floor
    floor.close()


@pytest.fixture
def lane(floor):
    """A lane whose hub knows one booking; returned running."""
    from kiosk.device_lane import LaneDevice

    opens(floor)
    with floor.running(partial(LaneDevice, floor.lane_settings(), now=floor.clock)) as lane:
        floor.shows("scan")
        yield lane
