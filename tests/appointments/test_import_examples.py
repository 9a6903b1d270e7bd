"""The example exports: every count, every line and every reason that their README tells, and what is odd in each file."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from kiosk.domain.appointment import OperationAsked
from kiosk.domain.people import ContactMethod
from kiosk.server.appointments.reading import read_file
from kiosk.server.appointments.report import as_json

FILES = {
    "clarivoy-style-us.csv": ("clarivoy-style-us", 56, 2, 2, 0),
    "reynolds-style-us.csv": ("reynolds-style-us", 33, 2, 1, 0),
    "taller-mx.csv": ("taller-mx", 29, 2, 1, 0),
    "wakala-sa.csv": ("wakala-sa", 26, 1, 1, 0),
    "wakala-sa-utf8.csv": ("wakala-sa-utf8", 17, 2, 0, 0),
    "fortellis.json": ("fortellis", 11, 0, 1, 0),
    "calendar.ics": ("calendar", 17, 1, 1, 1),
    "star-service-appointment.xml": ("star", 3, 0, 0, 0),
    "messy.csv": ("spreadsheet-us", 17, 13, 2, 0),
}
README_ROW = re.compile(r"^\|(.*)\|$", re.MULTILINE)


@pytest.fixture(scope="module")
def readings():
    """Each example read without naming a profile."""
    folder = Path(__file__).parents[2] / "examples" / "appointments"
    return {name: read_file(folder / name) for name in FILES}


def section(examples, title):
    """The rows of the README's table below a title, the file carried down to the rows without one."""
    text = (examples / "README.md").read_text(encoding="utf-8")
    part = text.partition(f"\n{title}\n")[2].split("\n## ")[0]
    rows = [[cell.strip().strip("`") for cell in found.split("|")] for found in README_ROW.findall(part)][2:]
    for above, below in pairwise(rows):
        below[0] = below[0] or above[0]
    return rows


@pytest.mark.parametrize("name", FILES)
def test_the_fitting_profile_and_the_counts(readings, name):
    """Without --profile each example finds its own, and its rows are counted as its README says."""
    reading = readings[name]

    counted = (
        reading.profile.name,
        *map(len, (reading.accepted, reading.refused, reading.cancelled, reading.superseded)),
    )

    assert FILES[name] == counted


def test_the_counts_stand_in_the_readme(examples):
    """The README's table of counts is the one that is tested."""
    rows = section(examples, "In all 209 good rows, 23 refused, 9 cancelled, 1 superseded.")

    told = {file: (profile, *(int(cell or 0) for cell in counts)) for file, profile, *counts in rows}

    assert told == FILES
    assert [sum(column) for column in zip(*(counts[1:] for counts in FILES.values()), strict=True)] == [209, 23, 9, 1]


@pytest.mark.parametrize("name", FILES)
def test_every_row_that_is_not_good_is_named_with_line_number_and_reason(readings, examples, name):
    """No row is refused, cancelled or superseded but those of the README, each at its line, under its number, for its reason."""
    reading = readings[name]
    told = {tuple(cells[1:]) for cells in section(examples, "## Rows that are not good") if cells[0] == name}

    found = (
        {(str(one.line), one.number, f"refused: {one.reason.text}") for one in reading.refused}
        | {(str(one.line), one.number, one.reason.text.partition(" (")[0]) for one in reading.cancelled}
        | {(str(one.line), one.number, f"superseded by line {one.by_line}") for one in reading.superseded}
    )

    assert {
        (line, number, verdict.partition(" (")[0] if "cancelled" in verdict else verdict)
        for line, number, verdict in told
    } == found


@pytest.mark.parametrize("name", FILES)
def test_every_warning_is_told_with_its_line(readings, examples, name):
    """A good row carries the warnings of the README and no other."""
    rows = (cells for cells in section(examples, "## Good rows with a warning") if cells[0] == name)
    told = {(int(line), warning) for _, warning, lines in rows for line in lines.split(",")}

    found = {(one.line, reason.text) for one in readings[name].accepted for reason in one.warnings}

    assert told == found


def booking(readings, name, number):
    """The good booking of that number."""
    return next(one.booking for one in readings[name].accepted if one.number == number)


def test_clarivoy_text_stays_text(readings):
    """Leading zeros, an advisor in quotes, a comma in a surname, curly quotes and a complaint of three lines survive."""
    samaniego = booking(readings, "clarivoy-style-us.csv", "0048208")
    fields = booking(readings, "clarivoy-style-us.csv", "0048169")
    cochran = booking(readings, "clarivoy-style-us.csv", "0048193")

    assert (
        samaniego.concern == "Two things:\n1) squeak from dash when turning left\n2) asks for a price on winter tires"
    )
    assert (fields.display_name, fields.last_name, fields.advisor_written) == (
        "Lisa Fields, Jr.",
        "Fields, Jr.",
        "Bell, Kevin",
    )
    assert cochran.first_name == "Zachary “Bud”"


