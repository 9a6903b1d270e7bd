"""A check-in through the hub beside a bare loop that commits the same rows to the same disk.

Both run in turns, so that a disk that is slow this minute is slow for both.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench._bare import STANDING, Bare, noted_check_ins
from bench._figures import Figure, median, percentile, timed_ms
from bench._hub import DISK, LANE, Caller, by_code, running_hub
from bench._lane import Lane

TITLE = "Check-in: answered by the hub, its transaction safe on disk"
TURNS, IN_A_TURN = 15, 20
MORE_P50_MS, MORE_P99_MS, TIMES_P99 = 3, 8, 3


def measure() -> Iterator[Figure]:
    """One lane, one code after the other; what a turn has checked in is taken back before the next."""
    hub_ms: list[float] = []
    bare_ms: list[float] = []
    with running_hub() as hub, tempfile.TemporaryDirectory(dir=DISK) as folder:
        noted = noted_check_ins(Path(folder), TURNS * IN_A_TURN)
        caller, lane, bare = Caller(hub.url), Lane(hub.url), Bare(Path(folder) / "bare.db", noted)
        codes = caller.book(STANDING + TURNS * IN_A_TURN)
        for number in range(STANDING):
            caller.command(LANE, "check_in", **by_code(codes[number], number + 1))
        for first in range(STANDING, len(codes), IN_A_TURN):
            bare_ms += [timed_ms(bare.commit) for _ in range(IN_A_TURN)]
            arrivals = [by_code(codes[number], number + 1) for number in range(first, first + IN_A_TURN)]
            requests = [lane.request(arrival) for arrival in arrivals]
            hub_ms += [timed_ms(partial(lane.check_in, request)) for request in requests]
            for arrival in arrivals:
                caller.command(LANE, "withdraw_check_in", visit_id=arrival["visit_id"])
        caller.close()
        lane.close()
        bare.close()
    bare_p50, bare_p99 = median(bare_ms), percentile(bare_ms, 99)
    yield Figure("bare loop, p50", bare_p50, remark=str(noted))
    yield Figure("bare loop, p99", bare_p99)
    yield Figure("hub, p50", median(hub_ms), limit=bare_p50 + MORE_P50_MS, remark=f"bare + {MORE_P50_MS} ms")
    limit = TIMES_P99 * bare_p99 + MORE_P99_MS
    yield Figure("hub, p99", percentile(hub_ms, 99), limit=limit, remark=f"{TIMES_P99} x bare + {MORE_P99_MS} ms")
