"""The estimated completion: list scheduling of the open visits on the shop's bays, within opening hours.

Pure and total: the same visits at the same moment give the same times on the lane, the board, the ticket and the phone.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from kiosk.domain.facts import EPOCH, from_us, to_us
from kiosk.domain.hours import OpenTime
from kiosk.domain.store import Store

STEP = timedelta(minutes=5)
MINUTE_US = 60_000_000
STEP_US = 5 * MINUTE_US
LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Job:
    """What a visit asks of the shop.

    Attributes:
        minutes: planned bay time of its operations together.
        arrived_at: breaks ties among equal promises; ticket: among those who came at the same moment.
        promise_at: what the customer was promised, or None.
        started_at: since when it stands in a bay, or None.
        checked_since: since when it is in the quality check, or None.
        fixed_at: the completion that staff set by hand, or None; the bay is still taken for the planned time.
    """

    visit_id: str
    minutes: int
    arrived_at: datetime
    promise_at: datetime | None = None
    started_at: datetime | None = None
    checked_since: datetime | None = None
    fixed_at: datetime | None = None
    ticket: str = ""

    @cached_property
    def turn(self) -> tuple[datetime, datetime, str, str]:
        """Sorts by who takes a bay first."""
        return (self.promise_at or LATEST, self.arrived_at, self.ticket, self.visit_id)


@dataclass(frozen=True)
class Schedule:
    """The work of the shop as planned at one moment, kept so that the next plan need not begin anew.

    Attributes:
        at: the moment.
        begun, waiting: the jobs that it was made of; `waiting` in the order in which they take the bays.
        bays_us: when each bay is free after them all (a heap).
        ends_us: when each car leaves its bay.
        by_visit: the estimated completion of each visit.
    """

    store: Store
    at: datetime
    open_time: OpenTime
    begun: tuple[Job, ...]
    waiting: tuple[Job, ...]
    bays_us: tuple[int, ...]
    ends_us: Mapping[str, int]
    by_visit: Mapping[str, datetime]


def completions(jobs: Iterable[Job], store: Store, at: datetime) -> Mapping[str, datetime]:
    """The estimated completion of each job at the moment `at`, rounded up to 5 minutes.

    Cars in a bay stay there until their planned time is over (an overdue one: until now); the others take the bay that
    is free first, in order of promise, then arrival, then ticket. The quality check follows, in opening hours like the
    work. A time that staff set by hand stands as they set it. None is ever in the past: that helps nobody.
    """
    return schedule(jobs, store, at).by_visit


def schedule(jobs: Iterable[Job], store: Store, at: datetime, before: Schedule | None = None) -> Schedule:
    """The plan behind `completions`.

    `before` is any earlier plan: where it planned the same cars at the same moment and only new ones wait behind them,
    as on a busy morning, just these are planned.
    """
    open_jobs = list(jobs)
    begun = tuple(one for one in open_jobs if one.started_at or one.checked_since)
    waiting = tuple(
        sorted((one for one in open_jobs if not one.started_at and not one.checked_since), key=lambda one: one.turn)
    )
    known = before if before and _continues(before, store, at, begun, waiting) else _begun(begun, store, at)
    bays, ends, found = list(known.bays_us), dict(known.ends_us), dict(known.by_visit)
    at_us, soonest = to_us(at), rounded_up(at)
    for job in waiting[len(known.waiting) :]:
        ends[job.visit_id] = known.open_time.add_us(max(bays[0], at_us), job.minutes * MINUTE_US)
        heapq.heapreplace(bays, ends[job.visit_id])
        found[job.visit_id] = _told(job, store, known.open_time, ends, soonest)
    return Schedule(store, at, known.open_time, begun, waiting, tuple(bays), ends, found)


def _continues(before: Schedule, store: Store, at: datetime, begun: tuple[Job, ...], waiting: tuple[Job, ...]) -> bool:
    """Whether the earlier plan is the beginning of this one."""
    same_moment = before.at == at and before.store is store
    return same_moment and before.begun == begun and before.waiting == waiting[: len(before.waiting)]


def _begun(begun: tuple[Job, ...], store: Store, at: datetime) -> Schedule:
    """The plan of the cars that stand in a bay or in the quality check; the bays after them."""
    since = [at, *(since for one in begun for since in (one.started_at, one.checked_since) if since)]
    open_time, at_us = OpenTime(store.hours, store.zone, min(since)), to_us(at)
    ends = {
        one.visit_id: max(open_time.add_us(to_us(one.started_at), one.minutes * MINUTE_US), at_us)
        for one in begun
        if one.started_at and not one.checked_since
    }
    # Where more cars were begun than there are bays, the first to leave make no room yet.
    bays = sorted(ends.values())[-store.bays :] + [at_us] * (store.bays - len(ends))
    heapq.heapify(bays)
    found = {one.visit_id: _told(one, store, open_time, ends, rounded_up(at)) for one in begun}
    return Schedule(store, at, open_time, begun, (), tuple(bays), ends, found)


def _told(job: Job, store: Store, open_time: OpenTime, ends_us: Mapping[str, int], soonest: datetime) -> datetime:
    """The time to tell of one car, once it is known when it leaves its bay."""
    if job.fixed_at:
        return max(job.fixed_at, soonest)
    checked_us = to_us(job.checked_since) if job.checked_since else ends_us[job.visit_id]
    done_us = open_time.add_us(checked_us, store.quality_minutes * MINUTE_US)
    return max(from_us(done_us + -done_us % STEP_US), soonest)


def rounded_up(at: datetime) -> datetime:
    """The next full five minutes, `at` itself if it is one."""
    over = (at - EPOCH) % STEP
    return at - over + STEP if over else at


def next_change(at: datetime) -> datetime:
    """When the completions may differ though nothing happened: just after the next full five minutes."""
    return rounded_up(at) + timedelta(microseconds=1)


def is_worth_telling(told_at: datetime | None, current_at: datetime) -> bool:
    """Whether the time that the customer was told is off by ten minutes or more, so that the board shows both."""
    return told_at is not None and abs(current_at - told_at) >= 2 * STEP
