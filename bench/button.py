"""From a desk's button to everywhere: the other desk's lamp, the lanes, the staff's screens; 100 devices watch.

Hub and two pagers are the real processes, button and lamps gpiozero's mock pins behind the simulated world's socket.
Time counts from the moment at which the button is let go; 20 ms of it the contact has for its bouncing.
"""

from __future__ import annotations

import queue
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from bench._figures import Figure, median, percentile
from bench._hub import LANE, MANAGER, Caller, RunningHub, running_hub
from bench._watchers import Watchers
from kiosk.domain.facts import to_us
from kiosk.hardware.simulated.world import World

if TYPE_CHECKING:
    from kiosk.hardware.simulated.messages import Message

TITLE = "Button let go to all who watch, 100 devices"
ROUNDS = 101  # the first one does not count
HELD_S = 0.08
BETWEEN_S = 0.15  # the desks press in turn: a second press within 0.35 s would hand the page on
WATCHED = (
    *[(f"board/hall-{number}", f"board/hall-{number}") for number in range(38)],
    *[("lane/A", "lane/A")] * 20,
    *[(f"pager/p{number}", "pager/dina") for number in range(20)],
    *[(f"advisor/a{number}", "staff") for number in range(20)],
)
PINS = {"marta": (17, 27, 22, 24), "omar": (5, 6, 13, 19)}


def measure() -> Iterator[Figure]:
    """A walk-in calls both desks; one presses, the other's lamp goes dark, and every view tells who comes."""
    taken_ms: list[float] = []
    lamp_ms: list[float] = []
    with running_hub() as hub, tempfile.TemporaryDirectory() as short:
        caller = Caller(hub.url)
        caller.command(MANAGER, "set_presence", advisor_id="dina", presence="off")
        with Desks(hub, Path(short)) as desks, Watchers(hub.url, WATCHED) as watchers:
            touched = watchers.of("lane", "staff")
            for number in range(1, ROUNDS + 1):
                visit_id = secrets.token_hex(16)
                caller.command(LANE, "check_in", **walk_in(visit_id, number))
                comes, other = ("marta", "omar") if number % 2 else ("omar", "marta")
                for desk in PINS:
                    desks.wait_for(desk, "new")
                watchers.wait_for_quiet(BETWEEN_S)
                began_s = desks.press(comes)
                dark_s = desks.wait_for(other, "dark")
                told_s = watchers.wait_for(touched, began_s)
                lamp_ms.append((dark_s - began_s) * 1000)
                taken_ms.append((max(dark_s, told_s) - began_s) * 1000)
                caller.command(f"advisor/{comes}", "begin_write_up", visit_id=visit_id, advisor_id=comes)
                desks.wait_for(comes, "dark")
        caller.close()
    counted, lamps = taken_ms[1:], lamp_ms[1:]
    yield Figure("the other lamp dark, p50", median(lamps))
    yield Figure("the other lamp dark, p99", percentile(lamps, 99), limit=150, remark=f"of {len(lamps)}")
    yield Figure("everywhere, p50", median(counted))
    yield Figure("everywhere, p99", percentile(counted, 99), limit=150, remark=f"of {len(counted)}")


def walk_in(visit_id: str, number: int) -> dict[str, object]:
    """Somebody without an appointment: every desk is called."""
    return {
        "visit_id": visit_id,
        "ticket": f"A-{number:03}",
        "way": "walk_in",
        "language": "en",
        "name": f"Guest {number}",
        "device_at": to_us(datetime.now(UTC)),
    }


class Desks:
    """Two pagers' processes, seen and pressed from the world outside."""

    def __init__(self, hub: RunningHub, short: Path) -> None:
        """`short`: a folder with a short path, for the socket."""
        self._told: dict[str, queue.SimpleQueue[tuple[str, float]]] = {desk: queue.SimpleQueue() for desk in PINS}
        self._world = World(short / "world", self._noticed)
        self._processes = [self._started(hub, short / "world", desk) for desk in PINS]

    def __enter__(self) -> Self:
        """Both have found their hub."""
        for desk in PINS:
            self.wait_for(desk, "dark")
        return self

    def __exit__(self, *_error: object) -> None:
        """End them and their world."""
        for process in self._processes:
            process.terminate()
            process.wait(10)
        self._world.close()

    def press(self, desk: str) -> float:
        """A short press; the moment at which the button is let go."""
        self._world.press(f"pager-{desk}", desk, down=True)
        time.sleep(HELD_S)
        began_s = time.monotonic()
        self._world.press(f"pager-{desk}", desk, down=False)
        return began_s

    def wait_for(self, desk: str, pattern: str) -> float:
        """Wait until the desk says this; when it did."""
        while True:
            said, at_s = self._told[desk].get(timeout=20)
            if said == pattern:
                return at_s

    def _started(self, hub: RunningHub, world: Path, desk: str) -> subprocess.Popen[bytes]:
        red, green, blue, button = PINS[desk]
        settings = hub.folder / f"pager-{desk}.toml"
        settings.write_text(
            f'[device]\nhub = "{hub.url}"\nname = "pager-{desk}"\nfolder = "{hub.folder}/pager-{desk}"\n'
            f'[simulator]\naddress = "{world}"\n[gpio]\nfactory = "mock"\n[[desk]]\nadvisor = "{desk}"\n'
            f"red_pin = {red}\ngreen_pin = {green}\nblue_pin = {blue}\nbutton_pin = {button}\n",
            "utf-8",
        )
        words = [sys.executable, "-m", "kiosk", "pager", "--settings", str(settings)]
        return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _noticed(self, _device: str, message: Message) -> None:
        if message.kind == "pattern":
            self._told[message.values["desk"]].put((message.values["pattern"], time.monotonic()))
