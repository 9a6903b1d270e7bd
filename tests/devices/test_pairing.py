"""A device and a hub that do not know each other: the same code on both sides, and what an administrator makes of it."""

from __future__ import annotations

import threading
from datetime import timedelta

import httpx
import pytest
from web_house import error_of

from kiosk import pairing as shared
from kiosk.joining import Joining, NotPaired
from kiosk.server.devices import tokens
from kiosk.server.errors import Answered, RulesRefuse
from kiosk.server.schema_devices import device_token, join_file
from kiosk.trust import TrustFolder


@pytest.fixture
def device(house, tmp_path):
    """Lane A, fresh from its card."""
    return a_device(house, tmp_path)


def a_device(house, folder, name="lane/A", url=None):
    trust = TrustFolder(folder / name.replace("/", "-"))
    return Joining(url or house.url, name, trust, "1.0", clock=lambda: False)


def shown(house):
    """The codes on the fleet screen."""
    return [one.code for one in house.pairings.waiting()]


def test_both_sides_show_the_same_code(house, device):
    """The device from what it heard, the hub from what it knows."""
    begun = device.begin()

    assert shown(house) == [begun.code]


def test_an_approved_device_is_known_by_its_token(house, device, tmp_path):
    """From the code to the first view: the token is on its disk, and the hub answers to it."""
    begun = device.begin()
    waiting = device.outcome(begun)
    house.pairings.approve(begun.code, "administrator/ali")

    trust = device.outcome(begun)

    assert waiting is None
    assert TrustFolder(tmp_path / "lane-A").load() == trust
    with house.client(trust.token) as client:
        assert client.get("/api/1/views/lane/A").json()["lane"] == "A"


def test_what_is_kept_is_for_the_device_alone(house, device, tmp_path):
    """Folder 0700, files 0600: whoever else is on that Pi cannot read them."""
    begun = device.begin()
    house.pairings.approve(begun.code, "administrator/ali")
    device.outcome(begun)

    folder = tmp_path / "lane-A" / "trust"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {one.stat().st_mode & 0o777 for one in folder.iterdir()} == {0o600}


def test_a_device_that_was_away_begins_again_by_itself(house, device):
    """Its ten minutes were over before anybody came: it shows another code, and that one is approved."""
    codes = []

    def show(code):
        codes.append(code)
        if len(codes) == 1:
            house.app.hub.clock.later(minutes=11)
        else:
            house.pairings.approve(code, "administrator/ali")

    trust = device.by_code(show, threading.Event())

    assert len(set(codes)) == 2
    assert trust.name == "lane/A"


def test_a_refused_device_is_told_so(house, device):
    """One sentence, and no token."""
    begun = device.begin()
    house.pairings.refuse(house.pairings.waiting()[0].pairing_id)

    with pytest.raises(NotPaired, match="refused"):
        device.outcome(begun)


def test_ten_minutes_are_all_it_has(house, device):
    """A code that nobody has compared is worth nothing afterwards."""
    begun = device.begin()
    house.app.hub.clock.later(minutes=10)

    with pytest.raises(RulesRefuse):
        house.pairings.approve(begun.code, "administrator/ali")
    assert shown(house) == []


def test_five_wrong_codes_end_a_pairing(house, device):
    """Whoever guesses at the screen does not guess on."""
    begun = device.begin()
    for _ in range(5):
        with pytest.raises(RulesRefuse, match="in between"):
            house.pairings.approve("0000-0000", "administrator/ali")

    with pytest.raises(RulesRefuse):
        house.pairings.approve(begun.code, "administrator/ali")
    assert shown(house) == []


def test_five_wrong_signatures_end_a_pairing(house, device, tmp_path):
    """Somebody else's key fetches no token, not even an approved one."""
    begun = device.begin()
    thief = a_device(house, tmp_path / "thief")
    house.pairings.approve(begun.code, "administrator/ali")
    for _ in range(5):
        with pytest.raises(NotPaired, match="signature"):
            thief.outcome(begun)

    with pytest.raises(NotPaired, match="refused"):
        device.outcome(begun)


def test_another_key_than_promised_ends_a_pairing(house):
    """The commitment binds: key and nonce cannot be chosen once the hub's nonce is known."""
    with house.client() as client:
        begun = client.post("/api/1/pairing", json={"name": "lane/A", "version": "1", "commitment": "a" * 64}).json()
        key = {"public_key": "A" * 43 + "=", "nonce": "b" * 64}

        answer = client.post(f"/api/1/pairing/{begun['pairing_id']}/key", json=key)

    assert (answer.status_code, shown(house)) == (403, [])


def test_a_lost_answer_costs_nothing(house, device):
    """The token was on its way when the link broke: asked again, there is another, and the lost one opens nothing."""
    begun = device.begin()
    house.pairings.approve(begun.code, "administrator/ali")
    lost = device.outcome(begun)

    trust = device.outcome(begun)

    assert tokens.principal_of(house.app.hub, lost.token, house.app.hub.clock.now()) is None
    assert str(tokens.principal_of(house.app.hub, trust.token, house.app.hub.clock.now())) == "lane/A"


