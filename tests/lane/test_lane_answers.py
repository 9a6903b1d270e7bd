"""What a customer answers, changes or adds: each a command of its own, none asked twice, each can be skipped."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from lane_spec import LUCIA, MARTA, NOW, STRANGER, TOMORROW, digest, lane_in_service, wire

from kiosk.domain import check_in
from kiosk.domain.facts import to_us
from kiosk.domain.lane_choices import masked_email, masked_phone, read_transport
from kiosk.domain.lane_state import Link, Screen
from kiosk.domain.lane_view import Due, read_words

CONTACT = {"phone": "+1 ••• ••• ••17", "email": "l••••@example.com", "method": "text_message"}
CABIN = {"operation": "CAB", "name": {"en": "Cabin filter", "es": "Filtro de cabina", "ar": "فلتر المقصورة"}}
BRAKES = {"operation": "BRK", "name": {"en": "Brake fluid", "es": "Líquido de frenos", "ar": "سائل الفرامل"}}


@pytest.fixture
def greeted(lane):
    """A lane that has greeted Lucía, of whom everything is known."""
    return greet(lane)


def greet(lane, **result):
    """Scan, and the hub's answer."""
    lane.scan(LUCIA)
    told = {
        "advisor": wire(MARTA),
        "completion_at": to_us(NOW + timedelta(hours=5)),
        "contact": CONTACT,
        "due": [CABIN],
    }
    lane.reply("check_in", outcome="checked_in", **{**told, **result})
    lane.wait(0.5)
    return lane


def test_a_returning_customer_touches_twice(greeted):
    """*Yes, that is right*, *yes, you may inspect it*: the ticket."""
    greeted.touch("confirm", "permission.yes")

    assert greeted.screen is Screen.TICKET
    assert len(greeted.printed()) == 1


def test_the_contact_is_asked_between_only_where_it_must(lane):
    """Something is missing or a year old: one screen more, and never again in this visit."""
    greet(lane, asks_contact=True)

    lane.touch("confirm")
    asked = lane.screen
    lane.touch("contact.confirm")

    assert (asked, lane.screen) == (Screen.CONTACT, Screen.PERMISSION)
    assert lane.kinds()[-2:] == ["confirm_details", "confirm_contact"]


def test_without_the_hub_no_contact_is_shown_or_asked(lonely):
    """What the lane does not know it does not ask about."""
    lonely.scan(LUCIA)
    lonely.wait(0.5)
    lonely.touch("confirm")

    assert lonely.screen is Screen.PERMISSION
    assert "change.contact" not in check_in.offered(lonely.state)


def test_permission_or_ask_me(greeted):
    """Both answers end in the same ticket."""
    greeted.touch("confirm", "permission.ask")

    assert greeted.sent("answer_permission")[0].body["answer"] == "ask"
    assert greeted.screen is Screen.TICKET


def test_concerns_are_one_answer(greeted):
    """Several are chosen, one is taken away again, and they are sent as one command."""
    greeted.touch("change", "change.concern", "concern.noise", "concern.brakes", "concern.noise", "concern.add")

    assert greeted.sent("note_concerns")[0].body["concerns"] == ["brakes"]
    assert greeted.screen is Screen.CHANGE


def test_own_words_are_typed_on_their_own_page(greeted):
    """The words come back to the list and go out with it."""
    greeted.touch(
        "change.concern", "concern.words", "letter.F", "letter.R", "space", "letter.L", "continue", "concern.add"
    )

    assert greeted.sent("note_concerns")[0].body["words"] == "Fr l"
    assert greeted.screen is Screen.HELLO


def test_back_says_nothing(greeted):
    """What was chosen and not added is forgotten."""
    greeted.touch("change.concern", "concern.noise", "back", "change.concern")

    assert greeted.state.customer.draft == ()
    assert not greeted.sent("note_concerns")


def test_due_work_is_answered_one_by_one(lane):
    """Today or not today, each by itself, then back to where it was opened."""
    greet(lane, due=[CABIN, BRAKES])

    lane.touch("change", "change.due", "due.yes", "due.no")

    assert [(one.body["operation"], one.body["accepted"]) for one in lane.sent("answer_maintenance")] == [
        ("CAB", True),
        ("BRK", False),
    ]
    assert lane.screen is Screen.CHANGE


def test_the_list_of_due_work_stands_while_it_is_answered(lane):
    """The hub's answer comes between two answers with another list: each answer is of the work that was on the screen."""
    told = tuple(Due(one["operation"], read_words(one["name"])) for one in (CABIN, BRAKES))
    lucia = lane.state.view.booking(digest(LUCIA))
    lane.hear(check_in.RosterChanged, replace(lane.state.view, roster=(replace(lucia, due=told),)))
    lane.scan(LUCIA)
    lane.wait(0.5)
    lane.touch("change", "change.due", "due.yes")

    lane.reply("check_in", outcome="checked_in", due=[BRAKES])
    lane.touch("due.no")

    answers = [(one.body["operation"], one.body["accepted"]) for one in lane.sent("answer_maintenance")]
    assert answers == [("CAB", True), ("BRK", False)]


