"""Who comes and with what: customer's name, phone, way of contact, and the vehicle with its VIN and plate.

Pure judgements about what is written of them. Finding out whether a phone can be dialled needs a library's tables
and is done in server/appointments/phones.py; its answer comes back here as a `Phone`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.written import Reason, quoted

LONGEST_NAME = 100
VIN_LENGTH = 17
DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_OVERRIDES = frozenset("\u202d\u202e")
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_SIGNS = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
_VIN_VALUES = dict(zip(_VIN_SIGNS, map(int, "012345678912345678" + "1234579" + "23456789"), strict=True))
_EMAIL_SIGN = r'[^\s@<>,;:"\x00-\x1f\x7f-\x9f]'
_EMAIL = re.compile(rf"{_EMAIL_SIGN}{{1,64}}@{_EMAIL_SIGN}+\.{_EMAIL_SIGN}{{2,}}")
# Half of a given name ("Abd al-Karim", "Abu Bakr"): a greeting without the other half would be wrong.
_HALF_NAMES = frozenset({"عبد", "أبو", "ابو", "أبا", "أم", "ام", "ابن", "بن", "abd", "abdul", "abdel", "abu", "umm"})


class ContactMethod(StrEnum):
    """How a customer wants to be reached."""

    PHONE_CALL = "phone_call"
    TEXT_MESSAGE = "text_message"
    EMAIL = "email"
    WHATSAPP = "whatsapp"


@dataclass(frozen=True)
class Phone:
    """A phone as somebody wrote it.

    Attributes:
        written: as it stands in the file.
        e164: "+19735550121", or None when it cannot be dialled.
        doubt: why not, or None.
    """

    written: str
    e164: str | None
    doubt: Reason | None = None


@dataclass(frozen=True)
class Vehicle:
    """A car as far as the booking tells.

    Attributes:
        vin: 17 characters that can be a VIN (ISO 3779), upper case, or None; only this may look anything up.
        vin_written, plate: as they stand in the file.
    """

    year: int | None = None
    make: str = ""
    model: str = ""
    colour: str = ""
    vin: str | None = None
    vin_written: str = ""
    plate: str = ""


def clean_name(text: str, field: str) -> tuple[str, tuple[Reason, ...]]:
    """The name without what no name has (control characters, NUL, direction marks), and what is doubtful about it.

    Accents, vowel signs, emoji, `=HYPERLINK(...)` and length stay as they are written.
    """
    kept = "".join(_kept(one) for one in text)
    name = " ".join(kept.split())
    doubts = [*_taken_out(text, field)]
    if name[:1] in tuple("=+-@"):
        doubts.append(Reason("name.formula", f"name begins with {name[0]}", field))
    if len(name) > LONGEST_NAME:
        doubts.append(Reason("name.long", f"{field.replace('_', ' ')} has {len(name)} characters", field))
    if any(unicodedata.category(one) == "So" for one in name):
        doubts.append(Reason("name.emoji", "emoji in the name", field))
    return name, tuple(doubts)


def _kept(one: str) -> str:
    if one in "\t\n\r":
        return " "
    return "" if unicodedata.category(one) in ("Cc", "Cs") or one in DIRECTION_MARKS else one


def _taken_out(text: str, field: str) -> list[Reason]:
    what = "appointment number" if field == "number" else "name"
    controls = {one for one in text.strip() if unicodedata.category(one) in ("Cc", "Cs")} - set("\t\n\r")
    reasons = []
    if controls == {"\0"}:
        reasons.append(Reason("name.nul", f"NUL taken out of the {what}", field))
    elif controls:
        reasons.append(Reason("name.control", f"control characters taken out of the {what}", field))
    for mark in sorted(DIRECTION_MARKS.intersection(text)):
        kind = "override" if mark in _OVERRIDES else "mark"
        reasons.append(Reason("name.direction", f"direction {kind} U+{ord(mark):04X} taken out of the {what}", field))
    return reasons


def clean_number(text: str) -> tuple[str, tuple[Reason, ...]]:
    """An appointment number without control characters and direction marks, trimmed; what was taken out is told."""
    return "".join(_kept(one) for one in text).strip(), tuple(_taken_out(text, "number"))


def split_name(written: str) -> tuple[str, str]:
    """First and last name of a name written whole: "Dawn Lucas", or "Lucas, Dawn".

    A word that is only half of a given name keeps the next one: "عبد الكريم المهنا" is "عبد الكريم" and "المهنا".
    """
    last, comma, first = (part.strip() for part in written.partition(","))
    if comma and first:
        return first, last
    word, _, rest = written.strip().partition(" ")
    if word.casefold() in _HALF_NAMES and " " in rest:
        half, _, rest = rest.partition(" ")
        word = f"{word} {half}"
    return word, rest


def check_digit(vin: str) -> str:
    """The character that ISO 3779 and 49 CFR 565 want at the ninth place of these 17 characters."""
    total = sum(weight * _VIN_VALUES[one] for weight, one in zip(_VIN_WEIGHTS, vin, strict=True))
    return "0123456789X"[total % 11]


def read_vin(written: str) -> tuple[str | None, Reason | None]:
    """The VIN that is written, and what is doubtful about it.

    A check digit that does not fit is only a doubt: it is mandatory in North America and China alone. What cannot be a
    VIN at all comes back as None.
    """
    vin = "".join(written.split()).upper()
    if not vin:
        return None, Reason("vin.none", "no VIN", "vin")
    if len(vin) != VIN_LENGTH:
        return None, Reason("vin.length", f"VIN has {len(vin)} characters", "vin")
    strange = [one for one in dict.fromkeys(vin) if one not in _VIN_VALUES]
    if letters := [one for one in strange if one in "IOQ"]:
        which = f"letters {' and '.join(letters)}" if len(letters) > 1 else f"the letter {letters[0]}"
        return None, Reason("vin.letters", f"VIN has {which}", "vin")
    if strange:
        return None, Reason("vin.signs", f"VIN has signs that none has: {quoted(''.join(strange))}", "vin")
    fits = vin[8] == check_digit(vin)
    return vin, None if fits else Reason("vin.check_digit", "VIN check digit does not fit", "vin")


def read_email(written: str) -> tuple[str | None, Reason | None]:
    """The address, or None and why it cannot be one. No address at all is nothing to warn of."""
    address = written.strip()
    if not address:
        return None, None
    if _EMAIL.fullmatch(address):
        return address, None
    return None, Reason("email.impossible", f"e-mail address cannot be one: {quoted(address)}", "email")
