"""A device that was let in and has not come yet: everybody sees it, and it can be stopped, by the screen and by the command."""

from __future__ import annotations

import pytest
from noticing import Noticing
from web_house import error_of

from kiosk.__main__ import main
from kiosk.joining import Joining, NotPaired
from kiosk.server.errors import NotFound, RulesRefuse
from kiosk.trust import TrustFolder


@pytest.fixture
def device(house, tmp_path):
    """Lane A, fresh from its card."""
    return Joining(house.url, "lane/A", TrustFolder(tmp_path / "lane"), "1.0", clock=lambda: False)


@pytest.fixture
def begun(house, device):
    """Its code was approved, and it has not asked since."""
    begun = device.begin()
    house.pairings.approve(begun.code, "administrator/ali")
    return begun


@pytest.fixture
def command(house, tmp_path, capsys):
    """`kiosk pair` on the hub; its status and what it says."""
    settings = tmp_path / "hub.toml"
    web = house.settings.web
    settings.write_text(f'[hub]\nfolder = "{house.folder}"\n[web]\nnames = ["127.0.0.1"]\nsockets = "{web.sockets}"\nhttps_port = {web.https_port}\nhttp_port = 0\n')

    def command(*words):
        status = main(["pair", "--settings", str(settings), *words])
        said = capsys.readouterr()
        return status, said.out + said.err

    return command


def test_who_was_let_in_is_seen_until_it_comes(house, device, begun):
    """By its name, with who let it in; once it has its token it is a device like others."""
    before = house.pairings.expected()
    device.outcome(begun)

    assert [(one.name, one.by_file, one.let_in_by) for one in before] == [("lane/A", False, "administrator/ali")]
    assert house.pairings.expected() == []


def test_who_was_let_in_by_mistake_is_stopped(house, device, begun):
    """The device learns that it was refused, and no token was made."""
    house.pairings.stop("lane/A")

    with pytest.raises(NotPaired, match="refused"):
        device.outcome(begun)
    assert house.pairings.expected() == []


def test_a_join_file_that_was_lost_is_stopped(house, device):
    """Nobody needs to wait a day until a lost card opens nothing."""
    join = house.pairings.make_join_file("lane/A", "administrator/ali", (house.url,))
    seen = [(one.name, one.by_file) for one in house.pairings.expected()]

    house.pairings.stop("lane/A")

    assert seen == [("lane/A", True)]
    with pytest.raises(NotPaired, match="was used, is too old"):
        device.by_file(join)


def test_others_are_not_stopped_with_it(house):
    """Only what bears this name."""
    for name in ("pager/desks", "board/hall"):
        house.pairings.make_join_file(name, "administrator/ali", (house.url,))

    house.pairings.stop("pager/desks")

    assert [one.name for one in house.pairings.expected()] == ["board/hall"]


def test_who_came_meanwhile_is_not_stopped_silently(house, device, begun):
    """The administrator is told to take it off: the token is out already."""
    device.outcome(begun)

    with pytest.raises(RulesRefuse, match="has joined already") as by_name:
        house.pairings.stop("lane/A")
    with pytest.raises(RulesRefuse, match="has joined already"):
        house.pairings.refuse(begun.pairing_id)
    assert by_name.value.code == "joined"


def test_nobody_of_this_name_is_expected(house):
    """A typed name that was none."""
    with pytest.raises(NotFound, match="no device pager/x is expected"):
        house.pairings.stop("pager/x")


def test_after_its_time_nobody_is_expected(house, shop, begun):
    """Ten minutes for a code, a day for a file: then they are off the list by themselves."""
    house.pairings.make_join_file("pager/desks", "administrator/ali", (house.url,))
    shop.clock.later(minutes=11)
    after_the_code = [one.name for one in house.pairings.expected()]
    shop.clock.later(hours=24)

    assert after_the_code == ["pager/desks"]
    assert house.pairings.expected() == []


def test_the_screen_shows_and_stops_it(house, device, begun):
    """One key; then the page says so, and the device is refused."""
    with house.signed_in() as manager:
        page = manager.get("/fleet").text
        token = page.partition('name="form_token" value="')[2].partition('"')[0]
        answer = manager.get(manager.post("/fleet/stop", data={"name": "lane/A", "form_token": token}).headers["Location"])

    assert "May join, and has not come yet" in page
    assert "may not join any more" in answer.text
    with pytest.raises(NotPaired, match="refused"):
        device.outcome(begun)


