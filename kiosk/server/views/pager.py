"""`pager/<advisor_id>`: what one desk's lamp and buzzer say, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kiosk.domain.paging import Pattern
from kiosk.domain.store import Presence
from kiosk.server.errors import NotFound
from kiosk.server.links import Links
from kiosk.server.snapshot import Snapshot
from kiosk.server.views.parts import advisor_part, page_part


def pager_view(snapshot: Snapshot, advisor_id: str, at: datetime, _links: Links) -> dict[str, Any]:
    """The pages that reach this advisor at `at`, the most urgent first."""
    if snapshot.store.advisor(advisor_id) is None:
        raise NotFound(f"no advisor {advisor_id}")
    pages = snapshot.lamps(at)[advisor_id]
    return {
        "advisor": advisor_part(snapshot.store, advisor_id),
        "presence": snapshot.presence.get(advisor_id, Presence.IN).value,
        "pattern": (pages[0][1] if pages else Pattern.DARK).value,
        "pages": [page_part(snapshot, page, pattern) for page, pattern in pages],
    }
