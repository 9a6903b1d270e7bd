"""Two stores in one process, asked by name at every door: each answers for itself, and nothing of one is good at the other."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from pathlib import Path

import pytest
from hub_shop import a_booking, us
from hub_streams import Reader
from sqlalchemy import select
from stores_house import fresh_id, two_stores

from kiosk.server import schema
from kiosk.server.commands import COMMANDS
from kiosk.server.devices import tokens
from kiosk.server.staff import accounts, sessions
from kiosk.server.views import VIEWS
from kiosk.server.visits.codes import hashed

pytestmark = pytest.mark.storage
SHOWN = ("Canaria", "Kanarienwagen", "CNRY 1472", "canary wipers")
CANARIES = (*SHOWN, "+19735550199", "canary@example.com")  # phone and mail are shown in part only, by any store
NGINX, CONSOLE = "nginx.sock", "hub.sock"
SEEN = ("staff", "lane/A", "lane-signal/A", "pager/marta", "board/hall", "lane-board/hall")


@pytest.fixture(params=["sqlite", "postgresql"])
def houses(request, tmp_path, clock):
    """Opens both stores: on SQLite with a file each, on PostgreSQL in one database."""
    how = {"template": request.getfixturevalue("template")} if request.param == "sqlite" else {}
    if request.param == "postgresql":
        request.getfixturevalue("server_url")
        how["shared"] = request.getfixturevalue("server_database")
    return lambda *, sign_in: two_stores(tmp_path, clock, sign_in=sign_in, **how)


@pytest.fixture
def two(houses):
    """A hub for trials: whoever asks says who it is."""
    with houses(sign_in=False) as two:
        yield two


@pytest.fixture
def guarded(houses):
    """A hub where people sign in and devices are paired."""
    with houses(sign_in=True) as two:
        yield two


def asked(two, host, method, path, door="loopback", **how):
    """One request to the whole of the process."""

    async def ask():
        async with two.client(host, door) as client:
            return await client.request(method, path, **how)

    return asyncio.run(ask())


def a_customer(two):
    """Somebody of the valley of whom nobody at the hill may hear, and all that is known of the visit."""
    canary = {"display_name": "Canaria Ave", "first_name": "Canaria", "last_name": "Ave", "phone_e164": "+19735550199", "email": "canary@example.com", "concern": "canary wipers"}
    from dataclasses import replace

    vehicle = replace(a_booking().vehicle, make="Kanarienwagen", plate="CNRY 1472")
    two.valley.book(a_booking("R1", two.valley.clock.now(), vehicle=vehicle, **canary))
    two.hill.walk_in()
    token, follow = two.valley.code_for("R1"), f"0{secrets.token_hex(13)[1:]}".upper()
    visit_id = two.valley.scan(token, follow_hash=hashed(follow))["visit_id"]
    staff = two.valley.staff(visit_id)
    return {"visit_id": visit_id, "appointment_id": staff["appointment_id"], "page_id": staff["pages"][0]["page_id"], "token": token, "follow": follow}


def rows_of(shop):
    """Everything that one store has in every table."""
    with shop.database.read() as connection:
        of = shop.store.store_id
        return {name: sorted(map(repr, connection.execute(select(table).where(table.c.store_id == of)))) for name, table in schema.metadata.tables.items()}


def says_nothing(text, known, path=""):
    """Nothing but, perhaps, the id that was asked for."""
    assert not [one for one in CANARIES if one.lower() in text.lower()]
    assert not [one for one in ("visit_id", "appointment_id", "page_id") if known[one] in text and known[one] not in path]


def test_each_name_leads_to_its_store(guarded):
    """On the machine itself, on the console, and by the names of the network, in small or capital letters."""
    names = [("{}.localhost:8080", "loopback"), ("{}.localhost", CONSOLE), ("{}.test", NGINX), ("{}.EXAMPLE.", NGINX)]

    led = {(store_id, host): asked(guarded, host.format(store_id), "GET", "/healthz", door).json()["store"] for store_id in ("valley", "hill") for host, door in names}

    assert led == {(store_id, host): store_id for store_id, host in led}


def test_a_name_that_is_no_stores_gets_a_sentence(guarded):
    """421: on the machine itself with the names that there are; to the network without."""
    names = [("localhost", "loopback"), ("127.0.0.1:8080", CONSOLE), ("valley.test", "loopback"), ("valley.localhost", NGINX), ("elsewhere.example", NGINX), ("", NGINX)]

    for host, door in names:
        answer = asked(guarded, "x", "GET", "/me", door, headers={"Host": host})

        assert (host, answer.status_code, answer.json()["error"]["code"]) == (host, 421, "not_ours")
        assert ("hill.localhost" in answer.text) is (door != NGINX)


def test_no_page_of_one_store_shows_the_other(two):
    """Every route of the map, read by the hill's name with the valley's ids in each of its places; by the valley's all of it is found."""
    known = a_customer(two)
    fills = {"token": [known["token"], known["follow"]], "visit_id": [known["visit_id"]], "appointment_id": [known["appointment_id"]], "paper_id": ["0" * 32], "name": [*SEEN, f"follow/{hashed(known['follow'])}"]}

    async def walk(store_id, whos):
        told = {}
        async with two.client(f"{store_id}.localhost") as client:
            for path in paths(two.flask(store_id), "GET", fills):
                if store_id == "valley" and path.endswith(".pdf"):
                    continue  # drawn by a browser, seconds each
                for who in whos:
                    answer = await client.get(path, headers={"Kiosk-Principal": who})
                    if answer.headers.get("content-type", "").startswith(("text", "application/json")):
                        told[path, who] = answer.text
        return told

    at_hill = asyncio.run(walk("hill", ("manager/ali", "advisor/marta", "cashier/one", "lane/A")))
    at_valley = asyncio.run(walk("valley", ("manager/ali",)))

    for (path, _), text in at_hill.items():
        says_nothing(text, known, path)
    assert len(at_hill) > 150
    assert {one.partition("/")[0] for one in SEEN} == set(VIEWS)
    assert [one for one in SHOWN if not any(one.lower() in text.lower() for text in at_valley.values())] == []


