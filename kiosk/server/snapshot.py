"""Everything that views are made of, as values: visits with their people, appointments, presence, calls, devices.

Read once per `seq` and shared (snapshots.py); what is computed of it is kept with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import zip_longest
from typing import Any

from kiosk.domain.completion import Job, Schedule, rounded_up, schedule
from kiosk.domain.facts import Transport
from kiosk.domain.hours import store_day
from kiosk.domain.paging import URGENCY, Page, Paging, Pattern
from kiosk.domain.store import Presence, Store, Words
from kiosk.domain.visit import Stage, Visit

Lit = tuple[Page, Pattern]
LANE_KEEPS = timedelta(minutes=2)
"""How long a lane still shows a visit that has left it."""


@dataclass(frozen=True)
class Party:
    """Who, and with which car. Empty where it was erased or never known."""

    name: str = ""
    first_name: str = ""
    phone: str | None = None
    email: str | None = None
    contact: str | None = None
    car: str = ""
    plate: str = ""

    @property
    def plate_end(self) -> str:
        """The last three characters of the plate, all that a public screen may show of it."""
        return "".join(self.plate.split())[-3:]


@dataclass(frozen=True)
class Stay:
    """A visit with those that it is about, and what they asked for."""

    visit: Visit
    party: Party
    asked: tuple[Words, ...]
    concern: str = ""
    said: str = ""
    minutes: int = 0
    promised_at: datetime | None = None

    @cached_property
    def is_open(self) -> bool:
        """Whether the visit is."""
        return self.visit.stage.is_open

    @cached_property
    def job(self) -> Job | None:
        """What the visit asks of the shop; None when it is ready or over."""
        visit = self.visit
        if visit.stage is Stage.READY or not self.is_open:
            return None
        return Job(
            visit_id=visit.visit_id,
            minutes=self.minutes,
            arrived_at=visit.arrived_at,
            promise_at=self.promised_at,
            started_at=visit.service_begun_at,
            checked_since=visit.since(Stage.QUALITY_CHECK) if visit.stage is Stage.QUALITY_CHECK else None,
            fixed_at=visit.fixed_at,
            ticket=visit.ticket,
        )


@dataclass(frozen=True)
class Booked:
    """An appointment of the days in question."""

    appointment_id: str
    number: str
    starts_at: datetime
    is_cancelled: bool
    language: str
    advisor_id: str | None
    operations: tuple[str, ...]
    party: Party
    asked: tuple[Words, ...]
    asked_keys: tuple[str | Words, ...] = ()
    concern: str = ""
    promised_at: datetime | None = None
    code_hashes: tuple[str, ...] = ()  # of the newest code; older ones are good too, a lane asks the hub for them
    typed_hashes: tuple[str, ...] = ()  # of the newest digits, and of the number with the end of the phone
    kept_aside: bool = False
    person_id: str | None = None
    vehicle_id: str | None = None
    note_id: str | None = None
    transport: Transport | None = None
    due: tuple[str, ...] = ()  # work that is due again, by the catalogue's codes
    asks_contact: bool = False


@dataclass(frozen=True)
class DeviceReport:
    """What a device said of itself last."""

    name: str
    version: str
    trouble: tuple[str, ...]
    reported_at: datetime


@dataclass(frozen=True)
class Shown:
    """What a desk has said of its lamp: the calls that it shows, and a number that is another one with every word."""

    page_ids: frozenset[str]
    beat: int


@dataclass(frozen=True)
class Snapshot:
    """The store at one `seq`. Immutable, but for what it remembers of its own sums."""

    store: Store
    public_url: str
    seq: int
    generation: str
    days: tuple[date, date]
    presence: Mapping[str, Presence]
    stays: Mapping[str, Stay]
    bookings: Mapping[str, Booked]
    calls: tuple[Page, ...]
    devices: tuple[DeviceReport, ...]
    counters: Mapping[str, int]
    shown: Mapping[str, Shown]
    gates: Mapping[str, datetime]
    room_checked_at: datetime | None
    plan: Plan = field(repr=False, compare=False)
    further: Mapping[str, int] = field(default_factory=dict, compare=False)  # what this hub makes of `shown`
    makes_promises: bool = field(default=True, compare=False)
    _lamps: dict[datetime, Mapping[str, list[Lit]]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def view_id(self) -> str:
        """What views of this snapshot are known by."""
        return f"{self.generation}.{self.seq}"

    @cached_property
    def paging(self) -> Paging:
        """The paging rules with everybody's presence."""
        return Paging(self.store, self.presence, self.further)

    @cached_property
    def open_tickets(self) -> tuple[str, ...]:
        """Every number, alias included, that leads to an open visit."""
        return tuple(sorted(ticket for one in self.open_stays for ticket in one.visit.tickets))

    @cached_property
    def open_stays(self) -> list[Stay]:
        """Open visits, in order of arrival."""
        return sorted(
            (one for one in self.stays.values() if one.is_open),
            key=lambda one: (one.visit.arrived_at, one.visit.visit_id),
        )

    @cached_property
    def pages(self) -> list[Page]:
        """Every open page: of visits, and of people who ask for help at an idle lane."""
        return [page for one in self.open_stays for page in one.visit.pages] + list(self.calls)

    def lamps(self, at: datetime) -> Mapping[str, list[Lit]]:
        """The pages that light each advisor's lamp at `at`: the most urgent, then the oldest first."""
        known = self._lamps.get(at)
        if known is None:
            self._lamps.clear()
            known = self._lamps[at] = self._lit(at)
        return known

    def _lit(self, at: datetime) -> Mapping[str, list[Lit]]:
        paging = self.paging
        lamps: dict[str, list[Lit]] = {one.advisor_id: [] for one in self.store.advisors}
        for page in self.pages:
            for advisor_id in dict.fromkeys(paging.reached(page, at)):
                if advisor_id in lamps:
                    lamps[advisor_id].append((page, paging.pattern(page, advisor_id, at)))
        for lit in lamps.values():
            lit.sort(key=lambda one: (-URGENCY.index(one[1]), one[0].opened_at, one[0].page_id))
        return lamps

    def stay_of(self, appointment_id: str) -> Stay | None:
        """The visit that this appointment became, unless it was withdrawn."""
        return self._by_appointment.get(appointment_id)

    @cached_property
    def _by_appointment(self) -> Mapping[str | None, Stay]:
        stand = (one for one in self.stays.values() if one.visit.stage is not Stage.WITHDRAWN)
        return {one.visit.appointment_id: one for one in stand}

    def completions(self, at: datetime) -> Mapping[str, datetime]:
        """The estimated completion of every open visit that is not ready yet: one sum per five minutes.

        While the clock is not right nothing is computed of it; what an advisor has named stands.
        """
        if not self.makes_promises:
            named = ((one.visit.visit_id, job.fixed_at) for one in self.stays.values() if (job := one.job))
            return {visit_id: fixed_at for visit_id, fixed_at in named if fixed_at}
        return self.plan.completions(self, rounded_up(at))

    def completion(self, visit_id: str, at: datetime) -> datetime | None:
        """The estimated completion of one visit, as `completions` has it."""
        if self.makes_promises:
            return self.completions(at).get(visit_id)
        stay = self.stays.get(visit_id)
        return stay.job.fixed_at if stay and stay.job else None


