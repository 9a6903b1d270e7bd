"""The estimated completion: list scheduling of the open visits on the shop's bays, within opening hours.

Pure and total: the same visits at the same moment give the same times on the lane, the board, the ticket and the phone.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

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


def completions(jobs: Iterable[Job], store: Store, at: datetime) -> Mapping[str, datetime]:
    """The estimated completion of each job at the moment `at`, rounded up to 5 minutes.

    Cars in a bay stay there until their planned time is over (an overdue one: until now); the others take the bay that
    is free first, in order of promise, then arrival, then ticket. The quality check follows, in opening hours like the work.
    A time that staff set by hand stands as they set it. None is ever in the past: a time that has gone by helps nobody.
    """
    open_jobs = list(jobs)
    begun = [since for one in open_jobs for since in (one.started_at, one.checked_since) if since]
    open_time = OpenTime(store.hours, store.zone, min([at, *begun]))
    ends_us = _bay_ends(open_jobs, store, to_us(at), open_time)
    check_us = store.quality_minutes * MINUTE_US
    soonest = rounded_up(at)
    found = {}
    for job in open_jobs:
        if job.fixed_at:
            found[job.visit_id] = max(job.fixed_at, soonest)
            continue
        checked_us = to_us(job.checked_since) if job.checked_since else ends_us[job.visit_id]
        done_us = open_time.add_us(checked_us, check_us)
        found[job.visit_id] = max(from_us(done_us + -done_us % STEP_US), soonest)
    return found


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


def _bay_ends(jobs: list[Job], store: Store, at_us: int, open_time: OpenTime) -> dict[str, int]:
    """When each car that still needs a bay leaves it."""
    ends = {}
    for job in jobs:
        if job.started_at and not job.checked_since:
            ends[job.visit_id] = max(open_time.add_us(to_us(job.started_at), job.minutes * MINUTE_US), at_us)
    # Where more cars were begun than there are bays, the first to leave make no room yet.
    bays = sorted(ends.values())[-store.bays :] + [at_us] * (store.bays - len(ends))
    heapq.heapify(bays)
    for job in sorted((one for one in jobs if not one.started_at and not one.checked_since), key=_order):
        ends[job.visit_id] = open_time.add_us(max(bays[0], at_us), job.minutes * MINUTE_US)
        heapq.heapreplace(bays, ends[job.visit_id])
    return ends


def _order(job: Job) -> tuple[datetime, datetime, str, str]:
    return (job.promise_at or LATEST, job.arrived_at, job.ticket, job.visit_id)
