"""The views that devices and screens watch: pure functions of (snapshot, name, at), small and whole.

`build` finds the function for a name (a customer's own view is in follow.py: whose it is, a code tells); docs/wire.md
says what each view holds. Times that count from something are `Since` values, so that a view is the same as long as
nothing happened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from kiosk.server.errors import NotFound
from kiosk.server.links import Links
from kiosk.server.snapshot import Snapshot
from kiosk.server.views import board, lane, lane_signal, pager, staff

View = Callable[[Snapshot, str, datetime, Links], dict[str, Any]]

VIEWS: Mapping[str, View] = {
    "lane": lane.lane_view,
    "lane-signal": lane_signal.lane_signal_view,
    "pager": pager.pager_view,
    "board": board.board_view,
    "lane-board": board.lane_board_view,
    "staff": staff.staff_view,
}


NAMELESS = frozenset({"board", "lane-board"})
"""Views that are the same whatever their name: each board leaves out for itself what it does not show."""


def shared(name: str) -> str:
    """The one view that all of this name's kind share, or the name itself: a hundred boards cost what one does."""
    family = name.partition("/")[0]
    return f"{family}/all" if family in NAMELESS else name


def build(snapshot: Snapshot, name: str, at: datetime, links: Links) -> dict[str, Any]:
    """The content of a view at `at`, without its envelope.

    Raises:
        NotFound: there is no such view, or no such lane, advisor or visit.
    """
    family, _, rest = name.partition("/")
    view = VIEWS.get(family)
    if view is None:
        raise NotFound(f"no view {family}")
    return view(snapshot, rest, at, links)
