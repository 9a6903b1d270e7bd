"""How long customers waited for people, advisor by advisor: page to answer, arrival to greeting, greeting to write-up.

Pure sums over values. S08 asks for a write-up right after a walk-in's greeting, and for one at the booked time for who
has an appointment; who comes early is not counted against anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.domain.facts import PageReason


@dataclass(frozen=True)
class Arrived:
    """A visit as far as its waiting goes; `advisor_id` is who greeted it, or whose it is. None: has not happened."""

    advisor_id: str | None
    arrived_at: datetime
    greeted_at: datetime | None = None
    write_up_at: datetime | None = None
    starts_at: datetime | None = None


@dataclass(frozen=True)
class Called:
    """A page: `advisor_id` is who answered it."""

    advisor_id: str | None
    reason: PageReason
    opened_at: datetime
    answered_at: datetime | None = None


@dataclass(frozen=True)
class Measure:
    """Several waits in seconds; median and longest are None while there is none."""

    count: int = 0
    median_s: float | None = None
    longest_s: float | None = None


@dataclass(frozen=True)
class Times:
    """One advisor's measures, or everybody's (`advisor_id` None).

    Attributes:
        to_answer: page to *I am coming*.
        to_greeting: arrival to greeting.
        to_write_up: greeting to write-up.
        s08: what the standard asks for: booked time to write-up, for walk-ins greeting to write-up.
    """

    advisor_id: str | None
    to_answer: Measure
    to_greeting: Measure
    to_write_up: Measure
    s08: Measure

    @property
    def is_empty(self) -> bool:
        """Whether nothing was measured."""
        return not (self.to_answer.count or self.to_greeting.count or self.to_write_up.count)


def times(advisors: Sequence[str], visits: Iterable[Arrived], calls: Iterable[Called]) -> list[Times]:
    """Everybody together first, then each of these advisors."""
    visits, calls = list(visits), list(calls)
    return [
        _times(None, visits, calls),
        *(
            _times(
                one,
                [visit for visit in visits if visit.advisor_id == one],
                [call for call in calls if call.advisor_id == one],
            )
            for one in advisors
        ),
    ]


def _times(advisor_id: str | None, visits: Sequence[Arrived], calls: Sequence[Called]) -> Times:
    written = [one for one in visits if one.greeted_at and one.write_up_at]
    return Times(
        advisor_id,
        to_answer=measure(one.answered_at - one.opened_at for one in calls if one.answered_at),
        to_greeting=measure(one.greeted_at - one.arrived_at for one in visits if one.greeted_at),
        to_write_up=measure(one.write_up_at - one.greeted_at for one in written if one.write_up_at and one.greeted_at),
        s08=measure(one.write_up_at - _due_at(one) for one in written if one.write_up_at),
    )


def _due_at(visit: Arrived) -> datetime:
    """When the write-up is due: at the booked time, or when who is late is there; for a walk-in after the greeting."""
    greeted_at = visit.greeted_at or visit.arrived_at
    if visit.starts_at is None:
        return greeted_at
    return max(visit.starts_at, visit.arrived_at)


def measure(waits: Iterable[timedelta]) -> Measure:
    """Count, median and longest; what is negative (a clock that was put right) counts as nothing waited."""
    seconds = sorted(max(0.0, one.total_seconds()) for one in waits)
    if not seconds:
        return Measure()
    lower, upper = seconds[(len(seconds) - 1) // 2], seconds[len(seconds) // 2]
    return Measure(len(seconds), (lower + upper) / 2, seconds[-1])
