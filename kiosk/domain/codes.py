"""What a scanned or typed code may be: a token of ours, a number that was typed, or something of another system.

A token is 26 characters of Crockford's base 32 and says nothing by itself; the hub keeps only its SHA-256.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TOKEN_LENGTH = 26
DIGITS_LENGTH = 8
LONGEST_CODE = 4296
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})
_TOKEN = re.compile(rf"[0-7][{ALPHABET}]{{{TOKEN_LENGTH - 1}}}")
_URL = re.compile(r"(?:https?://)?([^/\s]+)/c/([^/?#\s]+)/?", re.IGNORECASE)


@dataclass(frozen=True)
class OurToken:
    """A token in canonical form, and the host it was shown under (lower case), if it came in an address."""

    token: str
    host: str | None = None


@dataclass(frozen=True)
class ForeignCode:
    """A code of another system. Its text is not kept."""


def read_code(text: str) -> OurToken | ForeignCode:
    """Read a scanned text: bare token or `HTTPS://HOST/C/<token>`, any case, `i l o` as `1 1 0`."""
    stripped = text.strip()
    if len(stripped) > LONGEST_CODE:
        return ForeignCode()
    address = _URL.fullmatch(stripped)
    host, written = (address[1].lower(), address[2]) if address else (None, stripped)
    token = written.upper().translate(_READ_AS)
    return OurToken(token, host) if _TOKEN.fullmatch(token) else ForeignCode()


def token_from_bits(bits: int) -> str:
    """The token of a random number of 128 bits (drawn by the caller from `secrets`)."""
    return "".join(ALPHABET[(bits >> shift) & 31] for shift in range(125, -1, -5))


def western_digits(text: str) -> str:
    """The text with every decimal digit of any script as 0-9: people type ٠-٩ and ۰-۹ too."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.digit(one)) if one.isdecimal() else one for one in text)


def typed_digits(text: str) -> str | None:
    """The eight digits that stand below a code, or None. Spaces and hyphens between them do not matter."""
    digits = re.sub(r"[\s-]", "", western_digits(text))
    return digits if re.fullmatch(r"[0-9]{8}", digits) else None


def typed_number(number: str, phone_end: str) -> str | None:
    """The canonical form of an appointment number with the last four digits of the phone, or None."""
    end = western_digits(phone_end).strip()
    plain = western_digits(number).strip().upper()
    return f"{plain}/{end}" if plain and re.fullmatch(r"[0-9]{4}", end) else None
