"""Whatever bytes come as a file: a report, or one clear error; never a crash, and no row is lost."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from samples_of_appointments import EXAMPLES, is_harmless

from kiosk.server.appointments.errors import AppointmentsError
from kiosk.server.appointments.profiles import profile_of
from kiosk.server.appointments.reading import read_bytes
from kiosk.server.appointments.report import as_json, as_lines
from kiosk.server.appointments.wire import booking_to_json, bookings_from_json

HEADER = ["Appt #", "Appt Date", "Appt Time", "First", "Last", "Phone", "VIN", "Status"]
CELL = st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(
    ["", "11/24/2026", "7:05 AM", "Booked", "A-1", '"', '""', "\n", "\r\n", "\0", "=1+1", "\u202e"]
)


def told(data, profile=None):
    """What is printed of a file of these bytes: the lines of a report, or the one line of an error.

    Whatever is good in it can be sent to a hub.
    """
    try:
        reading = read_bytes("file", data, profile_of(profile) if profile else None)
    except AppointmentsError as error:
        return [str(error)]
    over_the_wire = [json.loads(json.dumps(booking_to_json(each))) for each in reading.bookings]
    assert bookings_from_json(over_the_wire) == reading.bookings
    assert json.loads(json.dumps(as_json([reading])))["accepted"] == len(reading.accepted)
    return list(as_lines([reading]))


@given(data=st.binary(max_size=300))
@example(b"\xff\xfe")
@example(b"\xff\xfe<")
@example(b"[")
@example(b"BEGIN:VCALENDAR")
def test_any_bytes_at_all(data):
    """Without a profile."""
    assert all(is_harmless(line) for line in told(data))


@pytest.mark.parametrize("profile", ["spreadsheet-us", "wakala-sa", "fortellis", "calendar", "star"])
@given(data=st.binary(max_size=200))
def test_any_bytes_by_a_profile(profile, data):
    """With one of each format named."""
    assert all(is_harmless(line) for line in told(data, profile))


@given(rows=st.lists(st.text('ab1,"\n\r \0', max_size=60), max_size=8))
def test_any_mess_below_a_header(rows):
    """Quotes, delimiters and line ends in any order: each line that has something in it is in the report once."""
    text = ",".join(HEADER) + "\n" + "\n".join(rows)

    reading = read_bytes("file.csv", text.encode(), profile_of("spreadsheet-us"))

    lines = [one.line for one in reading.verdicts]
    assert lines == sorted(set(lines))
    assert all(line <= text.count("\n") + text.count("\r") + 1 for line in lines)


@given(rows=st.lists(st.lists(CELL, min_size=len(HEADER), max_size=len(HEADER)), max_size=6))
def test_whatever_a_csv_writer_writes_is_read_cell_by_cell(rows):
    """A file written properly comes back: one verdict for each row that has something in it, at its own line."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(HEADER)
    expected = []
    for cells in rows:
        line = len(io.StringIO(out.getvalue(), newline="").readlines()) + 1
        writer.writerow(cells)
        expected += [line] if any(cell.strip() for cell in cells) else []

    reading = read_bytes("file.csv", out.getvalue().encode(), profile_of("spreadsheet-us"))

    assert [one.line for one in reading.verdicts] == expected


@pytest.mark.parametrize(
    "name", sorted(each.name for each in EXAMPLES.iterdir() if each.suffix in {".csv", ".json", ".ics", ".xml"})
)
@settings(max_examples=40)
@given(draws=st.data())
def test_an_example_with_bytes_changed(name, draws):
    """A real file, damaged anywhere: cut short, bytes changed, a piece taken out or put in."""
    data = bytearray((EXAMPLES / name).read_bytes())
    for _ in range(draws.draw(st.integers(1, 4))):
        at = draws.draw(st.integers(0, len(data)))
        length = draws.draw(st.integers(0, 40))
        data[at : at + length] = draws.draw(st.binary(max_size=20))

    assert all(is_harmless(line) for line in told(bytes(data)))


@given(
    texts=st.dictionaries(
        st.sampled_from(
            ["id", "name", "email", "uri", "vin", "make", "plate", "note", "code", "work", "advisor", "transport"]
        ),
        st.text(max_size=30) | st.sampled_from(["\0", "\ud800", "x" * 20_000, "٣" * 300]),
    )
)
def test_any_text_in_json_can_be_sent_to_a_hub(texts):
    """NUL, halves of characters and texts without end are in no booking."""
    item = {
        "id": texts.get("id", "7"),
        "dateTime": "2026-11-23T07:00:00-06:00",
        "customer": {"firstName": texts.get("name", "Eve"), "lastName": "Khan", "email": texts.get("email")},
        "contact": {"uri": texts.get("uri")},
        "vehicleSpec": {"vin": texts.get("vin"), "make": texts.get("make"), "licensePlate": texts.get("plate")},
        "requestedServices": [{"sourceHref": texts.get("code"), "description": texts.get("work")}],
        "advisorHref": texts.get("advisor"),
        "transportHref": texts.get("transport"),
        "concerns": [texts.get("note")] * 3,
    }

    assert all(is_harmless(line) for line in told(json.dumps({"items": [item]}).encode()))
