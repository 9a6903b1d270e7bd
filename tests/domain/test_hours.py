"""Business hours and arithmetic in open time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from domain_builders import AFTERNOON, HOURS, MORNING, TUESDAY, WORKDAY, ZONE, clock
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.facts import from_us, to_us
from kiosk.domain.hours import (
    OpenTime,
    add_open_time,
    is_open,
    next_opening,
    open_stretches,
    open_time_between,
    spans_on,
)
from kiosk.domain.store import OpeningHours, Span

MINUTE = timedelta(minutes=1)
ALWAYS = OpeningHours(week=((Span(time(0), time(23, 59)),),) * 7)
NEVER = OpeningHours(week=((),) * 7)
ZONES = ("America/New_York", "America/Mexico_City", "Asia/Riyadh", "Europe/Madrid", "Australia/Lord_Howe")
INSTANTS = st.integers(1_767_225_600_000_000, 1_830_297_600_000_000).map(from_us)  # 2026 and 2027
SPANS = st.sampled_from([(), (MORNING,), (AFTERNOON,), WORKDAY, (Span(time(0), time(8, 30)), Span(time(16), time(20)))])
ANY_HOURS = st.builds(
    OpeningHours,
    week=st.tuples(*[SPANS] * 7),
    holidays=st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=4),
)


@pytest.mark.parametrize(
    ("hour", "minute", "open_"), [(7, 59, False), (8, 0, True), (11, 59, True), (12, 0, False), (13, 0, True), (18, 0, False)]
)
def test_a_span_includes_its_opening_and_not_its_closing(hour, minute, open_):
    """At 08:00 the shop is open, at 12:00 it is not, nor during lunch."""
    assert is_open(HOURS, ZONE, clock(hour, minute)) is open_


def test_special_hours_win_over_the_holiday_and_the_week():
    """The eve of a holiday has hours of its own; the holiday has none."""
    eve, holiday = TUESDAY, TUESDAY + timedelta(days=1)
    hours = replace(HOURS, holidays=frozenset({eve, holiday}), special=((eve, (MORNING,)),))

    assert spans_on(hours, eve) == (MORNING,)
    assert spans_on(hours, holiday) == ()
    assert spans_on(hours, TUESDAY + timedelta(days=2)) == WORKDAY


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        (clock(8, 30), clock(8, 30)),
        (clock(12, 15), clock(13)),
        (clock(18), clock(8, on=date(2026, 11, 25))),
        (clock(19, on=date(2026, 11, 27)), clock(8, on=date(2026, 11, 30))),
    ],
)
def test_the_next_opening_passes_over_lunch_night_and_weekend(at, opens):
    """An open shop opens now; a shut one at its next span."""
    assert next_opening(HOURS, ZONE, at) == opens


def test_a_shop_that_never_opens_has_no_next_opening():
    """After sixty shut days nobody looks further."""
    assert next_opening(NEVER, ZONE, clock(9)) is None


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        (clock(8), 60, clock(9)),
        (clock(8), 240, clock(12)),
        (clock(8), 241, clock(13, 1)),
        (clock(7), 60, clock(9)),
        (clock(12, 30), 0, clock(13)),
        (clock(17, 30), 60, clock(8, 30, date(2026, 11, 25))),
        (clock(17, on=date(2026, 11, 27)), 120, clock(9, on=date(2026, 11, 30))),
    ],
)
def test_work_waits_for_opening_hours(start, minutes, end):
    """Lunch, night and weekend do not count; work that ends at closing time ends then."""
    assert add_open_time(HOURS, ZONE, start, minutes * MINUTE) == end


def test_a_shop_without_hours_counts_round_the_clock():
    """A time must be named all the same."""
    assert add_open_time(NEVER, ZONE, clock(9), timedelta(hours=3)) == clock(12)


@pytest.mark.parametrize(
    ("on", "hours_between"), [(date(2026, 3, 8), 2), (date(2026, 11, 1), 4), (date(2026, 11, 2), 3)]
)
def test_work_on_the_days_of_the_clock_change_takes_as_long_as_ever(on, hours_between):
    """From 00:30 to 03:30 on the wall are two hours in spring and four in autumn; open time counts what really passes."""
    start, end = clock(0, 30, on), clock(3, 30, on)

    assert open_time_between(ALWAYS, ZONE, start, end) == timedelta(hours=hours_between)
    assert add_open_time(ALWAYS, ZONE, start, timedelta(hours=hours_between)) == end


@given(ANY_HOURS, st.sampled_from(ZONES), INSTANTS, st.integers(0, 3000))
def test_open_time_between_is_the_work_that_was_added(hours, zone, start, minutes):
    """Adding work and measuring it again gives the same, wherever the shop is."""
    work, where = minutes * MINUTE, ZoneInfo(zone)
    if next_opening(hours, where, start) is None:
        return

    end = add_open_time(hours, where, start, work)

    assert open_time_between(hours, where, start, end) == work


@given(ANY_HOURS, st.sampled_from(ZONES), INSTANTS)
def test_stretches_are_in_order_and_never_empty(hours, zone, after):
    """Open stretches follow each other, each ends after it begins, the first not before it was asked for."""
    stretches = [one for one, _ in zip(open_stretches(hours, ZoneInfo(zone), after), range(30), strict=False)]
    edges = [edge for stretch in stretches for edge in stretch]

    assert edges == sorted(edges)
    assert all(opens < closes for opens, closes in stretches)
    assert not stretches or stretches[0][0] >= after


@given(
    ANY_HOURS,
    st.sampled_from(ZONES),
    INSTANTS,
    st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 3000)), min_size=1, max_size=8),
)
def test_the_number_line_adds_as_the_calendar_does(hours, zone, since, sums):
    """Hundreds of sums on one number line are the same as each by itself."""
    where = ZoneInfo(zone)
    open_time = OpenTime(hours, where, since)

    for later, minutes in sums:
        start, work = since + later * MINUTE, minutes * MINUTE
        assert from_us(open_time.add_us(to_us(start), work // timedelta(microseconds=1))) == add_open_time(hours, where, start, work)
