"""store.toml: a dealership's own description of itself, read into kiosk.domain.store.Store.

The dataclasses here are the file's shape, key by key, as docs/settings.md lists it; the Store is what rules work with.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from kiosk.domain.store import LANGUAGES, Advisor, OpeningHours, Operation, Span, Store, StoreLogo, Words
from kiosk.public_holidays import public_holidays
from kiosk.tables import Reading, meant, setting
from kiosk.values import colour, currency, spans, zone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")
# Holidays are computed once, when the file is read, for every year that a kiosk of today can live to see.
HOLIDAY_YEARS = range(2025, 2051)


ICONS = ("bus", "wifi", "cup", "clock", "phone", "mail", "message", "car", "card", "screen", "ready", "call", "lock")
ID: dict[str, Any] = {"pattern": r"[a-z0-9_-]{1,32}", "says": "1 to 32 small letters, digits, - or _"}
CODE: dict[str, Any] = {"pattern": r"\S(.{0,38}\S)?", "says": "1 to 40 characters without spaces around"}
COUNTRY: dict[str, Any] = {"pattern": r"[A-Z]{2}", "says": "a country's two capital letters such as US, MX or SA"}


@dataclass(frozen=True, kw_only=True)
class StoreTable:
    """[store]: the dealership itself."""

    id: str = setting("short name of the store in addresses and exports; never change it", **ID)
    name: Words = setting("name of the dealership, in every language")
    zone: ZoneInfo = setting("time zone", parse=zone, says="a name such as America/New_York")
    country: str = setting("country, for phone numbers and holidays", **COUNTRY)
    currency: str = setting("currency of every price", parse=currency, says="a code such as USD, MXN or SAR")
    bays: int = setting("number of cars worked on at once", at_least=1, at_most=200)
    clock: str = setting("how times are shown", default="24h", one_of=("24h", "12h"))
    default_language: str = setting("language of a customer who has chosen none", default="en", one_of=LANGUAGES)
    lanes: tuple[str, ...] = setting(
        "letters of the lanes that have a kiosk",
        default=("A",),
        pattern=r"[A-HJ-NP-RT-Z]",
        says="a list of capital letters except I, O and S",
    )
    gates: tuple[str, ...] = setting(
        "letters of those lanes that have a gate which staff open from their screens",
        default=(),
        pattern=r"[A-HJ-NP-RT-Z]",
        says="a list of lanes' letters, or empty",
    )
    cashiers: tuple[str, ...] = setting(
        "cashier desks, as the board names them",
        default=("1",),
        pattern=r"[A-Za-z0-9]{1,3}",
        says="1 to 3 letters or digits each",
    )
    default_minutes: int = setting(
        "bay time of a visit without a known operation", default=60, at_least=5, at_most=2880
    )
    quality_minutes: int = setting(
        "time of the quality check, added after the work", default=15, at_least=0, at_most=480
    )
    early_minutes: int = setting(
        "minutes before the booked time that still count as on time", default=15, at_least=0, at_most=720
    )
    late_minutes: int = setting(
        "minutes after the booked time that still count as on time", default=15, at_least=0, at_most=720
    )
    insist_s: int = setting("age of a page at which the pager insists", default=60, at_least=5, at_most=3600)
    escalate_s: int = setting(
        "age of a page at which the next desk and the manager are paged too", default=120, at_least=10, at_most=7200
    )
    brand_colour: str = setting(
        "colour of the dealership's mark, 7:1 or more to the page",
        default="#0E3A47",
        parse=colour,
        says="a colour such as #0E3A47",
    )
    logo: str = setting(
        "picture at the head of lanes and boards, by its path or its name beside this file; empty: a drawn mark",
        default="",
    )
    address: str = setting("address, for papers", default="")
    phone: str = setting("telephone, for papers, as customers dial it", default="")
    registration: str = setting("registration number that the law wants on an invoice", default="")
    privacy_url: str = setting(
        "where customers read how their details are used; the lane shows it as a code; empty: no notice",
        default="",
        pattern=r"(https://\S{1,60})?",
        says="an https address of at most 68 characters, or empty",
    )
    privacy_notice: Words | None = setting(
        "the notice's one line, in every language; without it: How we use your details", default=None
    )


@dataclass(frozen=True, kw_only=True)
class HoursTable:
    """[hours]: a list of spans a day, such as ["07:00-12:00", "13:00-18:00"]."""

    monday: tuple[Span, ...] = setting("hours of Monday", parse=spans)
    tuesday: tuple[Span, ...] = setting("hours of Tuesday", parse=spans)
    wednesday: tuple[Span, ...] = setting("hours of Wednesday", parse=spans)
    thursday: tuple[Span, ...] = setting("hours of Thursday", parse=spans)
    friday: tuple[Span, ...] = setting("hours of Friday", parse=spans)
    saturday: tuple[Span, ...] = setting("hours of Saturday", parse=spans)
    sunday: tuple[Span, ...] = setting("hours of Sunday", parse=spans)


@dataclass(frozen=True, kw_only=True)
class HolidaysTable:
    """[holidays]: the public holidays of the store's country, and what the store does about them."""

    public: bool = setting("shut on the country's public holidays", default=True)
    region: str = setting(
        "state or province with holidays of its own; empty: none",
        default="",
        pattern=r"[A-Z0-9-]{0,6}",
        says="a region's code such as NY, or empty",
    )
    open: tuple[str, ...] = setting("names of public holidays on which the store works as on any day", default=())
    open_on: tuple[date, ...] = setting("dates of public holidays on which the store works", default=())
    shut_on: tuple[date, ...] = setting("further dates on which the store is shut", default=())


