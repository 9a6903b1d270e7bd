"""The short form of prove/race.py."""

from __future__ import annotations

from prove._counts import missed


def test_two_lanes_with_one_code_make_one_visit():
    """Scanned at two lanes at the same instant, a code makes one visit, one page and one ticket."""
    assert not missed("race")
