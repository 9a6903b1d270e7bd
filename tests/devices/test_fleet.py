"""Every device of the store at one glance: what it told, when it was heard, and what is wrong in one sentence."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hub_shop import us

from kiosk.language import CODES, language, plain
from kiosk.server.app import create_app
from kiosk.server.devices import tokens
from kiosk.server.devices.fleet import fleet
from kiosk.server.errors import BadRequest
from kiosk.settings import Hub, Settings, Web

MANAGER = {"Kiosk-Principal": "manager/ali"}


@pytest.fixture
def app(shop, tmp_path):
    """The hub with [web], where everybody is taken at their word."""
    settings = Settings(hub=Hub(folder=str(tmp_path), sign_in=False), web=Web(names=("127.0.0.1",)))
    app = create_app(shop.database, shop.store, settings, shop.clock)
    shop.hub = app.hub
    return app


@pytest.fixture
def client(app):
    """The manager's browser."""
    return app.flask.test_client()


def page(client, lang="en"):
    client.set_cookie("kiosk_language", lang)
    answer = client.get("/fleet", headers=MANAGER)
    assert answer.status_code == 200, answer.text
    return answer.text


def paired(shop, name):
    with shop.database.write() as connection:
        return tokens.issue(connection, "valley", name, "f" * 64, shop.clock.now(), "administrator/ali")


def report(shop, name="lane/A", *trouble, **more):
    """A device tells how it is."""
    shop.do("report_device", name, version="1.2", trouble=list(trouble), **more)


def one(shop, name="lane/A"):
    return next(each for each in fleet(shop.hub, shop.clock.now()) if each.name == name)


def is_listening(shop, name="lane/A"):
    shop.hub.own_links = shop.hub.own_links.opened(name, shop.clock.now())


def test_a_device_is_shown_as_it_told(app, shop):
    """Version, what waits, free space, last code, paper."""
    is_listening(shop)
    report(shop, queue=3, quarantined=0, disk_free_mb=5000, last_scan_at=us(shop.clock.now()), paper="present", trusted=["a" * 64], clock_set=True)

    lane = one(shop)

    assert (lane.version, lane.held, lane.told["disk_free_mb"], lane.told["paper"]) == ("1.2", 3, 5000, "present")
    assert lane.wrong is None


def test_a_report_makes_no_news(app, shop):
    """What only this screen shows wakes nobody: the same version and trouble leave the store's count as it is."""
    report(shop, queue=1)
    before = shop.hub.snapshot().seq

    report(shop, queue=2)

    assert shop.hub.snapshot().seq == before
    assert one(shop).held == 2


def test_how_far_its_clock_is_off_is_seen(app, shop):
    """By when it says that it sent the report; nothing in the shop depends on it."""
    is_listening(shop)
    shop.hub.command("report_device", "lane/A", "a" * 32, shop.clock.now() + timedelta(hours=3), {"version": "1", "trouble": []})

    lane = one(shop)

    assert lane.clock_offset == timedelta(hours=3)
    assert lane.wrong[0] == "clock"


def test_silent_for_thirty_seconds_is_shown(app, shop):
    """Not a second earlier, and until somebody goes and looks."""
    is_listening(shop)
    report(shop)
    shop.hub.own_links = shop.hub.own_links.lost("lane/A", shop.clock.now())
    shop.clock.later(seconds=29)
    before = one(shop).wrong
    shop.clock.later(seconds=1)

    assert before is None
    assert one(shop).wrong[0] == "silent"


def test_paired_and_never_heard_is_shown(app, shop):
    """Nobody has switched it on, or its cable is out."""
    paired(shop, "pager/desks")

    assert one(shop, "pager/desks").wrong[0] == "never"


@pytest.mark.parametrize(
    ("trouble", "more", "wrong"),
    [
        (["paper_out"], {}, "paper_out"),
        (["no_sound", "cover_open"], {}, "cover_open"),
        (["something_new"], {}, "other"),
        ([], {"quarantined": 1}, "quarantine"),
        ([], {"disk_free_mb": 50}, "disk"),
        ([], {"queue": 21}, "queue"),
        ([], {"queue": 20, "disk_free_mb": 200}, None),
    ],
)
def test_the_worst_is_told_in_one_word(app, shop, trouble, more, wrong):
    """What keeps customers from their ticket comes first."""
    is_listening(shop)
    report(shop, "lane/A", *trouble, **more)

    assert (one(shop).wrong or (None,))[0] == wrong


def test_those_in_need_come_first(app, shop):
    """A manager with one minute sees them without scrolling."""
    for name in ("board/hall", "lane/A", "pager/desks"):
        is_listening(shop, name)
        report(shop, name)
    report(shop, "pager/desks", "no_sound")

    assert [each.name for each in fleet(shop.hub, shop.clock.now())] == ["pager/desks", "board/hall", "lane/A"]


@pytest.mark.parametrize("more", [{"queue": -1}, {"queue": "x"}, {"disk_free_mb": 1.5}, {"trusted": ["<b>"]}, {"trusted": "x"}, {"last_scan_at": "now"}, {"paper": "<script>"}])
def test_a_report_that_cannot_be_is_refused(app, shop, more):
    """A device's words are as untrusted as anybody's."""
    with pytest.raises(Exception, match=r"body\."):
        report(shop, **more)


# --- the screen


@pytest.mark.parametrize("code", CODES)
def test_the_screen_says_it_in_every_language(app, shop, client, code):
    """Each device by its name, and what is wrong with it in one sentence."""
    is_listening(shop)
    report(shop, "lane/A", "paper_out")

    html = page(client, code)

    words = language(code)
    assert plain(words.text("manager.trouble.paper_out")) in html
    assert plain(words.text("fleet.title")) in html


