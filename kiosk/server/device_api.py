"""The wire over plain requests: views once, commands, appointments. Everything is JSON; docs/wire.md is the contract."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

from flask import Blueprint, Response, current_app, g, request

from kiosk.server import access
from kiosk.server.body import Body
from kiosk.server.errors import BadRequest
from kiosk.server.hub import Hub

PROTOCOLS = frozenset({"1"})
PROTOCOL_HEADER = "Kiosk-Protocol"
PRINCIPAL_HEADER = "Kiosk-Principal"
PRINCIPAL_COOKIE = "kiosk_principal"
_COMMAND_ID = re.compile(r"[0-9a-f]{32}")
api = Blueprint("device_api", __name__, url_prefix="/api/1")


def the_hub() -> Hub:
    """The hub that this application speaks for."""
    hub: Hub = current_app.extensions["hub"]
    return hub


@api.before_request
def check_protocol() -> None:
    """A device of another version is told so, instead of being misunderstood."""
    protocol_must_fit(request.headers.get(PROTOCOL_HEADER))


def protocol_must_fit(written: str | None) -> None:
    """Raise BadRequest for a protocol that this hub does not speak; none is this one."""
    if written is not None and written not in PROTOCOLS:
        known = ", ".join(sorted(PROTOCOLS))
        raise BadRequest(
            f"{PROTOCOL_HEADER}: this hub speaks {known}, not {written[:16]}; update the older of the two",
            code="other_protocol",
        )


@api.get("/views/<path:name>")
def view(name: str) -> Response:
    """A view once."""
    access.check_view(g.principal, name)
    viewed = the_hub().viewed(name)
    answer = Response(viewed.text(), content_type="application/json")
    answer.set_etag(viewed.view_id)
    return answer


@api.post("/appointments/import")
def import_appointments() -> Response:
    """The command `import_appointments`, under the name that other systems look for."""
    return command("import_appointments")


@api.post("/commands/<kind>")
def command(kind: str) -> Response:
    """A command."""
    sent = _json()
    asked = Body(sent, "request")
    command_id = asked.text("id", longest=64)
    if not _COMMAND_ID.fullmatch(command_id):
        raise BadRequest("request.id: must be 32 hex digits, drawn by the sender before the first try")
    done = the_hub().answer(kind, g.principal, command_id, asked.instant("at"), sent.get("body"))
    return as_json({"seq": done.seq, "replayed": done.replayed, "result": done.result})


@api.get("/appointments")
def appointments() -> Response:
    """The appointments of one day, today if none is named, as the staff view lists them."""
    hub = the_hub()
    written = request.args.get("on")
    try:
        on = date.fromisoformat(written) if written else hub.clock.now().astimezone(hub.store.zone).date()
    except ValueError:
        raise BadRequest("on: must be a day such as 2026-11-24") from None
    return as_json({"on": on.isoformat(), "zone": hub.store.zone.key, "appointments": hub.appointments(on)})


def as_json(value: Any) -> Response:
    """One JSON answer."""
    return Response(json.dumps(value, ensure_ascii=False, separators=(",", ":")), content_type="application/json")


def _json() -> Any:
    try:
        return json.loads(request.get_data(), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise BadRequest("request: must be JSON") from None


def _no_constant(name: str) -> Any:
    raise ValueError(name)
