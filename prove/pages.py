"""Pagers and hub are restarted at random moments, while customers come and advisors press: is any call forgotten?

After every restart each desk's lamp, read from its pins, must say within 2 s what the hub's view of that desk says. A
call is forgotten if it is open and unanswered, and no lamp of those whom it reaches shows it and no screen has it.
"""

from __future__ import annotations

import json
import random
import secrets
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from kiosk.domain.facts import to_us
from kiosk.hardware.patterns import Colour
from kiosk.hardware.ports import SimulatorError
from kiosk.hardware.simulated.gpio import DARK, SEEN
from kiosk.hardware.simulated.messages import Message
from kiosk.hardware.simulated.world import World
from prove._counts import Count, Say
from prove._pagers import Pagers
from prove._shop import Caller, Hubs, shop_of

TITLE = "Pagers and hub restarted at random, calls open all the while"
NUMBER = 1000
SHORT = 16
DESKS = {"marta": (17, 27, 22, 24), "omar": (5, 6, 13, 19)}
TRUTH_WITHIN_S = 2.0
GIVEN_UP_S = 20.0
MOST_OPEN = 4
LONG_AWAY = 50  # every so many restarts what was stopped stays away for longer than any pause between two tries
LONG_AWAY_S = 4.0
COLOURS = {
    "dark": DARK,
    "coming": SEEN[Colour.BLUE],
    "new": SEEN[Colour.BLUE],
    "insisting": SEEN[Colour.BLUE],
    "escalated": SEEN[Colour.RED],
    "cashier": SEEN[Colour.GREEN],
}


class Floor:
    """The desks with their lamps as an eye sees them, and the hub."""

    def __init__(self, hubs: Hubs, pagers: Pagers, address: Path) -> None:
        """Nothing is switched on yet."""
        self.hubs, self.pagers = hubs, pagers
        self.patterns: dict[str, str] = {}
        self.colours: dict[str, str] = {}
        self._news = threading.Condition()
        self.world = World(address, self._noticed)
        self.settings = {desk: self._written(desk, pins, address) for desk, pins in DESKS.items()}

    def _written(self, desk: str, pins: tuple[int, int, int, int], address: Path) -> Path:
        red, green, blue, button = pins
        file = self.hubs.folder / f"pager-{desk}.toml"
        file.write_text(
            f'[device]\nhub = "http://127.0.0.1:{self.hubs.port}"\nname = "pager-{desk}"\n'
            f'folder = "{self.hubs.folder}/pager-{desk}"\n[simulator]\naddress = "{address}"\n'
            f'[gpio]\nfactory = "mock"\n[[desk]]\nadvisor = "{desk}"\n'
            f"red_pin = {red}\ngreen_pin = {green}\nblue_pin = {blue}\nbutton_pin = {button}\n",
            "utf-8",
        )
        return file

    def _noticed(self, _device: str, message: Message) -> None:
        with self._news:
            if message.kind == "lamp" and (message.values["level"] or message.values["colour"] == DARK):
                self.colours[message.values["desk"]] = message.values["colour"]
            elif message.kind == "pattern":
                self.patterns[message.values["desk"]] = message.values["pattern"]
            self._news.notify_all()

    def kill(self, victim: str, signal_number: int) -> None:
        """Stop the hub or a desk's pager; what it said last is not believed any more."""
        if victim == "hub":
            self.hubs.kill(signal_number)
            return
        self.pagers.kill(self.settings[victim])
        with self._news:
            self.patterns.pop(victim, None)
            self.colours.pop(victim, None)

    def begin(self, victim: str) -> None:
        """Start it again."""
        if victim == "hub":
            self.hubs.begin()
        else:
            self.pagers.begin(self.settings[victim])

    def press(self, desk: str) -> None:
        """A short press; a desk without current feels nothing."""
        try:
            self.world.press(f"pager-{desk}", desk, down=True)
            time.sleep(0.03)
            self.world.press(f"pager-{desk}", desk, down=False)
        except SimulatorError:
            return

    def truth_s(self) -> float:
        """How long until every lamp says what the hub says; GIVEN_UP_S if they never do."""
        began_s = time.monotonic()
        while (taken_s := time.monotonic() - began_s) < GIVEN_UP_S:
            if all(self._is_true(desk) for desk in DESKS):
                return taken_s
            with self._news:
                self._news.wait(0.02)
        return GIVEN_UP_S

    def _is_true(self, desk: str) -> bool:
        view = self.view(f"pager/{desk}")
        return bool(view) and self.says(desk) == view["pattern"]

    def says(self, desk: str) -> str:
        """The pattern on the pins, as far as pattern and pins agree."""
        with self._news:
            pattern, colour = self.patterns.get(desk, ""), self.colours.get(desk, "")
        is_blinking = pattern in ("insisting", "escalated") and colour == DARK
        return pattern if COLOURS.get(pattern) == colour or is_blinking else ""

    def view(self, name: str) -> dict[str, Any]:
        """A view of the hub, empty while there is none."""
        connection = HTTPConnection("127.0.0.1", self.hubs.port, timeout=5)
        try:
            connection.request("GET", f"/api/1/views/{name}", headers={"Kiosk-Principal": "manager/prove"})
            answer = connection.getresponse()
            told: dict[str, Any] = json.loads(answer.read())
        except (OSError, HTTPException):
            return {}
        else:
            return told if answer.status == HTTPStatus.OK else {}
        finally:
            connection.close()

    def forgotten(self) -> list[str]:
        """Open, unanswered calls that neither a lamp nor the manager's screen shows."""
        staff = self.view("staff")
        pages = [page for visit in staff["visits"] for page in visit["pages"] if not page["acknowledged_by"]]
        calling = {desk for desk in DESKS if self.says(desk) not in ("", "dark", "coming")}
        return [one["page_id"] for one in pages if not one["escalated"] and not calling & set(one["advisors"])]


