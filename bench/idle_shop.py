"""The whole demonstration while nobody touches it: hub, lane, two pagers, board and the page's server.

Nobody looks at the page either; a browser that does is the browser's own business.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench._figures import Figure
from bench._processes import cpu_s, resident_mb

TITLE = "Idle shop, all its processes together"
SETTLED_S, MEASURED_S = 10.0, 20.0


def measure() -> Iterator[Figure]:
    """Memory and processor of every process of `kiosk shop`."""
    words = [sys.executable, "-m", "kiosk", "shop"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as shop:
        try:
            assert shop.stdout is not None
            shop.stdout.readline()  # its address: it is open
            time.sleep(SETTLED_S)
            family = [shop.pid, *children_of(shop.pid)]
            began_s, used_s = time.monotonic(), sum(cpu_s(pid) for pid in family)
            time.sleep(MEASURED_S)
            share = (sum(cpu_s(pid) for pid in family) - used_s) / (time.monotonic() - began_s)
            yield Figure("memory (resident)", sum(resident_mb(pid) for pid in family), "MB", limit=500)
            yield Figure("of one processor", share * 100, "%", limit=10, remark=f"{len(family)} processes")
        finally:
            shop.send_signal(signal.SIGINT)


def children_of(pid: int) -> list[int]:
    """The processes that this one has started, and theirs."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    return [found for child in map(int, listed) for found in (child, *children_of(child))]
