"""Phones as people write them, made E.164 with the tables of libphonenumber. The only file that knows that library."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kiosk.domain.codes import western_digits
from kiosk.domain.people import Phone
from kiosk.domain.written import Reason

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

LONGEST_WRITTEN = 100


class PhoneReader:
    """Reads phones of one country."""

    def __init__(self, country: str, old_prefixes: tuple[str, ...] = ()) -> None:
        """`country`: of numbers without a country code; `old_prefixes`: beginnings that are valid no more ("044")."""
        import phonenumbers

        self._library = phonenumbers
        self._country = country
        self._old = old_prefixes

    def read(self, written: str, column: str) -> Phone:
        """The phone with its E.164 form, or with the reason why it has none; `column` is for the reason."""
        digits = re.sub(r"\D", "", western_digits(written))
        for prefix in self._old:
            if digits.startswith(prefix):
                said = f"phone written with the old prefix {prefix}, not valid any more"
                return Phone(written, None, Reason("phone.old_prefix", said, column))
        number = self._parsed(written)
        if number is None:
            return Phone(written, None, Reason("phone.not_a_number", "phone is not a number", column))
        if self._library.is_valid_number(number):
            return Phone(written, self._library.format_number(number, self._library.PhoneNumberFormat.E164))
        return Phone(written, None, self._doubt(number, column))

    def _parsed(self, written: str) -> PhoneNumber | None:
        if len(written) > LONGEST_WRITTEN:
            return None
        try:
            return self._library.parse(written, self._country)
        except self._library.NumberParseException:
            return None

    def _doubt(self, number: PhoneNumber, column: str) -> Reason:
        possible = self._library.is_possible_number_with_reason(number)
        result = self._library.ValidationResult
        if possible == result.IS_POSSIBLE_LOCAL_ONLY:
            return Reason("phone.no_area_code", "phone has no area code", column)
        if possible == result.TOO_SHORT:
            return Reason("phone.short", "phone has too few digits", column)
        if possible in (result.TOO_LONG, result.INVALID_LENGTH):
            return Reason("phone.long", "phone has too many digits", column)
        return Reason("phone.impossible", f"phone cannot be dialled in {self._country}", column)


def country_code(e164: str) -> str:
    """The digits of the country that a number in E.164 form begins with, "" where it is none."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    digits = e164[1:] if e164.startswith("+") and e164[1:].isascii() and e164[1:].isdecimal() else ""
    # No country begins as another does, and none has more than three digits; reading the whole takes ten times as long.
    return next((digits[:n] for n in (1, 2, 3) if digits[n:] and int(digits[:n]) in COUNTRY_CODE_TO_REGION_CODE), "")
