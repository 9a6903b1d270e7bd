"""`/api/1/openapi.json`: OpenAPI 3.1 of the wire, made from the tables that the hub itself checks by.

Which paths, commands and roles there are comes from access.py and commands.py, so a new one is in it at once. What is
in a command's body is described in bodies.py beside this file; a test drives the running hub with what is said here.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from kiosk.domain.store import LANGUAGES, Store
from kiosk.server import access, views
from kiosk.server.access import COMMANDS, CUSTOMER, ROUTES
from kiosk.server.bodies import BODIES, nullable, text
from kiosk.server.device_api import as_json, the_hub
from kiosk.server.staff.accounts import RANK
from kiosk.server.staff.api import DEEDS

pages = Blueprint("openapi", __name__, url_prefix="/api/1")
VERSION = "1"
JSON = "application/json"
Schema = dict[str, Any]
ERRORS = {
    "400": "a field is missing or cannot be used; the message names it",
    "401": "the token opens nothing, or opens nothing any more",
    "403": "this principal may not, or has to type the password again",
    "404": "there is none",
    "409": "the rules do not allow it now; the code is theirs",
    "413": "the body is longer than this route takes",
    "422": "the same command id came with another body",
    "429": "too many tries; Retry-After says when",
    "503": "the database is held just now; Retry-After says when",
}


@pages.get("/openapi.json")
def document() -> Response:
    """The document."""
    return as_json(described(the_hub().store))


def described(store: Store) -> Schema:
    """The whole document; advisors and lanes are the store's."""
    paths: Schema = {
        "/healthz": {"get": _asks("how the hub is", _object(["ok", "seq", "store"]), access.EVERYBODY, [])},
        "/api/1/openapi.json": {"get": _asks("this document", {"type": "object"}, access.EVERYBODY, [])},
        "/api/1/views/{name}": {"get": _view()},
        "/api/1/views/{name}/stream": {"get": _stream()},
        "/api/1/appointments": {"get": _appointments()},
        "/api/1/appointments/import": {"post": _command("import_appointments", "appointments come in")},
        "/api/1/staff": {"get": _staff_list(), "post": _staff_add()},
        "/api/1/staff/first-code": {"post": _staff_code()},
        "/api/1/staff/{user_name}/sessions": {"get": _staff_sessions()},
        "/api/1/staff/{user_name}/{what}": {"post": _staff_deed()},
    }
    paths |= {f"/api/1/commands/{kind}": {"post": _command(kind, kind.replace("_", " "))} for kind in sorted(COMMANDS)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Service-lane hub",
            "version": VERSION,
            "description": "Watch views, send commands. Instants are microseconds since 1970 in UTC, money is cents.",
        },
        "paths": paths,
        "components": {
            "schemas": {"Error": _error(), "Done": _done(), **_of_the_store(store)},
            "securitySchemes": {
                "device": {"type": "http", "scheme": "bearer", "description": "a paired device's token"},
                "session": {"type": "apiKey", "in": "cookie", "name": "__Host-kiosk_session"},
            },
        },
    }


def _command(kind: str, summary: str) -> Schema:
    body: Schema = {
        "type": "object",
        "required": ["id", "at", "body"],
        "properties": {
            "id": {"type": "string", "pattern": "^[0-9a-f]{32}$", "description": "drawn before the first try"},
            "at": {"type": "integer", "minimum": 0, "maximum": 6_307_200_000_000_000},
            "waited_us": nullable({"type": "integer", "minimum": 0, "maximum": 6_307_200_000_000_000}),
            "body": BODIES.get(kind, {"type": "object"}),
        },
    }
    answers = _answers({"$ref": "#/components/schemas/Done"}, "400", "401", "403", "404", "409", "413", "422", "503")
    return _operation(f"send_{kind}" if summary != "appointments come in" else "import", summary, answers) | {
        "requestBody": {"required": True, "content": {JSON: {"schema": body}}},
        "security": _security(COMMANDS[kind]),
        "x-roles": sorted(COMMANDS[kind]),
    }


def _view() -> Schema:
    answers = _answers(_object(["id", "hub_now", "next_change_at"]), "400", "401", "403", "404", "503")
    return _operation("view", "a view once", answers) | {
        "parameters": [_view_name()],
        "security": _security(frozenset()),
    }


def _stream() -> Schema:
    answers = _answers({}, "400", "401", "403", "404", "503")
    answers["200"]["content"] = {"text/event-stream": {"schema": text(1_000_000)}}
    return _operation("stream", "a view now and at each change; beats between", answers) | {
        "parameters": [_view_name()],
        "security": _security(frozenset()),
    }


def _view_name() -> Schema:
    families = sorted({*views.VIEWS, "follow"})
    schema = {"type": "string", "pattern": f"^({'|'.join(families)})(/[A-Za-z0-9_-]{{1,64}})?$"}
    return {"name": "name", "in": "path", "required": True, "schema": schema}


