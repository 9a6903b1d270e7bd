"""Who is being called out: a car that became ready, a lane to which somebody comes; one after the other.

Pure folds over the moments of a board. What is seen and heard of a call is kiosk.display's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.domain.board import LaneRow, Row

CALL_S = 12.0
SPOKEN_CALL_S = 24.0
"""How long a call-out stands: with the chime alone, and where a voice says it twice."""

RECENT = timedelta(seconds=15)

Due = tuple[str, datetime]
"""A ticket, and the moment that makes it worth a call."""


@dataclass(frozen=True)
class Calls:
    """Tickets being called, one after the other. Begin with `Calls()` and fold every view and tick with `called`.

    Attributes:
        known: what has been called, is waiting to be, or was there before the board began.
        waiting: to be called next. current, until: being called, and how long.
    """

    begun: bool = False
    known: frozenset[Due] = frozenset()
    waiting: tuple[str, ...] = ()
    current: str | None = None
    until: datetime | None = None


def called(calls: Calls, rows: Sequence[Row], now: datetime, call_s: float = CALL_S) -> Calls:
    """The calls at `now`. A visit newly ready is called for `call_s`; several wait for each other.

    One that is gone is not called. On the first view only those are called that became ready in the last 15 s.
    """
    return _folded(calls, [(row.ticket, row.changed_at) for row in rows if row.is_ready], now, call_s)


def lane_called(calls: Calls, lanes: Sequence[LaneRow], now: datetime, call_s: float = CALL_S) -> Calls:
    """As `called`, for the lanes to which an advisor has said to come."""
    due = [(one.ticket, one.called_at) for one in lanes if one.ticket and one.called_at]
    return _folded(calls, due, now, call_s)


def _folded(calls: Calls, due: Sequence[Due], now: datetime, call_s: float) -> Calls:
    there = dict(due)
    fresh = [one for one in there.items() if one not in calls.known]
    if not calls.begun:
        fresh = [one for one in fresh if now - one[1] <= RECENT]
    fresh.sort(key=lambda one: (one[1], one[0]))
    waiting = tuple(one for one in calls.waiting if one in there) + tuple(ticket for ticket, _ in fresh)
    current, until = calls.current, calls.until
    if current not in there or until is None or now >= until:
        current, waiting = (waiting[0], waiting[1:]) if waiting else (None, ())
        until = now + timedelta(seconds=call_s) if current else None
    return Calls(begun=True, known=frozenset(there.items()), waiting=waiting, current=current, until=until)


def within(hours: str, now: time) -> bool:
    """Is this time of day within "19:00-07:30"? The second time may be on the next morning; empty hours hold nothing."""
    if not hours:
        return False
    begin, end = map(time.fromisoformat, hours.split("-"))
    return begin <= now < end if begin <= end else now >= begin or now < end
