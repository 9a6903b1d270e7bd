"""The waiting room, for whoever of the staff walks through it: four taps, and the board tells when (S15)."""

from __future__ import annotations

from kiosk.domain.facts import to_us
from kiosk.server.screens import page

pages = page.staff_pages("room", __name__)


@pages.get("/room")
def room() -> str:
    """When the room was checked today, and the four taps."""
    hub = page.the_hub()
    at, zone = hub.snapshot().room_checked_at, hub.store.zone
    is_today = at is not None and at.astimezone(zone).date() == hub.clock.now().astimezone(zone).date()
    return page.show("staff/room.html", title="room.title", checked_at=to_us(at) if at and is_today else None)