@dataclass(frozen=True, kw_only=True)
class SpecialTable:
    """[[special]]: dates with hours of their own (Ramadan, the eve of a holiday); they win over week and holidays."""

    on: date = setting("first date")
    hours: tuple[Span, ...] = setting("hours of those dates", parse=spans)
    until: date | None = setting("last date; without it, the first date alone", default=None)


@dataclass(frozen=True, kw_only=True)
class AdvisorTable:
    """[[advisor]]: a person whom a page calls; their order is the order of escalation."""

    id: str = setting("short name in settings and addresses; never change it", **ID)
    name: Words = setting("name that customers are told, in every language")
    desk: str | None = setting("desk at which lamp and buzzer stand", default=None, **CODE)
    groups: tuple[str, ...] = setting("kinds of work that this advisor takes", default=(), **ID)
    known_as: tuple[str, ...] = setting("how import files write this advisor", default=())


@dataclass(frozen=True, kw_only=True)
class OperationTable:
    """[[operation]]: one entry of the catalogue of work."""

    code: str = setting("code, as the dealer writes it", **CODE)
    name: Words = setting("what customers read, in every language")
    minutes: int = setting("planned bay time", at_least=1, at_most=4800)
    price_cents: int = setting(
        "labour and parts before tax, in hundredths of the currency", at_least=0, at_most=100_000_000
    )
    tax_percent: float = setting("tax", at_least=0, at_most=100)
    warranty: Words | None = setting("warranty that the papers promise, in every language", default=None)
    next_visit_days: int | None = setting("days until the next visit is due", default=None, at_least=1, at_most=3650)
    group: str | None = setting("kind of work; only advisors of that group are paged", default=None, **ID)
    known_as: tuple[str, ...] = setting("other codes and descriptions that import files use for it", default=())


@dataclass(frozen=True, kw_only=True)
class FactTable:
    """[[fact]]: what waiting customers like to know; the board shows them."""

    icon: str = setting(
        "picture beside the words; ready is a key; ready, call and lock are for after hours", one_of=ICONS
    )
    text: Words = setting("words, in every language; a colon parts what it is from the value")


SECTIONS: dict[str, type] = {
    "store": StoreTable,
    "hours": HoursTable,
    "holidays": HolidaysTable,
    "special": SpecialTable,
    "advisor": AdvisorTable,
    "operation": OperationTable,
    "fact": FactTable,
}


def load_store(path: Path | str) -> Store:
    """The store that the file at `path` describes.

    Raises:
        SettingsError: it cannot be read or used; `problems` has a line for each fault.
    """
    reading = Reading(Path(path))
    reading.sections(SECTIONS)
    table = _needed(reading, StoreTable, "store")
    hours = _needed(reading, HoursTable, "hours")
    holidays = HolidaysTable() if "holidays" not in reading.raw else reading.one(HolidaysTable, "holidays")
    specials = reading.many(SpecialTable, "special")
    advisors = reading.many(AdvisorTable, "advisor")
    operations = reading.many(OperationTable, "operation")
    facts = reading.many(FactTable, "fact")
    for section, found in (("advisor", reading.raw.get("advisor")), ("operation", reading.raw.get("operation"))):
        if not found:
            reading.problem("", f"[[{section}]]", "missing; a store has at least one")
    _check_ids(reading, "advisor", "id", advisors, lambda one: one.id)
    _check_ids(reading, "operation", "code", operations, lambda one: one.code)
    _check_groups(reading, advisors, operations)
    special = _special(reading, specials)
    shut = _holidays(reading, table, holidays) if table and holidays else frozenset()
    if table and table.escalate_s <= table.insist_s:
        reading.problem("[store]", "escalate_s", f"must be more than insist_s ({table.insist_s}): a page insists first")
    if table and len(set(table.lanes)) < max(1, len(table.lanes)):
        reading.problem("[store]", "lanes", "must name at least one lane, and none twice")
    stray = sorted(set(table.gates) - set(table.lanes)) if table else []
    if stray:
        reading.problem("[store]", "gates", f"{', '.join(stray)}: no such lane; lanes names those that there are")
    logo = _logo(reading, table.logo) if table else None
    reading.finish()
    if table is None or hours is None:  # finish() has told why
        raise AssertionError
    week = tuple(getattr(hours, day.name) for day in fields(hours))
    return Store(
        store_id=table.id,
        hours=OpeningHours(week, shut, special),
        advisors=tuple(Advisor(one.id, one.name, one.desk, one.groups, one.known_as) for one in advisors),
        operations=tuple(Operation(**_as_given(one)) for one in operations),
        facts=tuple((one.icon, one.text) for one in facts),
        logo=logo,
        **{key: value for key, value in _as_given(table).items() if key not in {"id", "logo"}},
    )


