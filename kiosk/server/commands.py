"""Which commands there are, and how one is done: once, in one transaction, answered the same however often it comes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from kiosk.domain import facts as f
from kiosk.domain.store import Store
from kiosk.domain.visit import Refused
from kiosk.server import schema
from kiosk.server.asked import Asked
from kiosk.server.errors import IdReused, RulesRefuse
from kiosk.server.ledger import Change, Ledger
from kiosk.server.prepared import Prepared
from kiosk.server.safety import doing
from kiosk.server.visits import (
    bookings,
    check_in,
    codes,
    conversation,
    desks,
    details,
    lines,
    pages,
    steps,
    waiting_room,
)

UseCase = Callable[[Ledger, Asked], dict[str, Any]]

COMMANDS: Mapping[str, UseCase] = {
    "check_in": check_in.check_in,
    "withdraw_check_in": check_in.withdraw_check_in,
    "check_in_appointment": check_in.check_in_appointment,
    "open_visit": check_in.open_visit,
    "confirm_check_in": check_in.confirm_check_in,
    "confirm_details": conversation.confirm_details,
    "choose_language": conversation.choose_language,
    "answer_permission": conversation.answer_permission,
    "note_concerns": details.note_concerns,
    "answer_maintenance": details.answer_maintenance,
    "choose_transport": details.choose_transport,
    "choose_contact_method": details.choose_contact_method,
    "change_contact": details.change_contact,
    "confirm_contact": details.confirm_contact,
    "ask_for_help": conversation.ask_for_help,
    "end_conversation": conversation.end_conversation,
    "report_ticket": conversation.report_ticket,
    "report_device": conversation.report_device,
    "acknowledge": pages.acknowledge,
    "hand_on": pages.hand_on,
    "close_page": pages.close_page,
    "set_presence": pages.set_presence,
    "report_lamp": desks.report_lamp,
    "open_gate": desks.open_gate,
    "greet": steps.greet,
    "begin_write_up": steps.begin_write_up,
    "begin_service": steps.plain_step(f.ServiceBegun),
    "ask_customer": steps.plain_step(f.CustomerAsked),
    "record_answer": steps.record_answer,
    "begin_quality_check": steps.plain_step(f.QualityCheckBegun),
    "fail_quality_check": steps.plain_step(f.QualityCheckFailed),
    "pass_quality_check": steps.plain_step(f.QualityCheckPassed),
    "hand_over": steps.hand_over,
    "take_back": steps.take_back,
    "check_room": waiting_room.check_room,
    "allow_initials": waiting_room.allow_initials,
    "change_completion": steps.change_completion,
    "edit_lines": lines.edit_lines,
    "make_papers": lines.make_papers,
    "show_code": codes.show_code,
    "import_appointments": bookings.import_appointments,
    "erase_customer": doing.erase_customer,
    "tick_off_restore": doing.tick_off_restore,
}

SECRET = "secret"  # noqa: S105 - the key of a result's part that is not kept
SAID_ONCE = frozenset({"report_device", "report_lamp"})  # never sent again, so nothing is kept to answer it with
_KNOWN = Prepared(
    select(schema.command.c.body_hash, schema.command.c.seq, schema.command.c.result).where(
        schema.command.c.store_id == bindparam("store_id"), schema.command.c.command_id == bindparam("command_id")
    )
)


@dataclass(frozen=True)
class Done:
    """What a command did.

    Attributes:
        seq: the store's `seq` right after it.
        replayed: it had been done before; nothing was done now.
        result: ids, codes and numbers.
        secret: what is told this once and never kept; None on a replay.
        is_news: something was written. change: what, for the snapshot.
    """

    seq: int
    replayed: bool
    result: dict[str, Any]
    secret: dict[str, Any] | None = None
    is_news: bool = True
    change: Change | None = None


def do(connection: Connection, store: Store, at: datetime, asked: Asked, body: Any) -> Done:
    """Do a command within the caller's transaction, unless it was done before.

    Raises:
        IdReused: the id came before with another kind or body.
        RulesRefuse: the rules do not allow it now; nothing is recorded, and the same id may be tried again later.
        Answered: BadRequest, NotAllowed or NotFound.
    """
    digest = body_hash(asked.kind, body)
    known = _KNOWN.first(connection, store_id=store.store_id, command_id=asked.command_id)
    if known:
        if known.body_hash != digest:
            raise IdReused("this command id came before with something else in it; draw a new id")
        return Done(known.seq, replayed=True, result=known.result, is_news=False)
    ledger = Ledger(connection, store, at, str(asked.who), asked.command_id)
    try:
        result = COMMANDS[asked.kind](ledger, asked)
    except Refused as refused:
        raise RulesRefuse(str(refused), code=refused.code) from refused
    if asked.kind in SAID_ONCE and not ledger.has_written:
        return Done(ledger.seq(), replayed=False, result=result, is_news=False)
    secret = result.pop(SECRET, None)
    seq = ledger.flush()
    kept = {"kind": asked.kind, "body_hash": digest, "actor": str(asked.who), "at": at, "seq": seq, "result": result}
    if asked.kind not in SAID_ONCE:
        ledger.add(schema.command, command_id=asked.command_id, **kept)
    return Done(seq, replayed=False, result=result, secret=secret, change=ledger.change_at(seq))


def body_hash(kind: str, body: Any) -> str:
    """The same for the same kind and JSON value, whatever the order of its keys."""
    return hashlib.sha256(json.dumps([kind, body], sort_keys=True, separators=(",", ":")).encode()).hexdigest()
