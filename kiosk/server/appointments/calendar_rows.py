"""iCalendar (RFC 5545): one record for each VEVENT, its line that of BEGIN:VEVENT.

Events are cut apart first, so that a broken one costs only itself; each is then read by the icalendar library.
"""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from kiosk.domain.written import Reason, fold, on_wall_clock, quoted
from kiosk.server.appointments.errors import Unreadable
from kiosk.server.appointments.profiles import FIELDS, Profile
from kiosk.server.appointments.record import Parsed, Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo

    from icalendar import Event

    from kiosk.server.appointments.content import Content

CUT_OUT = ("VEVENT", "VTIMEZONE")
INSTANTS = ("starts", "promise", "stamped")
REPEATS = ("RRULE", "RDATE", "RECURRENCE-ID")
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?")


@dataclass(frozen=True)
class Piece:
    """The lines of one VEVENT or VTIMEZONE; `closed`: its END is there; `method`: that of its calendar."""

    kind: str
    line: int
    text: str
    closed: bool
    method: str


@dataclass
class _Cutter:
    """Cuts a calendar's lines into pieces."""

    method: str = ""
    kind: str = ""
    begun: int = 0
    lines: list[str] = field(default_factory=list)

    def feed(self, number: int, line: str) -> Iterator[Piece]:
        """The piece that this line ends, if it ends one."""
        word = line.strip("\r\n").upper()
        if word in (f"BEGIN:{kind}" for kind in CUT_OUT):
            yield from self.cut(closed=False)
            self.kind, self.begun, self.lines = word[6:], number, [line]
        elif self.kind:
            self.lines.append(line)
            if word == f"END:{self.kind}":
                yield from self.cut(closed=True)
        elif word.startswith(("METHOD:", "BEGIN:VCALENDAR")):
            self.method = word.partition("METHOD:")[2].strip()

    def cut(self, *, closed: bool) -> Iterator[Piece]:
        """The piece that is open, if one is."""
        if self.kind:
            yield Piece(self.kind, self.begun, "".join(self.lines), closed, self.method)
        self.kind = ""


def pieces(text: str) -> Iterator[Piece]:
    """The events and time zones of a calendar file, in order."""
    cutter = _Cutter()
    for number, line in enumerate(io.StringIO(text, newline=""), 1):
        yield from cutter.feed(number, line)
    yield from cutter.cut(closed=False)


def fits(content: Content, profile: Profile) -> bool:
    """Every calendar fits every calendar profile."""
    return bool(profile) and content.looks_like() == "ics"


def parse(content: Content, profile: Profile) -> Parsed:
    """A record for each event.

    Raises:
        Unreadable: no calendar, or not in the profile's encoding.
    """
    text = content.text(profile.file.encoding)
    if content.looks_like() != "ics":
        raise Unreadable(content.file, "is no calendar: it does not begin with BEGIN:VCALENDAR")
    found = list(pieces(text))
    zones = Zones(piece for piece in found if piece.kind == "VTIMEZONE")
    columns = {name: profile.headers(name) for name in FIELDS if profile.headers(name)}
    events = (piece for piece in found if piece.kind == "VEVENT")
    return Parsed(columns, (_record(piece, columns, zones) for piece in events))


