"""Serving the hub: uvicorn on one loopback address and on sockets, streams ended and gone within 3 s of SIGTERM.

On which socket a connection came in is told to the application: nginx and the command line have one each.
"""

from __future__ import annotations

import asyncio
import gc
import ipaddress
import os
import signal
import socket
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from kiosk.memory import few_heaps
from kiosk.server.errors import HubError, NotLoopback, PortInUse
from kiosk.server.stream import Receive, Scope, Send

GRACE_S = 2
BACKLOG = 512
NGINX, COMMAND_LINE = "nginx.sock", "hub.sock"  # a socket's name tells the doors what comes in by it
GARBAGE_AFTER = 10_000
SWITCH_S = 0.0005  # Python's 5 ms would let a view in the making hold up the answer to a check-in


class HubProtocol(HttpToolsProtocol):
    """Tells the application its connection, so that a reader who does not read can be cut."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A new connection; the command line's is the machine's own administrator's or the hub's, or none."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}
        connection = transport.get_extra_info("socket")
        if connection is not None and connection.family == socket.AF_UNIX:
            door = Path(str(transport.get_extra_info("sockname"))).name
            self.app_state["door"] = door
            if door == COMMAND_LINE and _peer_uid(connection) not in {0, os.geteuid()}:
                transport.abort()


class Served(Protocol):
    """What is served: one store's application, or several stores' (stores.py)."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""

    def end_streams(self) -> None:
        """Every reader of a stream gets its end; called in the server's loop."""


class HubServer(uvicorn.Server):
    """Ends the streams first: they would keep their connections open for ever."""

    def __init__(self, app: Served, on_start: Callable[[], None]) -> None:
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
        self._app.end_streams()
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


def listen_on(path: Path, *, for_group: bool) -> socket.socket:
    """A listening Unix socket; one that a hub has left behind is taken away.

    Args:
        for_group: the group may connect too (nginx), else the hub's own user alone.

    Raises:
        PortInUse: another hub listens there.
        HubError: it cannot be made.
    """
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_socket():
            _take_away(path)
        before = os.umask(0o117 if for_group else 0o177)
        try:
            listener.bind(str(path))
        finally:
            os.umask(before)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise HubError(f"{path}: {(error.strerror or str(error)).lower()}; the hub listens there, see [web]") from error
    except BaseException:
        listener.close()
        raise
    return listener


def _take_away(path: Path) -> None:
    """Remove a socket on which nobody listens any more."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        if asking.connect_ex(str(path)) == 0:
            raise PortInUse(f"{path} is in use by another hub; stop it first")
    path.unlink()


def _peer_uid(connection: socket.socket) -> int:
    """Whose process is at the other end."""
    size = struct.calcsize("3i")
    return int(struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))[1])


def address_of(listener: socket.socket) -> str:
    """The address as a browser takes it."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def address_at(address: str, host: str) -> str:
    """The same port by another host's name."""
    return f"http://{host}:{address.rpartition(':')[2]}"


def serve(app: Served, listener: socket.socket, on_start: Callable[[], None], *others: socket.socket) -> None:
    """Answer requests on all of these until SIGTERM or Ctrl-C."""
    sys.setswitchinterval(SWITCH_S)
    few_heaps()
    gc.collect()
    gc.freeze()  # what was loaded stays for ever: looking through it again and again would hold up a check-in
    gc.set_threshold(GARBAGE_AFTER)
    HubServer(app, on_start).run(sockets=[listener, *others])


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
