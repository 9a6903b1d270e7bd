"""A machine with a hub on it, and a stick for its backups."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "doors"))  # doors_house.py: a hub that serves

import pytest
from hub_machine import Machine


@pytest.fixture
def machine(tmp_path):
    """A hub that runs, with a recovery key that nobody has written down."""
    machine = Machine(tmp_path / "old")
    machine.opens()
    machine.key = machine.places.keys.new_recovery_key()
    yield machine
    machine.dies()


@pytest.fixture
def new_machine(machine, tmp_path):
    """Another machine with the same settings and nothing else, at the same stick."""
    other = Machine(tmp_path / "new", machine.clock, machine.stick)
    yield other
    other.dies()