def test_the_screen_says_that_it_came_meanwhile(house, device, begun):
    """Pressed a moment too late: the page says what to do instead."""
    with house.signed_in() as manager:
        token = manager.get("/fleet").text.partition('name="form_token" value="')[2].partition('"')[0]
        device.outcome(begun)

        answer = manager.get(manager.post("/fleet/stop", data={"name": "lane/A", "form_token": token}).headers["Location"])

    assert "It has joined already" in answer.text


def test_the_wire_tells_and_stops_it(house, begun):
    """For the command line and for programs of an administrator."""
    with house.console() as console:
        told = console.get("/api/1/fleet").json()["expected"]
        stopped = console.post("/api/1/fleet/stop", json={"name": "lane/A"})
        again = console.post("/api/1/fleet/stop", json={"name": "lane/A"})

    assert [(one["name"], one["by_file"]) for one in told] == [("lane/A", False)]
    assert stopped.json() == {"stopped": 1}
    assert (again.status_code, error_of(again)) == (404, "not_found")


# --- the command


def test_the_command_pairs_a_device(house, device, command):
    """List, approve, and who is expected; then it has come."""
    begun = device.begin()

    listed, approved = command("list"), command("approve", begun.code.lower().replace("-", " "))
    expected = command("list")
    device.outcome(begun)

    assert f"lane/A  wants to join: {begun.code}" in listed[1]
    assert approved == (0, "lane/A may join now\n")
    assert "lane/A  may join until" in expected[1]
    assert "by administrator/command-line" in expected[1]
    assert "lane/A  never" in command("list")[1]


def test_the_command_stops_who_was_let_in(device, begun, command):
    """And says the same as the screen, also when it is too late."""
    stopped, again = command("stop", "lane/A"), command("stop", "lane/A")

    assert stopped == (0, "lane/A may not join any more\n")
    assert again[0] != 0
    assert "no device lane/A is expected" in again[1]
    with pytest.raises(NotPaired, match="refused"):
        device.outcome(begun)


def test_a_wrong_code_is_told_by_the_command(device, command):
    """Somebody may stand in between."""
    device.begin()

    status, said = command("approve", "0000-0000")

    assert status != 0
    assert "no device shows this code" in said


def test_the_command_makes_a_join_file_and_takes_a_device_off(house, device, command, tmp_path):
    """The file is for its owner alone; taken off, the device opens nothing."""
    from kiosk.pairing import read_join_file

    file = tmp_path / "kiosk-join.json"
    made = command("make-join-file", "lane/A", "--out", str(file))
    device.by_file(read_join_file(file.read_text()))

    revoked = command("revoke", "lane/A")

    assert made == (0, f"{file}: good once, for 24 hours\n")
    assert file.stat().st_mode & 0o077 == 0
    assert revoked == (0, "lane/A was taken off; it held 0 things that it had not sent\n")
    assert house.pairings.expected() == []


def test_the_command_reads_out_the_fingerprint(house, command):
    """In the groups in which phones and Windows show it."""
    status, said = command("fingerprint")

    assert status == 0
    assert said.strip().replace(":", "").lower() == house.authority.signer.fingerprint


def test_the_command_makes_a_successor(house, command):
    """While a device does not know it, it waits; with --now it takes over."""
    house.token("board/hall")
    before = house.authority.signer.fingerprint

    waits = command("new-authority")
    between = house.authority.signer.fingerprint
    takes_over = command("new-authority", "--now")

    assert "when every device has heard of it" in waits[1]
    assert between == before
    assert "has taken over" in takes_over[1]
    assert house.authority.signer.fingerprint != before


def test_the_command_pairs_this_device(house, command, tmp_path, capsys):
    """On the device itself: it shows its code until somebody has approved, and afterwards it knows that it is paired."""
    import threading

    settings = tmp_path / "pager.toml"
    settings.write_text(f'[device]\nhub = "{house.url}"\nname = "desks"\nfolder = "{tmp_path / "pager"}"\n[gpio]\nfactory = "mock"\n[[desk]]\nadvisor = "marta"\nlamp_kind = "led"\nlamp_pin = 17\n')
    paired = []
    thread = threading.Thread(target=lambda: paired.append(main(["pair", "--settings", str(settings)])))
    thread.start()
    code = Noticing().until("it does not ask", house.pairings.waiting)[0].code

    house.pairings.approve(code, "administrator/ali")
    thread.join(60)
    again = main(["pair", "--settings", str(settings)])

    said = capsys.readouterr().out
    assert (paired, again) == ([0], 0)
    assert f"compare this code on the hub's devices page: {code}" in said
    assert "is paired with" in said
    assert "already" in said
