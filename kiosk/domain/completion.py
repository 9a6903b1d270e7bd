"""The estimated completion: list scheduling of the open visits on the shop's bays, within opening hours.

Pure and total: the same visits at the same moment give the same times on the lane, the board, the ticket and the phone.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.domain.facts import EPOCH
from kiosk.domain.hours import add_open_time
from kiosk.domain.store import Store

STEP = timedelta(minutes=5)


@dataclass(frozen=True)
class Job:
    """What a visit asks of the shop.

    Attributes:
        minutes: planned bay time of its operations together.
        arrived_at: breaks ties among equal promises.
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


def completions(jobs: Iterable[Job], store: Store, at: datetime) -> Mapping[str, datetime]:
    """The estimated completion of each job at the moment `at`, rounded up to 5 minutes.

    Cars in a bay stay there until their planned time is over (an overdue one: until now); the others take the bay that
    is free first, in order of promise, then arrival, then id. The quality check follows, in opening hours like the work.
    """
    open_jobs = list(jobs)
    ends = {one.visit_id: max(_open(store, one.checked_since, 0), at) for one in open_jobs if one.checked_since}
    checked = {one.visit_id: max(_checked(store, one), at) for one in open_jobs if one.checked_since}
    bays = _bays_taken(open_jobs, store, at, ends)
    waiting = [one for one in open_jobs if not one.started_at and not one.checked_since]
    for job in sorted(waiting, key=lambda one: (one.promise_at or datetime.max.replace(tzinfo=at.tzinfo), one.arrived_at, one.visit_id)):
        start = max(heapq.heappop(bays), at)
        ends[job.visit_id] = _open(store, start, job.minutes)
        heapq.heappush(bays, ends[job.visit_id])
    found = {}
    for job in open_jobs:
        computed = checked.get(job.visit_id) or _open(store, ends[job.visit_id], store.quality_minutes)
        found[job.visit_id] = job.fixed_at or rounded_up(computed)
    return found


def rounded_up(at: datetime) -> datetime:
    """The next full five minutes, `at` itself if it is one."""
    over = (at - EPOCH) % STEP
    return at - over + STEP if over else at


def next_change(at: datetime) -> datetime:
    """When the completions may differ though nothing happened: the next full five minutes after `at`."""
    return rounded_up(at + timedelta(microseconds=1))


def is_worth_telling(told_at: datetime | None, current_at: datetime) -> bool:
    """Whether the time that the customer was told is off by ten minutes or more, so that the board shows both."""
    return told_at is not None and abs(current_at - told_at) >= 2 * STEP


def _bays_taken(jobs: list[Job], store: Store, at: datetime, ends: dict[str, datetime]) -> list[datetime]:
    """When each bay is free, as a heap; notes the end of each car that stands in one."""
    taken = []
    for job in jobs:
        if job.started_at and not job.checked_since:
            ends[job.visit_id] = max(_open(store, job.started_at, job.minutes), at)
            taken.append(ends[job.visit_id])
    bays = taken + [at] * (store.bays - len(taken))
    heapq.heapify(bays)
    return bays


def _checked(store: Store, job: Job) -> datetime:
    return _open(store, job.checked_since, store.quality_minutes) if job.checked_since else EPOCH


def _open(store: Store, start: datetime | None, minutes: int) -> datetime:
    return add_open_time(store.hours, store.zone, start or EPOCH, timedelta(minutes=minutes))
