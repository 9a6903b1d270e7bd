"""A board: watches its view, shows it, sounds once for each car that becomes ready, and says when it hears nothing."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from device_floor import MARTA, NOW, STORE

from kiosk.device_board import BoardDevice
from kiosk.display.board import is_dark
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


def test_a_board_that_is_set_to_be_silent_begins_no_sound(floor):
    """And so misses no loudspeaker: loudness 0 is for walls that have none."""
    floor.hub.shows("board/device", board_view(("A-017", "in_service")))
    with floor.running(lambda loop: BoardDevice(board_settings(floor, loudness_percent=0), loop)) as board:
        floor.until("no row", lambda: "A-017" in floor.words)
        before, played, is_over = floor.words, [], threading.Event()
        board._window.play = lambda *sound: played.append(sound)

        floor.hub.shows("board/device", board_view(("A-017", "ready")))

        floor.until("not called", lambda: floor.words != before)
        board._loop.put(is_over.set)
        assert is_over.wait(60)

    assert played == []


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


def board_settings(floor, **board):
    """The floor's board with other words in its own section."""
    settings = floor.board_settings()
    return replace(settings, board=replace(settings.board, **board))


def ready_in(language, place="1"):
    """A view in which a customer's car has become ready."""
    view = board_view(("A-017", "ready"))
    view["rows"][0] |= {"language": language, "place": place}
    return view


def test_a_call_is_spoken_in_the_customers_language_and_the_stores(floor, tmp_path):
    """Spanish for who waits for it, then the store's own; without its clips the board chimes, and the hub is told."""
    floor.hub.shows("board/device", board_view(("A-017", "in_service")))
    with floor.running(lambda loop: BoardDevice(board_settings(floor, voice_folder=str(tmp_path)), loop)):
        floor.until("no row", lambda: "A-017" in floor.words)
        floor.hub.shows("board/device", ready_in("es"))
        floor.until("nothing said", lambda: floor.told["speech"])
        floor.until("nothing reported", lambda: "no_voice" in str(floor.hub.commands))

    assert [one[0] for one in floor.told["speech"][0].values["clips"]] == ["es", "en"]
    assert [one.values["name"] for one in floor.told["sound"]][:1] == ["call_out"]


def test_the_panel_is_switched_off_at_night_and_on_again(floor):
    """Long after closing the picture is black and the television sent to standby; the next morning's view wakes it."""
    night = board_view() | {"hub_now": to_us(NOW + timedelta(hours=12))}
    floor.hub.shows("board/device", night)
    with floor.running(lambda loop: BoardDevice(board_settings(floor, panel_power="cec"), loop)):
        floor.until("still on", lambda: [one.values["on"] for one in floor.told["panel"]][-1:] == [False])
        floor.hub.shows("board/device", board_view(("A-017", "in_service")) | {"id": "1.9"})
        floor.until("still off", lambda: floor.told["panel"][-1].values["on"])

    assert [one.values["command"] for one in floor.told["panel"]][-2:] == [
        "cec-ctl --to 0 --standby",
        "cec-ctl --to 0 --image-view-on",
    ]


def test_a_restart_at_night_does_not_wake_the_television(floor):
    """Not before the hub is heard, nor after: the board begins black and the television is told to stay so."""
    night = board_view() | {"hub_now": to_us(NOW + timedelta(hours=12))}
    night["store"] = STORE | {"opens_at": to_us(NOW + timedelta(days=1))}
    floor.hub.shows("board/device", night)
    with floor.running(lambda loop: BoardDevice(board_settings(floor, panel_power="cec"), loop)):
        floor.until("still on", lambda: [one.values["on"] for one in floor.told["panel"]][-1:] == [False])
    floor.told.clear()
    floor.hub.falls_silent()

    with floor.running(lambda loop: BoardDevice(board_settings(floor, panel_power="cec"), loop)) as again:
        floor.until("nothing said", lambda: floor.told["panel"])
        first = again._window._scene
        floor.hub.falls_silent(on=False)
        floor.until("unheard", lambda: again._wall._board)
        again.turn()

    assert is_dark(first)
    assert {one.values["on"] for one in floor.told["panel"]} == {False}


def test_a_board_that_starts_by_day_wakes_its_panel(floor):
    """A television that was sent to standby before a restart is lit by the first picture of the morning, once."""
    floor.hub.shows("board/device", board_view(("A-017", "in_service")))

    with floor.running(lambda loop: BoardDevice(board_settings(floor, panel_power="cec"), loop)) as board:
        floor.until("still dark", lambda: floor.told["panel"])
        for _ in range(3):
            board.turn()

    assert [one.values["command"] for one in floor.told["panel"]] == ["cec-ctl --to 0 --image-view-on"]


def test_the_lane_board_watches_its_own_view(floor):
    """A board of the lanes shows who stands where and calls the advisor who comes."""
    row = {"lane": "A", "ticket": "A-017", "advisor": MARTA, "coming": True, "called_at": to_us(NOW)}
    view = {"store": STORE, "lanes": [row], "id": "1.1", "hub_now": to_us(NOW)}
    floor.hub.shows("lane-board/device", view)

    with floor.running(lambda loop: BoardDevice(board_settings(floor, shows="lanes"), loop)):
        floor.until("nobody called", lambda: "A-017" in floor.words and "Marta" in floor.words)
        floor.until("silent", lambda: floor.told["sound"])


def test_a_board_leaves_out_what_is_not_its_own(floor):
    """Tickets of other lanes and stages that it does not show stand on other boards."""
    floor.hub.shows("board/device", board_view(("A-001", "ready"), ("B-002", "ready"), ("A-003", "checked_in")))

    with floor.running(lambda loop: BoardDevice(board_settings(floor, lanes=("A",), stages=("ready",)), loop)):
        floor.until("no row", lambda: "A-001" in floor.words)

        assert "B-002" not in floor.words
        assert "A-003" not in floor.words
