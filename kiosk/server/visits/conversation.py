"""What the lane's conversation says of a visit: details, language, permission, help, its end, the ticket's fate."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, select

from kiosk.domain import facts as f
from kiosk.domain.store import LANGUAGES
from kiosk.domain.visit import Visit
from kiosk.server import schema
from kiosk.server.asked import Asked
from kiosk.server.devices.fleet import keep_report
from kiosk.server.errors import NotAllowed
from kiosk.server.ledger import Ledger, new_id
from kiosk.server.prepared import Prepared
from kiosk.server.visits.check_in import call_advisor

HELP_WAITS = timedelta(minutes=10)
"""A call that lay longer at a lane without the hub opens nothing: whoever pressed has found somebody, or has gone."""
TICKET_STATES = ("queued", "sent", "confirmed", "failed", "unknown")
_CALL_OF_LANE = Prepared(
    select(schema.page.c.page_id).where(
        schema.page.c.store_id == bindparam("store_id"),
        schema.page.c.lane == bindparam("lane"),
        schema.page.c.visit_id.is_(None),
        schema.page.c.acknowledged_by.is_(None),
        schema.page.c.closed_at.is_(None),
    )
)
_DEVICE = Prepared(
    select(schema.device.c.name, schema.device.c.version, schema.device.c.trouble).where(
        schema.device.c.store_id == bindparam("store_id"), schema.device.c.name == bindparam("name")
    )
)


def confirm_details(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """The customer said that what we know of them is right (S11)."""
    visit = ledger.visit(asked.body.id("visit_id"))
    ledger.record(visit.visit_id, () if visit.details_confirmed else (f.DetailsConfirmed(),))
    return {}


def choose_language(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """The customer reads another language."""
    visit = ledger.visit(asked.body.id("visit_id"))
    language = asked.body.one_of("language", LANGUAGES)
    ledger.record(visit.visit_id, () if visit.language == language else (f.LanguageChosen(language),))
    return {}


def answer_permission(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """May we inspect the car (S09b)? The last answer counts."""
    visit = ledger.visit(asked.body.id("visit_id"))
    answer = asked.body.member("answer", f.Permission)
    ledger.record(visit.visit_id, () if visit.permission is answer else (f.PermissionAnswered(answer),))
    return {}


def end_conversation(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """The lane is free again. `completion_at`, if any, is the time that the customer has on paper."""
    visit = ledger.visit(asked.body.id("visit_id"))
    told_at = asked.body.instant_or_none("completion_at")
    ledger.record(visit.visit_id, (f.CompletionTold(told_at),) if told_at and told_at != visit.told_at else ())
    return {}


def ask_for_help(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """Somebody at the lane wants a person: about a visit, or before there is one. Asked again it stays one page."""
    lane = asked.body.id("lane")
    if lane != asked.who.name:
        raise NotAllowed(f"body.lane: this is lane {asked.who.name}")
    asked.body.language()
    visit_id = asked.body.id_or_none("visit_id")
    if asked.waited is not None and asked.waited > HELP_WAITS:
        return {"page_id": "", "visit_id": None}
    visit = ledger.find_visit(visit_id) if visit_id else None
    if visit and visit.stage.is_open:
        return {"page_id": _help_for(ledger, visit), "visit_id": visit.visit_id}
    waiting = ledger.scalar(_CALL_OF_LANE, lane=lane)
    if waiting:
        return {"page_id": waiting, "visit_id": None}
    page_id = new_id()
    ledger.record_for_store(f.PageOpened(page_id, f.PageReason.HELP, ledger.paging().first(None, None)), lane)
    return {"page_id": page_id, "visit_id": None}


def report_ticket(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """What became of a printed ticket, and what is wrong with the printer, if anything."""
    visit = ledger.visit(asked.body.id("visit_id"))
    body = asked.body
    state = body.one_of("state", TICKET_STATES)
    fact = f.TicketReported(body.id("job_id"), state, body.flag("copy", otherwise=False))
    ledger.record(visit.visit_id, (fact,))
    trouble = body.id_or_none("trouble")
    if trouble or state in ("sent", "confirmed"):  # a printer that never answers gets no further than `sent`
        put_device(ledger, str(asked.who), printer_trouble=trouble)
    return {}


def put_device(ledger: Ledger, name: str, **changes: Any) -> None:
    """Note something about a device, whether it has ever reported or not."""
    if ledger.scalar(_DEVICE, name=name) is None:
        ledger.add(schema.device, **{"name": name, "version": "", "trouble": [], "reported_at": ledger.at, **changes})
    else:
        ledger.change(schema.device, {"name": name}, **changes)


def report_device(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """Which version a device runs, and what is wrong with it: codes, or none. The same again writes nothing."""
    trouble = asked.body.ids("trouble", most=20)
    version = asked.body.text("version", longest=64)
    keep_report(ledger, asked)
    known = ledger.row(_DEVICE, name=str(asked.who))
    if known is None or (known.version, known.trouble) != (version, trouble):
        put_device(ledger, str(asked.who), version=version, trouble=trouble, reported_at=ledger.at)
    return {}


def _help_for(ledger: Ledger, visit: Visit) -> str:
    visit = call_advisor(ledger, visit, f.PageReason.HELP)
    return next(one.page_id for one in reversed(visit.pages) if one.reason is f.PageReason.HELP)
