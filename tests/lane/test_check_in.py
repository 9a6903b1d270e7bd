"""The lane's conversation, sentence by sentence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from lane_spec import (
    INSIDE,
    LUCIA,
    MARTA,
    NOW,
    OMAR,
    SAMI,
    SMALL,
    digest,
    lane_in_service,
    wire,
)

from kiosk.domain import check_in
from kiosk.domain.facts import Permission
from kiosk.domain.lane_inputs import Chime, Forget
from kiosk.domain.lane_state import Rules, Screen

# ---- the scan is the check-in


def test_the_scan_checks_in_before_anything_is_asked(lane):
    """A booked code is told to the hub in the same breath in which it is read, with the number that the lane draws."""
    effects = lane.scan(LUCIA)

    sent = lane.sent("check_in")[0]
    assert sent.keep
    assert sent.body["code_hash"] == digest(LUCIA)
    assert sent.body["ticket"] == "A-017"
    assert Chime("read") in effects


def test_the_number_is_written_down_before_it_is_used(lane):
    """A power cut between drawing and sending cannot give the same number twice."""
    effects = lane.scan(LUCIA)

    kinds = [type(one).__name__ for one in effects]
    assert kinds.index("KeepNumber") < kinds.index("Send")


def test_got_it_stands_for_half_a_second_and_then_greets(lane):
    """The half second of *Got it* is over even if the hub has not answered yet."""
    lane.scan(LUCIA)
    first = lane.screen

    lane.wait(0.5)

    assert (first, lane.screen) == (Screen.READ, Screen.HELLO)


def test_the_booking_chooses_the_language(lane):
    """Lucía is greeted in Spanish, Sami in Arabic."""
    lane.scan(LUCIA)

    assert lane.state.language == "es"


def test_a_touched_language_stays(lane):
    """Who has touched a language is not greeted in that of the booking, and the hub is told."""
    lane.touch("language.ar")

    lane.scan(LUCIA)

    assert lane.state.language == "ar"
    assert lane.sent("check_in")[0].body["language"] == "ar"


def test_a_language_touched_later_is_told_to_the_hub(lane):
    """A customer who changes the language in the middle reads it everywhere afterwards."""
    lane.to_hello()

    lane.touch("language.en")

    assert lane.sent("choose_language")[0].body["language"] == "en"


def test_every_question_answered_ends_with_the_ticket(lane):
    """Right, permitted: the ticket prints once, in the customer's language, and the hub hears each answer."""
    lane.to_hello()

    lane.touch("confirm", "permission.yes")

    assert lane.screen is Screen.TICKET
    assert [one.slip.ticket for one in lane.printed()] == ["A-017"]
    assert lane.printed()[0].slip.language == "es"
    assert lane.kinds() == ["check_in", "confirm_details", "answer_permission", "end_conversation"]
    assert lane.state.customer.permission is Permission.YES


def test_no_permission_is_an_answer_like_the_other(lane):
    """*Ask me first* ends in the same ticket."""
    lane.to_hello()

    lane.touch("confirm", "permission.ask")

    assert lane.sent("answer_permission")[0].body["answer"] == "ask"
    assert len(lane.printed()) == 1


def test_an_advisor_will_help_me_ends_with_ticket_and_help(lane):
    """Nobody has to answer a screen to get a ticket."""
    lane.to_hello()

    lane.touch("advisor_helps")

    assert lane.screen is Screen.TICKET
    assert lane.sent("ask_for_help")[0].body["visit_id"] == lane.sent("check_in")[0].body["visit_id"]
    assert len(lane.printed()) == 1


def test_that_is_not_me_takes_the_check_in_back(lane):
    """The page closes, nothing prints, the number is burnt and the code may be used by its owner."""
    lane.to_hello()
    visit_id = lane.state.customer.visit_id

    lane.touch("not_me")

    assert lane.sent("withdraw_check_in")[0].body == {"visit_id": visit_id}
    assert lane.screen is Screen.SCAN
    assert lane.state.taken_back
    assert not lane.printed()
    assert Forget(visit_id) in lane.done
    lane.scan(LUCIA)
    assert lane.sent("check_in")[-1].body["ticket"] == "A-018"


@pytest.mark.parametrize("rules", [Rules(), SMALL])
def test_a_walk_in_begun_by_mistake_is_taken_back(rules):
    """The customer ends it without anybody's help: no visit, no page, no ticket, and the lane is free."""
    lane = lane_in_service(rules=rules)
    lane.touch("no_appointment")
    if rules.has_keyboard:
        lane.touch("letter.A", "continue")
    visit_id = lane.state.customer.visit_id

    lane.touch("take_back")

    assert lane.sent("withdraw_check_in")[0].body == {"visit_id": visit_id}
    assert lane.screen is Screen.SCAN
    assert lane.state.taken_back
    assert not lane.printed()


