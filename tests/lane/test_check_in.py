"""The lane's conversation, sentence by sentence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from lane_spec import (
    CANCELLED,
    GONE,
    INSIDE,
    LUCIA,
    MARTA,
    NOW,
    OMAR,
    SAMI,
    SMALL,
    STRANGER,
    TOMORROW,
    digest,
    lane_in_service,
    wire,
)

from kiosk.domain import check_in
from kiosk.domain.facts import Permission, Timing
from kiosk.domain.lane_inputs import Chime, Forget, Hold, KeepNumber, PaperChanged, Remember
from kiosk.domain.lane_state import Link, PaperState, Screen
from kiosk.domain.lane_view import OpenVisit

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


# ---- help


def test_help_is_on_the_way_and_leads_back(lane):
    """Help pages at once, says who comes, and *Back* leads to the question that was there."""
    lane.to_hello()
    lane.touch("help")
    lane.reply("ask_for_help", page_id="p", advisor=wire(OMAR))

    lane.touch("back")

    assert lane.state.help.advisor == OMAR
    assert lane.screen is Screen.HELLO


def test_help_twice_is_one_call(lane):
    """A customer who presses Help again is not announced twice."""
    lane.touch("help", "back", "help")

    assert lane.kinds() == ["ask_for_help"]


def test_a_walk_in_types_a_name(lane):
    """Without an appointment a first name is enough for a visit and a ticket."""
    lane.touch(
        "no_appointment", "letter.S", "letter.A", "letter.M", "letter.I", "continue", "concern.noise", "concern.add"
    )

    sent = lane.sent("check_in")[0]
    assert (sent.body["way"], sent.body["name"]) == ("walk_in", "Sami")
    assert lane.screen is Screen.TICKET
    assert not lane.printed()[0].slip.is_booked


def test_a_walk_in_without_keyboard_is_checked_in_without_a_name():
    """On a small panel nobody types: the advisor is paged, the reason is touched, and there is a ticket."""
    lane = lane_in_service(rules=SMALL)

    lane.touch("no_appointment", "concern.tires", "concern.add")

    assert lane.screen is Screen.TICKET
    assert lane.kinds() == ["check_in", "note_concerns", "end_conversation"]


def test_an_empty_name_goes_nowhere(lane):
    """*Continue* without a letter stays where it is."""
    lane.touch("no_appointment", "space", "continue")

    assert lane.screen is Screen.NAME


# ---- the ticket


def test_the_ticket_screen_leaves_when_the_write_up_begins(lane):
    """The advisor stands beside the car: the lane is free for the next customer."""
    lane.to_hello()
    lane.touch("confirm", "permission.yes")
    visit_id = lane.state.customer.visit_id

    lane.visits(OpenVisit(visit_id, "A-017", "with_advisor", advisor=MARTA))

    assert lane.screen is Screen.SCAN
    assert lane.state.customer is None


def test_the_ticket_screen_follows_who_comes(lane):
    """Whoever acknowledges is told by name, also later."""
    lane.to_hello()
    lane.touch("confirm", "permission.yes")

    lane.visits(OpenVisit(lane.state.customer.visit_id, "A-017", "checked_in", advisor=OMAR, coming=True))

    assert lane.state.customer.advisor == OMAR


def test_what_is_owed_survives_a_power_cut(lane):
    """From the check-in to the end of the conversation the ticket is held, so that it can print after a restart."""
    effects = lane.scan(LUCIA)
    held = [one.slip for one in effects if isinstance(one, Hold)]
    lane.wait(1)

    lane.touch("confirm", "permission.yes")

    assert held[0].ticket == "A-017"
    assert [one.slip for one in lane.done if isinstance(one, Hold)][-1] is None


def test_the_code_is_remembered_with_its_ticket(lane):
    """A restart does not forget which code has which ticket."""
    lane.scan(LUCIA)

    made = next(one.made for one in lane.done if isinstance(one, Remember))
    assert (made.digest, made.ticket) == (digest(LUCIA), "A-017")


def test_printed_is_said_only_when_it_is_known(lane):
    """The screen knows the paper's state from the spool alone."""
    lane.to_hello()
    lane.touch("confirm", "permission.yes")
    before = lane.state.customer.paper

    lane.hear(PaperChanged, lane.state.customer.visit_id, PaperState.PRINTED)

    assert (before, lane.state.customer.paper) == (PaperState.QUEUED, PaperState.PRINTED)


