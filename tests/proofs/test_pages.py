"""The short form of the proof of pages."""

from __future__ import annotations

from prove._counts import missed


def test_no_call_is_forgotten_whatever_is_restarted():
    """After each restart of a pager or of the hub every lamp tells the truth again."""
    assert not missed("pages")
