"""A hub that tells its address in the network, real mDNS on loopback; and a false one that does the same."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest
from between import Middle
from ports import free_port

from kiosk.device_pairing import joining
from kiosk.joining import Joining
from kiosk.server.announcing import own_addresses, properties
from kiosk.settings import Device, Hub, Lane, Settings, Web
from kiosk.trust import TrustFolder

HERE = "127.0.0.1"
WITHIN_S = 60


@pytest.fixture
def middle(house, tmp_path):
    """Somebody who stands in between."""
    one = Middle(house, tmp_path)
    yield one
    one.close()


@contextmanager
def announced(folder, listen, https_port, name="127.0.0.1"):
    """`kiosk pair announce`, as its unit starts it, heard on loopback; the words of its answer."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "hub.toml"
    settings.write_text(f'[hub]\nlisten = "{listen}"\nfolder = "{folder}"\n[web]\nnames = ["{name}"]\nhttps_port = {https_port}\nhttp_port = 0\n')
    words = [sys.executable, "-m", "kiosk", "pair", "--settings", str(settings), "announce", "--interface", HERE]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert process.stdout
        assert "kiosk pair announce:" in process.stdout.readline()
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            assert process.wait(WITHIN_S) == 0
        finally:
            process.stdout.close()


def found():
    """What `kiosk pair find` tells."""
    words = [sys.executable, "-m", "kiosk", "pair", "--json", "find", "--interface", HERE]
    answer = subprocess.run(words, check=False, capture_output=True, text=True, timeout=60)
    return json.loads(answer.stdout)


def found_at_last(*urls):
    """The same, asked again until these are there: three seconds of a busy machine may be too few."""
    told = []
    for _ in range(10):
        told = found()
        if set(urls) <= {one["hub"] for one in told}:
            break
    return told


def loopback_of(house):
    return f"{HERE}:{house.loopback.getsockname()[1]}"


def test_a_device_finds_the_hub_that_announces_itself(house, tmp_path):
    """Address and the first eight characters of the fingerprint, by real messages; gone when the announcement ends."""
    with announced(tmp_path / "true", loopback_of(house), house.port):
        during = found_at_last(house.url)
    afterwards = found()

    assert {"hub": house.url, "fingerprint": house.authority.signer.fingerprint[:8]} in during
    assert house.url not in [one["hub"] for one in afterwards]


def test_a_false_hub_that_announces_itself_shows_another_code(house, middle, tmp_path):
    """Both are found, and whoever goes to the false one sees a code that the administrator does not."""
    middle.shows_his_authority = middle.puts_in_his_key = True
    with announced(tmp_path / "true", loopback_of(house), house.port), announced(tmp_path / "false", f"{HERE}:1", middle.server.server_port):
        addresses = [one["hub"] for one in found_at_last(house.url, middle.url)]

    assert {house.url, middle.url} <= set(addresses)
    begun = Joining(middle.url, "lane/A", TrustFolder(tmp_path / "device"), "1.0", clock=lambda: False).begin()
    assert begun.code not in [one.code for one in house.pairings.waiting()]


def test_the_settings_win_over_what_announces_itself(house, middle, tmp_path):
    """A device whose settings name its hub asks nobody else, however loudly somebody announces."""
    settings = Settings(device=Device(hub=house.url, name="one", folder=str(tmp_path / "lane")), lane=Lane(letter="A"))
    with announced(tmp_path / "false", f"{HERE}:1", middle.server.server_port):
        begun = joining(settings, settings.device, clock=lambda: False).begin()

    assert [one.code for one in house.pairings.waiting()] == [begun.code]
    assert middle.heard == []


def test_only_names_that_its_certificate_has_are_told(house):
    """A name that the authority may not speak for yet would lead a device to a refusal."""
    hub = Hub(listen=loopback_of(house))

    told = properties(Web(names=("hub.dealer.example", "127.0.0.1")), hub)

    assert told == {"name": "127.0.0.1", "fingerprint": house.authority.signer.fingerprint[:8], "protocol": "1"}


def test_a_hub_that_is_still_starting_is_announced_without_a_fingerprint():
    """It is a hint; the code is the proof."""
    assert properties(Web(names=("kiosk-hub.local",)), Hub(listen=f"{HERE}:{free_port()}")) == {"name": "kiosk-hub.local", "fingerprint": "", "protocol": "1"}


def test_only_addresses_of_a_network_are_told():
    """Not this machine's own, and not what exists on one cable only."""
    assert not [one for one in own_addresses() if one.startswith(("127.", "169.254.", "fe80", "::1"))]


@pytest.mark.parametrize("section", ["", "[web]\nannounce = false\n"])
def test_who_wants_no_announcement_gets_none(tmp_path, capsys, section):
    """The command ends in peace, and says why."""
    from kiosk.__main__ import main

    settings = tmp_path / "hub.toml"
    settings.write_text(f'[hub]\nfolder = "{tmp_path}"\n{section}')

    status = main(["pair", "--settings", str(settings), "announce"])

    assert status == 0
    assert "nothing is announced" in capsys.readouterr().out