def test_no_form_and_no_command_of_one_store_changes_the_other(two):
    """Every route that takes a form or a body, and every command, sent to the hill with the valley's ids."""
    known = a_customer(two)
    before = rows_of(two.valley)
    fills = {"visit_id": [known["visit_id"]], "appointment_id": [known["appointment_id"]], "kind": sorted(COMMANDS)}
    fields = {"visit_id": known["visit_id"], "page_id": known["page_id"], "appointment_id": known["appointment_id"], "advisor_id": "marta", "language": "en", "reason": "x", "presence": "away"}
    body = {**fields, **two.hill.arrival("A", code_hash=hashed(known["token"])), "lane": "A", "answer": "yes", "approved": True}

    async def walk():
        async with two.client("hill.localhost") as client:
            for path in paths(two.flask("hill"), "POST", fills):
                for who in ("manager/ali", "lane/A"):
                    said = {"Kiosk-Principal": who, "Origin": "http://hill.localhost"}
                    answers = [await client.post(path, headers=said, data={**fields, "command_id": fresh_id()})]
                    command = {"id": fresh_id(), "at": us(two.hill.clock.now()), "body": body}
                    answers.append(await client.post(path, headers=said, json=command))
                    for answer in answers:
                        assert not [one for one in CANARIES if one.lower() in answer.text.lower()]

    asyncio.run(walk())

    assert rows_of(two.valley) == before


def paths(flask, method, fills):
    """Every route of the map that takes this method, with each value in its place; streams stand by themselves."""
    for rule in flask.url_map.iter_rules():
        if method not in rule.methods or rule.endpoint == "static":
            continue
        found = [rule.rule]
        for place in re.findall(r"<(?:\w+:)?(\w+)>", rule.rule):
            found = [re.sub(rf"<(?:\w+:)?{place}>", value, path) for path in found for value in fills.get(place, ["hall"])]
        yield from found


