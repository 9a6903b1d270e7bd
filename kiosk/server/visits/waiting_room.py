"""What staff say of the waiting room and of who stands on its board."""

from __future__ import annotations

from typing import Any

from kiosk.domain import facts as f
from kiosk.server import schema
from kiosk.server.asked import Asked
from kiosk.server.ledger import Ledger


def check_room(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """Somebody has looked after the waiting room (S15); the board tells when."""
    body = asked.body
    seen = f.RoomChecked(*(body.flag(one) for one in ("clean", "seats", "coffee", "temperature")))
    ledger.record_for_store(seen)
    ledger.change(schema.store, {}, room_checked_at=ledger.at)
    return {}


def allow_initials(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """The customer agrees to see their initials beside their ticket, or no longer does."""
    visit = ledger.visit(asked.body.id("visit_id"))
    allowed = asked.body.flag("allowed")
    ledger.record(visit.visit_id, () if visit.initials is allowed else (f.InitialsAllowed(allowed),))
    return {}
