"""A small shop for one device at a time: its outside world, a hub on a real port that does what the test says, its loop in a thread."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from noticing import Noticing

from kiosk.device import Loop
from kiosk.domain.codes import token_from_bits
from kiosk.domain.facts import to_us
from kiosk.hardware.simulated.messages import Message
from kiosk.hardware.simulated.printer import SimulatedPrinter
from kiosk.hardware.simulated.world import World
from kiosk.settings import Board, Desk, Device, Gpio, Lane, Printer, Scanner, Screen, Settings, Simulator

NOW = datetime(2026, 11, 24, 15, 28, tzinfo=UTC)
TOKEN = token_from_bits(77)
STRANGER = token_from_bits(78)
MARTA = {"advisor_id": "marta", "name": {"en": "Marta", "es": "Marta", "ar": "مارتا"}}
STORE = {
    "store_id": "valley",
    "name": {"en": "Valley Motors", "es": "Motores del Valle", "ar": "محركات الوادي"},
    "zone": "America/New_York",
    "clock": "24h",
    "currency": "USD",
    "brand_colour": "#0E3A47",
    "languages": ["en", "es", "ar"],
    "cashiers": ["1"],
    "facts": [],
    "opens_at": None,
    "open_today": [["07:00", "18:00"]],
    "public_url": "",
}


class FloorClock:
    """A clock that goes on when the test says so."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        """This moment."""
        return self.at

    def passes(self, seconds: float) -> None:
        """So much time goes by."""
        self.at += timedelta(seconds=seconds)


def digest(text: str) -> str:
    """SHA-256, as the roster holds it."""
    return hashlib.sha256(text.encode()).hexdigest()


def lane_view(**changes: Any) -> dict[str, Any]:
    """The hub's view of lane A: one customer is booked for today."""
    booked = {
        "appointment_id": "a1",
        "code_hashes": [digest(TOKEN)],
        "typed_hashes": [],
        "first_name": "Sami",
        "car": "Blue SUV, 2021",
        "plate_end": "472",
        "starts_at": to_us(NOW),
        "advisor": MARTA,
        "language": "en",
        "asked": [{"en": "Oil change", "es": "Cambio de aceite", "ar": "تغيير الزيت"}],
        "contact": "text_message",
        "state": "booked",
        "visit_id": None,
        "ticket": None,
    }
    view = {"store": STORE, "lane": "A", "today_on": "2026-11-24", "highest_ticket": 16, "open_tickets": []}
    view["roster_key"] = base64.b64encode(bytes(range(32))).decode()
    return (
        view | {"roster": [booked], "visits": [], "id": "1.1", "hub_now": to_us(NOW), "next_change_at": None} | changes
    )


def pager_view(pattern: str = "dark", *pages: dict[str, Any], presence: str = "in", **more: Any) -> dict[str, Any]:
    """A desk's view."""
    return {"advisor": MARTA, "presence": presence, "pattern": pattern, "pages": list(pages), "id": "1.1"} | more


def page(pattern: str, **changes: Any) -> dict[str, Any]:
    """One call for Marta."""
    first = {"page_id": "p1", "visit_id": "v1", "ticket": "A-017", "lane": "A", "first_name": "Sami"}
    return first | {"reason": "check_in", "pattern": pattern, "age_s": 3.0} | changes


class FloorHub:
    """A hub on a real port: views as the test sets them, commands answered by a function, or nothing at all."""

    def __init__(self, noticing: Noticing) -> None:
        self.noticing = noticing
        self.views: dict[str, dict[str, Any]] = {}
        self.commands: list[dict[str, Any]] = []
        self.files: dict[str, bytes] = {}
        self.is_silent = False
        self.answers: Callable[[str, dict[str, Any]], dict[str, Any]] = lambda _kind, _body: {}
        self.refuses: dict[str, tuple[int, str]] = {}
        self._changed = threading.Condition()
        self._ends = False
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                """A command."""
                told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                kind = self.path.rpartition("/")[2]
                hub.commands.append({"kind": kind, **told})
                noticing.notice()
                if hub.is_silent:
                    hub.waits()
                    return
                status, result = hub.judged(kind, told["body"])
                content = json.dumps(result).encode()
                head = f"HTTP/1.1 {status} Told\r\nContent-Length: {len(content)}\r\n\r\n"
                with contextlib.suppress(OSError):
                    self.wfile.write(head.encode() + content)

            def do_GET(self) -> None:
                """A file, or a stream of one view."""
                if not self.path.startswith("/api/"):
                    content = hub.files.get(self.path)
                    head = f"HTTP/1.1 {200 if content else 404} Told\r\nContent-Length: {len(content or b'')}\r\n\r\n"
                    self.wfile.write(head.encode() + (content or b""))
                    return
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Connection", "close")
                self.end_headers()
                self.close_connection = True
                name = self.path.removeprefix("/api/1/views/").removesuffix("/stream")
                with contextlib.suppress(OSError):
                    hub.stream(name, self.wfile)

            def log_message(self, *about: object) -> None:
                """Be silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def shows(self, name: str, view: dict[str, Any]) -> None:
        """This is the view from now on."""
        with self._changed:
            self.views[name] = view
            self._changed.notify_all()

    def falls_silent(self, *, on: bool = True) -> None:
        """No beat, no answer; and back."""
        with self._changed:
            self.is_silent = on
            self._changed.notify_all()

    def judged(self, kind: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Status and content of the answer."""
        if kind in self.refuses:
            status, code = self.refuses[kind]
            return status, {"error": {"code": code, "message": code}}
        return 200, {"seq": 1, "replayed": False, "result": self.answers(kind, body)}

    def waits(self) -> None:
        """Until it speaks again."""
        with self._changed:
            self._changed.wait_for(lambda: not self.is_silent or self._ends, 30)

    def stream(self, name: str, out: Any) -> None:
        """The view at once, at each change, and a beat each half second; nothing while the hub is silent."""
        told: dict[str, Any] | None = None
        while not self._ends:
            with self._changed:
                view = self.views.get(name)
                if not self.is_silent:
                    content = b": beat\n\n"
                    if view is not told and view is not None:
                        content = f"event: view\ndata: {json.dumps(view, ensure_ascii=False)}\n\n".encode()
                        told = view
                    out.write(content)
                    out.flush()
                self._changed.wait(0.5)

    def sent(self, kind: str) -> list[dict[str, Any]]:
        """Bodies of the commands of this kind, oldest first."""
        return [one["body"] for one in self.commands if one["kind"] == kind]

    def close(self) -> None:
        """End it and every stream."""
        with self._changed:
            self._ends = True
            self._changed.notify_all()
        self._server.shutdown()
        self._server.server_close()


