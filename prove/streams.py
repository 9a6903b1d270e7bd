"""A thousand devices watch by TLS through nginx: what they cost in memory, and that each hears of a check-in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass

from bench._figures import median, percentile
from bench._processes import resident_mb
from prove._counts import Count, Say
from prove._web import WebHub, answered, walk_in, web_hub

TITLE = "Streams over TLS through nginx: memory of the hub, and a check-in that all of them hear of"
NUMBER, SHORT = 1000, 40
AT_ONCE = 25
FIRST_ROUNDS, ROUNDS = 2, 5
MOST_MB, MOST_KB_EACH = 120, 12
VIEWS = (("board/hall", "board/hall"), ("lane/A", "lane/A"), ("pager/marta", "pager/desks"))


def prove(number: int, say: Say) -> Iterator[Count]:
    """So many streams at once; then five check-ins, one after the other."""
    with web_hub() as hub:
        before_mb = resident_mb(hub.hub)
        told = asyncio.run(_watched(hub, number, say))
    heard_ms = told.heard_ms
    few, each_kb = told.few, (told.mb - told.few_mb) * 1000 / (number - told.few)
    enough = number == NUMBER  # a few streams are smaller than the grain of what the kernel tells
    yield Count("streams open", told.opened, exactly=number)
    yield Count("memory of the hub", told.mb, "MB", at_most=MOST_MB, remark=f"{before_mb:.0f} MB before the first")
    yield Count(
        "of each stream", each_kb, "kB", at_most=MOST_KB_EACH if enough else None, remark=f"all but the first {few}"
    )
    yield Count("events heard", len(heard_ms), exactly=few * FIRST_ROUNDS + number * ROUNDS)
    yield Count(
        "check-in sent to event read, p50", median(heard_ms), "ms", remark="all streams and nginx on one machine"
    )
    yield Count("check-in sent to event read, p99", percentile(heard_ms, 99), "ms")


@dataclass(frozen=True)
class Told:
    """What was seen.

    Attributes:
        heard_ms: of every event, from the command that made it.
        few, few_mb: streams that were open first, and the hub's memory when these had heard of something.
    """

    opened: int
    mb: float
    few: int
    few_mb: float
    heard_ms: list[float]


class Crowd:
    """Readers of streams, and somebody who checks in."""

    def __init__(self, hub: WebHub) -> None:
        self._hub = hub
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._streams: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._readers: list[asyncio.Task[None]] = []
        self._has_view = asyncio.Semaphore(0)
        self._has_heard = asyncio.Semaphore(0)
        self._ticket, self._began_s = 0, 0.0
        self.heard_ms: list[float] = []

    @property
    def size(self) -> int:
        """How many streams are open."""
        return len(self._streams)

    async def grow(self, number: int) -> None:
        """Until so many are open and each has its first view."""
        coming = range(self.size, number)
        self._streams += await asyncio.gather(*(self._opened(one) for one in coming))
        new = self._streams[coming.start :]
        self._readers += [asyncio.create_task(self._read(reader)) for reader, _ in new]
        for _ in new:
            await asyncio.wait_for(self._has_view.acquire(), 60)

    async def hears(self, rounds: int) -> None:
        """So many check-ins, one after the other; everybody hears of each."""
        reader, writer = await self._hub.connect(0)
        for _ in range(rounds):
            self._ticket += 1
            wire = self._hub.send("check_in", "lane/A", walk_in(self._ticket))
            self._began_s = time.perf_counter()
            writer.write(wire)
            status, body = await asyncio.wait_for(answered(reader), 20)
            assert status == 200, body
            for _ in range(self.size):
                await asyncio.wait_for(self._has_heard.acquire(), 60)
        writer.transport.abort()

    async def leave(self) -> None:
        """Everybody goes."""
        for one in self._readers:
            one.cancel()
        for _, writer in self._streams:
            writer.transport.abort()
        await asyncio.gather(*self._readers, return_exceptions=True)
        await asyncio.sleep(0.1)  # until they are closed

    async def _opened(self, one: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        async with self._gate:
            view, device = VIEWS[one % len(VIEWS)]
            return await self._hub.open_stream(one, view, device)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        """Views as they come; each ticket counts once, and those from before this reader came do not."""
        seen: int | None = None
        while line := await reader.readline():
            if not line.startswith(b"data:"):
                continue
            newest = self._newest(line)
            if seen is None:
                self._has_view.release()
                seen = newest
            for _ in range(seen, newest):
                self.heard_ms.append((time.perf_counter() - self._began_s) * 1000)
                self._has_heard.release()
            seen = newest

    def _newest(self, line: bytes) -> int:
        """The highest ticket that a view names."""
        named = (nth for nth in range(self._ticket, 0, -1) if f'"A-{nth:03}"'.encode() in line)
        return next(named, 0)


async def _watched(hub: WebHub, number: int, say: Say) -> Told:
    crowd, few = Crowd(hub), max(number // 10, 1)
    await crowd.grow(few)
    await crowd.hears(FIRST_ROUNDS)
    few_mb = resident_mb(hub.hub)
    await crowd.grow(number)
    say(f"{number} streams are open")
    await crowd.hears(ROUNDS)
    told = Told(crowd.size, resident_mb(hub.hub), few, few_mb, crowd.heard_ms)
    await crowd.leave()
    return told
