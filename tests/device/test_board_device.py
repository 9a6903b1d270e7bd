"""A board: watches its view, shows it, sounds once for each car that becomes ready, and says when it hears nothing."""

from __future__ import annotations

import pytest
from device_floor import NOW, STORE

from kiosk.device_board import BoardDevice
from kiosk.domain.facts import to_us


def board_view(*rows):
    """The hub's view of a board."""
    told = [
        {
            "ticket": ticket,
            "stage": stage,
            "completion_at": None,
            "was_at": None,
            "place": None,
            "changed_at": to_us(NOW),
        }
        for ticket, stage in rows
    ]
    return {"store": STORE, "rows": told, "id": f"1.{len(told)}", "hub_now": to_us(NOW), "next_change_at": None}


@pytest.fixture
def board(floor):
    """A board with one visit on it."""
    floor.hub.shows("board/device", board_view(("A-017", "in_service")))
    with floor.running(lambda loop: BoardDevice(floor.board_settings(), loop)) as board:
        floor.until("no row", lambda: "A-017" in floor.words)
        yield board


def test_a_car_that_becomes_ready_is_called_with_a_sound(floor, board):
    """The eye and the ear are told, once."""
    floor.hub.shows("board/device", board_view(("A-017", "ready")))

    floor.until("silent", lambda: floor.told["sound"])
    assert [one.values["name"] for one in floor.told["sound"]] == ["call_out"]


def test_an_idle_board_draws_nothing(floor, board):
    """Turn after turn, not one picture more."""
    pictures, drawn = len(floor.told["screen"]), board._window.drawn

    for _ in range(50):
        board.turn()

    assert (len(floor.told["screen"]), board._window.drawn) == (pictures, drawn)


def test_a_board_without_its_first_view_is_not_empty(floor):
    """Before the hub was heard the board says nothing that it does not know."""
    with floor.running(lambda loop: BoardDevice(floor.board_settings(), loop)):
        floor.until("dark", lambda: floor.told["shown"])

    assert "A-017" not in floor.words
