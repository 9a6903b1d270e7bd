"""`follow/<token hash>`: a customer's own visit, and no other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kiosk.server.snapshot import Booked, Snapshot, Stay
from kiosk.server.views.parts import advisor_part, completion_at, store_part, told_advisor, us, was_at, words_part


def follow_visit(snapshot: Snapshot, stay: Stay, at: datetime) -> dict[str, Any]:
    """The visit that a code leads to."""
    visit = stay.visit
    current_at = completion_at(snapshot, visit, at)
    return {
        "store": store_part(snapshot, at),
        "ticket": visit.ticket,
        "stage": visit.stage.value,
        "since_at": us(visit.since(visit.stage)),
        "number": None,
        "starts_at": None,
        "completion_at": us(current_at),
        "was_at": us(was_at(visit, current_at)),
        "advisor": advisor_part(snapshot.store, told_advisor(visit)),
        "first_name": stay.party.first_name,
        "car": stay.party.car,
        "asked": [words_part(one) for one in stay.asked],
        "language": visit.language,
    }


def follow_booking(snapshot: Snapshot, booked: Booked, at: datetime) -> dict[str, Any]:
    """The appointment that a code leads to, while there is no visit."""
    return {
        "store": store_part(snapshot, at),
        "ticket": None,
        "stage": "cancelled" if booked.is_cancelled else "booked",
        "since_at": None,
        "number": booked.number,
        "starts_at": us(booked.starts_at),
        "completion_at": None,
        "was_at": None,
        "advisor": None,
        "first_name": booked.party.first_name,
        "car": booked.party.car,
        "asked": [words_part(one) for one in booked.asked],
        "language": booked.language,
    }
