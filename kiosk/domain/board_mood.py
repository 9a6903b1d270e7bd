"""Which of a board's pictures is due: rows, the welcome, when the shop opens again, or nothing at all.

By the store's hours as the hub tells them; where the hub has not been heard since, by the last hours that it told.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.domain.board import Board

AFTER_CLOSING = timedelta(minutes=30)
STILL_BUSY = timedelta(minutes=60)
BEFORE_OPENING = timedelta(minutes=30)
"""How long before the shop opens a dark board lights up."""


class Mood(StrEnum):
    """Which of the board's pictures is due. DARK is black, and the panel may be switched off."""

    BUSY = "busy"
    EMPTY = "empty"
    CLOSED = "closed"
    DARK = "dark"


def mood(board: Board, now: datetime, dark_after: timedelta | None = None) -> Mood:
    """Rows while there are any; the welcome when there are none; after hours when the shop opens again, then nothing.

    Visits that stay overnight leave it half an hour after closing, unless something happened to one within the hour.
    `dark_after` is how long after closing the board goes dark, until half an hour before it opens; None: never.
    """
    busy = any(now - row.changed_at <= STILL_BUSY for row in board.rows)
    if dark_after is not None and not busy and _is_night(board, now, dark_after):
        return Mood.DARK
    if board.opens_at is None or board.opens_at <= now:
        return Mood.BUSY if board.rows or board.lanes else Mood.EMPTY
    if not board.rows:
        return Mood.CLOSED
    return Mood.BUSY if busy or _within_the_day(board, now) else Mood.CLOSED


def _within_the_day(board: Board, now: datetime) -> bool:
    """Between today's first opening and half an hour after its last closing (a lunch break is within)."""
    if not board.open_today:
        return False
    opens, closes = _day(board, now)
    return opens <= now <= closes + AFTER_CLOSING


def _is_night(board: Board, now: datetime, dark_after: timedelta) -> bool:
    """Long enough after closing, and not yet soon before opening; a day that the shop keeps shut is night too."""
    if board.opens_at is not None and now < board.opens_at:
        if now >= board.opens_at - BEFORE_OPENING:
            return False
        told_on, on = (one.astimezone(board.zone).date() for one in (board.hub_now, now))
        if not board.open_today or told_on != on:
            return True
    if not board.open_today:
        return False
    opens, closes = _day(board, now)
    return now < opens - BEFORE_OPENING or now >= closes + dark_after


def _day(board: Board, now: datetime) -> tuple[datetime, datetime]:
    """The first opening and the last closing that the hub told last, on the date of `now`."""
    on = now.astimezone(board.zone).date()

    def at(clock: str) -> datetime:
        return datetime.combine(on, time.fromisoformat(clock), board.zone)

    return at(board.open_today[0][0]), at(board.open_today[-1][1])
