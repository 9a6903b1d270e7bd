"""Profiles: how one system's exports are written, one TOML file each.

A profile says everything that a row does not: format, encoding, delimiter, order of dates, clock, zone, country, which
column is what, which words mean cancelled or Spanish. What makes a row good is one for all (kiosk.domain.judging).
"""
# ruff: noqa: RUF009 - setting() is dataclasses.field with our rules

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kiosk.domain.judging import Rules
from kiosk.domain.people import ContactMethod
from kiosk.domain.written import Clock, fold
from kiosk.server.appointments.errors import AppointmentsError
from kiosk.server.appointments.shown import printable
from kiosk.tables import Reading, SettingsError, meant, setting, shown, toml
from kiosk.values import zone

if TYPE_CHECKING:
    from typing import Any

FOLDER = Path(__file__).parent / "profiles"
FORMATS = ("csv", "json", "ics", "star")
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
LONGEST_CHAIN = 5


def _encoding(raw: object) -> str:
    try:
        "a".encode(str(raw))
    except (LookupError, ValueError):
        raise ValueError(f"must be an encoding such as utf-8, cp1252 or cp1256, not {shown(raw)}") from None
    return str(raw)


def _countries() -> frozenset[str]:
    from phonenumbers import SUPPORTED_REGIONS  # its tables are large: only who reads profiles pays for them

    return frozenset(SUPPORTED_REGIONS)


def _country(raw: object) -> str:
    if raw not in _countries():
        raise ValueError(f"must be a country such as US, MX or SA, not {shown(raw)}")
    return str(raw)


def _date_patterns(raw: object) -> tuple[str, ...]:
    patterns = raw if isinstance(raw, list) else [raw]
    for each in patterns:
        left = re.sub("YYYY|YY|MM|DD", "", str(each))
        parts = sorted(re.findall("YYYY|YY|MM|DD", str(each)))
        if (
            not isinstance(raw, list)
            or re.search("[A-Za-z0-9]", left)
            or parts not in (["DD", "MM", "YYYY"], ["DD", "MM", "YY"])
        ):
            raise ValueError(f'must be a list of patterns such as ["MM/DD/YYYY"], not {shown(each)}')
    return tuple(patterns)


@dataclass(frozen=True, kw_only=True)
class FileForm:
    """[profile]: the file as a whole."""

    name: str = setting(
        "name of the profile", pattern="[a-z0-9][a-z0-9-]{0,39}", says="lower-case letters, digits and hyphens"
    )
    about: str = setting("what writes such files, in a few words", default="")
    like: str = setting("a built-in profile that this one starts from; what stands here replaces its keys", default="")
    source: str = setting("whose numbers these are, where several profiles share them; empty: the name", default="")
    format: str = setting("kind of file", one_of=FORMATS)
    encoding: str = setting(
        "encoding of csv and json; a byte order mark is passed over", default="utf-8", parse=_encoding
    )
    delimiter: str = setting("between the columns of csv", default="comma", one_of=tuple(DELIMITERS))
    zone: ZoneInfo = setting("zone of the shop, for times that name none", parse=zone)
    country: str = setting("country of phones without a country code", parse=_country)
    dates: tuple[str, ...] = setting("order of dates; empty: ISO 8601", default=(), parse=_date_patterns)
    clock: tuple[str, ...] = setting("how times of day are written", default=("24h",), one_of=("12h", "24h"))
    odometer_unit: str = setting("unit of an odometer that names none", default="", one_of=("mi", "km", ""))
    rows: str = setting("json: path of the list; star: path of the elements", default="")
    namespace: str = setting("star: the root element's namespace", default="")
    links: tuple[str, ...] = setting("fields that hold a link, of which the last part counts", default=())
    operation_separator: str = setting("sign between several operations in one cell; empty: one a row", default="")
    code_first: bool = setting("whether an operation's text begins with its code", default=False)


