"""What every operation of the OpenAPI document is made of: answers, errors, who may. The paths are in openapi*.py."""

from __future__ import annotations

from typing import Any

from kiosk.server.access import CUSTOMER, DEVICES, STAFF
from kiosk.server.bodies import Schema

JSON = "application/json"
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
CHANGES = ("400", "401", "403", "404", "409", "413", "503")


def operation(name: str, summary: str, answers: Schema, allowed: frozenset[str]) -> Schema:
    """An operation; `allowed`: kinds of principal, none: whoever has what the path names."""
    roles = {"x-roles": sorted(allowed)} if allowed else {}
    return {"operationId": name, "summary": summary, "responses": answers, "security": security(allowed)} | roles


def asks(summary: str, told: Schema, allowed: frozenset[str], parameters: list[Schema], *errors: str) -> Schema:
    """An operation that changes nothing."""
    name = summary.replace(" ", "_").replace("'", "")
    return operation(name, summary, answered(told, *errors), allowed) | {"parameters": parameters}


def sends(body: Schema) -> Schema:
    """What it wants in its body."""
    return {"requestBody": {"required": True, "content": {JSON: {"schema": body}}}}


def answered(told: Schema, *errors: str) -> Schema:
    """200 with this, and these errors."""
    wrong = {"content": {JSON: {"schema": {"$ref": "#/components/schemas/Error"}}}}
    answers: Schema = {"200": {"description": "done", "content": {JSON: {"schema": told}}}}
    return answers | {code: {"description": ERRORS[code], **wrong} for code in errors}


def with_fields(*required: str) -> Schema:
    """An object that has at least these."""
    return {"type": "object", "required": list(required)}


def security(allowed: frozenset[str]) -> list[Schema]:
    """Who may: a device by its token, a person by a session, customers by nothing (an empty requirement)."""
    named: list[Schema] = []
    if not allowed or allowed & DEVICES:
        named.append({"device": []})
    if not allowed or allowed & STAFF:
        named.append({"session": []})
    return [{}] if CUSTOMER in allowed else [{}, *named] if not allowed else named


def in_path(name: str, schema: Schema) -> dict[str, Any]:
    """A part of the path."""
    return {"name": name, "in": "path", "required": True, "schema": schema}
