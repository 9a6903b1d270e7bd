"""Who is paged, what a lamp shows, and when that changes by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from domain_builders import a_store, clock
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.facts import PageReason
from kiosk.domain.paging import URGENCY, Page, Paging, Pattern
from kiosk.domain.store import Presence

SECOND = timedelta(seconds=1)
STORE = a_store()
OPENED = clock(8)
IDS = [one.advisor_id for one in STORE.advisors]


def paging(**presence: str) -> Paging:
    return Paging(STORE, {advisor_id: Presence(said) for advisor_id, said in presence.items()})


def page(*advisors: str, reason=PageReason.CHECK_IN, **more) -> Page:
    return Page("p1", "v1", reason, OPENED, advisors, **more)


def test_the_booked_advisor_is_called():
    """Who is booked and in is called, and nobody else."""
    assert paging().first("ruiz", "tires") == ("ruiz",)


@pytest.mark.parametrize("said", ["away", "off", "with_customer"])
def test_a_booked_advisor_who_is_not_free_is_not_called(said):
    """The group of the work is called instead."""
    assert paging(ruiz=said).first("ruiz", "tires") == ("chen", "diaz")


def test_without_a_group_all_who_are_in_are_called():
    """The first to press has the page."""
    assert paging(chen="away").first(None, None) == ("ruiz", "diaz")


def test_a_group_of_which_nobody_is_in_gives_way_to_all():
    """A customer with tires is greeted by whoever is there."""
    assert paging(chen="off", diaz="away").first(None, "tires") == ("ruiz",)


def test_nobody_in_reaches_nobody():
    """Then it is the manager's screen that has the page."""
    assert paging(ruiz="off", chen="off", diaz="off").first("ruiz", None) == ()


def test_a_new_page_lights_the_desks_it_reached():
    """Its own desk says new, the others stay dark."""
    shop, new = paging(), page("ruiz")

    assert [shop.pattern(new, one, OPENED) for one in IDS] == [Pattern.NEW, Pattern.DARK, Pattern.DARK]


@pytest.mark.parametrize(("after_s", "pattern"), [(59, "new"), (60, "insisting"), (119, "insisting"), (600, "insisting")])
def test_an_unanswered_page_insists_after_a_minute(after_s, pattern):
    """After sixty seconds the desk insists, and goes on insisting."""
    assert paging().pattern(page("ruiz"), "ruiz", OPENED + after_s * SECOND) == pattern


@pytest.mark.parametrize(("after_s", "next_desk"), [(119, "dark"), (120, "escalated")])
def test_after_two_minutes_the_next_desk_is_called_too(after_s, next_desk):
    """The next advisor in the store's order who is in gets it as escalated."""
    at = OPENED + after_s * SECOND

    assert paging().pattern(page("ruiz"), "chen", at) == next_desk
    assert paging(chen="away").pattern(page("ruiz"), "diaz", at) == next_desk


def test_a_page_that_reached_nobody_is_escalated_at_once():
    """Whoever comes in first has it on the lamp."""
    shop, orphan = paging(ruiz="off"), page()

    assert shop.is_escalated(orphan, OPENED)
    assert shop.pattern(orphan, "chen", OPENED) == Pattern.ESCALATED


def test_an_acknowledged_page_stays_with_who_comes():
    """The others go dark, whatever the time."""
    shop, answered = paging(), page("ruiz", "chen", acknowledged_by="chen")

    assert [shop.pattern(answered, one, OPENED + 300 * SECOND) for one in IDS] == [Pattern.DARK, Pattern.COMING, Pattern.DARK]
    assert not shop.is_escalated(answered, OPENED + 300 * SECOND)


def test_a_customer_at_the_cashier_has_a_pattern_of_its_own():
    """Pickup is told apart from check-in at a glance."""
    assert paging().pattern(page("ruiz", reason=PageReason.PICKUP), "ruiz", OPENED) == Pattern.CASHIER


def test_the_lamp_shows_the_most_urgent_page():
    """One lamp, several pages: a customer who waits outranks one whom somebody is walking to."""
    answered, new = page("ruiz", acknowledged_by="ruiz"), page("ruiz")

    assert paging().lamp([answered, new], "ruiz", OPENED) == Pattern.NEW
    assert paging().lamp([], "ruiz", OPENED) == Pattern.DARK


@pytest.mark.parametrize(("after_s", "next_s"), [(0, 60), (59, 60), (60, 120), (120, None)])
def test_the_lamp_changes_by_itself_at_one_and_two_minutes(after_s, next_s):
    """That, and nothing else, makes the 60 and 120 seconds happen."""
    turn = paging().next_change([page("ruiz")], OPENED + after_s * SECOND)

    assert turn == (None if next_s is None else OPENED + next_s * SECOND)


def test_an_answered_page_changes_nothing_by_itself():
    """Nobody waits, so no timer runs."""
    assert paging().next_change([page("ruiz", acknowledged_by="ruiz")], OPENED) is None


def test_the_desk_after_the_last_is_the_first():
    """The order goes round, past those who are not in."""
    assert paging().next_after(["diaz"]) == ("ruiz",)
    assert paging(ruiz="away").next_after(["diaz"]) == ("chen",)
    assert paging(ruiz="off", chen="off").next_after(["diaz"]) == ()


PAGES = st.builds(
    lambda opened_s, advisors, reason, acknowledged: Page(
        "p", "v", reason, OPENED + opened_s * SECOND, tuple(advisors), acknowledged_by=acknowledged
    ),
    st.integers(0, 400),
    st.lists(st.sampled_from(IDS), unique=True, max_size=3),
    st.sampled_from(PageReason),
    st.none() | st.sampled_from(IDS),
)
PRESENCE = st.dictionaries(st.sampled_from(IDS), st.sampled_from(Presence))


@given(st.lists(PAGES, max_size=4), PRESENCE, st.integers(0, 600))
def test_between_two_changes_every_lamp_stays_as_it_is(pages, presence, after_s):
    """Whatever the pages are: until `next_change` no lamp turns, so no device needs a clock of its own."""
    shop, at = Paging(STORE, presence), OPENED + after_s * SECOND
    pages = [one for one in pages if one.opened_at <= at]
    turn = shop.next_change(pages, at) or at + timedelta(hours=1)

    just_before = turn - timedelta(microseconds=1)

    assert [shop.lamp(pages, one, at) for one in IDS] == [shop.lamp(pages, one, just_before) for one in IDS]


@given(PAGES, PRESENCE, st.integers(0, 600))
def test_an_open_page_is_always_on_somebodys_lamp_or_the_managers_screen(one_page, presence, after_s):
    """No customer is ever forgotten: a page lights a lamp, or it is escalated."""
    shop, at = Paging(STORE, presence), one_page.opened_at + after_s * SECOND

    lit = [one for one in IDS if shop.pattern(one_page, one, at) is not Pattern.DARK]

    assert lit or shop.is_escalated(one_page, at)


@given(PAGES, PRESENCE, st.integers(0, 300), st.integers(0, 300))
def test_an_unanswered_page_never_becomes_less_urgent(one_page, presence, first_s, later_s):
    """Waiting makes nothing quieter on the desks that the page has reached."""
    shop = Paging(STORE, presence)
    early, late = (one_page.opened_at + seconds * SECOND for seconds in (first_s, first_s + later_s))

    for one in IDS:
        before, after = shop.pattern(one_page, one, early), shop.pattern(one_page, one, late)
        assert URGENCY.index(after) >= URGENCY.index(before)
