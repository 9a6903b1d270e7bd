"""How long a ticket takes from what it tells to the printer's bytes, in Arabic on 80 mm, the slowest of all."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace

from kiosk import samples
from kiosk.domain.papers import Ticket, ticket
from kiosk.raster import PAPER_DOTS, escpos_bytes, raster
from kiosk.typeset import Typesetter

COLD_LIMIT_MS, WARM_LIMIT_MS = 60.0, 15.0


def measure(rounds: int = 20) -> dict[str, float]:
    """Medians in milliseconds: `cold_ms` with a new Typesetter each time, `warm_ms` with one that has set tickets.

    Every ticket is another visit's: number and code are never the same twice, so no code comes from a cache.
    """
    cold, warm, kept = [], [], Typesetter()
    _milliseconds(_told(0), kept)
    for n in range(1, rounds + 1):
        cold.append(_milliseconds(_told(2 * n), Typesetter()))
        warm.append(_milliseconds(_told(2 * n + 1), kept))
    return {"cold_ms": statistics.median(cold), "warm_ms": statistics.median(warm)}


def _told(n: int) -> Ticket:
    token = f"{n:026}"
    return replace(samples.ticket("ar"), number=f"A-{n:03}", follow_address=f"HTTPS://LANE.VALLEY.EXAMPLE/C/{token}")


def _milliseconds(told: Ticket, typesetter: Typesetter) -> float:
    began_s = time.perf_counter()
    escpos_bytes(raster(ticket(told), width_dots=PAPER_DOTS[80], typesetter=typesetter))
    return (time.perf_counter() - began_s) * 1000
