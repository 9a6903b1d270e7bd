"""What stands at the doors: sockets, hosts, tokens, forms, headers, waits, and streams that end with their credential."""

from __future__ import annotations

import contextlib
import socket
import threading
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from doors_house import HOST, PASSWORD, PATIENCE_S, PUBLIC, STORE, envelope, native, opened, served_by
from noticing import Noticing

from kiosk.server.app import create_app
from kiosk.server.database import Database
from kiosk.server.devices import tokens
from kiosk.server.doors import LOOKED_AT_EVERY_S, REMEMBERED_S
from kiosk.server.serve import listen_on
from kiosk.server.staff.limits import ACCOUNT, ADDRESS, PAIR, Attempt, Delays
from kiosk.settings import Hub, Settings

AT = datetime(2026, 11, 24, 15, tzinfo=UTC)


# --- who asks


@pytest.mark.parametrize("said", [{"kiosk-principal": "administrator/x"}, {"cookie": "kiosk_principal=administrator/x"}])
def test_nobody_is_taken_at_their_word(house, said):
    """Where people sign in, a principal that a request names is nobody's."""
    status, _, _ = native(house, "GET", "/api/1/appointments", {"host": "127.0.0.1:8080", **said})

    assert status == 403


def test_a_hub_without_sign_in_answers_nothing_that_comes_from_the_network(migrated, tmp_path):
    """Whatever it is: through nginx everything is refused."""
    house = opened(migrated, tmp_path, sign_in=False)

    over_nginx = [house.browser().opens(path).status_code for path in ("/", "/healthz", "/advisor", "/static/staff.css")]
    command = native(house, "POST", "/api/1/commands/greet", {"host": HOST, "kiosk-principal": "advisor/marta"}, envelope({}), "nginx.sock")[0]
    here = native(house, "GET", "/api/1/appointments", {"host": "127.0.0.1", "kiosk-principal": "advisor/marta"})[0]
    house.app.hub.database.close()

    assert set(over_nginx) == {403}
    assert (command, here) == (403, 200)


@pytest.mark.parametrize("said", ["Bearer nothing", "Bearer " + "x" * 43, "bearer  "])
def test_a_token_that_opens_nothing_is_told_so(house, said):
    """401, with the way to ask; not a customer by mistake."""
    status, headers, body = native(house, "GET", "/api/1/views/board/hall", {"host": "127.0.0.1", "authorization": said})

    assert (status, headers.get("www-authenticate")) == ((401, "Bearer") if "x" in said or "nothing" in said else (403, None))
    assert b"error" in body


def device_token(house, name="lane/A"):
    with house.app.hub.database.write() as connection:
        return tokens.issue(connection, STORE.store_id, name, "f" * 64, house.clock.now(), "administrator/x")


def test_a_devices_token_makes_it_that_device_whatever_else_it_says(house):
    """The token counts; a principal beside it does not."""
    token = device_token(house)
    said = {"host": "127.0.0.1", "authorization": f"Bearer {token}", "kiosk-principal": "administrator/x"}

    statuses = [native(house, "GET", f"/api/1/views/{view}", said)[0] for view in ("lane/A", "lane/B", "staff")]

    assert statuses == [200, 403, 403]


def test_forwarded_headers_are_believed_on_nginxs_socket_alone(house):
    """On loopback they are words: no TLS, and the address is the other end's."""
    liar, honest = house.browser("loopback"), house.browser()

    plain = liar.asks("GET", "/", headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "10.9.9.9"})
    over_tls = honest.opens("/")

    assert "__Host-" not in str(plain.headers.getlist("Set-Cookie"))
    assert "__Host-kiosk_form" in str(over_tls.headers.getlist("Set-Cookie"))


def test_without_tls_the_network_has_no_session(house):
    """A cookie that came over plain HTTP through nginx is not looked at."""
    browser = house.signed_in("ada")
    token = browser.cookie("__Host-kiosk_session")
    plain = house.browser(proto="http")
    plain.client.set_cookie("kiosk_session", token, domain="127.0.0.1")
    plain.client.set_cookie("__Host-kiosk_session", token, domain="127.0.0.1")

    assert not plain.is_in()


def test_the_command_line_is_believed_on_its_own_socket(house):
    """There it is the administrator; the same words on loopback are nobody's."""
    body = {"user_name": "rosa", "display_name": "Rosa", "roles": ["quality"]}

    inside = native(house, "POST", "/api/1/staff", {"host": "localhost", "content-type": "application/json"}, body, "hub.sock")[0]
    outside = native(house, "POST", "/api/1/staff", {"host": "localhost", "content-type": "application/json"}, body | {"user_name": "eve"})[0]

    assert (inside, outside) == (200, 403)


# --- pages of others


