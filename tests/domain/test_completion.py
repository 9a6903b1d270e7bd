"""The estimated completion: list scheduling on the bays, within opening hours."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from domain_builders import a_store, clock, wall
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.completion import Job, completions, is_worth_telling, next_change, rounded_up, schedule
from kiosk.domain.store import OpeningHours

MINUTE = timedelta(minutes=1)
STORE = a_store()
EIGHT = clock(8)


def waiting(visit_id, minutes, arrived_at=EIGHT, **more):
    return Job(visit_id, minutes, arrived_at, **more)


def told(jobs, at, store=STORE):
    """The completions as the store's clocks show them."""
    return {visit_id: wall(done) for visit_id, done in completions(jobs, store, at).items()}


def test_three_cars_on_two_bays():
    """At 08:00, work of 60, 90 and 120 minutes: the third waits for the first bay; each has 15 minutes of quality check."""
    jobs = [waiting("a", 60, clock(7, 50)), waiting("b", 90, clock(7, 55)), waiting("c", 120, clock(8))]

    assert told(jobs, clock(8)) == {"a": "09:15", "b": "09:45", "c": "11:15"}


def test_work_waits_over_lunch():
    """60 minutes that come at 11:15 with both bays free: 45 before lunch, 15 after it, 15 of quality check."""
    assert told([waiting("a", 60, clock(11, 15))], clock(11, 15)) == {"a": "13:30"}


def test_a_promise_goes_before_an_earlier_arrival():
    """Who has a promise is served in its order; the others follow as they came."""
    store = a_store(bays=1)
    jobs = [
        waiting("early", 60, clock(7, 30)),
        waiting("late promise", 60, clock(7, 50), promise_at=clock(16)),
        waiting("promised", 60, clock(7, 55), promise_at=clock(10)),
    ]

    assert told(jobs, clock(8), store) == {"promised": "09:15", "late promise": "10:15", "early": "11:15"}


def test_a_car_keeps_its_bay_until_its_time_is_over():
    """A car that was begun at 08:00 with 90 minutes holds one bay until 09:30, whatever comes."""
    jobs = [waiting("in bay", 90, started_at=clock(8)), waiting("next", 60), waiting("last", 60, clock(8, 10))]

    assert told(jobs, clock(8, 30)) == {"in bay": "09:45", "next": "09:45", "last": "10:45"}


def test_an_overdue_car_is_done_from_now_on():
    """Work that took longer than planned ends now, plus the quality check: never in the past."""
    jobs = [waiting("overdue", 60, started_at=clock(8)), waiting("next", 60, clock(8, 10))]

    assert told(jobs, clock(10), a_store(bays=1)) == {"overdue": "10:15", "next": "11:15"}


def test_a_car_in_the_quality_check_needs_no_bay():
    """From the quality check on only its 15 minutes count, and the bay is free."""
    jobs = [waiting("checked", 60, started_at=clock(8), checked_since=clock(9)), waiting("next", 60)]

    assert told(jobs, clock(9), a_store(bays=1)) == {"checked": "09:15", "next": "10:15"}


def test_a_quality_check_that_drags_on_ends_now():
    """A check begun long ago is still never over in the past."""
    assert told([waiting("a", 60, started_at=clock(8), checked_since=clock(9))], clock(11)) == {"a": "11:00"}


def test_more_cars_begun_than_there_are_bays_make_no_room_before_one_is_over():
    """Three cars begun on two bays: the next one waits until only one of them is left."""
    jobs = [waiting(name, minutes, started_at=clock(8)) for name, minutes in (("a", 60), ("b", 120), ("c", 180))]

    assert told([*jobs, waiting("next", 60)], clock(8))["next"] == "11:15"


def test_what_staff_set_by_hand_stands():
    """A time set by hand is told as it was set, though its bay is taken as planned."""
    jobs = [waiting("set", 60, clock(7, 50), fixed_at=clock(15, 2)), waiting("next", 60, clock(8))]

    assert told(jobs, clock(8), a_store(bays=1)) == {"set": "15:02", "next": "10:15"}


def test_a_time_set_by_hand_that_has_passed_is_not_told_any_more():
    """Nobody is told that the car will be ready half an hour ago."""
    assert told([waiting("a", 60, fixed_at=clock(10))], clock(10, 31)) == {"a": "10:35"}


def test_the_night_and_the_weekend_do_not_count():
    """Two hours begun on Friday at 17:00 end on Monday at 09:00, plus the check."""
    friday, monday = date(2026, 11, 27), date(2026, 11, 30)

    done = completions([waiting("a", 120, clock(17, on=friday), started_at=clock(17, on=friday))], STORE, clock(17, on=friday))

    assert done == {"a": clock(9, 15, monday)}


def test_times_are_rounded_up_to_five_minutes():
    """47 minutes from 08:01 and 15 of check end at 09:03, told as 09:05."""
    assert told([waiting("a", 47, clock(8, 1))], clock(8, 1)) == {"a": "09:05"}


def test_no_visits_no_times():
    """An empty shop has nothing to tell."""
    assert completions([], STORE, clock(8)) == {}


