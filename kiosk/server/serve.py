"""Serving the hub: uvicorn on one loopback address, one process, streams ended and gone within 3 s of SIGTERM."""

from __future__ import annotations

import asyncio
import gc
import ipaddress
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from kiosk.server.app import App
from kiosk.server.errors import HubError, NotLoopback, PortInUse

GRACE_S = 2
BACKLOG = 512
GARBAGE_AFTER = 10_000
SWITCH_S = 0.0005  # Python's 5 ms would let a view in the making hold up the answer to a check-in


class HubProtocol(H11Protocol):
    """Tells the application its connection, so that a reader who does not read can be cut."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A new connection."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class HubServer(uvicorn.Server):
    """Ends the streams first: they would keep their connections open for ever."""

    def __init__(self, app: App, on_start: Callable[[], None]) -> None:
        """`on_start` is called when requests are answered."""
        config = uvicorn.Config(
            app,
            http=HubProtocol,
            ws="none",
            loop="uvloop",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE_S,
            timeout_keep_alive=75,
        )
        super().__init__(config)
        self._app = app
        self._loop: asyncio.AbstractEventLoop | None = None
        self._on_start = on_start

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn does, then say so."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        if self.started:
            self._on_start()

    def end(self) -> None:
        """End in order, as SIGTERM does; may be called from any thread once the server has started."""
        if self._loop:
            self._loop.call_soon_threadsafe(self.handle_exit, signal.SIGTERM, None)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """SIGTERM or Ctrl-C."""
        self._app.feed.end_streams()
        super().handle_exit(sig, frame)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle SIGTERM and SIGINT while serving, and do not raise them again: the hub has ended as it should."""
        before = {one: signal.signal(one, self.handle_exit) for one in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)


def listen(address: str) -> socket.socket:
    """A listening socket on `host:port`; port 0 is any free one.

    Raises:
        NotLoopback: the host is on the network.
        PortInUse: another program has the port.
    """
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    if not _is_loopback(host):
        raise NotLoopback(
            f"{address} is on the network; the hub itself serves this machine only, and nginx the network; "
            f"use 127.0.0.1:{port}"
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, int(port)))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == 98:
            raise PortInUse(f"{address} is in use by another program; stop it, or change [hub] listen") from error
        raise HubError(f"{address}: {(error.strerror or str(error)).lower()}") from error
    return listener


def address_of(listener: socket.socket) -> str:
    """The address as a browser takes it."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(app: App, listener: socket.socket, on_start: Callable[[], None]) -> None:
    """Answer requests until SIGTERM or Ctrl-C."""
    sys.setswitchinterval(SWITCH_S)
    gc.collect()
    gc.freeze()  # what was loaded stays for ever: looking through it again and again would hold up a check-in
    gc.set_threshold(GARBAGE_AFTER)
    HubServer(app, on_start).run(sockets=[listener])


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
