"""The short form of prove/million.py: the same past, smaller, and nothing timed."""

from __future__ import annotations

from prove._counts import missed


def test_a_hub_with_a_past_serves_every_screen():
    """Thousands of past visits behind it, a hub checks in and shows every screen and view."""
    assert not missed("million")