def test_a_booked_customer_on_the_same_page_has_no_key_that_ends_the_visit(lane):
    """What is added to a booked visit is not the visit."""
    lane.to_hello()
    lane.touch("change", "change.concern")

    lane.touch("take_back")

    assert not lane.sent("withdraw_check_in")


def test_more_turns_the_page_on_every_screen_but_the_half_second_of_a_read(lane):
    """What a small panel has no room for is a touch away, and nothing else changes."""
    lane.to_hello()
    lane.touch("confirm")
    before = lane.state

    lane.touch("page")

    assert lane.state.page == before.page + 1
    assert lane.screen is before.screen


def test_a_finger_meant_for_the_screen_before_gives_no_permission(lane):
    """A second tap within 300 ms of a new question is not its answer."""
    lane.to_hello()
    lane.touch("confirm")

    lane.at += timedelta(milliseconds=250)
    lane.hear(check_in.Touched, "permission.yes")

    assert lane.screen is Screen.PERMISSION


def test_the_advisor_of_the_answer_is_told(lane):
    """The hub's word on who comes wins over the booking."""
    lane.scan(LUCIA)

    lane.reply("check_in", outcome="checked_in", advisor=wire(OMAR))

    assert lane.state.customer.advisor == OMAR


def test_without_a_name_a_time_is_told(lane):
    """Nobody reached yet: about when, five minutes from now or the appointment, whichever is later."""
    lane.scan(SAMI)
    lane.reply("check_in", outcome="checked_in", advisor=None)
    lane.wait(1)

    lane.touch("confirm", "permission.yes")

    slip = lane.printed()[0].slip
    assert slip.advisor is None
    assert slip.advisor_at == NOW + timedelta(minutes=5)


def test_two_cars_are_two_visits(lane):
    """After the first ticket the second code of the same customer makes a visit of its own."""
    lane.to_hello()
    lane.touch("confirm", "permission.yes", "done")

    lane.scan(SAMI)

    assert [one.body["ticket"] for one in lane.sent("check_in")] == ["A-017", "A-018"]


def test_a_number_of_an_open_visit_is_skipped(lane):
    """A car that stays overnight keeps its number alone."""
    lane.state = check_in.step(lane.state, check_in.Ticked(NOW), lane.supply)[0]
    view = lane.state.view
    lane.hear(check_in.RosterChanged, type(view)(**{**vars(view), "open_tickets": frozenset({"A-017", "A-018"})}))

    lane.scan(LUCIA)

    assert lane.sent("check_in")[0].body["ticket"] == "A-019"


def test_a_lane_without_any_free_number_calls_a_person(lane):
    """All 999 numbers in use: no wrong ticket, but help."""
    view = lane.state.view
    taken = frozenset(f"A-{n:03d}" for n in range(1, 1000))
    lane.hear(check_in.RosterChanged, type(view)(**{**vars(view), "open_tickets": taken}))

    lane.scan(LUCIA)

    assert lane.kinds() == ["ask_for_help"]
    assert lane.state.customer is None


def test_another_code_does_not_interrupt(lane):
    """A passenger's phone does not throw the driver out of the conversation."""
    lane.to_hello()

    lane.scan(SAMI)

    assert lane.state.customer.first_name == "Lucía"


# ---- the same code again


def test_the_same_code_again_has_the_same_ticket(lane):
    """The hub says *again*: its ticket is shown, nothing prints by itself, and no number is lost."""
    lane.scan(INSIDE)

    lane.reply("check_in", outcome="again", visit_id="v-ana", ticket="A-009", first_name="Ana", advisor=wire(MARTA))
    lane.wait(1)

    assert lane.screen is Screen.AGAIN
    assert lane.state.customer.ticket == "A-009"
    assert not lane.printed()
    assert lane.state.last_number == 0


def test_a_copy_prints_on_request_and_is_marked(lane):
    """*Print the ticket again* gives a COPY of the same number."""
    lane.scan(INSIDE)
    lane.reply("check_in", outcome="again", visit_id="v-ana", ticket="A-009")
    lane.wait(1)

    lane.touch("print_again")

    assert [(one.slip.ticket, one.slip.copy) for one in lane.printed()] == [("A-009", True)]


def test_a_ready_car_is_picked_up(lane):
    """The code of a visit that is ready leads to the cashier, not to a second visit."""
    lane.scan(INSIDE)

    lane.reply("check_in", outcome="pickup", visit_id="v-ana", ticket="A-009")
    lane.wait(1)

    assert lane.screen is Screen.PICKUP
