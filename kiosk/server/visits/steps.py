"""The staff's steps along the visit's line, taking one back, and the estimated completion set by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kiosk.domain import facts as f
from kiosk.domain import visit as rules
from kiosk.domain.visit import Refused, Stage, Visit
from kiosk.server.asked import Asked
from kiosk.server.errors import BadRequest
from kiosk.server.ledger import Ledger
from kiosk.server.visits import looking
from kiosk.server.visits.check_in import add_note, call_advisor, staff_ticket
from kiosk.server.visits.pages import an_advisor

UseCase = Callable[[Ledger, Asked], dict[str, Any]]


def greet(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """The advisor stands before the customer (S08)."""
    visit = ledger.visit(asked.body.id("visit_id"))
    ledger.record(visit.visit_id, rules.greet(visit, an_advisor(ledger, asked)))
    return {}


def begin_write_up(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """The write-up has begun (S08); the lane's pages close."""
    visit = ledger.visit(asked.body.id("visit_id"))
    ledger.record(visit.visit_id, rules.move(visit, f.WriteUpBegun(an_advisor(ledger, asked))))
    return {}


def record_answer(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """The customer has answered."""
    visit = ledger.visit(asked.body.id("visit_id"))
    ledger.record(visit.visit_id, rules.move(visit, f.AnswerReceived(asked.body.flag("approved"))))
    return {}


def plain_step(fact: Callable[[], f.Fact]) -> UseCase:
    """A step that says nothing but that it was made."""

    def step(ledger: Ledger, asked: Asked) -> dict[str, Any]:
        visit = ledger.visit(asked.body.id("visit_id"))
        ledger.record(visit.visit_id, rules.move(visit, fact()))
        return {}

    return step


def hand_over(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """The customer has the car; the visit ends, and its codes a while later."""
    visit = ledger.visit(asked.body.id("visit_id"))
    visit = ledger.record(visit.visit_id, rules.move(visit, f.VisitHandedOver()))
    looking.set_expiry(ledger, visit, ledger.at + looking.VALID_AFTER_HAND_OVER)
    return {}


def take_back(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """Undo the last step. Who stands in the lane again is paged for again; a visit open again is found again."""
    visit = ledger.visit(asked.body.id("visit_id"))
    reason = asked.body.text_or("reason")
    who = asked.who
    rules.take_back(visit, str(who), ledger.at, is_manager=who.is_manager, has_reason=bool(reason))
    note_id = add_note(ledger, "take_back", reason) if reason else None
    facts = rules.take_back(
        visit, str(who), ledger.at, is_manager=who.is_manager, has_reason=bool(reason), note_id=note_id
    )
    was_closed = not visit.stage.is_open
    if was_closed:
        _check_free(ledger, visit)
        facts = (*_renumbered(ledger, visit), *facts)
    step = visit.steps[-1].kind
    visit = ledger.record(visit.visit_id, facts)
    if was_closed:
        looking.set_expiry(ledger, visit, None)
    if visit.stage is Stage.CHECKED_IN:
        call_advisor(ledger, visit, f.PageReason.CHECK_IN)
    return {"step": step}


def change_completion(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """Staff know better when the car is ready, and say why."""
    visit = ledger.visit(asked.body.id("visit_id"))
    completion_at = asked.body.instant("completion_at")
    reason = asked.body.text("reason")
    if visit.stage is Stage.READY or not visit.stage.is_open:
        raise Refused(
            "out_of_order", f"{visit.ticket} is {visit.stage.replace('_', ' ')}: there is nothing to estimate any more"
        )
    if completion_at <= ledger.at:
        raise BadRequest("body.completion_at: has passed already; name a time to come")
    ledger.record(visit.visit_id, (f.CompletionChanged(completion_at, add_note(ledger, "completion", reason)),))
    return {}


def _check_free(ledger: Ledger, visit: Visit) -> None:
    """An appointment whose check-in was withdrawn may have made another visit meanwhile."""
    other = looking.visit_of(ledger, visit.appointment_id) if visit.appointment_id else None
    if other and other.visit_id != visit.visit_id:
        raise Refused("appointment_taken", f"{other.ticket} was checked in with this appointment since then")


def _renumbered(ledger: Ledger, visit: Visit) -> tuple[f.Fact, ...]:
    """Its number may have been given to somebody else since it was closed.

    Raises:
        Refused: `number_taken`, for a second number there is no other: it stands on this customer's paper.
    """
    taken = next((one for one in visit.aliases if ledger.is_taken(one)), None)
    if taken:
        raise Refused(
            "number_taken", f"{taken}, this customer's second number, is somebody else's now; check them in anew"
        )
    if not ledger.is_taken(visit.ticket):
        return ()
    return (f.TicketRenumbered(given=visit.ticket, ticket=staff_ticket(ledger)),)
