"""The report: its keys are a contract, and nothing in it can harm a terminal."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from samples_of_appointments import is_harmless

from kiosk.domain.appointment import ImportOutcome
from kiosk.server.appointments.report import as_json, as_lines
from kiosk.server.appointments.shown import json_text, printable

GOOD = "{},11/24/2026,7:05 AM,Dawn,Lucas,(718) 555-0148,1M8GDM9AXKP042788,Booked"


def event(uid, sequence, name="Dawn Lucas", more=""):
    """A calendar of one event."""
    return (
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\n"
        f"UID:{uid}\nSEQUENCE:{sequence}\nDTSTART:20261124T070000\nSUMMARY:{name}\n{more}END:VEVENT\nEND:VCALENDAR\n"
    )


def test_the_keys_of_the_contract(sheet):
    """Whoever reads the JSON finds exactly these keys, with these kinds of values."""
    reading = sheet(
        GOOD.format("A-1"),
        GOOD.format("A-2").replace("Booked", "Cancelled"),
        GOOD.format(""),
        GOOD.format("A-4").replace("1M8GDM9AXKP042788", ""),
    )

    report = as_json([reading])

    assert list(report) == [
        "profile",
        "accepted",
        "unchanged",
        "changed",
        "cancelled",
        "superseded",
        "warnings",
        "refused",
        "appointments",
    ]
    assert report == {
        "profile": "spreadsheet-us",
        "accepted": 2,
        "unchanged": 0,
        "changed": 0,
        "cancelled": [{"file": "file.csv", "line": 3, "number": "A-2", "reason": "cancelled"}],
        "superseded": 0,
        "warnings": [{"file": "file.csv", "line": 5, "column": "VIN", "reason": "no VIN"}],
        "refused": [{"file": "file.csv", "line": 4, "column": "Appt #", "reason": "no appointment number"}],
        "appointments": [
            {
                "number": number,
                "starts_at": "2026-11-24T07:05:00-05:00",
                "zone": "America/New_York",
                "name": "Dawn Lucas",
                "phone": "+17185550148",
                "vin": vin,
                "plate": None,
            }
            for number, vin in (("A-1", "1M8GDM9AXKP042788"), ("A-4", None))
        ],
    }


def test_what_the_store_says_goes_before_a_rehearsal(sheet):
    """Unchanged, changed and superseded are what the store found, added over the files."""
    readings = [sheet(GOOD.format("A-1"), GOOD.format("A-2")), sheet(GOOD.format("A-3"))]

    report = as_json(readings, [ImportOutcome(2, 1, 1), ImportOutcome(0, 0, 0, 0, 1)])

    assert (report["accepted"], report["unchanged"], report["changed"], report["superseded"]) == (3, 1, 1, 1)


@pytest.mark.parametrize(
    ("first", "second", "counts", "name"),
    [
        (event("u", 0, "Old"), event("u", 1, "New"), (1, 0, 1, 0), "New"),
        (event("u", 1, "New"), event("u", 0, "Old"), (1, 0, 0, 1), "New"),
        (event("u", 0, "Same"), event("u", 1, "Same"), (1, 1, 0, 0), "Same"),
    ],
)
def test_across_files_the_newer_export_stands(read, first, second, counts, name):
    """Whichever file is named first."""
    report = as_json([read(first), read(second)])

    assert (report["accepted"], report["unchanged"], report["changed"], report["superseded"]) == counts
    assert [each["name"] for each in report["appointments"]] == [name]


def test_a_later_file_may_cancel(read):
    """What a newer export cancels is no appointment any more; an older cancellation changes nothing."""
    booked, off = event("u", 1), event("u", 2, more="STATUS:CANCELLED\n")
    stale = event("u", 0, more="STATUS:CANCELLED\n")

    assert as_json([read(booked), read(off)])["accepted"] == 0
    assert as_json([read(booked), read(stale)])["accepted"] == 1
    assert as_json([read(off), read(booked)])["accepted"] == 0


def test_files_of_several_profiles_name_them_all(read, sheet):
    """The profile of the report is that of every file."""
    report = as_json([sheet(GOOD.format("A-1")), read(event("u", 0)), sheet(GOOD.format("A-2"))])

    assert report["profile"] == "spreadsheet-us, calendar"


def test_the_lines_for_people(sheet):
    """Each file's counts, each row that is not good, equal warnings on one line, and the end of it."""
    rows = [GOOD.format(f"A-{number}").replace("1M8GDM9AXKP042788", "") for number in (1, 2)]

    lines = list(as_lines([sheet(*rows, GOOD.format(""), GOOD.format("A-4").replace("Booked", "Cancelled"))]))

    assert lines == [
        "file.csv: 2 good appointments, 1 cancelled, 1 refused (profile spreadsheet-us, times in America/New_York)",
        "  line 4     -: refused, no appointment number",
        "  line 5     A-4: cancelled",
        "  warning: no VIN; lines 2, 3",
        "Dry run: 2 appointments would be stored. Nothing was.",
    ]


def test_the_end_tells_what_the_store_did(sheet):
    """New is what stands and was neither changed nor unchanged."""
    lines = list(as_lines([sheet(GOOD.format("A-1"))], [ImportOutcome(6, 2, 1, 4, 5)]))

    assert lines[-1] == "Stored: 3 new, 1 changed, 2 unchanged, 4 cancelled, 5 older than what is stored."


def test_no_line_carries_a_control_byte(sheet):
    """Numbers, reasons and file names of a hostile file are made visible."""
    reading = replace(
        sheet(
            GOOD.format("A\x1b[2J-1").replace("7:05 AM", "\x1b]0;x\x07"), GOOD.format("").replace("Dawn", "\u202eDawn")
        ),
        file="fi\x07le",
    )

    assert all(is_harmless(line) for line in as_lines([reading]))


def test_json_shows_letters_and_escapes_what_turns_or_rings():
    """Arabic stays readable; C1 controls, direction marks and lone surrogates are escaped, and it is still the same JSON."""
    value = {"name": "علي\u202e\x9b2J\x7f\ud800\u2028"}

    text = json_text(value)

    assert "علي" in text
    assert is_harmless(text.replace("\n", ""))
    assert json.loads(text) == value
    assert json_text(value, only_ascii=True).isascii()


def test_printable_text_is_left_alone():
    """Only what could do something is made visible."""
    assert printable("Zoë 🚗 علّام") == "Zoë 🚗 علّام"
    assert printable("a\x1bb\u202ec\n") == "a\\x1bb\\u202ec\\x0a"
