"""The wire's plain questions: a view once, the appointments of a day. Streams and commands are in native.py."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, date
from typing import Any

from flask import Blueprint, Response, current_app, g, request

from kiosk.server import access
from kiosk.server.errors import BadRequest
from kiosk.server.hub import Hub
from kiosk.server.json_text import json_bytes
from kiosk.server.requests import PROTOCOL_HEADER, protocol_must_fit

NO_DAY = "on: must be a day such as 2026-11-24"
api = Blueprint("device_api", __name__, url_prefix="/api/1")


def the_hub() -> Hub:
    """The hub that this application speaks for."""
    hub: Hub = current_app.extensions["hub"]
    return hub


@api.before_request
def check_protocol() -> None:
    """A device of another version is told so, instead of being misunderstood."""
    protocol_must_fit(request.headers.get(PROTOCOL_HEADER))


@api.get("/views/<path:name>")
def view(name: str) -> Response:
    """A view once."""
    access.check_view(g.principal, name)
    viewed = the_hub().viewed(name)
    answer = Response(viewed.line(), content_type="application/json")
    answer.set_etag(viewed.view_id)
    return answer


@api.get("/appointments")
def appointments() -> Response:
    """The appointments of one day, today if none is named, as the staff view lists them."""
    hub = the_hub()
    written = request.args.get("on")
    on = hub.clock.now().astimezone(hub.store.zone).date() if written is None else _day(written)
    return as_json({"on": on.isoformat(), "zone": hub.store.zone.key, "appointments": hub.appointments(on)})


def _day(written: str) -> date:
    on = day_asked(written)
    if on.isoformat() != written:  # 20261124, or the weekday of a week
        raise BadRequest(NO_DAY)
    return on


def day_asked(written: str) -> date:
    """A day in the parameter `on`, which has one before it and one after it in every zone.

    Raises:
        BadRequest: it is none.
    """
    try:
        on = date.fromisoformat(written)
    except ValueError:
        raise BadRequest(NO_DAY) from None
    if not MINYEAR < on.year < MAXYEAR:
        raise BadRequest("on: too far away")
    return on


def as_json(value: Any) -> Response:
    """One JSON answer."""
    return Response(json_bytes(value), content_type="application/json")
