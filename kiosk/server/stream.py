"""A view as an event stream, spoken natively in ASGI: thousands of open streams must not hold a thread each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from kiosk.server.access import DEVICES, Principal
from kiosk.server.feed import Bell, Channel, Feed

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

BEAT_S = 1.0
BEAT = b": beat\n\n"
RETRY = b"retry: 1000\n\n"
MOST_BUFFERED = 64 * 1024
SLOWEST_S = 10.0
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"),
    (b"referrer-policy", b"no-referrer"),
]


class TooSlow(Exception):
    """A reader that does not take what is sent to it."""


async def stream_view(  # noqa: PLR0917 - an ASGI call has its three, wherever it goes
    feed: Feed, name: str, who: Principal, scope: Scope, receive: Receive, send: Send, *, beat_s: float = BEAT_S
) -> None:
    """Send the view now and at each change, and a beat every `beat_s`, until the reader goes or the hub ends.

    Raises:
        Answered: there is no such view; nothing has been sent then.
    """
    channel, bell = await feed.watch(name)
    device = str(who) if who.kind in DEVICES else None
    if device:
        feed.device_opened(device)
    gone = None if _transport(scope) else asyncio.create_task(_gone(receive, bell))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await _send(send, scope, RETRY)
        scope["headers"].clear()  # nobody reads them again, and a thousand streams would keep them for hours
        await _speak(_Watch(feed, channel, bell, _transport(scope), gone), scope, send, beat_s)
        with suppress(OSError):
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    except (TooSlow, OSError):
        _cut(scope)
    finally:
        if gone:
            gone.cancel()
        feed.leave(channel, bell)
        if device:
            feed.device_lost(device)


@dataclass(frozen=True, slots=True)
class _Watch:
    """One stream's ends: what it is told, and when it is over.

    Attributes:
        transport: the connection, which knows by itself when its reader has gone; looked at with each beat.
        gone: where there is none, what waits for the reader to go: a task more.
    """

    feed: Feed
    channel: Channel
    bell: Bell
    transport: asyncio.Transport | None
    gone: asyncio.Task[None] | None

    @property
    def is_over(self) -> bool:
        if self.transport is not None and self.transport.is_closing():
            return True
        return self.feed.is_ending or (self.gone is not None and self.gone.done())


async def _speak(watch: _Watch, scope: Scope, send: Send, beat_s: float) -> None:
    """Frames as they come, beats between them. A thousand streams wait here: each for one event and one timer."""
    told, loop = -1, asyncio.get_running_loop()
    while not watch.is_over:
        watch.bell.hush()
        if watch.channel.version != told:
            told = watch.channel.version
            await _send(send, scope, watch.channel.frame)
            continue
        beat = loop.call_later(beat_s, watch.bell.ring)
        try:
            await watch.bell.rung()
        finally:
            beat.cancel()
        if not watch.is_over and watch.channel.version == told:
            await _send(send, scope, BEAT)


async def _send(send: Send, scope: Scope, body: bytes) -> None:
    """Hand bytes to the connection, unless too much is waiting there already."""
    transport = _transport(scope)
    waiting = transport.get_write_buffer_size() if transport is not None else None
    if waiting is not None and waiting > MOST_BUFFERED:
        raise TooSlow
    message = {"type": "http.response.body", "body": body, "more_body": True}
    if waiting == 0:
        await send(message)  # the kernel takes it at once
        return
    try:
        async with asyncio.timeout(SLOWEST_S):
            await send(message)
    except TimeoutError:
        raise TooSlow from None


def _transport(scope: Scope) -> asyncio.Transport | None:
    """The connection itself, if the server tells it."""
    transport: asyncio.Transport | None = scope.get("state", {}).get("transport")
    return transport


def _cut(scope: Scope) -> None:
    """Drop the connection with what is in its buffer: closing it kindly would wait for the reader again."""
    transport = _transport(scope)
    if transport is not None:
        transport.abort()


async def _gone(receive: Receive, bell: Bell) -> None:
    """Ends when the reader does, and says so."""
    while (await receive())["type"] != "http.disconnect":
        pass
    bell.ring()
