"""What the hub answers without Flask: event streams, each of which would hold a thread, and commands: people wait.

Flask and its hand-over between threads add a third or more to the time of a check-in. The doors are the same for all:
host, protocol, principal, sender, and the table in access.py.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from kiosk.server import access
from kiosk.server.access import Principal
from kiosk.server.body import Body
from kiosk.server.errors import Answered, BadRequest, Fault
from kiosk.server.feed import Feed
from kiosk.server.hub import Hub
from kiosk.server.requests import (
    PRINCIPAL_COOKIE,
    PRINCIPAL_HEADER,
    PROTOCOL_HEADER,
    as_bytes,
    cookie,
    header,
    host_must_be_ours,
    protocol_must_fit,
    refuse,
    send_json,
    sender_must_be_ours,
    whole_body,
)
from kiosk.server.stream import Receive, Scope, Send, stream_view

WORKERS = 10
COMMAND_ID = re.compile(r"[0-9a-f]{32}")
log = logging.getLogger(__name__)
Handler = Callable[[Mapping[str, str], Principal, Scope, Receive, Send], Awaitable[None]]


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

    def __init__(self, hub: Hub, feed: Feed) -> None:
        """No thread is started before the first command."""
        self._hub = hub
        self._feed = feed
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="command")
        self._handlers: Mapping[Route, Handler] = {STREAM: self._stream, COMMAND: self._command, IMPORT: self._import}

    def close(self) -> None:
        """Take no further commands; those that have begun are finished."""
        self._workers.shutdown(wait=False, cancel_futures=True)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Answer a request if it is one of ours; whether it was."""
        path = unquote(scope["path"])
        for route in ROUTES:
            found = route.path.fullmatch(path) if scope["method"] == route.method else None
            if found:
                await self._answered(route, found.groupdict(), scope, receive, send)
                return True
        return False

    async def _answered(
        self, route: Route, named: Mapping[str, str], scope: Scope, receive: Receive, send: Send
    ) -> None:
        began = False

        async def sent(message: MutableMapping[str, Any]) -> None:
            nonlocal began
            began = True
            await send(message)

        try:
            who = self._who(route, scope)
            await self._handlers[route](named, who, scope, receive, sent)
        except Answered as answered:
            await refuse(answered, send)
        except Exception:  # a fault of ours: the log has the whole of it, the one who asked a sentence
            if began:
                raise  # an answer in the middle of another would be none; the server drops the connection
            log.exception("%s %s failed", route.method, route.rule)
            await refuse(Fault("the hub made a mistake; it is in its log"), send)

    def _who(self, route: Route, scope: Scope) -> Principal:
        """Through the doors: who asks, and that they may ask this at all."""
        host_must_be_ours(header(scope, "host"))
        protocol_must_fit(header(scope, PROTOCOL_HEADER))
        who = access.principal(header(scope, PRINCIPAL_HEADER) or cookie(scope, PRINCIPAL_COOKIE))
        if route.method != "GET":
            sender_must_be_ours(lambda name: header(scope, name))
        access.check_route(who, route.method, route.rule)
        return who

    async def _stream(
        self, named: Mapping[str, str], who: Principal, scope: Scope, receive: Receive, send: Send
    ) -> None:
        access.check_view(who, named["name"])
        await stream_view(self._feed, named["name"], who, scope, receive, send)

    async def _command(
        self, named: Mapping[str, str], who: Principal, scope: Scope, receive: Receive, send: Send
    ) -> None:
        body = await whole_body(scope, receive)
        loop = asyncio.get_running_loop()
        await send_json(send, 200, await loop.run_in_executor(self._workers, self._done, named["kind"], who, body))

    async def _import(
        self, _named: Mapping[str, str], who: Principal, scope: Scope, receive: Receive, send: Send
    ) -> None:
        await self._command({"kind": "import_appointments"}, who, scope, receive, send)

    def _done(self, kind: str, who: Principal, body: bytes) -> bytes:
        """In a worker: the answer to a command as it goes over the wire."""
        sent = _read(body)
        asked = Body(sent, "request")
        command_id = asked.text("id", longest=64)
        if not COMMAND_ID.fullmatch(command_id):
            raise BadRequest("request.id: must be 32 hex digits, drawn by the sender before the first try")
        waited = asked.lasting("waited_us") if asked.has("waited_us") else None
        done = self._hub.answer(kind, who, command_id, asked.instant("at"), sent.get("body"), waited=waited)
        return as_bytes({"seq": done.seq, "replayed": done.replayed, "result": done.result})


def _read(body: bytes) -> Any:
    try:
        return json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise BadRequest("request: must be JSON") from None


def _no_constant(name: str) -> Any:
    raise ValueError(name)
