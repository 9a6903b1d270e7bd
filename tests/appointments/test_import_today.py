"""The examples moved to another day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from samples_of_appointments import EXAMPLES

from kiosk.domain.appointment import Booking
from kiosk.server.appointments.reading import read_file
from kiosk.server.appointments.today import moved_to

NEW_YORK, RIYADH = ZoneInfo("America/New_York"), ZoneInfo("Asia/Riyadh")


def booked(number, at, zone="America/New_York"):
    """A booking of that moment."""
    return Booking("desk", number, at, zone, "Dawn Lucas", promised_at=at + timedelta(hours=2))


def test_every_appointment_keeps_its_clock_time():
    """Seven in the morning stays seven in the morning, on another day and in another zone, summer time or not."""
    bookings = [one.booking for one in read_file(EXAMPLES / "clarivoy-style-us.csv").accepted]

    moved = moved_to(bookings, date(2027, 7, 1), RIYADH)

    before = [f"{each.starts_at.astimezone(NEW_YORK):%H:%M}" for each in bookings]
    after = [f"{each.starts_at.astimezone(RIYADH):%Y-%m-%d %H:%M}" for each in moved]
    assert after == [f"2027-07-01 {clock}" for clock in sorted(before)]
    assert {each.zone for each in moved} == {"Asia/Riyadh"}


def test_later_days_follow_at_their_distance():
    """The first day becomes the given one; an appointment three days later stays three days later."""
    first = booked("1", datetime(2026, 11, 24, 3, 30, tzinfo=UTC))
    later = booked("2", datetime(2026, 11, 26, 14, 30, tzinfo=UTC))

    moved = moved_to([later, first], date(2026, 3, 1), NEW_YORK)

    assert [(each.number, each.starts_at.astimezone(NEW_YORK).date()) for each in moved] == [
        ("1", date(2026, 3, 1)),
        ("2", date(2026, 3, 4)),
    ]


def test_a_promise_keeps_its_distance():
    """Two hours after the appointment stay two hours after it."""
    (moved,) = moved_to([booked("1", datetime(2026, 11, 24, 12, 0, tzinfo=UTC))], date(2026, 3, 1), NEW_YORK)

    assert moved.promised_at - moved.starts_at == timedelta(hours=2)


def test_no_bookings_are_none():
    """An empty day is an empty day."""
    assert moved_to([], date(2026, 3, 1), NEW_YORK) == ()