class Zones:
    """The time zones that a file names: of the world's list, by a vendor's or Windows name, or defined in the file."""

    def __init__(self, definitions: Iterable[Piece]) -> None:
        """`definitions`: the file's VTIMEZONEs; one that cannot be read is passed over."""
        from icalendar import Timezone
        from icalendar.timezone import TZP

        self._provider = TZP()
        for piece in definitions:
            try:
                self._provider.cache_timezone_component(Timezone.from_ical(piece.text))
            except Exception:  # noqa: BLE001, S112 - the library fails in many ways; an event that needs the zone is refused
                continue

    def get(self, name: str) -> tzinfo | None:
        """The zone, or None when nobody knows it."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that /vendor/America/New_York is taken for America/New_York
            found: tzinfo | None = self._provider.timezone(name)
        return found


def _record(piece: Piece, columns: dict[str, tuple[str, ...]], zones: Zones) -> Record:
    event = _event(piece)
    if event is None:
        what = "calendar entry cannot be read" if piece.closed else "calendar entry is never closed"
        return Record(piece.line, {}, Reason("row.broken", what))
    labels = _labels(_text(event, "DESCRIPTION"))
    values = {each: [_value(event, each, labels)] for columns_ in columns.values() for each in columns_}
    start_fault = None
    for name in INSTANTS:
        for each in columns.get(name, ()):
            moment = _moment(event, each, zones)
            values[each] = [moment] if isinstance(moment, str) else [""]
            start_fault = moment if name == "starts" and isinstance(moment, Reason) else start_fault
    cancelled_by = "METHOD:CANCEL" if piece.method == "CANCEL" else ""
    repeats = next((each for each in REPEATS if each in event), None)
    fault = (
        Reason("row.repeats", "event repeats; each appointment needs an event of its own", repeats) if repeats else None
    )
    return Record(piece.line, values, fault, start_fault, cancelled_by)


def _event(piece: Piece) -> Event | None:
    from icalendar import Event

    if not piece.closed:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = Event.from_ical(piece.text)
    except Exception:  # noqa: BLE001 - the library fails in many ways, and any of them makes this one entry unreadable
        return None
    return found if isinstance(found, Event) else None


def _value(event: Event, column: str, labels: dict[str, str]) -> str:
    """The text of a property, of its parameter (`ORGANIZER;CN`), or of a label in the description (`Phone:`)."""
    if column.endswith(":"):
        return labels.get(fold(column), "")
    name, has_parameter, parameter = column.partition(";")
    if has_parameter:
        return str(getattr(_property(event, name), "params", {}).get(parameter, ""))
    return _text(event, name)


def _property(event: Event, name: str) -> Any:
    found = event.get(name)
    return found[0] if isinstance(found, list) and found else found


def _text(event: Event, name: str) -> str:
    found = _property(event, name)
    return "" if found is None else str(found)


def _labels(description: str) -> dict[str, str]:
    """`Phone: (718) 555-0148` in a line of its own, by folded label."""
    pairs = (line.partition(":") for line in description.splitlines())
    return {fold(label + colon): value.strip() for label, colon, value in pairs if colon}


def _moment(event: Event, column: str, zones: Zones) -> str | Reason:
    """A date-time property as ISO 8601: with an offset if it names a zone, without one if it floats."""
    found = _property(event, column)
    if found is None:
        return ""
    written = found.to_ical().decode(errors="replace") if hasattr(found, "to_ical") else str(found)
    parts = _MOMENT.fullmatch(written.strip())
    if not parts:
        return written
    year, month, day, hour, minute, second, is_utc = parts.groups()
    if hour is None:
        return Reason("time.none", "no time (all-day event)", column)
    floating = f"{year}-{month}-{day}T{hour}:{minute}:{second}"
    name = str(getattr(found, "params", {}).get("TZID", ""))
    return f"{floating}Z" if is_utc else _in_zone(floating, name, zones, column) if name else floating


def _in_zone(floating: str, name: str, zones: Zones, column: str) -> str | Reason:
    zone = zones.get(name)
    if zone is None:
        return Reason("time.zone", f"zone of the time is not known: {quoted(name)}", column)
    try:
        local = datetime.fromisoformat(floating)
        moment = on_wall_clock(local.date(), local.time(), zone) if isinstance(zone, ZoneInfo) else None
        if isinstance(moment, Reason):
            return moment
        return (moment[0] if moment else local.replace(tzinfo=zone).astimezone(UTC)).isoformat()
    except (ValueError, OverflowError):
        return floating  # no such day or time: the judge says so