@pytest.mark.parametrize("said", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": None, "Sec-Fetch-Site": None}])
def test_another_sites_page_does_nothing_with_our_cookie(house, said):
    """Another origin, or a browser that does not say from where: the form is refused, token or not."""
    browser = house.signed_in("ada")
    browser.opens("/me")

    assert browser.posts("/me/sessions", headers=said).status_code == 403


def test_a_form_without_its_token_is_refused(house):
    """Missing, made up, or another session's."""
    browser, other = house.signed_in("ada"), house.signed_in("ada")
    other.opens("/me")

    statuses = [browser.posts("/me/sessions", form_token=token).status_code for token in ("", "0" * 32, other.token)]
    browser.opens("/me")

    assert statuses == [403, 403, 403]
    assert browser.posts("/me/sessions").status_code == 303


def test_the_sign_in_form_has_a_token_too(house):
    """Nobody is signed in as somebody else by another site's form."""
    browser = house.browser()
    browser.opens("/")

    refused = browser.asks("POST", "/sign-in", data={"user_name": "ada", "password": PASSWORD})

    assert refused.status_code == 403
    assert not browser.is_in()


@pytest.mark.parametrize("path", ["/", "/first", "/me", "/people", "/advisor", "/nothing/here", "/c/nothing"])
def test_every_page_is_sealed(house, path):
    """Our own files only, nothing inline, no frame, no guessing, no referrer for others, nothing kept."""
    answer = house.signed_in("ada").opens(path)

    if answer.status_code != 303:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert not [one for one in ("<style", "onclick=", " style=", "<script>") if one in answer.text]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] in {"no-referrer", "same-origin"}
    assert answer.headers["Cache-Control"] == "no-store"


# --- the password once more


def test_people_and_screens_want_the_password_every_five_minutes(house):
    """The page asks for it and goes on; a wrong one does not."""
    browser = house.signed_in("ada")
    first = browser.opens("/people")
    house.clock.later(minutes=6)

    asked = browser.opens("/people")
    wrong = browser.posts("/me/again", password_again="not this", wanted="/people")
    browser.posts("/me/again", password_again=PASSWORD, wanted="/people")

    assert (first.status_code, asked.status_code, wrong.status_code) == (200, 403, 401)
    assert 'name="password_again"' in asked.text
    assert browser.opens("/people").status_code == 200


def test_a_form_that_was_held_up_goes_on_with_the_password(house):
    """What was typed is sent along: nobody fills a form in twice."""
    browser = house.signed_in("ada")
    browser.opens("/people")
    house.clock.later(minutes=6)

    asked = browser.posts("/people", user_name="rosa", display_name="Rosa", roles=["quality", "parts"])
    browser.posts("/people", user_name="rosa", display_name="Rosa", roles=["quality", "parts"], password_again=PASSWORD)

    assert asked.status_code == 403
    assert 'name="roles" value="quality"' in asked.text
    assert 'name="roles" value="parts"' in asked.text
    assert house.people.named("rosa").roles == {"quality", "parts"}


def test_a_pin_is_not_the_password(house):
    """An administrator who came in by PIN types the password for people; over the wire it is a code."""
    ada = house.people.named("ada")
    house.people.choose_pin(ada, "730518")
    screen = house.shared_screen()
    screen.types_pin(ada, "730518")

    page, wire = screen.opens("/people"), screen.opens("/api/1/staff")

    assert (page.status_code, wire.status_code, wire.get_json()["error"]["code"]) == (403, 403, "password_needed")


# --- whoever guesses


