"""What the hub answers without Flask: event streams, each of which would hold a thread, and commands: people wait.

Flask and its hand-over between threads add a third or more to the time of a check-in. The doors are the same for all:
host, protocol, principal, sender, and the table in access.py.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from kiosk.server import access
from kiosk.server.doors import Asking, Door, Doors, Entry
from kiosk.server.errors import Answered, Fault
from kiosk.server.feed import Feed
from kiosk.server.hub import Hub
from kiosk.server.json_text import json_bytes
from kiosk.server.refusals import note
from kiosk.server.requests import (
    PROTOCOL_HEADER,
    cookie,
    protocol_must_fit,
    refuse,
    send_json,
    whole_body,
)
from kiosk.server.several import Sent, Several, alone
from kiosk.server.stream import Receive, Scope, Send, stream_view

WORKERS = 4
LONG = frozenset({"import_appointments", "erase_customer"})
log = logging.getLogger(__name__)
Handler = Callable[[Mapping[str, str], Entry, Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True)
class Route:
    """One native route: how access.py calls it, and which paths it is."""

    method: str
    rule: str
    path: re.Pattern[str]


STREAM = Route("GET", "/api/1/views/<path:name>/stream", re.compile(r"/api/1/views/(?P<name>.+)/stream"))
COMMAND = Route("POST", "/api/1/commands/<kind>", re.compile(r"/api/1/commands/(?P<kind>[^/]+)"))
IMPORT = Route("POST", "/api/1/appointments/import", re.compile(r"/api/1/appointments/import"))
ROUTES = (STREAM, COMMAND, IMPORT)


class Native:
    """The native half of the application."""

    def __init__(self, hub: Hub, feed: Feed, doors: Doors) -> None:
        """No thread is started before the first command."""
        self._hub = hub
        self._feed = feed
        self._doors = doors
        self._several = Several(hub)
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="native")
        self._handlers: Mapping[Route, Handler] = {STREAM: self._stream, COMMAND: self._command, IMPORT: self._import}

    def close(self) -> None:
        """Take no further commands; those that have begun are finished."""
        self._several.close()
        self._workers.shutdown(wait=False, cancel_futures=True)

    def answer(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None] | None:
        """What answers a request if it is one of ours; no coroutine of its own, which a stream would keep for hours."""
        path = unquote(scope["path"])
        for route in ROUTES:
            found = route.path.fullmatch(path) if scope["method"] == route.method else None
            if found:
                return self._answered(route, found.groupdict(), scope, receive, send)
        ours = next((route for route in ROUTES if route.path.fullmatch(path)), None)
        if ours is None or scope["method"] in {"HEAD", "OPTIONS"}:
            return None
        told = json_bytes({"error": {"code": "bad_request", "message": f"{path}: only {ours.method} is answered here"}})
        return send_json(send, 405, told, [(b"allow", ours.method.encode())])

    async def _answered(
        self, route: Route, named: Mapping[str, str], scope: Scope, receive: Receive, send: Send
    ) -> None:
        began = False

        async def sent(message: MutableMapping[str, Any]) -> None:
            nonlocal began
            began = True
            await send(message)

        entry: Entry | None = None
        try:
            entry = await self._entered(route, named, scope)
            await self._handlers[route](named, entry, scope, receive, sent)
        except Answered as answered:
            note(answered.status, answered.code, entry.who if entry else None, asking_of(scope).address, route.rule)
            await refuse(answered, send)
        except Exception:  # a fault of ours: the log has the whole of it, the one who asked a sentence
            if began:
                raise  # an answer in the middle of another would be none; the server drops the connection
            log.exception("%s %s failed", route.method, route.rule)
            await refuse(Fault("the hub made a mistake; it is in its log"), send)

    async def _entered(self, route: Route, named: Mapping[str, str], scope: Scope) -> Entry:
        """Through the doors: who asks, and that they may ask this at all. Only who is not remembered takes a thread."""
        asking = asking_of(scope)
        protocol_must_fit(asking.header(PROTOCOL_HEADER))
        entry = self._doors.at_once(asking)
        if entry is None:
            entry = await asyncio.get_running_loop().run_in_executor(self._workers, self._doors.enter, asking)
        access.check_route(entry.who, route.method, route.rule)
        self._doors.must_be_fresh(entry, route.method, route.rule, named.get("kind", ""))
        return entry

    async def _stream(self, named: Mapping[str, str], entry: Entry, scope: Scope, receive: Receive, send: Send) -> None:
        access.check_view(entry.who, named["name"])
        transport = scope.get("state", {}).get("transport")
        number = self._doors.stream_opened(entry, transport.close if transport else lambda: None)
        try:
            await stream_view(self._feed, named["name"], entry.who, scope, receive, send)
        finally:
            self._doors.stream_closed(number)

    async def _command(
        self, named: Mapping[str, str], entry: Entry, scope: Scope, receive: Receive, send: Send
    ) -> None:
        sent = Sent(named["kind"], entry.who, await whole_body(scope, receive))
        if sent.kind in LONG or sent.kind in self._hub.after_commit:
            answer = await asyncio.get_running_loop().run_in_executor(self._workers, self._long, sent)
        else:
            answer = await self._several.answer(sent)
        await send_json(send, 200, answer)

    def _long(self, sent: Sent) -> bytes:
        """In a thread: one for which nobody else should wait."""
        return alone(self._hub, sent.asked(self._hub))

    async def _import(
        self, _named: Mapping[str, str], entry: Entry, scope: Scope, receive: Receive, send: Send
    ) -> None:
        await self._command({"kind": "import_appointments"}, entry, scope, receive, send)


def asking_of(scope: Scope) -> Asking:
    """An ASGI request as the doors look at it: of headers that came twice the first one counts."""
    headers = dict(reversed(scope["headers"]))

    def header(name: str) -> str | None:
        value = headers.get(name.lower().encode())
        return None if value is None else value.decode("latin-1")

    return Asking(
        door=Door(scope.get("state", {}).get("door", Door.LOOPBACK)),
        method=scope["method"],
        header=header,
        cookie=lambda name: cookie(scope, name),
        peer=(scope.get("client") or ("",))[0],
    )