JOBS = st.lists(
    st.builds(
        lambda n, minutes, arrived, promise, begun, fixed: Job(
            visit_id=f"v{n}",
            minutes=minutes,
            arrived_at=clock(7) + arrived * MINUTE,
            promise_at=clock(9) + promise * MINUTE if promise else None,
            started_at=clock(7) + arrived * MINUTE if begun else None,
            checked_since=clock(8) + arrived * MINUTE if begun == 2 else None,
            fixed_at=clock(9) + fixed * MINUTE if fixed else None,
        ),
        st.integers(0, 1000),
        st.integers(1, 600),
        st.integers(0, 300),
        st.integers(0, 600),
        st.integers(0, 2),
        st.integers(0, 600),
    ),
    max_size=12,
    unique_by=lambda one: one.visit_id,
)


@given(JOBS, st.integers(1, 5), st.integers(0, 600), st.randoms(use_true_random=False))
def test_the_same_visits_get_the_same_times_in_any_order(jobs, bays, minute, random):
    """The order in which visits are read changes nothing: board, lane and phone agree."""
    store, at = a_store(bays=bays), clock(8) + minute * MINUTE
    shuffled = random.sample(jobs, len(jobs))

    assert completions(shuffled, store, at) == completions(jobs, store, at)


@given(JOBS, st.integers(1, 5), st.integers(0, 600))
def test_no_time_is_ever_in_the_past(jobs, bays, minute):
    """Every visit has a time, and it is not before now."""
    at = clock(8) + minute * MINUTE

    found = completions(jobs, a_store(bays=bays), at)

    assert found.keys() == {one.visit_id for one in jobs}
    assert all(done >= at for done in found.values())


@given(JOBS, JOBS, st.integers(1, 3), st.integers(0, 3))
def test_a_plan_that_goes_on_from_another_is_the_same_plan(jobs, others, bays, later):
    """Whatever was planned before, the new plan says what it would say by itself."""
    store, at = a_store(bays=bays), clock(10)
    earlier = others if later == 3 else jobs[: len(jobs) - later]
    before = schedule(earlier, store, at if later else clock(9, 55))

    assert schedule(jobs, store, at, before).by_visit == completions(jobs, store, at)


def test_who_comes_last_is_planned_behind_the_others():
    """A hundred cars are planned; the next one goes on from there, and nothing of theirs is computed again."""
    store, at = a_store(), clock(8)
    jobs = [waiting(f"v{n:03}", 60, clock(7) + n * timedelta(seconds=1)) for n in range(100)]
    before = schedule(jobs, store, at)
    known = dict(before.by_visit)

    after = schedule([*jobs, waiting("last", 60, clock(8))], store, at, before)

    assert after.open_time is before.open_time
    assert {name: done for name, done in after.by_visit.items() if name != "last"} == known
    assert after.by_visit == completions([*jobs, waiting("last", 60, clock(8))], store, at)


@given(st.lists(st.integers(1, 60), min_size=1, max_size=12), st.integers(1, 4))
def test_at_no_time_are_more_cars_worked_on_than_there_are_bays(fives, bays):
    """In a shop that never closes the beginnings and ends of the work overlap on the bays and no further."""
    round_the_clock = a_store(bays=bays, quality_minutes=0, hours=OpeningHours(week=((),) * 7))
    jobs = [waiting(f"v{n}", 5 * five, clock(7, n)) for n, five in enumerate(fives)]

    found = completions(jobs, round_the_clock, clock(8))

    spans = [(found[one.visit_id] - one.minutes * MINUTE, found[one.visit_id]) for one in jobs]
    assert min(begun for begun, _ in spans) == clock(8)
    assert all(sum(begun <= at < end for begun, end in spans) <= bays for at, _ in spans)


@pytest.mark.parametrize(("minute", "after"), [(0, 0), (1, 5), (4, 5), (5, 5)])
def test_rounding_up_goes_to_the_next_full_five_minutes(minute, after):
    """A full five minutes stays as it is."""
    assert rounded_up(clock(8, minute)) == clock(8, after)


@given(st.integers(0, 10**9), JOBS)
def test_nothing_changes_by_itself_before_the_next_change(microseconds, jobs):
    """Within the five minutes up to a full one every question has one answer, asked at the tick of those minutes."""
    at = clock(8) + timedelta(microseconds=microseconds)

    assert next_change(at) > at
    assert rounded_up(next_change(at)) - rounded_up(at) == 5 * MINUTE
    assert rounded_up(next_change(at) - timedelta(microseconds=1)) == rounded_up(at)


@pytest.mark.parametrize(("minutes", "worth"), [(0, False), (9, False), (10, True), (-10, True), (45, True)])
def test_ten_minutes_are_worth_telling(minutes, worth):
    """The board shows the old time beside the new one from ten minutes on, in either direction."""
    assert is_worth_telling(clock(10), clock(10) + minutes * MINUTE) is worth


def test_who_was_told_nothing_sees_no_old_time():
    """Without a time on paper there is none to strike out."""
    assert not is_worth_telling(None, clock(10))
