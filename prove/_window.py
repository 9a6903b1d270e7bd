"""A lane in a real window on an X server in memory, touched by a finger of the X server's own; and what it shows.

The lane is the real process with its hub, its camera and a printer that obeys ESC/POS; only the glass is Xvfb's.
"""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench._hub import DISK
from kiosk.hardware.simulated.messages import Message
from kiosk.hardware.simulated.printer import SimulatedPrinter
from kiosk.hardware.simulated.world import World
from kiosk.shop.setup import LANE_SIZE_PX, NAMES, Shop, free_port, morning_zone, write_settings
from prove._shop import Caller

SIZE_PX = (1080, 1920)
PATIENCE_S = 40.0
FINGER_S = 0.08  # a finger stays so long on the glass
SETTLED_S = 0.35  # a touch counts from 0.3 s on: before it was meant for the screen before


class LaneWindow:
    """The lane on its screen, the person before it, and the paper that comes out."""

    def __init__(self, caller: Caller, address: Path, printer: SimulatedPrinter, display: str) -> None:
        """Nothing has been seen yet. `address`: of the world that the lane's camera looks at."""
        self.caller, self.touches = caller, 0
        self._printer, self._display = printer, display
        self._told: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._shown: dict[str, Any] = {}
        self._papers = 0
        self._world = World(address, self._noticed)

    def _noticed(self, _device: str, message: Message) -> None:
        """The lane's screen says something else."""
        if message.kind == "shown":
            self._told.put(message.values)

    def close(self) -> None:
        """Nobody is there any more."""
        self._world.close()

    def holds_up(self, code: str) -> None:
        """A phone with this code before the camera."""
        self._world.present_code(NAMES["lane"], code)

    def takes_phone_away(self) -> None:
        """No phone is there."""
        self._world.take_away(NAMES["lane"])

    def shows(self, screen: str, *, language: str = "") -> None:
        """Wait until it shows this, in that language if one is named, long enough for a touch to count."""
        until_s = time.monotonic() + PATIENCE_S
        while not self._is(screen, language):
            try:
                self._shown = self._told.get(timeout=max(0.01, until_s - time.monotonic()))
            except queue.Empty:
                raise RuntimeError(f"the lane shows {self._shown.get('screen')}, not {screen}") from None
        time.sleep(SETTLED_S)

    def touch(self, target: str) -> None:
        """A finger on this key."""
        while not self._told.empty():
            self._shown = self._told.get()
        x, y, width, height = self._shown["targets"][target]
        self.touches += 1
        self._finger("mousemove", str(x + width // 2), str(y + height // 2), "mousedown", "1")
        time.sleep(FINGER_S)
        self._finger("mouseup", "1")

    def waits_for_paper(self) -> None:
        """The next ticket lies in the hand."""
        self._papers += 1
        if not self._printer.wait_for(self._papers, PATIENCE_S):
            raise RuntimeError("no ticket came out of the printer")

    def _is(self, screen: str, language: str) -> bool:
        of_language = not language or f"language.{language}" in self._shown.get("targets", ())
        return bool(self._shown.get("screen") == screen and of_language)

    def _finger(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], check=True, env={**os.environ, "DISPLAY": self._display})


@contextlib.contextmanager
def lane_window() -> Iterator[LaneWindow]:
    """Hub, lane, glass and printer of one dealership at ten in the morning; nothing left afterwards."""
    with contextlib.ExitStack() as opening:
        DISK.mkdir(exist_ok=True)
        folder = Path(opening.enter_context(tempfile.TemporaryDirectory(prefix="prove-touches-", dir=DISK)))
        short = Path(opening.enter_context(tempfile.TemporaryDirectory()))
        port = free_port()
        zone = morning_zone(datetime.now(UTC))
        shop = Shop(folder, zone, port, port, free_port(), short / "world", is_windowed=True)
        write_settings(shop, datetime.now(UTC))
        _full_size(shop.settings("lane"))
        printer = SimulatedPrinter(port=shop.printer_port)
        opening.callback(printer.close)
        caller = Caller(port, "manager/prove")
        opening.callback(caller.close)
        display = opening.enter_context(glass())
        window = LaneWindow(caller, shop.world, printer, display)
        opening.callback(window.close)
        opening.enter_context(_process("hub", shop, {}))
        there = {"DISPLAY": display, "SDL_AUDIODRIVER": "dummy", "SDL_VIDEO_WINDOW_POS": "0,0"}
        opening.enter_context(_process("lane", shop, there))
        window.shows("scan")
        yield window


@contextlib.contextmanager
def glass() -> Iterator[str]:
    """An X server in memory, as large as the lane's panel; the display's name."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{SIZE_PX[0]}x{SIZE_PX[1]}x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as told:
        number = told.readline().strip()
    try:
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(10)


def _full_size(settings: Path) -> None:
    """The panel of 21.5 inches instead of the demonstration's small picture of it."""
    text = settings.read_text("utf-8")
    for name, before, after in zip(("width_px", "height_px"), LANE_SIZE_PX, SIZE_PX, strict=True):
        text = text.replace(f"{name} = {before}", f"{name} = {after}")
    settings.write_text(text, "utf-8")


@contextlib.contextmanager
def _process(role: str, shop: Shop, environment: dict[str, str]) -> Iterator[None]:
    """A real `kiosk` of this role; it ends in order."""
    env = {name: value for name, value in os.environ.items() if name != "SDL_VIDEODRIVER"} | environment
    words = [sys.executable, "-m", "kiosk", role, "--settings", str(shop.settings(role))]
    with (shop.folder / f"{role}.log").open("wb") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log, env=env, cwd=Path(__file__).parents[1])
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)
