"""The short form of prove/soak.py: a few seconds, whose memory is not judged but whose answers are."""

from __future__ import annotations

from prove._counts import missed
from prove.soak import _slope_per_h


def test_steady_work_is_answered():
    """Every command of every car is answered while forty streams are read."""
    assert not missed("soak")


def test_growth_is_told_per_hour():
    """Three megabytes in an hour, however the looks lie."""
    assert round(_slope_per_h([(0, 10), (600, 10.5), (1200, 11)]), 6) == 3.0
