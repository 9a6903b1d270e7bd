"""The shop floor's web page: one page, one event stream, the devices' pictures, and verbs for what a hand can do.

Loopback only. The page is served by Flask, its stream natively, as in the hub; what the verbs mean is in play.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from typing import Any, Protocol
from urllib.parse import parse_qs

from a2wsgi import WSGIMiddleware

from kiosk.language import CODES, Language, language
from kiosk.shop.pages import OWN_HOSTS, pages

JOIN_S = 0.03
BEAT_S = 5.0

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Moment = tuple[str, dict[str, Any]]


class Played(Protocol):
    """What the page shows and steers."""

    hub_url: str
    store_name: dict[str, str]

    def state(self, lang: Language) -> dict[str, Any]:
        """The page's state in one language."""

    def lamps(self) -> list[dict[str, Any]]:
        """Every desk's lamp and buzzer at this moment."""

    def picture(self, device: str) -> tuple[bytes, str] | None:
        """The latest picture of a device's screen and its media type."""

    def paper(self, number: int) -> bytes | None:
        """A printed ticket as PNG."""

    def code(self, key: str) -> str | None:
        """The text of a customer's code."""

    def act(self, verb: str, body: dict[str, Any]) -> Coroutine[Any, Any, None]:
        """Do what somebody's hand did. Raises KioskError with a sentence for the page."""


class Floor:
    """The page as an ASGI application."""

    def __init__(self, play: Played, loop: asyncio.AbstractEventLoop) -> None:
        self._play = play
        self._changed: set[asyncio.Event] = set()
        self._moments: set[asyncio.Queue[Moment]] = set()
        self._pages = WSGIMiddleware(pages(play, loop), workers=4)  # type: ignore[arg-type] # Flask is one
        self.closing = asyncio.Event()

    def changed(self) -> None:
        """Tell every open page to look again. Called in the loop."""
        for event in self._changed:
            event.set()

    def happened(self, kind: str, what: dict[str, Any]) -> None:
        """Tell every open page that a lamp changed or a sound began. Called in the loop."""
        for queue in self._moments:
            queue.put_nowait((kind, what))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and scope["path"] == "/events" and _is_from_here(scope):
            await self._events(scope, receive, send)
        elif scope["type"] == "http":
            await self._pages(scope, receive, send)  # type: ignore[arg-type]

    async def _events(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", ["en"])[0]
        lang = language(asked if asked in CODES else "en")
        head = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        changed, moments = asyncio.Event(), asyncio.Queue[Moment]()
        self._changed.add(changed)
        self._moments.add(moments)
        ways = [
            asyncio.create_task(self._tell(lang, changed, send)),
            asyncio.create_task(self._tell_moments(moments, send)),
        ]
        ends = [asyncio.create_task(_disconnected(receive)), asyncio.create_task(self.closing.wait())]
        try:
            await asyncio.wait([*ways, *ends], return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._changed.discard(changed)
            self._moments.discard(moments)
            for task in (*ways, *ends):
                task.cancel()
            await asyncio.gather(*ways, *ends, return_exceptions=True)
        with contextlib.suppress(Exception):
            await send({"type": "http.response.body", "body": b""})

    async def _tell(self, lang: Language, changed: asyncio.Event, send: Send) -> None:
        told = ""
        while True:
            text = json.dumps(self._play.state(lang), ensure_ascii=False)
            body = f"event: state\ndata: {text}\n\n" if text != told else ": beat\n\n"
            told = text
            await send({"type": "http.response.body", "body": body.encode(), "more_body": True})
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), BEAT_S)
                await asyncio.sleep(JOIN_S)
            changed.clear()

    async def _tell_moments(self, moments: asyncio.Queue[Moment], send: Send) -> None:
        for state in self._play.lamps():
            moments.put_nowait(("lamp", state))
        while True:
            kind, what = await moments.get()
            body = f"event: {kind}\ndata: {json.dumps(what)}\n\n"
            await send({"type": "http.response.body", "body": body.encode(), "more_body": True})


def _is_from_here(scope: Scope) -> bool:
    """Another name for this machine is refused, as every other request is in pages.py."""
    host = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1")
    return host.partition(":")[0] in OWN_HOSTS


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
