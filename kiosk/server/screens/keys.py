"""Keys of staff pages: one form, one command, then back to where the key was; what is not taken is a notice there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import redirect, request
from werkzeug.wrappers import Response

from kiosk.domain.codes import western_digits
from kiosk.domain.facts import to_us
from kiosk.server.errors import Answered, BadRequest, NotFound
from kiosk.server.screens import page
from kiosk.server.screens.sign_in import inside

pages = page.staff_pages("keys", __name__)

# command -> the form's fields that are its body, as they are
FIELDS: Mapping[str, tuple[str, ...]] = {
    "acknowledge": ("page_id", "advisor_id"),
    "hand_on": ("page_id", "advisor_id"),
    "close_page": ("page_id",),
    "set_presence": ("advisor_id", "presence"),
    "greet": ("visit_id", "advisor_id"),
    "begin_write_up": ("visit_id", "advisor_id"),
    "begin_service": ("visit_id",),
    "ask_customer": ("visit_id",),
    "record_answer": ("visit_id",),
    "begin_quality_check": ("visit_id",),
    "fail_quality_check": ("visit_id",),
    "pass_quality_check": ("visit_id",),
    "hand_over": ("visit_id",),
    "withdraw_check_in": ("visit_id",),
    "take_back": ("visit_id", "reason"),
    "check_in_appointment": ("appointment_id",),
    "open_visit": ("name", "reason", "language"),
    "confirm_check_in": ("visit_id", "appointment_id"),
    "change_completion": ("visit_id", "reason"),
    "allow_initials": ("visit_id",),
    "check_room": (),
    "open_gate": ("lane",),
}
ROOM = ("clean", "seats", "coffee", "temperature")
OPENS_VISIT = frozenset({"check_in_appointment", "open_visit"})
_ID = re.compile(r"[0-9a-f]{32}")


@pages.post("/do/<kind>")
def press(kind: str) -> Response:
    """Do the command of a key."""
    if kind not in FIELDS:
        raise NotFound(f"no key {kind}")
    back = inside(request.form.get("back")) or "/"
    try:
        result = send(kind, body_of(kind, request.form))
    except Answered as answered:
        return redirect(with_query(back, refused=answered.code), 303)
    outcome = result.get("outcome", "")
    if outcome in page.KNOWN_REFUSALS:
        return redirect(with_query(back, refused=outcome), 303)
    if kind in OPENS_VISIT and result.get("visit_id"):
        return redirect(f"/advisor/visits/{result['visit_id']}", 303)
    return redirect(back, 303)


def send(kind: str, body: dict[str, Any], field: str = "command") -> dict[str, Any]:
    """Do a command of this page's reader, under the id that the form was given.

    Raises:
        Answered: it was not taken.
    """
    hub = page.the_hub()
    command_id = request.form.get(field, "")
    if not _ID.fullmatch(command_id):
        raise BadRequest(f"{field}: must be the id that the page was given")
    return hub.command(kind, page.who(), command_id, hub.clock.now(), body)


def body_of(kind: str, form: Mapping[str, str]) -> dict[str, Any]:
    """A command's body from a form.

    Raises:
        BadRequest: a day or a time cannot be read.
    """
    body: dict[str, Any] = {name: form[name].strip() for name in FIELDS[kind] if form.get(name, "").strip()}
    if kind == "record_answer":
        body["approved"] = form.get("approved") == "yes"
    if kind == "allow_initials":
        body["allowed"] = form.get("allowed") == "yes"
    if kind == "check_room":
        body |= {one: form.get(one) == "yes" for one in ROOM}
    if kind == "change_completion":
        body["completion_at"] = to_us(moment(form.get("day", ""), form.get("time", "")))
    return body


def moment(day: str, clock: str) -> datetime:
    """A day and a time on the shop's wall.

    Raises:
        BadRequest: one of the two is none.
    """
    try:
        at = datetime.combine(date.fromisoformat(day), time.fromisoformat(western_digits(clock).strip()))
    except ValueError:
        raise BadRequest("day, time: must be a day and a time") from None
    return at.replace(tzinfo=page.the_hub().store.zone)


def with_query(path: str, **values: str) -> str:
    """A path with what the page shall say; what an earlier key left there is gone."""
    parts = urlsplit(path)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name in {"on", "language"}]
    return f"{parts.path}?{urlencode([*kept, *values.items()])}"
