"""Dates, times and instants as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.facts import from_us
from kiosk.domain.written import Clock, Reason, fold, on_wall_clock, quoted, read_date, read_instant, read_time

NEW_YORK = ZoneInfo("America/New_York")
TWELVE = Clock(("12h",))
BOTH = Clock(("24h", "12h"), am=("ص",), pm=("م",), ignored=("hrs",))


@pytest.mark.parametrize(
    ("text", "pattern", "day"),
    [
        ("11/24/2026", "MM/DD/YYYY", date(2026, 11, 24)),
        ("1/2/2027", "MM/DD/YYYY", date(2027, 1, 2)),
        ("01/02/2027", "DD/MM/YYYY", date(2027, 2, 1)),
        ("24.11.26", "DD.MM.YY", date(2026, 11, 24)),
        ("2026/11/24", "YYYY/MM/DD", date(2026, 11, 24)),
        ("٢٠٢٦/١١/٢٤", "YYYY/MM/DD", date(2026, 11, 24)),
        ("20261124", "YYYYMMDD", date(2026, 11, 24)),
        ("02/29/2028", "MM/DD/YYYY", date(2028, 2, 29)),
    ],
)
def test_a_date_is_read_by_its_pattern(text, pattern, day):
    """The profile's pattern tells which figure is what; leading zeros and the script of the digits do not matter."""
    assert read_date(text, (pattern,)) == day


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("", "date.none", "no date"),
        ("  ", "date.none", "no date"),
        ("to be told", "date.none", "no date (the cell says 'to be told')"),
        ("02/30/2027", "date.impossible", "date does not exist: 02/30/2027"),
        ("02/29/2027", "date.impossible", "date does not exist: 02/29/2027"),
        ("13/01/2027", "date.impossible", "date does not exist: 13/01/2027"),
        ("2026-11-24", "date.unreadable", "date is not MM/DD/YYYY: 2026-11-24"),
        ("11/24/26", "date.unreadable", "date is not MM/DD/YYYY: 11/24/26"),
        ("11/24/1926", "date.range", "date is not between 2000 and 2099: 11/24/1926"),
    ],
)
def test_a_date_that_cannot_be_read_says_why(text, code, said):
    """No date, one that does not exist, another order and another century are told apart."""
    reason = read_date(text, ("MM/DD/YYYY",))

    assert (reason.code, reason.text, reason.field) == (code, said, "date")


@pytest.mark.parametrize(
    ("text", "clock", "told"),
    [
        ("07:05 AM", TWELVE, time(7, 5)),
        ("7:05AM", TWELVE, time(7, 5)),
        ("7:05 pm", TWELVE, time(19, 5)),
        ("12:00 AM", TWELVE, time(0, 0)),
        ("12:30 p.m.", TWELVE, time(12, 30)),
        ("08:15", BOTH, time(8, 15)),
        ("12:45 hrs", BOTH, time(12, 45)),
        ("٠٥:٠٠ م", BOTH, time(17, 0)),
        ("١٠:٠٠ ص", BOTH, time(10, 0)),
        ("23:59:59", BOTH, time(23, 59, 59)),
        ("8.15", BOTH, time(8, 15)),
    ],
)
def test_a_time_is_read_on_its_clock(text, clock, told):
    """12 h and 24 h times, with or without a space, seconds or a word that says nothing."""
    assert read_time(text, clock) == told


