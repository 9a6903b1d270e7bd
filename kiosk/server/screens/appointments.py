"""A day's appointments: check somebody in with one touch, show a code, open a visit without appointment."""

from __future__ import annotations

from datetime import date, timedelta

from flask import request
from werkzeug.wrappers import Response

from kiosk.language import language
from kiosk.server.device_api import day_asked
from kiosk.server.errors import NotFound
from kiosk.server.screens import page
from kiosk.server.screens.advisor import around
from kiosk.server.screens.codes import code_svg, shown_text
from kiosk.server.screens.keys import send

pages = page.staff_pages("appointments", __name__)


@pages.get("/appointments")
def of_a_day() -> str:
    """The appointments of a day, today unless `on` names another."""
    hub = page.the_hub()
    view = hub.staff_page()
    today = date.fromisoformat(view["today_on"])
    written = request.args.get("on")
    on = day_asked(written) if written else today
    return page.show(
        "staff/appointments.html",
        title="staff.nav.appointments",
        on=on,
        is_today=on == today,
        day_name=page.spoken().day_and_date(on),
        before=on - timedelta(days=1),
        after=on + timedelta(days=1),
        appointments=hub.appointments(on),
        **around(view),
    )


@pages.post("/appointments/<appointment_id>/code")
def show_code(appointment_id: str) -> str | Response:
    """A new code of an appointment, shown this once: its token and digits are kept nowhere."""
    hub = page.the_hub()
    booked = hub.booking(appointment_id)
    if booked is None:
        raise NotFound(f"no appointment {appointment_id}")
    told = send("show_code", {"appointment_id": appointment_id})
    theirs = language(booked.language, clock=hub.store.clock)
    token, digits = told.get("token"), told.get("digits")
    zone = hub.store.zone
    on = booked.starts_at.astimezone(zone).date()
    return page.show(
        "staff/code.html",
        title="staff.show_code",
        booked=booked,
        theirs=theirs,
        starts=theirs.text("day.and_time", day=theirs.day_and_date(on), time=theirs.time(booked.starts_at, zone)),
        on=on,
        digits=digits,
        picture=code_svg(shown_text(hub.public_url, token)) if token else None,
        **around(hub.staff_page()),
    )
