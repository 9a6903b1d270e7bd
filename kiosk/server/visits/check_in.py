"""Check-in: at the lane by code, typed digits or none, from the day's list by an advisor, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kiosk.domain import facts as f
from kiosk.domain import tickets
from kiosk.domain import visit as rules
from kiosk.domain.store import Store
from kiosk.domain.visit import Refused, Stage, Visit
from kiosk.server import schema
from kiosk.server.access import LANE
from kiosk.server.asked import Asked
from kiosk.server.errors import BadRequest, NotAllowed
from kiosk.server.ledger import Ledger, new_id
from kiosk.server.safety.erasure import is_erased
from kiosk.server.visits import looking
from kiosk.server.visits.looking import Appointment, Lead

LONGEST_NAME = 100
DELIVERED_LATE = timedelta(seconds=30)


@dataclass(frozen=True)
class Arrival:
    """Somebody who is to be checked in, as far as the lane or the desk knows.

    Attributes:
        ticket: the number that the lane has drawn; "" at the desk, where the hub draws it.
        offline: the lane could not ask then, or its question came so late that no answer has reached the customer.
    """

    visit_id: str
    ticket: str
    lane: str | None
    way: f.Way
    language: str
    device_at: datetime
    offline: bool = False
    follow_hash: str | None = None
    name: str = ""
    reason: str = ""


def check_in(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """The lane's check-in, with every outcome that docs/wire.md lists."""
    arrival = _arrival(asked, ledger.at)
    code_hash, typed_hash = asked.body.hash_or_none("code_hash"), asked.body.hash_or_none("typed_hash")
    if known := ledger.find_visit(arrival.visit_id):
        return _again(ledger, known, arrival)
    if not code_hash and not typed_hash:
        return _admitted(ledger, arrival, None, confirmed=arrival.way is f.Way.WALK_IN)
    lead = looking.by_code(ledger, code_hash) if code_hash else looking.by_typed(ledger, typed_hash or "")
    return _led(ledger, arrival, lead)


