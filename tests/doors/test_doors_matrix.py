"""The role matrix, asked of the hub itself: every route, command and view by every kind of principal with its own credential.

A route that is not in the table of access.py is refused to everybody, and found here.
"""

from __future__ import annotations

import re
import secrets

import pytest
from doors_house import PASSWORD, STORE, envelope, native, opened, url_map

from kiosk.server.access import COMMANDS, CUSTOMER, KINDS, ROUTES, STAFF, VIEWS
from kiosk.server.devices import tokens

PLACES = {"lane": "lane/A", "pager": "pager/desks", "board": "board/hall"}
NAMES = {"lane": "lane/A", "pager": "pager/marta", "board": "board/hall", "lane-board": "lane-board/x", "follow": f"follow/{'0' * 64}"}


@pytest.fixture(scope="module")
def shop(migrated, tmp_path_factory):
    """A hub with one person for each role, signed in, and one paired device of each kind."""
    house = opened(migrated, tmp_path_factory.mktemp("matrix"))
    house.person("another", "administrator")  # so that the one who asks is not the last
    browsers, headers = {}, {CUSTOMER: {"host": "127.0.0.1"}}
    for role in sorted(STAFF):
        house.person(role, role, advisor="marta" if role == "advisor" else None)
        browsers[role] = house.browser("loopback")
        browsers[role].signs_in(role)
        headers[role] = {"host": "127.0.0.1:8080", "origin": "http://127.0.0.1:8080", "cookie": f"kiosk_session={browsers[role].cookie('kiosk_session')}"}
    with house.app.hub.database.write() as connection:
        for kind, name in PLACES.items():
            token = tokens.issue(connection, STORE.store_id, name, "f" * 64, house.clock.now(), "x")
            headers[kind] = {"host": "127.0.0.1", "authorization": f"Bearer {token}"}
    yield house, headers
    house.app.hub.database.close()


def test_every_route_has_its_row(shop):
    """And every row its route."""
    house, _ = shop

    assert url_map(house) == set(ROUTES)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_command_is_for_whom_the_table_names(shop, kind):
    """403 for everybody else, before the body is looked at."""
    house, headers = shop

    refused = {name for name in COMMANDS if native(house, "POST", f"/api/1/commands/{name}", headers[kind], envelope({}))[0] == 403}

    assert refused == {name for name, allowed in COMMANDS.items() if kind not in allowed}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_view_is_for_whom_the_table_names(shop, kind):
    """Once and as a stream."""
    house, headers = shop

    refused = {family for family in VIEWS if native(house, "GET", f"/api/1/views/{NAMES.get(family, family)}", headers[kind])[0] == 403}

    assert refused == {family for family, allowed in VIEWS.items() if kind not in allowed}


def is_refused(answer, kind):
    """403 in any form but for a question; or for a person who is not in, the way to the sign-in."""
    status, told, body = answer
    if kind == CUSTOMER and status == 303:
        return told["location"].startswith("/?wanted=") or told["location"] == "/"
    return status == 403 and b"password_again" not in body and b"form_too_old" not in body and b"too old" not in body


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_route_is_for_whom_the_table_names(shop, kind):
    """Every route of the URL map by this kind of principal: refused where the table does not name it, and nowhere else."""
    house, headers = shop
    has_its_own_table = {route for route in ROUTES if route[1].startswith(("/api/1/views", "/api/1/commands", "/do/"))}
    ends_the_session = {("POST", "/sign-out")}

    refused = {
        (method, rule)
        for method, rule in sorted(url_map(house) - has_its_own_table - ends_the_session)
        if is_refused(native(house, method, re.sub(r"<(?:\w+:)?(\w+)>", "zzz", rule), headers[kind]), kind)
    }

    forbidden = {route for route in ROUTES if kind not in ROUTES[route]} - has_its_own_table
    assert refused == forbidden


@pytest.mark.parametrize("roles", [("advisor", "cashier"), ("technician", "manager"), ("parts", "quality", "administrator")])
def test_somebody_with_several_roles_may_what_any_of_them_may(shop, roles):
    """The sum of the roles, and no more."""
    house, _ = shop
    name = secrets.token_hex(6)
    house.person(name, *roles)
    browser = house.browser("loopback")
    browser.signs_in(name, PASSWORD)
    said = {"host": "127.0.0.1:8080", "origin": "http://127.0.0.1:8080", "cookie": f"kiosk_session={browser.cookie('kiosk_session')}"}

    refused = {kind for kind in COMMANDS if native(house, "POST", f"/api/1/commands/{kind}", said, envelope({}))[0] == 403}

    assert refused == {kind for kind, allowed in COMMANDS.items() if allowed.isdisjoint(roles)}