def _appointments() -> Schema:
    on = {"name": "on", "in": "query", "required": False, "schema": {"type": "string", "format": "date"}}
    told = _object(["on", "zone", "appointments"])
    return _asks("a day's appointments", told, ROUTES["GET", "/api/1/appointments"], [on], "400", "401", "403")


def _staff_list() -> Schema:
    return _asks("everybody who may sign in", _object(["staff"]), ROUTES["GET", "/api/1/staff"], [], "401", "403")


def _staff_add() -> Schema:
    body = {
        "type": "object",
        "required": ["user_name", "display_name", "roles"],
        "properties": {
            "user_name": {"type": "string", "pattern": "^[a-z0-9][a-z0-9._-]{1,31}$"},
            "display_name": {"type": "string", "pattern": "^[A-Za-z]{1,60}$"},
            "roles": _roles(),
            "advisor_id": nullable({"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}),
        },
    }
    answers = _answers(_object(["account", "password", "password_until"]), "400", "401", "403", "409", "413", "503")
    return _operation("add_staff", "a new account; its password this once", answers) | _sends(body, "/api/1/staff")


def _staff_code() -> Schema:
    answers = _answers(_object(["code"]), "401", "403", "409", "413", "503")
    security = {"security": _security(ROUTES["POST", "/api/1/staff/first-code"])}
    return _operation("first_code", "a code for the first administrator", answers) | security


def _staff_sessions() -> Schema:
    allowed = ROUTES["GET", "/api/1/staff/<user_name>/sessions"]
    return _asks("where somebody is signed in", _object(["sessions"]), allowed, [_user_name()], "401", "403", "404")


def _staff_deed() -> Schema:
    what = {"name": "what", "in": "path", "required": True, "schema": {"type": "string", "enum": sorted(DEEDS)}}
    answers = _answers({"type": "object"}, "400", "401", "403", "404", "409", "413", "503")
    body = {"type": "object", "properties": {"roles": _roles()}}
    made = _operation("change_staff", "disable, enable, draw a password, change roles, end sessions", answers)
    return made | {"parameters": [_user_name(), what]} | _sends(body, "/api/1/staff/<user_name>/<what>")


def _user_name() -> Schema:
    schema = {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{1,31}$"}
    return {"name": "user_name", "in": "path", "required": True, "schema": schema}


def _roles() -> Schema:
    return {"type": "array", "minItems": 1, "maxItems": len(RANK), "items": {"type": "string", "enum": list(RANK)}}


def _sends(body: Schema, rule: str) -> Schema:
    return {
        "requestBody": {"required": True, "content": {JSON: {"schema": body}}},
        "security": _security(ROUTES["POST", rule]),
    }


def _asks(summary: str, told: Schema, allowed: frozenset[str], parameters: list[Schema], *errors: str) -> Schema:
    made = _operation(summary.replace(" ", "_").replace("'", ""), summary, _answers(told, *errors))
    return made | {"parameters": parameters, "security": _security(allowed)}


def _operation(name: str, summary: str, answers: Schema) -> Schema:
    return {"operationId": name, "summary": summary, "responses": answers}


def _security(allowed: frozenset[str]) -> list[Schema]:
    """Who may: customers too (an empty requirement), else whoever has a token or a session."""
    named: list[Schema] = [{"device": []}, {"session": []}]
    return [{}] if CUSTOMER in allowed else [{}, *named] if not allowed else named


def _answers(told: Schema, *errors: str) -> Schema:
    wrong = {"content": {JSON: {"schema": {"$ref": "#/components/schemas/Error"}}}}
    answers: Schema = {"200": {"description": "done", "content": {JSON: {"schema": told}}}}
    return answers | {code: {"description": ERRORS[code], **wrong} for code in errors}


def _object(required: list[str]) -> Schema:
    return {"type": "object", "required": required}


def _of_the_store(store: Store) -> Schema:
    advisors = [one.advisor_id for one in store.advisors]
    return {"Advisor": {"type": "string", "enum": advisors}, "Lane": {"type": "string", "enum": list(store.lanes)}}


def _error() -> Schema:
    told = {"type": "object", "required": ["code", "message"], "properties": {"code": text(100), "message": text(2000)}}
    return {"type": "object", "required": ["error"], "properties": {"error": told}}


def _done() -> Schema:
    return {
        "type": "object",
        "required": ["seq", "replayed", "result"],
        "properties": {
            "seq": {"type": "integer", "minimum": 0},
            "replayed": {"type": "boolean"},
            "result": {"type": "object"},
        },
        "description": f"names in up to {len(LANGUAGES)} languages; unknown fields are to be ignored",
    }
