"""Visits, pages and presence as rows and back. Writing them is the ledger's business, what they mean the domain's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from kiosk.domain import facts as f
from kiosk.domain.paging import Page, presence_now
from kiosk.domain.store import Presence, Store
from kiosk.domain.visit import Visit
from kiosk.server.folded import to_json


def visit_row(visit: Visit, seq: int) -> dict[str, Any]:
    """The columns of a visit's row, all but its key."""
    closed = visit.since(visit.stage) if not visit.stage.is_open else None
    return {
        "seq": seq,
        "ticket": visit.ticket,
        "lane": visit.lane,
        "stage": visit.stage.value,
        "is_open": visit.stage.is_open,
        "appointment_id": visit.appointment_id,
        "person_id": visit.person_id,
        "vehicle_id": visit.vehicle_id,
        "note_id": visit.note_id,
        "said_note_id": visit.said_note_id,
        "arrived_at": visit.arrived_at,
        "closed_at": closed,
        "folded": to_json(visit),
    }


def opened(fact: f.PageOpened, at: datetime) -> dict[str, Any]:
    """The columns of a new page."""
    return {
        "page_id": fact.page_id,
        "reason": fact.reason.value,
        "opened_at": at,
        "advisors": list(fact.advisors),
        "acknowledged_by": None,
        "acknowledged_at": None,
        "closed_at": None,
    }


def page_change(fact: f.Fact, at: datetime) -> dict[str, Any]:
    """What a fact changes in the row of its page."""
    match fact:
        case f.PageAcknowledged():
            return {"acknowledged_by": fact.advisor_id, "acknowledged_at": at}
        case f.PageHandedOn():
            return {"advisors": list(fact.advisors), "acknowledged_by": None, "acknowledged_at": None, "opened_at": at}
    return {"closed_at": at}


def page_of(row: Any) -> Page:
    """A page row as the rules know it."""
    return Page(
        page_id=row.page_id,
        visit_id=row.visit_id,
        reason=f.PageReason(row.reason),
        opened_at=row.opened_at,
        advisors=tuple(row.advisors),
        acknowledged_by=row.acknowledged_by,
        acknowledged_at=row.acknowledged_at,
        lane=row.lane,
    )


def presences(rows: Iterable[Any], store: Store, at: datetime) -> dict[str, Presence]:
    """Presence rows as the rules know them at `at`."""
    return {one.advisor_id: presence_now(Presence(one.presence), one.at, store, at) for one in rows}
