"""Values that a settings file writes in a form of their own: addresses, hours, zones, colours, currencies.

Each function takes what the file has and gives the value, or raises ValueError with the sentence to show.
"""

from __future__ import annotations

import ipaddress
import re
from datetime import time
from itertools import pairwise
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from kiosk.domain.store import Span
from kiosk.tables import meant, shown

GROUND = "#ECF1F2"  # the light page, on which the brand's mark stands
LEAST_CONTRAST = 7.0


def loopback(raw: object) -> str:
    """`listen`: host and port, on this machine only."""
    found = re.fullmatch(r"(?:\[([0-9a-f:]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})", raw) if isinstance(raw, str) else None
    if not found or int(found[3]) > 65535:
        raise ValueError(
            f"must be an address and a port such as 127.0.0.1:8080 (port 0: any free one), not {shown(raw)}"
        )
    host = found[1] or found[2]
    try:
        inside = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise ValueError(
            f"{host} is on the network; the hub itself serves this machine only, and nginx the network; "
            f"use 127.0.0.1:{found[3]}"
        )
    return str(raw)


def web_address(raw: object) -> str:
    """An http or https address without a path; a slash at its end is taken off."""
    try:
        parts = urlsplit(raw if isinstance(raw, str) else "")
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:  # a port that is no number, a bracket left open
        usable = False
    if not usable or parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None:
        raise ValueError(f"must be an address such as http://127.0.0.1:8080, without a path, not {shown(raw)}")
    return f"{parts.scheme}://{parts.netloc}"


def public_address(raw: object) -> str:
    """`public_url`: empty, https, or http on this machine (for a trial)."""
    if raw == "":
        return ""
    address = web_address(raw)
    host = urlsplit(address).hostname or ""
    if address.startswith("http:") and host not in {"localhost", "127.0.0.1", "::1"}:
        raise ValueError(f"must begin with https://: customers' phones open it, and {address} can be read on the way")
    return address


def quiet_hours(raw: object) -> str:
    """Empty, or two times of the day; the second may be on the next morning."""
    hour = r"([01]\d|2[0-3]):[0-5]\d"
    if not isinstance(raw, str) or not re.fullmatch(rf"({hour}-{hour})?", raw):
        raise ValueError(f"must be empty or two times such as 19:00-07:30, not {shown(raw)}")
    return raw


def zone(raw: object) -> ZoneInfo:
    """A time zone by its name in the tz database."""
    try:
        return ZoneInfo(raw)  # type: ignore[arg-type]  # whatever it is: what it does not know, it refuses
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        near = meant(str(raw), available_timezones())
        raise ValueError(f"must be a time zone such as America/New_York, not {shown(raw)}{near}") from None


def colour(raw: object) -> str:
    """A colour that can be read on the light page and with white on it."""
    if not isinstance(raw, str) or not re.fullmatch(r"#[0-9A-Fa-f]{6}", raw):
        raise ValueError(f"must be a colour such as #0E3A47, not {shown(raw)}")
    ratio = contrast(raw, GROUND)
    if ratio < LEAST_CONTRAST:
        raise ValueError(
            f"{raw} is too pale: {ratio:.1f}:1 against the page, and it takes {LEAST_CONTRAST:g}:1; choose a darker one"
        )
    return raw.upper()


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour_text: str) -> float:
    parts = [int(colour_text[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def spans(raw: object) -> tuple[Span, ...]:
    """["07:00-12:00", "13:00-18:00"] in the order of the day, without overlaps; [] is a shut day."""
    if not isinstance(raw, list):
        raise ValueError(
            f'must be a list such as ["07:00-12:00", "13:00-18:00"], or [] for a shut day, not {shown(raw)}'
        )
    found = tuple(_span(each) for each in raw)
    for before, after in pairwise(found):
        if after.opens < before.closes:
            raise ValueError(
                f"{_clock(after)} begins before {_clock(before)} ends; put the hours in order, without overlaps"
            )
    return found


def _span(raw: object) -> Span:
    clock = r"((?:[01]\d|2[0-3]):[0-5]\d)"
    found = re.fullmatch(f"{clock}-{clock}", raw) if isinstance(raw, str) else None
    if not found:
        raise ValueError(f"hours are written 07:00-12:00, from 00:00 to 23:59, not {shown(raw)}")
    opens, closes = time.fromisoformat(found[1]), time.fromisoformat(found[2])
    if closes <= opens:
        raise ValueError(f"{shown(raw)} ends before it begins; hours across midnight are two days' hours")
    return Span(opens, closes)


def _clock(span: Span) -> str:
    return f"{span.opens:%H:%M}-{span.closes:%H:%M}"


def currency(raw: object) -> str:
    """A currency by its ISO 4217 code."""
    from babel.numbers import is_currency

    if not isinstance(raw, str) or not is_currency(raw):
        raise ValueError(f"must be a currency's code such as USD, MXN or SAR, not {shown(raw)}")
    return raw
