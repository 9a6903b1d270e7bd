"""`staff`: the day as advisors, cashiers, technicians and managers see it, and the state of the devices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kiosk.domain import visit as rules
from kiosk.domain.hours import store_day
from kiosk.domain.overnight import is_forgotten
from kiosk.domain.paging import Page, Pattern
from kiosk.domain.store import Advisor, Presence
from kiosk.domain.visit import Stage
from kiosk.server.links import Links
from kiosk.server.snapshot import Booked, Snapshot, Stay
from kiosk.server.views.parts import (
    CLOSED_SHOWN,
    advisor_part,
    completion_at,
    page_part,
    store_part,
    told_advisor,
    us,
    was_at,
    words_part,
)


def staff_view(snapshot: Snapshot, _name: str, at: datetime, links: Links) -> dict[str, Any]:
    """All open visits and those closed a moment ago, today's appointments, advisors with their pages, devices."""
    return _view(snapshot, [one for one in snapshot.stays.values() if one.is_open or _is_fresh(one, at)], at, links)


def staff_page(snapshot: Snapshot, about: Stay | None, at: datetime, links: Links) -> dict[str, Any]:
    """The staff view as a page reads it: of the visits closed a moment ago only the one that the page is about."""
    stays = list(snapshot.open_stays)
    if about and not about.is_open and _is_fresh(about, at):
        stays.append(about)
    return _view(snapshot, stays, at, links)


def _view(snapshot: Snapshot, stays: list[Stay], at: datetime, links: Links) -> dict[str, Any]:
    stays.sort(key=lambda one: (one.visit.arrived_at, one.visit.visit_id))
    return {
        "store": store_part(snapshot, at),
        "today_on": at.astimezone(snapshot.store.zone).date().isoformat(),
        "makes_promises": snapshot.makes_promises,
        "visits": [_visit(snapshot, one, at) for one in stays],
        "calls": [_page(snapshot, one, at) for one in snapshot.calls],
        "appointments": [appointment_part(snapshot, one) for one in snapshot.bookings.values()],
        "advisors": [_advisor(snapshot, one, at) for one in snapshot.store.advisors],
        "devices": _devices(snapshot, links, at),
        "gates": [{"lane": one, "opened_at": us(_opened_today(snapshot, one, at))} for one in snapshot.store.gates],
    }


def _opened_today(snapshot: Snapshot, lane: str, at: datetime) -> datetime | None:
    """When this lane's gate was opened last; a page tells the time without its day."""
    opened_at, zone = snapshot.gates.get(lane), snapshot.store.zone
    return opened_at if opened_at and store_day(zone, opened_at) == store_day(zone, at) else None


def _is_fresh(stay: Stay, at: datetime) -> bool:
    closed_at = stay.visit.since(stay.visit.stage)
    return closed_at is not None and at - closed_at < CLOSED_SHOWN


def _visit(snapshot: Snapshot, stay: Stay, at: datetime) -> dict[str, Any]:
    visit, store = stay.visit, snapshot.store
    current_at = completion_at(snapshot, visit, at)
    booked = snapshot.bookings.get(visit.appointment_id or "")
    return {
        "visit_id": visit.visit_id,
        "appointment_id": visit.appointment_id,
        "ticket": visit.ticket,
        "aliases": list(visit.aliases),
        "given": visit.given,
        "stage": visit.stage.value,
        "since_at": us(visit.since(visit.stage)),
        "lane": visit.lane,
        "name": stay.party.name,
        "first_name": stay.party.first_name,
        "car": stay.party.car,
        "plate": stay.party.plate,
        "asked": [words_part(one) for one in stay.asked],
        "concern": stay.concern,
        "added": _added(snapshot, stay),
        "advisor": advisor_part(snapshot.store, told_advisor(visit)),
        "arrived_at": us(visit.arrived_at),
        "greeted_at": us(visit.greeted_at),
        "write_up_at": us(visit.write_up_at),
        "completion_at": us(current_at),
        "was_at": us(was_at(visit, current_at)),
        "promise_at": us(booked.promised_at) if booked else None,
        "timing": visit.timing.value,
        "permission": visit.permission.value if visit.permission else None,
        "approved": visit.approved,
        "ticket_state": visit.ticket_state,
        "confirmed": visit.confirmed,
        "pages": [_page(snapshot, one, at) for one in visit.pages],
        "next_steps": list(rules.next_steps(visit.stage)),
        "can_take_back": bool(visit.steps),
        "last_step": {"kind": visit.steps[-1].kind, "actor": visit.steps[-1].actor, "at": us(visit.steps[-1].at)}
        if visit.steps
        else None,
        "lines_revision": visit.lines_revision,
        "paper_id": visit.paper_id,
        "language": visit.language,
        "initials": visit.initials,
        "forgotten": stay.is_open and is_forgotten(store.hours, store.zone, visit.touched_at or visit.arrived_at, at),
    }


