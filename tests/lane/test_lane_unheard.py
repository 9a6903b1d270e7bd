"""A check-in that the hub has not answered: the lane tells it as a lone lane's, so that it can never be refused later."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from lane_spec import INSIDE, LUCIA, LUCIA_DIGITS, NOW, Lane, lane_in_service

from kiosk.domain.lane_inputs import Forget, RosterChanged
from kiosk.domain.lane_state import Link, Screen


def test_a_check_in_that_loses_the_link_is_told_as_made_offline(lane: Lane) -> None:
    """The link goes between the scan and the answer: the same visit is sent again as a fact, and the lane's lamp calls."""
    lane.scan(LUCIA)

    lane.link(Link.DOWN)

    first, second = lane.sent("check_in")
    assert (first.body["offline"], second.body["offline"]) == (False, True)
    assert first.body["visit_id"] == second.body["visit_id"]
    assert lane.state.kept


def test_two_seconds_without_an_answer_count_as_alone(lane: Lane) -> None:
    """A hub that hangs leaves the customer waiting for no longer than two seconds."""
    lane.scan(LUCIA)

    lane.wait(2.1)

    assert [one.body["offline"] for one in lane.sent("check_in")] == [False, True]


def test_an_answered_check_in_is_sent_once(lane: Lane) -> None:
    """What the hub has answered is not told again when the link goes."""
    lane.to_hello()

    lane.link(Link.DOWN)

    assert len(lane.sent("check_in")) == 1


def test_today_is_the_hubs_day(lane: Lane) -> None:
    """A lane whose clock is a day behind turns nobody away while the hub tells which day it is."""
    behind = lane_in_service()
    behind.at = NOW - timedelta(days=1)

    behind.scan(LUCIA)

    assert behind.kinds() == ["check_in"]
    assert behind.screen is not Screen.OTHER_DAY


def test_a_number_given_back_is_forgotten_on_disk_too(lane: Lane) -> None:
    """When another lane's visit stands behind the code, this lane's memory of its own number goes."""
    lane.scan(LUCIA)

    lane.reply("check_in", outcome="again", visit_id="other", ticket="B-001")

    assert any(isinstance(one, Forget) for one in lane.done)


def test_a_late_again_leaves_a_visit_that_was_found_meanwhile_alone(lane: Lane) -> None:
    """The lane has found the open visit in its roster; the hub's late word makes no new one and can withdraw none."""
    lane.scan(INSIDE)
    lane.unanswered("check_in")
    lane.wait(1)

    lane.reply("check_in", outcome="again", visit_id="v-ana", ticket="A-009")

    assert lane.screen is Screen.AGAIN
    assert lane.state.customer
    assert not lane.state.customer.is_visit
    assert all(one.visit_id != "v-ana" for one in lane.state.made)


def test_digits_that_the_hub_comes_not_to_know_end_with_a_person(lane: Lane) -> None:
    """The digits fitted the roster and the questions had begun: a late *unknown* leaves no empty page, but help and other ways."""
    lane.touch("type_number")
    lane.type(LUCIA_DIGITS)
    lane.wait(1)
    assert lane.screen is Screen.HELLO

    lane.reply("check_in", outcome="unknown")

    assert lane.screen is Screen.UNKNOWN
    assert lane.sent("ask_for_help")


def test_a_hand_over_counts_for_more_than_what_the_lane_remembers(lane: Lane) -> None:
    """Checked in at this lane, handed over since, and the hub is slow to answer: finished, not running."""
    lane.to_hello()
    later = lane_in_service(made=lane.state.made)
    assert later.state.made
    assert later.state.view
    rows = [replace(one, state="handed_over") if one.first_name == "Lucía" else one for one in later.state.view.roster]
    later.hear(RosterChanged, replace(later.state.view, roster=tuple(rows)))

    later.scan(LUCIA)
    later.wait(3)

    assert later.screen is Screen.FINISHED


def test_again_becomes_finished_when_the_lane_hears_of_the_hand_over(lane: Lane) -> None:
    """A roster that had not heard of the hand-over said *again*: its next word is what stands on the screen."""
    lane.scan(INSIDE)
    lane.unanswered("check_in")
    lane.wait(1)
    assert lane.screen is Screen.AGAIN
    assert lane.state.view

    rows = [replace(one, state="handed_over") if one.first_name == "Ana" else one for one in lane.state.view.roster]
    lane.hear(RosterChanged, replace(lane.state.view, roster=tuple(rows)))

    assert lane.screen is Screen.FINISHED
    assert lane.state.help
