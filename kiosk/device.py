"""What every device is made of: one inbox, one loop, one line to the hub, and a calm end. The roles are device_*.py.

Everything that happens elsewhere (a view, a press, a scan) is put into the inbox by its own thread and handled by the
loop's thread, one after the other. Nothing polls at a human pace; an idle device does almost nothing.
"""

from __future__ import annotations

import logging
import queue
import shutil
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from kiosk.errors import KioskError
from kiosk.hub_client import Answer, HubClient, Reply
from kiosk.service_notify import Service
from kiosk.settings import Device, load
from kiosk.steady_clock import Now, SteadyClock
from kiosk.trust import Secured, TrustFolder, clock_is_set

if TYPE_CHECKING:
    from PIL import Image

    from kiosk.display.scene import Scene
    from kiosk.hardware.simulated.link import WorldLink
    from kiosk.settings import Settings

LONGEST_WAIT_S = 1.0
REPORT_EVERY_S = 60.0
TELL_AGAIN_S = 5.0
NEWS = ("printer", "paper")  # of the extras: what staff should see at once
log = logging.getLogger(__name__)


class FolderUnusable(KioskError):
    """The device's own folder cannot be written: nothing that happens could be kept."""


class Loop:
    """The inbox and its loop. `put` and `stop` may be called from any thread, a signal handler included."""

    def __init__(self) -> None:
        self._inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._stopping = False
        self._error: KioskError | None = None

    def put(self, work: Callable[[], None]) -> None:
        """Let the loop's thread do this."""
        self._inbox.put(work)

    def stop(self, error: KioskError | None = None) -> None:
        """End the loop after what is in hand; with an error, `run` raises it."""
        self._error = self._error or error
        self._stopping = True
        self._inbox.put(lambda: None)

    def has_stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stopping

    def run(self, turn: Callable[[], float]) -> None:
        """Handle the inbox until `stop`. `turn` is called after each piece of work and says how long to wait at most.

        Raises:
            KioskError: the loop was stopped with it.
        """
        service = Service()
        service.ready()
        while not self._stopping:
            wait_s = min(turn(), LONGEST_WAIT_S)
            try:
                self._inbox.get(timeout=max(0.0, wait_s))()
                while not self._stopping:
                    self._inbox.get_nowait()()
            except queue.Empty:
                pass
            service.alive(time.monotonic())
        service.stopping()
        if self._error:
            raise self._error


