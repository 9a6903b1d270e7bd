"""People over the wire, for `kiosk staff` and for programs of an administrator: JSON under /api/1/staff.

Who may is in access.py; what is done is in people.py. A drawn password and the first code are answered this once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, g, request

from kiosk.domain.facts import to_us
from kiosk.server.body import Body
from kiosk.server.device_api import as_json
from kiosk.server.errors import BadRequest, NotFound
from kiosk.server.flask_doors import the_people
from kiosk.server.staff.accounts import RANK, Account
from kiosk.server.staff.people import Drawn
from kiosk.server.staff.sessions import Session

staff_api = Blueprint("staff_api", __name__, url_prefix="/api/1/staff")
Deed = Callable[[str, Account, Body], dict[str, Any]]


@staff_api.get("")
def everybody() -> Response:
    """All accounts."""
    return as_json({"staff": [account_part(one) for one in the_people().everybody()]})


@staff_api.post("")
def add() -> Response:
    """A new account; its drawn password is in the answer, this once."""
    body = sent()
    drawn = the_people().add(
        str(g.principal),
        body.text("user_name", longest=32),
        body.text("display_name", longest=60),
        roles_of(body),
        body.id_or_none("advisor_id"),
    )
    return as_json(drawn_part(drawn))


@staff_api.post("/first-code")
def new_first_code() -> Response:
    """A code for the first administrator."""
    return as_json({"code": the_people().new_first_code()})


@staff_api.get("/<user_name>/sessions")
def sessions(user_name: str) -> Response:
    """Where somebody is signed in."""
    found = the_people().named(user_name)
    return as_json({"sessions": [session_part(one) for one in the_people().sessions_of(found.account_id)]})


@staff_api.post("/<user_name>/<what>")
def change(user_name: str, what: str) -> Response:
    """disable, enable, password (draws one), roles or end-sessions."""
    deed = DEEDS.get(what)
    if deed is None:
        raise NotFound(f"no such thing to do; there are {', '.join(DEEDS)}")
    body = sent()
    return as_json(deed(str(g.principal), the_people().named(user_name), body))


def sent() -> Body:
    """The JSON object of this request.

    Raises:
        BadRequest: it is none.
    """
    return Body(request.get_json(force=True, silent=True), "request")


def roles_of(body: Body) -> list[str]:
    """The field `roles`.

    Raises:
        BadRequest: it is no list of roles.
    """
    written = body.items("roles", most=len(RANK))
    if not all(isinstance(one, str) for one in written):
        raise BadRequest("request.roles: must be a list of roles")
    return written


def account_part(one: Account) -> dict[str, Any]:
    """An account as the wire has it, without its hashes."""
    return {
        "account_id": one.account_id,
        "user_name": one.user_name,
        "display_name": one.display_name,
        "advisor_id": one.advisor_id,
        "roles": [role for role in RANK if role in one.roles],
        "is_disabled": one.disabled_at is not None,
        "has_pin": one.pin_hash is not None,
        "must_change": one.must_change,
    }


def session_part(one: Session) -> dict[str, Any]:
    """A session as the wire has it."""
    return {
        "session_id": one.session_id,
        "browser": one.browser,
        "screen_id": one.screen_id,
        "made_at": to_us(one.made_at),
        "seen_at": to_us(one.seen_at),
    }


def drawn_part(drawn: Drawn) -> dict[str, Any]:
    """An account with its drawn password."""
    until = drawn.account.password_until
    return {
        "account": account_part(drawn.account),
        "password": drawn.password,
        "password_until": to_us(until) if until else None,
    }


def _disable(by: str, found: Account, _body: Body) -> dict[str, Any]:
    return {"account": account_part(the_people().disable(by, found.account_id))}


def _enable(by: str, found: Account, _body: Body) -> dict[str, Any]:
    return {"account": account_part(the_people().enable(by, found.account_id))}


def _password(by: str, found: Account, _body: Body) -> dict[str, Any]:
    return drawn_part(the_people().draw_password(by, found.account_id))


def _roles(by: str, found: Account, body: Body) -> dict[str, Any]:
    return {"account": account_part(the_people().change(by, found.account_id, roles=roles_of(body)))}


def _end_sessions(_by: str, found: Account, _body: Body) -> dict[str, Any]:
    return {"ended": the_people().end_sessions(found.account_id)}


DEEDS: Mapping[str, Deed] = {
    "disable": _disable,
    "enable": _enable,
    "password": _password,
    "roles": _roles,
    "end-sessions": _end_sessions,
}
