"""When a row is good, doubtful, refused, cancelled or superseded."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kiosk.domain.appointment import Cancellation
from kiosk.domain.judging import Accepted, Cancelled, Refused, Superseded, judge, judge_all, read_odometer
from kiosk.domain.people import Phone
from kiosk.domain.written import Reason


def codes(verdict):
    """The codes of a good row's warnings."""
    return [each.code for each in verdict.warnings]


def test_a_row_with_number_day_time_and_name_is_good(row, rules):
    """Nothing else is needed, and nothing is told of a row in which nothing is doubtful."""
    verdict = judge(row(), rules)

    assert isinstance(verdict, Accepted)
    assert verdict.warnings == ()
    assert verdict.booking.starts_at == datetime(2026, 11, 24, 12, 5, tzinfo=UTC)
    assert (verdict.booking.source, verdict.booking.number, verdict.booking.zone) == ("desk", "A-1", "America/New_York")


@pytest.mark.parametrize(
    ("cells", "said", "column"),
    [
        ({"number": "  "}, "no appointment number", "number"),
        ({"number": "\u200e\0"}, "no appointment number", "number"),
        ({"first_name": "", "last_name": " "}, "no customer name", "first_name"),
        ({"first_name": "\x1b", "last_name": ""}, "no customer name", "first_name"),
        ({"date": ""}, "no date", "date"),
        ({"date": "11/31/2026"}, "date does not exist: 11/31/2026", "date"),
        ({"time": ""}, "no time", "time"),
        ({"time": "25:10"}, "time does not exist: 25:10", "time"),
        (
            {"date": "03/14/2027", "time": "2:30 AM"},
            "time does not exist in America/New_York on 2027-03-14 (clocks go forward): 02:30",
            "time",
        ),
    ],
)
def test_a_row_without_what_it_needs_is_refused(row, rules, cells, said, column):
    """The reason names what is missing or impossible, and the field."""
    verdict = judge(row(**cells), rules)

    assert isinstance(verdict, Refused)
    assert (verdict.reason.text, verdict.reason.field) == (said, column)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"vin": ""}, "vin.none"),
        ({"email": "nowhere"}, "email.impossible"),
        ({"language": "Klingon"}, "language.unknown"),
        ({"contact_method": "pigeon"}, "contact_method.unknown"),
        ({"odometer": "lots"}, "odometer.unreadable"),
        ({"year": "20x7"}, "vehicle.year"),
        ({"status": "Arrived"}, "status.unknown"),
        ({"vin": "", "vehicle_link": "/vehicles/7"}, "vehicle.link"),
        ({"date": "11/01/2026", "time": "1:30 AM"}, "time.twice"),
    ],
)
def test_anything_else_that_is_wrong_is_a_warning(row, rules, cells, code):
    """The row stays good."""
    verdict = judge(row(**cells), rules)

    assert codes(verdict) == [code]


def test_a_missing_e_mail_is_no_warning(row, rules):
    """Many customers give none."""
    verdict = judge(row(email=""), rules)

    assert verdict.warnings == ()


def test_a_cancelled_row_needs_nothing_but_its_number(row, rules):
    """Whoever cancels need not say again when and who."""
    verdict = judge(row(status="CANCELED by customer", date="", first_name="", last_name=""), rules)

    assert isinstance(verdict, Cancelled)
    assert verdict.cancellation == Cancellation("desk", "A-1")
    assert verdict.reason.text == "cancelled (CANCELED by customer)"


def test_a_fault_of_the_file_comes_before_everything(row, rules):
    """A row that the parser could not read is refused for that, whatever its cells say."""
    fault = Reason("row.narrow", "too few columns: 5 of 20")

    verdict = judge(row(fault=fault, status="cancelled"), rules)

    assert (verdict.number, verdict.reason) == ("A-1", fault)


def test_the_first_of_two_rows_with_one_number_stands(row, rules):
    """The second is refused and names the line of the first."""
    verdicts = judge_all([row(2), row(3, time="8:00 AM")], rules)

    assert isinstance(verdicts[0], Accepted)
    assert verdicts[1].reason.text == "appointment number already used (line 2)"


def test_a_refused_row_does_not_take_its_number(row, rules):
    """Who corrects a faulty row below it has it imported."""
    verdicts = judge_all([row(2, time=""), row(3)], rules)

    assert [type(each) for each in verdicts] == [Refused, Accepted]


def test_a_cancelled_row_takes_its_number(row, rules):
    """Cancelled and booked in one file cannot both be true; the first stands, and somebody is told."""
    verdicts = judge_all([row(2, status="cancelled"), row(3)], rules)

    assert [type(each) for each in verdicts] == [Cancelled, Refused]


@pytest.mark.parametrize(("first", "second", "standing"), [("2", "0", 0), ("0", "2", 1)])
def test_of_two_versions_the_newer_stands_wherever_it_is(row, rules, first, second, standing):
    """A higher revision number supersedes a lower one, before or after it."""
    verdicts = judge_all([row(2, sequence=first), row(3, sequence=second)], rules)

    assert isinstance(verdicts[standing], Accepted)
    assert isinstance(verdicts[1 - standing], Superseded)
    assert verdicts[1 - standing].by_line == verdicts[standing].line


