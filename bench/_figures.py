"""A figure with its limit, and how samples become one."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    Attributes:
        name: what was measured.
        value: in `unit`.
        limit: what it may be at most, in the same unit; None where it only informs.
        least: what it must be at least, where more is better.
        remark: how the limit came about, or under which conditions it was measured.
    """

    name: str
    value: float
    unit: str = "ms"
    limit: float | None = None
    remark: str = ""
    least: float | None = None

    @property
    def is_kept(self) -> bool:
        """Whether its limits hold."""
        return (self.limit is None or self.value <= self.limit) and (self.least is None or self.value >= self.least)


def median(samples: Iterable[float]) -> float:
    """The value in the middle."""
    return percentile(samples, 50)


def percentile(samples: Iterable[float], share: float) -> float:
    """The smallest sample that at least `share` percent of all do not exceed (nearest rank)."""
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(share / 100 * len(ordered)) - 1)]


def timed_ms(call: Callable[[], object]) -> float:
    """How long one call takes."""
    began_s = time.perf_counter()
    call()
    return (time.perf_counter() - began_s) * 1000
