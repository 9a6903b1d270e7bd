"""What a shop is made of when a test opens it: its clock, its hub, its devices, its cable; in threads or as processes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.device import Loop
from kiosk.server.app import App, create_app
from kiosk.server.database import Database
from kiosk.server.serve import HubServer, listen
from kiosk.settings import Settings, load, load_store
from kiosk.shop.cable import Cable

STOPS_WITHIN_S = 60


class StoryClock:
    """The time in the shop: goes on by itself, and can be put forward. What waits for a time looks again then."""

    def __init__(self, zone: ZoneInfo, starts: str = "") -> None:
        """`starts` is the store's wall clock, such as `2026-11-23 10:27`; empty: the machine's own time, untouched."""
        self.zone = zone
        self.moved: list[Callable[[], None]] = []
        self._ahead = timedelta()
        if starts:
            self.goes_to(starts)

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        return datetime.now(UTC) + self._ahead

    def goes_to(self, wall: str) -> None:
        """It is this day and time now, on the store's wall."""
        self._ahead = datetime.fromisoformat(wall).replace(tzinfo=self.zone) - datetime.now(UTC)
        self._tell()

    def passes(self, **how_long: float) -> None:
        """So much time goes by at once: minutes=5."""
        self._ahead += timedelta(**how_long)
        self._tell()

    def at(self, wall: str) -> datetime:
        """Today's moment at which the store's clock shows this."""
        today = self.now().astimezone(self.zone).date()
        return datetime.fromisoformat(f"{today} {wall}").replace(tzinfo=self.zone).astimezone(UTC)

    def wall(self, at: datetime) -> str:
        """A moment as the store's clock shows it."""
        return f"{at.astimezone(self.zone):%H:%M}"

    def _tell(self) -> None:
        for one in self.moved:
            one()


class HubInThread:
    """The hub over real HTTP on loopback, with the shop's clock."""

    def __init__(self, settings: Path, clock: StoryClock) -> None:
        self._settings, self._clock = settings, clock
        self._thread: threading.Thread | None = None
        self._server: HubServer | None = None
        self.app: App | None = None
        clock.moved.append(self._look_again)

    def start(self) -> None:
        """Open the database and answer requests."""
        settings = load(self._settings)
        started = threading.Event()
        database = Database(settings.hub.database)
        self.app = create_app(database, load_store(Path(settings.hub.store_file)), settings, self._clock)
        server = self._server = _ServerInThread(self.app, started.set)
        listener = listen(settings.hub.listen)

        def serve() -> None:
            with listener, contextlib.closing(database):
                server.run(sockets=[listener])

        self._thread = threading.Thread(target=serve, name="hub")
        self._thread.start()
        assert started.wait(STOPS_WITHIN_S)

    def stop(self) -> None:
        """End it in order."""
        if self._thread and self._server:
            self._server.end()
            self._thread.join(STOPS_WITHIN_S)
            assert not self._thread.is_alive()
        self._thread = self.app = None

    def _look_again(self) -> None:
        if self.app:
            self.app.feed.wake()


class _ServerInThread(HubServer):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """A thread hears no signals."""
        yield


class DeviceInThread:
    """A device as run_device runs it: made, turned and closed in one thread."""

    def __init__(self, role: Callable[..., Any], settings: Settings, **how: Any) -> None:
        self._make = lambda loop: role(settings, loop, **how)
        self._loop = Loop()
        self._thread: threading.Thread | None = None
        self._made = threading.Event()
        self._error: BaseException | None = None
        self.device: Any = None

    def start(self) -> None:
        """Make it; raises what it raises."""
        self._loop, self._made = Loop(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="device")
        self._thread.start()
        assert self._made.wait(STOPS_WITHIN_S)
        self._raise()

    def stop(self) -> None:
        """End it in order; raises what ended it before."""
        if self._thread:
            self._loop.stop()
            self._thread.join(STOPS_WITHIN_S)
            assert not self._thread.is_alive()
            self._thread = None
        self._raise()

    def look_again(self) -> None:
        """Let it see the clock."""
        self._loop.put(lambda: None)

    def _run(self) -> None:
        try:
            self.device = self._make(self._loop)
            self._made.set()
            try:
                self._loop.run(self.device.turn)
            finally:
                self.device.close()
        except Exception as error:  # noqa: BLE001 - told by start and stop, in the test's own thread
            self._error = error
        finally:
            self._made.set()

    def _raise(self) -> None:
        error, self._error = self._error, None
        if error:
            raise error


class Process:
    """A role as a process of its own, by its normal command."""

    def __init__(self, role: str, settings: Path, log: Path) -> None:
        self._words = [sys.executable, "-m", "kiosk", role, "--settings", str(settings)]
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; what it says goes to the log."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(self._words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def stop(self) -> None:
        """End it in order."""
        if self._process:
            self._process.terminate()
            status = self._process.wait(STOPS_WITHIN_S)
            self._process = None
            assert status == 0, f"{self._words[3]} ended with {status}: {self.log.read_text()[-2000:]}"

    def kill(self) -> None:
        """As a power cut does: at once, with everything open."""
        if self._process:
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait(STOPS_WITHIN_S)
            self._process = None


class PullableCable:
    """The shop's cable between devices and hub, in a thread of its own."""

    def __init__(self, port: int, hub_port: int) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="cable")
        self._thread.start()
        self._cable = self._do(self._laid(port, hub_port))

    def pull(self) -> None:
        """Let nothing through, and say nothing about it."""
        self._do(self._call(self._cable.pull))

    def plug_in(self) -> None:
        """Let new connections through."""
        self._do(self._call(self._cable.plug_in))

    def remove(self) -> None:
        """Take it away."""
        self._do(self._cable.remove())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(STOPS_WITHIN_S)
        self._loop.close()

    async def _laid(self, port: int, hub_port: int) -> Cable:
        cable = Cable(hub_port)
        await cable.lay(port)
        return cable

    async def _call(self, verb: Callable[[], None]) -> None:
        verb()

    def _do(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(STOPS_WITHIN_S)