def test_the_wait_grows_with_the_misses():
    """Three are free, then one second, two, four, at most a minute; after a quarter of an hour all is forgotten."""
    delays, attempt = Delays(), Attempt("ada", "10.0.0.9")

    waits = []
    for _ in range(12):
        delays.missed(attempt, AT)
        waits.append(int(delays.wait(attempt, AT).total_seconds()))

    assert waits == [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert delays.wait(attempt, AT + timedelta(minutes=15)) == timedelta()


def test_strangers_cannot_keep_a_person_away():
    """A thousand misses from a thousand addresses: the account's own wait stays at five seconds, a known browser's at none."""
    delays = Delays()
    for n in range(1000):
        delays.missed(Attempt("ada", f"10.0.{n // 250}.{n % 250}"), AT)

    assert delays.wait(Attempt("ada", "192.168.1.5"), AT) == timedelta(seconds=ACCOUNT.most_s)
    assert delays.wait(Attempt("ada", "10.0.0.1", known="k"), AT) == timedelta()
    assert delays.wait(Attempt("rosa", "192.168.1.5"), AT) == timedelta()


def test_an_address_that_tries_many_names_waits():
    """Ten names with one password each are no way round; an IPv6 network counts as one address."""
    delays = Delays()
    for n in range(20):
        delays.missed(Attempt(f"name{n}", f"2001:db8::{n:x}"), AT)

    assert delays.wait(Attempt("another", "2001:db8::ffff"), AT) == timedelta(seconds=ADDRESS.most_s)
    assert delays.wait(Attempt("another", "2001:db8:1::1"), AT) == timedelta()
    assert PAIR.free < ADDRESS.free < ACCOUNT.free


def test_while_one_waits_not_even_the_right_password_is_looked_at(house):
    """429 with the seconds, in words; a browser that is known goes in at once."""
    known = house.signed_in("ada")
    known.opens("/me")
    known.posts("/sign-out")
    guesser = house.browser(address="10.0.0.66")
    for _ in range(6):
        guesser.signs_in("ada", "a wrong guess")
        house.clock.later(seconds=0.1)

    refused, welcome = guesser.signs_in("ada"), known.signs_in("ada")

    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1
    assert "Too many tries" in refused.text
    assert welcome.status_code == 303


def test_few_may_wait_for_a_hash(house):
    """The ninth at once is told to come again; no thread of the screens stands still for it."""
    people, gate, begun = house.people, threading.Event(), threading.Semaphore(0)
    real = people.passwords._verified
    people.passwords._verified = lambda *what: (begun.release(), gate.wait(PATIENCE_S), real(*what))[-1]
    waiting = [threading.Thread(target=people.passwords.fits, args=("x", None)) for _ in range(8)]
    for one in waiting:
        one.start()
    assert begun.acquire(timeout=PATIENCE_S)
    Noticing().until("there are places", lambda: not people.passwords._places._value)

    answer = house.browser().signs_in("ada")
    gate.set()
    for one in waiting:
        one.join(PATIENCE_S)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"


# --- over real sockets


@pytest.fixture
def served(migrated, tmp_path):
    """A hub on loopback, on nginx's socket and on the command line's."""
    (tmp_path / "hub.db").write_bytes(migrated.read_bytes())
    database = Database(f"sqlite:///{tmp_path}/hub.db")
    app = create_app(database, STORE, Settings(hub=Hub(folder=str(tmp_path), public_url=PUBLIC)), screens=())
    short = tmp_path / "s"
    with served_by(app, listen_on(short / "nginx.sock", for_group=True), listen_on(short / "hub.sock", for_group=False)) as address:
        yield app, address, short
    database.close()


def reads_a_stream(client, url, said, first, over):
    """Read a stream until it ends; tell when it began and when it was over."""
    with contextlib.suppress(httpx.TransportError), client.stream("GET", url, headers=said, timeout=None) as stream:
        for line in stream.iter_lines():
            if line.startswith("data:"):
                first.set()
    over.set()


def test_a_revoked_device_loses_its_open_stream(served):
    """Its stream is cut, and the next one is refused; another device goes on listening."""
    app, address, _ = served
    with app.hub.database.write() as connection:
        token, other = (tokens.issue(connection, STORE.store_id, name, "f" * 64, datetime.now(UTC), "x") for name in ("board/hall", "board/door"))
    first, over, other_first, other_over = (threading.Event() for _ in range(4))
    with httpx.Client() as client:
        for secret, name, begins, ends in ((token, "hall", first, over), (other, "door", other_first, other_over)):
            said = {"Authorization": f"Bearer {secret}"}
            threading.Thread(target=reads_a_stream, args=(client, f"{address}/api/1/views/board/{name}/stream", said, begins, ends), daemon=True).start()
        assert first.wait(PATIENCE_S)
        assert other_first.wait(PATIENCE_S)

        with app.hub.database.write() as connection:
            tokens.revoke(connection, STORE.store_id, "board/hall", datetime.now(UTC), "administrator/x")

        assert over.wait(PATIENCE_S)
        assert not other_over.is_set()
        assert client.get(f"{address}/api/1/views/board/hall", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_who_is_taken_off_is_out_within_five_seconds():
    """How long something found is believed, and how long until streams are looked at, together; also in another process of the hub's."""
    assert REMEMBERED_S + LOOKED_AT_EVERY_S < 5


def test_a_person_who_is_shut_out_loses_the_open_stream(served):
    """The page that lies open somewhere is told nothing more."""
    app, address, _ = served
    drawn = app.people.add("console", "marta", "Marta", ["advisor"], "marta")
    app.people.add("console", "ada", "Ada", ["administrator"], None)
    app.people.choose_password(drawn.account, PASSWORD)
    from kiosk.server.staff.signing_in import Place, SigningIn

    token = SigningIn(app.people).by_password("marta", PASSWORD, Place("127.0.0.1")).token
    first, over = threading.Event(), threading.Event()
    with httpx.Client() as client:
        said = {"Cookie": f"kiosk_session={token}"}
        threading.Thread(target=reads_a_stream, args=(client, f"{address}/api/1/views/staff/stream", said, first, over), daemon=True).start()
        assert first.wait(PATIENCE_S)

        app.people.disable("administrator/x", drawn.account.account_id)

        assert over.wait(PATIENCE_S)


def test_a_sockets_name_is_its_door(served):
    """Over the command line's socket an administrator asks; over nginx's a customer, and TLS is as nginx says."""
    _, address, folder = served

    def asks(path, **how):
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(folder / path)) if path else None) as client:
            return client.get(("http://localhost" if path else address) + "/api/1/staff", **how).status_code

    assert (asks("hub.sock"), asks("nginx.sock"), asks("")) == (200, 403, 403)
    with socket.socket(socket.AF_UNIX) as probe:
        probe.connect(str(folder / "hub.sock"))
