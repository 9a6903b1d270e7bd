"""Many at once: 8 and 64 lanes that check in together, and 100 screens that hear of it.

The bare loop (_bare.py) runs in turns with the lanes, on the same disk, so that a slow minute is slow for both. The
lanes are threads with a socket each: what they cost themselves counts against the hub.
"""

from __future__ import annotations

import contextlib
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench._bare import Bare, CheckIns, noted_check_ins
from bench._figures import Figure, median, percentile
from bench._hub import DISK, LANE, Caller, RunningHub, by_code, running_hub
from bench._lane import Lane
from bench._watchers import Watchers

TITLE = "Many at once: check-ins of 8 and of 64 lanes; from a command to the views of 100 watchers"
FIRST = 16
TURNS, IN_A_TURN, BARE_COMMITS = 4, 128, 600  # each turn is a day of its own: nobody has a thousand visits open
MANY, IN_THE_CROWD = 64, 192
LEAST_SHARE, LEAST_RATE = 40, 100
WATCHED = [
    *[("board/hall", "board/hall")] * 60,
    *[("manager/bench", "staff")] * 15,
    *[(LANE, "lane/A")] * 15,
    *[("pager/desks", "pager/marta")] * 10,
]
ROUNDS = 60


def measure() -> Iterator[Figure]:
    """Rates, then times."""
    DISK.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=DISK) as folder:
        noted = noted_check_ins(Path(folder), BARE_COMMITS)
        turns = [turn(noted) for _ in range(TURNS)]
    bare_rate, hub_rate = median(one[0] for one in turns), median(one[1] for one in turns)
    yield Figure("bare loop", bare_rate, "/s", remark=f"{noted}, median of {TURNS} turns")
    yield Figure("8 lanes", hub_rate, "/s", least=LEAST_RATE, remark=f"check-ins answered, median of {TURNS} turns")
    yield Figure("8 lanes, of the bare loop", hub_rate / bare_rate * 100, "%", least=LEAST_SHARE)
    with running_hub() as hub, contextlib.closing(Caller(hub.url)) as caller:
        crowd = rate(hub.url, MANY, warmed(hub, arrivals(caller.book(FIRST + IN_THE_CROWD))))
    yield Figure("64 lanes", crowd, "/s", remark=f"{IN_THE_CROWD} check-ins, no error")
    with running_hub() as hub, contextlib.closing(Caller(hub.url)) as caller:
        yield from watching(hub.url, caller)


def turn(noted: CheckIns) -> tuple[float, float]:
    """Commits a second of the bare loop, and check-ins a second of eight lanes, right after one another."""
    with (
        running_hub() as hub,
        tempfile.TemporaryDirectory(dir=DISK) as folder,
        contextlib.closing(Caller(hub.url)) as caller,
    ):
        bare = Bare(Path(folder) / "bare.db", noted)
        coming = warmed(hub, arrivals(caller.book(FIRST + IN_A_TURN)))
        taken_s = seconds_for(BARE_COMMITS // 2, bare)
        lanes = rate(hub.url, 8, coming)
        taken_s += seconds_for(BARE_COMMITS // 2, bare)
        bare.close()
    return BARE_COMMITS / taken_s, lanes


def watching(url: str, caller: Caller) -> Iterator[Figure]:
    """From sending a check-in to each watcher's new view; between two the desk answers, and it is quiet."""
    each_ms, last_ms = [], []
    coming = arrivals(caller.book(FIRST + ROUNDS))
    with Watchers(url, WATCHED) as watchers:
        everybody = range(len(WATCHED))
        for number, body in enumerate(coming):
            watchers.wait_for_quiet(0.05)
            began_s = time.monotonic()
            caller.command(LANE, "check_in", **body)
            seen_s = watchers.wait_for(everybody, began_s)
            if number >= FIRST:
                last_ms.append((seen_s - began_s) * 1000)
                each_ms += [(at_s - began_s) * 1000 for at_s in watchers.newest_s]
            caller.command("advisor/marta", "begin_write_up", visit_id=body["visit_id"], advisor_id="marta")
    yield Figure("command sent to view read, 100 watchers, p50", median(each_ms), limit=20)
    yield Figure("command sent to view read, 100 watchers, p99", percentile(each_ms, 99), limit=100)
    yield Figure("until the last of them has it, p50", median(last_ms))


def warmed(hub: RunningHub, coming: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that are left after the first few: a hub has done each thing once before a busy morning."""
    rate(hub.url, 8, coming[:FIRST])
    return coming[FIRST:]


def rate(url: str, clients: int, coming: list[dict[str, Any]]) -> float:
    """Check-ins a second of so many lanes together."""
    lanes = [Lane(url) for _ in range(clients)]
    shares = [coming[number::clients] for number in range(clients)]
    together = threading.Barrier(clients + 1)
    with ThreadPoolExecutor(clients) as threads:
        running = [threads.submit(check_ins, lane, share, together) for lane, share in zip(lanes, shares, strict=True)]
        together.wait()
        began_s = time.perf_counter()
        for lane_done in running:
            lane_done.result()
        taken_s = time.perf_counter() - began_s
    for lane in lanes:
        lane.close()
    return len(coming) / taken_s


def seconds_for(commits: int, bare: Bare) -> float:
    """How long the bare loop takes for so many commits."""
    began_s = time.perf_counter()
    for _ in range(commits):
        bare.commit()
    return time.perf_counter() - began_s


def check_ins(lane: Lane, coming: list[dict[str, Any]], together: threading.Barrier) -> None:
    """One after the other, once everybody is there."""
    requests = [lane.request(one) for one in coming]
    together.wait()
    for request in requests:
        lane.check_in(request)


def arrivals(codes: list[str]) -> list[dict[str, Any]]:
    """Each customer's check-in."""
    return [by_code(code, number) for number, code in enumerate(codes, 1)]
