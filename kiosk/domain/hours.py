"""Business hours: when the shop is open, and arithmetic in open time.

Days and spans are those of the store's wall clock; every instant that goes in or comes out is aware.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kiosk.domain.store import OpeningHours, Span

LONGEST_CLOSURE_DAYS = 60


def spans_on(hours: OpeningHours, on: date) -> tuple[Span, ...]:
    """The open spans of one day: special hours, else none on a holiday, else those of the week."""
    special = dict(hours.special)
    if on in special:
        return special[on]
    return () if on in hours.holidays else hours.week[on.weekday()]


def open_stretches(hours: OpeningHours, zone: ZoneInfo, after: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Open stretches in UTC that end after `after`, in order, the first cut at `after`; ends after 60 shut days."""
    on = after.astimezone(zone).date()
    shut_days = 0
    while shut_days < LONGEST_CLOSURE_DAYS:
        spans = spans_on(hours, on)
        shut_days = 0 if spans else shut_days + 1
        for span in spans:
            start, end = _instant(on, span.opens, zone), _instant(on, span.closes, zone)
            if end > after:
                yield max(start, after), end
        on += timedelta(days=1)


def is_open(hours: OpeningHours, zone: ZoneInfo, at: datetime) -> bool:
    """Whether the shop is open at `at`."""
    local = at.astimezone(zone)
    return any(span.opens <= local.time() < span.closes for span in spans_on(hours, local.date()))


def next_opening(hours: OpeningHours, zone: ZoneInfo, at: datetime) -> datetime | None:
    """When the shop is open next: `at` itself if it is open; None when it is shut for 60 days."""
    return next((start for start, _ in open_stretches(hours, zone, at)), None)


def add_open_time(hours: OpeningHours, zone: ZoneInfo, start: datetime, work: timedelta) -> datetime:
    """The instant at which `work` of open time has passed since `start`.

    A shop without any opening hours within 60 days counts round the clock: a time must be named all the same.
    """
    left = work
    for opens, closes in open_stretches(hours, zone, start):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    return start.astimezone(UTC) + left


def open_time_between(hours: OpeningHours, zone: ZoneInfo, start: datetime, end: datetime) -> timedelta:
    """How much open time lies between two instants; zero when `end` is not after `start`."""
    total = timedelta()
    for opens, closes in open_stretches(hours, zone, start):
        if opens >= end:
            break
        total += min(closes, end) - opens
    return total


def _instant(on: date, at: time, zone: ZoneInfo) -> datetime:
    """The wall clock time in UTC; a time that spring leaves out is the one an hour later."""
    return datetime.combine(on, at, zone).astimezone(UTC)