def test_pairing_again_says_what_it_replaces(house, device, tmp_path):
    """The administrator sees that a device of this name is paired already; approved, the old one is out."""
    before = house.token("lane/A")
    begun = device.begin()
    replaces = house.pairings.waiting()[0].replaces
    house.pairings.approve(begun.code, "administrator/ali")
    device.outcome(begun)

    assert replaces
    assert tokens.principal_of(house.app.hub, before, house.app.hub.clock.now()) is None


@pytest.mark.parametrize("name", ["lane/Z", "advisor/marta", "lane", "boss/x", "lane/A B"])
def test_only_devices_of_the_store_are_paired(house, name):
    """A lane that the store does not have, a person, and what is neither."""
    with house.client() as client:
        answer = client.post("/api/1/pairing", json={"name": name, "version": "1", "commitment": "a" * 64})

    assert answer.status_code == 400


def test_too_many_at_once_are_refused_for_a_while(house):
    """Somebody on the network who begins pairings without end fills no database."""
    for n in range(20):
        house.pairings.begin(f"board/b{n}", "1", "a" * 64)

    with pytest.raises(Answered, match="too many devices"):
        house.pairings.begin("board/one-more", "1", "a" * 64)


# --- join files


def test_a_join_file_lets_one_device_in(house, device):
    """A pager without a screen: address, fingerprint and secret lie on its card."""
    join = house.pairings.make_join_file("lane/A", "administrator/ali", (house.url,))

    trust = device.by_file(shared.read_join_file(join.text()))

    assert str(tokens.principal_of(house.app.hub, trust.token, house.app.hub.clock.now())) == "lane/A"


def test_a_join_file_works_once(house, device, tmp_path):
    """A card that was copied opens nothing."""
    join = house.pairings.make_join_file("lane/A", "administrator/ali", (house.url,))
    device.by_file(join)

    with pytest.raises(NotPaired, match="was used"):
        a_device(house, tmp_path / "copy").by_file(join)


def test_a_join_file_is_good_for_a_day(house, device):
    """A card that lay in a drawer opens nothing."""
    join = house.pairings.make_join_file("lane/A", "administrator/ali", (house.url,))
    house.app.hub.clock.at += timedelta(hours=24)

    with pytest.raises(NotPaired, match="too old"):
        device.by_file(join)


def test_the_secret_is_told_to_the_right_hub_alone(house, device, shop):
    """Another fingerprint than the file's: nothing is sent, and the file is still good."""
    join = house.pairings.make_join_file("lane/A", "administrator/ali", (house.url,))
    false = shared.JoinFile(join.hub, "0" * 64, join.secret, join.name, join.expires_at)

    with pytest.raises(NotPaired, match="nothing was told"):
        device.by_file(false)

    assert [one["used_at"] for one in shop.everything(join_file)] == [None]


def test_the_hub_keeps_no_secret(house, device, shop):
    """Neither a join file's nor a token's is anywhere in the database."""
    join = house.pairings.make_join_file("lane/A", "administrator/ali", (house.url,))
    trust = device.by_file(join)

    rows = str([*shop.everything(join_file), *shop.everything(device_token)])
    assert join.secret not in rows
    assert trust.token not in rows


# --- what a token opens over the wire


def test_without_a_token_a_device_sees_nothing(house):
    """A view wants one."""
    with house.client() as client:
        assert client.get("/api/1/views/lane/A").status_code == 403


def test_a_token_that_opens_nothing_is_told_so(house):
    """The device learns that it has to be paired again."""
    with house.client("x" * 43) as client:
        answer = client.get("/api/1/views/lane/A")

    assert (answer.status_code, error_of(answer)) == (401, "not_paired")


def test_a_revoked_devices_streams_end(house):
    """What was being watched when it was taken off is cut, and the next try is refused."""
    token = house.token()
    with house.client(token) as client, client.stream("GET", "/api/1/views/lane/A/stream") as stream:
        lines = stream.iter_lines()
        next(line for line in lines if line.startswith("data:"))

        house.revoke()

        with pytest.raises(httpx.RemoteProtocolError):
            list(lines)
        assert client.get("/api/1/views/lane/A").status_code == 401


def test_a_revoked_device_fetches_no_other_token(house, device):
    """Its approved pairing has minutes left, and is over all the same."""
    begun = device.begin()
    house.pairings.approve(begun.code, "administrator/ali")
    device.outcome(begun)

    house.revoke()

    with pytest.raises(NotPaired, match="refused"):
        device.outcome(begun)


def test_a_revoked_devices_join_file_opens_nothing(house, device):
    """A card that was made for it and not yet used is over with it; other devices' cards stay good."""
    join, others = (house.pairings.make_join_file(name, "administrator/ali", (house.url,)) for name in ("lane/A", "board/hall"))
    house.token("lane/A")

    house.revoke()

    with pytest.raises(NotPaired, match="was used"):
        device.by_file(join)
    assert device.by_file(others).name == "board/hall"


def test_a_name_in_a_header_is_believed_of_nobody(house):
    """What the first version took at its word counts for nothing through nginx."""
    with house.client() as client:
        assert client.get("/api/1/views/lane/A", headers={"Kiosk-Principal": "lane/A"}).status_code == 403
