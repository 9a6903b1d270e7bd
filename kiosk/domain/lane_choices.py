"""What a customer can choose from at a lane, and how little of a contact is shown: codes, never words.

The words stand in the catalogue (locale/*/lane.po). How the conversation uses them is in lane_answers.py.
"""

from __future__ import annotations

import re

from kiosk.domain.codes import western_digits
from kiosk.domain.facts import Transport

CONCERNS = ("service", "noise", "warning_light", "brakes", "tires", "battery", "climate", "drives_oddly")
"""The short list of what is to be looked at."""

METHODS = ("text_message", "phone_call", "email", "whatsapp", "none")
"""Preferred ways of contact; `none`: none of these, which is an answer too (S11)."""

WAYS = tuple(one.value for one in Transport)
"""What the customer does while we work on the car (S07, S16)."""

LEAST_PHONE, LONGEST_PHONE = 7, 15
LONGEST_EMAIL, LONGEST_WORDS = 80, 160
HIDDEN = "•"
_PHONE = re.compile(rf"\+?([ ().-]*[0-9]){{{LEAST_PHONE},{LONGEST_PHONE}}}[ ().-]*")
_EMAIL = re.compile(r"[a-z0-9._+-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}")
_WRITTEN: tuple[tuple[Transport, str], ...] = (
    (Transport.WAIT, r"\bwait|\bin.?house|espera|ينتظر|انتظار"),
    (Transport.SHUTTLE, r"shuttle|traslado|\bvan\b|حافلة"),
    (Transport.LOANER, r"loan|rental|courtesy car|auto de cortes|préstamo|prestamo|بديلة"),
    (Transport.RIDE, r"\bride|taxi|uber|lyft|أجرة"),
    (Transport.PICKED_UP, r"pick.?ed? ?up|drop|pasan por|يوصل"),
)


def read_transport(written: str) -> Transport | None:
    """What a booking's own words for transport mean, or None where that is not sure."""
    found = {way for way, words in _WRITTEN if re.search(words, written.casefold())}
    return found.pop() if len(found) == 1 else None


def is_phone(text: str) -> bool:
    """Can this be a telephone number? Whether it can be dialled is found out by the hub."""
    return _PHONE.fullmatch(western_digits(text).strip()) is not None


def is_email(text: str) -> bool:
    """Can this be an e-mail address?"""
    return len(text) <= LONGEST_EMAIL and _EMAIL.fullmatch(text.lower()) is not None


def masked_phone(text: str, country: str = "") -> str:
    """The number with all but its last two digits hidden, after its country's code where that is known."""
    digits = "".join(one for one in western_digits(text) if one.isdigit()).removeprefix(country)
    if len(digits) < LEAST_PHONE - 1:
        return ""
    hidden = HIDDEN * (len(digits) - 2) + digits[-2:]
    groups = [hidden[at : at + 3] for at in range(0, len(hidden) - 4, 3)]
    said = " ".join([*groups, hidden[3 * len(groups) :]])
    return f"+{country} {said}" if country else said


def masked_email(text: str) -> str:
    """The address with all but its first letter and its host hidden."""
    name, at, host = text.partition("@")
    return f"{name[:1]}{HIDDEN * 4}@{host}" if name and at and host else ""
