"""The dealership as it describes itself: names, hours, bays, advisors and the catalogue of operations.

Values only. They are read from `store.toml` (kiosk.settings); nothing of a particular shop is in code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

LANGUAGES = ("en", "es", "ar")


@dataclass(frozen=True)
class Words:
    """One text in every language of the product; whoever shows it picks with `in_`."""

    en: str
    es: str
    ar: str

    def in_(self, language: str) -> str:
        """The text in `language`, one of LANGUAGES."""
        return {"en": self.en, "es": self.es, "ar": self.ar}[language]


@dataclass(frozen=True)
class Span:
    """A stretch of one day on the wall clock, from `opens` (inclusive) to `closes` (exclusive)."""

    opens: time
    closes: time


@dataclass(frozen=True)
class OpeningHours:
    """When the shop works. A shut day has no spans; a lunch break is the gap between two spans.

    Attributes:
        week: seven tuples of spans, Monday first.
        holidays: dates on which the shop is shut.
        special: dates with hours of their own (Ramadan, the eve of a holiday); they win over week and holidays.
    """

    week: tuple[tuple[Span, ...], ...]
    holidays: frozenset[date] = frozenset()
    special: tuple[tuple[date, tuple[Span, ...]], ...] = ()


class Presence(StrEnum):
    """What an advisor is doing, as the pager's button, the screen or the sign-in said last."""

    IN = "in"
    WITH_CUSTOMER = "with_customer"
    AWAY = "away"
    OFF = "off"


@dataclass(frozen=True)
class Advisor:
    """A service advisor: the person whom a page calls.

    Attributes:
        advisor_id: short, stable, lower case, used in settings and views.
        name: the name that customers are told, by language.
        desk: the desk whose lamp and buzzer call this advisor; None when a screen alone does.
        groups: kinds of work this advisor takes; an operation's `group` is one of them.
        known_as: how import files write this advisor ("Tran, Paul", a number); compared without case.
        photo: file name of a portrait that the advisor agreed to, or None.
    """

    advisor_id: str
    name: Words
    desk: str | None = None
    groups: tuple[str, ...] = ()
    known_as: tuple[str, ...] = ()


@dataclass(frozen=True)
class Operation:
    """One entry of the catalogue of work.

    Attributes:
        code: as the dealer writes it; import files' codes and descriptions map to it through `known_as`.
        minutes: planned bay time.
        price_cents: labour and parts before tax, in minor units of the store's currency.
        tax_percent: for example 8.875.
        warranty: what the delivery papers promise, or None.
        next_visit_days: after how many days the next visit is proposed, or None.
        group: which advisors take it; None = all.
    """

    code: str
    name: Words
    minutes: int
    price_cents: int
    tax_percent: float
    warranty: Words | None = None
    next_visit_days: int | None = None
    group: str | None = None
    known_as: tuple[str, ...] = ()


@dataclass(frozen=True)
class StoreLogo:
    """The dealership's logo as screens take it (kiosk.store_logo made it). Another picture has another key."""

    key: str
    png: bytes = field(compare=False, repr=False)


@dataclass(frozen=True)
class Store:
    """One dealership.

    Attributes:
        store_id: short, stable, lower case.
        country: ISO 3166 code, for phone numbers and holidays.
        currency: ISO 4217 code.
        clock: "24h" or "12h", how times are shown.
        lanes: lane letters that kiosks draw ticket numbers under. gates: those of them with a gate that staff open.
        bays: how many cars are worked on at once.
        default_minutes: bay time of a visit without any known operation.
        quality_minutes: added after the work for the quality check.
        cashiers: desks of the cashier, as the board names them ("1").
        facts: lines for the board's footer and its empty state (shuttle, Wi-Fi, coffee), icon name and words.
        privacy_url, privacy_notice: where customers read how their details are used, and its one line on the lane.
        logo: at the head of lanes and boards, in the place of the drawn mark.
        address, phone, registration: for papers; registration = the number that the law wants on an invoice.
    """

    store_id: str
    name: Words
    zone: ZoneInfo
    country: str
    currency: str
    hours: OpeningHours
    bays: int
    advisors: tuple[Advisor, ...]
    operations: tuple[Operation, ...]
    clock: str = "24h"
    lanes: tuple[str, ...] = ("A",)
    gates: tuple[str, ...] = ()
    default_minutes: int = 60
    quality_minutes: int = 15
    cashiers: tuple[str, ...] = ("1",)
    facts: tuple[tuple[str, Words], ...] = ()
    address: str = ""
    phone: str = ""
    registration: str = ""
    brand_colour: str = "#0E3A47"
    insist_s: int = 60
    escalate_s: int = 120
    default_language: str = "en"
    early_minutes: int = field(default=15)
    late_minutes: int = field(default=15)
    privacy_url: str = ""
    privacy_notice: Words | None = None
    logo: StoreLogo | None = None

    def advisor(self, advisor_id: str) -> Advisor | None:
        """The advisor with this id, or None."""
        return self._advisors.get(advisor_id)

    def operation(self, code: str) -> Operation | None:
        """The operation with this code, or None."""
        return self._operations.get(code)

    @cached_property
    def _advisors(self) -> Mapping[str, Advisor]:
        return {one.advisor_id: one for one in self.advisors}

    @cached_property
    def _operations(self) -> Mapping[str, Operation]:
        return {one.code: one for one in self.operations}
