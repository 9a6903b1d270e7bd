"""Names, VINs, plates and addresses as somebody wrote them."""

from __future__ import annotations

import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vininfo import Vin

from kiosk.domain.people import DIRECTION_MARKS, check_digit, clean_name, clean_number, read_email, read_vin, split_name

VIN_SIGNS = "".join(sorted(set(string.digits + string.ascii_uppercase) - set("IOQ")))


@pytest.mark.parametrize(
    ("vin", "digit"),
    [("1M8GDM9AXKP042788", "X"), ("5N1NJ01CXST000001", "X"), ("1FTMW1T88MFA00001", "8"), ("11111111111111111", "1")],
)
def test_the_check_digit_of_known_vins(vin, digit):
    """The ninth place is computed as 49 CFR 565 wants it."""
    assert check_digit(vin) == digit
    assert read_vin(vin) == (vin, None)


@given(vin=st.text(VIN_SIGNS, min_size=17, max_size=17))
def test_the_check_digit_agrees_with_another_program(vin):
    """For any 17 signs our verdict is the one of the vininfo library."""
    assert (vin[8] == check_digit(vin)) == Vin(vin).verify_checksum(check_year=False)


@pytest.mark.parametrize(
    ("written", "vin", "doubt"),
    [
        ("wvwzzz3cz ee140287", "WVWZZZ3CZEE140287", "VIN check digit does not fit"),
        ("", None, "no VIN"),
        ("3MY92NMH5PT30174", None, "VIN has 16 characters"),
        ("1FTEW1EP5JFOI2345", None, "VIN has letters O and I"),
        ("1FTEW1EP5JFQ12345", None, "VIN has the letter Q"),
        ("1FTEW1EP5JF-12345", None, "VIN has signs that none has: -"),
        ("١FTEW1EP5JFA12345", None, "VIN has signs that none has: ١"),
    ],
)
def test_a_doubtful_vin_says_why(written, vin, doubt):
    """Only 17 letters and digits without I, O and Q are a VIN; a check digit that does not fit leaves it one."""
    read, reason = read_vin(written)

    assert (read, reason.text) == (vin, doubt)


@pytest.mark.parametrize(
    ("written", "name", "codes"),
    [
        ("  Ana María  ", "Ana María", []),
        ("علّام", "علّام", []),
        ("O’Dell", "O’Dell", []),
        ("Bo\0one", "Boone", ["name.nul"]),
        ("Ty\x1bler\0", "Tyler", ["name.control"]),
        ("\u202eMichael", "Michael", ["name.direction"]),
        ("\u200fمها\u200f", "مها", ["name.direction"]),
        ("Ana\nMaría\tLuz", "Ana María Luz", []),
        ("=SUM(A1)", "=SUM(A1)", ["name.formula"]),
        ("-Jo", "-Jo", ["name.formula"]),
        ("Zoë 🚗", "Zoë 🚗", ["name.emoji"]),
        ("a" * 101, "a" * 101, ["name.long"]),
        ("\ud800Eve", "Eve", ["name.control"]),
    ],
)
def test_a_name_keeps_all_but_controls_and_marks(written, name, codes):
    """What no name has is taken out with a warning; whatever else is odd is only told."""
    cleaned, doubts = clean_name(written, "first_name")

    assert cleaned == name
    assert [each.code for each in doubts] == codes


@given(text=st.text(max_size=60))
def test_no_name_carries_a_control_or_a_mark(text):
    """Whatever is written, the name can be shown on one line and turns nothing round."""
    name, _ = clean_name(text, "name")

    assert not any(unicodedata.category(each) in {"Cc", "Cs"} or each in DIRECTION_MARKS for each in name)


def test_a_number_loses_what_nobody_can_type():
    """Direction marks around a number are taken out with a warning, so that it can be found again."""
    number, doubts = clean_number(" \u200eA-17\u200f ")

    assert number == "A-17"
    assert {each.field for each in doubts} == {"number"}


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("Dawn Lucas", "Dawn", "Lucas"),
        ("Tran, Paul", "Paul", "Tran"),
        ("Madonna", "Madonna", ""),
        ("José María Bétancourt", "José", "María Bétancourt"),
        ("بوران المهيدب", "بوران", "المهيدب"),
        ("عبد الكريم المهنا", "عبد الكريم", "المهنا"),
        ("أبو بكر", "أبو", "بكر"),
        ("Roth,", "Roth,", ""),
    ],
)
def test_a_whole_name_is_taken_apart_for_the_greeting(written, first, last):
    """The first name is the first word, or what stands behind a comma; half of an Arabic name keeps its other half."""
    assert split_name(written) == (first, last)


@pytest.mark.parametrize(
    ("written", "address", "is_doubtful"),
    [
        ("dawn@example.com", "dawn@example.com", False),
        (" dawn@example.com ", "dawn@example.com", False),
        ("", None, False),
        ("dawn at example", None, True),
        ("dawn@example.com\r\nBcc: all@example.com", None, True),
        ("a@b", None, True),
    ],
)
def test_an_address_is_one_or_none(written, address, is_doubtful):
    """No e-mail is nothing to warn of; one that cannot be one becomes none with a warning."""
    read, doubt = read_email(written)

    assert (read, doubt is not None) == (address, is_doubtful)