def test_nothing_that_a_device_says_becomes_html(app, shop, client):
    """Its version is shown as the words that it is; its troubles are codes, or they are refused."""
    shop.do("report_device", "board/hall", version="<script>alert(1)</script>", trouble=["paper_out"])
    with pytest.raises(BadRequest, match="trouble"):
        shop.do("report_device", "board/hall", version="1", trouble=["<b>x</b>"])

    html = page(client)

    assert "&lt;script&gt;alert" in html
    assert "<script>alert" not in html


def test_who_wants_to_join_is_shown_with_its_code(app, client):
    """And nothing before it has shown its key."""
    pairings = app.flask.extensions["pairings"]
    pairings.begin("lane/A", "1", "a" * 64)
    before = "pairing-code" in page(client)
    code = a_pairing(pairings)

    html = page(client)

    assert not before
    assert all(f"<span>{half}</span>" in html for half in code.split("-"))


def a_pairing(pairings, name="lane/B"):
    """A device that shows its code."""
    from kiosk import pairing as shared
    from kiosk.trust import DeviceKey

    key, nonce = DeviceKey.new(), shared.new_nonce()
    begun = pairings.begin(name, "1", shared.commitment(key.public, nonce))
    pairings.reveal(begun["pairing_id"], key.public, nonce)
    return next(each.code for each in pairings.waiting() if each.pairing_id == begun["pairing_id"])


def test_the_same_code_lets_it_in(app, client):
    """One key; then it waits no more."""
    pairings = app.flask.extensions["pairings"]
    a_pairing(pairings)
    waiting = pairings.waiting()[0]

    answer = client.post("/fleet/approve", data={"pairing_id": waiting.pairing_id, "code": waiting.code}, headers=MANAGER, follow_redirects=True)

    assert "may join now" in answer.text
    assert pairings.waiting() == []


def test_another_code_is_refused(app, client):
    """The other key."""
    pairings = app.flask.extensions["pairings"]
    a_pairing(pairings)
    waiting = pairings.waiting()[0]

    answer = client.post("/fleet/refuse", data={"pairing_id": waiting.pairing_id, "name": waiting.name}, headers=MANAGER, follow_redirects=True)

    assert "was refused" in answer.text
    assert pairings.waiting() == []


@pytest.mark.parametrize(("held", "sentence"), [(0, "It had sent everything"), (1, "1</bdi> thing that"), (4, "4</bdi> things that")])
def test_taking_off_says_what_it_held(app, shop, client, held, sentence):
    """Before the key is pressed: what it has not sent stays on it."""
    paired(shop, "lane/A")
    is_listening(shop)
    report(shop, queue=held)

    assert sentence in page(client)


def test_a_device_that_was_taken_off_is_gone(app, shop, client):
    """Its token opens nothing, and the screen does not list it any more."""
    token = paired(shop, "lane/A")
    report(shop)

    answer = client.post("/fleet/revoke", data={"name": "lane/A"}, headers=MANAGER, follow_redirects=True)

    assert "was taken off" in answer.text
    assert "device-lane-A" not in answer.text
    assert tokens.principal_of(shop.hub, token, shop.clock.now()) is None


def test_a_join_file_is_a_download(app, client):
    """For a pager without a screen."""
    answer = client.post("/fleet/join-file", data={"kind": "pager", "name": "desks"}, headers=MANAGER)

    assert 'filename="kiosk-join.json"' in answer.headers["Content-Disposition"]
    assert json.loads(answer.data)["name"] == "pager/desks"


def test_a_join_file_for_a_lane_that_there_is_not_is_refused(app, client):
    """In words, on the same screen."""
    answer = client.post("/fleet/join-file", data={"kind": "lane", "name": "z"}, headers=MANAGER, follow_redirects=True)

    assert "no such device" in answer.text


@pytest.mark.parametrize("who", ["advisor/marta", "cashier/1", "lane/A"])
def test_the_fleet_is_for_chiefs(client, who):
    """Others have no business there."""
    assert client.get("/fleet", headers={"Kiosk-Principal": who}).status_code == 403


@pytest.mark.parametrize("code", CODES)
def test_how_a_tablet_trusts_the_store_is_told_in_every_language(app, client, code):
    """Fingerprint and three systems, for everybody, before any trust."""
    client.set_cookie("kiosk_language", code)
    html = client.get("/trust").text

    words = language(code)
    assert app.devices.authority.signer.fingerprint.upper()[:2] + ":" in html
    assert all(plain(words.text(f"fleet.trust.{system}")) in html for system in ("android", "ios", "windows"))


@pytest.mark.parametrize("code", CODES)
def test_a_name_that_does_not_count_yet_is_told(shop, tmp_path, code):
    """[web] names a name that the authority was not made for: the page says which, and the command that helps."""
    for names in (("127.0.0.1",), ("hub.dealer.example", "127.0.0.1")):
        app = create_app(shop.database, shop.store, Settings(hub=Hub(folder=str(tmp_path), sign_in=False), web=Web(names=names)), shop.clock)

    html = page(app.flask.test_client(), code)

    assert "hub.dealer.example" in html
    assert "kiosk pair new-authority" in html
    assert app.flask.test_client().post("/api/1/fleet/join-file", json={"name": "pager/desks"}, headers=MANAGER).get_json()["hub"] == ["https://127.0.0.1"]


def test_a_hub_without_a_network_pairs_nobody(shop, tmp_path):
    """No [web]: the routes say why, and the screen has no such keys."""
    app = create_app(shop.database, shop.store, Settings(hub=Hub(folder=str(tmp_path), sign_in=False)), shop.clock)
    client = app.flask.test_client()

    assert client.get("/api/1/authority").status_code == 404
    assert "join-file" not in client.get("/fleet", headers=MANAGER).text
