"""iCalendar: times with every kind of zone, broken entries, cancellations and repetitions."""

from __future__ import annotations

import pytest

CUSTOM_ZONE = """BEGIN:VTIMEZONE
TZID:{name}
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:{offset}
TZOFFSETTO:{offset}
END:STANDARD
END:VTIMEZONE
"""


def event(uid="u-1", start="DTSTART:20261124T070000", more="SUMMARY:Dawn Lucas"):
    """One event."""
    return f"BEGIN:VEVENT\nUID:{uid}\n{start}\n{more}\nEND:VEVENT\n"


def calendar(*parts, method=""):
    """A calendar of these parts."""
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{method}" + "".join(parts) + "END:VCALENDAR\n"


def hours(reading):
    """The UTC times of the good events."""
    return [f"{one.booking.starts_at:%H:%M}" for one in reading.accepted]


@pytest.mark.parametrize(
    ("start", "utc"),
    [
        ("DTSTART:20261124T070000", "12:00"),
        ("DTSTART:20261124T120000Z", "12:00"),
        ("DTSTART;TZID=America/Chicago:20261124T060000", "12:00"),
        ('DTSTART;TZID="Eastern Standard Time":20261124T070000', "12:00"),
        ("DTSTART;TZID=/freeassociation.sourceforge.net/America/New_York:20261124T070000", "12:00"),
        ("dtstart;tzid=America/Chicago:20261124T060000", "12:00"),
    ],
)
def test_a_time_in_any_zone_comes_to_its_instant(read, start, utc):
    """Floating is the shop's zone; a name of the world's list, of Windows or of a vendor is understood."""
    assert hours(read(calendar(event(start=start)))) == [utc]


def test_a_zone_that_the_file_defines_is_its_own(read):
    """Two files that give one name to two zones are each read by their own definition."""
    start = "DTSTART;TZID=Shop:20261124T070000"

    first = read(calendar(CUSTOM_ZONE.format(name="Shop", offset="+0300"), event(start=start)))
    second = read(calendar(CUSTOM_ZONE.format(name="Shop", offset="-0500"), event(start=start)))

    assert (hours(first), hours(second)) == (["04:00"], ["12:00"])


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("DTSTART;TZID=Nowhere/At_All:20261124T070000", "zone of the time is not known: Nowhere/At_All"),
        ("DTSTART;VALUE=DATE:20261124", "no time (all-day event)"),
        ("DTSTART:20261131T070000", "date does not exist: 2026-11-31"),
        ("DTSTART:20261124T250000", "time does not exist: 25:00:00"),
        ("DTSTART;TZID=America/Chicago:20261131T070000", "date does not exist: 2026-11-31"),
        (
            "DTSTART;TZID=America/Chicago:20270314T023000",
            "time does not exist in America/Chicago on 2027-03-14 (clocks go forward): 02:30",
        ),
        ("DTSTART:tomorrow", "date and time cannot be read: tomorrow"),
        ("LOCATION:lane", "no date"),
    ],
)
def test_an_event_without_a_time_of_its_own_is_refused(read, start, said):
    """A zone that nobody knows is never taken for the shop's."""
    reading = read(calendar(event(start=start)))

    assert [(one.line, one.number, one.reason.text) for one in reading.refused] == [(3, "u-1", said)]


def test_a_broken_entry_costs_only_itself(read):
    """The entries before and behind it are good, each at the line of its BEGIN."""
    broken = "BEGIN:VEVENT\nUID:u-2\nBEGIN:VALARM\nEND:VEVENT\n"
    unclosed = "BEGIN:VEVENT\nUID:u-3\n"

    reading = read(calendar(event("u-1"), broken, unclosed, event("u-4"), "BEGIN:VEVENT\nUID:u-5\n"))

    assert [(one.line, one.number) for one in reading.accepted] == [(3, "u-1"), (14, "u-4")]
    assert [(one.line, one.reason.text) for one in reading.refused] == [
        (8, "calendar entry cannot be read"),
        (12, "calendar entry is never closed"),
        (19, "calendar entry is never closed"),
    ]


@pytest.mark.parametrize("more", ["RRULE:FREQ=DAILY", "RDATE:20261125T070000", "RECURRENCE-ID:20261124T070000"])
def test_an_event_that_repeats_is_refused(read, more):
    """An appointment is one day and time; which of many is meant is not guessed."""
    reading = read(calendar(event(more=f"SUMMARY:Dawn Lucas\n{more}")))

    assert [one.reason.text for one in reading.refused] == ["event repeats; each appointment needs an event of its own"]


def test_a_calendar_that_cancels_cancels_all_its_events(read):
    """METHOD:CANCEL says of each event what STATUS:CANCELLED says of one (RFC 5546)."""
    reading = read(calendar(event("u-1"), event("u-2"), method="METHOD:CANCEL\n"))

    assert [(one.number, one.reason.text) for one in reading.cancelled] == [
        ("u-1", "cancelled (METHOD:CANCEL)"),
        ("u-2", "cancelled (METHOD:CANCEL)"),
    ]


def test_the_newer_stamp_breaks_a_tie(read):
    """Of two versions with one SEQUENCE the one with the later DTSTAMP stands."""
    older = event(more="SUMMARY:Old\nSEQUENCE:1\nDTSTAMP:20261120T150000Z")
    newer = event(more="SUMMARY:New\nSEQUENCE:1\nDTSTAMP:20261121T150000Z")

    reading = read(calendar(older, newer))

    assert [one.booking.display_name for one in reading.accepted] == ["New"]
    assert [one.line for one in reading.superseded] == [3]


def test_a_property_that_comes_twice_is_its_first(read):
    """A second SUMMARY does not make the event unreadable."""
    reading = read(calendar(event(more="SUMMARY:Dawn Lucas\nSUMMARY:Eve")))

    assert [one.booking.display_name for one in reading.accepted] == ["Dawn Lucas"]
