"""The advisor's day: who waits, which visits stand where, who is still to come; and one visit with its next steps."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import request

from kiosk.domain.facts import from_us
from kiosk.domain.store import Presence
from kiosk.server.access import ADVISOR
from kiosk.server.errors import NotAllowed
from kiosk.server.screens import day as days
from kiosk.server.screens import page

pages = page.staff_pages("advisor", __name__)
DAYS_OFFERED = 7
CONTACT_WORDS = {
    "text_message": "contact.by_text",
    "phone_call": "contact.by_call",
    "email": "contact.by_email",
    "whatsapp": "contact.by_whatsapp",
    "none": "contact.by_none",
}
# stage -> (the main key, further keys); a key is (command, message, icon)
KEYS: dict[str, tuple[tuple[str, str, str] | None, tuple[tuple[str, str, str], ...]]] = {
    "checked_in": (("begin_write_up", "staff.step.begin_write_up", "pen"), ()),
    "with_advisor": (("begin_service", "staff.step.begin_service", "service"), ()),
    "in_service": (
        ("begin_quality_check", "staff.step.begin_quality_check", "quality"),
        (("ask_customer", "staff.step.ask_customer", "wait"),),
    ),
    "waiting_for_answer": (None, ()),  # yes and no are equal keys, drawn apart
    "quality_check": (
        ("pass_quality_check", "staff.step.pass_quality_check", "ready"),
        (("fail_quality_check", "staff.step.fail_quality_check", "back"),),
    ),
}


@pages.get("/advisor")
def whole_day() -> str:
    """The list of the day beside today's appointments."""
    view = page.the_hub().staff_page()
    return page.show("staff/day.html", title="staff.nav.day", **around(view))


@pages.get("/advisor/visits/<visit_id>")
def one_visit(visit_id: str) -> str:
    """One visit, its facts and its keys; a visit that has left the list says so."""
    view = page.the_hub().staff_page(visit_id)
    visit = days.find(view, visit_id)
    main, further = KEYS.get(visit["stage"], (None, ())) if visit else (None, ())
    values = around(view) | {"picked": visit_id, "visit": visit, "main": main, "further": further}
    if visit:
        values |= {
            "stops": days.stops(visit["stage"]),
            "acts_as": acts_as(visit),
            "days_offered": days_offered(view, visit),
            "bookings": [one for one in view["appointments"] if one["state"] == "booked"],
            "kept_aside": any(one["kept_aside"] for one in view["appointments"] if one["visit_id"] == visit_id),
            "lines": lines_in_short(visit_id),
            "contact_words": CONTACT_WORDS,
        }
    return page.show("staff/visit.html", title="staff.nav.day", **values)


def around(view: dict[str, Any]) -> dict[str, Any]:
    """What the list of the day and the strip of calls need.

    Raises:
        NotAllowed: the reader is an advisor whom the store does not have any more.
    """
    advisor_id = page.own_advisor()
    if advisor_id is None and page.who().kind == ADVISOR and not page.who().is_manager:
        raise NotAllowed(f"{page.who()} is no advisor of this store")
    me = next((one for one in view["advisors"] if one["advisor_id"] == advisor_id), None)
    language = page.spoken().code
    return {
        "view": view,
        "day": days.day(view, advisor_id),
        "me": me,
        "advisor_id": advisor_id,
        "picked": None,
        "refused": refusal(),
        "presences": [one.value for one in Presence],
        "icon_of": days.ICONS,
        "at_risk": days.is_at_risk,
        "names": lambda ids: days.names(view, ids, language),
        "advisor_name": lambda one: days.advisor_name(view, one, language),
    }


def refusal() -> str | None:
    """The message for what a key was refused, as the address says it."""
    code = request.args.get("refused")
    if code is None:
        return None
    return f"staff.error.{code if code in page.KNOWN_REFUSALS else 'other'}"


def acts_as(visit: dict[str, Any]) -> str | None:
    """In whose name the reader greets and begins the write-up: an advisor's own, else that of whom the visit has."""
    return page.own_advisor() or (visit["advisor"] or {}).get("advisor_id")


def days_offered(view: dict[str, Any], visit: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """Days that an estimated completion can be set to: (ISO date, as people say it, whether it is the present one)."""
    hub, words = page.the_hub(), page.spoken()
    zone = hub.store.zone
    now = from_us(view["hub_now"]).astimezone(zone)
    present = from_us(visit["completion_at"] or view["hub_now"]).astimezone(zone)
    last = max(DAYS_OFFERED, (present.date() - now.date()).days + 1)
    offered = [now + timedelta(days=n) for n in range(last)]
    return [(one.date().isoformat(), words.day(one, zone, now.date()), one.date() == present.date()) for one in offered]


def lines_in_short(visit_id: str) -> Any:
    """The lines of work with their totals, in the language of this page's reader."""
    return page.deliveries().delivery(visit_id, page.spoken().code)
