"""What a lane knows of the dealership: the hub's view `lane/<letter>` as values (docs/wire.md).

The roster holds hashes, first names, cars in short and times of today and tomorrow, nothing else. Fields that this
version does not know are ignored; what the lane makes of it is in check_in.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.domain.facts import from_us, read_instant
from kiosk.domain.store import LANGUAGES, Words


@dataclass(frozen=True)
class Named:
    """An advisor as customers are told."""

    advisor_id: str
    name: Words


@dataclass(frozen=True)
class StoreView:
    """The dealership as its devices show it.

    Attributes:
        languages: those that the store speaks, the one to begin with first.
        opens_at: the next opening while the shop is shut, else None.
        lanes: letters of all lanes, empty where the hub does not tell.
        public_url: under which customers reach the hub, "" for none.
        privacy_url: where the privacy notice stands, "" for none; privacy_notice: its one line, None for the usual one.
        logo: key of the dealership's logo, "" for none.
    """

    store_id: str
    name: Words
    zone: ZoneInfo
    clock: str = "24h"
    brand_colour: str = "#0E3A47"
    languages: tuple[str, ...] = LANGUAGES
    cashiers: tuple[str, ...] = ()
    opens_at: datetime | None = None
    public_url: str = ""
    lanes: tuple[str, ...] = ()
    privacy_url: str = ""
    privacy_notice: Words | None = None
    logo: str = ""


@dataclass(frozen=True)
class Due:
    """Work that is due again: the catalogue's code, and what it is called."""

    operation: str
    name: Words


@dataclass(frozen=True)
class Booking:
    """An appointment of today or tomorrow. `state`: booked, cancelled, checked_in or handed_over."""

    appointment_id: str
    first_name: str
    car: str
    plate_end: str
    starts_at: datetime
    language: str
    code_hashes: tuple[str, ...] = ()
    typed_hashes: tuple[str, ...] = ()
    advisor: Named | None = None
    asked: tuple[Words, ...] = ()
    transport: str = ""
    due: tuple[Due, ...] = ()
    asks_contact: bool = False
    state: str = "booked"
    visit_id: str | None = None
    ticket: str | None = None


@dataclass(frozen=True)
class OpenVisit:
    """A visit of this lane that nobody has begun to write up, or one of the last two minutes.

    Attributes:
        advisor: whom the customer may be told; None = tell a time, not a name.
        coming: the advisor has acknowledged. escalated: a second one was called.
    """

    visit_id: str
    ticket: str
    stage: str
    advisor: Named | None = None
    coming: bool = False
    escalated: bool = False
    page_open: bool = True
    completion_at: datetime | None = None


@dataclass(frozen=True)
class LaneView:
    """One whole view of a lane."""

    store: StoreView
    lane: str
    today_on: date
    highest_ticket: int = 0
    open_tickets: frozenset[str] = frozenset()
    roster: tuple[Booking, ...] = ()
    visits: tuple[OpenVisit, ...] = ()

    def booking(self, digest: str) -> Booking | None:
        """The booking that a code or typed digits with this hash belong to, or None."""
        return next((one for one in self.roster if digest in one.code_hashes or digest in one.typed_hashes), None)

    def appointment(self, appointment_id: str | None) -> Booking | None:
        """The booking with this id, or None."""
        return next((one for one in self.roster if one.appointment_id == appointment_id), None)

    def visit(self, visit_id: str | None) -> OpenVisit | None:
        """The visit of this lane with this id, or None."""
        return next((one for one in self.visits if one.visit_id == visit_id), None)


def read_lane_view(view: Mapping[str, Any]) -> LaneView:
    """The view as values.

    Raises:
        KeyError, TypeError, ValueError: it is none; the hub is of a version that this lane does not understand.
    """
    catalogue = _Catalogue(
        {one["advisor_id"]: one for one in view.get("advisors", ())}, dict(view.get("operations", {}))
    )
    return LaneView(
        store=read_store(view["store"]),
        lane=str(view["lane"]),
        today_on=date.fromisoformat(view["today_on"]),
        highest_ticket=int(view["highest_ticket"]),
        open_tickets=frozenset(view["open_tickets"]),
        roster=tuple(_booking(one, catalogue) for one in view["roster"]),
        visits=tuple(_visit(one) for one in view["visits"]),
    )