def _added(snapshot: Snapshot, stay: Stay) -> dict[str, Any]:
    """What the customer changed or added at the lane."""
    visit, names = stay.visit, {one.code: words_part(one.name) for one in snapshot.store.operations}
    return {
        "concerns": list(visit.concerns),
        "words": stay.said,
        "accepted": [names[one] for one in visit.accepted if one in names],
        "declined": [names[one] for one in visit.declined if one in names],
        "transport": visit.transport.value if visit.transport else None,
        "contact_method": visit.contact_method or stay.party.contact,
        "contact_confirmed": visit.contact_confirmed,
    }


def _page(snapshot: Snapshot, page: Page, at: datetime) -> dict[str, Any]:
    """A page as the manager's screen has it: its most urgent pattern, and all whom it reaches."""
    paging = snapshot.paging
    return page_part(snapshot, page, paging.pattern_of(page, at)) | {
        "advisors": list(paging.reached(page, at)),
        "escalated": paging.is_escalated(page, at),
        "unshown": list(page.advisors) if paging.is_undelivered(page) else [],
    }


def appointment_part(snapshot: Snapshot, booked: Booked) -> dict[str, Any]:
    """An appointment as the day's list has it."""
    stay = snapshot.stay_of(booked.appointment_id)
    state = "cancelled" if booked.is_cancelled else "booked"
    if stay:
        state = "handed_over" if stay.visit.stage is Stage.HANDED_OVER else "checked_in"
    return {
        "appointment_id": booked.appointment_id,
        "number": booked.number,
        "starts_at": us(booked.starts_at),
        "name": booked.party.name,
        "car": booked.party.car,
        "advisor": booked.advisor_id,
        "state": state,
        "visit_id": stay.visit.visit_id if stay else None,
        "language": booked.language,
        "asked": [words_part(one) for one in booked.asked],
        "kept_aside": booked.kept_aside,
    }


def _advisor(snapshot: Snapshot, advisor: Advisor, at: datetime) -> dict[str, Any]:
    pages = snapshot.lamps(at)[advisor.advisor_id]
    return {
        "advisor_id": advisor.advisor_id,
        "name": words_part(advisor.name),
        "presence": snapshot.presence.get(advisor.advisor_id, Presence.IN).value,
        "desk": advisor.desk,
        "pattern": (pages[0][1] if pages else Pattern.DARK).value,
        "pages": [page_part(snapshot, page, pattern) for page, pattern in pages],
    }


def _devices(snapshot: Snapshot, links: Links, at: datetime) -> list[dict[str, Any]]:
    """Every device that has ever reported or listens now. Silent is never fine."""
    reports = {one.name: one for one in snapshot.devices}
    devices = []
    for name in sorted(reports.keys() | links.by_name.keys()):
        report, link = reports.get(name), links.by_name.get(name)
        trouble = list(report.trouble) if report else []
        seen_at = link.seen_at if link else report.reported_at if report else None
        devices.append(
            {
                "name": name,
                "kind": name.partition("/")[0],
                "version": report.version if report else "",
                "online": bool(link and link.streams),
                "seen_at": us(seen_at),
                "trouble": [*(["silent"] if links.is_silent(name, at) else []), *trouble],
            }
        )
    return devices
