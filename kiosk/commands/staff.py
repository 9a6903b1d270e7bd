"""`kiosk staff`: who may sign in at the hub, from its own machine; the first administrator; a forgotten password.

It asks the running hub on its own socket, where root and the hub's user are believed; without a hub it opens the
database itself.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kiosk.commands._stores import add_store, chosen

if TYPE_CHECKING:
    from kiosk.server.staff.people import People
    from kiosk.store_settings import OneStore

HELP = "who may sign in: add, list, roles, password, disable, sessions; the first administrator"
PATH = "/api/1/staff"
ROLES = ("advisor", "technician", "parts", "quality", "cashier", "manager", "administrator")
BY = "administrator/command-line"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The actions."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    each = {
        "first-code": "a code with which the first administrator is made, at /first, within an hour",
        "list": "everybody who may sign in, or might",
        "add": "a new account; its password is printed this once",
        "roles": "what somebody is",
        "password": "a new password for somebody who has forgotten it, printed this once",
        "disable": "shut somebody out, with every session",
        "enable": "let somebody in again",
        "sessions": "where somebody is signed in; --end signs out everywhere",
    }
    made = {name: actions.add_parser(name, help=words, allow_abbrev=False) for name, words in each.items()}
    for name in ("add", "roles", "password", "disable", "enable", "sessions"):
        made[name].add_argument("user_name", metavar="USER_NAME", help="what is typed to sign in")
    made["add"].add_argument("--name", required=True, metavar="NAME", help="how others read it")
    made["add"].add_argument("--advisor", metavar="ID", help="which advisor of store.toml this is")
    for name in ("add", "roles"):
        made[name].add_argument(
            "--role", action="append", required=True, choices=ROLES, help="may be given several times"
        )
    made["sessions"].add_argument("--end", action="store_true", help="sign out everywhere")
    for one in made.values():
        one.add_argument("--settings", metavar="HUB.toml", help="the hub's settings (/etc/kiosk/hub.toml)")
        one.add_argument("--json", action="store_true", help="print JSON")
        add_store(one)


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked, and print what it came to."""
    from kiosk.commands import _asking_hub

    asked = _asked(arguments)
    try:
        answer = _asking_hub.ask(_asking_hub.address(arguments), asked.method, asked.path, asked.body)
    except _asking_hub.NoHub:
        if not (arguments.settings or Path(_asking_hub.SETTINGS).exists()):
            raise
        answer = _without_hub(chosen(arguments), asked)
    if arguments.json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        for line in asked.lines(answer):
            print(line)
    return 0


@dataclass(frozen=True)
class _Asked:
    """One action, in both ways.

    Attributes:
        method, path, body: over the hub's socket.
        here: the same without a hub, with an answer of the same form.
        lines: the answer for people.
    """

    method: str
    path: str
    body: dict[str, Any] | None
    here: Callable[[People], dict[str, Any]]
    lines: Callable[[dict[str, Any]], list[str]]


def _asked(arguments: argparse.Namespace) -> _Asked:
    action = arguments.action
    if action == "first-code":
        return _Asked("POST", f"{PATH}/first-code", {}, lambda people: {"code": people.new_first_code()}, _code_lines)
    if action == "list":
        return _Asked(
            "GET", PATH, None, _list_here, lambda answer: [_line(one) for one in answer["staff"]] or ["Nobody."]
        )
    if action == "add":
        body = {
            "user_name": arguments.user_name,
            "display_name": arguments.name,
            "roles": arguments.role,
            "advisor_id": arguments.advisor,
        }
        return _Asked("POST", PATH, body, lambda people: _drawn(people.add(BY, *body.values())), _drawn_lines)
    return _about_one(arguments)


def _about_one(arguments: argparse.Namespace) -> _Asked:
    action, name = arguments.action, arguments.user_name

    def found(people: People) -> str:
        return people.named(name).account_id

    def changed(answer: dict[str, Any]) -> list[str]:
        return [_line(answer["account"])]

    def path(what: str) -> str:
        return f"{PATH}/{quote(name, safe='')}/{what}"

    if action == "sessions" and not arguments.end:
        return _Asked(
            "GET", path("sessions"), None, lambda people: _sessions_here(people, found(people)), _session_lines
        )
    if action == "sessions":
        return _Asked(
            "POST",
            path("end-sessions"),
            {},
            lambda people: {"ended": people.end_sessions(found(people))},
            lambda answer: [f"{answer['ended']} sessions ended."],
        )
    if action == "roles":
        body = {"roles": arguments.role}
        return _Asked(
            "POST",
            path("roles"),
            body,
            lambda people: _account(people.change(BY, found(people), **body)),
            changed,
        )
    if action == "password":
        return _Asked(
            "POST", path("password"), {}, lambda people: _drawn(people.draw_password(BY, found(people))), _drawn_lines
        )
    if action == "disable":
        return _Asked("POST", path("disable"), {}, lambda people: _account(people.disable(BY, found(people))), changed)
    return _Asked("POST", path("enable"), {}, lambda people: _account(people.enable(BY, found(people))), changed)


# --- without a hub


def _without_hub(one: OneStore, asked: _Asked) -> dict[str, Any]:
    from kiosk.commands._asking_hub import HubAnswered
    from kiosk.server.appointments.store import opened
    from kiosk.server.clock import SystemClock
    from kiosk.server.errors import Answered
    from kiosk.server.staff.people import People

    with opened(one) as (database, store):
        database.ensure_store(store.store_id, SystemClock().now())
        people = People(database, store, SystemClock())
        try:
            return asked.here(people)
        except Answered as answered:
            raise HubAnswered(str(answered)) from None
        finally:
            people.passwords.close()


def _list_here(people: People) -> dict[str, Any]:
    from kiosk.server.staff.api import account_part

    return {"staff": [account_part(one) for one in people.everybody()]}


def _sessions_here(people: People, account_id: str) -> dict[str, Any]:
    from kiosk.server.staff.api import session_part

    return {"sessions": [session_part(one) for one in people.sessions_of(account_id)]}


def _account(found: Any) -> dict[str, Any]:
    from kiosk.server.staff.api import account_part

    return {"account": account_part(found)}


def _drawn(drawn: Any) -> dict[str, Any]:
    from kiosk.server.staff.api import drawn_part

    return drawn_part(drawn)


# --- for people


def _line(one: dict[str, Any]) -> str:
    states = [
        words for key, words in (("is_disabled", "disabled"), ("must_change", "has not signed in yet")) if one[key]
    ]
    return "  ".join([one["user_name"], one["display_name"], " ".join(one["roles"]), *(f"({each})" for each in states)])


def _code_lines(answer: dict[str, Any]) -> list[str]:
    return [f"{answer['code']}: type it at /first on the hub within an hour; it makes one administrator."]


def _drawn_lines(answer: dict[str, Any]) -> list[str]:
    return [
        _line(answer["account"]),
        f"password: {answer['password']}   (for one day; it is changed at the first sign-in)",
    ]


def _session_lines(answer: dict[str, Any]) -> list[str]:
    from kiosk.domain.facts import from_us

    lines = [
        f"{from_us(one['seen_at']).astimezone():%Y-%m-%d %H:%M}  {one['browser'] or 'browser'}"
        + ("  (shared screen)" if one["screen_id"] else "")
        for one in answer["sessions"]
    ]
    return lines or ["Not signed in anywhere."]
