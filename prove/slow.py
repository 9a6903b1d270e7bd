"""Everybody slow at once, through nginx: half-sent bodies, readers at 1 kB/s, dead streams; check-ins go on."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterator

from bench._figures import median, percentile
from prove._counts import Count, Say
from prove._web import PAPER, WebHub, answered, walk_in, web_hub

TITLE = "Half-sent bodies, slow readers of a PDF and dead streams through nginx; check-ins meanwhile"
NUMBER, SHORT = 200, 20
MOST_P99_MS = 200
READERS_SHARE, STREAMS_SHARE = 4, 2  # of the half-sent bodies: 200, 50 and 100
PIECE_BYTES = 1024


def prove(number: int, say: Say) -> Iterator[Count]:
    """As many check-ins as half-sent bodies, one after the other, from one lane."""
    with web_hub() as hub:
        taken_ms, statuses = asyncio.run(_disturbed(hub, number, say))
    yield Count("check-ins accepted", statuses.count(200), exactly=number)
    yield Count("check-in, p50", median(taken_ms), "ms")
    slow = f"{number // READERS_SHARE} readers at 1 kB/s, {number // STREAMS_SHARE} dead streams"
    remark = f"{number} half-sent bodies, {slow}"
    yield Count("check-in, p99", percentile(taken_ms, 99), "ms", at_most=MOST_P99_MS, remark=remark)


async def _disturbed(hub: WebHub, number: int, say: Say) -> tuple[list[float], list[int]]:
    half = [await _half_sent(hub, one) for one in range(number)]
    dead = [await _dead_stream(hub, one) for one in range(number // STREAMS_SHARE)]
    slow = [asyncio.create_task(_slow_reader(hub, one)) for one in range(number // READERS_SHARE)]
    await asyncio.sleep(0.5)  # the first pieces are on their way
    say(f"{len(half)} half-sent bodies, {len(slow)} slow readers, {len(dead)} dead streams")
    again = asyncio.create_task(_kept_up(hub, half))
    reader, writer = await hub.connect(0)
    taken_ms, statuses = [], []
    for nth in range(1, number + 1):
        wire = hub.send("check_in", "lane/A", walk_in(nth))
        began_s = time.perf_counter()
        writer.write(wire)
        status, _ = await asyncio.wait_for(answered(reader), 30)
        taken_ms.append((time.perf_counter() - began_s) * 1000)
        statuses.append(status)
    assert not any(one.done() for one in slow), "a slow reader was not served to the end"
    for task in (*slow, again):
        task.cancel()
    await asyncio.gather(*slow, again, return_exceptions=True)
    for one in (*half, *dead, writer):
        one.transport.abort()
    await asyncio.sleep(0.1)  # until they are closed
    return taken_ms, statuses


async def _half_sent(hub: WebHub, number: int) -> asyncio.StreamWriter:
    _, writer = await hub.connect(number)
    head = f"POST /api/1/commands/check_in HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {hub.tokens['lane/A']}"
    writer.write(f"{head}\r\nContent-Length: 2000\r\n\r\n{{".encode())
    await writer.drain()
    return writer


async def _kept_up(hub: WebHub, half: list[asyncio.StreamWriter]) -> None:
    """One that nginx has cut after ten seconds is begun anew, so that there are always as many."""
    while True:
        await asyncio.sleep(0.2)
        for place, writer in enumerate(half):
            if writer.transport.is_closing():
                with contextlib.suppress(OSError):
                    half[place] = await _half_sent(hub, place)


async def _dead_stream(hub: WebHub, number: int) -> asyncio.StreamWriter:
    """Opened, and never read again."""
    _, writer = await hub.open_stream(number, "board/hall", "board/hall")
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    return writer


async def _slow_reader(hub: WebHub, number: int) -> None:
    reader, writer = await hub.connect(number)
    try:
        cookie = f"Cookie: __Host-kiosk_session={hub.session}"
        writer.write(f"GET /papers/{PAPER}.pdf HTTP/1.1\r\nHost: 127.0.0.1\r\n{cookie}\r\n\r\n".encode())
        status = await reader.readline()
        assert b" 200 " in status, status
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        while await reader.read(PIECE_BYTES):  # noqa: ASYNC110 - a slow reader is slow
            await asyncio.sleep(PIECE_BYTES / 1024)
    finally:
        writer.transport.abort()
