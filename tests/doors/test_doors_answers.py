"""Whatever a browser sends or fetches: files under seal, addresses that are ours, forms that are judged, limits that are kept."""

from __future__ import annotations

import re
import secrets
import threading
from html.parser import HTMLParser
from pathlib import Path

import pytest
from doors_house import PASSWORD, envelope, native
from sqlalchemy import text

from kiosk.server.access import ROUTES
from kiosk.server.errors import Busy
from kiosk.server.staff.passwords import MOST_WAITING, Passwords
from kiosk.server.visits.bookings import MOST_BOOKINGS

STATIC = Path(__file__).parents[2] / "kiosk/server/static"
HOSTILE = (
    "javascript:alert(1)",
    "//evil.example/x",
    "https://evil.example",
    '"><b id=evil>',
    "\\\\evil.example",
    "/\t/evil.example",
)
OURS = re.compile(r"(/(?![/\\])|\?|#|tel:\+?[0-9]*$)|$")
LED = {"href", "src", "action", "formaction", "data", "poster", "srcset"}
FORMS = sorted(
    rule
    for method, rule in ROUTES
    if method == "POST" and not rule.startswith("/api") and rule not in {"/sign-out", "/who"}
)
JUNK = (
    "",
    "\x00",
    "x" * 70_000,
    "-1",
    "9" * 400,
    "\ud800".encode("utf-8", "surrogatepass"),
    "{}[]",
    "٣" * 12,
    "../../etc/passwd",
)


class Addresses(HTMLParser):
    """Every address that a page names."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found += [value or "" for name, value in attrs if name in LED]


@pytest.mark.parametrize(
    "path",
    [*sorted(f"/static/{one.name}" for one in STATIC.iterdir()), "/fonts/IBMPlexSansArabic-Bold.ttf"],
)
def test_a_file_is_sealed_and_says_what_it_is(shop, path):
    """Fetched by itself it has no rights as a page, its type is not guessed, and text says its encoding."""
    _, browser = shop

    answer = browser.opens(path)
    answer.close()

    assert answer.status_code == 200
    assert answer.headers.getlist("X-Content-Type-Options") == ["nosniff"]
    assert answer.headers.getlist("Content-Security-Policy") == [
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    ]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.mimetype in {"text/css", "text/javascript", "image/svg+xml", "font/ttf"}
    assert answer.mimetype == "font/ttf" or "charset=utf-8" in answer.headers["Content-Type"]


@pytest.mark.parametrize("path", ["/me", "/people", "/manager", "/fleet", "/trust", "/nothing"])
def test_a_page_loads_no_object_and_has_no_other_base(shop, path):
    """Said in so many words, and scripts come from our own files alone."""
    _, browser = shop

    policy = {
        one.split()[0]: one.split()[1:] for one in browser.opens(path).headers["Content-Security-Policy"].split(";")
    }

    assert policy["object-src"] == policy["base-uri"] == policy["default-src"] == ["'none'"]
    assert policy["script-src"] == policy["style-src"] == ["'self'"]


@pytest.mark.parametrize("words", HOSTILE)
def test_no_page_takes_an_address_from_what_was_asked(shop, words):
    """Whatever stands in a query or in the path, links, forms and pictures of the page are the hub's own."""
    house, browser = shop
    strangers = house.browser()
    asked = {
        "wanted": words,
        "person": words,
        "with": "password",
        "on": words,
        "name": words,
        "done": words,
        "error": words,
    }

    pages = [
        one.asks("GET", path, query_string=asked)
        for one in (browser, strangers)
        for path in (
            "/",
            "/fleet",
            "/appointments",
            "/manager/times",
            "/cashier",
            "/me",
            "/people",
            f"/{words}",
            f"/C/{words}",
        )
    ]

    led = {address for page in pages if page.mimetype == "text/html" for address in Addresses(page.text).found}
    assert led
    assert [one for one in led if not OURS.match(one.removeprefix(browser.base))] == []
    assert [
        one.location for one in pages if one.location and not OURS.match(one.location.removeprefix(browser.base))
    ] == []