def test_what_happens_in_one_store_is_no_news_in_the_other(two):
    """The valley's desk hears of its customer; the hill's stream of the same name stays as it was."""

    async def watch():
        await two.app.start()
        try:
            desks = [Reader(two.app, "/api/1/views/staff/stream", "manager/ali", host=f"{one}.localhost") for one in ("valley", "hill")]
            for desk in desks:
                await desk.until(lambda one: one.views)
            known = await asyncio.to_thread(a_customer, two)
            await desks[0].until(lambda one: known["visit_id"] in one.body.decode())
            await desks[1].until(lambda one: len(one.views[-1]["visits"]) == 1)
            two.app.end_streams()
            for desk in desks:
                await desk.until(lambda one: one.is_over)
            return known, desks[1].body.decode()
        finally:
            await two.app.stop()

    known, heard = asyncio.run(watch())

    says_nothing(heard, known)


def test_the_same_command_id_counts_once_in_each_store(two):
    """An id is a store's own: the other's answer is never given for it."""
    one_id, path = fresh_id(), "/api/1/commands/check_in"
    told = {}
    for store_id, shop in (("valley", two.valley), ("hill", two.hill)):
        body = {"way": "walk_in", "name": store_id, "reason": "x"}
        command = {"id": one_id, "at": us(shop.clock.now()), "body": shop.arrival("B", **body)}
        for _ in range(2):
            answer = asked(two, f"{store_id}.localhost", "POST", path, json=command, headers={"Kiosk-Principal": "lane/B"})
            told.setdefault(store_id, []).append(answer.json())

    assert [one["replayed"] for one in told["valley"]] == [one["replayed"] for one in told["hill"]] == [False, True]
    assert told["valley"][0]["result"]["visit_id"] != told["hill"][0]["result"]["visit_id"]


def test_a_session_of_one_store_opens_nothing_at_the_other(guarded):
    """The same person's name in both; the cookie of one, shown to the other at any door, is nobody's."""
    cookies = {name: signed_in(shop) for name, shop in (("valley", guarded.valley), ("hill", guarded.hill))}

    def status(store_id, cookie, door=CONSOLE):
        host = f"{store_id}.test" if door == NGINX else f"{store_id}.localhost"
        name = "__Host-kiosk_session" if door == NGINX else "kiosk_session"
        said = {"Cookie": f"{name}={cookie}", "X-Forwarded-Proto": "https", "X-Forwarded-For": "10.0.0.7"}
        return asked(guarded, host, "GET", "/api/1/views/staff", door, headers=said).status_code

    for door in ("loopback", NGINX):
        assert status("valley", cookies["valley"], door) == status("hill", cookies["hill"], door) == 200
        assert {status("hill", cookies["valley"], door), status("valley", cookies["hill"], door)} <= {401, 403}


def signed_in(shop):
    """A manager's session; its token."""
    at = shop.clock.now()
    who = {"user_name": "ali", "display_name": "Ali", "roles": ["manager"], "password_hash": "-"}
    with shop.database.write() as connection:
        made = accounts.add(connection, shop.store.store_id, at, "administrator/test", **who)
        return sessions.begin(connection, shop.store.store_id, made.account_id, at, browser="", screen_id=None, by_password=True)


def test_a_device_of_one_store_is_not_paired_with_the_other(guarded):
    """Both have a lane A; the token of one opens no view, no command and no stream of the other."""
    with guarded.valley.database.write() as connection:
        token = tokens.issue(connection, "valley", "lane/A", "f" * 64, guarded.valley.clock.now(), "administrator/ali")
    said = {"Authorization": f"Bearer {token}"}

    assert asked(guarded, "valley.test", "GET", "/api/1/views/lane/A", NGINX, headers=said).status_code == 200
    for method, path in (("GET", "/api/1/views/lane/A"), ("GET", "/api/1/views/lane/A/stream"), ("POST", "/api/1/commands/check_in")):
        answer = asked(guarded, "hill.test", method, path, NGINX, headers=said, json={} if method == "POST" else None)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not_paired")


