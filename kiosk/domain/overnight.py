"""Visits that stay overnight: which of them nobody has touched for too long.

A visit keeps its ticket until the car is handed over; the store's day turns at three in the morning.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from kiosk.domain.hours import spans_on, store_day
from kiosk.domain.store import OpeningHours

OPEN_DAYS = 3


def is_forgotten(hours: OpeningHours, zone: ZoneInfo, touched_at: datetime, at: datetime) -> bool:
    """Whether three whole days on which the shop was open have gone by since anything happened to a visit."""
    touched_on, today = store_day(zone, touched_at), store_day(zone, at)
    days = (touched_on + timedelta(days=n) for n in range(1, (today - touched_on).days))
    return sum(1 for day in days if spans_on(hours, day)) >= OPEN_DAYS
