"""The short form of prove/faults.py."""

from __future__ import annotations

from prove._counts import missed


def test_trouble_is_told_and_loses_nothing():
    """With a full disk or a locked database the hub says when to come back, a dead printer holds nobody up, all is there afterwards."""
    assert not missed("faults")