# ---- nobody there


def test_nobody_there_is_asked_and_then_wiped(lane):
    """A minute without a touch brings the question; 30 s later the ticket prints and nothing is left."""
    lane.to_hello()
    lane.wait(60)
    asked = lane.state.seconds_left

    lane.wait(31)

    assert asked == 30
    assert lane.screen is Screen.SCAN
    assert lane.state.customer is None
    assert len(lane.printed()) == 1


def test_the_question_counts_down_each_second(lane):
    """The ring steps once a second."""
    lane.to_hello()
    lane.wait(60)

    lane.wait(6)

    assert lane.state.seconds_left == 24


def test_more_time_is_given_without_end(lane):
    """*I need more time* brings the screen back, as often as it is asked."""
    lane.to_hello()

    for _ in range(12):
        lane.wait(61)
        lane.touch("more_time")

    assert lane.screen is Screen.HELLO


def test_finish_now_prints_and_wipes(lane):
    """*Finish now* is the same as not being there."""
    lane.to_hello()
    lane.wait(62)

    lane.touch("finish")

    assert lane.screen is Screen.SCAN
    assert len(lane.printed()) == 1


def test_a_page_without_anybodys_words_goes_by_itself(lane):
    """Where nothing would be lost nobody is asked."""
    lane.scan("no code of ours")

    lane.wait(60)

    assert lane.screen is Screen.SCAN


def test_a_printed_ticket_needs_no_question(lane):
    """The number is on paper: the screen goes after three minutes without asking."""
    lane.to_hello()
    lane.touch("confirm", "permission.yes")
    lane.hear(PaperChanged, lane.state.customer.visit_id, PaperState.PRINTED)

    lane.wait(180)

    assert lane.screen is Screen.SCAN


def test_a_ticket_that_is_not_on_paper_is_not_wiped_unasked(lane):
    """Without paper the number is only here: the question comes first."""
    lane.to_hello()
    lane.touch("confirm", "permission.yes")

    lane.wait(180)

    assert lane.state.seconds_left is not None


def test_an_idle_lane_sleeps(lane):
    """The camera's page needs no clock."""
    assert check_in.next_wake(lane.state) is None


# ---- out of service


def test_a_lane_that_never_heard_of_the_dealership_is_closed():
    """Before the first view there is nothing to check in against."""
    lane = lane_in_service()
    lane.state = type(lane.state)("A")

    lane.touch("help")

    assert check_in.is_closed(lane.state)
    assert lane.screen is Screen.HELP


def test_a_hub_of_another_version_closes_the_lane(lane):
    """Two versions that do not understand each other make no visits."""
    lane.link(Link.OTHER_VERSION)
    closed = lane.screen

    lane.link(Link.UP)

    assert (closed, lane.screen) == (Screen.OUT, Screen.SCAN)


def test_another_version_in_the_middle_throws_nobody_out(lane):
    """The conversation under way is finished first."""
    lane.to_hello()

    lane.link(Link.OTHER_VERSION)
    lane.touch("confirm", "permission.yes", "done")

    assert lane.screen is Screen.OUT
    assert len(lane.printed()) == 1


def test_a_lane_that_can_write_nothing_down_stops_at_once(lane):
    """A check-in that cannot be kept is not told to be one."""
    lane.to_hello()

    lane.hear(check_in.FaultsChanged, ("folder",))

    assert lane.screen is Screen.OUT
    assert lane.state.customer is None


def test_a_lane_that_is_mended_opens(lane):
    """Out of service lasts exactly as long as the fault."""
    lane.hear(check_in.FaultsChanged, ("folder",))

    lane.hear(check_in.FaultsChanged, ())

    assert lane.screen is Screen.SCAN


def test_an_answer_that_nobody_understands_ends_in_help(lane):
    """A hub that answers nonsense does not stop the lane."""
    lane.scan(STRANGER)

    lane.reply("check_in", outcome="checked_in", advisor="Marta", timing="yesterday")

    assert lane.screen is Screen.READ or lane.screen is Screen.HELP
    assert "ask_for_help" in lane.kinds()


def test_the_number_counter_follows_the_hub(lane):
    """A lane that was set up anew goes on behind the highest number that the hub has seen."""
    lane.scan(LUCIA)

    assert KeepNumber(17) in lane.done
