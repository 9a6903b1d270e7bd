"""Business hours: when the shop is open, and arithmetic in open time.

Days and spans are those of the store's wall clock; every instant that goes in or comes out is aware.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kiosk.domain.facts import to_us
from kiosk.domain.store import OpeningHours, Span

LONGEST_CLOSURE_DAYS = 60
DAY_BEGINS = timedelta(hours=3)


def spans_on(hours: OpeningHours, on: date) -> tuple[Span, ...]:
    """The open spans of one day: special hours, else none on a holiday, else those of the week."""
    special = dict(hours.special)
    if on in special:
        return special[on]
    return () if on in hours.holidays else hours.week[on.weekday()]


def store_day(zone: ZoneInfo, at: datetime) -> date:
    """The store's own day, which begins at three in the morning."""
    return (at.astimezone(zone) - DAY_BEGINS).date()


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


class OpenTime:
    """Open time after `since` as one number line: many additions at the price of one look at the calendar.

    `add_us` answers as `add_open_time` does, for starts at `since` or later. Instants and spans are whole microseconds,
    because a day's schedule is hundreds of such sums and each screen waits for it.
    """

    def __init__(self, hours: OpeningHours, zone: ZoneInfo, since: datetime) -> None:
        self._coming = open_stretches(hours, zone, since)
        self._opens: list[int] = []
        self._closes: list[int] = []
        self._worked: list[int] = []  # open time since the beginning, at the end of each stretch

    def add_us(self, start_us: int, work_us: int) -> int:
        """The instant at which `work_us` of open time has passed since `start_us`."""
        closes = self._closes
        while (not closes or closes[-1] <= start_us) and self._look_on():
            pass
        first = bisect_right(closes, start_us)
        if first == len(closes):
            return start_us + work_us
        opens = self._opens[first]
        target = self._worked[first] - closes[first] + max(opens, start_us) + work_us
        while self._worked[-1] < target and self._look_on():
            pass
        if self._worked[-1] < target:
            return start_us + target - self._worked[-1]
        last = max(bisect_left(self._worked, target), first)
        return closes[last] - self._worked[last] + target

    def _look_on(self) -> bool:
        """One stretch more; whether there is one."""
        stretch = next(self._coming, None)
        if stretch is None:
            return False
        opens_us, closes_us = map(to_us, stretch)
        self._opens.append(opens_us)
        self._closes.append(closes_us)
        self._worked.append((self._worked[-1] if self._worked else 0) + closes_us - opens_us)
        return True


def _instant(on: date, at: time, zone: ZoneInfo) -> datetime:
    """The wall clock time in UTC; a time that spring leaves out is the one an hour later."""
    return datetime.combine(on, at, zone).astimezone(UTC)
