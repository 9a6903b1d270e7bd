"""Waiting in tests for what happens elsewhere: woken by what is noticed, ended by a limit, never by a pause of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
WITHIN_S = 60.0
LOOK_AGAIN_S = 0.25  # for what nobody tells of, such as a row in a file


class Noticing:
    """Wakes whoever waits. `notice` may be called from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()

    def notice(self) -> None:
        """Something has happened: everybody looks again."""
        with self._changed:
            self._changed.notify_all()

    def until(
        self, what: str, question: Callable[[], T], now: Callable[[], object] = lambda: "", within_s: float = WITHIN_S
    ) -> T:
        """The question's first answer that is true.

        Raises:
            AssertionError: it never was within `within_s`; the message has `what` was waited for and how things are `now`.
        """
        end_s = time.monotonic() + within_s
        with self._changed:
            while not (answer := question()):
                left_s = end_s - time.monotonic()
                assert left_s > 0, f"{what}: not within {within_s:.0f} s; now {now()}"
                self._changed.wait(min(left_s, LOOK_AGAIN_S))
        return answer
