"""Ticket numbers: one series a lane, unique among open visits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.tickets import HIGHEST, LANE_LETTERS, Ticket, is_later, next_ticket, parse

NUMBERS = st.integers(min_value=1, max_value=HIGHEST)


@given(st.sampled_from(LANE_LETTERS + "S"), NUMBERS)
def test_a_ticket_is_read_as_it_is_written(letter, number):
    """`A-017` is lane A's seventeenth, however it is typed."""
    ticket = Ticket(letter, number)

    assert parse(f" {str(ticket).lower()} ") == ticket


@pytest.mark.parametrize("text", ["", "A", "A-17", "A-0017", "A-000", "I-001", "O-001", "A017", "A-١٢٣", "AA-001"])
def test_what_is_no_ticket_is_none(text):
    """Letters that look like digits, and any other form, are no ticket."""
    assert parse(text) is None


def test_no_lane_has_a_letter_that_is_misread():
    """I and O look like digits, S belongs to the desk."""
    assert not set("IOS") & set(LANE_LETTERS)
    assert len(LANE_LETTERS) == len(set(LANE_LETTERS)) == 23


@given(st.integers(min_value=0, max_value=HIGHEST), st.sets(NUMBERS, max_size=60))
def test_the_next_number_is_never_one_of_an_open_visit(last, taken):
    """Numbers of open visits are passed over, whoever has them."""
    open_tickets = {str(Ticket("A", one)) for one in taken}

    ticket = next_ticket("A", last, open_tickets)

    assert str(ticket) not in open_tickets
    assert 1 <= ticket.number <= HIGHEST


def test_after_999_comes_1():
    """The series goes round."""
    assert str(next_ticket("B", 999, ())) == "B-001"


def test_a_series_counts_on():
    """After 17 comes 18, or 19 if 18 stayed overnight."""
    assert str(next_ticket("A", 17, ())) == "A-018"
    assert str(next_ticket("A", 17, {"A-018", "B-019"})) == "A-019"


def test_a_full_series_says_what_helps():
    """With 999 open visits of one lane there is no number, and the error names the remedy."""
    every = {str(Ticket("A", one)) for one in range(1, HIGHEST + 1)}

    with pytest.raises(ValueError, match="hand over or withdraw"):
        next_ticket("A", 5, every)


@given(NUMBERS, st.integers(min_value=1, max_value=HIGHEST // 2))
def test_a_series_comes_later_within_half_a_round(last, ahead):
    """A number ahead by less than half a round is later, though it be smaller after 999; the way back is not."""
    number = (last + ahead - 1) % HIGHEST + 1

    assert is_later(number, last)
    assert not is_later(last, number)


@given(NUMBERS)
def test_a_number_is_not_later_than_itself(number):
    """A number that is reported twice moves nothing."""
    assert not is_later(number, number)
