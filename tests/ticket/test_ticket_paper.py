"""The ticket as a document: what stands on it, and in which order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk import samples
from kiosk.domain import papers
from kiosk.domain.papers import CopyBar, DayAndTime, Fixed, Highlight, LabelValue, TicketNumber, Typed, said, ticket

SAMPLE = samples.ticket("en")


def block(paper: papers.Paper, kind: type) -> list:
    """The blocks of one kind."""
    return [one for one in paper.blocks if isinstance(one, kind)]


def test_the_ticket_tells_in_the_order_of_the_design():
    """Dealership, number, who comes, when it is ready, arrival, what was booked, the code, the last sentence."""
    kinds = [type(one).__name__ for one in ticket(SAMPLE).blocks if not isinstance(one, papers.Rule)]

    assert kinds == ["Heading", "TicketNumber", "Highlight", "Highlight", "LabelValue", "LabelValue", "Code", "Note"]


def test_the_number_reads_left_to_right():
    """A ticket number is a fixed value in every language."""
    assert block(ticket(SAMPLE), TicketNumber) == [TicketNumber(said("paper.ticket"), Fixed("A-017"))]


def test_a_known_advisor_is_named():
    """The booked advisor's name stands under *Your advisor*."""
    who, _ = block(ticket(SAMPLE), Highlight)

    assert who == Highlight(said("paper.advisor"), Typed("Marta"))


def test_an_unknown_advisor_is_the_next_one_free():
    """Nobody is promised by name who has not taken the page; a time may stand there instead."""
    who, _ = block(ticket(replace(SAMPLE, advisor=None, advisor_at=samples.at(10, 50))), Highlight)

    assert who.value == said("paper.next_free")
    assert who.note == said("paper.about", time=papers.TimeOfDay(samples.at(10, 50)))


def test_the_estimated_completion_of_this_moment_is_printed():
    """With the day, and with the sentence that it may change."""
    _, when = block(ticket(SAMPLE), Highlight)

    assert (when.value, when.note) == (DayAndTime(samples.at(15, 30)), said("paper.we_tell_changes"))


def test_a_completion_that_is_not_known_is_told_to_be_not_known():
    """Never left out, never guessed."""
    _, when = block(ticket(replace(SAMPLE, completion_at=None)), Highlight)

    assert (when.value, when.note) == (said("paper.not_known"), said("paper.advisor_tells"))


@pytest.mark.parametrize(("is_booked", "label"), [(True, "paper.booked"), (False, "paper.reason")])
def test_what_was_booked_is_listed(is_booked, label):
    """Each piece of work is a line; without an appointment the same place tells the reason."""
    *_, what = block(ticket(replace(SAMPLE, is_booked=is_booked)), LabelValue)

    assert what == LabelValue(said(label), (Typed("30,000 km service"), Typed("Check a noise when braking")))


@pytest.mark.parametrize("booked", [(), ("", "  ")])
def test_nothing_booked_is_not_known_yet(booked):
    """A visit without any work has a line that says so."""
    *_, what = block(ticket(replace(SAMPLE, booked=booked)), LabelValue)

    assert what.values == (said("paper.not_known"),)


def test_without_a_customer_screen_there_is_no_code():
    """A code that leads nowhere is not printed, nor its sentences."""
    paper = ticket(replace(SAMPLE, follow_address=None))

    assert block(paper, papers.Code) == []


def test_a_copy_says_so_above_the_number():
    """A ticket printed again carries the bar with the time of printing; the first one does not."""
    again = ticket(replace(SAMPLE, is_copy=True, printed_at=samples.at(10, 51)))

    kinds = [type(one).__name__ for one in again.blocks]
    assert kinds[1:3] == ["CopyBar", "TicketNumber"]
    assert block(again, CopyBar)[0].when == said("paper.printed_again", time=papers.TimeOfDay(samples.at(10, 51)))
    assert block(ticket(SAMPLE), CopyBar) == []


def test_a_visit_that_staff_opened_has_no_lane():
    """The heading names the lane only where there is one."""
    heading, *_ = ticket(replace(SAMPLE, lane=None)).blocks

    assert heading.below == said("paper.service")
