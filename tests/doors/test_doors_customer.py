"""The customer's screen: behind a code, one's own visit only, nothing to guess, nothing kept."""

from __future__ import annotations

import re
import secrets

import pytest
from doors_house import native
from sqlalchemy import text

from kiosk.server.screens.customer import MOST_MISSES


def customer(house, name, number):
    """Somebody with an appointment, and the code for it."""
    booking = {
        "source": "test", "number": number, "starts_at": house.clock.now().isoformat(), "zone": "America/New_York", "display_name": name,
    }
    from kiosk.domain.appointment import Booking
    from kiosk.server.appointments.wire import booking_to_json

    made = Booking(**booking | {"starts_at": house.clock.now(), "first_name": name, "last_name": name})
    body = {"source": "test", "bookings": [booking_to_json(made)]}
    house.app.hub.command("import_appointments", "manager/x", secrets.token_hex(16), house.clock.now(), body)
    shown = house.app.hub.command("show_code", "manager/x", secrets.token_hex(16), house.clock.now(), {"number": number})
    return shown["token"]


def same(page):
    """A page without what is new in every answer."""
    return re.sub(r'data-now="\d+"', "", page.text)


def test_each_of_two_customers_sees_one_appointment(house):
    """The one of the code in the address; of the other not a word, whatever else the browser has."""
    ana, ben = customer(house, "Ana", "R-1001"), customer(house, "Ben", "R-2002")
    browser = house.browser()

    hers, his = browser.opens(f"/C/{ana}"), browser.opens(f"/c/{ben.lower()}")

    assert (hers.status_code, his.status_code) == (200, 200)
    assert ("R-1001" in hers.text, "R-2002" in hers.text, "R-2002" in his.text, "R-1001" in his.text) == (True, False, True, False)


@pytest.mark.parametrize("what", ["wrong", "revoked", "expired", "not one"])
def test_a_code_that_opens_nothing_says_the_same_whatever_it_was(house, what):
    """Wrong, revoked, expired or no code at all: equal answers, so that nobody learns that there was one."""
    token = customer(house, "Ana", "R-1001")
    unknown = house.browser().opens("/C/" + "7" * 26)
    shown = {"wrong": "5" * 26, "not one": "hello"}.get(what, token)
    with house.app.hub.database.write() as connection:
        if what in {"revoked", "expired"}:
            column = {"revoked": "revoked_at", "expired": "expires_at"}[what]
            connection.execute(text(f"UPDATE code SET {column} = 1"))

    answer = house.browser().opens(f"/C/{shown}")

    assert answer.status_code == unknown.status_code == 404
    assert same(answer) == same(unknown)


def test_a_customer_finds_nothing_by_asking(house):
    """No list, no search, no view of others, no command: a code is all there is."""
    customer(house, "Ana", "R-1001")
    paths = ("/api/1/appointments", "/api/1/views/staff", "/api/1/views/board/x", "/api/1/views/lane/A", "/api/1/staff")

    statuses = {native(house, "GET", path, {"host": "127.0.0.1"})[0] for path in paths}

    assert statuses == {403}
    assert native(house, "GET", f"/api/1/views/follow/{'0' * 64}", {"host": "127.0.0.1"})[0] == 404


def test_whoever_tries_many_codes_waits_and_others_do_not(house):
    """Thirty misses from one address within a minute; another address, and the next minute, are free."""
    token = customer(house, "Ana", "R-1001")
    guesser, other = house.browser(address="10.0.0.66"), house.browser(address="10.0.0.8")
    for _ in range(MOST_MISSES):
        guesser.opens("/C/" + "7" * 26)

    refused, welcome = guesser.opens(f"/C/{token}"), other.opens(f"/C/{token}")
    house.clock.later(seconds=61)

    assert (refused.status_code, welcome.status_code) == (429, 200)
    assert int(refused.headers["Retry-After"]) == 60
    assert guesser.opens(f"/C/{token}").status_code == 200


def test_nothing_of_it_is_kept_or_handed_on(house, caplog):
    """no-store, no referrer, no frame, not indexed; and the token stands in no log."""
    token = customer(house, "Ana", "R-1001")

    answer = house.browser().opens(f"/C/{token}")

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert token.lower() not in caplog.text.lower()
