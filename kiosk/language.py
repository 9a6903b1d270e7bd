"""The product's words: catalogues in English, Spanish and Arabic, plurals, times, dates, money, and bidi isolates.

A message is asked for by its id ("scan.headline"); whatever is put into it is isolated, so a ticket number or a plate
never turns round inside Arabic. Reading the .po files is catalogue.py, how words look is typeset.py.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING

from babel.dates import format_date
from babel.numbers import get_currency_precision

from kiosk.catalogue import catalogue
from kiosk.errors import KioskError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

CODES = ("en", "es", "ar")

LEFT_TO_RIGHT, RIGHT_TO_LEFT, FIRST_STRONG, POP = "\u2066", "\u2067", "\u2068", "\u2069"
NO_BREAK = "\u00a0"

_OWN_NAMES = {"en": "English", "es": "Español", "ar": "العربية"}
_DAY_PATTERNS = {"en": "EEE MMM d", "es": "EEEE d MMM", "ar": "EEEE d MMMM"}
_DATE_PATTERNS = {"en": "MMM d, y", "es": "d MMM y", "ar": "d MMMM y"}
_NOON_MARKS = {"en": ("AM", "PM"), "es": ("a.\u00a0m.", "p.\u00a0m."), "ar": ("ص", "م")}
# Where customers write a plain "$". Everywhere else the code stands in front: it cannot be taken for another money.
_DOLLAR_SIGN = {"USD", "MXN"}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_OVERRIDES = re.compile("[\u202a-\u202e\u200e\u200f\u061c]")
_ISOLATES = re.compile("[\u2066-\u2069]")
_DIGITS = re.compile(r"\d+")


class Ltr(str):
    """A value that reads left to right in every language: ticket, phone, plate, VIN, price, time, address."""

    __slots__ = ()


class UnknownLanguage(KioskError):
    """A language that the product does not speak."""


class MessageMissing(LookupError):
    """A message id that no catalogue of the language has, or a value that its text needs and did not get."""


class Language:
    """One language of the product with the store's clock. Get one with `language(code)`.

    Attributes:
        code: "en", "es" or "ar".
        direction: "ltr" or "rtl".
        own_name: how the language writes its own name.
        clock: "24h" or "12h".
    """

    def __init__(self, code: str, clock: str) -> None:
        self.code = code
        self.direction = "rtl" if code == "ar" else "ltr"
        self.own_name = _OWN_NAMES[code]
        self.clock = clock
        self._messages, self._form_of = catalogue(code)

    @property
    def is_rtl(self) -> bool:
        """Whether lines begin at the right."""
        return self.direction == "rtl"

    def __repr__(self) -> str:
        return f"language({self.code!r}, clock={self.clock!r})"

    def __contains__(self, message_id: str) -> bool:
        return message_id in self._messages

    def text(self, message_id: str, /, **values: object) -> str:
        """The message with its values, each in an isolate of its own.

        A number and an `Ltr` read left to right, any other string as its own first letter says. Values may be texts
        of this class. Values that the message does not use are ignored.

        Raises:
            MessageMissing: no such message, or a value that it needs is not there.
        """
        message = self._message(message_id)
        if isinstance(message, tuple):
            raise MessageMissing(f"{message_id}: has plural forms; ask with plural()")
        return self._filled(message_id, message, values)

    def plural(self, message_id: str, n: int, /, **values: object) -> str:
        """The message in the form for `n`, which stands in it as {n}.

        Zero takes the message `<message_id>.zero` where there is one: "none" is a sentence of its own in every
        language, also in those whose grammar has no form for it.

        Raises:
            MessageMissing: as `text`, or the message has no plural forms.
        """
        zero = self._messages.get(f"{message_id}.zero")
        if n == 0 and isinstance(zero, str):
            return self._filled(f"{message_id}.zero", zero, {"n": n, **values})
        forms = self._message(message_id)
        if isinstance(forms, str):
            raise MessageMissing(f"{message_id}: has no plural forms; ask with text()")
        return self._filled(message_id, forms[self._form_of(n)], {"n": n, **values})

    def time(self, at: dt.datetime, zone: ZoneInfo) -> str:
        """The time of day on the wall of `zone`: 15:30, or 3:30 PM, 3:30 p. m., 3:30 م with the 12-hour clock.

        An `Ltr`, but for Arabic with the 12-hour clock: its mark stands outside the isolate that holds the digits.
        """
        local = at.astimezone(zone)
        if self.clock == "24h":
            return Ltr(f"{local:%H:%M}")
        digits, mark = f"{local.hour % 12 or 12}:{local:%M}", _NOON_MARKS[self.code][local.hour // 12]
        if self.is_rtl:
            return f"{LEFT_TO_RIGHT}{digits}{POP}{NO_BREAK}{mark}"
        return Ltr(f"{digits}{NO_BREAK}{mark}")

    def day(self, at: dt.datetime, zone: ZoneInfo, today: dt.date) -> str:
        """Today, Tomorrow, Yesterday, or the day by name: Tue Nov 24, martes 24 nov, الثلاثاء 24 نوفمبر.

        The year stands only where it is not the year of `today`.
        """
        on = at.astimezone(zone).date()
        near = {0: "day.today", 1: "day.tomorrow", -1: "day.yesterday"}.get((on - today).days)
        if near is not None:
            return self.text(near)
        return self.day_and_date(on) if on.year != today.year else self._dated(on, _DAY_PATTERNS[self.code])

    def day_and_time(self, at: dt.datetime, zone: ZoneInfo, today: dt.date) -> str:
        """The day as `day` says it, and the time: "Today, 15:30"."""
        return self.text("day.and_time", day=self.day(at, zone, today), time=self.time(at, zone))

    def date(self, on: dt.date) -> str:
        """A date with its year: Nov 24, 2026, 24 nov 2026, 24 نوفمبر 2026."""
        return self._dated(on, _DATE_PATTERNS[self.code])

    def weekday(self, on: dt.date) -> str:
        """The day of the week: Tue, martes, الثلاثاء."""
        return self._dated(on, _DAY_PATTERNS[self.code].split()[0])

    def day_and_date(self, on: dt.date) -> str:
        """A date with its weekday and year, as papers have it: Tue Nov 24, 2026; in Arabic in digits, 2026-11-24."""
        if self.is_rtl:
            return f"{format_date(on, 'EEEE', locale=self.code)} {LEFT_TO_RIGHT}{on.isoformat()}{POP}"
        separator = ", " if self.code == "en" else " "
        return f"{self._dated(on, _DAY_PATTERNS[self.code])}{separator}{on.year}"

    def money(self, cents: int, currency: str) -> Ltr:
        """An amount in minor units of an ISO 4217 currency: $3,480.00, SAR 690.00, KWD 1.250."""
        digits = get_currency_precision(currency)
        amount = f"{Decimal(abs(cents)).scaleb(-digits):,.{digits}f}"
        sign = "-" if cents < 0 else ""
        if currency in _DOLLAR_SIGN:
            return Ltr(f"{sign}${amount}")
        return Ltr(f"{sign}{currency}{NO_BREAK}{amount}")

    def number(self, n: float | Decimal) -> Ltr:
        """A number in digits 0-9 with commas for thousands: 30,000. Decimals as they are, without idle zeros."""
        if isinstance(n, int):
            return Ltr(f"{n:,}")
        whole, _, rest = f"{Decimal(str(n)):,f}".partition(".")
        rest = rest.rstrip("0")
        return Ltr(f"{whole}.{rest}" if rest else whole)

    def _message(self, message_id: str) -> str | tuple[str, ...]:
        try:
            return self._messages[message_id]
        except KeyError:
            raise MessageMissing(f"{message_id}: no such message in locale/{self.code}/*.po") from None

    def _filled(self, message_id: str, message: str, values: dict[str, object]) -> str:
        def isolated(match: re.Match[str]) -> str:
            try:
                value = values[match[1]]
            except KeyError:
                raise MessageMissing(f"{message_id}: needs a value for {{{match[1]}}}") from None
            if isinstance(value, int | float | Decimal):
                value = self.number(value)
            return f"{self._opening(value)}{harmless(str(value))}{POP}"

        return _PLACEHOLDER.sub(isolated, message)

    def _opening(self, value: object) -> str:
        if isinstance(value, Ltr):
            return LEFT_TO_RIGHT
        # A text of ours may have no letter outside its own isolates ("{day}, {time}"): then no letter is the first.
        return RIGHT_TO_LEFT if self.is_rtl and _ISOLATES.search(str(value)) else FIRST_STRONG

    def _dated(self, on: dt.date, pattern: str) -> str:
        words = format_date(on, pattern, locale=self.code)
        return _DIGITS.sub(f"{LEFT_TO_RIGHT}\\g<0>{POP}", words) if self.is_rtl else words


def language(code: str, *, clock: str = "24h") -> Language:
    """The language with this code, made once.

    Raises:
        UnknownLanguage: the code is none of CODES.
        CatalogueBroken: one of its .po files cannot be used.
    """
    if code not in CODES:
        raise UnknownLanguage(f"language {code!r}: not spoken here; choose one of {', '.join(CODES)}")
    if clock not in {"24h", "12h"}:
        raise ValueError(f"clock {clock!r}: choose 24h or 12h")
    return _made(code, clock)


@functools.cache
def _made(code: str, clock: str) -> Language:
    return Language(code, clock)


def plain(text: str) -> str:
    """The text without isolates: for a voice, a log or a comparison."""
    return _ISOLATES.sub("", text)


def harmless(value: str) -> str:
    """A value that cannot act on the sentence around it, whoever typed it.

    Control characters and line ends become spaces, marks that turn the direction are taken out, and so are isolates
    unless each one that opens also closes.
    """
    if value.isprintable():  # none of these is
        return value
    value = _OVERRIDES.sub("", value)
    value = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in value)
    return value if _balanced(value) else plain(value)


def _balanced(value: str) -> bool:
    depth = 0
    for mark in _ISOLATES.findall(value):
        depth += -1 if mark == POP else 1
        if depth < 0:
            return False
    return depth == 0
