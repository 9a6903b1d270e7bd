"""What the tests of the appointments share: the examples, and a way to read a few lines as a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.domain.judging import RawRow, Rules
from kiosk.domain.people import ContactMethod, Phone
from kiosk.domain.written import Clock
from kiosk.server.appointments import profiles
from kiosk.server.appointments.reading import read_bytes

EXAMPLES = Path(__file__).parents[2] / "examples" / "appointments"
PHONE = Phone("(718) 555-0148", "+17185550148")
HEADER = "Appt #,Appt Date,Appt Time,First,Last,Phone,VIN,Status"


@pytest.fixture
def examples():
    """The folder of the example exports."""
    return EXAMPLES


@pytest.fixture
def read():
    """Read the text of a file by a built-in profile (default: the one that fits)."""

    def reading(text, profile=None, *, name="file.csv"):
        data = text if isinstance(text, bytes) else text.encode()
        return read_bytes(name, data, profiles.profile_of(profile) if profile else None)

    return reading


@pytest.fixture
def sheet(read):
    """Read rows below the header of the spreadsheet profile."""

    def reading(*rows):
        return read("\n".join((HEADER, *rows)) + "\n", "spreadsheet-us")

    return reading


@pytest.fixture
def rules():
    """Rules of a shop in New York with American dates."""
    from zoneinfo import ZoneInfo

    return Rules(
        source="desk",
        zone=ZoneInfo("America/New_York"),
        dates=("MM/DD/YYYY",),
        clock=Clock(("12h",)),
        cancelled=("cancel*",),
        booked=("booked",),
        languages={"english": "en", "spanish": "es"},
        contacts={"text": ContactMethod.TEXT_MESSAGE},
        odometer_unit="mi",
    )


@pytest.fixture
def row():
    """A good row; keyword arguments change its cells."""

    def made(line=2, *, phones=(PHONE,), operations=(), fault=None, **cells):
        good = {
            "number": "A-1",
            "date": "11/24/2026",
            "time": "7:05 AM",
            "first_name": "Dawn",
            "last_name": "Lucas",
            "vin": "1M8GDM9AXKP042788",
            "status": "Booked",
        }
        return RawRow(line, good | cells, tuple(phones), tuple(operations), fault)

    return made
