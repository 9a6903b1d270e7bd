"""Delivery papers' money: exact cents, rounded half up per line, sums that anybody can check."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.delivery import Delivery, Line, TaxTotal, totals

RATES = ("0", "5", "6.625", "8.875", "15", "16", "100")
LINES = st.lists(
    st.builds(
        Line,
        text=st.just("work"),
        quantity=st.decimals(0, 1000, places=3),
        unit_cents=st.integers(-10_000_00, 10_000_00),
        tax_percent=st.sampled_from(RATES).map(Decimal),
    ),
    max_size=12,
).map(tuple)
AT = datetime(2026, 11, 24, 16, 5, tzinfo=UTC)
EMPTY = Delivery(
    language="en", clock="24h", zone=ZoneInfo("UTC"), currency="USD", store="Valley Motors", number="A-012",
    arrived_at=AT, printed_at=AT,
)  # fmt: skip


def line(quantity: str, unit_cents: int, percent: str, **more: object) -> Line:
    """A line of work."""
    return Line("work", Decimal(quantity), unit_cents, Decimal(percent), **more)


@pytest.mark.parametrize(
    ("quantity", "unit_cents", "percent", "amount_cents", "tax_cents"),
    [
        ("1", 5995, "6.625", 5995, 397),
        ("1", 10000, "8.875", 10000, 888),
        ("0.5", 1, "0", 1, 0),
        ("1.5", 333, "10", 500, 50),
        ("2.25", 4200, "16", 9450, 1512),
        ("3", 0, "16", 0, 0),
        ("1", -1000, "8.875", -1000, -89),
        ("0.333", 30000, "5", 9990, 500),
    ],
)
def test_a_line_is_rounded_half_up(quantity, unit_cents, percent, amount_cents, tax_cents):
    """Half a cent goes up, away from zero for a reduction; the tax is counted from the rounded amount."""
    one = line(quantity, unit_cents, percent)

    assert (one.amount_cents, one.tax_cents) == (amount_cents, tax_cents)


@given(LINES)
def test_the_sums_are_the_sums_of_the_lines(lines):
    """Whoever adds up the printed lines comes to the printed subtotal, taxes and total."""
    sums = totals(lines)

    assert sums.subtotal_cents == sum(one.amount_cents for one in lines)
    assert sum(tax.base_cents for tax in sums.taxes) == sums.subtotal_cents
    assert sum(tax.tax_cents for tax in sums.taxes) == sum(one.tax_cents for one in lines)
    assert sums.total_cents == sums.subtotal_cents + sum(tax.tax_cents for tax in sums.taxes)


@given(LINES)
def test_no_line_is_off_by_more_than_half_a_cent(lines):
    """Rounding is the only thing that ever happens to a price."""
    for one in lines:
        exact = Fraction(one.quantity) * one.unit_cents
        assert abs(Fraction(one.amount_cents) - exact) <= Fraction(1, 2)
        assert abs(Fraction(one.tax_cents) - one.amount_cents * Fraction(one.tax_percent) / 100) <= Fraction(1, 2)


def test_taxes_are_told_by_rate():
    """Each rate stands once, the lowest first; 8.50 and 8.5 are one rate."""
    sums = totals((line("1", 1000, "8.5"), line("1", 500, "0"), line("1", 2000, "8.50")))

    assert sums.taxes == (TaxTotal(Decimal(0), 500, 0), TaxTotal(Decimal("8.5"), 3000, 255))
    assert (sums.subtotal_cents, sums.total_cents) == (3500, 3755)


def test_a_visit_without_lines_costs_nothing():
    """There is no tax to tell; the papers have a sentence for it."""
    assert (EMPTY.totals.taxes, EMPTY.totals.total_cents, EMPTY.warranties) == ((), 0, ())


def test_warranties_stand_beside_their_work():
    """Only lines that promise something are listed."""
    lines = (line("1", 100, "0", warranty="12 months"), line("1", 100, "0"), line("1", 100, "0", warranty=""))

    assert replace(EMPTY, lines=lines).warranties == (("work", "12 months"),)


@pytest.mark.parametrize("quantity", ["-1", "0.0001", "1000001", "NaN", "Infinity"])
def test_an_impossible_quantity_is_refused(quantity):
    """The error names the line."""
    with pytest.raises(ValueError, match="work: quantity"):
        line(quantity, 100, "0")


@pytest.mark.parametrize("percent", ["-1", "100.5", "6.66666", "NaN"])
def test_an_impossible_tax_is_refused(percent):
    """A tax is from 0 to 100 percent."""
    with pytest.raises(ValueError, match="work: tax"):
        line("1", 100, percent)
