"""A pager: what its lamp says follows from the last view, what its button says becomes a command."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from device_floor import page, pager_view

from kiosk.device_pager import PagerDevice
from kiosk.hardware.ports import RING_STUCK
from kiosk.hub_client import SILENCE_S
from kiosk.settings import Output

SHORT_S, BETWEEN_S, LONG_S, HOLD_S = 0.08, 0.05, 1.9, 4.0  # far from the limits: a hand's way to the pins takes time here


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

    floor.until("nothing said", lambda: pattern(floor) == "unknown")

    assert SILENCE_S < 3


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
    """Somebody else takes it: the first press answers at once, the second passes the same page on."""
    floor.hub.shows("pager/marta", pager_view("new", page("new")))
    floor.until("not new", lambda: pattern(floor) == "new")

    press(floor, SHORT_S)
    press(floor, SHORT_S)

    floor.until("nothing sent", lambda: floor.hub.sent("hand_on"))
    assert [one["kind"] for one in floor.hub.commands if one["kind"] in ("acknowledge", "hand_on")] == ["acknowledge", "hand_on"]
    assert floor.hub.sent("hand_on") == [{"page_id": "p1", "advisor_id": "marta"}]


def test_two_presses_pass_on_the_page_that_the_first_one_answered(floor, pager):
    """With two calls at a desk, the other one stays."""
    floor.hub.shows("pager/marta", pager_view("escalated", page("new", page_id="new"), page("escalated", page_id="late")))
    floor.until("not there", lambda: pattern(floor) == "escalated")

    press(floor, SHORT_S)
    press(floor, SHORT_S)

    floor.until("nothing sent", lambda: floor.hub.sent("hand_on"))
    assert floor.hub.sent("hand_on")[0]["page_id"] == "late"


def test_a_desk_tells_the_hub_what_it_shows(floor, pager):
    """At rest once; with every new call; and that it is dark again. What somebody comes for needs no word."""
    floor.until("no word", lambda: floor.hub.sent("report_lamp") == [word()])
    floor.hub.shows("pager/marta", pager_view("new", page("new")))
    floor.until("no word", lambda: floor.hub.sent("report_lamp")[-1:] == [word("p1")])

    floor.hub.shows("pager/marta", pager_view("coming", page("coming")))

    floor.until("no word", lambda: floor.hub.sent("report_lamp")[-1:] == [word()])


def test_a_desk_that_finds_its_hub_again_tells_it_what_it_shows(floor, pager):
    """A hub that was restarted knows of no lamp: each desk says it again, though nothing has changed."""
    floor.hub.shows("pager/marta", pager_view("new", page("new")))
    floor.until("no word", lambda: floor.hub.sent("report_lamp")[-1:] == [word("p1")])
    floor.hub.falls_silent()
    floor.until("nothing said", lambda: pattern(floor) == "unknown")
    before = len(floor.hub.sent("report_lamp"))

    floor.hub.falls_silent(on=False)

    floor.until("no word", lambda: floor.hub.sent("report_lamp")[before:] == [word("p1")])


def test_a_telephone_that_is_stuck_is_reported(floor, pager, monkeypatch):
    """What only a person can mend stands in the pager's next report, while its lamps go on."""
    monkeypatch.setattr(type(pager._pager), "troubles", (RING_STUCK,))

    pager._loop.put(lambda: None)  # its loop turns, long before its next time

    floor.until("no report", lambda: [one["trouble"] for one in floor.hub.sent("report_device")][-1:] == [[RING_STUCK]])


def test_a_pattern_of_a_newer_hub_still_calls(floor, pager):
    """A pager that does not know a word lights up as for a new call: the other mistake would be a dark lamp."""
    floor.hub.shows("pager/marta", pager_view("serenade", page("serenade"), something="new"))

    floor.until("dark", lambda: pattern(floor) == "new")
    floor.until("no word", lambda: floor.hub.sent("report_lamp")[-1:] == [word("p1")])


