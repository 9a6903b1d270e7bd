"""What desks say of their lamps, and the gate of a lane. Pages themselves are answered in pages.py."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from kiosk.domain import facts as f
from kiosk.domain.visit import Refused
from kiosk.server import schema_desks
from kiosk.server.access import ADVISOR
from kiosk.server.asked import Asked
from kiosk.server.errors import NotAllowed
from kiosk.server.ledger import Ledger
from kiosk.server.prepared import Prepared
from kiosk.server.visits.pages import an_advisor

MOST_PAGES = 200
_LAMP = Prepared(
    select(schema_desks.desk_lamp).where(
        schema_desks.desk_lamp.c.store_id == bindparam("store_id"),
        schema_desks.desk_lamp.c.advisor_id == bindparam("advisor_id"),
    )
)
_GATE = Prepared(
    select(schema_desks.lane_gate).where(
        schema_desks.lane_gate.c.store_id == bindparam("store_id"), schema_desks.lane_gate.c.lane == bindparam("lane")
    )
)


def report_lamp(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """The calls that a desk shows now. Whoever has a desk is reached by its lamp; a screen speaks for those without."""
    advisor_id = an_advisor(ledger, asked)
    page_ids = asked.body.ids("page_ids", most=MOST_PAGES)
    if asked.who.kind == ADVISOR:
        if asked.who.name != advisor_id:
            raise NotAllowed(f"{asked.who} cannot speak for {advisor_id}")
        advisor = ledger.store.advisor(advisor_id)
        if advisor and advisor.desk:
            return {}
    known = ledger.row(_LAMP, advisor_id=advisor_id)
    if known is None:
        ledger.add(schema_desks.desk_lamp, advisor_id=advisor_id, page_ids=sorted(page_ids), beat=1)
    elif page_ids or known.page_ids:  # a desk at rest that says so again says nothing new
        values = {"page_ids": sorted(page_ids), "beat": known.beat + 1}
        ledger.change(schema_desks.desk_lamp, {"advisor_id": advisor_id}, **values)
    return {}


def open_gate(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """Let a car into or out of a lane; how long the gate stays open is the relay's own setting."""
    lane = asked.body.one_of("lane", ledger.store.lanes)
    if lane not in ledger.store.gates:
        raise Refused("no_gate", f"lane {lane} has no gate; [store] gates in store.toml names those that have one")
    ledger.record_for_store(f.GateOpened(lane), lane)
    if ledger.row(_GATE, lane=lane) is None:
        ledger.add(schema_desks.lane_gate, lane=lane, opened_at=ledger.at)
    else:
        ledger.change(schema_desks.lane_gate, {"lane": lane}, opened_at=ledger.at)
    return {}
