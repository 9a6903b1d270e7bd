"""A dealership for one test: a hub over real HTTP, devices with simulated hardware, and the people who touch them.

`with ShopDay(folder, "2026-11-23 10:27") as shop:` is the store of examples/ at that time; without a time it is the
machine's own day, in a store that is open. Verbs wait for what they name and fail with how things are.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import secrets
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

import httpx
from bookings import Books, exported
from log_book import LogBook
from noticing import Noticing
from PIL import Image
from ports import free_port
from running import DeviceInThread, HubInThread, Process, PullableCable, StoryClock
from shop_things import Board, Desk, Lane, Printer, read_picture

from kiosk.__main__ import main as kiosk
from kiosk.domain.facts import from_us, to_us
from kiosk.hardware.simulated.messages import Message
from kiosk.hardware.simulated.world import World
from kiosk.hub_client import HubClient
from kiosk.settings import load
from kiosk.shop.setup import DESKS, NAMES, Shop, example, morning_zone, write_settings

# An address such as postgresql://kiosk@127.0.0.1:5432/trial: all that is in that database is dropped for every shop.
POSTGRESQL = os.environ.get("KIOSK_TEST_POSTGRESQL", "")
EXAMPLE_ZONE = ZoneInfo("America/New_York")
MANAGER = "manager/story"
DEVICES = ("lane", *(f"pager-{one}" for one in DESKS), "board")


class ShopDay:
    """The dealership. `lane`, `desk(...)`, `board`, `printer` are things, `customer(...)` and `does(...)` people."""

    def __init__(
        self,
        folder: Path,
        at: str = "",
        *,
        board: str = "",
        own_processes: Sequence[str] = (),
        bays: int = 4,
        database: str = "",
    ) -> None:
        """Nothing runs before `with`.

        Args:
            folder: for everything that is written.
            at: the store's wall clock; needs the hub and the lane in this process. Empty: the machine's own time.
            board: the language of the waiting room's board, a process of its own: a process has one screen. Empty: none.
            own_processes: which others of "hub", "lane", "lane-b", "pager-marta", "pager-omar" are processes of their own.
            bays: of the workshop.
            database: an empty PostgreSQL database of the story's own. Empty: a SQLite file.
        """
        self.folder = folder
        zone = EXAMPLE_ZONE if at else morning_zone(datetime.now(UTC))
        self.clock = StoryClock(zone, at)
        self.is_set = bool(at)
        self._own, self._has_board = set(own_processes) | {"board"}, bool(board)
        self._short = tempfile.TemporaryDirectory(prefix="shop-")  # the path of a Unix socket is short
        world = Path(self._short.name) / "world"
        self.setup = Shop(folder, zone, free_port(), free_port(), free_port(), world)
        write_settings(self.setup, self.clock.now())
        self._write_store(bays)
        _rewrite(self.setup.settings("board"), 'languages = ["en", "es", "ar"]', f'languages = ["{board or "en"}"]')
        self.lane_is_off = timedelta()
        self.noticing = Noticing()
        self.log = self._log(database)
        self._open = contextlib.ExitStack()
        self._lock = threading.Lock()
        self.shown: dict[str, dict[str, Any]] = {}
        self.pictures: dict[str, bytes] = {}
        self.heard: dict[str, list[str]] = {}
        self.patterns: dict[str, str] = {}
        self.lamps: dict[str, list[dict[str, Any]]] = {}
        self.outputs: dict[str, list[bool]] = {}
        self.staff: dict[str, Any] = {}
        self.roles: dict[str, Any] = {}
        self.customers: dict[str, Customer] = {}

    def _log(self, database: str) -> LogBook:
        """A database of the shop's own: a SQLite file, or one on a PostgreSQL server."""
        sqlite = f"sqlite:///{self.folder / 'hub.db'}"
        log = LogBook(database or POSTGRESQL or sqlite)
        if database or POSTGRESQL:
            _rewrite(self.setup.settings("hub"), sqlite, database or POSTGRESQL)
        if POSTGRESQL and not database:
            log.empty()
        return log

    def _write_store(self, bays: int) -> None:
        file = self.folder / "store.toml"
        text = example("store.toml").read_text("utf-8") if self.is_set else file.read_text("utf-8")
        file.write_text(text, "utf-8")
        _rewrite(file, "\nbays = 4\n", f"\nbays = {bays}\n")

    # -- opening and closing -------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        """Open the hub, the cable and the outside world; bookings and devices come afterwards."""
        with contextlib.ExitStack() as opening:
            opening.callback(self._short.cleanup)
            self.world = World(self.setup.world, self._noticed)
            opening.callback(self.world.close)
            self.printer = Printer(self)
            opening.callback(self.printer.outside.close)
            self.http = opening.enter_context(httpx.Client(base_url=self.setup.hub_url, timeout=60, trust_env=False))
            opening.callback(self._stop, "hub")
            self.starts("hub")
            self.cable = PullableCable(self.setup.wire_port, self.setup.hub_port)
            opening.callback(self.cable.remove)
            eyes = HubClient(self.setup.hub_url, MANAGER, self.folder / "eyes.db")
            eyes.watch("staff", self._told)
            opening.callback(
                _all_at_once, eyes.close, *(partial(self._stop, key) for key in ("hub", *DEVICES, "lane-b"))
            )
            self.does(MANAGER, "set_presence", advisor_id="dina", presence="off")  # she has no desk here
            self._open = opening.pop_all()
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        """Close: no process, thread or port is left, and every visit's row is what the log tells."""
        self._open.close()
        if kind is None:
            self.log.check()

    def rewrites(self, key: str, before: str, after: str) -> None:
        """Change the settings of one role before it starts."""
        _rewrite(self.setup.settings(key), before, after)

    def second_lane(self) -> Lane:
        """Lane B, a process of its own beside lane A; it starts to start."""
        name = "lane-b"
        text = self.setup.settings("lane").read_text("utf-8")
        text = text.replace(NAMES["lane"], name).replace('letter = "A"', 'letter = "B"')
        self.setup.settings(name).write_text(text, "utf-8")
        self.starts(name)
        return Lane(self, name)

    def opens(self) -> Self:
        """Lane, desks and board come up; this returns when all have heard of the hub."""
        keys = [key for key in DEVICES if key != "board" or self._has_board]
        _all_at_once(*(partial(self.starts, key) for key in keys))
        self.lane.shows("scan")
        for one in DESKS:
            self.desk(one).says("dark")
        if self._has_board:
            self.until("the board shows nothing", lambda: self.board.words)
        return self

    def starts(self, key: str) -> None:
        """Start "hub", "lane", "pager-marta", "pager-omar" or "board"; again after it was stopped or killed."""
        if key not in self.roles:
            self.roles[key] = self._made(key)
        self.roles[key].start()
        if key == "hub":
            self.until("the hub does not answer", self._hub_answers)

    def stops(self, key: str) -> None:
        """End one in order."""
        self.roles[key].stop()
        self._forgets(key)

    def kills(self, key: str) -> None:
        """Pull its plug: a process of its own only."""
        self.roles[key].kill()
        self._forgets(key)

    def file_has(self, file: Path, table: str) -> bool:
        """Whether a device's SQLite file has a row in this table."""
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as found:
            return bool(found.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def _forgets(self, key: str) -> None:
        self.shown.pop(NAMES.get(key, key), None)
        self.patterns.pop(key.removeprefix("pager-"), None)

    def _stop(self, key: str) -> None:
        if key in self.roles:
            self.roles[key].stop()

    def _made(self, key: str) -> Any:
        settings = self.setup.settings(key)
        if key in self._own:
            return Process(key.partition("-")[0], settings, self.folder / f"{key}.log")
        if key == "hub":
            return HubInThread(settings, self.clock)
        from kiosk.device_lane import LaneDevice
        from kiosk.device_pager import PagerDevice

        if key.startswith("pager"):
            return DeviceInThread(PagerDevice, load(settings))
        lane = DeviceInThread(LaneDevice, load(settings), now=lambda: self.clock.now() + self.lane_is_off)
        self.clock.moved.append(lane.look_again)
        return lane

    def _hub_answers(self) -> bool:
        with contextlib.suppress(httpx.TransportError):
            return self.http.get("/healthz").is_success
        return False

    # -- what is noticed -----------------------------------------------------------------------------------------------

    def _noticed(self, device: str, message: Message) -> None:
        """A device did something that people notice; called in the device's own thread."""
        values = message.values
        with self._lock:
            if message.kind == "shown":
                self.shown[device] = values
            elif message.kind == "screen":
                self.pictures[device] = message.blob
            elif message.kind == "sound":
                self.heard.setdefault(device, []).append(values["name"])
            elif message.kind == "pattern":
                self.patterns[values["desk"]] = values["pattern"]
            elif message.kind == "lamp":
                self.lamps.setdefault(values["desk"], []).append(values)
            elif message.kind == "output":
                self.outputs.setdefault(values["name"], []).append(values["on"])
        self.noticing.notice()

    def _told(self, view: dict[str, Any]) -> None:
        self.staff = view
        self.noticing.notice()

    def until(self, what_not: str, question: Callable[[], Any], now: Callable[[], object] = lambda: "") -> Any:
        """Wait until the question's answer is true, and answer it; the words are for when it never is."""
        return self.noticing.until(what_not, question, now)

    # -- things --------------------------------------------------------------------------------------------------------

    @property
    def lane(self) -> Lane:
        """The lane A."""
        return Lane(self, NAMES["lane"])

    def desk(self, advisor: str) -> Desk:
        """An advisor's desk."""
        return Desk(self, advisor)

    @property
    def board(self) -> Board:
        """The waiting room's board."""
        return Board(self, NAMES["board"])

    # -- people --------------------------------------------------------------------------------------------------------

    def imports(self, file: Path) -> dict[str, Any]:
        """The dealership's export is imported by the command; its report."""
        return self.command("appointments", "import", str(file), "--hub", self.setup.hub_url)

    def books(self, *bookings: Books) -> None:
        """Appointments are written to a CSV file as the dealership's system does, and imported."""
        on = f"{self.clock.now().astimezone(self.clock.zone):%Y-%m-%d}"
        file = exported(bookings, on, self.folder / f"export-{secrets.token_hex(4)}.csv")
        report = self.imports(file)
        assert not report["refused"], report["refused"]
        for one in bookings:
            self.customers[one.first_name] = Customer(self, one.first_name, one.number)

    def customer(self, first_name: str, number: str = "") -> Customer:
        """Somebody who has booked; the appointment's number where it was not booked here."""
        return self.customers.setdefault(first_name, Customer(self, first_name, number))

    def command(self, *words: str) -> dict[str, Any]:
        """A command of the command line, with what it prints as JSON."""
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            status = kiosk([*words, "--json"])
        assert status == 0, f"kiosk {' '.join(words)}: {status}: {said.getvalue()}"
        return dict(json.loads(said.getvalue()))

    def does(self, who: str, kind: str, ticket: str = "", **body: Any) -> dict[str, Any]:
        """Somebody of the staff sends a command over HTTP; with a ticket it is about that visit."""
        if ticket:
            body["visit_id"] = self.visit(ticket)["visit_id"]
        wire = {"id": secrets.token_hex(16), "at": to_us(self.clock.now()), "body": body}
        answer = self.http.post(f"/api/1/commands/{kind}", json=wire, headers={"Kiosk-Principal": who})
        assert answer.is_success, f"{who} {kind}: {answer.status_code} {answer.text}"
        return dict(answer.json()["result"])

    # -- what the hub says ---------------------------------------------------------------------------------------------

    def view(self, name: str, who: str = MANAGER) -> dict[str, Any]:
        """A view as its watcher has it now."""
        answer = self.http.get(f"/api/1/views/{name}", headers={"Kiosk-Principal": who} if who else {})
        assert answer.is_success, f"view {name}: {answer.status_code} {answer.text}"
        return dict(answer.json())

    def visit(self, ticket: str, **so: Any) -> dict[str, Any]:
        """The visit with this ticket on the staff's screens, as soon as it is `so`: stage="ready"."""

        def found() -> dict[str, Any] | None:
            visits = self.staff.get("visits", ())
            it = next((one for one in visits if ticket in (one["ticket"], *one["aliases"])), None)
            return it if it and all(it[key] == value for key, value in so.items()) else None

        def now() -> object:
            return [(one["ticket"], *(one[key] for key in so)) for one in self.staff.get("visits", ())]

        return dict(self.until(f"the staff do not see {ticket} {so or ''}", found, now))

    def trouble(self, device: str) -> list[str]:
        """What the staff's screens say is wrong with "lane/A", "pager/pager-omar" ..."""
        return next((list(one["trouble"]) for one in self.staff.get("devices", ()) if one["name"] == device), [])

    def wall(self, us: int | None) -> str:
        """A view's instant on the store's clock, "" for none."""
        return self.clock.wall(from_us(us)) if us is not None else ""


@dataclass
class Customer:
    """Somebody with an appointment, and the code on their phone."""

    shop: ShopDay
    first_name: str
    number: str
    code: str = ""

    def gets_a_code(self) -> Path:
        """The dealership sends the code as a picture; this is the picture's file."""
        file = self.shop.folder / f"code-{self.number}.png"
        self.shop.command("appointments", "code", self.number, "--hub", self.shop.setup.hub_url, "--out", str(file))
        self.code = read_picture(Image.open(file))
        return file

    @property
    def token(self) -> str:
        """The secret in the code."""
        return self.code.rpartition("/")[2]

    def holds_up_code(self, **look: Any) -> None:
        """Hold the phone before the lane's camera."""
        if not self.code:
            self.gets_a_code()
        self.shop.lane.sees(self.code, **look)


def _all_at_once(*works: Callable[[], None]) -> None:
    """Do all of them, and raise what one of them raises when all have ended."""
    with ThreadPoolExecutor(len(works)) as pool:
        begun = [pool.submit(work) for work in works]
    for one in begun:
        one.result()


def _rewrite(file: Path, before: str, after: str) -> None:
    text = file.read_text("utf-8")
    assert before in text, f"{file.name} has no {before!r}"
    file.write_text(text.replace(before, after), "utf-8")


def token_hash(token: str) -> str:
    """As the hub keeps it."""
    return hashlib.sha256(token.encode()).hexdigest()
