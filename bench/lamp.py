"""From a decoded code to the advisor's lamp: outbox, hub, feed, pager, pin.

The hub and one pager are the real processes; the pager's lamp is gpiozero on mock pins, and its change is heard through
the simulated world's socket, which adds to the figure. 99 further devices watch and read all that they are sent.
"""

from __future__ import annotations

import queue
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Self

from bench._figures import Figure, median, percentile
from bench._hub import LANE, MANAGER, Caller, RunningHub, by_code, running_hub
from bench._watchers import Watchers
from kiosk.hardware.patterns import Colour
from kiosk.hardware.simulated.gpio import SEEN
from kiosk.hardware.simulated.world import World
from kiosk.hub_client import HubClient

if TYPE_CHECKING:
    from kiosk.hardware.simulated.messages import Message

TITLE = "Code decoded to lamp on, 100 devices watching"
ROUNDS = 61  # the first one waits for the pager to have found its hub, and does not count
WATCHED = (
    *[(f"board/hall-{number}", f"board/hall-{number}") for number in range(39)],
    *[("lane/A", "lane/A"), ("lane/B", "lane/B")] * 10,
    *[("pager/2", "pager/omar"), ("pager/3", "pager/dina")] * 10,
    *[(f"advisor/a{number}", "staff") for number in range(20)],
)
WITHIN_S = 10.0
CALLING = SEEN[Colour.BLUE]


def measure() -> Iterator[Figure]:
    """One customer after the other; between two the lamp goes dark again."""
    taken_ms: list[float] = []
    with (
        running_hub() as hub,
        tempfile.TemporaryDirectory() as short,
        Lamp(hub, Path(short)) as lamp,
        Watchers(hub.url, WATCHED),
    ):
        caller = Caller(hub.url)
        for advisor in ("omar", "dina"):
            caller.command(MANAGER, "set_presence", advisor_id=advisor, presence="off")
        line = HubClient(hub.url, LANE, hub.folder / "lane-outbox.db")
        for number, code in enumerate(caller.book(ROUNDS), 1):
            told = by_code(code, number)
            began_s = time.monotonic()
            line.post("check_in", told)
            taken_ms.append((lamp.lit_at_s() - began_s) * 1000)
            caller.command(LANE, "end_conversation", visit_id=told["visit_id"], completion_at=None)
            caller.command("advisor/marta", "begin_write_up", visit_id=told["visit_id"], advisor_id="marta")
            lamp.wait_until_dark()
        line.close()
        caller.close()
    counted = taken_ms[1:]
    yield Figure("p50", median(counted), limit=50)
    yield Figure("p99", percentile(counted, 99), limit=150, remark=f"of {len(counted)}")


class Lamp:
    """One pager's process, seen from the world outside."""

    def __init__(self, hub: RunningHub, short: Path) -> None:
        """`short`: a folder with a short path, for the socket."""
        self._changes: queue.SimpleQueue[tuple[str | None, float]] = queue.SimpleQueue()
        self._world = World(short / "world", self._noticed)
        settings = hub.folder / "pager.toml"
        settings.write_text(
            f'[device]\nhub = "{hub.url}"\nname = "pager-1"\nfolder = "{hub.folder}/pager"\n'
            f'[simulator]\naddress = "{short / "world"}"\n[gpio]\nfactory = "mock"\n'
            '[[desk]]\nadvisor = "marta"\nlamp_kind = "rgb"\nred_pin = 17\ngreen_pin = 27\nblue_pin = 22\n',
            "utf-8",
        )
        words = [sys.executable, "-m", "kiosk", "pager", "--settings", str(settings)]
        self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self) -> Self:
        """The pager has been started."""
        return self

    def __exit__(self, *_error: object) -> None:
        """End the pager and its world."""
        self._process.terminate()
        self._process.wait(10)
        self._world.close()

    def lit_at_s(self) -> float:
        """Wait until the lamp calls; time.monotonic() of that moment."""
        return self._wait_for(CALLING)

    def wait_until_dark(self) -> None:
        """Wait until nobody calls any more."""
        self._wait_for(None)

    def _wait_for(self, colour: str | None) -> float:
        ends_s = time.monotonic() + WITHIN_S
        while True:
            seen, at_s = self._changes.get(timeout=max(0.0, ends_s - time.monotonic()))
            if seen == colour:
                return at_s

    def _noticed(self, _device: str, message: Message) -> None:
        if message.kind == "lamp":
            colour = message.values["colour"] if message.values["level"] > 0 else None
            self._changes.put((colour, time.monotonic()))