def test_a_customers_code_of_one_store_leads_nowhere_at_the_other(guarded):
    """The page at the hill says what it says to a code that was never given out."""
    known = a_customer(guarded)

    pages = [asked(guarded, "hill.example", "GET", f"/c/{token}", NGINX) for token in (known["follow"], known["token"], "0" * 26)]

    assert {one.status_code for one in pages} == {404}
    for one in pages:
        says_nothing(one.text, known)
    assert asked(guarded, "valley.example", "GET", f"/c/{known['follow']}", NGINX).status_code == 200


def test_papers_of_one_store_are_not_found_at_the_other(two):
    """Who knows the name of a file at the valley gets it there, and nothing at the hill."""
    paper_id = fresh_id()
    folder = Path(two.of["valley"][0].hub.folder) / "papers"
    folder.mkdir()
    (folder / f"{paper_id}.pdf").write_bytes(b"%PDF of the valley")

    told = {one: asked(two, f"{one}.localhost", "GET", f"/papers/{paper_id}.pdf", headers={"Kiosk-Principal": "manager/ali"}) for one in ("valley", "hill")}

    assert (told["valley"].status_code, told["valley"].content) == (200, b"%PDF of the valley")
    assert told["hill"].status_code == 404
    assert b"valley" not in told["hill"].content


def test_each_store_has_an_authority_names_and_addresses_of_its_own(guarded):
    """What a device is told at pairing, and what tickets and tablets show."""
    told = {one: asked(guarded, f"{one}.test", "GET", "/api/1/authority", NGINX).json() for one in ("valley", "hill")}

    assert told["valley"]["fingerprint"] != told["hill"]["fingerprint"]
    assert (guarded.of["valley"][1].devices.authority.names, guarded.of["hill"][1].devices.authority.names) == (("valley.test",), ("hill.test",))
    assert (guarded.valley.hub.public_url, guarded.hill.hub.public_url) == ("https://valley.example", "https://hill.example")


def test_a_lane_gets_no_key_of_another_stores_lane(two):
    """Both have a lane A, on the same day."""
    keys = {json.dumps(shop.view("lane/A")["roster_key"]) for shop in (two.valley, two.hill)}

    assert len(keys) == 2


def test_a_monitor_reads_all_stores_at_one_address(two):
    """Each figure with its store; whether all work; and nobody's name."""
    a_customer(two)

    figures = asked(two, "127.0.0.1:8080", "GET", "/metrics").text
    lives, works = (asked(two, "localhost", "GET", path).json() for path in ("/healthz", "/healthz/ready"))

    assert 'kiosk_visits_open{stage="checked_in",store="valley"} 1.0' in figures
    assert 'kiosk_visits_open{stage="checked_in",store="hill"} 1.0' in figures
    assert figures.count("# TYPE kiosk_visits_open gauge") == 1
    assert "anari" not in figures
    assert (lives["ok"], sorted(lives["stores"]), works) == (True, ["hill", "valley"], {"ok": True, "wrong": []})
    assert asked(two, "valley.test", "GET", "/metrics", NGINX).status_code == 403


def test_a_store_whose_database_is_away_is_named(tmp_path, clock, template):
    """Each has a file of its own: the monitor learns which of them it is, and the other works on."""
    with two_stores(tmp_path, clock, sign_in=False, template=template) as two:
        with two.hill.database.write() as connection:
            connection.exec_driver_sql("ALTER TABLE store RENAME TO away")

        answer = asked(two, "localhost", "GET", "/healthz/ready")
        figures = asked(two, "localhost", "GET", "/metrics").text

        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert [one.partition(":")[0] for one in answer.json()["wrong"]] == ["hill"]
        assert 'kiosk_store_read{store="hill"} 0.0' in figures
        assert 'kiosk_store_read{store="valley"} 1.0' in figures
        assert 'kiosk_seq{store="valley"}' in figures
        assert asked(two, "valley.localhost", "GET", "/healthz/ready").status_code == 200
