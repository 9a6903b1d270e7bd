"""A join file on a device's card: taken once by the machine, wiped there, and used by the role when its hub answers."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest
from between import Middle
from noticing import Noticing

from kiosk.__main__ import main
from kiosk.device_pairing import at_its_hub, by_file, paired_first
from kiosk.domain.facts import to_us
from kiosk.join_card import NAME, NotTaken, take, used, waiting, wipe
from kiosk.joining import HubAway
from kiosk.pairing import JoinFile
from kiosk.settings import load
from kiosk.trust import Trust, TrustFolder

SECRET = "s" * 43
JOIN = JoinFile(("https://127.0.0.1:1",), "f" * 64, SECRET, "pager/desks", 1)
PINS = '[gpio]\nfactory = "mock"\n[[desk]]\nadvisor = "marta"\nlamp_kind = "led"\nlamp_pin = 17\n'


@pytest.fixture
def middle(house, tmp_path):
    """Another hub, with an authority of its own."""
    one = Middle(house, tmp_path)
    yield one
    one.close()


@pytest.fixture
def etc(tmp_path):
    """/etc/kiosk of a pager that names no hub."""
    folder = tmp_path / "etc"
    folder.mkdir()
    (folder / "pager.toml").write_text(f'[device]\nname = "desks"\nfolder = "{tmp_path / "pager"}"\n{PINS}')
    return folder


@pytest.fixture
def card(tmp_path):
    """The boot partition with a join file."""
    card = tmp_path / "boot" / "kiosk-join.json"
    card.parent.mkdir()
    card.write_text(JOIN.text())
    return card


def test_it_is_taken_and_nothing_stays_on_the_card(card, etc, tmp_path):
    """It lies in the role's own folder, for its user alone; the card has no secret any more."""
    kept = take(card, etc)

    assert kept == tmp_path / "pager" / NAME
    assert waiting(tmp_path / "pager") == JOIN
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert list(card.parent.iterdir()) == []


def test_what_is_wiped_is_overwritten_first(tmp_path):
    """Whoever holds the file open reads zeros, not the secret."""
    file = tmp_path / "join.json"
    file.write_text(JOIN.text())
    with file.open("rb") as held:
        wipe(file)

        left = held.read()

    assert left == bytes(len(JOIN.text()))
    assert not file.exists()


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (JOIN.text().replace("pager/desks", "lane/A"), "this machine is no lane"),
        (JOIN.text().replace("pager/desks", "pager/other"), "is of pager/desks"),
        (JOIN.text().replace("pager/desks", "../../etc"), "this machine is no"),
        ('{"secret": "' + SECRET + '"}', "no join file"),
        ("x" * 20_000, "no join file"),
    ],
)
def test_what_is_not_for_this_machine_is_wiped_too(card, etc, written, why):
    """With the reason, for its secret must not stay on the card either; a new one is made in a moment."""
    card.write_text(written)

    with pytest.raises(NotTaken, match=why):
        take(card, etc)

    assert not card.exists()


def test_what_cannot_be_kept_stays_on_the_card(card, etc, tmp_path):
    """The disk is broken: nothing is lost."""
    (tmp_path / "pager").write_text("no folder")

    with pytest.raises(NotTaken, match="stays on the card"):
        take(card, etc)

    assert card.exists()


def test_without_a_file_it_says_so(etc, tmp_path):
    """One sentence."""
    with pytest.raises(NotTaken, match="no such file"):
        take(tmp_path / "nothing.json", etc)


def test_a_kept_file_that_is_none_is_wiped(tmp_path):
    """The role goes on with a code."""
    (tmp_path / NAME).write_text("{}")

    found = waiting(tmp_path)

    assert found is None
    assert not (tmp_path / NAME).exists()
    used(tmp_path)


def test_the_command_of_the_unit_takes_it(card, capsys, etc):
    """`kiosk pair take-join-file`, as kiosk-join.service starts it."""
    status = main(["pair", "take-join-file", "--card", str(card), "--settings-folder", str(etc)])

    assert status == 0
    assert "the role joins with it when its hub answers" in capsys.readouterr().out


# --- the role


@pytest.fixture
def pager(house, etc):
    """Settings of a pager that names no hub itself."""
    return etc / "pager.toml"


def taken(house, etc, **changes):
    """A join file of the real hub, taken from a card."""
    card = etc.parent / "kiosk-join.json"
    made = house.pairings.make_join_file("pager/desks", "administrator/ali", (house.url,))
    card.write_text(JoinFile(**{**vars(made), **changes}).text())
    take(card, etc)


