"""Answering pages through the hub, passing them on, escalation by the clock alone, presence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hub_shop import READY, a_booking

from kiosk.domain import facts as f
from kiosk.server.errors import BadRequest, NotFound, RulesRefuse

pytestmark = pytest.mark.storage


def page_of(shop, visit_id):
    return shop.staff(visit_id)["pages"][0]


def lamps(shop):
    return [shop.lamp(one) for one in ("marta", "chen", "diaz")]


def test_the_lamp_goes_new_insisting_escalated_by_the_clock_alone(shop, clock):
    """Nothing is sent, nothing happens: at 60 s the desk insists, at 120 s the next one is called too."""
    shop.checked_in()
    seen = [lamps(shop)]
    for seconds in (59, 1, 59, 1):
        clock.later(seconds=seconds)
        seen.append(lamps(shop))

    assert seen == [
        ["new", "dark", "dark"],
        ["new", "dark", "dark"],
        ["insisting", "dark", "dark"],
        ["insisting", "dark", "dark"],
        ["insisting", "escalated", "dark"],
    ]


def test_the_view_says_when_it_changes_by_itself(shop, clock):
    """Who looks only when a view says that it changes sees all that one sees who looks every second."""
    shop.checked_in()
    begun, end = clock.at, clock.at + timedelta(minutes=3)
    every_second = {}
    while clock.at < end:
        every_second[tuple(lamps(shop))] = clock.at
        clock.later(seconds=1)
    clock.at = begun
    told = {}
    while clock.at < end:
        told[tuple(lamps(shop))] = clock.at
        clock.at = f.from_us(shop.view("pager/marta")["next_change_at"])

    assert list(told) == list(every_second)
    assert len(told) == 3


def test_the_button_says_i_am_coming(shop):
    """The lamp goes over to coming, and the customer's lane is told who comes."""
    visit_id = shop.checked_in()

    answer = shop.do("acknowledge", "pager/desks", page_id=page_of(shop, visit_id)["page_id"], advisor_id="marta")

    lane = shop.view("lane/A")["visits"][0]
    assert answer == {"acknowledged_by": "marta"}
    assert (lane["coming"], lane["advisor"]["advisor_id"]) == (True, "marta")
    assert lamps(shop) == ["coming", "dark", "dark"]


def test_the_first_to_press_has_it_and_the_others_go_dark(shop):
    """A walk-in calls all who are in; the second to press is told who was first."""
    visit_id = shop.walk_in()["visit_id"]
    page_id = page_of(shop, visit_id)["page_id"]

    shop.do("acknowledge", "pager/2", page_id=page_id, advisor_id="chen")
    late = shop.do("acknowledge", "pager/3", page_id=page_id, advisor_id="diaz")

    assert late == {"acknowledged_by": "chen"}
    assert lamps(shop) == ["dark", "coming", "dark"]
    assert shop.view("lane/A")["visits"][0]["advisor"]["advisor_id"] == "chen"


def test_an_answered_page_never_escalates(shop, clock):
    """Somebody is on the way; nobody else is disturbed."""
    visit_id = shop.checked_in()
    shop.do("acknowledge", "pager/1", page_id=page_of(shop, visit_id)["page_id"], advisor_id="marta")
    clock.later(minutes=30)

    assert lamps(shop) == ["coming", "dark", "dark"]


def test_a_double_press_hands_the_page_to_the_next_desk(shop, clock):
    """Its time counts anew there, and the first desk goes dark."""
    visit_id = shop.checked_in()
    clock.later(seconds=90)

    answer = shop.do("hand_on", "pager/1", page_id=page_of(shop, visit_id)["page_id"], advisor_id="marta")

    assert answer == {"advisors": ["chen"]}
    assert lamps(shop) == ["dark", "new", "dark"]


def test_one_of_several_hands_it_to_the_others(shop):
    """Who was called together with others leaves it to them."""
    visit_id = shop.walk_in()["visit_id"]

    shop.do("hand_on", "pager/1", page_id=page_of(shop, visit_id)["page_id"], advisor_id="marta")

    assert lamps(shop) == ["dark", "new", "new"]


def test_the_last_one_in_hands_it_to_the_manager(shop):
    """Nobody else is in: the page is escalated, not lost."""
    for one in ("chen", "diaz"):
        shop.do("set_presence", "manager/ali", advisor_id=one, presence="off")
    visit_id = shop.checked_in()

    answer = shop.do("hand_on", "pager/1", page_id=page_of(shop, visit_id)["page_id"], advisor_id="marta")

    assert answer == {"advisors": []}
    assert page_of(shop, visit_id)["escalated"]


@pytest.mark.parametrize("kind", ["acknowledge", "hand_on", "close_page"])
def test_a_press_that_comes_too_late_changes_nothing(shop, kind):
    """The write-up has begun meanwhile; the page is closed and stays so."""
    visit_id = shop.checked_in()
    page_id = page_of(shop, visit_id)["page_id"]
    shop.walk(visit_id, "begin_write_up")
    before = shop.facts(visit_id)

    shop.do(kind, "pager/1", page_id=page_id, advisor_id="marta")

    assert shop.facts(visit_id) == before