class Plan:
    """The newest schedule, from which the next one goes on; shared by a hub's snapshots."""

    def __init__(self) -> None:
        """Nothing is planned yet."""
        self._last: tuple[Snapshot, Schedule] | None = None  # one value: command and feed threads both come here

    def completions(self, snapshot: Snapshot, tick: datetime) -> Mapping[str, datetime]:
        """One sum per snapshot and five minutes."""
        of, known = self._last or (None, None)
        if known is None or of is not snapshot or known.at != tick:
            jobs = [job for one in snapshot.stays.values() if (job := one.job)]
            known = schedule(jobs, snapshot.store, tick, known)
            self._last = (snapshot, known)
        return known.by_visit


def minutes(operations: Iterable[str], store: Store) -> int:
    """Planned bay time: each operation's own; the store's default for an unknown one and for nothing."""
    found = [store.operation(code) for code in operations]
    return sum(one.minutes if one else store.default_minutes for one in found) or store.default_minutes


def roster_days(store: Store, at: datetime) -> tuple[date, date]:
    """Today and tomorrow as the roster counts them: its day begins at three in the morning."""
    today = store_day(store.zone, at)
    return today, today + timedelta(days=1)


def asked_words(codes: Iterable[str], written: Iterable[Any] | None, store: Store) -> tuple[Words, ...]:
    """What was asked for, in order: the catalogue's name of each code; for an unknown one, the booking's own words."""
    names = {one.code: one.name for one in store.operations}
    return tuple(names[one] if isinstance(one, str) else one for one in asked_keys(codes, written, store))


def asked_keys(codes: Iterable[str], written: Iterable[Any] | None, store: Store) -> tuple[str | Words, ...]:
    """As `asked_words`, with the catalogue's codes in place of its names."""
    asked: list[str | Words] = []
    for code, pair in zip_longest(codes, written or (), fillvalue=None):
        text = pair[1] or pair[0] if pair else ""
        if code and store.operation(code):
            asked.append(code)
        elif text:
            asked.append(Words(text, text, text))
    return tuple(asked)
