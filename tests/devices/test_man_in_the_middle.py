"""Somebody between device and hub, with a certificate of his own, on real sockets: whatever he changes, it is seen."""

from __future__ import annotations

import httpx
import pytest
from between import Middle

from kiosk import pairing as shared
from kiosk.joining import Joining, NotPaired
from kiosk.server.devices import tokens
from kiosk.trust import DeviceKey, TrustFolder, context_for


@pytest.fixture
def middle(house, tmp_path):
    """Somebody whom the device takes for the hub."""
    one = Middle(house, tmp_path)
    yield one
    one.close()


@pytest.fixture
def device(middle, tmp_path):
    """A lane that was told the wrong address."""
    return Joining(middle.url, "lane/A", TrustFolder(tmp_path / "device"), "1.0", clock=lambda: False)


def shown(house):
    return [one.code for one in house.pairings.waiting()]


def test_one_who_only_listens_is_found_out_by_his_certificate(device, house):
    """The authority that the hub names did not sign it: the device shows no code and sends its key to nobody."""
    with pytest.raises(NotPaired, match="no certificate of the authority"):
        device.begin()

    assert shown(house) == []


def test_one_who_shows_his_own_authority_makes_another_code(device, middle, house):
    """What the device shows is not what the hub shows, and the administrator refuses."""
    middle.shows_his_authority = True

    begun = device.begin()

    assert len(shown(house)) == 1
    assert shown(house) != [begun.code]


def test_one_who_plays_both_sides_makes_another_code(device, middle, house):
    """Device to the hub and hub to the device, with keys and nonces of his own on both sides."""
    middle.shows_his_authority = middle.puts_in_his_key = True

    begun = device.begin()

    assert len(shown(house)) == 1
    assert shown(house) != [begun.code]


def test_trying_again_does_not_bring_the_codes_together(device, middle, house):
    """He may try again and again: nothing that he chooses brings the codes together."""
    middle.shows_his_authority = middle.puts_in_his_key = True
    together = 0
    for _ in range(5):
        begun = device.begin()
        together += begun.code in shown(house)
        house.pairings.refuse(house.pairings.waiting()[0].pairing_id)
        middle.key, middle.nonce = DeviceKey.new(), shared.new_nonce()

    assert together == 0


def test_he_learns_nothing_of_a_join_file(device, middle, house):
    """The secret is told to the hub with the file's fingerprint, and to nobody else."""
    join = house.pairings.make_join_file("lane/A", "administrator/ali", (middle.url,))
    middle.shows_his_authority = True

    with pytest.raises(Exception):  # noqa: B017, PT011 - he has no answer to GET, or the wrong fingerprint
        device.by_file(join)

    assert join.secret not in str(middle.heard)


def test_a_device_that_is_paired_does_not_speak_to_him(house, middle, tmp_path):
    """The pin: what it trusts is the store's authority alone, however good his certificate looks."""
    token = house.token()
    with httpx.Client(base_url=middle.url, verify=context_for(house.authority.trusted, clock=lambda: False)) as client, pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        client.post("/api/1/commands/report_device", json={}, headers={"Authorization": f"Bearer {token}"})

    assert middle.heard == []
    assert tokens.principal_of(house.app.hub, token, house.app.hub.clock.now())
