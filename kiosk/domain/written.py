"""How dates, times and numbers stand written in somebody's file, and why a written thing is refused or doubted.

A reader answers with the value or with a `Reason`; it never guesses: order of the date, clock and zone are told to it.
What the values mean for an appointment is decided in appointment.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from kiosk.domain.codes import western_digits

EARLIEST_YEAR, LATEST_YEAR = 2000, 2099
SHOWN_LENGTH = 40
LONGEST_TEXT = 10_000
NOON = 12
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?\s*(\D*)")
_ISO = re.compile(r"""(?xi) ( \d{4}-\d{2}-\d{2} )
    (?: [T\ ] ( \d{2}:\d{2} (?: :\d{2} (?:[.,]\d{1,6})? )? ) \s* ( Z | [+-]\d{2}:?\d{2} )? )?""")
_DATE_PARTS = {
    "YYYY": r"(?P<year>\d{4})",
    "YY": r"(?P<short>\d{2})",
    "MM": r"(?P<month>\d{WIDTH})",
    "DD": r"(?P<day>\d{WIDTH})",
}


@dataclass(frozen=True)
class Reason:
    """Why something is refused, or stands with a warning.

    Attributes:
        code: for machines ("time.none"); stable.
        text: the same for people, in English; it may quote what is written, cut to 40 characters.
        field: which field it is about ("vin"), or a column as the file names it; None = the row as a whole.
    """

    code: str
    text: str
    field: str | None = None


@dataclass(frozen=True)
class Clock:
    """How times of day are written.

    Attributes:
        kinds: "12h" (with a word for a.m. or p.m.), "24h", or both.
        am, pm: those words, folded; `ignored`: words that may follow a time and say nothing ("hrs").
    """

    kinds: tuple[str, ...] = ("24h",)
    am: tuple[str, ...] = ("am", "a.m.")
    pm: tuple[str, ...] = ("pm", "p.m.")
    ignored: tuple[str, ...] = ()


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """The form in which words are compared: any case, width, spacing, and the same digits everywhere."""
    return " ".join(western_digits(unicodedata.normalize("NFKC", text)).casefold().split())


def storable(text: str) -> str:
    """The text as it may be kept: trimmed, cut to 10,000 characters, without NUL and halves of characters.

    No database and no wire takes those two, and nobody has ever written them on purpose.
    """
    return re.sub("[\0\ud800-\udfff]", "", text).strip()[:LONGEST_TEXT]


def quoted(text: str) -> str:
    """The text as a reason may quote it: one line, at most 40 characters."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN_LENGTH else line[: SHOWN_LENGTH - 1] + "…"


def read_date(text: str, patterns: tuple[str, ...]) -> date | Reason:
    """The day that `text` names by one of `patterns`.

    In "MM/DD/YYYY" leading zeros may be absent, in "YYYYMMDD" they may not; "YY" is 20YY.
    """
    plain = western_digits(text).strip()
    if not plain:
        return Reason("date.none", "no date", "date")
    for pattern in patterns:
        if found := _date_regex(pattern).fullmatch(plain):
            return _day(found.groupdict(), text)
    if not any(one.isdigit() for one in plain):
        return Reason("date.none", f"no date (the cell says '{quoted(text)}')", "date")
    return Reason("date.unreadable", f"date is not {' or '.join(patterns)}: {quoted(text)}", "date")


def _day(parts: Mapping[str, str], text: str) -> date | Reason:
    year = int(parts["year"]) if "year" in parts else 2000 + int(parts["short"])
    try:
        day = date(year, int(parts["month"]), int(parts["day"]))
    except ValueError:
        return Reason("date.impossible", f"date does not exist: {quoted(text)}", "date")
    return day if EARLIEST_YEAR <= year <= LATEST_YEAR else _out_of_range(text)


def _out_of_range(text: str) -> Reason:
    return Reason("date.range", f"date is not between {EARLIEST_YEAR} and {LATEST_YEAR}: {quoted(text)}", "date")


@lru_cache(maxsize=64)
def _date_regex(pattern: str) -> re.Pattern[str]:
    width = "1,2" if re.search(r"[^YMD]", pattern) else "2"
    pieces = re.split(r"(YYYY|YY|MM|DD)", pattern)
    return re.compile("".join(_DATE_PARTS.get(one, re.escape(one)).replace("WIDTH", width) for one in pieces))


def read_time(text: str, clock: Clock) -> time | Reason:
    """The time of day that `text` names on `clock`."""
    plain = western_digits(text).strip()
    found = _TIME.fullmatch(plain)
    if not found and not any(one.isdigit() for one in plain):
        return Reason("time.none", f"no time (the cell says '{quoted(text)}')" if plain else "no time", "time")
    word = fold(found[4]) if found else ""
    twelve = "12h" in clock.kinds and word in (*clock.am, *clock.pm)
    if not found or not (twelve or word in ("", *clock.ignored)):
        return Reason("time.unreadable", f"time cannot be read: {quoted(text)}", "time")
    try:
        told = time(int(found[1]), int(found[2]), int(found[3] or 0))
    except ValueError:
        told = None
    if told is None or (twelve and not 1 <= told.hour <= NOON):
        return Reason("time.impossible", f"time does not exist: {quoted(text)}", "time")
    if twelve:
        return told.replace(hour=told.hour % NOON + (NOON if word in clock.pm else 0))
    return told if "24h" in clock.kinds else Reason("time.no_half", f"time has no AM or PM: {quoted(text)}", "time")


def read_instant(text: str, zone: ZoneInfo) -> tuple[datetime, Reason | None] | Reason:
    """The UTC instant of an ISO 8601 date and time; without an offset it is on the wall clock of `zone`.

    Beside the instant stands a warning, if there is one (see `on_wall_clock`).
    """
    plain = western_digits(text).strip()
    found = _ISO.fullmatch(plain)
    if not found:
        said = f"date and time cannot be read: {quoted(text)}" if plain else "no date"
        return Reason("date.unreadable" if plain else "date.none", said, "starts")
    day = read_date(found[1], ("YYYY-MM-DD",))
    if isinstance(day, Reason):
        return replace(day, field="starts")
    if not found[2]:
        return Reason("time.none", "no time", "starts")
    try:
        clock = time.fromisoformat(found[2].replace(",", "."))
        offset = datetime.fromisoformat(f"{found[1]}T00:00:00{found[3].upper()}").tzinfo if found[3] else None
    except ValueError:
        return Reason("time.impossible", f"time does not exist: {quoted(found[2])}", "starts")
    return (datetime.combine(day, clock, offset).astimezone(UTC), None) if offset else on_wall_clock(day, clock, zone)


def on_wall_clock(day: date, clock: time, zone: ZoneInfo) -> tuple[datetime, Reason | None] | Reason:
    """The UTC instant when clocks in `zone` show this; refused in the hour that is skipped in spring.

    In the hour that comes twice in autumn the first one is meant, with a warning.
    """
    local = datetime.combine(day, clock, zone)
    instant = local.astimezone(UTC)
    shown = clock.isoformat("minutes")
    if instant.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        said = f"time does not exist in {zone.key} on {day} (clocks go forward): {shown}"
        return Reason("time.skipped", said, "time")
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        said = f"time comes twice in {zone.key} on {day} (clocks go back); the first is taken: {shown}"
        return instant, Reason("time.twice", said, "time")
    return instant, None
