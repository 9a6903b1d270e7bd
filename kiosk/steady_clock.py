"""A device's own clock, which nobody puts right while it runs, and the hub's time as the device knows it.

A Pi has no clock of its own: its time may be days off, and jumps when the network tells it. Durations must not notice.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Now = Callable[[], datetime]
"""A clock: this moment, aware, in UTC."""

HEARD_LAST = 5
WORTH_IT = timedelta(seconds=1)


def wall_clock() -> datetime:
    """The machine's own clock."""
    return datetime.now(UTC)


class SteadyClock:
    """The machine's clock at the beginning, and from then on only the time that has really passed. Any thread."""

    def __init__(self, wall: Now = wall_clock, passed_s: Callable[[], float] = time.monotonic) -> None:
        self._passed_s = passed_s
        self._began_at, self._began_s = wall(), passed_s()

    def __call__(self) -> datetime:
        """This moment; never before one that was told earlier."""
        return self._began_at + timedelta(seconds=self._passed_s() - self._began_s)


class HubTime:
    """This moment as the hub's clock has it, for whatever is told to people; goes on when the hub is away. Any thread.

    What was heard counts only when somebody says `agree`: between two agreements it runs like the steady clock.
    """

    def __init__(self, steady: Now) -> None:
        self._steady = steady
        self._lock = threading.Lock()
        self._ahead = timedelta()
        self._heard: deque[timedelta] = deque(maxlen=HEARD_LAST)

    def __call__(self) -> datetime:
        """This moment."""
        return self._steady() + self._ahead

    def hear(self, hub_now: datetime) -> None:
        """The hub has said what time it was when it wrote; that may have lain somewhere, and is never in the future."""
        with self._lock:
            self._heard.append(hub_now - self._steady())

    def agree(self) -> None:
        """Go by what was heard of late: the word that lay shortest is the one that says most."""
        with self._lock:
            if self._heard and abs(max(self._heard) - self._ahead) >= WORTH_IT:
                self._ahead = max(self._heard)

    def by_steady(self, at: datetime) -> datetime:
        """A moment of this clock as the steady one has it."""
        return at - self._ahead
