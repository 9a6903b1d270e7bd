"""From the command line to a running shop, and back: ports, folder, page, Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from uvicorn import Config, Server

from kiosk.errors import KioskError
from kiosk.shop.floor import Floor
from kiosk.shop.play import Play
from kiosk.shop.setup import Shop, free_port, morning_zone

HOST = "127.0.0.1"


class PortTaken(KioskError):
    """Somebody else listens on the port that was asked for."""


class NoDesktop(KioskError):
    """--windows without a desktop."""


def run_shop(*, port: int | None, preferred_port: int, folder: Path | None, windows: bool) -> int:
    """Run the shop until SIGINT or SIGTERM; no process, port or temporary file is left.

    Raises:
        KioskError: a port is taken, no desktop is there, the hub does not start.
    """
    if windows and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise NoDesktop("--windows needs a desktop, and there is none here (DISPLAY is not set); leave --windows out")
    page = _listen(port, preferred_port)
    with page, _folder(folder) as own:
        return asyncio.run(_run(own, page, windows=windows))


async def _run(folder: Path, page: socket.socket, *, windows: bool) -> int:
    ended = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, ended.set)
    shop = Shop(
        folder, morning_zone(datetime.now(UTC)), free_port(), free_port(), free_port(), folder / "world", windows
    )
    play = Play(shop)
    floor = Floor(play, asyncio.get_running_loop())
    play.notify, play.happened = floor.changed, floor.happened
    server = _PageServer(Config(floor, lifespan="off", log_level="warning", ws="none"))
    tasks = [asyncio.create_task(one) for one in (play.open(), ended.wait(), server.serve(sockets=[page]))]
    opening, ending, _ = tasks
    try:
        await asyncio.wait([opening, ending], return_when=asyncio.FIRST_COMPLETED)
        if opening.done():
            opening.result()
            print(f"The shop is open: http://{HOST}:{page.getsockname()[1]}/   (Ctrl-C closes it)", flush=True)
            await ended.wait()
    finally:
        floor.closing.set()
        server.should_exit = True
        opening.cancel()
        ending.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await play.close()
    return 0


class _PageServer(Server):
    """A server that leaves Ctrl-C to the shop."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _listen(port: int | None, preferred: int) -> socket.socket:
    """The page's socket: the port that was asked for, else the preferred one, else any."""
    for each in [port] if port is not None else [preferred, 0]:
        page = socket.socket()
        page.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError, OverflowError):
            page.bind((HOST, each))
            return page
        page.close()
    raise PortTaken(
        f"port {port} of {HOST} cannot be had: another program listens there, or it is no port; leave --port out"
    )


@contextmanager
def _folder(asked: Path | None) -> Iterator[Path]:
    """The shop's folder; a temporary one is removed afterwards."""
    if asked is not None:
        asked.mkdir(parents=True, exist_ok=True)
        yield asked.resolve()
        return
    own = Path(tempfile.mkdtemp(prefix="kiosk-shop-"))
    try:
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)
