"""The short form of the proof of touches: nobody reads, and nothing is timed."""

from __future__ import annotations

from prove._counts import missed


def test_a_returning_customer_needs_two_touches_and_everybody_gets_a_ticket():
    """Real touches on a real window, from the code and from the first touch to the paper in the hand."""
    assert not missed("touches")
