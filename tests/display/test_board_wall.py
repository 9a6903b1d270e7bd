"""What a board remembers: the view, the silence, the call and its chime."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kiosk.display.board_samples import STORE
from kiosk.display.board_wall import Wall
from kiosk.domain.board import Freshness, freshness

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MICROS = round(NOON.timestamp() * 1e6)


def view(*tickets, at_s=0.0, stage="ready"):
    """A view of `at_s` seconds after noon with these visits."""
    at = MICROS + round(at_s * 1e6)
    rows = [{"ticket": one, "stage": stage, "changed_at": at} for one in tickets]
    return {"id": "a.1", "hub_now": at, "store": STORE, "rows": rows}


def test_the_hubs_clock_goes_on():
    """Between two views the board's clock is the hub's, carried on by the seconds that have passed."""
    wall = Wall(begun_s=1000.0)
    wall.viewed(view(), 1005.0)

    assert wall.state(1005.0).now == NOON
    assert (wall.state(1065.0).now - NOON).total_seconds() == pytest.approx(60)


def test_silence_counts_from_the_last_sign_of_life():
    """A beat ends the silence at once; without one it grows."""
    wall = Wall(begun_s=0.0)
    wall.viewed(view(), 1.0)

    silent = wall.state(62.0).silent_s
    wall.heard(62.0)

    assert freshness(silent) is Freshness.STALE
    assert freshness(wall.state(63.0).silent_s) is Freshness.LIVE


def test_a_call_sounds_twice():
    """The chime begins with the call-out and comes once again; then it is quiet."""
    wall = Wall(begun_s=0.0)
    wall.viewed(view(), 1.0)
    wall.state(1.0)
    wall.viewed(view("A-012", at_s=5), 6.0)

    heard = []
    for tick in range(6 * 5, 40 * 5):
        wall.state(tick / 5)
        if sound := wall.sound():
            heard.append((sound, tick / 5))

    assert heard == [("call_out", 6.0), ("call_out", 12.0)]


def test_a_second_call_has_its_own_chime():
    """Who is called next is heard too."""
    wall = Wall(begun_s=0.0)
    wall.viewed(view(), 1.0)
    wall.state(1.0)
    wall.viewed(view("A-012", "B-004", at_s=5), 6.0)

    heard = 0
    for tick in range(6 * 5, 60 * 5):
        wall.state(tick / 5)
        heard += wall.sound() is not None

    assert heard == 4


def test_a_broken_view_leaves_the_old_one():
    """Half a view is refused and what was shown before stays."""
    wall = Wall(begun_s=0.0)
    wall.viewed(view("A-012"), 1.0)

    with pytest.raises(KeyError):
        wall.viewed({"id": "a.2"}, 2.0)

    assert [row.ticket for row in wall.state(2.0).board.rows] == ["A-012"]


def test_before_the_first_view_there_is_no_board():
    """A board that has heard nothing knows since when."""
    state = Wall(begun_s=10.0).state(15.0)

    assert state.board is None
    assert state.silent_s == 5.0