def test_a_page_that_nobody_opened_is_not_found(shop):
    """A pager of another hub, or a mistake."""
    with pytest.raises(NotFound):
        shop.do("acknowledge", "pager/1", page_id="f" * 32, advisor_id="marta")


@pytest.mark.parametrize("kind", ["acknowledge", "hand_on", "close_page", "set_presence", "greet"])
def test_nobody_of_another_store_answers(shop, kind):
    """The advisor must be one of this store."""
    visit_id = shop.checked_in()
    body = {"page_id": page_of(shop, visit_id)["page_id"], "visit_id": visit_id, "presence": "in"}

    with pytest.raises(BadRequest, match="advisor_id"):
        shop.do(kind, "advisor/marta", **body, advisor_id="somebody")


def test_the_call_of_a_lane_is_answered_and_closed(shop):
    """Help without a visit has no write-up that would end it: the advisor says that it was given."""
    page_id = shop.do("ask_for_help", "lane/A", visit_id=None, lane="A", language="en")["page_id"]
    shop.do("acknowledge", "pager/1", page_id=page_id, advisor_id="marta")
    coming = lamps(shop)

    shop.do("close_page", "pager/1", page_id=page_id, advisor_id="marta")

    assert coming == ["coming", "dark", "dark"]
    assert lamps(shop) == ["dark"] * 3
    assert shop.view("staff")["calls"] == []


def test_the_cashier_closes_the_call_of_a_customer_who_fetches_the_car(shop):
    """Pickup ends with the hand-over, or when the cashier says that nobody needs to come."""
    shop.book(a_booking("R1"))
    token = shop.code_for("R1")
    visit_id = shop.walk(shop.scan(token)["visit_id"], *READY)
    shop.scan(token)

    shop.do("close_page", "cashier/ana", page_id=page_of(shop, visit_id)["page_id"])

    assert lamps(shop) == ["dark"] * 3


def test_the_call_of_a_checked_in_customer_ends_by_the_write_up_alone(shop):
    """Closed by hand the customer would be forgotten; the desk's long press begins the write-up instead."""
    visit_id = shop.checked_in()

    with pytest.raises(RulesRefuse) as refused:
        shop.do("close_page", "pager/1", page_id=page_of(shop, visit_id)["page_id"], advisor_id="marta")

    assert refused.value.code == "write_up_ends_it"
    assert lamps(shop) == ["new", "dark", "dark"]


# --- presence


def test_presence_is_seen_and_said_once(shop):
    """The same again is no second fact."""
    for _ in range(2):
        shop.do("set_presence", "pager/1", advisor_id="marta", presence="with_customer")

    assert shop.view("pager/marta")["presence"] == "with_customer"
    assert shop.facts() == [f.AdvisorPresent("marta", "with_customer")]


def test_who_leaves_passes_on_what_only_they_were_called_for(shop):
    """A customer does not wait two minutes for somebody who has gone home."""
    shop.checked_in()

    shop.do("set_presence", "pager/1", advisor_id="marta", presence="off")

    assert lamps(shop) == ["dark", "new", "dark"]


@pytest.mark.parametrize("presence", ["away", "off"])
def test_who_leaves_passes_on_what_they_had_answered(shop, presence):
    """Nobody is coming any more: the next desk is called, and the customer is no longer told that somebody comes."""
    visit_id = shop.checked_in()
    shop.do("acknowledge", "pager/1", page_id=page_of(shop, visit_id)["page_id"], advisor_id="marta")

    shop.do("set_presence", "pager/1", advisor_id="marta", presence=presence)

    assert lamps(shop) == ["dark", "new", "dark"]
    assert shop.view("lane/A")["visits"][0]["coming"] is False


def test_off_today_ends_with_the_day(shop, clock):
    """Who was off yesterday is called again this morning, and may be off again; away stays away."""
    shop.do("set_presence", "manager/ali", advisor_id="marta", presence="off")
    shop.do("set_presence", "manager/ali", advisor_id="chen", presence="away")
    clock.later(hours=15)
    evening = [shop.view(f"pager/{one}")["presence"] for one in ("marta", "chen")]
    clock.later(hours=9)
    morning = [shop.view(f"pager/{one}")["presence"] for one in ("marta", "chen")]

    shop.checked_in()
    called = lamps(shop)
    shop.do("set_presence", "manager/ali", advisor_id="marta", presence="off")

    assert (evening, morning) == (["off", "away"], ["in", "away"])
    assert called == ["new", "dark", "dark"]
    assert lamps(shop) == ["dark", "dark", "new"]


def test_who_comes_in_finds_the_page_that_reached_nobody(shop):
    """Nobody was in when the customer came; the first to come in has it on the lamp."""
    for one in ("marta", "chen", "diaz"):
        shop.do("set_presence", "manager/ali", advisor_id=one, presence="off")
    shop.checked_in()

    shop.do("set_presence", "pager/3", advisor_id="diaz", presence="in")

    assert lamps(shop) == ["dark", "dark", "escalated"]
