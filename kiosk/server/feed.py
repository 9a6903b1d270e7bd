"""The event stream: each watched view computed once per change, off the loop, shared as bytes, sent when it is new.

A first change goes out at once; those that follow within 20 ms are joined, but for the lamps'. `next_change_at` of the
views is kept as a timer, and that alone makes the 60 and 120 seconds of an unanswered page happen.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kiosk.server.errors import Answered
from kiosk.server.hub import Hub, Viewed
from kiosk.server.links import Links
from kiosk.server.views import shared
from kiosk.server.views.parts import next_change

JOIN_S = 0.020
LONGEST_SLEEP_S = 300.0
MOMENT_S = 0.001
FIRST_FAMILIES = ("pager", "lane-signal", "lane")
log = logging.getLogger(__name__)


class Bell:
    """What wakes one stream: an asyncio.Event for one who waits, a fifth of its size; there may be a thousand."""

    __slots__ = ("_has_rung", "_waiting")

    def __init__(self) -> None:
        self._has_rung = False
        self._waiting: asyncio.Future[None] | None = None

    def ring(self) -> None:
        """Wake whoever waits, or whoever will wait next."""
        self._has_rung = True
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def hush(self) -> None:
        """Forget that it has rung."""
        self._has_rung = False

    def rung(self) -> asyncio.Future[None]:
        """Done when it rings, or has rung since it was hushed."""
        if self._waiting is None or self._waiting.done():
            self._waiting = asyncio.get_running_loop().create_future()
            if self._has_rung:
                self._waiting.set_result(None)
        return self._waiting


@dataclass
class Channel:
    """One watched view: its newest frame, and whom to wake."""

    name: str
    digest: bytes = b""
    frame: bytes = b""
    version: int = 0
    watchers: set[Bell] = field(default_factory=set)

    def publish(self, digest: bytes, frame: bytes) -> None:
        """A new frame for every watcher; a slow one skips those that it missed, for a view is whole."""
        self.digest, self.frame, self.version = digest, frame, self.version + 1
        for one in self.watchers:
            one.ring()


@dataclass(frozen=True)
class _Running:
    """What a feed has while it runs: its loop, the worker that computes, and the event that wakes it."""

    loop: asyncio.AbstractEventLoop
    worker: ThreadPoolExecutor
    changed: asyncio.Event

    async def work(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Run a function in the worker."""
        return await self.loop.run_in_executor(self.worker, function, *arguments)