def read_store(store: Mapping[str, Any]) -> StoreView:
    """`store` of a view.

    Raises:
        KeyError, TypeError, ValueError: as `read_lane_view`.
    """
    return StoreView(
        store_id=str(store["store_id"]),
        name=read_words(store["name"]),
        zone=ZoneInfo(store["zone"]),
        clock=store.get("clock", "24h"),
        brand_colour=store.get("brand_colour", "#0E3A47"),
        languages=tuple(one for one in store.get("languages", LANGUAGES) if one in LANGUAGES) or LANGUAGES,
        cashiers=tuple(store.get("cashiers", ())),
        opens_at=read_instant(store.get("opens_at")),
        public_url=store.get("public_url", ""),
        lanes=tuple(store.get("lanes", ())),
        privacy_url=str((store.get("privacy") or {}).get("url") or ""),
        privacy_notice=_notice(store.get("privacy")),
        logo=str(store.get("logo") or ""),
    )


def _notice(privacy: Mapping[str, Any] | None) -> Words | None:
    line = privacy.get("notice") if privacy else None
    return read_words(line) if line else None


def read_words(words: Mapping[str, str]) -> Words:
    """A text in three languages; one that a language lacks is the English one."""
    return Words(words["en"], words.get("es") or words["en"], words.get("ar") or words["en"])


def read_advisor(advisor: Mapping[str, Any] | None) -> Named | None:
    """`advisor` of a view or an answer."""
    return Named(advisor["advisor_id"], read_words(advisor["name"])) if advisor else None


@dataclass(frozen=True)
class _Catalogue:
    """Advisors and operations that roster rows name by their keys."""

    advisors: Mapping[str, Mapping[str, Any]]
    operations: Mapping[str, Mapping[str, str]]

    def advisor(self, told: str | Mapping[str, Any] | None) -> Named | None:
        return read_advisor(self.advisors.get(told) if isinstance(told, str) else told)

    def due(self, codes: Iterable[str]) -> tuple[Due, ...]:
        return tuple(Due(one, read_words(self.operations[one])) for one in codes if one in self.operations)

    def words(self, told: str | Mapping[str, str]) -> Words:
        return read_words(self.operations.get(told, {"en": told}) if isinstance(told, str) else told)


def _booking(one: Mapping[str, Any], catalogue: _Catalogue) -> Booking:
    return Booking(
        appointment_id=one["appointment_id"],
        first_name=one.get("first_name") or "",
        car=one.get("car") or "",
        plate_end=one.get("plate_end") or "",
        starts_at=from_us(one["starts_at"]),
        language=one.get("language") or "",
        code_hashes=tuple(one.get("code_hashes", ())),
        typed_hashes=tuple(one.get("typed_hashes", ())),
        advisor=catalogue.advisor(one.get("advisor")),
        asked=tuple(catalogue.words(told) for told in one.get("asked", ())),
        transport=one.get("transport") or "",
        due=catalogue.due(one.get("due", ())),
        asks_contact=bool(one.get("asks_contact")),
        state=one.get("state", "booked"),
        visit_id=one.get("visit_id"),
        ticket=one.get("ticket"),
    )


def _visit(one: Mapping[str, Any]) -> OpenVisit:
    return OpenVisit(
        visit_id=one["visit_id"],
        ticket=one["ticket"],
        stage=one["stage"],
        advisor=read_advisor(one.get("advisor")),
        coming=bool(one.get("coming")),
        escalated=bool(one.get("escalated")),
        page_open=bool(one.get("page_open")),
        completion_at=read_instant(one.get("completion_at")),
    )
