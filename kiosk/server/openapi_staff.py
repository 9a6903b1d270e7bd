"""People over the wire, in the OpenAPI document: /api/1/staff (staff/api.py answers it)."""

from __future__ import annotations

from kiosk.server.access import ROUTES
from kiosk.server.bodies import Schema, nullable
from kiosk.server.described import CHANGES, answered, asks, in_path, operation, sends, with_fields
from kiosk.server.staff.accounts import RANK
from kiosk.server.staff.api import DEEDS

STAFF = "/api/1/staff"
NAME: Schema = {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{1,31}$"}
ROLES: Schema = {
    "type": "array",
    "minItems": 1,
    "maxItems": len(RANK),
    "items": {"type": "string", "enum": list(RANK)},
}


def paths() -> Schema:
    """Its paths."""
    who = [in_path("user_name", NAME)]
    of_session = ROUTES["GET", f"{STAFF}/<user_name>/sessions"]
    found = {
        STAFF: {"get": _everybody(), "post": _add()},
        f"{STAFF}/first-code": {"post": _first_code()},
        f"{STAFF}/{{user_name}}/sessions": {
            "get": asks("where somebody is signed in", with_fields("sessions"), of_session, who, "401", "403", "404")
        },
    }
    return found | {f"{STAFF}/{{user_name}}/{what}": {"post": _deed(what) | {"parameters": who}} for what in DEEDS}


def _everybody() -> Schema:
    return asks("everybody who may sign in", with_fields("staff"), ROUTES["GET", STAFF], [], "401", "403")


def _add() -> Schema:
    body = {
        "type": "object",
        "required": ["user_name", "display_name", "roles"],
        "properties": {
            "user_name": {"type": "string", "pattern": "^[a-z0-9][a-z0-9._-]{1,31}$"},
            "display_name": {"type": "string", "pattern": "^[A-Za-z]{1,60}$"},
            "roles": ROLES,
            "advisor_id": nullable({"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}),
        },
    }
    answers = answered(with_fields("account", "password", "password_until"), *CHANGES)
    return operation("add_staff", "a new account; its password this once", answers, ROUTES["POST", STAFF]) | sends(body)


def _first_code() -> Schema:
    answers = answered(with_fields("code"), "401", "403", "409", "413", "503")
    allowed = ROUTES["POST", f"{STAFF}/first-code"]
    return operation("first_code", "a code for the first administrator", answers, allowed)


def _deed(what: str) -> Schema:
    wants_roles = what == "roles"
    body = {"type": "object", "required": ["roles"] if wants_roles else [], "properties": {}}
    body["properties"] = {"roles": ROLES} if wants_roles else {}
    told = with_fields("ended" if what == "end-sessions" else "account")
    allowed = ROUTES["POST", f"{STAFF}/<user_name>/<what>"]
    return operation(f"staff_{what}", f"{what}, of one account", answered(told, *CHANGES), allowed) | sends(body)