def test_clarivoy_fields(readings):
    """A whole row: instant, phone of the second column, e-mail, language, contact, car, work, advisor's number, promise."""
    beltran = booking(readings, "clarivoy-style-us.csv", "0048154")
    chan = booking(readings, "clarivoy-style-us.csv", "0048112")

    assert beltran.starts_at == datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
    assert beltran.promised_at == datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
    assert (beltran.language, beltran.contact_method) == ("es", ContactMethod.TEXT_MESSAGE)
    assert (beltran.vehicle.year, beltran.vehicle.make, beltran.vehicle.model) == (2022, "GMC", "Sierra 1500")
    assert (beltran.vehicle.plate, beltran.odometer, beltran.odometer_unit) == ("G82-FZJ", 36302, "mi")
    assert beltran.operations == (OperationAsked("60K", "60,000 mile service"),)
    assert (beltran.advisor_written, beltran.advisor_code, beltran.transport) == ("Bell, Kevin", "0112", "Loaner")
    assert (chan.phone_written, chan.phone_e164) == ("(201) 555-0145", "+12015550145")


def test_a_vin_in_small_letters_is_read(readings):
    """A VIN is read in capitals, and what was written is kept."""
    jackson = booking(readings, "clarivoy-style-us.csv", "0048127")

    assert (jackson.vehicle.vin, jackson.vehicle.vin_written) == ("5XYHN0LF2HK437887", "5xyhn0lf2hk437887")


def test_reynolds_signs_of_windows_survive(readings):
    """cp1252's own signs are read as what they are, and an odometer may have its comma."""
    casanova = booking(readings, "reynolds-style-us.csv", "R70412")

    assert casanova.concern == "Quoted €120 – says it’s too high… wants ½ day loaner"
    assert casanova.odometer == 70030
    assert (casanova.language, casanova.contact_method) == ("es", ContactMethod.PHONE_CALL)


def test_reynolds_promise_means_the_same_day(readings):
    """A promise without a date is on the day of the appointment."""
    moore = booking(readings, "reynolds-style-us.csv", "R70417")

    assert moore.promised_at == datetime(2026, 11, 24, 16, 0, tzinfo=UTC)


def test_reynolds_phone_without_area_code_is_kept_as_written(readings):
    """What cannot be dialled becomes none, and the written text stays."""
    aguilar = booking(readings, "reynolds-style-us.csv", "R70418")

    assert (aguilar.phone_e164, aguilar.phone_written) == (None, "555-0129")


def test_taller_day_before_month(readings):
    """01/12/2026 is the first of December, in a zone without summer time; hrs behind a time says nothing."""
    gonzales = booking(readings, "taller-mx.csv", "PUE-2616")

    assert gonzales.starts_at == datetime(2026, 12, 1, 17, 45, tzinfo=UTC)
    assert gonzales.last_name == "Gonzales de la Peña y Güemes"


def test_taller_semicolon_in_quotes_and_units(readings):
    """A semicolon inside quotes is text, and `108,021 km` is a figure in km."""
    barraza = booking(readings, "taller-mx.csv", "PUE-2607")
    aparicio = booking(readings, "taller-mx.csv", "PUE-2609")

    assert barraza.concern == "Cambio de aceite; revisar fuga cerca del cárter"
    assert (aparicio.odometer, aparicio.odometer_unit) == (108021, "km")


@pytest.mark.parametrize(
    ("number", "e164"),
    [
        ("PUE-2601", "+525512345946"),
        ("PUE-2602", "+522221234240"),
        ("PUE-2603", "+522221234009"),
        ("PUE-2604", "+525512345036"),
        ("PUE-2610", None),
    ],
)
def test_taller_phones_in_five_styles(readings, number, e164):
    """However a Mexican phone is written, it becomes the same E.164; with the old prefix it becomes none."""
    found = booking(readings, "taller-mx.csv", number)

    assert found.phone_e164 == e164


def test_wakala_arabic_of_windows(readings):
    """cp1256 is read with its vowel signs, a phone between direction marks is dialled, a plate stays as printed."""
    aqil = booking(readings, "wakala-sa.csv", "300111")
    ali = booking(readings, "wakala-sa.csv", "300106")

    assert aqil.first_name == "علّام"
    assert ali.phone_e164 == "+966512345612"
    assert ali.vehicle.plate == "ك ى ب 2000"
    assert (ali.language, ali.contact_method) == ("ar", ContactMethod.TEXT_MESSAGE)
    assert ali.starts_at == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


def test_wakala_promise_before_the_appointment_is_none(readings):
    """A promised time that lies before the appointment on its day is no promise."""
    muhanna = booking(readings, "wakala-sa.csv", "300109")

    assert muhanna.promised_at is None


@pytest.mark.parametrize(
    ("number", "hour_utc", "e164"),
    [
        ("300204", 7, "+966512345136"),
        ("300205", 7, "+966512345344"),
        ("300208", 14, "+966512345036"),
        ("300212", 7, "+966512345608"),
    ],
)
def test_wakala_arabic_digits_everywhere(readings, number, hour_utc, e164):
    """Arabic digits, also mixed with others, are digits in dates, times and phones; ص and م tell the half of the day."""
    found = booking(readings, "wakala-sa-utf8.csv", number)

    assert (found.starts_at.hour, found.phone_e164) == (hour_utc, e164)


