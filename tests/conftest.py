"""What every test stands on: a machine without screen, in a zone that is nobody's, and the same random examples in every run."""

from __future__ import annotations

import os
import time

import postgres
import pytest
from hypothesis import settings

# A program that reads the machine's own zone by mistake is 5 hours and 45 minutes off here, in every test.
os.environ["TZ"] = "Asia/Kathmandu"
time.tzset()
# Never a window of the developer's desktop, never its sound.
os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ["SDL_AUDIODRIVER"] = "dummy"

settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")


@pytest.fixture(scope="session")
def postgres_server():
    """A PostgreSQL server of the tests' own, started for the first test that wants it."""
    with postgres.running() as server:
        yield server
