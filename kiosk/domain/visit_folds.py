"""How single facts change a visit, where that takes more than a line. Which fact does what is in visit.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.domain import facts as f
from kiosk.domain.changed import changed
from kiosk.domain.paging import Page

if TYPE_CHECKING:
    from kiosk.domain.visit import Recorded, Visit


def maintained(visit: Visit, fact: f.MaintenanceAnswered) -> Visit:
    """The last answer counts; what is accepted is work of this visit."""
    code = fact.operation
    others = tuple(one for one in visit.operations if one != code or code not in visit.accepted)
    accepted = tuple(one for one in visit.accepted if one != code)
    declined = tuple(one for one in visit.declined if one != code)
    if not fact.accepted:
        return changed(visit, operations=others, accepted=accepted, declined=(*declined, code))
    operations = others if code in others else (*others, code)
    return changed(visit, operations=operations, accepted=(*accepted, code), declined=declined)


def confirmed(visit: Visit, fact: f.CheckInConfirmed) -> Visit:
    """The check-in has found its appointment, or staff vouch for it."""
    if not fact.appointment_id:
        return changed(visit, confirmed=True)
    return changed(
        visit,
        confirmed=True,
        appointment_id=fact.appointment_id,
        advisor_id=visit.advisor_id or fact.advisor_id,
        operations=fact.operations or visit.operations,
        person_id=fact.person_id or visit.person_id,
        vehicle_id=fact.vehicle_id or visit.vehicle_id,
    )


def with_pages(visit: Visit, recorded: Recorded) -> Visit:
    """Calls for an advisor come, are answered, handed on and closed; any other fact changes nothing."""
    match recorded.fact:
        case f.PageOpened() as fact:
            page = Page(fact.page_id, visit.visit_id, fact.reason, recorded.at, fact.advisors, lane=visit.lane)
            return changed(visit, pages=(*visit.pages, page))
        case f.PageAcknowledged() as fact:
            return _each_page(visit, fact.page_id, acknowledged_by=fact.advisor_id, acknowledged_at=recorded.at)
        case f.PageHandedOn() as fact:
            nobody_yet = {"acknowledged_by": None, "acknowledged_at": None}
            return _each_page(visit, fact.page_id, advisors=fact.advisors, opened_at=recorded.at, **nobody_yet)
        case f.PageClosed() as fact:
            return changed(visit, pages=tuple(one for one in visit.pages if one.page_id != fact.page_id))
    return visit


def _each_page(visit: Visit, page_id: str, **changes: object) -> Visit:
    pages = tuple(changed(one, **changes) if one.page_id == page_id else one for one in visit.pages)
    return changed(visit, pages=pages)
