"""What the delivery papers say: customer, car, lines of work with prices and taxes, warranty, next visit.

Money is exact: whole cents, rounded half up once per line and nowhere else. The page itself is the hub's template.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

MOST_QUANTITY = 1_000_000
QUANTITY_PLACES = 3
PERCENT_PLACES = 4
MOST_PERCENT = 100


@dataclass(frozen=True)
class Line:
    """One piece of work or part.

    Attributes:
        text: in the customer's language or words.
        quantity: from 0 to 1,000,000 with at most 3 decimals.
        unit_cents: price of one before tax, in minor units of the currency; negative for a reduction.
        tax_percent: 0 to 100 with at most 4 decimals, for example Decimal("8.875").
        warranty: what is promised for this line, or None.

    Raises:
        ValueError: names the line and the value that is out of range.
    """

    text: str
    quantity: Decimal
    unit_cents: int
    tax_percent: Decimal
    warranty: str | None = None

    def __post_init__(self) -> None:
        if not _is_within(self.quantity, MOST_QUANTITY, QUANTITY_PLACES):
            raise ValueError(f"{self.text}: quantity {self.quantity}: from 0 to 1,000,000 with at most 3 decimals")
        if not _is_within(self.tax_percent, MOST_PERCENT, PERCENT_PLACES):
            raise ValueError(f"{self.text}: tax {self.tax_percent} %: from 0 to 100 with at most 4 decimals")

    @property
    def amount_cents(self) -> int:
        """Quantity times price, before tax, rounded half up."""
        return _half_up(self.quantity * self.unit_cents)

    @property
    def tax_cents(self) -> int:
        """The tax on the rounded amount, rounded half up."""
        return _half_up(self.amount_cents * self.tax_percent / 100)


@dataclass(frozen=True)
class TaxTotal:
    """What one tax rate comes to: on how much, and how much."""

    percent: Decimal
    base_cents: int
    tax_cents: int


@dataclass(frozen=True)
class Totals:
    """The sums under the lines: `subtotal_cents` before tax, the taxes by rate (lowest first), and `total_cents`."""

    subtotal_cents: int
    taxes: tuple[TaxTotal, ...]
    total_cents: int


def totals(lines: tuple[Line, ...]) -> Totals:
    """Sums of the lines' own rounded cents, so that whoever adds up the printed figures comes to the same.

    The subtotal is the sum of the amounts, the taxes add up to the sum of the lines' taxes, and the total to both.
    """
    rates: defaultdict[Decimal, list[Line]] = defaultdict(list)
    for line in lines:
        rates[line.tax_percent].append(line)
    taxes = tuple(
        TaxTotal(percent, sum(line.amount_cents for line in taxed), sum(line.tax_cents for line in taxed))
        for percent, taxed in sorted(rates.items())
    )
    subtotal = sum(line.amount_cents for line in lines)
    return Totals(subtotal, taxes, subtotal + sum(tax.tax_cents for tax in taxes))


@dataclass(frozen=True)
class NextVisit:
    """What is due next and about when."""

    work: str
    on: date


@dataclass(frozen=True)
class Delivery:
    """The delivery papers of one visit, in the customer's language.

    Attributes:
        language: "en", "es" or "ar".
        clock: "24h" or "12h".
        zone: the shop's.
        currency: ISO 4217 code of all cents.
        store, store_address, store_phone, store_registration: as they stand on an invoice; empty = left out.
        number: the ticket, "A-012".
        appointment_number: as the dealer's own system numbers it, or None.
        customer: name, or None when it has been erased or was never given.
        vehicle: car in short, or None.
        plate, vin: or None.
        advisor: who looked after the customer, or None.
        arrived_at, handed_over_at: hand-over is None until the car is given back.
        printed_at: now.
        lines: what was done; without any, the papers say so in a sentence (`delivery.nothing_to_charge`).
        next_visit: or None.
        is_copy: whether these papers were printed before.
    """

    language: str
    clock: str
    zone: ZoneInfo
    currency: str
    store: str
    number: str
    arrived_at: datetime
    printed_at: datetime
    store_address: str = ""
    store_phone: str = ""
    store_registration: str = ""
    appointment_number: str | None = None
    customer: str | None = None
    vehicle: str | None = None
    plate: str | None = None
    vin: str | None = None
    advisor: str | None = None
    handed_over_at: datetime | None = None
    lines: tuple[Line, ...] = ()
    next_visit: NextVisit | None = None
    is_copy: bool = False

    @property
    def totals(self) -> Totals:
        """Of all lines."""
        return totals(self.lines)

    @property
    def warranties(self) -> tuple[tuple[str, str], ...]:
        """(text of the line, its warranty) for each line that has one."""
        return tuple((line.text, line.warranty) for line in self.lines if line.warranty)


def _half_up(cents: Decimal) -> int:
    return int(cents.to_integral_value(rounding=ROUND_HALF_UP))


def _is_within(number: Decimal, most: int, places: int) -> bool:
    return number.is_finite() and 0 <= number <= most and number == round(number, places)
