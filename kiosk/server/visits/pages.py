"""Answering pages, passing them on, and who of the advisors is in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from kiosk.domain import facts as f
from kiosk.domain import visit as rules
from kiosk.domain.paging import Page, presence_now
from kiosk.domain.store import Presence
from kiosk.server import schema
from kiosk.server.asked import Asked
from kiosk.server.errors import BadRequest
from kiosk.server.ledger import Ledger
from kiosk.server.prepared import Prepared
from kiosk.server.rows import page_of

_PRESENT = Prepared(
    select(schema.presence.c.presence, schema.presence.c.at).where(
        schema.presence.c.store_id == bindparam("store_id"), schema.presence.c.advisor_id == bindparam("advisor_id")
    )
)
_OPEN_PAGES = Prepared(
    select(schema.page).where(schema.page.c.store_id == bindparam("store_id"), schema.page.c.closed_at.is_(None))
)


@dataclass(frozen=True)
class OpenPage:
    """A page and whether anybody still waits; a page of a visit is the visit's own."""

    page: Page
    is_open: bool


def acknowledge(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """*I am coming*. The first to press has the page; the answer says who has it."""
    advisor_id = an_advisor(ledger, asked)
    found = _page(ledger, asked)
    if found.is_open and not found.page.acknowledged_by:
        _record(ledger, found.page, f.PageAcknowledged(found.page.page_id, advisor_id))
        return {"acknowledged_by": advisor_id}
    return {"acknowledged_by": found.page.acknowledged_by}


def hand_on(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """Pass a page to who else was reached, or to the next desk; nobody there: to the manager's screen."""
    advisor_id = an_advisor(ledger, asked)
    found = _page(ledger, asked)
    if not found.is_open:
        return {"advisors": list(found.page.advisors)}
    advisors = _others(ledger, found.page, advisor_id)
    _record(ledger, found.page, f.PageHandedOn(found.page.page_id, advisors))
    return {"advisors": list(advisors)}


def close_page(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """Nobody needs to come any more: the help was given, the car was fetched. A check-in's ends by the write-up."""
    if asked.body.has("advisor_id"):
        an_advisor(ledger, asked)
    found = _page(ledger, asked)
    if found.is_open:
        _record(ledger, found.page, f.PageClosed(found.page.page_id))
    return {}


def set_presence(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """In, with a customer, away, off today. Who leaves passes on what waits for them: nobody comes otherwise."""
    advisor_id = an_advisor(ledger, asked)
    presence = asked.body.member("presence", Presence)
    before = ledger.row(_PRESENT, advisor_id=advisor_id)
    if before and presence_now(Presence(before.presence), before.at, ledger.store, ledger.at) is presence:
        return {}
    ledger.record_for_store(f.AdvisorPresent(advisor_id, presence.value))
    if before is None:
        ledger.add(schema.presence, advisor_id=advisor_id, presence=presence.value, at=ledger.at)
    else:
        ledger.change(schema.presence, {"advisor_id": advisor_id}, presence=presence.value, at=ledger.at)
    if presence in (Presence.AWAY, Presence.OFF):
        for page in _waiting_for(ledger, advisor_id):
            _record(ledger, page, f.PageHandedOn(page.page_id, _others(ledger, page, advisor_id)))
    return {}


def an_advisor(ledger: Ledger, asked: Asked) -> str:
    """The advisor whom the command names.

    Raises:
        BadRequest: nobody of this store.
    """
    advisor_id = asked.body.id("advisor_id")
    if ledger.store.advisor(advisor_id) is None:
        raise BadRequest(f"body.advisor_id: {advisor_id} is no advisor of this store")
    return advisor_id


def _page(ledger: Ledger, asked: Asked) -> OpenPage:
    row = ledger.page(asked.body.id("page_id"))
    return OpenPage(page_of(row), row.closed_at is None)


def _record(ledger: Ledger, page: Page, fact: f.PageAcknowledged | f.PageHandedOn | f.PageClosed) -> None:
    """A fact of a page: that of a visit goes through the visit's rules, that of an idle lane belongs to the store."""
    if not page.visit_id:
        ledger.record_for_store(fact)
        return
    visit = ledger.visit(page.visit_id)
    match fact:
        case f.PageAcknowledged():
            ledger.record(visit.visit_id, rules.acknowledge(visit, fact.page_id, fact.advisor_id))
        case f.PageHandedOn():
            ledger.record(visit.visit_id, rules.hand_on(visit, fact.page_id, fact.advisors))
        case f.PageClosed():
            ledger.record(visit.visit_id, rules.close_page(visit, fact.page_id))


def _others(ledger: Ledger, page: Page, advisor_id: str) -> tuple[str, ...]:
    """Who has the page after this advisor: the others it reached and who are in, else the next desk."""
    paging = ledger.paging()
    there = {one.advisor_id for one in ledger.store.advisors if paging.is_in(one)}
    left = tuple(one for one in page.advisors if one != advisor_id and one in there)
    return left or tuple(one for one in paging.next_after((advisor_id,)) if one != advisor_id)


def _waiting_for(ledger: Ledger, advisor_id: str) -> list[Page]:
    """Open pages that this advisor has answered, or that reached nobody else and are not answered."""
    return [
        one
        for one in map(page_of, ledger.rows(_OPEN_PAGES))
        if one.acknowledged_by == advisor_id or (not one.acknowledged_by and one.advisors == (advisor_id,))
    ]
