"""How a conversation ends: help, the ticket, nobody there, out of service."""

from __future__ import annotations

from lane_spec import (
    LUCIA,
    MARTA,
    OMAR,
    SMALL,
    STRANGER,
    digest,
    lane_in_service,
    wire,
)

from kiosk.domain import check_in
from kiosk.domain.lane_inputs import Hold, KeepNumber, PaperChanged, Remember
from kiosk.domain.lane_state import Link, PaperState, Screen
from kiosk.domain.lane_view import OpenVisit

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
