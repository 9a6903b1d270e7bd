"""The short form of prove/outbox.py."""

from __future__ import annotations

from prove._counts import missed


def test_whatever_happens_to_the_line_every_command_comes_to_an_end():
    """Sixty histories of losses, doubles, restarts and power cuts: applied, already there or in quarantine, in order."""
    assert not missed("outbox")
