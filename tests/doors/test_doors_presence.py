"""Signing in tells that an advisor is there; leaving a screen says nothing, for the lamp at the desk still reaches them."""

from __future__ import annotations

import secrets

import pytest
from doors_house import PIN

from kiosk.server.access import Principal


@pytest.fixture
def marta(house):
    """An advisor who may sign in."""
    return house.person("marta", "advisor", advisor="marta", pin=PIN)


def presence(house, said=None):
    """What the hub knows of Marta, after she has said something at her desk."""
    hub = house.app.hub
    if said:
        body = {"advisor_id": "marta", "presence": said}
        hub.command("set_presence", Principal("pager", "desks"), secrets.token_hex(16), hub.clock.now(), body)
    return next(one["presence"] for one in hub.view("staff")["advisors"] if one["advisor_id"] == "marta")


@pytest.mark.parametrize(("before", "after"), [("away", "in"), ("off", "in"), ("with_customer", "with_customer"), ("in", "in")])
def test_who_signs_in_is_in(house, marta, before, after):
    """Away and off today are over; who is with a customer is not free because of it."""
    presence(house, before)

    house.signed_in("marta")

    assert presence(house) == after


def test_a_pin_counts_too(house, marta):
    """On the screen that a desk shares."""
    presence(house, "away")

    house.shared_screen().types_pin(marta, PIN)

    assert presence(house) == "in"


@pytest.mark.parametrize(
    ("address", "after"),
    [
        *((one, "in") for one in ("192.168.1.20", "172.20.0.9", "127.0.0.1", "fd00::7", "fe80::7%eth0", "::ffff:10.0.0.9")),
        *((one, "away") for one in ("93.184.216.34", "172.32.0.9", "2a00:1450::7", "::ffff:93.184.216.34", "nginx")),
    ],
)
def test_only_who_signs_in_within_the_house_is_in(house, marta, address, after):
    """A browser in a network of the dealership's own; from home nobody comes to a customer."""
    presence(house, "away")

    answer = house.browser(address=address).signs_in("marta")

    assert answer.status_code == 303
    assert presence(house) == after


def test_a_shared_screen_is_in_the_house_wherever_it_asks_from(house, marta):
    """An administrator has put it up there, whatever network leads to it."""
    screen = house.shared_screen()
    screen.address = "93.184.216.34"
    presence(house, "away")

    screen.types_pin(marta, PIN)

    assert presence(house) == "in"


def test_signing_out_says_nothing(house, marta):
    """The desk's lamp still calls."""
    browser = house.signed_in("marta")

    browser.opens("/me")
    browser.posts("/sign-out")

    assert presence(house) == "in"


def test_a_wrong_password_says_nothing(house, marta):
    """Nobody brings an advisor in by guessing."""
    presence(house, "away")

    house.browser().signs_in("marta", "not this one")

    assert presence(house) == "away"


def test_others_are_no_advisors(house):
    """A manager who signs in changes nobody's state."""
    before = presence(house, "away")
    house.person("boss", "manager")

    house.signed_in("boss")

    assert (before, presence(house)) == ("away", "away")
