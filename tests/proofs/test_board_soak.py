"""The short form of prove/board.py."""

from __future__ import annotations

from prove._counts import missed


def test_a_board_looks_after_many_changes_as_if_it_had_just_begun():
    """Changes and lost links leave neither memory nor a pixel behind."""
    assert not missed("board")
