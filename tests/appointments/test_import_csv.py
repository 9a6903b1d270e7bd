"""CSV: headers, line numbers, quotes, and rows that are no appointments."""

from __future__ import annotations

import pytest

from kiosk.server.appointments.errors import NoProfile
from kiosk.server.appointments.profiles import built_in, profile_of
from kiosk.server.appointments.reading import checked, chosen, read_bytes

HEADER = "Appt #,Appt Date,Appt Time,First,Last,Phone,VIN,Status"
GOOD = "{},11/24/2026,7:05 AM,Dawn,Lucas,(718) 555-0148,1M8GDM9AXKP042788,Booked"


def verdicts(reading):
    """(line, number, reason) of each refused row."""
    return [(one.line, one.number, one.reason.text) for one in reading.refused]


def test_lines_are_those_of_an_editor(sheet):
    """A record that spans lines has the number of its first, blank lines count, and the next record knows it."""
    long_name = '"Dawn\nof\nmany\nlines"'

    reading = sheet(GOOD.format("A-1").replace("Dawn", long_name), "", " , ,,,,,,", GOOD.format("A-2"))

    assert [one.line for one in reading.accepted] == [2, 8]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_one(read, end):
    """LF, CRLF and CR end a line."""
    reading = read(end.join((HEADER, GOOD.format("A-1"), GOOD.format("A-2"))), "spreadsheet-us")

    assert [one.line for one in reading.accepted] == [2, 3]


def test_headers_may_differ_in_case_spaces_and_order(read):
    """What a column is called matters, not how it is spaced or where it stands; unknown columns are passed over."""
    text = "STATUS,last,FIRST , appt_time,Appt  Date,APPT #,Mood\nBooked,Lucas,Dawn,7:05 AM,11/24/2026,A-1,fine\n"

    reading = read(text)

    assert reading.profile.name == "spreadsheet-us"
    assert [one.number for one in reading.accepted] == ["A-1"]


def test_a_title_above_the_header_is_refused(read):
    """What stands above the header is no appointment, and the header is found below it."""
    reading = read(f"Appointments for Tuesday\n\n{HEADER}\n{GOOD.format('A-1')}\n")

    assert verdicts(reading) == [(1, "", "title row")]
    assert [one.line for one in reading.accepted] == [4]


def test_a_line_for_spreadsheets_is_passed_over(read):
    """`sep=,` tells a spreadsheet the delimiter and is neither title nor row."""
    reading = read(f"sep=,\r\n{HEADER}\r\n{GOOD.format('A-1')}\r\n")

    assert [one.line for one in reading.verdicts] == [3]


def test_a_repeated_header_and_a_total_are_no_appointments(sheet):
    """Neither has a number that the report could name."""
    reading = sheet(HEADER, "TOTAL,2,,,,,,")

    assert verdicts(reading) == [(2, "", "repeated header row"), (3, "", "summary row (TOTAL)")]


def test_a_number_that_begins_like_a_total_is_one(sheet):
    """Only a row with hardly anything else in it is a summary."""
    reading = sheet(GOOD.format("Total-7"))

    assert [one.number for one in reading.accepted] == ["Total-7"]


def test_a_row_has_as_many_columns_as_the_header(sheet):
    """Fewer or more is refused, and the reason tells the likely cause; empty cells at the end are nothing."""
    reading = sheet("A-1,11/24/2026", GOOD.format("A-2") + ",oil, filter", GOOD.format("A-3") + ",,")

    assert verdicts(reading) == [
        (2, "A-1", "too few columns: 2 of 8"),
        (3, "A-2", "too many columns: 10 of 8 (commas not quoted)"),
    ]
    assert [one.number for one in reading.accepted] == ["A-3"]


def test_a_quote_that_is_never_closed_names_every_line_it_swallowed(sheet):
    """Rows before it are good; the line that opened it and each line behind it are named."""
    opened = GOOD.format("A-2").replace("Dawn", '"Dawn')

    reading = sheet(GOOD.format("A-1"), opened, GOOD.format("A-3"), "", GOOD.format("A-4"))

    assert [one.number for one in reading.accepted] == ["A-1"]
    assert verdicts(reading) == [
        (3, "A-2", "quote is never closed"),
        (4, "A-3", "swallowed by the open quote of line 3"),
        (6, "A-4", "swallowed by the open quote of line 3"),
    ]


