"""What a scanned or typed code may be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.codes import (
    ALPHABET,
    ForeignCode,
    OurToken,
    read_code,
    token_from_bits,
    typed_digits,
    typed_number,
    western_digits,
)

TOKEN = "3ZM22HH4YZT8BSBX79EJ2X3ET2"


@pytest.mark.parametrize(
    ("scanned", "host"),
    [
        (TOKEN, None),
        (TOKEN.lower(), None),
        (f"  {TOKEN}\n", None),
        (f"HTTPS://LANE.VALLEY.EXAMPLE/C/{TOKEN}", "lane.valley.example"),
        (f"https://lane.valley.example/c/{TOKEN.lower()}/", "lane.valley.example"),
        (f"http://127.0.0.1:8080/c/{TOKEN}", "127.0.0.1:8080"),
        (f"lane.valley.example/c/{TOKEN}", "lane.valley.example"),
    ],
)
def test_a_token_is_read_however_it_was_shown(scanned, host):
    """Bare or in an address, in any case, the same token comes out."""
    assert read_code(scanned) == OurToken(TOKEN, host)


def test_letters_that_look_like_digits_are_read_as_digits():
    """Who copies `1` as `I` or `l`, and `0` as `O`, is understood."""
    assert read_code("oIlABCDEFGHJKMNPQRSTVWXYZ2") == OurToken("011ABCDEFGHJKMNPQRSTVWXYZ2")


@pytest.mark.parametrize(
    "scanned",
    [
        "",
        "8ZM22HH4YZT8BSBX79EJ2X3ET2",  # 26 signs of base 32 would be 130 bits; the first is 0 to 7
        TOKEN[:-1],
        TOKEN + "2",
        TOKEN.replace("Z", "U"),
        f"https://lane.valley.example/c/{TOKEN}/more",
        f"https://lane.valley.example/x/{TOKEN}",
        f"https://lane.valley.example/c/{TOKEN}?x=1",
        "0037000023605",
        "BEGIN:VCARD\nFN:Somebody\nEND:VCARD",
        "\x00\x01\x02\xff",
        "٣" * 26,
        "A" * 3000,
        "1" * 5000,
    ],
)
def test_a_code_of_another_system_is_foreign(scanned):
    """What is no token of ours is foreign, and nothing of it is kept."""
    assert read_code(scanned) == ForeignCode()


@given(st.integers(min_value=0, max_value=2**128 - 1))
def test_every_128_bits_make_a_token_that_is_read_back(bits):
    """A token is 26 characters, its first 0 to 7, and reads back as itself in any case."""
    token = token_from_bits(bits)

    assert len(token) == 26
    assert token[0] in "01234567"
    assert read_code(token.lower()) == OurToken(token)


@given(st.integers(min_value=0, max_value=2**128 - 1), st.integers(min_value=0, max_value=2**128 - 1))
def test_different_bits_make_different_tokens(one, other):
    """No two random numbers share a token."""
    assert (token_from_bits(one) == token_from_bits(other)) is (one == other)


@given(st.text())
def test_any_text_is_judged_without_a_fault(text):
    """Whatever a scanner reads is a token of ours or foreign, never an error."""
    found = read_code(text)

    assert isinstance(found, ForeignCode) or set(found.token) <= set(ALPHABET)


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("12345678", "12345678"),
        ("1234 5678", "12345678"),
        ("1234-5678", "12345678"),
        ("١٢٣٤ ٥٦٧٨", "12345678"),
        ("۱۲۳۴۵۶۷۸", "12345678"),
        ("1234567", None),
        ("123456789", None),
        ("1234567a", None),
        ("", None),
        ("²2345678", None),
    ],
)
def test_eight_digits_are_read_in_any_script(typed, digits):
    """Exactly eight decimal digits of any script, spaces and hyphens aside."""
    assert typed_digits(typed) == digits


@pytest.mark.parametrize(
    ("number", "phone_end", "form"),
    [
        ("r-70415 ", "0147", "R-70415/0147"),
        ("٣٠٠١٠٤", "٤٥٦٧", "300104/4567"),
        ("0048142", "0147", "0048142/0147"),
        ("R1", "147", None),
        ("R1", "01470", None),
        ("R1", "", None),
        ("", "0147", None),
    ],
)
def test_an_appointment_number_needs_the_end_of_the_phone(number, phone_end, form):
    """The number alone opens nothing; leading zeros count, letters' case does not."""
    assert typed_number(number, phone_end) == form


@given(st.text())
def test_digits_of_other_scripts_become_ours_and_nothing_else_changes(text):
    """Every decimal digit becomes 0 to 9; the text keeps its length."""
    western = western_digits(text)

    assert len(western) == len(text)
    assert not [one for one in western if one.isdecimal() and one not in "0123456789"]
    assert [one for one in western if not one.isdecimal()] == [one for one in text if not one.isdecimal()]