def _logo(reading: Reading, name: str) -> StoreLogo | None:
    """The picture, made ready for every screen; one that is named and cannot be shown is a fault of the file."""
    if not name:
        return None
    from kiosk.logo import LogoUnusable  # who has no logo needs no pictures
    from kiosk.store_logo import prepared

    try:
        return prepared(reading.path.parent / name)
    except LogoUnusable as error:
        reading.problem("[store]", "logo", str(error))
        return None


def _as_given(table: object) -> dict[str, Any]:
    return {each.name: getattr(table, each.name) for each in fields(table)}  # type: ignore[arg-type]


def _needed(reading: Reading, kind: type[T], section: str) -> T | None:
    if section not in reading.raw:
        reading.problem("", f"[{section}]", "missing; see docs/settings.md")
    return reading.one(kind, section)


def _check_ids(reading: Reading, section: str, key: str, entries: Iterable[T], id_of: Callable[[T], str]) -> None:
    """No id twice; no name that import files use twice, whatever its case."""
    known_as: Counter[str] = Counter()
    for each in entries:
        names = {id_of(each).casefold(), *(name.casefold() for name in each.known_as)}  # type: ignore[attr-defined]
        known_as.update(names)
    ids = Counter(id_of(each) for each in entries)
    for one, times in ids.items():
        if times > 1:
            reading.problem(f"[[{section}]]", key, f"{one} stands {times} times; each {section} has its own")
    for name, times in known_as.items():
        if times > 1 and name not in {one.casefold() for one in ids}:
            reading.problem(
                f"[[{section}]]",
                "known_as",
                f'"{name}" belongs to {times} entries; an import could not tell which is meant',
            )


def _check_groups(reading: Reading, advisors: tuple[AdvisorTable, ...], operations: tuple[OperationTable, ...]) -> None:
    """Work that no advisor takes would page nobody."""
    groups = {group for advisor in advisors for group in advisor.groups}
    for operation in operations:
        if operation.group is not None and operation.group not in groups:
            sentence = f"no advisor takes {operation.group}{meant(operation.group, groups)}"
            reading.problem(f"[[operation]] {operation.code}", "group", sentence)


def _special(reading: Reading, tables: tuple[SpecialTable, ...]) -> tuple[tuple[date, tuple[Span, ...]], ...]:
    found: dict[date, tuple[Span, ...]] = {}
    for table in tables:
        last = table.until or table.on
        if not 0 <= (last - table.on).days <= 366:
            reading.problem("[[special]]", "until", f"{last} must be on or after {table.on}, within a year")
            continue
        for ordinal in range(table.on.toordinal(), last.toordinal() + 1):
            on = date.fromordinal(ordinal)
            if on in found:
                reading.problem("[[special]]", "on", f"{on} has hours already; a date has one entry")
            found[on] = table.hours
    return tuple(sorted(found.items()))


def _holidays(reading: Reading, store: StoreTable, table: HolidaysTable) -> frozenset[date]:
    """Every date of HOLIDAY_YEARS on which a holiday shuts the store."""
    public = _public_holidays(reading, store, table) if table.public else {}
    for name in table.open:
        if public and not any(_is_named(name, names) for names in public.values()):
            known = {each.split(";")[0] for each in public.values()}
            reading.problem("[holidays]", "open", f"{name} is no public holiday of {store.country}{meant(name, known)}")
    for on in table.open_on:
        if public and on not in public:
            reading.problem("[holidays]", "open_on", f"{on} is no public holiday of {store.country}")
    shut = {on for on, names in public.items() if not any(_is_named(name, names) for name in table.open)}
    return frozenset(shut - set(table.open_on) | set(table.shut_on))


def _public_holidays(reading: Reading, store: StoreTable, table: HolidaysTable) -> dict[date, str]:
    """Dates and English names; a date with two holidays has `one; other`."""
    region = table.region or None
    try:
        return public_holidays(store.country, region, HOLIDAY_YEARS)
    except NotImplementedError:
        where = f"the region {region} of {store.country}" if region else f"the country {store.country}"
        sentence = f"the holidays of {where} are not known; write public = false and list the dates in shut_on"
        reading.problem("[holidays]", "public", sentence)
        return {}


def _is_named(name: str, names: str) -> bool:
    """Whether one of a date's holidays is `name`, or its observed or estimated day."""
    return any(each.split(" (")[0].casefold() == name.casefold() for each in names.split("; "))