def test_the_two_wakala_files_are_one_source(readings):
    """The same shop in two encodings counts its numbers once."""
    sources = {readings[name].profile.rules().source for name in ("wakala-sa.csv", "wakala-sa-utf8.csv")}

    assert sources == {"wakala-sa"}


def test_fortellis_links_and_instants(readings):
    """Links give their last part, a `tel:` is a phone, an instant in UTC is the shop's, a car known by a link has no VIN."""
    white = booking(readings, "fortellis.json", "b7d10006-5c1e-4a7b-9d02-880000047514")
    fisher = booking(readings, "fortellis.json", "b7d10005-5c1e-4a7b-9d02-880000039595")

    assert white.starts_at == datetime(2026, 11, 23, 14, 45, tzinfo=UTC)
    assert (white.phone_e164, white.transport, white.advisor_code) == ("+17085550143", "shuttle", "advisor-11")
    assert white.operations == (OperationAsked("ALIGN4", "Four-wheel alignment"),)
    assert (fisher.vehicle.vin, fisher.vehicle.plate, fisher.email) == (None, "", None)
    assert fisher.vehicle.make == ""


@pytest.mark.parametrize(
    ("number", "hour_utc", "minute"),
    [("apt-5201", 12, 0), ("apt-5202", 12, 0), ("apt-5206", 13, 30), ("apt-5207", 15, 0), ("apt-5208", 17, 15)],
)
def test_calendar_times_of_four_kinds(readings, number, hour_utc, minute):
    """A time with zone, in UTC, floating and in a vendor's zone all come to the right instant; the newer version stands."""
    found = booking(readings, "calendar.ics", f"{number}@service.example.com")

    assert (found.starts_at.hour, found.starts_at.minute) == (hour_utc, minute)


def test_calendar_description_has_the_rest(readings):
    """Folded lines are joined, escaped commas read, and the labels give phone, car, work and concern."""
    found = booking(readings, "calendar.ics", "apt-5203@service.example.com")

    assert (found.first_name, found.last_name, found.language) == ("بوران", "المهيدب", "ar")
    assert (found.vehicle.year, found.vehicle.make, found.vehicle.model) == (2026, "Ford", "Escape")
    assert found.vehicle.vin == "1FM4700S6TH465895"
    assert found.operations == (OperationAsked("LOF", "Lube, oil and filter"),)
    assert found.concern == "Due for oil change, reset the reminder please"
    assert (found.advisor_written, found.phone_e164) == ("Marta Ruiz", "+17185550127")


def test_star_fields(readings):
    """The messages give the same fields as any other file, and their own age."""
    found = booking(readings, "star-service-appointment.xml", "STAR-9102")

    assert found.starts_at == datetime(2026, 11, 24, 13, 15, tzinfo=UTC)
    assert (found.display_name, found.language, found.contact_method) == ("Amalia Vega", "es", ContactMethod.WHATSAPP)
    assert (found.odometer, found.vehicle.plate, found.advisor_written) == (70893, "S25-CFW", "Kevin Bell")
    assert found.operations == (OperationAsked("ACPERF", "A/C performance test"),)
    assert found.exported_key.endswith("2026-11-20T21:02:00+00:00")


def test_messy_names_keep_what_is_no_control(readings):
    """A formula, an emoji and 300 letters stay; control bytes, NUL and direction marks go."""
    names = {one.number: one.booking.first_name for one in readings["messy.csv"].accepted}

    assert names["M-1004"] == '=HYPERLINK("http://example.com/x","Click me")'
    assert names["M-1008"] == "Tylerp"
    assert names["M-1011"] == "Michael"
    assert names["M-1013"] == "Zoë 🚗"
    assert len(names["M-1010"]) == 300
    assert booking(readings, "messy.csv", "M-1012").last_name == "Boone"


def test_messy_cells_are_trimmed(readings):
    """Spaces around a number or a name are nothing."""
    found = booking(readings, "messy.csv", "M-1025")

    assert found.display_name == "Ana María Núñez Ortega"
    assert booking(readings, "messy.csv", "M-1080").number == "M-1080"


def test_messy_vin_that_cannot_be_one_is_never_used(readings):
    """What is no VIN is kept as written and stands in no field that looks anything up."""
    found = booking(readings, "messy.csv", "M-1018")

    assert (found.vehicle.vin, found.vehicle.vin_written) == (None, "1FTEW1EP5JFOI2345")


def test_all_examples_at_once(readings):
    """Nine files in one report: everything is counted, and no appointment of one file is taken for one of another."""
    report = as_json(list(readings.values()))

    assert (report["accepted"], len(report["appointments"]), report["superseded"]) == (209, 209, 1)
    assert (len(report["refused"]), len(report["cancelled"])) == (23, 9)
