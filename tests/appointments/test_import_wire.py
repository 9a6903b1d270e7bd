"""Bookings as JSON: what is written comes back, and anything else is refused by name."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.appointment import Booking, Cancellation, ImportOutcome, OperationAsked
from kiosk.domain.facts import from_us
from kiosk.domain.people import ContactMethod, Vehicle
from kiosk.server.appointments.errors import WrongBooking
from kiosk.server.appointments.wire import (
    booking_from_json,
    booking_to_json,
    bookings_from_json,
    fingerprint,
    outcome_from_json,
    outcome_to_json,
)

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
NEEDED = TEXT.filter(str.strip)
INSTANT = st.integers(946_684_800_000_000, 4_070_908_800_000_000).map(from_us)
VEHICLE = st.builds(
    Vehicle,
    year=st.none() | st.integers(1900, 2099),
    make=TEXT,
    model=TEXT,
    colour=TEXT,
    vin=st.none() | st.from_regex(r"\A[0-9A-HJ-NPR-Z]{17}\Z"),
    vin_written=TEXT,
    plate=TEXT,
)
BOOKING = st.builds(
    Booking,
    source=NEEDED,
    number=NEEDED,
    starts_at=INSTANT,
    zone=st.sampled_from(["America/New_York", "Asia/Riyadh"]),
    display_name=NEEDED,
    first_name=TEXT,
    last_name=TEXT,
    phone_e164=st.none() | st.from_regex(r"\A\+[0-9]{6,15}\Z"),
    phone_written=TEXT,
    email=st.none() | NEEDED,
    contact_method=st.none() | st.sampled_from(ContactMethod),
    language=st.none() | st.sampled_from(["en", "es", "ar"]),
    vehicle=VEHICLE,
    odometer=st.none() | st.integers(0, 10**9),
    odometer_unit=st.sampled_from(["", "mi", "km"]),
    operations=st.lists(st.builds(OperationAsked, TEXT, TEXT), max_size=3).map(tuple),
    concern=TEXT,
    transport=TEXT,
    advisor_written=TEXT,
    advisor_code=TEXT,
    promised_at=st.none() | INSTANT,
    exported_key=TEXT,
)
GOOD = booking_to_json(
    Booking("desk", "A-1", datetime(2026, 11, 24, 12, 5, tzinfo=UTC), "America/New_York", "Dawn Lucas")
)


@given(booking=BOOKING | st.builds(Cancellation, NEEDED, NEEDED, TEXT))
def test_a_booking_comes_back_from_json(booking):
    """Nothing of it is lost on the wire."""
    over_the_wire = json.loads(json.dumps(booking_to_json(booking)))

    assert booking_from_json(over_the_wire) == booking


def test_instants_are_microseconds():
    """As everywhere on the wire."""
    assert GOOD["starts_at"] == 1_795_521_900_000_000


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"number": None}, "booking ?: number must be text"),
        ({"number": " "}, "booking  : number must not be empty"),
        ({"starts_at": None}, "booking A-1: starts_at is missing"),
        ({"starts_at": "2026-11-24"}, "booking A-1: starts_at must be an instant in microseconds since 1970"),
        ({"starts_at": True}, "booking A-1: starts_at must be an instant in microseconds since 1970"),
        ({"starts_at": 10**20}, "booking A-1: starts_at must be an instant in microseconds since 1970"),
        ({"zone": "Mars/Olympus"}, "booking A-1: zone is no zone of the world"),
        ({"language": "fr"}, "booking A-1: language must be one of en, es, ar"),
        (
            {"contact_method": "pigeon"},
            "booking A-1: contact_method must be one of phone_call, text_message, email, whatsapp",
        ),
        ({"phone_e164": "555"}, "booking A-1: phone_e164 has another form"),
        ({"concern": "a\0b"}, "booking A-1: concern must be text"),
        ({"concern": "\ud800"}, "booking A-1: concern must be text"),
        ({"operations": {}}, "booking A-1: operations must be a list"),
        ({"operations": ["LOF"]}, "booking A-1: an operation must be an object"),
        ({"vehicle": "a car"}, "booking A-1: vehicle must be an object"),
        ({"vehicle": {"vin": "short"}}, "booking ?: vin has another form"),
        ({"odometer": -1}, "booking A-1: odometer must be a whole number"),
    ],
)
def test_a_wrong_booking_is_refused_by_name(change, said):
    """The message names the booking and the key."""
    with pytest.raises(WrongBooking) as told:
        booking_from_json(GOOD | change)

    assert str(told.value) == said


@pytest.mark.parametrize("value", [None, [], "x", 7])
def test_what_is_no_object_is_no_booking(value):
    """And what is no list is no list of bookings."""
    with pytest.raises(WrongBooking, match="a booking must be an object"):
        booking_from_json(value)
    with pytest.raises(WrongBooking):
        bookings_from_json({"bookings": value})


def test_unknown_keys_are_ignored():
    """A newer program may send more."""
    assert booking_from_json(GOOD | {"mood": "fine"}) == booking_from_json(GOOD)


def test_a_fingerprint_does_not_know_the_age_of_the_export():
    """Two exports of one unchanged appointment have one fingerprint; any other difference gives another."""
    prints = [
        fingerprint(booking_from_json(GOOD | change)) for change in ({}, {"exported_key": "9"}, {"concern": "noise"})
    ]

    assert prints[0] == prints[1] != prints[2]


def test_an_outcome_comes_back_from_json():
    """Counts that an older hub does not know are 0."""
    outcome = ImportOutcome(5, 3, 1, 2, 4)

    assert outcome_from_json(outcome_to_json(outcome)) == outcome
    assert outcome_from_json({"accepted": 2}) == ImportOutcome(2)
