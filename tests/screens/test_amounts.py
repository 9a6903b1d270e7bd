"""Figures as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.server.screens.amounts import cents, number, percent


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("289.95", 28995), ("289,95", 28995), ("1,250.00", 125000), ("1.250,00", 125000), ("1 250,00", 125000),
        ("1,250", 125000), ("1.25", 125), ("1,234,567.8", 123456780), ("$1,250", 125000), ("USD 12.5", 1250),
        ("-20", -2000), ("\u221220.5", -2050), ("٢٨٩٫٩٥", 28995), ("١٬٢٥٠", 125000), ("۱۲", 1200), ("0.5", 50), ("0", 0),
        ("12'500.00", 1250000),
    ],
)  # fmt: skip
def test_a_price_is_read_as_it_is_written_here_and_there(written, expected):
    """Points and commas, thousands and decimals, Arabic and Persian digits: one amount in whole cents."""
    assert cents(written, "USD") == expected


@pytest.mark.parametrize(
    "written",
    [
        "",
        "abc",
        "12a",
        "1..2",
        "1.2.3",
        "1,2,3",
        "--5",
        "1,25,000.00",
        "289.955",
        ".",
        "-",
        "1.250.00,5",
        "1e5",
        "²",
        "NaN",
        "½",
    ],
)
def test_what_is_no_price_is_none(written):
    """Half a figure, letters, or a tenth of a cent is not guessed at."""
    assert cents(written, "USD") is None


def test_the_currency_decides_the_decimals():
    """Three decimals in Kuwait, none in Japan."""
    assert cents("1.250", "KWD") == 1250
    assert cents("1,250", "JPY") == 1250
    assert cents("1.5", "JPY") is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("8.875", "8.875"),
        ("8,875 %", "8.875"),
        ("16", "16"),
        ("", "0"),
        ("%١٥", "15"),
        ("0,5", "0.5"),
        ("6,625", "6.625"),
    ],
)
def test_a_tax_may_have_decimals_a_sign_or_nothing(written, expected):
    """8.875 is eight and a bit, never thousands; an empty tax is none."""
    assert percent(written) == Decimal(expected)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_what_a_form_shows_is_read_back(amount):
    """An amount that the form itself wrote comes back to the cent."""
    assert cents(f"{amount:.2f}", "USD") == int(amount * 100)


@given(st.text(max_size=12))
def test_nothing_typed_breaks_the_reader(written):
    """Whatever is typed is a finite number or none."""
    found = number(written, groups=True)

    assert found is None or found.is_finite()
