"""Codes for customers: shown once, kept as hashes, valid side by side."""

from __future__ import annotations

import json

import pytest
from hub_shop import Shop, a_booking, clock_at

from kiosk.domain.codes import OurToken, read_code, typed_digits
from kiosk.server import schema
from kiosk.server.errors import BadRequest, NotFound, RulesRefuse
from kiosk.server.visits.codes import hashed

pytestmark = pytest.mark.storage


def test_a_code_is_a_token_and_eight_digits(shop):
    """Drawn anew, readable by the lane, with the address that shows it."""
    shop.book(a_booking("R1"))

    shown = shop.do("show_code", "advisor/marta", number="R1")

    assert read_code(shown["token"]) == OurToken(shown["token"])
    assert typed_digits(shown["digits"]) == shown["digits"]
    assert shown["url"] == f"/c/{shown['token']}"


def test_the_address_is_the_public_one(database, clock):
    """With `public_url` the code page is found from outside."""
    shop = Shop(database, clock, public_url="https://lane.valley.example")
    shop.book(a_booking("R1"))

    shown = shop.do("show_code", "advisor/marta", number="R1")

    assert shown["url"] == f"https://lane.valley.example/c/{shown['token']}"


def test_every_showing_is_a_new_code_and_all_stay_valid(shop):
    """The e-mail of last week opens the door too."""
    shop.book(a_booking("R1"))
    tokens = [shop.code_for("R1") for _ in range(3)]

    answers = [shop.scan(one) for one in tokens]

    assert len(set(tokens)) == 3
    assert len({one["visit_id"] for one in answers}) == 1


def test_a_code_is_told_once_and_kept_nowhere(shop):
    """The database has hashes only; the same command again cannot tell the code and says so."""
    shop.book(a_booking("R1"))
    shown = shop.send("show_code", "advisor/marta", "d" * 32, {"number": "R1"})

    with pytest.raises(RulesRefuse) as refused:
        shop.send("show_code", "advisor/marta", "d" * 32, {"number": "R1"})

    assert refused.value.code == "shown_once"
    dump = str([shop.everything(table) for table in schema.metadata.tables.values()])
    assert hashed(shown["token"]) in dump
    assert shown["token"] not in dump
    assert shown["digits"] not in dump


def test_the_roster_has_what_lets_a_lane_decide_alone(shop, clock):
    """Hashes of the newest code and digits, and of the number with the end of the phone."""
    shop.book(a_booking("R1"))
    for _ in range(3):
        newest = shop.do("show_code", "advisor/marta", number="R1")
        clock.later(seconds=1)

    row = shop.view("lane/A")["roster"][0]

    assert row["code_hashes"] == [hashed(newest["token"])]
    assert set(row["typed_hashes"]) == {hashed("number:R1/0147"), hashed(f"digits:{newest['digits']}")}


def test_without_a_phone_the_number_alone_opens_nothing(shop):
    """Both must fit, so there is no typed way in."""
    shop.book(a_booking("R1", phone_e164=None, phone_written=""))

    assert "typed_hashes" not in shop.view("lane/A")["roster"][0]


def test_a_code_for_an_appointment_that_nobody_knows(shop):
    """Not found; naming neither id nor number is a bad request."""
    with pytest.raises(NotFound):
        shop.do("show_code", "advisor/marta", number="R9")
    with pytest.raises(NotFound):
        shop.do("show_code", "advisor/marta", appointment_id="f" * 32)
    with pytest.raises(BadRequest):
        shop.do("show_code", "advisor/marta")


def test_an_appointments_code_follows_it_until_it_is_a_visit_and_on(shop):
    """Before arrival the customer sees the appointment, afterwards the visit, and nobody else's."""
    shop.book(a_booking("R1", clock_at(9)), a_booking("R2", clock_at(9), display_name="Somebody Else"))
    token = shop.code_for("R1")
    before = shop.view(f"follow/{hashed(token)}")
    shop.scan(token)

    after = shop.view(f"follow/{hashed(token)}")

    assert (before["stage"], before["ticket"], before["starts_at"]) == ("booked", None, (clock_at(9).timestamp()) * 1_000_000)
    assert (after["stage"], after["ticket"]) == ("checked_in", "A-001")
    assert "Somebody" not in json.dumps([before, after])


@pytest.mark.parametrize("name", ["follow", "follow/", "follow/abc", f"follow/{'0' * 64}"])
def test_a_code_that_leads_nowhere_shows_nothing(shop, name):
    """Not found, whatever is wrong with it."""
    with pytest.raises(NotFound):
        shop.view(name)
