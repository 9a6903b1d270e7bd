"""A dealership's hub for tests: a real database, a clock that stands still, and verbs of the trade instead of bodies."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from sqlalchemy import create_engine, select, text

from kiosk.domain import facts as f
from kiosk.domain import visit as rules
from kiosk.domain.appointment import Booking, Cancellation, OperationAsked
from kiosk.domain.people import ContactMethod, Vehicle
from kiosk.domain.store import Advisor, OpeningHours, Operation, Span, Store, Words
from kiosk.domain.visit import Recorded, Visit
from kiosk.server import schema
from kiosk.server.appointments.wire import booking_to_json
from kiosk.server.database import Database
from kiosk.server.hub import Hub
from kiosk.server.rows import opened, page_change, visit_row
from kiosk.server.snapshots import Snapshots
from kiosk.server.visits.codes import hashed

ZONE = ZoneInfo("America/New_York")
TUESDAY = date(2026, 11, 24)
WORKDAY = (Span(time(8), time(12)), Span(time(13), time(18)))


def words(en: str, es: str = "", ar: str = "") -> Words:
    return Words(en, es or en, ar or en)


STORE = Store(
    store_id="valley",
    name=words("Valley Motors", "Motores del Valle", "محركات الوادي"),
    zone=ZONE,
    country="US",
    currency="USD",
    hours=OpeningHours(week=(WORKDAY,) * 5 + ((), ())),
    bays=2,
    advisors=(
        Advisor("marta", words("Marta", "Marta", "مارتا"), desk="1", known_as=("Ruiz, Marta",)),
        Advisor("chen", words("Chen"), desk="2", groups=("tires",)),
        Advisor("diaz", words("Díaz"), desk="3", groups=("tires",)),
    ),
    operations=(
        Operation("LOF", words("Oil change", "Cambio de aceite", "تغيير الزيت"), 60, 6995, 8.875, warranty=words("12 months")),
        Operation("TIR", words("Tires", "Llantas", "الإطارات"), 90, 12000, 8.875, group="tires"),
        Operation("30K", words("30,000 km service", "Servicio de 30,000 km", "صيانة 30,000 كم"), 120, 24900, 8.875),
    ),
    lanes=("A", "B"),
    gates=("A",),
    cashiers=("1", "2"),
)


def clock_at(hour: int, minute: int = 0, on: date = TUESDAY) -> datetime:
    """A time on the store's wall clock, as the aware instant."""
    return datetime.combine(on, time(hour, minute), ZONE).astimezone(UTC)


def us(at: datetime) -> int:
    return f.to_us(at)


@dataclass
class HandClock:
    """A clock that goes when it is told to."""

    at: datetime = field(default_factory=lambda: clock_at(8))

    def now(self) -> datetime:
        return self.at

    def later(self, **span: float) -> datetime:
        self.at += timedelta(**span)
        return self.at


def a_booking(number: str = "R1", at: datetime | None = None, **changes: Any) -> Booking:
    """Lucía Méndez with her Honda, at 08:00, for an oil change."""
    fields = {
        "source": "csv",
        "number": number,
        "starts_at": at or clock_at(8),
        "zone": ZONE.key,
        "display_name": "Lucía Méndez",
        "first_name": "Lucía",
        "last_name": "Méndez",
        "phone_e164": "+19735550147",
        "phone_written": "973-555-0147",
        "email": "lucia@example.com",
        "contact_method": ContactMethod.TEXT_MESSAGE,
        "language": "es",
        "vehicle": Vehicle(2021, "Honda", "CR-V", "blue", None, "", "ABC 1472"),
        "operations": (OperationAsked("LOF", ""),),
        "concern": "It squeaks on the left",
        "advisor_code": "marta",
    }
    return Booking(**{**fields, **changes})


