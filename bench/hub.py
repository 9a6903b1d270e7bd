"""The hub by itself: how soon it answers after its start, its memory, and how soon an event follows a check-in.

Twenty streams are read all the while. From sending a check-in to the pager's event is what network, rules, disk and
feed take together; what is left until the lamp is on is the pager's (lamp.py).
"""

from __future__ import annotations

import contextlib
import http.client
import queue
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from bench._figures import Figure, median, percentile
from bench._hub import LANE, Caller, RunningHub, by_code, running_hub
from bench._processes import resident_mb

TITLE = "The hub: start, memory, and from a check-in to the pager's event with 20 streams"
WATCHED = ("pager/marta", "pager/omar", "pager/dina", *["lane/A"] * 2, *["board/hall"] * 12, *["staff"] * 3)
WHO = {"pager": "pager/desks", "lane": "lane/A", "board": "board/hall", "staff": "manager/bench"}
ROUNDS = 100
WITHIN_S = 10.0
QUIET_S = 0.03  # longer than the 20 ms in which the feed joins a burst: each check-in is a first change


def measure() -> Iterator[Figure]:
    """One customer after the other; between two the desk answers, and the shop is quiet for a moment."""
    began_s = time.perf_counter()
    with running_hub() as hub:
        started_s = time.perf_counter() - began_s
        taken_ms: list[float] = []
        with streams(hub) as events:
            caller = Caller(hub.url)
            for number, code in enumerate(caller.book(ROUNDS), 1):
                arrival = by_code(code, number)
                began_s = time.perf_counter()
                caller.command(LANE, "check_in", **arrival)
                taken_ms.append((heard(events, '"pattern":"new"') - began_s) * 1000)
                caller.command("advisor/marta", "begin_write_up", visit_id=arrival["visit_id"], advisor_id="marta")
                heard(events, '"pattern":"dark"')
                time.sleep(QUIET_S)
            caller.close()
        memory_mb = resident_mb(hub.process.pid)
    yield Figure("from start to the first answer", started_s, "s", limit=2, remark="an empty database is made")
    yield Figure("memory", memory_mb, "MB", limit=120, remark=f"after {ROUNDS} visits, {len(WATCHED)} streams")
    yield Figure("check-in sent to event read, p50", median(taken_ms))
    yield Figure("check-in sent to event read, p99", percentile(taken_ms, 99))


def heard(events: queue.SimpleQueue[tuple[str, float]], words: str) -> float:
    """When the first pager read an event with these words; time.perf_counter() of that moment."""
    while True:
        event, at_s = events.get(timeout=WITHIN_S)
        if words in event:
            return at_s


@contextlib.contextmanager
def streams(hub: RunningHub) -> Iterator[queue.SimpleQueue[tuple[str, float]]]:
    """Twenty open streams that are read as they come; what the first of them says, with its time."""
    events: queue.SimpleQueue[tuple[str, float]] = queue.SimpleQueue()
    address = urlsplit(hub.url)
    connections, ready = [], threading.Semaphore(0)
    for number, view in enumerate(WATCHED):
        connection = http.client.HTTPConnection(address.hostname or "", address.port)
        connection.request(
            "GET", f"/api/1/views/{view}/stream", headers={"Kiosk-Principal": WHO[view.partition("/")[0]]}
        )
        connections.append(connection)
        threading.Thread(target=_read, args=(connection, events if number == 0 else None, ready), daemon=True).start()
    for _ in WATCHED:
        assert ready.acquire(timeout=WITHIN_S)
    yield events


def _read(
    connection: http.client.HTTPConnection,
    events: queue.SimpleQueue[tuple[str, float]] | None,
    ready: threading.Semaphore,
) -> None:
    """Until the hub ends."""
    is_first = True
    with contextlib.suppress(OSError, http.client.HTTPException), connection.getresponse() as stream:
        while line := stream.readline():
            if not line.startswith(b"data: "):
                continue
            if events is not None:
                events.put((line.decode(), time.perf_counter()))
            if is_first:
                ready.release()
                is_first = False