def test_three_versions_leave_one(row, rules):
    """Each older version is superseded by the one that stood at that moment, and the newest remains."""
    verdicts = judge_all(
        [row(2, sequence="1"), row(3, sequence="0"), row(4, sequence="2"), row(5, sequence="1")], rules
    )

    assert [type(each) for each in verdicts] == [Superseded, Superseded, Accepted, Superseded]


def test_two_rows_of_one_version_are_a_duplicate(row, rules):
    """Without a newer one the first stands and the second is a fault."""
    verdicts = judge_all([row(2, sequence="1"), row(3, sequence="1")], rules)

    assert isinstance(verdicts[1], Refused)


def test_a_newer_cancellation_supersedes_the_booking(row, rules):
    """The calendar's last word is that it is off."""
    verdicts = judge_all([row(2, sequence="0"), row(3, sequence="1", status="cancelled")], rules)

    assert [type(each) for each in verdicts] == [Superseded, Cancelled]


def test_the_second_phone_is_taken_when_the_first_cannot_be_dialled(row, rules):
    """The first is warned about all the same."""
    doubt = Reason("phone.short", "phone has too few digits", "cell")
    phones = (Phone("12", None, doubt), Phone("718 555 0148", "+17185550148"))

    verdict = judge(row(phones=phones), rules)

    assert verdict.booking.phone_e164 == "+17185550148"
    assert codes(verdict) == ["phone.short"]


def test_a_phone_that_cannot_be_dialled_is_kept_as_written(row, rules):
    """It becomes none, and somebody who reads it may still know what is meant."""
    doubt = Reason("phone.not_a_number", "phone is not a number", "Phone")

    verdict = judge(row(phones=(Phone("call wife", None, doubt),)), rules)

    assert (verdict.booking.phone_e164, verdict.booking.phone_written) == (None, "call wife")


@pytest.mark.parametrize(
    ("written", "figure", "unit"),
    [
        ("85,430 km", 85430, "km"),
        ("47623", 47623, "mi"),
        ("47.623", 47623, "mi"),
        ("108 021", 108021, "mi"),
        ("٤٥٦", 456, "mi"),
        ("12 miles", 12, "mi"),
        ("", None, ""),
        ("47,62", None, ""),
    ],
)
def test_an_odometer_with_thousands_and_unit(written, figure, unit):
    """Signs between thousands are passed over; the written unit goes before the profile's."""
    read, its_unit, _ = read_odometer(written, "mi")

    assert (read, its_unit) == (figure, unit)


@pytest.mark.parametrize(
    ("cells", "promised"),
    [
        ({"promise_time": "9:00 AM"}, datetime(2026, 11, 24, 14, 0, tzinfo=UTC)),
        ({"promise_date": "11/25/2026", "promise_time": "9:00 AM"}, datetime(2026, 11, 25, 14, 0, tzinfo=UTC)),
        ({"promise_time": "6:00 AM"}, None),
        ({"promise_date": "11/31/2026", "promise_time": "9:00 AM"}, None),
        ({"promise_time": "soon"}, None),
        ({"promise": "11/24/2026 9:00 AM"}, datetime(2026, 11, 24, 14, 0, tzinfo=UTC)),
    ],
)
def test_a_promise_comes_after_the_appointment(row, rules, cells, promised):
    """Without a date it is on the same day; one that lies before the appointment or cannot be read is none."""
    verdict = judge(row(**cells), rules)

    assert verdict.booking.promised_at == promised


def test_day_and_time_in_one_cell(row, rules):
    """A profile may have both in one column, in its own order of dates."""
    verdict = judge(row(starts="11/24/2026 7:05 AM"), rules)

    assert verdict.booking.starts_at == datetime(2026, 11, 24, 12, 5, tzinfo=UTC)


def test_without_patterns_an_instant_is_iso(row, rules):
    """A profile without an order of dates has ISO 8601."""
    verdict = judge(row(starts="2026-11-24T12:05:00Z"), replace(rules, dates=()))

    assert verdict.booking.starts_at == datetime(2026, 11, 24, 12, 5, tzinfo=UTC)


def test_nul_and_half_characters_are_in_no_field(row, rules):
    """No database and no wire takes them."""
    verdict = judge(row(concern="a\0b\ud800c", plate="X\0Y"), rules)

    assert (verdict.booking.concern, verdict.booking.vehicle.plate) == ("abc", "XY")


def test_a_text_without_end_is_cut_with_a_warning(row, rules):
    """Nobody reads more than ten thousand characters of a complaint."""
    verdict = judge(row(concern="a" * 20_000), rules)

    assert len(verdict.booking.concern) == 10_000
    assert [each.text for each in verdict.warnings] == ["concern cut to 10000 of 20000 characters"]


def test_a_number_without_end_is_refused(row, rules):
    """Nobody could type it."""
    verdict = judge(row(number="9" * 201), rules)

    assert verdict.reason.text == "appointment number has 201 characters"
