"""The short form of prove/kills.py: a real hub on a real port, 200 times."""

from __future__ import annotations

from prove._counts import missed


def test_two_hundred_kills_lose_and_double_nothing():
    """Killed in the middle of check-ins: what was acknowledged is there, once, whole; who was not answered tries again."""
    assert not missed("kills")