class Line:
    """The device's line to the hub, with its report: which version it is and what troubles it."""

    def __init__(
        self,
        principal: str,
        device: Device,
        *,
        on_answer: Callable[[Answer], None] = lambda _answer: None,
        on_report: Callable[[Answer | None], None] = lambda _answer: None,
        now: Now | None = None,
    ) -> None:
        """Open the folder and the line. `on_report`: what the hub answered to a report, None: nothing.

        `now` is a clock that does not jump; commands carry its time, and how long they had to wait.

        Raises:
            FolderUnusable: the folder cannot be made or written.
        """
        folder = Path(device.folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FolderUnusable(
                f"[device] folder = {folder}: {error.strerror}; make it, owned by the program's user"
            ) from error
        now = now or SteadyClock()
        self.extras: dict[str, Any] = {}  # what a role tells besides: last_scan_at, printer, paper
        self._folder = folder
        self.client = HubClient(
            device.hub, principal, folder / "outbox.db", on_answer=on_answer, now=now, secured=secured_by(device)
        )
        self._outbox, self._secured = self.client.outbox, self.client.secured
        self._on_report = on_report
        self._told: tuple[Any, ...] | None = None
        self._is_lost = False
        self._next_s = float("-inf")
        self._is_telling = threading.Lock()

    def report(self, trouble: tuple[str, ...], now_s: float) -> None:
        """Tell the hub how this device is, when that changes and now and then; what it did not hear is told again.

        One report is under way at a time, so that none overtakes another.
        """
        news = (trouble, *(self.extras.get(name) for name in NEWS))
        is_due = now_s >= self._next_s or (self._told is not None and news != self._told)
        if is_due and self._is_telling.acquire(blocking=False):
            threading.Thread(target=self._tell, args=(trouble, news, now_s), name="report", daemon=True).start()

    def tell(self, trouble: tuple[str, ...]) -> Answer | None:
        """Tell it now, once, and wait for the answer: for a device that is about to end."""
        told = {"version": version("service-lane"), "trouble": list(trouble), **self._condition(), **self.extras}
        answer = self.client.ask("report_device", told)
        if isinstance(answer, Reply) and self._secured:
            self._secured.adopt(answer.result.get("authorities"))
        return answer

    def _condition(self) -> dict[str, Any]:
        """How this machine is: what waits, what is refused, free space, clock, and which authorities it trusts.

        What a broken disk does not tell is left out.
        """
        told: dict[str, Any] = {
            "clock_set": clock_is_set(),
            "trusted": self._secured.fingerprints if self._secured else [],
        }
        with suppress(sqlite3.Error):
            told |= {"queue": self._outbox.waiting(), "quarantined": len(self._outbox.quarantined())}
        with suppress(OSError):
            told["disk_free_mb"] = shutil.disk_usage(self._folder).free // 1_000_000
        return told

    def _tell(self, trouble: tuple[str, ...], news: tuple[Any, ...], now_s: float) -> None:
        answer: Answer | None = None
        try:
            answer = self.tell(trouble)
        except (sqlite3.Error, OSError) as error:
            log.warning("the hub was not told how this device is: %s", error)
        finally:
            was_lost, self._is_lost = self._is_lost, answer is None
            self._told = None if answer is None else news
            # A hub that was slow may read a report that we took for lost after the one that it answered: say it again.
            self._next_s = now_s + (TELL_AGAIN_S if answer is None or was_lost else REPORT_EVERY_S)
            self._is_telling.release()
        self._on_report(answer)

    def close(self) -> None:
        """Hang up; what was not answered stays in the outbox."""
        self.client.close()


def secured_by(device: Device) -> Secured | None:
    """What checks the line to a hub in the network, or None: the hub is on this machine.

    Raises:
        NotPaired: this device has no token yet.
    """
    if not device.hub.startswith("https:"):
        return None
    folder = TrustFolder(Path(device.folder))
    trust = folder.load()
    if trust is None:
        from kiosk.joining import NotPaired

        raise NotPaired(f"{device.name} is not paired with {device.hub}; do it with: kiosk pair --settings FILE")
    return Secured(folder, trust)


class Role(Protocol):
    """What run_device runs: a pager, a board, a lane."""

    def turn(self) -> float:
        """Do what is due; how long to wait at most."""

    def close(self) -> None:
        """Give everything back."""


def run_device(settings_file: Path, role: Callable[[Settings, Loop], Role]) -> int:
    """Run one role until SIGTERM or SIGINT, then end it in order.

    Raises:
        KioskError: it cannot start, or lost something that it cannot be without; the unit starts it again.
    """
    loop = Loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda _number, _frame: loop.stop())
    from kiosk.device_pairing import at_its_hub, paired_first

    settings = at_its_hub(load(settings_file))
    own = settings.device
    if own and own.hub.startswith("https:") and not paired_first(settings, own, loop.has_stopped):
        return 0
    device = role(settings, loop)
    try:
        loop.run(device.turn)
    finally:
        device.close()
    return 0


def world_of(settings: Settings, loop: Loop) -> WorldLink | None:
    """The link to the shop where the settings name one; its end ends the device.

    Raises:
        SimulatorError: the settings name a shop and it is not there.
    """
    if settings.simulator is None or settings.device is None:
        return None
    from kiosk.hardware.ports import SimulatorError
    from kiosk.hardware.simulated.link import WorldLink

    gone = SimulatorError("the shop that feeds this simulated device has gone; start it again with: kiosk shop")
    return WorldLink(settings.simulator.address, settings.device.name, on_gone=lambda: loop.stop(gone))


def shown_to(world: WorldLink) -> Callable[[Image.Image, list[Any]], None]:
    """What gives a simulated screen's picture to the world whenever it changed."""
    from io import BytesIO

    def show(picture: Image.Image, _rects: list[Any]) -> None:
        stream = BytesIO()
        picture.save(stream, "JPEG", quality=90, subsampling=0)
        world.tell("screen", stream.getvalue(), media_type="image/jpeg")

    return show


def tell_shown(world: WorldLink, scene: Scene, screen: str) -> None:
    """Tell the world what a simulated screen shows: its name, the words on it in order, and where it can be touched."""
    targets = {one.name: [one.rect.x, one.rect.y, one.rect.w, one.rect.h] for one in scene.targets}
    world.tell("shown", screen=screen, words=[one.text for one in scene.texts()], targets=targets)


def heard_by(world: WorldLink) -> Callable[[str], None]:
    """What lets the world hear a simulated screen's sounds."""
    return lambda name: world.tell("sound", name=name)


def listen_to_hands(world: WorldLink, touched: Callable[[int, int, bool], None]) -> None:
    """Let the world's fingers touch this device's screen."""
    world.hear("touch", lambda told: touched(told.values["x_px"], told.values["y_px"], told.values["phase"] == "down"))