def test_transport_is_chosen_and_then_said(greeted):
    """The last one chosen counts."""
    greeted.touch("change", "change.transport", "transport.shuttle", "transport.wait", "transport.done")

    assert [one.body["transport"] for one in greeted.sent("choose_transport")] == ["wait"]


def test_a_way_of_contact_may_be_none_of_these(greeted):
    """*None of these* is an answer too."""
    greeted.touch("change", "change.contact", "contact.none", "contact.confirm")

    assert greeted.sent("choose_contact_method")[0].body["method"] == "none"
    assert greeted.screen is Screen.CHANGE


def test_a_new_phone_is_masked_at_once(greeted):
    """It goes to the hub whole, and stays on the screen in part."""
    greeted.touch("change.contact", "contact.phone")
    greeted.type("9735550188")
    greeted.touch("continue")

    assert greeted.sent("change_contact")[0].body["phone"] == "9735550188"
    assert greeted.state.customer.contact.phone.endswith("88")
    assert "973555" not in repr(greeted.state)


def test_what_cannot_be_an_address_is_asked_again(greeted):
    """The page stays and says so."""
    greeted.touch("change.contact", "contact.address", "letter.A", "letter.@", "continue")

    assert greeted.screen is Screen.EMAIL
    assert greeted.state.typing.wrong


def test_two_cars_are_two_visits_and_two_tickets(greeted):
    """The second car's code makes a visit of its own; the language is kept."""
    greeted.touch("change", "change.second_car", "change.done", "permission.yes", "next_car")
    greeted.scan(STRANGER)
    greeted.reply("check_in", outcome="checked_in", first_name="Lucía")
    greeted.wait(0.5)
    greeted.touch("confirm", "permission.yes")

    slips = [one.slip for one in greeted.printed()]
    assert len({one.visit_id for one in slips}) == 2
    assert [one.ticket for one in slips] == ["A-017", "A-018"]
    assert {one.language for one in slips} == {"es"}


def test_a_second_car_without_an_appointment_needs_no_name(greeted):
    """Nothing is asked twice."""
    greeted.touch("change", "change.second_car", "change.done", "permission.yes", "next_car", "no_appointment")

    assert greeted.sent("check_in")[1].body["name"] == "Lucía"
    assert greeted.screen is Screen.CONCERN


def test_a_second_car_that_never_comes_is_forgotten(greeted):
    """A minute later nobody's name is left."""
    greeted.touch("change", "change.second_car", "change.done", "permission.yes", "next_car")

    greeted.wait(61)

    assert greeted.state.companion is None
    assert "Lucía" not in repr(greeted.state.customer)


def test_help_offers_to_leave_the_rest_to_the_advisor(greeted):
    """From any question: *Help*, then *an advisor will help me*, and the ticket prints."""
    greeted.touch("change", "help", "advisor_helps")

    assert greeted.screen is Screen.TICKET
    assert len(greeted.printed()) == 1


def test_answers_wait_for_the_hub(lonely):
    """Without the hub every answer is kept to be sent later."""
    lonely.scan(LUCIA)
    lonely.wait(0.5)
    lonely.touch("change", "change.transport", "transport.wait", "transport.done", "change.done", "permission.yes")

    kept = [one.kind for one in lonely.done if getattr(one, "keep", False)]
    assert kept == ["check_in", "choose_transport", "confirm_details", "answer_permission", "end_conversation"]


@pytest.mark.parametrize("page", ["help", "no_code"])
def test_a_phone_held_up_later_is_read(lane, page):
    """Who first asked for help and then finds the code is checked in."""
    lane.touch(page)

    lane.scan(LUCIA)

    assert check_in.looks_for_codes(lane_in_service().state)
    assert lane.state.customer.first_name == "Lucía"


def test_the_phone_that_led_to_help_is_not_read_again(lane):
    """Another day, *I need help today*: the same phone is still before the camera and changes nothing."""
    lane.scan(TOMORROW)
    lane.wait(0.5)
    lane.touch("help_today")
    lane.scan(TOMORROW)

    assert lane.screen is Screen.HELP


def test_an_unknown_code_offline_may_still_give_permission():
    """Nothing is known of somebody whose code the lane does not know: the permission alone is asked."""
    lane = lane_in_service(link=Link.DOWN)
    lane.scan(STRANGER)
    lane.wait(0.5)

    assert lane.screen is Screen.PERMISSION


@pytest.mark.parametrize(
    ("written", "means"),
    [("Customer waits", "wait"), ("SHUTTLE", "shuttle"), ("Loaner car", "loaner"), ("Auto de cortesía", "loaner"),
     ("waits or shuttle", None), ("", None)],
)  # fmt: skip
def test_transport_is_read_as_written(written, means):
    """What is not sure is not claimed."""
    assert read_transport(written) == means


def test_masks_show_two_digits_and_one_letter():
    """Enough for its owner."""
    assert masked_phone("+19735550147", "1") == "+1 ••• ••• ••47"
    assert masked_email("lucia@example.com") == "l••••@example.com"
    assert masked_email("nobody") == masked_phone("12") == ""
