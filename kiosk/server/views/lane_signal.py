"""`lane-signal/<letter>`: what stands beside a lane besides its kiosk says: the lamp over it, its bell, its gate."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kiosk.domain.paging import URGENCY, Pattern
from kiosk.server.errors import NotFound
from kiosk.server.links import Links
from kiosk.server.snapshot import Snapshot
from kiosk.server.views.parts import Since


def lane_signal_view(snapshot: Snapshot, letter: str, at: datetime, _links: Links) -> dict[str, Any]:
    """The most urgent call of this lane at `at`; the bell rings while one of them has reached nobody."""
    if letter not in snapshot.store.lanes:
        raise NotFound(f"no lane {letter}")
    pages = [one for one in snapshot.pages if one.lane == letter]
    opened_at = snapshot.gates.get(letter)
    patterns = [snapshot.paging.pattern_of(one, at) for one in pages]
    alone = [one for one in pages if not one.acknowledged_by and not snapshot.paging.reached(one, at)]
    return {
        "lane": letter,
        "pattern": max(patterns, key=URGENCY.index, default=Pattern.DARK).value,
        "newest": max(pages, key=lambda one: one.opened_at).page_id if pages else "",
        "bell": bool(alone),
        "gate_age_s": Since(opened_at) if opened_at else None,
    }
