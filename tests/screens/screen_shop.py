"""A hub with a store of its own, as the screens' tests drive it: real database, real rules, a clock that is set by hand."""

from __future__ import annotations

import hashlib
import re
import secrets
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.test import TestResponse

from kiosk.domain.appointment import Booking, OperationAsked
from kiosk.domain.facts import to_us
from kiosk.domain.people import Vehicle
from kiosk.domain.store import Advisor, OpeningHours, Operation, Span, Store, Words
from kiosk.language import language, plain
from kiosk.server.app import create_app
from kiosk.server.appointments.wire import booking_to_json
from kiosk.server.database import Database
from kiosk.settings import Hub as HubSettings
from kiosk.settings import Papers, Settings

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 24, 15, 31, tzinfo=UTC)  # Tuesday, 10:31 in the shop
ALL_DAY = (Span(time(7), time(12)), Span(time(13), time(18)))


def words(en: str, es: str, ar: str) -> Words:
    """A text in three languages."""
    return Words(en, es, ar)


STORE = Store(
    store_id="valley",
    name=words("Valley Motors", "Motores del Valle", "محركات الوادي"),
    zone=ZONE,
    country="US",
    currency="USD",
    hours=OpeningHours((ALL_DAY,) * 5 + ((), ())),
    bays=2,
    advisors=(
        Advisor("marta", words("Marta", "Marta", "مارتا"), "1", ("maintenance",)),
        Advisor("omar", words("Omar", "Omar", "عمر"), "2", ("maintenance",)),
    ),
    operations=(
        Operation(
            "30K",
            words("30,000 mile service", "Servicio de 30,000 millas", "صيانة 30,000 ميل"),
            90,
            28995,
            6.625,
            words("12 months or 12,000 miles", "12 meses o 12,000 millas", "12 شهرًا أو 12,000 ميل"),
            180,
        ),
        Operation(
            "NOISE",
            words("Check a noise when braking", "Revisar un ruido al frenar", "فحص صوت عند الفرملة"),
            60,
            9500,
            6.625,
        ),
    ),
    lanes=("A", "B"),
    gates=("A",),
    cashiers=("1", "2"),
    address="100 Valley Road, Paterson, NJ",
    phone="+1 973-555-0100",
)


class SetClock:
    """A clock that stands where it was set."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The moment that was set."""
        return self.at


@dataclass
class Shop:
    """The hub with verbs of the day."""

    app: Any
    clock: Any
    drawn: int = 0

    @property
    def hub(self) -> Any:
        """Commands and views."""
        return self.app.hub

    def do(self, who: str, kind: str, /, **body: Any) -> dict[str, Any]:
        """A command."""
        return self.hub.command(kind, who, secrets.token_hex(16), self.clock.now(), body)

    def book(self, *bookings: Booking) -> None:
        """Appointments, as an import brings them."""
        self.do(
            "manager/manager", "import_appointments", source="test", bookings=[booking_to_json(one) for one in bookings]
        )

    def booking(self, number: str, name: str, **changes: Any) -> Booking:
        """An appointment of today."""
        first, _, last = name.partition(" ")
        made = Booking(
            source="test",
            number=number,
            starts_at=self.clock.now() - timedelta(minutes=1),
            zone="America/New_York",
            display_name=name,
            first_name=first,
            last_name=last,
            phone_e164="+19735550117",
            language="en",
            vehicle=Vehicle(2021, "Toyota", "RAV4", "blue", "2T3P1RFV8MC164472", "2T3P1RFV8MC164472", "ABC-472"),
            operations=(OperationAsked("30K", "30,000 mile service"),),
            advisor_code="marta",
        )
        return replace(made, **changes)

    def appointment_id(self, number: str) -> str:
        """The id of an appointment."""
        return next(one["appointment_id"] for one in self.hub.view("staff")["appointments"] if one["number"] == number)

    def arrive(self, number: str, lane: str = "A", **changes: Any) -> str:
        """Somebody scans a code in a lane; the visit's id."""
        code = self.do("manager/manager", "show_code", appointment_id=self.appointment_id(number))
        self.drawn += 1
        body = {
            "visit_id": secrets.token_hex(16),
            "ticket": f"{lane}-{self.drawn:03d}",
            "way": "code",
            "code_hash": hashlib.sha256(code["token"].encode()).hexdigest(),
            "language": "en",
            "follow_hash": None,
            "offline": False,
            "device_at": to_us(self.clock.now()),
        }
        return self.do(f"lane/{lane}", "check_in", **(body | changes))["visit_id"]

    def walk_in(self, name: str, lane: str = "A", **changes: Any) -> str:
        """Somebody without an appointment gives a name in a lane."""
        self.drawn += 1
        body = {
            "visit_id": secrets.token_hex(16),
            "ticket": f"{lane}-{self.drawn:03d}",
            "way": "walk_in",
            "name": name,
            "reason": "",
            "language": "en",
            "follow_hash": None,
            "offline": False,
            "device_at": to_us(self.clock.now()),
        }
        return self.do(f"lane/{lane}", "check_in", **(body | changes))["visit_id"]

    def move_to(self, visit_id: str, stage: str) -> None:
        """The usual steps up to a stage."""
        steps = {
            "with_advisor": ("begin_write_up", {"advisor_id": "marta"}),
            "in_service": ("begin_service", {}),
            "quality_check": ("begin_quality_check", {}),
            "ready": ("pass_quality_check", {}),
        }
        for reached, (kind, body) in steps.items():
            self.do("advisor/marta", kind, visit_id=visit_id, **body)
            if reached == stage:
                return

    def visit(self, visit_id: str) -> dict[str, Any]:
        """The visit in the staff view."""
        return next(one for one in self.hub.view("staff")["visits"] if one["visit_id"] == visit_id)

    def later(self, **by: float) -> None:
        """Time passes."""
        self.clock.at += timedelta(**by)

    def screen(self, who: str | None, language: str = "en") -> Screen:
        """Somebody's browser."""
        client = self.app.flask.test_client()
        if who:
            client.set_cookie("kiosk_principal", who)
        client.set_cookie("kiosk_language", language)
        return Screen(client)


