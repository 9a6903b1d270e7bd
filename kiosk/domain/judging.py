"""How a row of somebody's file is judged: good, good with warnings, refused, cancelled or superseded.

Parsing is done in server/appointments, and its rows come here as plain text by field. Nothing is looked up and nothing
is guessed: zone, order of dates and words are the `Rules` of the file's profile. In words: docs/appointments.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from kiosk.domain.appointment import Booking, Cancellation, OperationAsked
from kiosk.domain.codes import western_digits
from kiosk.domain.people import (
    ContactMethod,
    Phone,
    Vehicle,
    clean_name,
    clean_number,
    read_email,
    read_vin,
    split_name,
)
from kiosk.domain.written import (
    LONGEST_TEXT,
    Clock,
    Reason,
    fold,
    on_wall_clock,
    quoted,
    read_date,
    read_instant,
    read_time,
    storable,
)

LONGEST_NUMBER = 200
_UNITS = {"km": "km", "kms": "km", "كم": "km", "mi": "mi", "miles": "mi"}
_ODOMETER = re.compile(rf"([0-9]{{1,3}}(?:[ ,.'\u066c][0-9]{{3}})+|[0-9]{{1,9}})\s*({'|'.join(_UNITS)})?\.?")


@dataclass(frozen=True)
class RawRow:
    """One record of a file, before anybody has judged it.

    Attributes:
        line: where it begins (docs/appointments.md tells what counts as a line in each format).
        cells: text by field (`FIELDS` in server/appointments/profiles.py); one that is empty or absent says nothing.
        phones: in the order of preference.
        fault: why it is no record at all (too few columns, a summary, ...), found by the parser.
        start_fault: why its day and time cannot be read, found by the parser.
        cancelled_by: what says that it is cancelled, besides its status (a calendar's "METHOD:CANCEL"); "" = nothing.
    """

    line: int
    cells: Mapping[str, str]
    phones: tuple[Phone, ...] = ()
    operations: tuple[OperationAsked, ...] = ()
    fault: Reason | None = None
    start_fault: Reason | None = None
    cancelled_by: str = ""

    def __getitem__(self, name: str) -> str:
        """The field's text as it may be kept; "" where there is none."""
        return storable(self.cells.get(name, ""))


@dataclass(frozen=True)
class Rules:
    """What a profile says about the meaning of its files.

    Attributes:
        source: see Booking.
        zone: the shop's, for times that name none and for showing all.
        dates: patterns such as "MM/DD/YYYY".
        cancelled, booked: words of the status; one that ends in * stands for all that begin so.
            A status that is neither is a doubt; no words at all: the status is not looked at.
        languages, contacts: folded word -> code.
        odometer_unit: of a figure without unit.
    """

    source: str
    zone: ZoneInfo
    dates: tuple[str, ...] = ()
    clock: Clock = field(default_factory=Clock)
    cancelled: tuple[str, ...] = ()
    booked: tuple[str, ...] = ()
    languages: Mapping[str, str] = field(default_factory=dict)
    contacts: Mapping[str, ContactMethod] = field(default_factory=dict)
    odometer_unit: str = ""


@dataclass(frozen=True)
class Accepted:
    """A good row, perhaps with warnings."""

    line: int
    booking: Booking
    warnings: tuple[Reason, ...] = ()

    @property
    def number(self) -> str:
        """The appointment number."""
        return self.booking.number


@dataclass(frozen=True)
class Refused:
    """A row that is no good appointment; `number` is what it has of one."""

    line: int
    number: str
    reason: Reason


@dataclass(frozen=True)
class Cancelled:
    """A row that says that its appointment is off. No fault."""

    line: int
    cancellation: Cancellation
    reason: Reason

    @property
    def number(self) -> str:
        """The appointment number."""
        return self.cancellation.number


@dataclass(frozen=True)
class Superseded:
    """A row whose appointment stands in a newer version in the same file (`by_line`)."""

    line: int
    number: str
    by_line: int


Verdict = Accepted | Refused | Cancelled | Superseded


def judge_all(rows: Iterable[RawRow], rules: Rules) -> list[Verdict]:
    """A verdict for each row, in order.

    Of rows with the same number the first stands and the others are refused, unless both say how new they are
    (a calendar's SEQUENCE): then the newest stands, wherever it is. A refused row does not take its number.
    """
    verdicts: list[Verdict] = []
    standing: dict[str, int] = {}
    for row in rows:
        verdict = judge(row, rules)
        if row.fault or verdict.number not in standing:
            verdicts.append(verdict)
        else:
            index = standing[verdict.number]
            verdicts[index], later = _of_two(verdicts[index], verdict)
            verdicts.append(later)
        if isinstance(verdicts[-1], Accepted | Cancelled):
            standing[verdict.number] = len(verdicts) - 1
    return verdicts


def _of_two(earlier: Verdict, later: Verdict) -> tuple[Verdict, Verdict]:
    """The verdicts of two rows with one number, the earlier of which stands so far."""
    old, new = _exported_key(earlier), _exported_key(later)
    if not old or not new or old == new:
        reason = Reason("number.used", f"appointment number already used (line {earlier.line})", "number")
        return earlier, Refused(later.line, later.number, reason)
    if new > old:
        return Superseded(earlier.line, earlier.number, later.line), later
    return earlier, Superseded(later.line, later.number, earlier.line)


def _exported_key(verdict: Verdict) -> str:
    match verdict:
        case Accepted():
            return verdict.booking.exported_key
        case Cancelled():
            return verdict.cancellation.exported_key
    return ""


def judge(row: RawRow, rules: Rules) -> Accepted | Refused | Cancelled:
    """Good, refused or cancelled, looking at this row alone.

    Good needs a number, a day and a time that exist in the zone, and a name; anything else that is wrong is a warning.
    """
    number, doubts = clean_number(row.cells.get("number", "")[:LONGEST_TEXT])
    fault = row.fault or _number_fault(number)
    if fault:
        return Refused(row.line, number[:LONGEST_NUMBER], fault)
    status = row.cancelled_by or row["status"]
    if row.cancelled_by or (status and _is_one_of(status, rules.cancelled)):
        said = "" if fold(status) in ("cancelled", "canceled") else f" ({quoted(status)})"
        cancellation = Cancellation(rules.source, number, exported_key(row))
        return Cancelled(row.line, cancellation, Reason("cancelled", f"cancelled{said}", "status"))
    name, name_doubts = _name(row)
    if not name.display:
        column = "name" if "name" in row.cells else "first_name"
        return Refused(row.line, number, Reason("name.none", "no customer name", column))
    start = row.start_fault or _start(row, rules)
    if isinstance(start, Reason):
        return Refused(row.line, number, start)
    starts_at, start_doubt = start
    doubts = (*doubts, *_cut(row))
    booking = Booking(rules.source, number, starts_at, rules.zone.key, name.display, name.first, name.last)
    booking, more = _with_the_rest(booking, row, rules)
    if status and rules.booked and not _is_one_of(status, rules.booked):
        more = (*more, Reason("status.unknown", f"status not known: {quoted(status)}", "status"))
    return Accepted(row.line, booking, (*doubts, *name_doubts, *((start_doubt,) if start_doubt else ()), *more))


def _number_fault(number: str) -> Reason | None:
    if not number:
        return Reason("number.none", "no appointment number", "number")
    if len(number) > LONGEST_NUMBER:
        return Reason("number.long", f"appointment number has {len(number)} characters", "number")
    return None


def _cut(row: RawRow) -> Iterator[Reason]:
    for name, text in row.cells.items():
        if len(text) > LONGEST_TEXT:
            said = f"{name.replace('_', ' ')} cut to {LONGEST_TEXT} of {len(text)} characters"
            yield Reason("text.long", said, name)


def _is_one_of(written: str, words: tuple[str, ...]) -> bool:
    text = fold(written)
    return any(text.startswith(word[:-1]) if word.endswith("*") else text == word for word in words)


class _Name(NamedTuple):
    first: str
    last: str
    display: str


def _name(row: RawRow) -> tuple[_Name, tuple[Reason, ...]]:
    first, doubts = clean_name(row.cells.get("first_name", "")[:LONGEST_TEXT], "first_name")
    last, more = clean_name(row.cells.get("last_name", "")[:LONGEST_TEXT], "last_name")
    whole, still_more = clean_name(row.cells.get("name", "")[:LONGEST_TEXT], "name")
    if whole and not (first or last):
        first, last = split_name(whole)
    return _Name(first, last, whole or f"{first} {last}".strip()), (*doubts, *more, *still_more)


def _start(row: RawRow, rules: Rules) -> tuple[datetime, Reason | None] | Reason:
    if "starts" in row.cells:
        return _moment(row["starts"], rules)
    day = read_date(row["date"], rules.dates)
    if isinstance(day, Reason):
        return day
    clock = read_time(row["time"], rules.clock)
    return clock if isinstance(clock, Reason) else on_wall_clock(day, clock, rules.zone)


def _moment(text: str, rules: Rules) -> tuple[datetime, Reason | None] | Reason:
    """Day and time in one text: ISO 8601, or by the profile's patterns with a space between them."""
    if not rules.dates:
        return read_instant(text, rules.zone)
    day_part, _, time_part = text.partition(" ")
    day = read_date(day_part, rules.dates)
    if isinstance(day, Reason):
        return replace(day, field="starts")
    clock = read_time(time_part, rules.clock)
    return replace(clock, field="starts") if isinstance(clock, Reason) else on_wall_clock(day, clock, rules.zone)


def exported_key(row: RawRow) -> str:
    """Text that sorts by age: the revision number, then the instant of the export; "" when the row has neither."""
    revision, stamp = row["sequence"], row["stamped"]
    if not (revision or stamp):
        return ""
    known = read_instant(stamp, ZoneInfo("UTC")) if stamp else None
    at = known[0].astimezone(UTC).isoformat() if isinstance(known, tuple) else ""
    return f"{int(revision) if re.fullmatch('[0-9]{1,9}', revision) else 0:010d} {at}"


def _with_the_rest(booking: Booking, row: RawRow, rules: Rules) -> tuple[Booking, tuple[Reason, ...]]:
    """The booking with all that may be missing or doubtful, and the doubts."""
    phone, phone_doubt = _phone(row.phones)
    vehicle, vehicle_doubts = _vehicle(row)
    email, email_doubt = read_email(row["email"])
    language, language_doubt = _known("language", row["language"], rules.languages)
    contact, contact_doubt = _known("contact_method", row["contact_method"], rules.contacts)
    odometer, unit, odometer_doubt = read_odometer(row["odometer"], rules.odometer_unit)
    booking = replace(
        booking,
        phone_e164=phone.e164,
        phone_written=phone.written,
        email=email,
        language=language,
        contact_method=ContactMethod(contact) if contact else None,
        vehicle=vehicle,
        odometer=odometer,
        odometer_unit=unit,
        operations=row.operations,
        concern="\n".join(one for one in (row["concern"], row["comment"]) if one),
        transport=row["transport"],
        advisor_written=row["advisor"],
        advisor_code=row["advisor_code"],
        promised_at=_promise(row, rules, booking.starts_at),
        exported_key=exported_key(row),
    )
    doubts = (*phone_doubt, *vehicle_doubts, email_doubt, language_doubt, contact_doubt, odometer_doubt)
    return booking, tuple(one for one in doubts if one)


def _phone(phones: Sequence[Phone]) -> tuple[Phone, tuple[Reason, ...]]:
    """The first that can be dialled, else the first; a doubtful one before it is told of."""
    if not phones:
        return Phone("", None), (Reason("phone.none", "no phone", "phone"),)
    doubts: list[Reason] = []
    for each in phones:
        if each.e164:
            return each, tuple(doubts)
        doubts += [each.doubt] if each.doubt else []
    return phones[0], tuple(doubts)


def _vehicle(row: RawRow) -> tuple[Vehicle, list[Reason | None]]:
    written = row["vin"]
    vin, doubt = read_vin(written)
    if not written and row["vehicle_link"]:
        doubt = Reason("vehicle.link", "vehicle only by link", "vehicle_link")
    year_written, make, model = row["year"], row["make"], row["model"]
    if found := re.fullmatch(r"(\d{4})\s+(\S+)(?:\s+(.+))?", row["vehicle"]):
        year_written, make, model = found[1], found[2], found[3] or ""
    elif row["vehicle"]:
        model = model or row["vehicle"]
    plain = western_digits(year_written)
    year = int(plain) if re.fullmatch("(?:19|20)[0-9]{2}", plain) else None
    year_doubt = None
    if year_written and year is None:
        year_doubt = Reason("vehicle.year", f"model year cannot be one: {quoted(year_written)}", "year")
    return Vehicle(year, make, model, row["colour"], vin, written, row["plate"]), [doubt, year_doubt]


def _known(name: str, written: str, words: Mapping[str, str]) -> tuple[str | None, Reason | None]:
    """The code that the profile gives to a word; a word that it does not list is a doubt."""
    if not written:
        return None, None
    code = words.get(fold(written))
    label = name.replace("_", " ")
    return code, None if code else Reason(f"{name}.unknown", f"{label} not known: {quoted(written)}", name)


def read_odometer(written: str, unit: str) -> tuple[int | None, str, Reason | None]:
    """The figure, its unit ("mi", "km" or ""), and a doubt; thousands may be set off by comma, point or space."""
    if not written:
        return None, "", None
    found = _ODOMETER.fullmatch(fold(written))
    if not found:
        return None, "", Reason("odometer.unreadable", f"odometer is not a number: {quoted(written)}", "odometer")
    return int(re.sub(r"\D", "", found[1])), _UNITS.get(found[2] or "", unit), None


def _promise(row: RawRow, rules: Rules, starts_at: datetime) -> datetime | None:
    """The promise, if it can be one: it comes after the appointment, and without a date it is on the same day."""
    moment: tuple[datetime, Reason | None] | Reason | None = None
    if row["promise"]:
        moment = _moment(row["promise"], rules)
    elif row["promise_time"]:
        local = starts_at.astimezone(rules.zone).date()
        day = read_date(row["promise_date"], rules.dates) if row["promise_date"] else local
        clock = read_time(row["promise_time"], rules.clock)
        if not isinstance(day, Reason) and not isinstance(clock, Reason):
            moment = on_wall_clock(day, clock, rules.zone)
    return moment[0] if isinstance(moment, tuple) and moment[0] > starts_at else None
