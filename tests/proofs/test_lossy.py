"""The short form of prove/lossy.py."""

from __future__ import annotations

from prove._counts import missed


def test_a_line_that_loses_half_loses_no_check_in():
    """However often request or answer is lost, each check-in of a lane becomes one visit with one page."""
    assert not missed("lossy")
