"""A device from its first start to the day it is taken off: it pairs itself, trusts what it should, and loses nothing."""

from __future__ import annotations

import os
import queue
import threading
from dataclasses import replace

import pytest
from noticing import Noticing

from kiosk.device import Line
from kiosk.device_pairing import paired_first, principal_of
from kiosk.domain.facts import to_us
from kiosk.hub_client import HubClient, Reply
from kiosk.settings import Device, Lane, Settings
from kiosk.trust import Secured, Trust, TrustFolder, context_for

WITHIN_S = 60


@pytest.fixture
def settings(house, tmp_path):
    """A lane without a screen."""
    return Settings(device=Device(hub=house.url, name="one", folder=str(tmp_path / "lane")), lane=Lane(letter="A"))


def approved(house, settings):
    """The device asks, and somebody compares the codes and approves."""
    ended = []
    thread = threading.Thread(target=lambda: ended.append(paired_first(settings, settings.device, lambda: False, clock=lambda: False)))
    thread.start()
    waiting = Noticing().until("it does not ask", house.pairings.waiting)
    house.pairings.approve(waiting[0].code, "administrator/ali")
    thread.join(WITHIN_S)
    return ended == [True]


def secured(settings):
    folder = TrustFolder(settings_folder(settings))
    return Secured(folder, folder.load(), clock=lambda: False)


def settings_folder(settings):
    from pathlib import Path

    return Path(settings.device.folder)


def a_line(settings, house, answers):
    """The device's line, as its role opens it."""
    return HubClient(house.url, "lane/A", settings_folder(settings) / "outbox.db", on_answer=answers.put, secured=secured(settings), retry_s=(0.02, 0.05))


def test_a_device_pairs_itself_at_its_first_start(house, settings):
    """Nobody types anything on it; afterwards it begins its work."""
    assert approved(house, settings)

    trust = TrustFolder(settings_folder(settings)).load()
    assert (trust.name, trust.hub) == ("lane/A", house.url)
    assert paired_first(settings, settings.device, lambda: False)


def test_a_device_that_is_switched_off_meanwhile_ends_in_order(house, settings):
    """SIGTERM while it shows its code."""
    assert not paired_first(settings, settings.device, lambda: True, clock=lambda: False)


@pytest.mark.parametrize(("changes", "name"), [({}, "lane/A"), ({"lane": None}, "pager/one")])
def test_a_device_joins_as_what_its_settings_are(settings, changes, name):
    """The lane by its letter, a pager by its name."""
    changed = replace(settings, **changes)

    assert principal_of(changed, changed.device) == name


def test_without_a_token_no_line_is_opened(settings):
    """And the sentence says what to do."""
    with pytest.raises(Exception, match="kiosk pair"):
        Line("lane/A", settings.device)


def test_a_paired_device_works_through_nginx(house, settings):
    """Commands by its outbox, views as they change."""
    assert approved(house, settings)
    answers, views = queue.Queue(), queue.Queue()
    line = a_line(settings, house, answers)
    try:
        line.watch("lane/A", views.put)
        assert views.get(timeout=WITHIN_S)["lane"] == "A"

        line.post("ask_for_help", {"visit_id": None, "lane": "A", "language": "en"})

        assert isinstance(answers.get(timeout=WITHIN_S), Reply)
    finally:
        line.close()


def test_a_device_that_was_taken_off_keeps_what_it_has(house, settings):
    """Nothing goes to quarantine: paired anew, it sends it."""
    assert approved(house, settings)
    answers = queue.Queue()
    house.revoke()
    line = a_line(settings, house, answers)
    line.post("ask_for_help", {"visit_id": None, "lane": "A", "language": "en"})
    Noticing().until("it was not told", lambda: line.is_unpaired)
    was_told, held = line.is_unpaired, (line.outbox.waiting(), line.outbox.has_quarantined())
    line.close()
    TrustFolder(settings_folder(settings)).forget()
    assert approved(house, settings)

    again = a_line(settings, house, answers)

    try:
        assert isinstance(answers.get(timeout=WITHIN_S), Reply)
    finally:
        again.close()
    assert (was_told, held) == (True, (1, False))


def test_a_successor_is_learnt_over_the_old_trust(house, settings):
    """The device hears of it in the answer to its report, keeps both, and goes on when the successor has taken over."""
    assert approved(house, settings)
    before = house.authority.signer.fingerprint
    after = house.authority.begin_succession(house.app.hub.clock.now()).fingerprint
    line = a_line(settings, house, queue.Queue())
    try:
        told = line.ask("report_device", {"version": "1", "trouble": []})
        line.secured.adopt(told.result["authorities"])
        kept = TrustFolder(settings_folder(settings)).load().fingerprints
        line.ask("report_device", {"version": "1", "trouble": [], "trusted": list(kept)})

        house.app.devices.tend()
        house.reload_nginx()

        def answered():
            answer = line.ask("report_device", {"version": "1", "trouble": []})
            return answer if isinstance(answer, Reply) and house.authority.signer.fingerprint == after else None

        answer = Noticing().until("the successor is not heard", answered)
    finally:
        line.close()
    assert set(kept) == {before, after}
    assert house.authority.signer.fingerprint == after
    assert isinstance(answer, Reply)


@pytest.mark.parametrize("told", [None, [], "x", [1], ["no certificate"], ["-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"], ["x"] * 9])
def test_a_list_that_is_none_changes_nothing(house, settings, told):
    """What a device trusts is never lost by an answer."""
    assert approved(house, settings)
    one = secured(settings)
    before = TrustFolder(settings_folder(settings)).load()

    one.adopt(told)

    assert TrustFolder(settings_folder(settings)).load() == before


def test_a_device_tells_how_it_is(house, settings):
    """What the fleet screen shows: free space, what waits, and whom it trusts."""
    assert approved(house, settings)
    trust = TrustFolder(settings_folder(settings)).load()
    line = Line("lane/A", settings.device)
    try:
        line.extras["last_scan_at"] = to_us(house.app.hub.clock.now())
        line.client.secured.context.verify_flags |= 0x200000
        line.client.secured._clock = lambda: False
        line.client.secured.before_connecting()
        line.tell(())
    finally:
        line.close()

    from kiosk.server.devices.fleet import fleet

    told = next(one for one in fleet(house.app.hub, house.app.hub.clock.now()) if one.name == "lane/A").told
    assert told["trusted"] == list(trust.fingerprints)
    assert told["disk_free_mb"] > 0
    assert {"queue", "quarantined", "clock_set", "last_scan_at"} <= told.keys()


def test_a_folder_that_was_copied_half_is_not_paired(tmp_path):
    """A token without authorities, or the other way round, is nothing."""
    folder = TrustFolder(tmp_path)
    folder.keep_authorities(["-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
    alone = folder.load()
    folder.keep(Trust((), "t", "lane/A", "https://x"))

    assert (alone, folder.load()) == (None, None)


def test_only_pinned_authorities_are_trusted():
    """Not those of the operating system, whoever is in there."""
    assert context_for([], clock=lambda: True).cert_store_stats()["x509_ca"] == 0


def test_what_root_keeps_belongs_to_the_role(tmp_path):
    """`kiosk pair` is typed by root; the role reads key and token as the user who has the device's folder."""
    folder = tmp_path / "pager"
    folder.mkdir()
    if os.geteuid() == 0:
        os.chown(folder, 4711, 4712)

    TrustFolder(folder).key()

    owners = {(path.stat().st_uid, path.stat().st_gid) for path in (folder, *folder.rglob("*"))}
    assert len(owners) == 1
