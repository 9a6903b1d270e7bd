"""The password once more: every route and command of users, devices, backup, restore and erasure asks, by the URL map itself."""

from __future__ import annotations

import re

import pytest
from doors_house import envelope, native, opened, url_map

from kiosk.server.access import COMMANDS, FRESH, FRESH_COMMANDS, ROUTES

# Whoever adds a route with one of these words in it adds its row, or says here why not.
SENSITIVE = re.compile(r"people|staff|fleet|screen|backup|restore|eras|export|authority|recovery|sessions")
OPEN = {
    ("GET", "/fleet"): "how devices are; nothing is changed",
    ("GET", "/api/1/fleet"): "the same over the wire",
    ("GET", "/api/1/authority"): "public: every device and tablet asks for it",
    ("GET", "/manager/restored"): "a list to be gone through; ticking it off asks",
}


@pytest.fixture(scope="module")
def stale(migrated, tmp_path_factory):
    """An administrator and manager whose password was typed six minutes ago: the house, and what the browser sends."""
    house = opened(migrated, tmp_path_factory.mktemp("fresh"))
    house.person("ada", "administrator", "manager")
    browser = house.browser("loopback")
    browser.signs_in("ada")
    house.clock.later(minutes=6)
    said = {"host": "127.0.0.1:8080", "origin": "http://127.0.0.1:8080", "cookie": f"kiosk_session={browser.cookie('kiosk_session')}"}
    yield house, said
    house.app.hub.database.close()


def test_every_sensitive_route_of_the_url_map_has_its_row(stale):
    """Users, devices, backup, restore, erasure: by the words in their addresses; and every row has its route."""
    house, _ = stale

    sensitive = {route for route in url_map(house) if SENSITIVE.search(route[1])}

    assert sensitive - FRESH - OPEN.keys() == set()
    assert url_map(house) >= FRESH
    assert not FRESH & OPEN.keys()


def test_every_sensitive_command_has_its_row():
    """By their names, whatever route they come by."""
    assert {kind for kind in COMMANDS if re.search("eras|restore|backup", kind)} == FRESH_COMMANDS


@pytest.mark.parametrize("route", sorted(FRESH), ids=" ".join)
def test_a_sensitive_route_asks(stale, route):
    """Six minutes after the password nothing is done: a page asks for it, the wire says password_needed."""
    house, said = stale
    method, rule = route

    status, headers, body = native(house, method, re.sub(r"<(?:\w+:)?(\w+)>", "zzz", rule), said)

    asks = b"password_again" in body if headers["content-type"].startswith("text/html") else b'"password_needed"' in body
    assert (status, asks) == (403, True)


@pytest.mark.parametrize("kind", sorted(FRESH_COMMANDS))
def test_a_sensitive_command_asks(stale, kind):
    """Over the wire, before its body is looked at."""
    house, said = stale

    status, _, body = native(house, "POST", f"/api/1/commands/{kind}", said, envelope({}))

    assert (status, b'"password_needed"' in body) == (403, True)


@pytest.mark.parametrize("route", sorted(route for route in ROUTES if route not in FRESH and route[0] == "GET" and "<" not in route[1] and not route[1].startswith("/static")), ids=" ".join)
def test_what_is_looked_at_all_day_does_not_ask(stale, route):
    """Whoever works with a page is not stopped every five minutes."""
    house, said = stale

    assert b"password_again" not in native(house, *route, said)[2]


@pytest.mark.parametrize("kind", ["tick_off_restore", "erase_customer"])
def test_the_hubs_own_console_is_not_asked(stale, kind):
    """Root could read the database anyway."""
    house, _ = stale

    status, _, body = native(house, "POST", f"/api/1/commands/{kind}", {"host": "localhost"}, envelope({}), "hub.sock")

    assert (status, b"password_needed" in body) == (400, False)