class Feed:
    """Runs on one event loop, from `start` to `stop`. `wake` may be called from any thread."""

    def __init__(self, hub: Hub) -> None:
        """Nothing runs before `start`."""
        self.hub = hub
        self.is_ending = False
        self._channels: dict[str, Channel] = {}
        self._running: _Running | None = None
        self._task: asyncio.Task[None] | None = None
        self._next_at: datetime | None = None

    @property
    def watched(self) -> list[str]:
        """The views that somebody watches."""
        return sorted(self._channels)

    async def start(self) -> None:
        """Begin to listen to the hub."""
        worker = ThreadPoolExecutor(1, thread_name_prefix="feed")
        self._running = running = _Running(asyncio.get_running_loop(), worker, asyncio.Event())
        self.hub.on_change.append(self.wake)
        self.hub.join_neighbours()
        self._task = asyncio.create_task(self._run(running))

    async def stop(self) -> None:
        """End all streams and stop computing."""
        self.end_streams()
        if self.wake in self.hub.on_change:
            self.hub.on_change.remove(self.wake)
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._running:
            self._running.worker.shutdown(wait=True, cancel_futures=True)
        await asyncio.to_thread(self.hub.leave_neighbours)

    def end_streams(self) -> None:
        """Tell every stream to end; may be called from a signal handler of the loop."""
        self.is_ending = True
        for channel in self._channels.values():
            for one in channel.watchers:
                one.ring()

    def wake(self) -> None:
        """Something has happened."""
        running = self._running
        if running and not running.loop.is_closed():
            running.loop.call_soon_threadsafe(running.changed.set)

    async def watch(self, name: str) -> tuple[Channel, Bell]:
        """The channel of a view with its first frame, and the bell that rings at each further one.

        Raises:
            Answered: there is no such view.
            RuntimeError: the feed does not run.
        """
        if self._running is None:
            raise RuntimeError("the feed has not been started")
        bell = Bell()
        # The channel is known before it is computed: no change can slip between.
        name = shared(name)
        channel = self._channels.setdefault(name, Channel(name))
        channel.watchers.add(bell)
        if not channel.version:
            try:
                viewed = await self._running.work(self.hub.viewed, name)
            except BaseException:
                self.leave(channel, bell)
                raise
            if not channel.version:
                channel.publish(*_framed(viewed))
            self._reckon(viewed.next_change_at)
        return channel, bell

    def leave(self, channel: Channel, bell: Bell) -> None:
        """A stream has ended; a view that nobody watches is not computed any more."""
        channel.watchers.discard(bell)
        if not channel.watchers and self._channels.get(channel.name) is channel:
            del self._channels[channel.name]

    def device_opened(self, name: str) -> None:
        """A device listens."""
        self._links_are(self.hub.own_links.opened(name, self.hub.clock.now()))

    def device_lost(self, name: str) -> None:
        """A device's stream has ended."""
        self._links_are(self.hub.own_links.lost(name, self.hub.clock.now()))

    def _links_are(self, links: Links) -> None:
        self.hub.own_links = links
        if self.hub.neighbours:
            self.hub.neighbours.tell()
        self.wake()

    async def _run(self, running: _Running) -> None:
        while True:
            await self._changed_or_due(running.changed)
            running.changed.clear()
            began = running.loop.time()
            if not self._channels:
                self._next_at = None  # nobody watches: nothing is due before somebody does
                continue
            try:
                await self._compute(running, sorted(self._channels, key=_rank))
                await self._join(running, began + JOIN_S)
            except Exception:  # a view that cannot be computed must not end the others' streams for ever
                log.exception("views could not be computed; trying again in a second")
                await asyncio.sleep(1.0)
                running.changed.set()

    async def _join(self, running: _Running, until: float) -> None:
        """Let further changes pile up for a moment, all but the lamps': nobody waits for a lamp because of a board."""
        is_owed = False
        while await _set_within(running.changed, until - running.loop.time()):
            running.changed.clear()
            is_owed = True
            await self._compute(running, [name for name in self._channels if _rank(name) == 0])
        if is_owed:
            running.changed.set()

    async def _compute(self, running: _Running, names: list[str]) -> None:
        await running.work(self._compute_all, names, running.loop.call_soon_threadsafe)

    async def _changed_or_due(self, changed: asyncio.Event) -> None:
        due = self._next_at
        wait_s = LONGEST_SLEEP_S if due is None else (due - self.hub.clock.now()).total_seconds()
        await _set_within(changed, min(max(wait_s, MOMENT_S), LONGEST_SLEEP_S))

    def _compute_all(self, names: list[str], to_loop: Callable[..., Any]) -> None:
        """In the worker: every watched view of one snapshot, the lamps first; each goes out as soon as it is there."""
        now = self.hub.clock.now()
        snapshot = self.hub.snapshot(now)
        changes_at = self.hub.reaching.due(now, next_change(snapshot, now, self.hub.links))
        for name in names:
            channel = self._channels.get(name)
            if channel is None:
                continue
            try:
                viewed = self.hub.viewed_in(snapshot, name, now, changes_at)
            except Answered:  # its code has expired meanwhile: the last view stays until the stream asks again
                continue
            digest, frame = _framed(viewed, unless=channel.digest)
            if frame:
                to_loop(channel.publish, digest, frame)
        to_loop(self._reckon_anew, changes_at)

    def _reckon(self, changes_at: datetime) -> None:
        if self._next_at is None or changes_at < self._next_at:
            self._next_at = changes_at
            self.wake()

    def _reckon_anew(self, changes_at: datetime) -> None:
        self._next_at = changes_at


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    """Whether an event is set within that time."""
    if seconds <= 0:
        return False
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()


def _framed(viewed: Viewed, unless: bytes = b"") -> tuple[bytes, bytes]:
    """Hash and frame of a view; no frame if it says what the view with hash `unless` said."""
    digest = hashlib.sha256(viewed.fingerprint()).digest()
    if digest == unless:
        return digest, b""
    return digest, b"event: view\nid: %b\ndata: %b\n\n" % (viewed.view_id.encode(), viewed.line())


def _rank(name: str) -> int:
    family = name.partition("/")[0]
    return FIRST_FAMILIES.index(family) if family in FIRST_FAMILIES else len(FIRST_FAMILIES)
