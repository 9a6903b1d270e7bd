"""Two stores in one database: every view, route and command of one, asked with all that is known of the other. Nothing crosses."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import replace

import pytest
from hub_shop import STORE, Shop, a_booking, us, words
from sqlalchemy import select

from kiosk.server import schema
from kiosk.server.app import create_app
from kiosk.server.commands import COMMANDS
from kiosk.server.errors import Answered
from kiosk.server.views import VIEWS
from kiosk.server.visits.codes import hashed
from kiosk.settings import Hub, Papers, Settings

pytestmark = pytest.mark.storage
HILL = replace(STORE, store_id="hill", name=words("Hill Motors"))
CANARIES = ("Canaria", "Kanarienwagen", "CNRY 1472", "+19735550199", "canary@example.com", "canary wipers")
MANAGER = "manager/ali"


@pytest.fixture
def stores(database, clock):
    """The valley with a customer of whom nobody at the hill may hear; the hill with the same numbers and a quiet day."""
    valley, hill = (Shop(database, clock, store=store) for store in (STORE, HILL))
    canary = {"display_name": "Canaria Ave", "first_name": "Canaria", "last_name": "Ave", "phone_e164": "+19735550199", "email": "canary@example.com", "concern": "canary wipers"}
    vehicle = replace(a_booking().vehicle, make="Kanarienwagen", plate="CNRY 1472")
    valley.book(a_booking("R1", clock.now(), vehicle=vehicle, **canary))
    hill.book(a_booking("R1", clock.now()))
    token = valley.code_for("R1")
    follow = secrets.token_hex(13)
    visit_id = valley.scan(token, follow_hash=hashed(follow))["visit_id"]
    hill.walk_in()
    [page_id] = [one["page_id"] for one in valley.everything(schema.page) if one["store_id"] == "valley"]
    [booked] = [one["appointment_id"] for one in valley.everything(schema.appointment) if one["store_id"] == "valley"]
    known = {"visit_id": visit_id, "appointment_id": booked, "page_id": page_id, "token": token, "follow": follow, "number": "R1"}
    return valley, hill, known


@pytest.fixture
def client(stores, database, clock, tmp_path):
    """The hill's whole application, asked without a server."""
    settings = Settings(hub=Hub(folder=str(tmp_path), sign_in=False), papers=Papers())
    return create_app(database, HILL, settings, clock).flask.test_client()


def rows_of(shop, store_id):
    """Everything that one store has in every table."""
    with shop.database.read() as connection:
        return {name: sorted(map(repr, connection.execute(select(table).where(table.c.store_id == store_id)))) for name, table in schema.metadata.tables.items()}


def says_nothing(text, known):
    assert not [one for one in CANARIES if one.lower() in text.lower()]
    assert known["visit_id"] not in text
    assert known["appointment_id"] not in text
    assert known["page_id"] not in text


@pytest.mark.parametrize("family", [*VIEWS, "follow"])
def test_no_view_of_one_store_shows_the_other(stores, family):
    """Whatever it is called, and whoever's code is asked for."""
    _valley, hill, known = stores
    names = {"lane": ["A", "B"], "lane-signal": ["A"], "pager": ["marta", "chen"], "follow": [hashed(known["token"]), hashed(known["follow"])]}

    for rest in names.get(family, ["hall"]):
        try:
            text = json.dumps(hill.view(f"{family}/{rest}" if rest else family), ensure_ascii=False)
        except Answered as answered:
            text = str(answered)
        says_nothing(text, known)