@pytest.mark.parametrize(
    ("text", "clock", "said"),
    [
        ("", TWELVE, "no time"),
        ("por confirmar", BOTH, "no time (the cell says 'por confirmar')"),
        ("25:10", TWELVE, "time does not exist: 25:10"),
        ("٢٥:٠٠", BOTH, "time does not exist: ٢٥:٠٠"),
        ("07:60 AM", TWELVE, "time does not exist: 07:60 AM"),
        ("13:05 PM", TWELVE, "time does not exist: 13:05 PM"),
        ("00:05 AM", TWELVE, "time does not exist: 00:05 AM"),
        ("07:05", TWELVE, "time has no AM or PM: 07:05"),
        ("7 o'clock", BOTH, "time cannot be read: 7 o'clock"),
        ("07:05 PM", Clock(), "time cannot be read: 07:05 PM"),
    ],
)
def test_a_time_that_cannot_be_read_says_why(text, clock, said):
    """No time, one that no clock shows, and one whose half of the day nobody knows are told apart."""
    reason = read_time(text, clock)

    assert isinstance(reason, Reason)
    assert reason.text == said


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-24T07:30:00-05:00", datetime(2026, 11, 24, 12, 30, tzinfo=UTC)),
        ("2026-11-24T12:30:00Z", datetime(2026, 11, 24, 12, 30, tzinfo=UTC)),
        ("2026-11-24T12:30z", datetime(2026, 11, 24, 12, 30, tzinfo=UTC)),
        ("2026-11-24 07:30", datetime(2026, 11, 24, 12, 30, tzinfo=UTC)),
        ("2026-11-24T07:30:00.250", datetime(2026, 11, 24, 12, 30, 0, 250000, tzinfo=UTC)),
        ("2026-11-24T15:30:00+0300", datetime(2026, 11, 24, 12, 30, tzinfo=UTC)),
    ],
)
def test_an_instant_is_brought_to_utc(text, instant):
    """An offset or Z is obeyed; without one the time is on the shop's wall clock."""
    assert read_instant(text, NEW_YORK) == (instant, None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no date"),
        ("2026-11-24", "no time"),
        ("2026-11-31T07:30:00Z", "date does not exist: 2026-11-31"),
        ("2026-11-24T25:00:00Z", "time does not exist: 25:00:00"),
        ("2026-11-24T07:30:00+99:00", "time does not exist: 07:30:00"),
        ("tomorrow", "date and time cannot be read: tomorrow"),
        ("1926-11-24T07:30:00Z", "date is not between 2000 and 2099: 1926-11-24"),
    ],
)
def test_an_instant_that_cannot_be_read_says_why(text, said):
    """Each half of an ISO 8601 text has its own reason."""
    assert read_instant(text, NEW_YORK).text == said


def test_the_hour_that_is_skipped_in_spring_is_refused():
    """A time that no clock of the zone shows on that day does not exist."""
    reason = on_wall_clock(date(2027, 3, 14), time(2, 30), NEW_YORK)

    assert reason.text == "time does not exist in America/New_York on 2027-03-14 (clocks go forward): 02:30"


def test_the_hour_that_comes_twice_is_the_first_with_a_warning():
    """In autumn the first of two equal times is meant, and somebody is told."""
    instant, doubt = on_wall_clock(date(2026, 11, 1), time(1, 30), NEW_YORK)

    assert instant == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert doubt.code == "time.twice"


def test_words_are_compared_in_one_form():
    """Case, spacing, width and the script of digits do not make two words different."""
    assert fold("  Mensaje  DE texto ") == fold("mensaje de TEXTO")
    assert fold("٣٠K") == fold("30k")


def test_a_reason_quotes_one_short_line():
    """However long or broken a cell is, a reason stays one line."""
    assert quoted("a\nb" + "c" * 100) == "a b" + "c" * 36 + "…"


@given(text=st.text(max_size=40))
def test_any_text_is_a_value_or_a_reason(text):
    """No text whatever makes a reader fail."""
    assert isinstance(read_date(text, ("MM/DD/YYYY", "YYYYMMDD")), date | Reason)
    assert isinstance(read_time(text, BOTH), time | Reason)
    assert isinstance(read_instant(text, NEW_YORK), tuple | Reason)


@given(us=st.integers(946_771_200_000_000, 4_102_358_400_000_000))
def test_a_written_instant_comes_back(us):
    """What is written in ISO 8601 with an offset is read as the same instant."""
    aware = from_us(us)

    assert read_instant(aware.isoformat(), NEW_YORK) == (aware, None)
