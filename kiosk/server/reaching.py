"""Whether calls reach a lamp: a page that no desk shows within 20 s goes on to the next desk, and the manager is told.

A desk says again and again which calls it shows (`report_lamp`). How long ago that was is measured by the machine's
running time, not by the clock on the wall: what is asked here is whether a wire works, not what time it is.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kiosk.domain.paging import Page, Paging
from kiosk.server.snapshot import Shown, Snapshot

UNSHOWN_AFTER_S = 20.0
MOMENT = timedelta(milliseconds=50)


@dataclass
class _Wait:
    """One unanswered page: since when it waits to be shown, and how many desks more it has gone to."""

    since_s: float
    steps: int = 0


@dataclass(frozen=True)
class _Judgement:
    """The last one: a command asks three times within a moment, and nothing has changed."""

    of: Snapshot
    judged: Snapshot
    at: datetime

    def is_good_for(self, snapshot: Snapshot, at: datetime, now_s: float, due_s: float | None) -> bool:
        """Whether it would be the same again."""
        is_due = due_s is not None and now_s >= due_s
        return self.of is snapshot and not is_due and abs(at - self.at) < MOMENT


class Reaching:
    """Of one hub. Thread-safe; remembers only what has happened since the hub started."""

    def __init__(self, clock_s: Callable[[], float] = time.monotonic) -> None:
        """No desk has been heard yet. `clock_s` never goes back."""
        self._clock_s = clock_s
        self._lock = threading.Lock()
        self._heard: dict[str, tuple[Shown, float]] = {}
        self._waits: dict[tuple[str, datetime], _Wait] = {}
        self._due_s: float | None = None
        self._judged: tuple[Snapshot, Snapshot] | None = None
        self._last: _Judgement | None = None

    def judged(self, snapshot: Snapshot, at: datetime) -> Snapshot:
        """The snapshot with the pages that have gone on because no desk shows them; itself if there are none."""
        with self._lock:
            now_s = self._clock_s()
            if self._last and self._last.is_good_for(snapshot, at, now_s, self._due_s):
                return self._last.judged
            for advisor_id, shown in snapshot.shown.items():
                if self._heard.get(advisor_id, (None, 0.0))[0] != shown:
                    self._heard[advisor_id] = (shown, now_s)
            open_pages = [one for one in snapshot.pages if not one.acknowledged_by]
            keys = [(one.page_id, one.opened_at) for one in open_pages]
            self._waits = {key: self._waits.get(key) or _Wait(now_s) for key in keys}
            turns = [self._turn(one, snapshot, at, now_s) for one in open_pages]
            self._due_s = min((one for one in turns if one is not None), default=None)
            further = {page_id: one.steps for (page_id, _), one in self._waits.items() if one.steps}
            judged = self._with(snapshot, further)
            self._last = _Judgement(snapshot, judged, at)
            return judged

    def due(self, at: datetime, otherwise: datetime) -> datetime:
        """When a page may have to go on, if that is before `otherwise`."""
        with self._lock:
            if self._due_s is None:
                return otherwise
            return min(otherwise, at + timedelta(seconds=max(0.0, self._due_s - self._clock_s())))

    def _turn(self, page: Page, snapshot: Snapshot, at: datetime, now_s: float) -> float | None:
        """Let the page go on if its time is over. When that is next; None: it cannot be said whether it is shown."""
        wait = self._waits[page.page_id, page.opened_at]
        paging = Paging(snapshot.store, snapshot.presence, {page.page_id: wait.steps})
        reached = paging.reached(page, at)
        desks = [self._heard[one] for one in reached if one in self._heard]
        if len(desks) < len(reached) or not reached:
            return None  # somebody is called by other means, or nobody is there: no desk has failed
        shown_s = max((heard_s for shown, heard_s in desks if page.page_id in shown.page_ids), default=wait.since_s)
        wait.since_s = max(wait.since_s, shown_s)
        if now_s - wait.since_s >= UNSHOWN_AFTER_S:
            if wait.steps == 0 or paging.next_after(reached):
                wait.steps += 1
            wait.since_s = now_s
        return wait.since_s + UNSHOWN_AFTER_S

    def _with(self, snapshot: Snapshot, further: dict[str, int]) -> Snapshot:
        if not further:
            return snapshot
        if self._judged and self._judged[0] is snapshot and self._judged[1].further == further:
            return self._judged[1]
        judged = replace(snapshot, further=further, _lamps={})
        self._judged = (snapshot, judged)
        return judged