def joined(settings):
    """The role's way in, to its end."""
    return paired_first(settings, settings.device, lambda: False, clock=lambda: False)


def test_the_role_joins_by_itself(house, etc, pager):
    """Address, fingerprint and secret are the file's; afterwards the file is gone, and nobody has typed anything."""
    taken(house, etc)
    settings = at_its_hub(load(pager))

    assert settings.device.hub == house.url
    assert joined(settings)

    folder = Path(settings.device.folder)
    assert TrustFolder(folder).load().name == "pager/desks"
    assert not (folder / NAME).exists()
    assert at_its_hub(load(pager)).device.hub == house.url


def test_the_settings_win_over_the_file(house, etc, pager):
    """Whoever wrote an address into the settings meant it: the file's is only tried after it."""
    taken(house, etc, hub=("https://127.0.0.1:1",))
    pager.write_text(pager.read_text().replace("[device]", f'[device]\nhub = "{house.url}"'))
    settings = at_its_hub(load(pager))

    assert joined(settings)
    assert TrustFolder(Path(settings.device.folder)).load().hub == house.url


def test_a_hub_that_is_away_is_waited_for(house, etc, pager):
    """The card went into a pager before the hub was on: the file is kept, and used when it answers."""
    taken(house, etc)
    settings = at_its_hub(load(pager))
    house.stop_nginx()
    ended = []
    thread = threading.Thread(target=lambda: ended.append(joined(settings)))
    thread.start()

    house.start_nginx()
    thread.join(60)

    assert ended == [True]


def test_a_file_that_was_used_ends_with_a_code(house, etc, pager):
    """The role wipes it and asks as others do; somebody compares the code."""
    taken(house, etc)
    house.pairings.stop("pager/desks")
    settings = at_its_hub(load(pager))
    ended = []
    thread = threading.Thread(target=lambda: ended.append(joined(settings)))
    thread.start()
    waiting = Noticing().until("it does not ask", house.pairings.waiting)

    house.pairings.approve(waiting[0].code, "administrator/ali")
    thread.join(60)

    assert ended == [True]
    assert not (Path(settings.device.folder) / NAME).exists()


def test_a_false_hub_is_told_nothing(house, etc, pager, shop):
    """The fingerprint is not the file's: the secret stays with the device, and is wiped."""
    taken(house, etc, fingerprint="0" * 64)
    settings = at_its_hub(load(pager))
    stopping = []
    heard = []

    def has_stopped():
        heard.extend(house.pairings.waiting())
        return bool(heard) or bool(stopping)

    paired_first(settings, settings.device, has_stopped, clock=lambda: False)

    assert [one.name for one in house.pairings.expected()] == ["pager/desks"]  # nobody has used its secret
    assert not (Path(settings.device.folder) / NAME).exists()


def test_a_stranger_at_one_address_does_not_use_up_the_file(house, etc, pager, middle):
    """Another hub has the address of before: it is told nothing, and the next address is tried."""
    taken(house, etc, hub=(middle.url, house.url))
    settings = at_its_hub(load(pager))

    assert joined(settings)

    assert TrustFolder(Path(settings.device.folder)).load().hub == house.url
    assert middle.heard == []


def test_while_only_a_stranger_answers_the_file_waits_for_its_hub(house, etc, pager, middle):
    """It may be off just now; without an address that is away there would be nothing to wait for."""
    taken(house, etc, hub=(middle.url, "https://127.0.0.1:1"))
    settings = at_its_hub(load(pager))
    join = waiting(Path(settings.device.folder))

    with pytest.raises(HubAway):
        by_file(settings, settings.device, join, clock=lambda: False)

    assert middle.heard == []


def test_a_device_on_the_hubs_own_machine_stays_as_it_is(etc, pager):
    """No file and no pairing: the settings' own default."""
    assert at_its_hub(load(pager)) == load(pager)


def test_a_paired_device_finds_its_hub_again(etc, pager, tmp_path):
    """After the file is gone, what was kept at the pairing says where the hub is."""
    certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    TrustFolder(tmp_path / "pager").keep(Trust((certificate,), "t", "pager/desks", "https://10.0.0.7"))

    assert at_its_hub(load(pager)).device.hub == "https://10.0.0.7"


def test_when_it_was_good_until_is_told(house):
    """24 hours from now, for people to read."""
    made = house.pairings.make_join_file("pager/desks", "administrator/ali", (house.url,))

    assert made.expires_at - to_us(house.app.hub.clock.now()) == 24 * 3600 * 1_000_000
