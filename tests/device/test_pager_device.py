"""A pager: what its lamp says follows from the last view, what its button says becomes a command."""

from __future__ import annotations

import threading
import time

import pytest
from device_floor import page, pager_view

from kiosk.device_pager import PagerDevice

SHORT_S, BETWEEN_S, LONG_S, HOLD_S = 0.08, 0.1, 1.2, 3.2


@pytest.fixture
def pager(floor):
    """Marta's desk, its hub alive and nobody waiting."""
    floor.hub.shows("pager/marta", pager_view())
    with floor.running(lambda loop: PagerDevice(floor.pager_settings(), loop)) as pager:
        floor.until("not dark", lambda: pattern(floor) == "dark")
        yield pager


def pattern(floor):
    """What the lamp means now."""
    return floor.told["pattern"][-1].values["pattern"] if floor.told["pattern"] else ""


def press(floor, seconds):
    """Hold the button down for so long."""
    finger = threading.Event()  # its time is the button's own: the pins know no other clock
    floor.world.press("device", "marta", down=True)
    finger.wait(seconds)
    floor.world.press("device", "marta", down=False)
    finger.wait(BETWEEN_S)


def test_a_pager_begins_by_saying_that_it_does_not_know(floor):
    """Dark would mean that nobody waits; before the first view that is not known."""
    with floor.running(lambda loop: PagerDevice(floor.pager_settings(), loop)):
        floor.until("silent", lambda: pattern(floor) == "unknown")


@pytest.mark.parametrize("told", ["new", "insisting", "escalated", "cashier", "coming"])
def test_the_lamp_says_the_views_pattern(floor, pager, told):
    """The rules are the hub's; the lamp repeats them."""
    floor.hub.shows("pager/marta", pager_view(told, page(told)))

    floor.until("another pattern", lambda: pattern(floor) == told)


def test_a_lost_link_is_said_within_three_seconds(floor, pager):
    """No beat for two seconds: the lamp says that it does not know."""
    floor.hub.falls_silent()
    began_s = time.monotonic()

    floor.until("nothing said", lambda: pattern(floor) == "unknown")

    assert time.monotonic() - began_s < 4.0


def test_a_link_that_is_back_says_how_things_stand(floor, pager):
    """Level, not edge: after the silence the lamp says what is true now."""
    floor.hub.falls_silent()
    floor.until("nothing said", lambda: pattern(floor) == "unknown")
    floor.hub.shows("pager/marta", pager_view("new", page("new")))

    floor.hub.falls_silent(on=False)

    floor.until("not new", lambda: pattern(floor) == "new")


def test_a_short_press_is_i_am_coming(floor, pager):
    """The page that calls is acknowledged."""
    floor.hub.shows("pager/marta", pager_view("new", page("new")))
    floor.until("not new", lambda: pattern(floor) == "new")

    press(floor, SHORT_S)

    floor.until("nothing sent", lambda: floor.hub.sent("acknowledge"))
    assert floor.hub.sent("acknowledge") == [{"page_id": "p1", "advisor_id": "marta"}]


def test_the_most_urgent_page_is_answered_first(floor, pager):
    """Of two calls the escalated one."""
    pages = (page("new", page_id="new"), page("escalated", page_id="late"))
    floor.hub.shows("pager/marta", pager_view("escalated", *pages))
    floor.until("not there", lambda: pattern(floor) == "escalated")

    press(floor, SHORT_S)

    floor.until("nothing sent", lambda: floor.hub.sent("acknowledge"))
    assert floor.hub.sent("acknowledge")[0]["page_id"] == "late"


def test_a_short_press_with_nobody_waiting_is_nothing(floor, pager):
    """A button pressed in passing tells nobody anything; the long one after it does."""
    press(floor, SHORT_S)
    press(floor, HOLD_S)

    floor.until("nothing sent", lambda: floor.hub.sent("set_presence"))
    assert not floor.hub.sent("acknowledge")


def test_a_long_press_begins_the_write_up(floor, pager):
    """One second: the customer is greeted and the write-up begins."""
    floor.hub.shows("pager/marta", pager_view("coming", page("coming")))
    floor.until("not coming", lambda: pattern(floor) == "coming")

    press(floor, LONG_S)

    floor.until("nothing sent", lambda: floor.hub.sent("begin_write_up"))
    assert floor.hub.sent("begin_write_up") == [{"visit_id": "v1", "advisor_id": "marta"}]


@pytest.mark.parametrize(("presence", "becomes"), [("in", "away"), ("away", "in")])
def test_three_seconds_are_away_and_back(floor, pager, presence, becomes):
    """Held down, the button says that the advisor leaves, and next time that she is back."""
    floor.hub.shows("pager/marta", pager_view(presence=presence))
    floor.until("another view", lambda: pager._views["marta"]["presence"] == presence)

    press(floor, HOLD_S)

    floor.until("nothing sent", lambda: floor.hub.sent("set_presence"))
    assert floor.hub.sent("set_presence")[0]["presence"] == becomes


def test_two_short_presses_hand_the_page_on(floor, pager):
    """Somebody else takes it."""
    floor.hub.shows("pager/marta", pager_view("new", page("new")))
    floor.until("not new", lambda: pattern(floor) == "new")

    press(floor, SHORT_S)
    press(floor, SHORT_S)

    floor.until("nothing sent", lambda: floor.hub.sent("hand_on"))
    assert floor.hub.sent("hand_on") == [{"page_id": "p1", "advisor_id": "marta"}]