@dataclass(frozen=True)
class Columns:
    """[columns]: for each field the headers (csv), paths (json, star), properties or labels (ics) that may hold it.

    The first that is not empty counts. In json and star `a[].b` is b of each a; in a calendar a name that ends in a
    colon is a label in the DESCRIPTION.
    """

    number: tuple[str, ...] = setting("appointment number", default=())
    starts: tuple[str, ...] = setting("day and time in one", default=())
    date: tuple[str, ...] = setting("day", default=())
    time: tuple[str, ...] = setting("time of day", default=())
    first_name: tuple[str, ...] = setting("customer's first name", default=())
    last_name: tuple[str, ...] = setting("customer's last name", default=())
    name: tuple[str, ...] = setting("customer's whole name", default=())
    phone: tuple[str, ...] = setting("phones, the preferred one first", default=())
    email: tuple[str, ...] = setting("e-mail address", default=())
    contact_method: tuple[str, ...] = setting("how the customer wants to be reached", default=())
    language: tuple[str, ...] = setting("customer's language", default=())
    year: tuple[str, ...] = setting("model year", default=())
    make: tuple[str, ...] = setting("make", default=())
    model: tuple[str, ...] = setting("model", default=())
    vehicle: tuple[str, ...] = setting("year, make and model in one", default=())
    vehicle_link: tuple[str, ...] = setting("link to a vehicle that is kept elsewhere", default=())
    colour: tuple[str, ...] = setting("colour", default=())
    vin: tuple[str, ...] = setting("VIN", default=())
    plate: tuple[str, ...] = setting("licence plate", default=())
    odometer: tuple[str, ...] = setting("odometer", default=())
    operation_code: tuple[str, ...] = setting("code of the work", default=())
    operation: tuple[str, ...] = setting("work in words", default=())
    concern: tuple[str, ...] = setting("what the customer complains of", default=())
    comment: tuple[str, ...] = setting("note to the concern", default=())
    transport: tuple[str, ...] = setting("how the customer goes on: waits, shuttle, loaner", default=())
    advisor: tuple[str, ...] = setting("advisor's name", default=())
    advisor_code: tuple[str, ...] = setting("advisor's number", default=())
    promise: tuple[str, ...] = setting("promised day and time in one", default=())
    promise_date: tuple[str, ...] = setting("promised day", default=())
    promise_time: tuple[str, ...] = setting("promised time; without a day, that of the appointment", default=())
    status: tuple[str, ...] = setting("status of the appointment", default=())
    sequence: tuple[str, ...] = setting("revision number: the higher is newer", default=())
    stamped: tuple[str, ...] = setting("instant of the export: the later is newer", default=())


@dataclass(frozen=True)
class Words:
    """[words]: what the words of the file mean. Case does not matter; in a status, * at the end stands for any rest."""

    cancelled: tuple[str, ...] = setting("status of an appointment that is off", default=())
    booked: tuple[str, ...] = setting("status of an appointment that stands", default=())
    english: tuple[str, ...] = setting("customer reads English", default=())
    spanish: tuple[str, ...] = setting("customer reads Spanish", default=())
    arabic: tuple[str, ...] = setting("customer reads Arabic", default=())
    phone_call: tuple[str, ...] = setting("wants a call", default=())
    text_message: tuple[str, ...] = setting("wants a text message", default=())
    email: tuple[str, ...] = setting("wants an e-mail", default=())
    whatsapp: tuple[str, ...] = setting("wants WhatsApp", default=())
    am: tuple[str, ...] = setting("before noon", default=("am", "a.m."))
    pm: tuple[str, ...] = setting("after noon", default=("pm", "p.m."))
    after_time: tuple[str, ...] = setting("may follow a time and says nothing", default=())
    summary: tuple[str, ...] = setting("how the first cell of a summary row begins", default=())
    old_prefixes: tuple[str, ...] = setting("beginnings of phones that are not valid any more", default=())


FIELDS = tuple(each.name for each in fields(Columns))
SECTIONS: dict[str, type] = {"profile": FileForm, "columns": Columns, "words": Words}


@dataclass(frozen=True)
class Profile:
    """One way of writing exports, read and checked."""

    file: FileForm
    columns: Columns
    words: Words

    @property
    def name(self) -> str:
        """The profile's name."""
        return self.file.name

    @property
    def delimiter(self) -> str:
        """The sign between columns."""
        return DELIMITERS[self.file.delimiter]

    def headers(self, field: str) -> tuple[str, ...]:
        """The columns that may hold `field`, the preferred one first."""
        found: tuple[str, ...] = getattr(self.columns, field)
        return found

    def rules(self) -> Rules:
        """What the domain needs to judge this profile's rows."""
        words = self.words
        languages = {"en": words.english, "es": words.spanish, "ar": words.arabic}
        contacts = {each: getattr(words, each.value) for each in ContactMethod}
        return Rules(
            source=self.file.source or self.name,
            zone=self.file.zone,
            dates=self.file.dates,
            clock=Clock(self.file.clock, _folded(words.am), _folded(words.pm), _folded(words.after_time)),
            cancelled=_folded(words.cancelled),
            booked=_folded(words.booked),
            languages={fold(word): code for code, each in languages.items() for word in (*each, code)},
            contacts={fold(word): method for method, each in contacts.items() for word in (*each, method.value)},
            odometer_unit=self.file.odometer_unit,
        )