def check_in_appointment(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """An advisor checks somebody in from the list, in one touch; the day does not matter, for they see who it is."""
    lead = looking.by_appointment(ledger, looking.appointment(ledger, asked.body.id("appointment_id")).appointment_id)
    if lead.booked is None:
        raise NotAllowed("this appointment is gone")
    arrival = _at_desk(ledger, asked, f.Way.STAFF, lead.booked.language)
    if lead.visit:
        return (
            {"outcome": "finished", "visit_id": lead.visit.visit_id}
            if not lead.visit.stage.is_open
            else _again(ledger, lead.visit, arrival)
        )
    if lead.booked.is_cancelled:
        return {"outcome": "cancelled", "appointment_id": lead.booked.appointment_id}
    return _admitted(ledger, arrival, lead.booked)


def open_visit(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """A walk-in at the desk."""
    return _admitted(ledger, _at_desk(ledger, asked, f.Way.WALK_IN, asked.body.language()), None)


def confirm_check_in(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """Staff vouch for a visit that an offline lane could not confirm, with the appointment it belongs to or without."""
    visit = ledger.visit(asked.body.id("visit_id"))
    appointment_id = asked.body.id_or_none("appointment_id")
    if visit.confirmed and appointment_id in (None, visit.appointment_id):
        return {}
    if not visit.stage.is_open:
        raise Refused("out_of_order", f"{visit.ticket} is {visit.stage.replace('_', ' ')}: there is nothing to confirm")
    if not appointment_id:
        ledger.record(visit.visit_id, (f.CheckInConfirmed(None),))
        return {}
    if visit.appointment_id not in (None, appointment_id):
        raise Refused("has_appointment", f"{visit.ticket} was checked in with another appointment; withdraw it first")
    booked = looking.appointment(ledger, appointment_id)
    other = looking.visit_of(ledger, appointment_id)
    if other and other.visit_id != visit.visit_id:
        raise Refused("appointment_taken", f"{other.ticket} was checked in with this appointment already")
    fact = f.CheckInConfirmed(appointment_id, booked.advisor_id, booked.operations, booked.person_id, booked.vehicle_id)
    ledger.record(visit.visit_id, (fact,))
    ledger.bookings_changed = True
    return {}


def withdraw_check_in(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """*That is not me*: the page closes, the number is burnt; the appointment waits for its own customer again.

    A lane withdraws only what was checked in there: a code shown at a second lane may be somebody else's mistake.
    """
    visit = ledger.visit(asked.body.id("visit_id"))
    if asked.who.kind == LANE and visit.lane != asked.who.name:
        raise NotAllowed(f"{visit.ticket} does not stand in lane {asked.who.name}")
    if visit.stage is not Stage.WITHDRAWN:
        ledger.record(visit.visit_id, rules.move(visit, f.CheckInWithdrawn()))
    return {}


def timing(store: Store, starts_at: datetime, at: datetime) -> f.Timing:
    """An arrival beside its appointment, by the store's own limits."""
    if at < starts_at - timedelta(minutes=store.early_minutes):
        return f.Timing.EARLY
    return f.Timing.LATE if at > starts_at + timedelta(minutes=store.late_minutes) else f.Timing.ON_TIME


def note_number(ledger: Ledger, written: str) -> bool:
    """Remember how far a series' numbers have been given out, so that a lane with an empty card goes on from there.

    A number that made no visit was never on paper: the lane gives it to the next customer.

    The answer is whether the number leads to an open visit already.
    """
    ticket = tickets.parse(written)
    if ticket is None:
        return False
    last, taken = ledger.number(ticket.letter, written)
    if last is None or tickets.is_later(ticket.number, last):
        ledger.set_number(ticket.letter, ticket.number, is_first=last is None)
    return taken


def staff_ticket(ledger: Ledger) -> str:
    """The next free number of the series S, which the hub draws itself."""
    last, _ = ledger.number(tickets.STAFF_LETTER, "")
    ticket = str(tickets.next_ticket(tickets.STAFF_LETTER, last or 0, ledger.open_tickets()))
    note_number(ledger, ticket)
    return ticket


def call_advisor(ledger: Ledger, visit: Visit, reason: f.PageReason) -> Visit:
    """Open the page for a visit, unless one for the same reason waits already."""
    advisors = ledger.paging().first(visit.advisor_id, group_of(ledger.store, visit.operations))
    return ledger.record(visit.visit_id, rules.open_page(visit, new_id(), reason, advisors))


def group_of(store: Store, operations: tuple[str, ...]) -> str | None:
    """Which advisors take this work: the group of the first operation that has one."""
    found = (store.operation(code) for code in operations)
    return next((one.group for one in found if one and one.group), None)


def _arrival(asked: Asked, at: datetime) -> Arrival:
    body = asked.body
    written = body.text("ticket")
    ticket = tickets.parse(written)
    if ticket is None:
        raise BadRequest(f"body.ticket: must be a number such as {asked.who.name}-017")
    if ticket.letter != asked.who.name:
        raise NotAllowed(f"body.ticket: must be a number of lane {asked.who.name}, such as {asked.who.name}-017")
    device_at = body.instant("device_at")
    if asked.waited is not None:  # the lane's clock may be hours off; how long the command lay there is right
        device_at += at - (asked.sent_at + asked.waited)
    return Arrival(
        visit_id=body.id("visit_id"),
        ticket=str(ticket),
        lane=asked.who.name,
        way=body.member("way", f.Way),
        language=body.language(),
        device_at=device_at,
        offline=body.flag("offline", otherwise=False) or at - device_at > DELIVERED_LATE,
        follow_hash=body.hash_or_none("follow_hash"),
        name=body.text_or("name", longest=LONGEST_NAME),
        reason=body.text_or("reason"),
    )


def _at_desk(ledger: Ledger, asked: Asked, way: f.Way, language: str) -> Arrival:
    """Somebody whom staff check in; the number is drawn when it is sure that one is needed."""
    name = asked.body.text_or("name", longest=LONGEST_NAME)
    reason = asked.body.text_or("reason")
    return Arrival(new_id(), "", None, way, language, device_at=ledger.at, name=name, reason=reason)


def _led(ledger: Ledger, arrival: Arrival, lead: Lead) -> dict[str, Any]:
    """What the code leads to decides; from an offline lane nothing is refused, what does not fit is to be confirmed."""
    if lead.visit and lead.visit.stage.is_open:
        return _again(ledger, lead.visit, arrival)
    outcome = _refusal(ledger, arrival, lead)
    if outcome is None:
        return _admitted(ledger, arrival, lead.booked)
    if arrival.offline:
        free = lead.booked if lead.booked and not lead.visit else None
        return _admitted(ledger, arrival, free, confirmed=False, known=lead.booked)
    visit_id = lead.visit.visit_id if lead.visit else None
    return {
        "outcome": outcome,
        "visit_id": visit_id,
        "appointment_id": lead.booked.appointment_id if lead.booked else None,
    }


def _refusal(ledger: Ledger, arrival: Arrival, lead: Lead) -> str | None:
    """Why this code makes no visit today, or None if it does."""
    if lead.visit:
        return "finished" if lead.visit.stage is Stage.HANDED_OVER else "unknown"
    if lead.booked is None:
        return "unknown"
    if lead.booked.is_cancelled:
        return "cancelled"
    came_at = arrival.device_at if arrival.offline else ledger.at
    zone = ledger.store.zone
    return None if lead.booked.starts_at.astimezone(zone).date() == came_at.astimezone(zone).date() else "other_day"


def _again(ledger: Ledger, visit: Visit, arrival: Arrival) -> dict[str, Any]:
    """The code's visit is there already: its number rules; a number that was given out offline becomes an alias."""
    if arrival.visit_id != visit.visit_id and ledger.find_visit(arrival.visit_id) is None:
        ledger.add(schema.visit_alias, proposed_id=arrival.visit_id, visit_id=visit.visit_id)
    if not visit.stage.is_open:
        return {"outcome": "finished" if visit.stage is Stage.HANDED_OVER else "unknown", "visit_id": visit.visit_id}
    if arrival.offline and arrival.ticket not in (*visit.tickets, visit.given):
        renumbered, alias = f.TicketRenumbered(arrival.ticket, visit.ticket), f.TicketAliased(arrival.ticket)
        fact = renumbered if note_number(ledger, arrival.ticket) else alias
        visit = ledger.record(visit.visit_id, (fact,))
    _keep_follow_code(ledger, arrival, visit.visit_id)
    if visit.stage is Stage.READY:
        call_advisor(ledger, visit, f.PageReason.PICKUP)
        return {"outcome": "pickup", "visit_id": visit.visit_id}
    return {"outcome": "again", "visit_id": visit.visit_id}


def _admitted(
    ledger: Ledger,
    arrival: Arrival,
    booked: Appointment | None,
    *,
    confirmed: bool = True,
    known: Appointment | None = None,
) -> dict[str, Any]:
    """A new visit and its page. `known`: whose code it was, where the appointment itself cannot be used."""
    whose = booked or known
    people = _people(ledger, arrival, whose)
    came_at = arrival.device_at if arrival.offline else ledger.at
    given = arrival.ticket or staff_ticket(ledger)
    is_taken = bool(arrival.ticket) and note_number(ledger, arrival.ticket)
    ticket = staff_ticket(ledger) if is_taken else given
    fact = f.VisitCheckedIn(
        ticket=ticket,
        lane=arrival.lane,
        appointment_id=booked.appointment_id if booked else None,
        language=arrival.language,
        advisor_id=whose.advisor_id if whose else None,
        operations=whose.operations if whose else (),
        way=arrival.way,
        timing=timing(ledger.store, booked.starts_at, came_at) if booked else f.Timing.NONE,
        device_at=arrival.device_at,
        confirmed=confirmed,
        offline=arrival.offline,
        **people,
    )
    visit = ledger.begin(arrival.visit_id, fact)
    if ticket != given:
        visit = ledger.record(visit.visit_id, (f.TicketRenumbered(given=given, ticket=ticket),))
    visit = call_advisor(ledger, visit, f.PageReason.CHECK_IN)
    _keep_follow_code(ledger, arrival, visit.visit_id)
    nobody_in = not visit.pages[-1].advisors
    return {
        "outcome": "checked_in",
        "visit_id": visit.visit_id,
        "appointment_id": visit.appointment_id,
        "nobody_in": nobody_in,
    }


def _people(ledger: Ledger, arrival: Arrival, whose: Appointment | None) -> dict[str, str | None]:
    """The rows that say who came: those of the appointment, or new ones for a walk-in."""
    if whose:
        return {"person_id": whose.person_id, "vehicle_id": whose.vehicle_id, "note_id": whose.note_id}
    ids: dict[str, str | None] = {"person_id": None, "vehicle_id": None, "note_id": None}
    if (arrival.name or arrival.reason) and is_erased(ledger.connection, ledger.store.store_id, arrival.visit_id):
        return ids  # a restored hub is told once more of somebody who was erased
    if arrival.name:
        ids["person_id"] = new_id()
        ledger.add(
            schema.person,
            person_id=ids["person_id"],
            display_name=arrival.name,
            first_name=arrival.name,
            last_name="",
            phone_written="",
            language=arrival.language,
        )
    if arrival.reason:
        ids["note_id"] = add_note(ledger, "reason", arrival.reason)
    return ids


def add_note(ledger: Ledger, kind: str, words: str) -> str:
    """Words that somebody typed, beside the log; the answer is their id."""
    note_id = new_id()
    ledger.add(schema.note, note_id=note_id, kind=kind, words=words, at=ledger.at)
    return note_id


def _keep_follow_code(ledger: Ledger, arrival: Arrival, visit_id: str) -> None:
    """The code on the ticket, which the lane drew itself; only its hash ever comes here."""
    if arrival.follow_hash:
        ledger.add_once(schema.code, token_hash=arrival.follow_hash, visit_id=visit_id, made_at=ledger.at)
