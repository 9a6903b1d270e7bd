"""A desk's word to the hub: which calls its lamp shows, at once when that changes and again and again while it calls.

Whatever was not heard is said again: the hub counts the seconds since the last word (server/reaching.py).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kiosk.hub_client import Answer

AGAIN_S = 8.0
UNHEARD_AGAIN_S = 1.0
Ask = Callable[[str, dict[str, Any]], "Answer | None"]


class LampWord:
    """Speaks for the desks of one device, from a thread of its own. `shows` may be called from any thread."""

    def __init__(self, ask: Ask, clock: Callable[[], float] = time.monotonic) -> None:
        """`ask`: of the hub's line; None is no answer. Nothing is said before a desk shows something."""
        self._ask, self._clock = ask, clock
        self._work = threading.Condition()
        self._shown: dict[str, tuple[str, ...]] = {}
        self._due_s: dict[str, float] = {}
        self._is_closing = False
        self._thread = threading.Thread(target=self._run, name="lamp word", daemon=True)
        self._thread.start()

    def shows(self, advisor: str, page_ids: Iterable[str]) -> None:
        """The desk has a view of the hub and shows these calls, or none."""
        with self._work:
            said = tuple(sorted(page_ids))
            if self._shown.get(advisor) != said:
                self._shown[advisor] = said
                self._due_s[advisor] = self._clock()
                self._work.notify()

    def knows_nothing(self, advisor: str) -> None:
        """The desk has lost the hub: there is nobody to tell, and what it showed is not true any more."""
        with self._work:
            self._shown.pop(advisor, None)
            self._due_s.pop(advisor, None)

    def close(self) -> None:
        """Say no more."""
        with self._work:
            self._is_closing = True
            self._work.notify()

    def _run(self) -> None:
        while (found := self._next()) is not None:
            advisor, page_ids = found
            answer = self._ask("report_lamp", {"advisor_id": advisor, "page_ids": list(page_ids)})
            with self._work:
                if self._shown.get(advisor) != page_ids:
                    continue  # it is due already
                if answer is None:
                    self._due_s[advisor] = self._clock() + UNHEARD_AGAIN_S
                elif page_ids:
                    self._due_s[advisor] = self._clock() + AGAIN_S
                else:
                    self._due_s.pop(advisor, None)

    def _next(self) -> tuple[str, tuple[str, ...]] | None:
        """Wait for a word that is due; None when the end has come."""
        with self._work:
            while not self._is_closing:
                first = min(self._due_s, key=self._due_s.__getitem__, default=None)
                left_s = None if first is None else self._due_s[first] - self._clock()
                if first is not None and left_s is not None and left_s <= 0:
                    return first, self._shown[first]
                self._work.wait(left_s)
            return None