def test_a_view_that_cannot_be_read_is_not_believed(floor, pager):
    """A view without its pattern: the lamp says that it does not know, and takes the next one that it can read."""
    floor.hub.shows("pager/marta", {"id": "1.2", "pages": []})
    floor.until("believed", lambda: pattern(floor) == "unknown")

    floor.hub.shows("pager/marta", pager_view("new", page("new")))

    floor.until("not new", lambda: pattern(floor) == "new")


def test_long_names_and_numbers_change_nothing(floor, pager):
    """A ticket of twelve characters and an advisor's name of two hundred are the hub's business, not the lamp's."""
    name = dict.fromkeys(("en", "es", "ar"), "M" * 200)
    called = page("new", ticket="A-0000000017", first_name="L" * 200)

    floor.hub.shows("pager/marta", pager_view("new", called, advisor={"advisor_id": "marta", "name": name}))

    floor.until("not new", lambda: pattern(floor) == "new")


OUTPUTS = (
    Output(kind="lane_lamp", lane="A", pin=5),
    Output(kind="lane_bell", lane="A", pin=6),
    Output(kind="gate", lane="A", pin=13, open_s=0.5),
)


@pytest.fixture
def lane(floor):
    """A pager with the lamp, the bell and the gate of lane A."""
    floor.hub.shows("pager/marta", pager_view())
    floor.hub.shows("lane-signal/A", signal())
    settings = replace(floor.pager_settings(), output=OUTPUTS)
    with floor.running(lambda loop: PagerDevice(settings, loop)) as pager:
        floor.until("not dark", lambda: says(floor, "lane_lamp/A") == "dark" and says(floor, "lane_bell/A") == "dark")
        yield pager


def signal(pattern="dark", **changes):
    """What the hub says of the lane."""
    return {"lane": "A", "pattern": pattern, "newest": "p1", "bell": False, "gate_age_s": None, "id": "1.1"} | changes


def says(floor, part):
    """What a part means now."""
    return next((one.values["pattern"] for one in reversed(floor.told["pattern"]) if one.values["desk"] == part), "")


def relay(floor, name):
    """Every state of a relay, as seen from outside."""
    return [one.values["on"] for one in floor.told["output"] if one.values["name"] == name]


def test_the_lane_lamp_goes_with_the_lanes_calls(floor, lane):
    """Its relay is on while somebody waits there, and off when nobody does."""
    floor.hub.shows("lane-signal/A", signal("new"))
    floor.until("dark", lambda: relay(floor, "lane_lamp/A")[-1:] == [True])

    floor.hub.shows("lane-signal/A", signal())

    floor.until("lit", lambda: relay(floor, "lane_lamp/A")[-1:] == [False])


def test_the_bell_rings_while_nobody_is_in(floor, lane):
    """And is silent as soon as somebody is, or when the hub is away and nothing is known."""
    floor.hub.shows("lane-signal/A", signal("escalated", bell=True))
    floor.until("silent", lambda: relay(floor, "lane_bell/A")[-1:] == [True])

    floor.hub.falls_silent()

    floor.until("rings", lambda: says(floor, "lane_bell/A") == "dark" and relay(floor, "lane_bell/A")[-1] is False)
    floor.until("dark", lambda: says(floor, "lane_lamp/A") == "unknown")


def test_a_gate_opens_and_closes_by_its_own_time(floor, lane):
    """Staff open it, and half a second later it is closed again, hub or no hub."""
    floor.hub.shows("lane-signal/A", signal(gate_age_s=0.0))

    floor.until("shut", lambda: relay(floor, "gate/A") == [True, False])


def test_a_gate_that_was_opened_long_ago_stays_closed(floor, lane):
    """Level, not edge: a pager that hears of an old opening opens nothing."""
    floor.hub.shows("lane-signal/A", signal("new", gate_age_s=0.6))
    floor.until("not heard", lambda: says(floor, "lane_lamp/A") == "new")
    floor.hub.shows("lane-signal/A", signal("dark", gate_age_s=60.0))
    floor.until("not heard", lambda: says(floor, "lane_lamp/A") == "dark")

    assert relay(floor, "gate/A") == []


def word(*page_ids):
    """What Marta's desk says of its lamp."""
    return {"advisor_id": "marta", "page_ids": list(page_ids)}
