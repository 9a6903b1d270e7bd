"""Codes that check nobody in now, and a lane without the hub: each way ends with a screen, a ticket or a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from lane_spec import (
    CANCELLED,
    GONE,
    INSIDE,
    LUCIA,
    NOW,
    OMAR,
    STRANGER,
    TOMORROW,
    wire,
)

from kiosk.domain import check_in
from kiosk.domain.facts import Timing
from kiosk.domain.lane_inputs import Chime
from kiosk.domain.lane_state import Screen
from kiosk.domain.lane_view import OpenVisit

# ---- appointments that are not now, and codes that are none


def test_another_day_is_known_without_the_hub(lane):
    """Tomorrow's booking is told so at once, and no visit is made."""
    lane.scan(TOMORROW)
    lane.wait(1)

    assert lane.screen is Screen.OTHER_DAY
    assert lane.kinds() == []


def test_help_on_another_day_calls_a_person(lane):
    """*I need help today* pages an advisor."""
    lane.scan(TOMORROW)
    lane.wait(1)

    lane.touch("help_today")

    assert lane.screen is Screen.HELP
    assert lane.kinds() == ["ask_for_help"]


@pytest.mark.parametrize(
    ("token", "outcome", "screen"),
    [
        (CANCELLED, "cancelled", Screen.CANCELLED),
        (GONE, "finished", Screen.FINISHED),
        (STRANGER, "unknown", Screen.UNKNOWN),
        (STRANGER, "other_day", Screen.OTHER_DAY),
    ],
)
def test_what_the_hub_says_has_its_own_screen(lane, token, outcome, screen):
    """Each way that ends has a screen that says why, and the drawn number goes to the next customer."""
    lane.scan(token)

    lane.reply("check_in", outcome=outcome)
    lane.wait(1)

    assert lane.screen is screen
    assert lane.state.last_number == 0


@pytest.mark.parametrize("outcome", ["cancelled", "finished", "unknown"])
def test_a_way_that_ends_calls_a_person(lane, outcome):
    """Whoever stands before such a screen need not ask for help: it is on the way."""
    lane.scan(STRANGER)

    lane.reply("check_in", outcome=outcome)

    assert lane.kinds() == ["check_in", "ask_for_help"]


@pytest.mark.parametrize(
    "text", ["https://shop.example/voucher", "M8 CINEMA 12", "x" * 3000, "\x00\x1b@\x1dV0", "", "٤٨"]
)
def test_a_foreign_code_is_not_ours(lane, text):
    """Codes of other systems, long ones, binary ones: a falling tone, one sentence, and a person."""
    effects = lane.scan(text)

    assert lane.screen is Screen.UNKNOWN
    assert Chime("not_ours") in effects
    assert lane.kinds() == ["ask_for_help"]


def test_a_second_foreign_code_calls_nobody_twice(lane):
    """Ten wrong codes in a minute are one call."""
    for _ in range(10):
        lane.scan("no code of ours")

    assert lane.kinds() == ["ask_for_help"]


def test_a_code_of_another_dealership_is_told_so(lane):
    """A token under another host is somebody else's; it is not even asked about."""
    lane.scan(f"HTTPS://OTHER.EXAMPLE/C/{STRANGER}")

    assert lane.screen is Screen.OTHER_STORE
    assert lane.kinds() == ["ask_for_help"]


def test_our_own_address_is_read(lane):
    """The code of the e-mail is an address of ours."""
    lane.scan(f"HTTPS://LANE.VALLEY.EXAMPLE/C/{LUCIA}")

    assert lane.screen is Screen.READ


def test_a_token_that_the_roster_lacks_is_asked_of_the_hub(lane):
    """Booked a minute ago: the hub knows it, and the conversation goes on as with any booking."""
    lane.scan(STRANGER)
    asked = lane.sent("check_in")[0]

    lane.reply("check_in", outcome="checked_in", first_name="Yara", language="ar", ticket="A-017")
    lane.wait(1)

    assert not asked.keep
    assert lane.screen is Screen.HELLO
    assert lane.state.language == "ar"


def test_waiting_says_what_for(lane):
    """After 400 ms the screen says what is being waited for."""
    lane.scan(STRANGER)

    lane.wait(0.45)

    assert lane.state.pending.is_slow