def _folded(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(fold(each) for each in words)


class UnknownProfile(AppointmentsError):
    """A name that is no built-in profile and no file."""

    def __init__(self, name: str) -> None:
        """Offer the nearest name, or list all."""
        remedy = meant(name, built_in_names()) or f"; there are {', '.join(built_in_names())}"
        super().__init__(printable(f"{name}: unknown profile{remedy}"))


class FaultyProfile(SettingsError):
    """A profile that cannot be used; the message has every problem, in one line."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        """As SettingsError."""
        super().__init__(problems)
        self.args = (printable("; ".join(problems)),)


def built_in_names() -> tuple[str, ...]:
    """The names of the profiles that come with the program."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.toml")))


@cache
def built_in() -> tuple[Profile, ...]:
    """The profiles that come with the program."""
    return tuple(load(FOLDER / f"{name}.toml") for name in built_in_names())


def profile_of(name_or_file: str) -> Profile:
    """The built-in profile of that name, or the one in a TOML file.

    Raises:
        UnknownProfile: neither.
        FaultyProfile: the file is faulty; each fault names its key and the remedy.
    """
    if name_or_file in built_in_names():
        return load(FOLDER / f"{name_or_file}.toml")
    if name_or_file.endswith(".toml") or Path(name_or_file).is_file():
        return load(Path(name_or_file))
    raise UnknownProfile(name_or_file)


def load(path: Path) -> Profile:
    """The profile in a TOML file.

    Raises:
        FaultyProfile: it cannot be read or used.
    """
    try:
        return _loaded(path)
    except SettingsError as error:
        raise FaultyProfile(error.problems) from None


def _loaded(path: Path) -> Profile:
    reading = Reading(path)
    reading.raw = _with_ancestors(reading, reading.raw)
    reading.sections(SECTIONS)
    file = reading.one(FileForm, "profile")
    columns = reading.one(Columns, "columns")
    words = reading.one(Words, "words") or Words()
    if "profile" not in reading.raw or "columns" not in reading.raw:
        reading.problem("", "[profile] and [columns]", "both must be there; see docs/appointments.md")
    if file and columns:
        _check(file, columns, reading)
    reading.finish()
    assert file is not None and columns is not None  # noqa: S101, PT018 - finish() has raised otherwise
    return Profile(file, columns, words)


def _with_ancestors(reading: Reading, raw: dict[str, Any], depth: int = 0) -> dict[str, Any]:
    """The tables with those of the profile that this one is `like` below them."""
    section = raw.get("profile")
    like = section.get("like", "") if isinstance(section, dict) else ""
    if not isinstance(like, str) or not like or depth > LONGEST_CHAIN:
        return raw
    if like not in built_in_names():
        reading.problem("[profile]", "like", f"{shown(like)} is no built-in profile{meant(like, built_in_names())}")
        return raw
    below = _with_ancestors(reading, toml(FOLDER / f"{like}.toml"), depth + 1)
    return {key: _laid_over(below.get(key), raw.get(key)) for key in {**below, **raw}}


def _laid_over(below: object, above: object) -> object:
    if isinstance(below, dict) and isinstance(above, dict):
        return {**below, **above}
    return below if above is None else above


def missing(has: set[str]) -> tuple[str, ...]:
    """What a set of fields lacks for any row to be good, each as the fields that would do."""
    wanted = (("number",), ("starts", "date"), ("starts", "time"), ("name", "last_name", "first_name"))
    return tuple(dict.fromkeys(each[-1] for each in wanted if not has.intersection(each)))


def _check(file: FileForm, columns: Columns, reading: Reading) -> None:
    """What no single key shows."""
    has = {field for field in FIELDS if getattr(columns, field)}
    for field in missing(has):
        reading.problem("[columns]", field, "missing; without it no row can be good")
    if not file.dates and has & {"date", "promise_date"}:
        reading.problem("[profile]", "dates", 'missing; the order of dates, such as ["MM/DD/YYYY"]')
    for field in file.links:
        if field not in FIELDS:
            reading.problem("[profile]", "links", f"{shown(field)} is no field{meant(field, FIELDS)}")
    if file.format in ("json", "star") and not file.rows:
        reading.problem("[profile]", "rows", "missing; where the list of appointments is")