class Floor:
    """The world around one device: what it shows and sounds, and what happens to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.noticing = Noticing()
        self.clock = FloorClock()
        self.told: dict[str, list[Message]] = defaultdict(list)
        self.hub = FloorHub(self.noticing)
        self.world = World(folder / "world", self._notice)
        self.printer = SimulatedPrinter(on_paper=lambda _piece: self.noticing.notice())
        self._ends: list[Callable[[], None]] = []

    def _notice(self, _device: str, message: Message) -> None:
        self.told[message.kind].append(message)
        self.noticing.notice()

    def settings(self, **sections: Any) -> Settings:
        """Settings of a device of this floor."""
        device = Device(hub=self.hub.address, name="device", folder=str(self.folder / "device"))
        return Settings(device=device, simulator=Simulator(address=str(self.folder / "world")), **sections)

    def lane_settings(self) -> Settings:
        """A lane with a small screen, a simulated camera and a network printer."""
        return self.settings(
            lane=Lane(letter="A"),
            screen=Screen(kind="simulated", width_px=540, height_px=960, panel_width_mm=268.0),
            scanner=Scanner(kinds=("simulated",), frames_per_s=30.0),
            printer=Printer(kind="network", host="127.0.0.1", port=self.printer.port),
        )

    def pager_settings(self) -> Settings:
        """Marta's desk."""
        desk = Desk(advisor="marta", red_pin=17, green_pin=27, blue_pin=22, buzzer_pin=23, button_pin=24)
        return self.settings(gpio=Gpio(factory="mock"), desk=(desk,))

    def board_settings(self) -> Settings:
        """A board."""
        return self.settings(
            screen=Screen(kind="simulated", width_px=960, height_px=540, panel_width_mm=1660.0), board=Board()
        )

    @contextmanager
    def running(self, make: Callable[[Loop], Any]) -> Iterator[Any]:
        """The device's loop in a thread of its own, until the test leaves."""
        loop = Loop()
        device = make(loop)
        thread = threading.Thread(target=loop.run, args=(device.turn,), name="loop")
        thread.start()
        try:
            yield device
        finally:
            loop.stop()
            thread.join(60)
            device.close()

    @property
    def screen(self) -> str:
        """Name of the screen shown last."""
        return str(self.told["shown"][-1].values["screen"]) if self.told["shown"] else ""

    @property
    def words(self) -> str:
        """What can be read on it."""
        return "\n".join(self.told["shown"][-1].values["words"]) if self.told["shown"] else ""

    def until(self, what: str, question: Callable[[], object]) -> None:
        """Wait for it."""
        self.noticing.until(
            what, question, lambda: f"{self.screen}: {self.words!r}; {[one['kind'] for one in self.hub.commands]}"
        )

    def shows(self, screen: str) -> None:
        """Wait for this screen."""
        self.until(f"no {screen}", lambda: self.screen == screen)

    def touch(self, target: str) -> None:
        """A finger on this key, a second after whatever was before."""
        self.until(f"no key {target}", lambda: target in self.told["shown"][-1].values["targets"])
        self.clock.passes(1)
        x, y, wide, high = self.told["shown"][-1].values["targets"][target]
        for phase in ("down", "up"):
            self.world.touch("device", x + wide // 2, y + high // 2, phase)

    def close(self) -> None:
        """Tidy up."""
        self.hub.close()
        self.world.close()
        self.printer.close()