@pytest.mark.parametrize("rule", FORMS)
def test_no_form_is_a_fault(shop, rule):
    """Whatever is typed into whichever field: taken or refused, in a sentence, never a fault of ours."""
    house, _ = shop
    browser = house.signed_in("ada")
    path = re.sub(r"<(?:\w+:)?(\w+)>", "zzz", rule)
    page = Path(__file__).parents[2] / "kiosk/server"
    fields = set(
        re.findall(r'form(?:\.get)?[(\[]"(\w+)"', "".join(one.read_text("utf-8") for one in page.rglob("*.py")))
    )

    answers = []
    for junk in JUNK:
        if not browser.is_in():
            browser = house.signed_in("ada")
        answers.append(
            browser.posts(path, **dict.fromkeys(fields - {"form_token", "password_again"}, junk)).status_code
        )

    assert len(fields) > 10
    assert [one for one in answers if one >= 500] == []


def test_what_the_database_keeps_of_a_session_opens_nothing(house):
    """The hub itself looks at each token: its hash, a made-up one, and one with a sign changed are nobody's."""
    browser = house.signed_in("ada")
    token = browser.cookie("__Host-kiosk_session")
    with house.app.hub.database.read() as connection:
        kept = connection.execute(text("SELECT token_hash FROM staff_session")).scalar_one()
    thief = house.browser()

    let_in = []
    for one in (kept, secrets.token_urlsafe(32), ("A" if token[0] != "A" else "B") + token[1:], ""):
        thief.client.set_cookie("__Host-kiosk_session", one, domain="lane.valley.example", secure=True)
        let_in.append(thief.is_in())

    assert let_in == [False] * 4
    assert browser.is_in()


def test_more_hashes_than_may_wait_are_refused():
    """Eight wait for their turn; the ninth is told to come again, and nobody's check-in waits behind them."""
    passwords, gate = Passwords(), threading.Event()
    waiting = [threading.Thread(target=passwords._in_turn, args=(gate.wait,)) for _ in range(MOST_WAITING)]
    for one in waiting:
        one.start()
    while passwords._places.acquire(blocking=False):
        passwords._places.release()

    with pytest.raises(Busy):
        passwords.hashed(PASSWORD)

    gate.set()
    for one in waiting:
        one.join()
    passwords.close()


def test_more_bookings_than_an_import_takes_are_refused(house):
    """Counted before any of them is looked at."""
    body = {"source": "test", "bookings": [{}] * (MOST_BOOKINGS + 1)}

    status, _, answer = native(
        house, "POST", "/api/1/commands/import_appointments", {"host": "localhost"}, envelope(body), "hub.sock"
    )

    assert status == 400
    assert str(MOST_BOOKINGS).encode() in answer


def test_a_page_that_fails_tells_nothing_of_the_inside(house, monkeypatch, caplog):
    """One sentence for whoever asked, under seal; the log has the rest."""
    browser = house.signed_in("ada")
    monkeypatch.setattr(house.people, "sessions_of", lambda _account_id: {}["a secret place"])

    answer = browser.opens("/me")

    assert answer.status_code == 500
    assert not re.search(r"secret place|KeyError|Traceback|\.py", answer.text)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "a secret place" in caplog.text


def test_every_open_session_is_listed_and_ends_one_by_one(house):
    """On one's own page: each browser with its key, and this one without."""
    here, there, further = (house.signed_in("ada") for _ in range(3))
    page = here.opens("/me").text
    listed = re.findall(r'name="session_id" value="([^"]+)"', page)
    hers = house.people.sessions_of(house.people.named("ada").account_id)

    here.posts("/me/sessions", session_id=listed[0])

    assert len(hers) == 3
    assert page.count('class="thing session"') == 3
    assert len(set(listed)) == 2
    assert here.is_in()
    assert sorted([there.is_in(), further.is_in()]) == [False, True]
