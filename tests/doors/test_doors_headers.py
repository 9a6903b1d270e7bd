"""What every answer says of itself, whichever route it is of: its type, its policy, and that nobody keeps it; and that looking changes nothing."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from doors_house import PASSWORD, native, opened
from sqlalchemy import func, select

from kiosk.server import schema
from kiosk.server.access import ROUTES, WITH_A_DRAWN_PASSWORD

ROOT = Path(__file__).parents[2] / "kiosk/server"
LOOKED_AT = sorted(rule for method, rule in ROUTES if method == "GET" and not rule.startswith(("/static", "/fonts")))
NEEDS_NO_ONE = {"/", "/first", "/trust", "/C/<token>", "/c/<token>", "/board/<name>"}


def asked(shop, rule):
    """An answer to GET, streams included: status and headers."""
    house, browser = shop
    path = re.sub(r"<(?:\w+:)?(\w+)>", "zzz", rule)
    said = browser._headers() | {"X-Forwarded-Proto": "https"}
    return native(house, "GET", path, {name.lower(): value for name, value in said.items()}, door="nginx.sock")


@pytest.mark.parametrize("rule", LOOKED_AT)
def test_every_answer_is_sealed_whatever_it_is(shop, rule):
    """No guessing of types, no frame around it, no referrer for others, no place in a cache; text says its encoding."""
    _, headers, body = asked(shop, rule)

    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] in {"no-referrer", "same-origin"}
    assert headers["cache-control"] == "no-store"
    assert not body or headers["content-type"] in {"application/json", "application/pdf"} or "charset=utf-8" in headers["content-type"]
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("rule", ["/api/1/views/staff", "/api/1/nothing", "/healthz", "/api/1/openapi.json"])
def test_an_answer_of_the_wire_has_no_rights_as_a_page(shop, rule):
    """Whoever opens it in a browser sees text: sandboxed, nothing loaded, nothing run."""
    assert "sandbox" in asked(shop, rule)[1]["content-security-policy"]


def rows(house):
    """How many rows every table has."""
    with house.app.hub.database.read() as connection:
        return {name: connection.execute(select(func.count()).select_from(table)).scalar_one() for name, table in schema.metadata.tables.items()}


def test_looking_changes_nothing(shop):
    """Every route of GET, one after the other: no table has a row more or less afterwards."""
    house, _ = shop
    before = rows(house)

    for rule in LOOKED_AT:
        asked(shop, rule)

    assert rows(house) == before


@pytest.mark.parametrize("rule", sorted(rule for rule in LOOKED_AT if not rule.startswith(("/api", "/healthz", "/metrics", "/logo")) and "<" not in rule and rule not in NEEDS_NO_ONE))
def test_the_way_out_is_on_every_page_of_somebody_who_is_in(shop, rule):
    """A key, or the door to one's own account where the key is."""
    _, browser = shop

    answer = browser.opens(rule)

    assert answer.status_code != 200 or answer.mimetype != "text/html" or 'action="/sign-out"' in answer.text or 'href="/me"' in answer.text


def test_a_drawn_password_can_always_be_changed_or_given_back():
    """Whoever must choose a password of one's own gets to the page, to the form and to the way out."""
    assert {("GET", "/me"), ("POST", "/me/password"), ("POST", "/sign-out")} <= WITH_A_DRAWN_PASSWORD


def test_every_cookie_is_bound_to_this_host(house):
    """Over TLS whatever is set is Secure, `__Host-`, for no script and for no other site: the language too."""
    browser = house.browser()
    answers = [browser.opens("/"), browser.opens("/?lang=es"), browser.signs_in("ada"), browser.opens("/me?lang=ar")]

    told = [one for answer in answers for one in answer.headers.getlist("Set-Cookie")]

    assert len(told) >= 4
    assert all(one.startswith("__Host-") and "Secure" in one and "HttpOnly" in one and "SameSite=" in one and "Path=/" in one for one in told)
    assert 'lang="ar"' in browser.opens("/me").text


# --- pages and scripts as they are written


