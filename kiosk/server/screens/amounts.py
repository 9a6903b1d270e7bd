"""Figures as people type them into the lines of work, in any script's digits: quantities, prices, taxes.

A figure that could be read in two ways is read in one and shown again beside the totals while it is typed.
"""

from __future__ import annotations

import re
from decimal import Decimal

from babel.numbers import get_currency_precision

from kiosk.domain.codes import western_digits

_SPACES = re.compile(r"[\s\u00a0\u202f'\u2019\u2066-\u2069]+")
_MARKS = {"\u066b": ".", "\u066c": ",", "\u060c": ",", "\u2212": "-", "\u2013": "-", "\u066a": "%"}
GROUP = 3


def number(written: str, *, groups: bool = False) -> Decimal | None:
    """The number that was typed, or None if it is none.

    Where both `.` and `,` stand, the last one is the decimal mark and the other one parts thousands. A point alone is a
    decimal mark; a comma alone is one too, unless `groups` and it stands before exactly three digits: 1,250.
    """
    text = _SPACES.sub("", western_digits(written.strip()))
    for mark, plain in _MARKS.items():
        text = text.replace(mark, plain)
    if not re.fullmatch(r"-?[0-9.,]*[0-9][0-9.,]*", text):
        return None
    last = max(text.rfind("."), text.rfind(","))
    if last < 0:
        return Decimal(text)
    whole, mark, rest = text[:last], text[last], text[last + 1 :]
    if mark in whole or (mark == "," and "." not in whole and groups and len(rest) == GROUP):
        return _ungrouped(text, mark)
    ungrouped = _ungrouped(whole, "," if mark == "." else ".")
    return (
        Decimal(f"{whole.replace(',', '').replace('.', '') or '0'}.{rest}") if ungrouped is not None and rest else None
    )


def cents(written: str, currency: str) -> int | None:
    """An amount in minor units of the currency, or None: no amount, or more decimals than the currency has."""
    places = get_currency_precision(currency)
    plain = re.sub(rf"(?i)^{re.escape(currency)}|\$", "", written.strip())
    found = number(plain, groups=True)
    if found is None:
        return None
    scaled = found.scaleb(places)
    return int(scaled) if scaled == scaled.to_integral_value() else None


def percent(written: str) -> Decimal | None:
    """A tax rate; an empty one is none at all."""
    text = written.strip().strip("%\u066a").strip()
    return number(text) if text else Decimal(0)


def _ungrouped(whole: str, mark: str) -> Decimal | None:
    """A whole number whose marks part thousands; None if they do not."""
    digits = whole.removeprefix("-") or "0"
    if re.fullmatch(r"[0-9]+", digits) or re.fullmatch(rf"[0-9]{{1,3}}({re.escape(mark)}[0-9]{{3}})+", digits):
        number = Decimal(digits.replace(mark, ""))
        return -number if whole.startswith("-") else number
    return None
