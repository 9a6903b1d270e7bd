"""`board/<name>` and `lane-board/<name>`: what everybody may read. No names, plates, amounts or repair texts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kiosk.domain.facts import PageReason
from kiosk.domain.visit import Stage
from kiosk.server.links import Links
from kiosk.server.snapshot import Snapshot, Stay
from kiosk.server.views.parts import advisor_part, completion_at, store_part, told_advisor, us, was_at


def board_view(snapshot: Snapshot, _name: str, at: datetime, _links: Links) -> dict[str, Any]:
    """The waiting room's board: every open visit by its number, under the number it had in the morning."""
    return {
        "store": store_part(snapshot, at),
        "rows": [_row(snapshot, one, at) for one in snapshot.open_stays],
        "room_checked_at": us(snapshot.room_checked_at),
    }


def lane_board_view(snapshot: Snapshot, _name: str, at: datetime, _links: Links) -> dict[str, Any]:
    """Which number stands in which lane, and which advisor comes."""
    newest = {one.visit.lane: one for one in snapshot.open_stays if one.visit.stage is Stage.CHECKED_IN}
    return {
        "store": store_part(snapshot, at),
        "lanes": [_lane(snapshot, letter, newest.get(letter)) for letter in snapshot.store.lanes],
    }


def _row(snapshot: Snapshot, stay: Stay, at: datetime) -> dict[str, Any]:
    visit = stay.visit
    current_at = completion_at(snapshot, visit, at)
    cashiers = snapshot.store.cashiers
    row = {
        "ticket": visit.ticket,
        "aliases": list(visit.aliases),
        "stage": visit.stage.value,
        "completion_at": us(current_at),
        "was_at": us(was_at(visit, current_at)),
        "place": cashiers[0] if visit.stage is Stage.READY and cashiers else None,
        "changed_at": us(visit.since(visit.stage)),
        "language": visit.language,
    }
    return row | {"initials": initials(stay.party.name)} if visit.initials else row


def initials(name: str) -> str:
    """The first letters of a name's first and last word: "L. C."; of one word, "L."."""
    words = [word for word in name.split() if word[0].isalpha()]
    return " ".join(f"{word[0].upper()}." for word in (words if len(words) < 3 else (words[0], words[-1])))


def _lane(snapshot: Snapshot, letter: str, stay: Stay | None) -> dict[str, Any]:
    pages = [one for one in stay.visit.pages if one.reason is not PageReason.PICKUP] if stay else []
    coming = next((one for one in pages if one.acknowledged_by), None)
    return {
        "lane": letter,
        "ticket": stay.visit.ticket if stay else None,
        "advisor": advisor_part(snapshot.store, told_advisor(stay.visit)) if stay else None,
        "coming": coming is not None,
        "called_at": us(coming.acknowledged_at) if coming else None,
        "language": stay.visit.language if stay else None,
    }
