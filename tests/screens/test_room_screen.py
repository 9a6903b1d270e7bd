"""The waiting room's own page, the key for initials, and the manager's list of visits that nobody touches."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from screen_shop import says

LANGUAGES = ("en", "es", "ar")


def get(shop, path, who, code="en"):
    """A page as somebody of the staff sees it."""
    client = shop.app.flask.test_client()
    client.set_cookie("kiosk_principal", who, domain="localhost")
    client.set_cookie("kiosk_language", code, domain="localhost")
    return client, client.get(path).get_data(as_text=True)


@pytest.mark.parametrize("code", LANGUAGES)
def test_four_taps_and_the_page_says_when(shop, code):
    """Before, that the room was not checked today; after the key, at which time it was."""
    client, before = get(shop, "/room", "cashier/1", code)
    command = re.search(r'name="command" value="(\w+)"', before)[1]

    client.post("/do/check_room", data={"command": command, "back": "/room", "clean": "yes", "coffee": "yes"})
    after = client.get("/room").get_data(as_text=True)

    assert says("room.never", code) in before
    assert says("room.last", code, time="10:31") in re.sub(r"<[^>]+>", "", after)
    assert shop.hub.view("board/hall")["room_checked_at"]


def test_initials_are_put_on_the_board_and_taken_off(shop):
    """The same key on the visit's page does both."""
    shop.book(shop.booking("1", "Lucía Campos"))
    visit_id = shop.arrive("1")
    seen = []

    for _ in range(2):
        client, html = get(shop, f"/advisor/visits/{visit_id}", "advisor/marta")
        form = re.search(rf'id="allow_initials-{visit_id}">.*?</form>', html, re.DOTALL)[0]
        client.post("/do/allow_initials", data=dict(re.findall(r'name="(\w+)" value="([^"]*)"', form)))
        seen.append(shop.hub.view("board/hall")["rows"][0].get("initials"))

    assert seen == ["L. C.", None]


def test_a_forgotten_visit_stands_on_the_managers_list(shop):
    """A visit that nobody has touched for three open days is there with its ticket, and not before."""
    shop.book(shop.booking("1", "Lucía Campos"))
    visit_id = shop.arrive("1")
    shop.move_to(visit_id, "in_service")
    before = get(shop, "/manager", "manager/manager")[1]
    shop.clock.at += timedelta(days=7)

    after = get(shop, "/manager", "manager/manager")[1]

    assert 'id="forgotten"' not in before
    assert "A-001" in re.search(r'id="forgotten">.*?</section>', after, re.DOTALL)[0]
