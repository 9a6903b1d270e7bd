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