@pytest.mark.parametrize(("minutes", "timing"), [(-40, Timing.LATE), (0, Timing.ON_TIME), (40, Timing.EARLY)])
def test_early_and_late_are_welcome(lane, minutes, timing):
    """An arrival beside its time is known without the hub."""
    lane.at = NOW - timedelta(minutes=minutes)

    lane.scan(LUCIA)

    assert lane.state.customer.timing is timing


# ---- without the hub


def test_offline_the_roster_decides(lonely):
    """A booking of today is checked in, marked as offline, and the lamp over the lane goes on."""
    lonely.scan(LUCIA)

    sent = lonely.sent("check_in")[0]
    assert sent.keep
    assert sent.body["offline"]
    assert check_in.lamp_is_on(lonely.state)


def test_offline_an_unknown_token_is_accepted(lonely):
    """While the hub is away no token of ours is refused: it is checked in, to be confirmed."""
    lonely.scan(STRANGER)
    lonely.wait(1)

    assert lonely.screen is Screen.PERMISSION
    assert lonely.sent("check_in")[0].body["offline"]


def test_offline_the_same_code_has_the_same_ticket(lonely):
    """The lane remembers what it has given, and prints nothing twice."""
    lonely.scan(LUCIA)
    lonely.wait(1)
    lonely.touch("confirm", "permission.yes", "done")

    lonely.scan(LUCIA)
    lonely.wait(1)

    assert lonely.screen is Screen.AGAIN
    assert lonely.state.customer.ticket == "A-017"
    assert len(lonely.printed()) == 1
    assert len(lonely.sent("check_in")) == 1


@pytest.mark.parametrize(
    ("token", "screen"),
    [(CANCELLED, Screen.CANCELLED), (GONE, Screen.FINISHED), (INSIDE, Screen.AGAIN), (TOMORROW, Screen.OTHER_DAY)],
)
def test_offline_the_roster_knows_what_it_is(lonely, token, screen):
    """Cancelled, handed over, inside, another day: told without the hub."""
    lonely.scan(token)
    lonely.wait(1)

    assert lonely.screen is screen


def test_no_answer_within_two_seconds_goes_on_alone(lane):
    """A hub that goes away in the middle is not waited for, and is told once more as a fact."""
    lane.scan(LUCIA)

    lane.unanswered("check_in")

    first, second = lane.sent("check_in")
    assert (first.body["offline"], second.body["offline"]) == (False, True)
    assert first.body["visit_id"] == second.body["visit_id"]
    assert lane.state.customer.offline


def test_a_question_without_answer_is_decided_here(lane):
    """An unknown token and a hub that falls silent: accepted after two seconds, under the same number."""
    lane.scan(STRANGER)

    lane.wait(2.1)

    assert [one.body["ticket"] for one in lane.sent("check_in")] == ["A-017", "A-017"]
    assert [one.keep for one in lane.sent("check_in")] == [False, True]
    assert lane.screen is Screen.PERMISSION


def test_a_late_refusal_does_not_undo_what_was_told_since(lane):
    """The hub's answer to the first try does not count once the lane has gone on alone."""
    lane.scan(LUCIA)
    number = lane.sent("check_in")[0].number
    lane.unanswered("check_in")

    lane.hear(check_in.Replied, number, {"outcome": "cancelled"})

    assert lane.state.customer.is_visit


def test_a_late_answer_is_taken_on_the_ticket_screen(lonely):
    """The hub is back: the bell gives way to the advisor's name."""
    lonely.scan(LUCIA)
    lonely.wait(1)
    lonely.touch("confirm", "permission.yes")

    lonely.reply("check_in", outcome="checked_in", advisor=wire(OMAR))

    assert not lonely.state.customer.offline
    assert lonely.state.customer.advisor == OMAR


def test_the_lamp_goes_off_when_the_advisor_begins(lane):
    """The lamp is on because somebody waits, not because a message came."""
    lane.visits(OpenVisit("v", "A-017", "checked_in"))
    on = check_in.lamp_is_on(lane.state)

    lane.visits(OpenVisit("v", "A-017", "with_advisor"))

    assert (on, check_in.lamp_is_on(lane.state)) == (True, False)


def test_offline_help_is_the_bell(lonely):
    """Help without the hub: the call is kept, the lamp is on, the screen says that the bell is to be rung."""
    lonely.touch("help")

    assert lonely.screen is Screen.HELP
    assert lonely.state.help.offline
    assert check_in.lamp_is_on(lonely.state)