def prove(number: int, say: Say) -> Iterator[Count]:
    """Something happens, something is restarted in the middle of it, and then the lamps are read."""
    dice = random.Random(number)  # noqa: S311 - the same moments in every run
    taken_s: list[float] = []
    forgotten: list[str] = []
    with shop_of("pages") as hubs, tempfile.TemporaryDirectory() as short:
        hubs.begin()
        with Pagers(hubs.folder / "pagers.log") as pagers:
            floor = Floor(hubs, pagers, Path(short) / "world")
            people = People(floor, dice)
            people.send("manager/prove", "set_presence", advisor_id="dina", presence="off")
            for desk in DESKS:
                floor.begin(desk)
            assert floor.truth_s() < GIVEN_UP_S
            for turn in range(number):
                victim = dice.choice(("hub", *DESKS))
                act = threading.Thread(target=people.act)
                act.start()
                time.sleep(dice.uniform(0, 0.04))
                floor.kill(victim, dice.choice((signal.SIGKILL, signal.SIGTERM)))
                if turn % LONG_AWAY == LONG_AWAY - 1:
                    time.sleep(LONG_AWAY_S)
                floor.begin(victim)
                taken_s.append(floor.truth_s())
                act.join()
                floor.truth_s()
                forgotten += floor.forgotten()
                if turn % 100 == 99:
                    say(f"{turn + 1} restarts, {people.came} customers, {len(forgotten)} calls forgotten")
            floor.world.close()
        people.close()
        hubs.end_life()
    ordered = sorted(taken_s)
    yield Count("restarts of hub and pagers", len(taken_s), exactly=number)
    yield Count("customers who called an advisor", people.came, at_least=1)
    yield Count("calls answered by a press", people.pressed)
    yield Count("calls forgotten", len(forgotten), exactly=0)
    yield Count("from the start to lamps that tell the truth, middle", ordered[len(ordered) // 2], "s")
    yield Count("and the slowest", ordered[-1], "s", at_most=TRUTH_WITHIN_S)


class People:
    """Customers who come and advisors who press, one thing after the other."""

    def __init__(self, floor: Floor, dice: random.Random) -> None:
        """Nobody is there."""
        self._floor = floor
        self._dice = random.Random(dice.random())  # noqa: S311
        self._callers: dict[str, Caller] = {}
        self._open: list[str] = []
        self.came = self.pressed = 0

    def act(self) -> None:
        """Somebody comes, presses, or is served."""
        acts: list[Callable[[], None]] = [self._press]
        if len(self._open) < MOST_OPEN:
            acts += [self._come, self._come]
        if len(self._open) > 1:
            acts.append(self._serve)
        self._dice.choice(acts)()

    def _come(self) -> None:
        visit_id = secrets.token_hex(16)
        self.came += 1
        body = {
            "visit_id": visit_id,
            "ticket": f"A-{(self.came - 1) % 999 + 1:03}",
            "way": "walk_in",
            "language": "en",
            "name": f"Guest {self.came}",
            "device_at": to_us(datetime.now(UTC)),
        }
        self.send("lane/A", "check_in", **body)
        self._open.append(visit_id)

    def _press(self) -> None:
        desk = self._dice.choice(list(DESKS))
        if self._floor.says(desk) not in ("", "dark", "coming"):
            self.pressed += 1
        self._floor.press(desk)

    def _serve(self) -> None:
        self.send("advisor/marta", "begin_write_up", visit_id=self._open.pop(0), advisor_id="marta")

    def send(self, who: str, kind: str, **body: Any) -> None:
        """The same command until the hub has taken it."""
        caller = self._callers.setdefault(who, Caller(self._floor.hubs.port, who))
        caller.until_answered(kind, secrets.token_hex(16), body)

    def close(self) -> None:
        """They go home."""
        for one in self._callers.values():
            one.close()