def test_a_quote_closed_by_a_later_one_loses_no_row_behind_it(sheet):
    """An open quote ends at the next quoted cell; what stands between is named, what follows is imported."""
    opened = GOOD.format("A-1").replace("Dawn", '"Dawn')
    quoted = GOOD.format("A-3").replace("Lucas", '"Lucas, Jr."')

    reading = sheet(opened, GOOD.format("A-2"), quoted, GOOD.format("A-4"))

    assert verdicts(reading) == [
        (2, "A-1", "quote is never closed"),
        (3, "A-2", "swallowed by the open quote of line 2"),
        (4, "A-3", "swallowed by the open quote of line 2"),
    ]
    assert [one.number for one in reading.accepted] == ["A-4"]


def test_an_open_quote_in_the_last_row_without_a_line_end(read):
    """It is told although there is nothing left to swallow."""
    reading = read(f"{HEADER}\n" + GOOD.format("A-1").replace("Booked", '"Booked'), "spreadsheet-us")

    assert verdicts(reading) == [(2, "A-1", "quote is never closed")]


def test_a_last_row_in_quotes_without_a_line_end_is_good(read):
    """A file need not end with a line end."""
    reading = read(f"{HEADER}\n" + GOOD.format("A-1").replace("Booked", '"Booked"'), "spreadsheet-us")

    assert [one.number for one in reading.accepted] == ["A-1"]


def test_an_open_quote_before_a_very_long_rest(sheet):
    """A cell beyond what the reader takes is an open quote; the rows behind it are looked at again."""
    opened = GOOD.format("A-1").replace("Dawn", '"Dawn')
    rest = [GOOD.format(f"B-{number}") for number in range(3000)]

    reading = sheet(opened, *rest)

    assert (2, "A-1", "quote is never closed") in verdicts(reading)
    assert len(reading.refused) + len(reading.accepted) == 3001


def test_a_cell_without_end_costs_only_its_row(sheet):
    """More than the reader takes, without any quote: the row is refused and the next one is good."""
    reading = sheet(GOOD.format("A-1").replace("Dawn", "D" * 200_000), GOOD.format("A-2"))

    assert verdicts(reading) == [(2, "A-1", "a cell has more than 131072 characters")]
    assert [one.number for one in reading.accepted] == ["A-2"]


def test_a_file_with_a_header_alone_has_no_appointments(sheet):
    """It is readable and says that nothing is booked."""
    reading = sheet()

    assert reading.verdicts == ()


def test_two_columns_of_one_name_are_tried_in_order(read):
    """The first that is not empty counts."""
    reading = read("Appt #,Appt Date,Appt Time,First,Phone,Phone\nA-1,11/24/2026,7:05 AM,Dawn,,7185550148\n")

    assert reading.accepted[0].booking.phone_e164 == "+17185550148"


def test_no_profile_fits(read):
    """The error names the profiles that were tried and shows how the file begins."""
    with pytest.raises(
        NoProfile, match=r"^file.csv: no profile for CSV fits \(clarivoy-style-us, .*\); it begins with: Name,When;"
    ):
        read("Name,When\nDawn,now\n")


def test_more_than_one_profile_fits():
    """Nobody guesses which of two is meant; both are named."""
    content = checked("file.csv", f"{HEADER}\n".encode())
    twice = (profile_of("spreadsheet-us"), profile_of("spreadsheet-us"), profile_of("taller-mx"))

    with pytest.raises(
        NoProfile, match=r"more than one profile fits \(spreadsheet-us, spreadsheet-us\); name one with --profile"
    ):
        chosen(content, twice)


def test_the_named_profile_does_not_fit(read):
    """The error names the missing column and what the file has instead."""
    with pytest.raises(
        NoProfile, match=r"profile taller-mx needs a column for the number \(Folio cita or Folio\); line 1 has: Appt #,"
    ):
        read(f"{HEADER}\n{GOOD.format('A-1')}\n", "taller-mx")


@pytest.mark.parametrize(
    "profile", [each for each in built_in() if each.file.format == "csv"], ids=lambda each: each.name
)
def test_a_profile_fits_a_file_with_its_own_headers_alone(profile):
    """Headers, encoding and delimiter of one profile never fit another."""
    names = [profile.headers(field)[0] for field in ("number", "date", "time", "first_name")]
    data = (profile.delimiter.join(names) + "\n").encode(profile.file.encoding)

    assert read_bytes("file.csv", data).profile.name == profile.name
