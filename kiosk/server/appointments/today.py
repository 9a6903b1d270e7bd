"""The example appointments as if they were for today: for the shop without hardware, never for real imports."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, timedelta

    from kiosk.domain.appointment import Booking


def moved_to(bookings: Iterable[Booking], day: date, zone: ZoneInfo) -> tuple[Booking, ...]:
    """The bookings with their first day on `day` in `zone`, each at the time that its own clock showed; by time.

    Later days follow at their distance, and a promise keeps its distance to the appointment. A time that a day skips in
    spring becomes an hour later.
    """
    found = tuple(bookings)
    first = min((_local(each).date() for each in found), default=day)
    moved = (_moved(each, day - first, zone) for each in found)
    return tuple(sorted(moved, key=lambda each: (each.starts_at, each.number)))


def _moved(booking: Booking, by: timedelta, zone: ZoneInfo) -> Booking:
    local = _local(booking)
    starts_at = datetime.combine(local.date() + by, local.time(), zone).astimezone(UTC)
    promised_at = starts_at + (booking.promised_at - booking.starts_at) if booking.promised_at else None
    return replace(booking, starts_at=starts_at, promised_at=promised_at, zone=zone.key)


def _local(booking: Booking) -> datetime:
    return booking.starts_at.astimezone(ZoneInfo(booking.zone))
