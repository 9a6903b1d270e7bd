"""What a command answers: its stored ids and codes, with names, cars and times as they are now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kiosk.domain.facts import to_us
from kiosk.domain.lane_choices import masked_email, masked_phone
from kiosk.server.appointments.phones import country_code
from kiosk.server.commands import Done
from kiosk.server.errors import RulesRefuse
from kiosk.server.snapshot import Booked, Party, Snapshot, Stay
from kiosk.server.views.parts import advisor_part, told_advisor, words_part

if TYPE_CHECKING:
    from kiosk.server.hub import Hub

Answer = Callable[[Done, "Hub", datetime], dict[str, Any]]


def answer(kind: str, done: Done, hub: Hub, at: datetime) -> dict[str, Any]:
    """The result of a command as the sender sees it."""
    make = ANSWERS.get(kind)
    return make(done, hub, at) if make else done.result


def check_in(done: Done, hub: Hub, at: datetime) -> dict[str, Any]:
    """Everything that the lane greets with, as far as it is known."""
    result, books = done.result, hub.books(at)
    visit_id = result.get("visit_id")
    stay = (books.stays.get(visit_id) or hub.stay(visit_id)) if visit_id else None
    appointment_id = result.get("appointment_id") or (stay.visit.appointment_id if stay else None)
    booked = (books.bookings.get(appointment_id) or hub.booking(appointment_id)) if appointment_id else None
    told = dict(result)
    if booked:
        told |= {"appointment_id": booked.appointment_id, "starts_at": to_us(booked.starts_at)}
        told |= _party(booked.party) | {"asked": [words_part(one) for one in booked.asked], "language": booked.language}
    if booked and told.get("outcome") == "checked_in":
        told |= _asked_besides(booked, hub)
    return told | _stay(stay, books, at) if stay else told


def ask_for_help(done: Done, hub: Hub, at: datetime) -> dict[str, Any]:
    """The page, and who comes if that is sure."""
    page = next((one for one in hub.snapshot(at).pages if one.page_id == done.result["page_id"]), None)
    only = page.acknowledged_by or (page.advisors[0] if len(page.advisors) == 1 else None) if page else None
    return done.result | {"advisor": advisor_part(hub.store, only), "nobody_in": bool(page and not page.advisors)}


def show_code(done: Done, hub: Hub, _at: datetime) -> dict[str, Any]:
    """The code, this once: only its hash is kept, so a repeated question cannot be answered again."""
    if done.secret is None:
        raise RulesRefuse("this code was shown already; ask for a new one", code="shown_once")
    path = f"/c/{done.secret['token']}"
    return done.result | done.secret | {"url": f"{hub.public_url}{path}"}


def _asked_besides(booked: Booked, hub: Hub) -> dict[str, Any]:
    """What the review shows besides: the contact masked, transport as booked, work that is due again."""
    due = [known for one in booked.due if (known := hub.store.operation(one))]
    return {
        "contact": masked_contact(booked.party),
        "asks_contact": booked.asks_contact,
        "transport": booked.transport.value if booked.transport else None,
        "due": [{"operation": one.code, "name": words_part(one.name)} for one in due],
    }


def masked_contact(party: Party) -> dict[str, Any]:
    """Enough for its owner to know it again, and for nobody to use it."""
    return {
        "phone": masked_phone(party.phone, country_code(party.phone)) if party.phone else "",
        "email": masked_email(party.email or ""),
        "method": party.contact,
    }


def _party(party: Party) -> dict[str, Any]:
    return {"first_name": party.first_name, "car": party.car, "plate_end": party.plate_end}


def _stay(stay: Stay, snapshot: Snapshot, at: datetime) -> dict[str, Any]:
    visit = stay.visit
    completion_at = snapshot.completion(visit.visit_id, at)
    return _party(stay.party) | {
        "visit_id": visit.visit_id,
        "ticket": visit.ticket,
        "stage": visit.stage.value,
        "asked": [words_part(one) for one in stay.asked],
        "advisor": advisor_part(snapshot.store, told_advisor(visit)),
        "language": visit.language,
        "completion_at": to_us(completion_at) if completion_at else None,
        "timing": visit.timing.value,
        "unconfirmed": not visit.confirmed,
    }


ANSWERS: Mapping[str, Answer] = {
    "check_in": check_in,
    "check_in_appointment": check_in,
    "open_visit": check_in,
    "ask_for_help": ask_for_help,
    "show_code": show_code,
}