class Forms(HTMLParser):
    """The forms of a page with the types of their fields."""

    def __init__(self):
        super().__init__()
        self.forms = []

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "form":
            self.forms.append((told.get("method", "get"), []))
        elif tag == "input" and self.forms:
            self.forms[-1][1].append(told)


@pytest.mark.parametrize("path", ["/me", "/first", "/?with=password", "/people"])
def test_a_secret_is_typed_unseen_and_may_be_pasted(shop, path):
    """Fields of passwords and PINs are masked, go by POST alone, and name themselves to password managers."""
    house, browser = shop
    page = Forms()
    page.feed((browser if path in {"/me", "/people"} else house.browser()).opens(path).text)
    secrets = [(method, one) for method, fields in page.forms for one in fields if re.search("password|^old$|^new$|repeated|pin$", one.get("name", ""))]

    assert secrets or path == "/people"
    assert all(method == "post" and one["type"] == "password" for method, one in secrets)
    assert all(one["autocomplete"] in {"current-password", "new-password"} for _, one in secrets if one.get("inputmode") != "numeric")
    assert not [one for _, one in secrets if "onpaste" in one]


@pytest.mark.parametrize("script", sorted((ROOT / "static").glob("*.js")), ids=lambda one: one.name)
def test_a_script_writes_text_as_text(script):
    """No HTML is made of words, nothing is run that came as words, nobody's paste is caught, and nothing personal is stored."""
    text = script.read_text("utf-8")

    assert not re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|postMessage|onpaste|[\"']paste[\"']", text)
    assert set(re.findall(r"(?:local|session)Storage\.setItem\(([^,]+)", text)) <= {"papers.href"}
    assert not re.findall(r"https?://(?!www\.w3\.org)", text)


# --- passwords


def test_a_long_password_counts_to_its_last_sign(shop):
    """128 characters are taken, and none is cut off."""
    house, _ = shop
    long = "fourteen quiet otters " * 5 + "and one mole 12345"
    house.people.choose_password(house.people.add("console", "otto", "Otto", ["quality"], None).account, long)

    with_all, without_the_last = house.browser().signs_in("otto", long), house.browser().signs_in("otto", long[:-1])

    assert len(long) == 128
    assert (with_all.status_code, without_the_last.status_code) == (303, 401)


def test_a_password_does_not_wear_out(migrated, tmp_path):
    """Two years later it is as good as on the first day."""
    house = opened(migrated, tmp_path)
    house.person("ada", "administrator")
    house.clock.later(days=730)

    answer = house.browser().signs_in("ada")
    house.app.hub.database.close()

    assert answer.status_code == 303


def test_typing_the_password_again_draws_another_token(house):
    """The session goes on, under a token that nobody can have laid ready; the one before opens nothing."""
    browser = house.signed_in("ada")
    before = browser.cookie("__Host-kiosk_session")
    browser.opens("/me")

    browser.posts("/me/again", password_again=PASSWORD, wanted="/people")
    after = browser.cookie("__Host-kiosk_session")
    thief = house.browser()
    thief.client.set_cookie("__Host-kiosk_session", before, domain="lane.valley.example", secure=True)

    assert after != before
    assert browser.is_in()
    assert not thief.is_in()


def test_signing_out_clears_the_browser(house):
    """Its cache is emptied, the session's cookie taken back; every page was `no-store` anyway."""
    browser = house.signed_in("ada")
    browser.opens("/me")

    answer = browser.posts("/sign-out")

    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert any(one.startswith("__Host-kiosk_session=;") for one in answer.headers.getlist("Set-Cookie"))


def test_an_administrator_signs_somebody_out_everywhere(house):
    """From that moment every browser of that person has to sign in again."""
    rosa = house.person("rosa", "quality")
    hers, ada = [house.signed_in("rosa"), house.signed_in("rosa")], house.signed_in("ada")
    ada.opens(f"/people/{rosa.account_id}")

    ada.posts(f"/people/{rosa.account_id}/sessions")

    assert [one.is_in() for one in hers] == [False, False]
    assert ada.is_in()
