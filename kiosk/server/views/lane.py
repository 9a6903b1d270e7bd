"""`lane/<letter>`: what a lane needs to greet by itself, today and tomorrow, and the visits that stand in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kiosk.domain.hours import store_day
from kiosk.domain.tickets import LANE_LETTERS
from kiosk.domain.visit import Stage, Visit
from kiosk.server.errors import NotFound
from kiosk.server.links import Links
from kiosk.server.roster_keys import roster_key
from kiosk.server.snapshot import LANE_KEEPS, Booked, Snapshot, Stay
from kiosk.server.views.parts import advisor_part, completion_at, store_part, told_advisor, us, words_part


def lane_view(snapshot: Snapshot, letter: str, at: datetime, _links: Links) -> dict[str, Any]:
    """The roster with hashes, first names and cars in short, and nothing else: no phone, no e-mail, not even masked."""
    if letter not in LANE_LETTERS or len(letter) != 1:
        raise NotFound(f"no lane {letter}")
    by_appointment = {
        one.visit.appointment_id: one for one in snapshot.stays.values() if one.visit.stage is not Stage.WITHDRAWN
    }
    return {
        "store": store_part(snapshot, at),
        "lane": letter,
        "today_on": at.astimezone(snapshot.store.zone).date().isoformat(),
        "highest_ticket": snapshot.counters.get(letter, 0),
        "open_tickets": list(snapshot.open_tickets),
        "advisors": [advisor_part(snapshot.store, one.advisor_id) for one in snapshot.store.advisors],
        "operations": {one.code: words_part(one.name) for one in snapshot.store.operations},
        "roster_key": roster_key(snapshot.store.store_id, letter, store_day(snapshot.store.zone, at)),
        "roster": [_row(one, by_appointment.get(one.appointment_id)) for one in snapshot.bookings.values()],
        "visits": [_visit(snapshot, one, at) for one in _in_lane(snapshot, letter, at)],
    }


def _row(booked: Booked, stay: Stay | None) -> dict[str, Any]:
    """An appointment; advisor and catalogued work by their keys, what is empty left out: two busy days are 64 kB."""
    known = {
        "appointment_id": booked.appointment_id,
        "code_hashes": list(booked.code_hashes),
        "typed_hashes": list(booked.typed_hashes),
        "first_name": booked.party.first_name,
        "car": booked.party.car,
        "plate_end": booked.party.plate_end,
        "starts_at": us(booked.starts_at),
        "advisor": booked.advisor_id,
        "language": booked.language,
        "asked": [one if isinstance(one, str) else words_part(one) for one in booked.asked_keys],
        "contact": booked.party.contact,
        "transport": booked.transport.value if booked.transport else None,
        "due": list(booked.due),
        "asks_contact": booked.asks_contact or None,
        "state": _state(booked, stay),
        "visit_id": stay.visit.visit_id if stay else None,
        "ticket": stay.visit.ticket if stay else None,
    }
    return {name: value for name, value in known.items() if value not in (None, "", [])}


def _state(booked: Booked, stay: Stay | None) -> str:
    if stay:
        return "handed_over" if stay.visit.stage is Stage.HANDED_OVER else "checked_in"
    return "cancelled" if booked.is_cancelled else "booked"


def _in_lane(snapshot: Snapshot, letter: str, at: datetime) -> list[Stay]:
    """Visits of this lane that wait for their advisor, and those that have just left it."""
    return sorted(
        (one for one in snapshot.stays.values() if one.visit.lane == letter and _is_near(one.visit, at)),
        key=lambda one: (one.visit.arrived_at, one.visit.visit_id),
    )


def _is_near(visit: Visit, at: datetime) -> bool:
    since = visit.since(visit.stage)
    return visit.stage is Stage.CHECKED_IN or (since is not None and at - since < LANE_KEEPS)


def _visit(snapshot: Snapshot, stay: Stay, at: datetime) -> dict[str, Any]:
    visit = stay.visit
    return {
        "visit_id": visit.visit_id,
        "ticket": visit.ticket,
        "stage": visit.stage.value,
        "advisor": advisor_part(snapshot.store, told_advisor(visit)),
        "coming": any(one.acknowledged_by for one in visit.pages),
        "escalated": any(snapshot.paging.is_escalated(one, at) for one in visit.pages),
        "page_open": bool(visit.pages),
        "completion_at": us(completion_at(snapshot, visit, at)),
        "language": visit.language,
    }
