"""What the log tells of the doors: who came in, who did not, and what was refused, with when, where and why, and no secret."""

from __future__ import annotations

import io
import json
import logging

import pytest
from doors_house import PASSWORD, envelope, native

from kiosk.server.devices import tokens
from kiosk.server.logs import OneLine


@pytest.fixture
def lines():
    """What the log has had since, line by line, as it stands in the journal."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(OneLine())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(one) for one in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(before)


def said(lines, words):
    return [one for one in lines() if words in one["says"]]


def test_who_comes_in_and_who_does_not_is_written(house, lines):
    """With the account's id, the way, and the address; a wrong password and an unknown name too."""
    ada = house.people.named("ada")
    browser = house.browser(address="10.0.0.99")
    browser.signs_in("ada", "a wrong guess")
    browser.signs_in("nobody-at-all", "a wrong guess")

    browser.signs_in("ada")
    browser.opens("/me")
    browser.posts("/sign-out")

    assert [one["level"] for one in said(lines, "sign-in refused")] == ["WARNING", "WARNING"]
    assert said(lines, f"account {ada.account_id} signed in with a password, from 10.0.0.99")
    assert said(lines, f"account {ada.account_id} signed out")


def test_the_password_once_more_is_written(house, lines):
    """Right and wrong."""
    browser = house.signed_in("ada")
    browser.opens("/me")

    browser.posts("/me/again", password_again="not this one", wanted="/people")
    browser.posts("/me/again", password_again=PASSWORD, wanted="/people")

    assert len(said(lines, "sign-in refused")) == 1
    assert len(said(lines, "typed the password once more")) == 1


def test_what_somebody_may_not_is_written(house, lines):
    """A page, a command, and a token that opens nothing: who, from where, which route, which status and code."""
    account = house.person("rosa", "quality")
    rosa = house.signed_in("rosa")

    rosa.opens("/people")
    rosa.commands("check_in")
    native(house, "GET", "/api/1/fleet", {"host": "127.0.0.1", "authorization": "Bearer " + "x" * 43})

    told = [(one["status"], one["route"], one["level"]) for one in said(lines, "request refused")]
    assert told == [(403, "/people", "WARNING"), (403, "/api/1/commands/<kind>", "WARNING"), (401, "/api/1/fleet", "WARNING")]
    assert all(one["address"] for one in said(lines, "request refused"))
    hers = f"quality/{account.account_id}"
    assert [one["actor"] for one in said(lines, "request refused")] == [hers, hers, ""]


def test_what_goes_round_the_rules_is_written(house, lines):
    """A body that is none, a step out of order, an id used twice, too many tries: as notes, for they happen."""
    with house.app.hub.database.write() as connection:
        token = tokens.issue(connection, house.app.hub.store.store_id, "lane/A", "f" * 64, house.clock.now(), "x")
    lane = {"host": "127.0.0.1", "authorization": f"Bearer {token}"}
    one = envelope({"version": "1", "trouble": []})

    native(house, "POST", "/api/1/commands/check_in", lane, envelope({}))
    native(house, "POST", "/api/1/commands/ask_for_help", lane, one | {"body": {"lane": "A", "language": "en"}})
    native(house, "POST", "/api/1/commands/ask_for_help", lane, one | {"body": {"lane": "A", "language": "es"}})
    guesser = house.browser(address="10.0.0.66")
    for _ in range(6):
        guesser.signs_in("ada", "a wrong guess")

    told = {(one["status"], one["code"]) for one in said(lines, "request refused")}
    assert {(400, "bad_request"), (422, "id_reused")} <= told
    assert 429 in {status for status, _ in told}


def test_a_line_tells_when_where_and_what_and_no_secret(house, lines):
    """UTC to the millisecond, the part of the program, the words; no password, token or form's secret is in any."""
    browser = house.signed_in("ada")
    secrets = [PASSWORD, browser.cookie("__Host-kiosk_session"), browser.token]
    browser.opens("/people")
    browser.opens(f"/c/{'K' * 26}")

    assert lines()
    assert all(one["at"].endswith("+00:00") and one["from"] and one["level"] and one["says"] for one in lines())
    assert not [one for one in lines() for secret in (*secrets, "K" * 26) if secret in json.dumps(one)]
