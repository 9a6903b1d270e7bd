"""Who is being called out: a car that became ready, a lane to which somebody comes; one after the other.

Pure folds over the moments of a board. What is seen and heard of a call is kiosk.display's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from kiosk.domain.store import LANGUAGES

if TYPE_CHECKING:
    from kiosk.domain.board import Board, LaneRow, Row

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
    """Is this time of day within "19:00-07:30", whose end may be on the next morning? Empty hours hold nothing."""
    if not hours:
        return False
    begin, end = map(time.fromisoformat, hours.split("-"))
    return begin <= now < end if begin <= end else now >= begin or now < end


Announcement = tuple[str, str, tuple[tuple[str, str], ...]]
"""Language, sentence and its values: what a voice says of a call."""


def announcements(board: Board, ticket: str) -> tuple[Announcement, ...]:
    """What is said of this ticket: in the customer's language, and in the store's where that is another one."""
    row = next((one for one in board.rows if one.ticket == ticket), None)
    lane = next((one for one in board.lanes if one.ticket == ticket), None)
    if lane:
        sentence, values, own = "spoken.lane", (("ticket", ticket), ("lane", lane.lane)), lane.language
    elif row and row.place:
        sentence, values, own = "spoken.ready", (("ticket", ticket), ("n", row.place)), row.language
    else:
        return ()
    codes = dict.fromkeys(one for one in (own, board.languages[0]) if one in LANGUAGES)
    return tuple((code, sentence, values) for code in codes)