def test_no_command_of_one_store_reaches_into_the_other(stores):
    """With the other's visit, page, appointment, code and number: the other's rows stay as they are, and nothing is told."""
    valley, hill, known = stores
    before = rows_of(valley, "valley")
    others = {"visit_id": known["visit_id"], "appointment_id": known["appointment_id"], "page_id": known["page_id"], "advisor_id": "marta"}
    bodies = [
        others,
        hill.arrival("A") | {"code_hash": hashed(known["token"]), "lane": "A"},
        others | {"language": "en", "answer": "yes", "presence": "away", "reason": "x", "approved": True, "lane": "A", "completion_at": us(hill.clock.now()) + 3_600_000_000},
        others | {"revision": 0, "lines": [], "job_id": "j", "state": "confirmed", "copy": False, "trouble": None, "version": "1"},
    ]

    for kind in sorted(COMMANDS):
        for body in bodies:
            for who in (MANAGER, "lane/A", "advisor/marta", "pager/marta"):
                try:
                    told = json.dumps(hill.hub.command(kind, who, secrets.token_hex(16), hill.clock.now(), body), ensure_ascii=False)
                except Answered as answered:
                    told = str(answered)
                assert not [(kind, one) for one in CANARIES if one.lower() in told.lower()]
        assert (kind, rows_of(valley, "valley")) == (kind, before)


def test_no_page_of_one_store_shows_the_other(stores, client):
    """Every route of the map, read with the other's ids in each of its places."""
    _valley, _hill, known = stores
    fills = {"token": [known["token"], known["follow"]], "visit_id": [known["visit_id"]], "appointment_id": [known["appointment_id"]], "paper_id": ["0" * 32]}
    asked = 0
    for rule in client.application.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint == "static":
            continue
        paths = [rule.rule]
        for place in re.findall(r"<(?:\w+:)?(\w+)>", rule.rule):
            paths = [re.sub(rf"<(?:\w+:)?{place}>", value, path) for path in paths for value in fills.get(place, ["hall"])]
        for path in paths:
            for who in (MANAGER, "advisor/marta", "cashier/one"):
                answer = client.get(path, headers={"Kiosk-Principal": who, "Host": "127.0.0.1"})
                text = answer.get_data(as_text=True) if answer.mimetype.startswith(("text", "application/json")) else ""
                assert not [one for one in CANARIES if one.lower() in text.lower()]
                asked += 1
    assert asked > 40


def test_no_form_of_one_store_changes_the_other(stores, client):
    """Every route that takes a form or a body, sent with the other's ids: the other's rows stay as they are."""
    valley, _hill, known = stores
    before = rows_of(valley, "valley")
    form = {"visit_id": known["visit_id"], "page_id": known["page_id"], "appointment_id": known["appointment_id"], "command_id": secrets.token_hex(16), "advisor_id": "marta", "language": "en", "reason": "x", "presence": "away"}
    fills = {"visit_id": [known["visit_id"]], "appointment_id": [known["appointment_id"]], "kind": sorted(COMMANDS)}
    for rule in client.application.url_map.iter_rules():
        if "POST" not in rule.methods:
            continue
        paths = [rule.rule]
        for place in re.findall(r"<(?:\w+:)?(\w+)>", rule.rule):
            paths = [re.sub(rf"<(?:\w+:)?{place}>", value, path) for path in paths for value in fills.get(place, ["hall"])]
        for path in paths:
            answer = client.post(path, data=form, headers={"Kiosk-Principal": MANAGER, "Host": "127.0.0.1", "Origin": "http://127.0.0.1"})
            assert not [one for one in CANARIES if one.lower() in answer.get_data(as_text=True).lower()]

    assert rows_of(valley, "valley") == before


def test_the_store_itself_shows_its_customer(stores):
    """The control: what must not cross is there to be seen."""
    valley, _hill, known = stores

    shown = json.dumps(valley.view("staff"), ensure_ascii=False)

    assert all(one in shown for one in ("Canaria", "Kanarienwagen", "CNRY 1472", "canary wipers", known["visit_id"], known["page_id"]))


def test_the_same_number_in_two_stores_is_two_visits(stores):
    """Both have an A-001, an appointment R1 and a seq of their own."""
    valley, hill, _known = stores

    hill.scan(hill.code_for("R1"))

    assert {one["ticket"] for one in valley.view("staff")["visits"]} == {"A-001"}
    assert {one["ticket"] for one in hill.view("staff")["visits"]} == {"A-001", "A-002"}
    assert valley.hub.snapshot().generation != hill.hub.snapshot().generation