class Shop:
    """One hub, and everybody who uses it. Every verb is one command over the hub's own door."""

    def __init__(
        self, database: Database, clock: HandClock, store: Store = STORE, public_url: str = "", hub: Hub | None = None
    ) -> None:
        self.database = database
        self.clock = clock
        self.store = store
        self.hub = hub or Hub(database, store, clock, public_url=public_url)
        self._numbers = dict.fromkeys("ABS", 0)
        self._is_busy = False

    def do(self, kind: str, who: str, **body: Any) -> dict[str, Any]:
        """Send a command with a fresh id."""
        return self.send(kind, who, secrets.token_hex(16), body)

    def send(self, kind: str, who: str, command_id: str, body: dict[str, Any]) -> dict[str, Any]:
        """After each command the hub's snapshot must be what one reads anew, however it came about."""
        result = self.hub.command(kind, who, command_id, self.clock.now(), body)
        if not self._is_busy:
            self.check_snapshot()
        return result

    @contextmanager
    def busy(self) -> Iterator[None]:
        """For hundreds of commands: the snapshot is compared after the last of them."""
        self._is_busy = True
        yield
        self._is_busy = False
        self.check_snapshot()

    def check_snapshot(self) -> None:
        at = self.clock.now()
        assert self.hub.snapshot(at) == Snapshots(self.store, self.hub.public_url).take(self.database.read, 0, at)

    def view(self, name: str) -> dict[str, Any]:
        return self.hub.view(name)

    def staff(self, visit_id: str) -> dict[str, Any]:
        """The visit as the staff see it."""
        return next(one for one in self.view("staff")["visits"] if one["visit_id"] == visit_id)

    def lamp(self, advisor_id: str) -> str:
        return self.view(f"pager/{advisor_id}")["pattern"]

    # --- appointments

    def book(self, *bookings: Booking | Cancellation, source: str = "csv") -> dict[str, Any]:
        body = {"source": source, "bookings": [booking_to_json(one) for one in bookings]}
        return self.do("import_appointments", "manager/ali", **body)

    def code_for(self, number: str) -> str:
        """A customer's token."""
        return self.do("show_code", "advisor/marta", number=number)["token"]

    # --- the lane

    def next_number(self, lane: str) -> str:
        self._numbers[lane] = self._numbers.get(lane, 0) + 1
        return f"{lane}-{self._numbers[lane]:03d}"

    def arrival(self, lane: str = "A", **changes: Any) -> dict[str, Any]:
        """The body of a check-in as lane draws it."""
        body = {
            "visit_id": secrets.token_hex(16),
            "ticket": self.next_number(lane),
            "way": "code",
            "language": "es",
            "device_at": us(self.clock.now()),
            "follow_hash": hashed(secrets.token_hex(13)),
            "offline": False,
        }
        return body | changes

    def scan(self, token: str, lane: str = "A", **changes: Any) -> dict[str, Any]:
        """Somebody holds a code before the camera of a lane."""
        return self.do("check_in", f"lane/{lane}", **self.arrival(lane, code_hash=hashed(token), **changes))

    def walk_in(self, lane: str = "A", **changes: Any) -> dict[str, Any]:
        body = {"way": "walk_in", "name": "Bo", "reason": "A noise", "language": "en"} | changes
        return self.do("check_in", f"lane/{lane}", **self.arrival(lane, **body))

    def checked_in(self, number: str = "R1", **booking: Any) -> str:
        """Book, show the code, scan: the visit's id."""
        self.book(a_booking(number, self.clock.now(), **booking))
        return self.scan(self.code_for(number))["visit_id"]

    # --- staff

    def step(self, kind: str, visit_id: str, who: str = "advisor/marta", **more: Any) -> dict[str, Any]:
        if kind in ("begin_write_up", "greet"):
            more = {"advisor_id": "marta"} | more
        return self.do(kind, who, visit_id=visit_id, **more)

    def walk(self, visit_id: str, *steps: str) -> str:
        for one in steps:
            self.step(one, visit_id, "manager/ali" if one == "hand_over" else "advisor/marta")
        return visit_id

    # --- the log

    def facts(self, visit_id: str | None = None) -> list[f.Fact]:
        """Every fact of a visit, or of the store itself, in order."""
        event = schema.event.c
        query = select(event.kind, event.data).where(event.visit_id == visit_id).order_by(event.seq)
        with self.database.read() as connection:
            return [f.from_data(row.kind, row.data) for row in connection.execute(query)]

    def everything(self, table: Any) -> list[dict[str, Any]]:
        """All rows of a table."""
        with self.database.read() as connection:
            return [dict(row._mapping) for row in connection.execute(select(table))]


READY = ("begin_write_up", "begin_service", "begin_quality_check", "pass_quality_check")


def rebuilt(shop: Shop) -> dict[str, Any]:
    """Visits, pages, presence and open numbers, folded anew from the log alone."""
    visits: dict[str, Visit] = {}
    seqs: dict[str, int] = {}
    pages: dict[str, dict[str, Any]] = {}
    presence: dict[str, str] = {}
    with shop.database.read() as connection:
        log = connection.execute(select(schema.event).order_by(schema.event.c.seq)).all()
    for row in log:
        fact = f.from_data(row.kind, row.data)
        if row.visit_id:
            one = Recorded(row.visit_id, row.at, row.actor, fact)
            visits[row.visit_id] = rules.apply(visits[row.visit_id], one) if row.visit_id in visits else rules.begin(one)
            seqs[row.visit_id] = row.seq
        if isinstance(fact, f.PageOpened):
            lane = visits[row.visit_id].lane if row.visit_id else row.actor.removeprefix("lane/")
            pages[fact.page_id] = {"visit_id": row.visit_id, "lane": lane, **opened(fact, row.at)}
        elif isinstance(fact, f.PageAcknowledged | f.PageHandedOn | f.PageClosed):
            pages[fact.page_id] |= page_change(fact, row.at)
        elif isinstance(fact, f.AdvisorPresent):
            presence[fact.advisor_id] = fact.presence
    rows = [{"store_id": "valley", "visit_id": one, **visit_row(visit, seqs[one])} for one, visit in visits.items()]
    return {
        "visits": sorted(rows, key=lambda one: one["visit_id"]),
        "pages": sorted(({"store_id": "valley", **one} for one in pages.values()), key=lambda one: one["page_id"]),
        "presence": presence,
        "open_tickets": sorted((ticket, one.visit_id) for one in visits.values() if one.stage.is_open for ticket in one.tickets),
    }


def stored(shop: Shop) -> dict[str, Any]:
    """The same as the tables have it."""
    return {
        "visits": sorted(shop.everything(schema.visit), key=lambda one: one["visit_id"]),
        "pages": sorted(shop.everything(schema.page), key=lambda one: one["page_id"]),
        "presence": {one["advisor_id"]: one["presence"] for one in shop.everything(schema.presence)},
        "open_tickets": sorted((one["ticket"], one["visit_id"]) for one in shop.everything(schema.open_ticket)),
    }


def copied(template: Path, to: Path) -> str:
    """A copy of a migrated, empty database, as an address."""
    shutil.copyfile(template, to)
    return f"sqlite:///{to}"


def emptied(url: str) -> str:
    """A PostgreSQL database with nothing in it any more; the same address."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return url


def wiped(url: str) -> str:
    """The same PostgreSQL database without a row, its log too: for tests that follow one another. The same address."""
    tables = [one.name for one in reversed(schema.metadata.sorted_tables)]
    with psycopg.connect(url) as connection:
        # The log's triggers look away.
        connection.execute("; ".join(["SET LOCAL session_replication_role = replica", *(f"DELETE FROM {one}" for one in tables)]))
    return url
