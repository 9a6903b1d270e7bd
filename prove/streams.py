"""A thousand devices watch by TLS through nginx: what they cost in memory, and that each hears of a check-in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

from bench._figures import median, percentile
from bench._processes import resident_mb
from prove._counts import Count, Say
from prove._web import WebHub, answered, walk_in, web_hub

TITLE = "Streams over TLS through nginx: memory of the hub, and a check-in that all of them hear of"
NUMBER, SHORT = 1000, 40
AT_ONCE = 25
ROUNDS = 5
MOST_MB = 120
VIEWS = (("board/hall", "board/hall"), ("lane/A", "lane/A"), ("pager/marta", "pager/desks"))


def prove(number: int, say: Say) -> Iterator[Count]:
    """So many streams at once; then five check-ins, one after the other."""
    with web_hub() as hub:
        before_mb = resident_mb(hub.hub)
        heard_ms, opened, mb = asyncio.run(_watched(hub, number, say))
    yield Count("streams open", opened, exactly=number)
    yield Count("memory of the hub", mb, "MB", at_most=MOST_MB, remark=f"{before_mb:.0f} MB before the first")
    yield Count("events heard", len(heard_ms), exactly=number * ROUNDS, remark=f"{ROUNDS} check-ins")
    yield Count(
        "check-in sent to event read, p50", median(heard_ms), "ms", remark="all streams and nginx on one machine"
    )
    yield Count("check-in sent to event read, p99", percentile(heard_ms, 99), "ms")


async def _watched(hub: WebHub, number: int, say: Say) -> tuple[list[float], int, float]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def opened(one: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        async with gate:
            view, device = VIEWS[one % len(VIEWS)]
            return await hub.open_stream(one, view, device)

    streams = await asyncio.gather(*(opened(one) for one in range(number)))
    say(f"{number} streams are open")
    heard: list[float] = []
    began_s = [0.0]
    counts = [asyncio.Semaphore(0) for _ in range(ROUNDS + 1)]
    readers = [asyncio.create_task(_read(reader, heard, began_s, counts)) for reader, _ in streams]
    for _ in range(number):
        await asyncio.wait_for(counts[0].acquire(), 60)  # each has its first view
    reader, writer = await hub.connect(0)
    for nth in range(1, ROUNDS + 1):
        wire = hub.send("check_in", "lane/A", walk_in(nth))
        began_s[0] = time.perf_counter()
        writer.write(wire)
        status, body = await asyncio.wait_for(answered(reader), 20)
        assert status == 200, body
        for _ in range(number):
            await asyncio.wait_for(counts[nth].acquire(), 60)
    mb = resident_mb(hub.hub)
    for one in readers:
        one.cancel()
    for _, one_writer in (*streams, (reader, writer)):
        one_writer.transport.abort()
    await asyncio.gather(*readers, return_exceptions=True)
    await asyncio.sleep(0.1)  # until they are closed
    return heard, len(streams), mb


async def _read(
    reader: asyncio.StreamReader, heard: list[float], began_s: list[float], counts: list[asyncio.Semaphore]
) -> None:
    """Views as they come; each number of a ticket counts once."""
    seen = 0
    while line := await reader.readline():
        if not line.startswith(b"data:"):
            continue
        tickets = min(ROUNDS, _newest(line))
        if seen == 0:
            counts[0].release()
            seen = 1
        while seen <= tickets:
            heard.append((time.perf_counter() - began_s[0]) * 1000)
            counts[seen].release()
            seen += 1


def _newest(line: bytes) -> int:
    """The highest ticket that a view names."""
    return max((nth for nth in range(1, ROUNDS + 1) if f'"A-{nth:03}"'.encode() in line), default=0)
