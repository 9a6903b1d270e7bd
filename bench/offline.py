"""A lane that was away for a day: 500 check-ins on its disk, and how long the hub takes to hear of all of them."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from bench._figures import Figure, percentile, timed_ms
from bench._hub import DISK, LANE, Caller, by_code, running_hub
from kiosk.hub_client import Answer, HubClient, Refusal

TITLE = "A lane without the hub"
CHECK_INS = 500
DRAINED_WITHIN_S = 10
PATIENCE_S = 120
NOWHERE = "http://127.0.0.1:9"


def measure() -> Iterator[Figure]:
    """Fill the outbox while nobody answers, then open it again beside a real hub."""
    DISK.mkdir(exist_ok=True)
    with running_hub() as hub, tempfile.TemporaryDirectory(prefix="bench-", dir=DISK) as folder:
        caller = Caller(hub.url)
        codes = caller.book(CHECK_INS)
        outbox = Path(folder) / "outbox.db"
        alone = HubClient(NOWHERE, LANE, outbox)
        kept_ms = [
            timed_ms(lambda n=n, code=code: alone.post("check_in", by_code(code, n % 999 + 1) | {"offline": True}))  # type: ignore[misc]
            for n, code in enumerate(codes)
        ]
        alone.close()
        yield Figure("one check-in kept on the disk, p99", percentile(kept_ms, 99))
        drained_s, refused = drained(hub.url, outbox)
        yield Figure("500 check-ins sent when the hub is back", drained_s, "s", DRAINED_WITHIN_S)
        yield Figure("of these set aside or refused", refused, "", 0)
        caller.close()


def drained(url: str, outbox: Path) -> tuple[float, int]:
    """How long it took until the last was answered, and how many were not taken."""
    answers: list[Answer] = []
    over = threading.Event()

    def heard(answer: Answer) -> None:
        answers.append(answer)
        if len(answers) == CHECK_INS:
            over.set()

    began_s = time.perf_counter()
    line = HubClient(url, LANE, outbox, on_answer=heard)
    if not over.wait(PATIENCE_S):
        raise AssertionError(f"only {len(answers)} of {CHECK_INS} were answered in {PATIENCE_S} s")
    taken_s = time.perf_counter() - began_s
    line.close()
    return taken_s, sum(isinstance(one, Refusal) for one in answers)
