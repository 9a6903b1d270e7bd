"""Files that cannot be read at all: each one clear line that says what is wrong, and nothing imported."""

from __future__ import annotations

import pytest
from samples_of_appointments import is_harmless

from kiosk.server.appointments.content import LARGEST_BYTES, content_of
from kiosk.server.appointments.errors import AppointmentsError, NoProfile, Unreadable
from kiosk.server.appointments.profiles import profile_of
from kiosk.server.appointments.reading import read_bytes, read_file

HEADER = "Appt #,Appt Date,Appt Time,First,Last"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n \r\n", "is empty"),
        (b"PK\x03\x04" + b"x" * 100, "is an Excel workbook or another zip archive; save the sheet as CSV"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, "is an old Excel workbook; save the sheet as CSV"),
        (b"%PDF-1.7\n", "is a PDF; export the appointments as CSV instead"),
        (b"\x1f\x8b\x08", "is compressed; unpack it first"),
        (b"\x89PNG\r\n\x1a\n", "is a picture"),
        (bytes(1000), "is no text file: one byte in ten or more is zero"),
        (b"x" * (LARGEST_BYTES + 1), "is larger than 20 MB; export fewer days at a time"),
    ],
    ids=["nothing", "blank", "xlsx", "xls", "pdf", "gzip", "png", "zeros", "huge"],
)
def test_a_file_of_another_kind_says_what_it_is(data, said):
    """The remedy stands beside it."""
    with pytest.raises(Unreadable) as told:
        read_bytes("file.csv", data)

    assert str(told.value) == f"file.csv: {said}"


def test_a_file_of_100_mb_is_not_read_to_its_end(tmp_path):
    """A sparse file far beyond the limit is refused after the limit, not after its last byte."""
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as stream:
        stream.truncate(100_000_000)

    with pytest.raises(Unreadable, match="larger than 20 MB"):
        read_file(huge)


def test_a_file_that_is_not_there(tmp_path):
    """Nothing there, and a folder, are told apart."""
    with pytest.raises(Unreadable, match="no such file or directory"):
        content_of(tmp_path / "none.csv")
    with pytest.raises(Unreadable, match="is a folder; name the files in it"):
        content_of(tmp_path)
    with pytest.raises(Unreadable, match="is no file name"):
        content_of("a\0b")


def test_a_byte_of_another_encoding_is_named_with_its_line():
    """A file saved by Windows is not taken for UTF-8, nor read with question marks."""
    data = f"{HEADER}\nA-1,11/24/2026,7:05 AM,Bego\xf1a,Ib\xe1\xf1ez\n".encode("cp1252")

    with pytest.raises(
        Unreadable, match=r"^file.csv: line 2 is not UTF-8 \(byte F1\); save the file as UTF-8 or name a profile"
    ):
        read_bytes("file.csv", data)


def test_unicode_text_of_a_spreadsheet_says_how_to_save_it():
    """UTF-16 is recognised, and the remedy is named."""
    with pytest.raises(NoProfile, match="it is UTF-16, so save it as UTF-8 or name a profile with that encoding"):
        read_bytes("file.csv", HEADER.encode("utf-16"))


def test_a_profile_with_that_encoding_reads_it(tmp_path):
    """A dealer's own profile may say utf-16."""
    own = tmp_path / "own.toml"
    own.write_text('[profile]\nname = "own"\nlike = "spreadsheet-us"\nencoding = "utf-16"\n')
    data = f"{HEADER}\nA-1,11/24/2026,7:05 AM,Begoña,Ibáñez\n".encode("utf-16")

    reading = read_bytes("file.csv", data, profile_of(str(own)))

    assert reading.accepted[0].booking.display_name == "Begoña Ibáñez"


@pytest.mark.parametrize(
    ("text", "profile", "said"),
    [
        ("BEGIN:VCALENDAR\nEND:VCALENDAR\n", "taller-mx", "looks like a calendar, and profile taller-mx reads CSV"),
        ("<a/>", "fortellis", "looks like XML, and profile fortellis reads JSON"),
        ("{}", "star", "looks like JSON, and profile star reads XML"),
        (HEADER, "calendar", "is no calendar: it does not begin with BEGIN:VCALENDAR"),
        (HEADER, "fortellis", "is no JSON: line 1, expecting value"),
    ],
)
def test_a_profile_of_another_format(read, text, profile, said):
    """The error says what the file looks like and what the profile reads."""
    with pytest.raises(AppointmentsError, match=said):
        read(text, profile)


def test_an_error_carries_no_control_bytes():
    """What a hostile file begins with cannot move the cursor of whoever reads the error."""
    with pytest.raises(NoProfile) as told:
        read_bytes("fi\x1ble.csv", b"\x1b[2J\x07,\xe2\x80\xaeevil\n1,2\n")

    assert is_harmless(str(told.value))
