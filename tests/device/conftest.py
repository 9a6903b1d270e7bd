"""One device and its surroundings."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # noticing.py

import pytest
from device_floor import Floor


@pytest.fixture
def floor(tmp_path):
    """World, hub and printer; no device yet."""
    floor = Floor(tmp_path)
    yield floor
    floor.close()
