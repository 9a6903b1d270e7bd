"""How long customers waited, from values to measures."""

from __future__ import annotations

from datetime import timedelta

from domain_builders import clock

from kiosk.domain.facts import PageReason
from kiosk.domain.greeting_times import Arrived, Called, Measure, measure, times

NINE = clock(9)


def after(**span: float):
    return NINE + timedelta(**span)


def test_the_median_of_an_even_number_is_between_the_two():
    """Of 1, 2, 4 and 6 minutes: three minutes, and the longest is six."""
    waits = [timedelta(minutes=one) for one in (6, 1, 4, 2)]

    assert measure(waits) == Measure(4, 180.0, 360.0)


def test_nothing_measured_is_nothing():
    """No figure is made up of no visit."""
    assert measure([]) == Measure(0, None, None)


def test_a_clock_that_was_put_right_makes_nobody_wait_less_than_nothing():
    """A greeting before the arrival is a wait of nothing."""
    assert measure([timedelta(seconds=-5)]) == Measure(1, 0.0, 0.0)


def test_each_advisor_has_their_own_and_everybody_comes_first():
    """Marta greets after two minutes, Omar after four; together the median is three."""
    visits = [
        Arrived("marta", NINE, after(minutes=2), after(minutes=3)),
        Arrived("omar", NINE, after(minutes=4), after(minutes=9)),
    ]

    everybody, marta, omar, dina = times(["marta", "omar", "dina"], visits, [])

    assert (everybody.advisor_id, everybody.to_greeting.median_s) == (None, 180.0)
    assert (marta.to_greeting.median_s, marta.to_write_up.median_s) == (120.0, 60.0)
    assert (omar.to_greeting.longest_s, omar.to_write_up.longest_s) == (240.0, 300.0)
    assert dina.is_empty


def test_a_page_counts_for_who_answered_it():
    """An unanswered page has no time yet, and is nobody's."""
    calls = [
        Called("marta", PageReason.CHECK_IN, NINE, after(seconds=30)),
        Called(None, PageReason.CHECK_IN, NINE),
    ]

    everybody, marta = times(["marta"], [], calls)

    assert everybody.to_answer == marta.to_answer == Measure(1, 30.0, 30.0)


def test_s08_counts_a_walk_in_from_its_greeting():
    """Immediately after greeting: the walk-in's own measure."""
    walk_in = Arrived("marta", NINE, after(minutes=5), after(minutes=7))

    assert times([], [walk_in], [])[0].s08.median_s == 120.0


def test_s08_counts_an_appointment_from_its_booked_time():
    """At the scheduled time: an early arrival is not counted against the shop, nor the lateness of a late one."""
    early = Arrived("marta", after(minutes=-20), after(minutes=1), after(minutes=3), starts_at=NINE)
    before_time = Arrived("marta", after(minutes=-20), after(minutes=-15), after(minutes=-10), starts_at=NINE)
    late = Arrived("marta", after(minutes=30), after(minutes=31), after(minutes=32), starts_at=NINE)

    seconds = [times([], [one], [])[0].s08.median_s for one in (early, before_time, late)]

    assert seconds == [180.0, 0.0, 120.0]


def test_who_waits_still_is_not_counted_yet():
    """Neither greeted nor written up: no time is known."""
    assert times([], [Arrived(None, NINE)], [])[0].is_empty
