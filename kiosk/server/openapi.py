"""`/api/1/openapi.json`: OpenAPI 3.1 of the wire, made from the tables that the hub itself checks by.

Which paths, commands and roles there are comes from access.py and commands.py, so a new one is in it at once. What is
in a command's body is described in bodies.py beside this file; a test drives the running hub with what is said here.
"""

from __future__ import annotations

from zoneinfo import available_timezones

from flask import Blueprint, Response, g

from kiosk.domain.store import LANGUAGES, Store
from kiosk.server import access, openapi_devices, openapi_staff, views
from kiosk.server.access import COMMANDS, ROUTES
from kiosk.server.bodies import BODIES, Schema, nullable, text
from kiosk.server.described import answered, asks, operation, sends, with_fields
from kiosk.server.device_api import as_json, the_hub
from kiosk.server.doors import SESSION, Asking

pages = Blueprint("openapi", __name__, url_prefix="/api/1")
VERSION = "1"
COMMAND_ERRORS = ("400", "401", "403", "404", "409", "413", "422", "503")


@pages.get("/openapi.json")
def document() -> Response:
    """The document, with the session's cookie as it is called at this door."""
    asked: Asking = g.asking
    return as_json(described(the_hub().store, asked.cookie_name(SESSION)))


def described(store: Store, cookie: str = f"__Host-{SESSION}") -> Schema:
    """The whole document; advisors, lanes and operations are the store's."""
    paths: Schema = {
        "/healthz": {"get": asks("how the hub is", with_fields("ok", "seq", "store"), access.EVERYBODY, [], "401")},
        "/api/1/openapi.json": {"get": asks("this document", {"type": "object"}, access.EVERYBODY, [], "401")},
        "/api/1/views/{name}": {"get": _view()},
        "/api/1/views/{name}/stream": {"get": _stream()},
        "/api/1/appointments": {"get": _appointments()},
        "/api/1/appointments/import": {"post": _command("import_appointments", "import")},
    }
    paths |= {f"/api/1/commands/{kind}": {"post": _command(kind, f"send_{kind}")} for kind in sorted(COMMANDS)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Service-lane hub",
            "version": VERSION,
            "description": "Watch views, send commands. Instants are microseconds since 1970 in UTC, money is cents.",
        },
        "paths": paths | openapi_staff.paths() | openapi_devices.paths(),
        "components": {
            "schemas": {"Error": _error(), "Done": _done(), **_of_the_store(store)},
            "securitySchemes": {
                "device": {"type": "http", "scheme": "bearer", "description": "a paired device's token"},
                "session": {"type": "apiKey", "in": "cookie", "name": cookie},
            },
        },
    }


def _command(kind: str, name: str) -> Schema:
    body: Schema = {
        "type": "object",
        "required": ["id", "at", "body"],
        "properties": {
            "id": {"type": "string", "pattern": "^[0-9a-f]{32}$", "description": "drawn before the first try"},
            "at": {"type": "integer", "minimum": 0, "maximum": 6_307_200_000_000_000},
            "waited_us": nullable({"type": "integer", "minimum": 0, "maximum": 6_307_200_000_000_000}),
            "body": BODIES[kind],
        },
    }
    answers = answered({"$ref": "#/components/schemas/Done"}, *COMMAND_ERRORS)
    return operation(name, kind.replace("_", " "), answers, COMMANDS[kind]) | sends(body)


def _view() -> Schema:
    answers = answered(with_fields("id", "hub_now", "next_change_at"), "400", "401", "403", "404", "503")
    return operation("view", "a view once", answers, frozenset()) | {"parameters": [_view_name()]}


def _stream() -> Schema:
    answers = answered({}, "400", "401", "403", "404", "503")
    answers["200"]["content"] = {"text/event-stream": {"schema": text(1_000_000)}}
    told = operation("stream", "a view now and at each change; beats between", answers, frozenset())
    return told | {"parameters": [_view_name()]}


def _view_name() -> Schema:
    families = sorted({*views.VIEWS, "follow"})
    schema = {"type": "string", "pattern": f"^({'|'.join(families)})(/[A-Za-z0-9_-]{{1,64}})?$"}
    return {"name": "name", "in": "path", "required": True, "schema": schema}


def _appointments() -> Schema:
    on = {"name": "on", "in": "query", "required": False, "schema": {"type": "string", "format": "date"}}
    told = with_fields("on", "zone", "appointments")
    return asks("a day's appointments", told, ROUTES["GET", "/api/1/appointments"], [on], "400", "401", "403")


def _of_the_store(store: Store) -> Schema:
    lanes = "|".join(store.lanes)
    series = "|".join(sorted({one.lower() for one in store.lanes} | set(store.lanes)))
    return {
        "Advisor": {"type": "string", "enum": [one.advisor_id for one in store.advisors]},
        "Lane": {"type": "string", "enum": list(store.lanes)},
        "Operation": {"type": "string", "enum": [one.code for one in store.operations]},
        "Ticket": {
            "type": "string",
            "pattern": f"^({series})-(00[1-9]|0[1-9][0-9]|[1-9][0-9][0-9])$",
        },
        "Device": {"type": "string", "pattern": f"^(lane/({lanes})|(pager|board)/[A-Za-z0-9_-]{{1,32}})$"},
        "Zone": {"type": "string", "enum": sorted(available_timezones())},
    }


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