class Screen:
    """A browser without pictures: opens pages, and presses keys as a form does."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def open(self, path: str, **headers: str) -> TestResponse:
        """GET a page."""
        return self.client.get(path, headers=headers)

    def press(self, page: TestResponse, form_id: str, **typed: Any) -> TestResponse:
        """Send the form with this id, as it stands in the page, with what is typed into it; follow where it leads."""
        action, fields = form(page.text, form_id)
        return self.client.post(action, data=fields | typed, follow_redirects=True)


def form(html: str, form_id: str) -> tuple[str, dict[str, str]]:
    """A form's address and its hidden fields."""
    found = re.search(rf'<form[^>]*\bid="{re.escape(form_id)}"[^>]*>.*?</form>', html, re.DOTALL)
    assert found, f"no form {form_id} in the page: {re.findall(r'<form[^>]* id=.([^ >]+).', html)}"
    action = re.search(r'action="([^"]*)"', found[0].split(">")[0])
    fields = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', found[0]))
    return (action[1] if action else ""), fields


class Compiled(BytecodeCache):
    """Templates compiled once for all hubs of a test run."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was compiled before."""
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what is compiled now."""
        self._code[bucket.key] = bucket.bytecode_to_string()


_compiled = cache(Compiled)


@cache
def _empty_database() -> bytes:
    """A hub's database as its migrations leave it: made once, because that takes longer than most tests."""
    with tempfile.TemporaryDirectory() as folder:
        Database(f"sqlite:///{folder}/hub.db").close()
        return (Path(folder) / "hub.db").read_bytes()


def open_shop(
    folder: Path, clock: Any, *, papers: Papers | None = None, public_url: str = "https://lane.valley.example"
) -> Shop:
    """A hub of its own in a folder. Whoever opens it closes `shop.hub.database`."""
    if not (folder / "hub.db").exists():
        (folder / "hub.db").write_bytes(_empty_database())
    settings = Settings(hub=HubSettings(folder=str(folder), public_url=public_url, sign_in=False), papers=papers or Papers())
    app = create_app(Database(f"sqlite:///{folder}/hub.db"), STORE, settings, clock)
    app.flask.jinja_env.bytecode_cache = _compiled()
    return Shop(app, clock)


def ready_visit(shop: Shop) -> str:
    """Lucía's car, ready for pickup; the id of the visit."""
    shop.book(shop.booking("1", "Lucía Campos", language="es"))
    visit_id = shop.arrive("1", language="es")
    shop.move_to(visit_id, "ready")
    return visit_id


def paper_of(page: TestResponse) -> str:
    """The id of the papers that a page links to."""
    found = re.search(r'href="/papers/([0-9a-f]{32})\.pdf"', page.text)
    assert found, "no papers in this page"
    return found[1]


def says(message: str, code: str = "en", **values: Any) -> str:
    """A message of the catalogue as words_of finds it in a page."""
    return plain(language(code).text(message, **values))


def words_of(html: str) -> str:
    """What a page says, without tags and in one line."""
    kept = re.sub(r"</?bdi[^>]*>", "", re.sub(r"<(head|template)\b.*?</\1>", "", html, flags=re.DOTALL))
    return " ".join(re.sub(r"<[^>]+>", " ", kept).split())
