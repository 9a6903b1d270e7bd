"""The drill: load, backup, kill, a new machine, restore. What comes with it and what not is in files beside this."""

from __future__ import annotations

import pytest

from kiosk.server import schema
from kiosk.server.safety.errors import RestoreRefused
from kiosk.server.safety.missing import missing, tick_off


def test_the_drill(machine, new_machine):
    """What was there when the backup was made is there on the new machine, whole, under a new generation."""
    visits = {machine.checks_in(number) for number in range(1, 6)}
    generation, events = machine.generation, machine.rows(schema.event)
    backup = machine.backups.make(machine.clock.now())
    machine.checks_in(6)
    machine.dies()

    machine.clock.later(minutes=20)
    done = new_machine.restores(backup.path, key=machine.key)

    new_machine.opens()
    assert done.kept_aside is None
    assert new_machine.visit_ids() == visits
    assert new_machine.rows(schema.event) == events
    assert new_machine.generation != generation
    new_machine.checks_in(7)


def test_papers_and_certificates_come_back_and_what_was_there_lies_aside(machine, new_machine):
    """The store's certificate authority takes the place of a new machine's own, which is kept."""
    (machine.places.folder / "ca").mkdir()
    (machine.places.folder / "ca" / "ca.pem").write_text("the store's")
    backup = machine.backups.make(machine.clock.now())
    (new_machine.places.folder / "ca").mkdir(parents=True)
    (new_machine.places.folder / "ca" / "ca.pem").write_text("a new machine's")

    done = new_machine.restores(backup.path, key=machine.key)

    assert (new_machine.places.folder / "ca" / "ca.pem").read_text() == "the store's"
    assert (done.kept_aside / "ca" / "ca.pem").read_text() == "a new machine's"


def test_a_running_hub_is_never_restored_over(machine):
    """While a hub runs on the database nothing is touched."""
    backup = machine.backups.make(machine.clock.now())

    with pytest.raises(RestoreRefused, match="stop it first"):
        machine.restores(backup.path, key=machine.key, replaces=True)


def test_a_database_that_is_there_is_replaced_only_when_it_is_said(machine):
    """Without the word nothing happens; with it the old file is kept aside."""
    machine.checks_in(1)
    backup = machine.backups.make(machine.clock.now())
    machine.dies()
    with pytest.raises(RestoreRefused, match="--replace"):
        machine.restores(backup.path, key=machine.key)

    done = machine.restores(backup.path, key=machine.key, replaces=True)

    assert (done.kept_aside / "hub.db").is_file()


def test_numbers_that_staff_gave_out_are_not_given_out_again(machine, new_machine):
    """After a restore the desk's own numbers go on fifty further, for nobody knows how far they had come."""
    machine.do("open_visit", "advisor/marta", name="Bo", reason="", language="en")
    backup = machine.backups.make(machine.clock.now())
    lost = machine.do("open_visit", "advisor/marta", name="Cy", reason="", language="en")["ticket"]

    new_machine.restores(backup.path, key=machine.key)

    new_machine.opens()
    assert new_machine.do("open_visit", "advisor/marta", name="Di", reason="", language="en")["ticket"] > lost


def test_what_may_be_missing_is_listed_until_somebody_has_seen_it(machine, new_machine):
    """Check-ins that came back, numbers without a visit, visits whose newest steps may be gone; then ticked off."""
    standing = machine.checks_in(1)
    machine.books(2, 3)
    tokens = {n: machine.do("show_code", "manager/ali", number=f"{n:06}")["token"] for n in (2, 3)}
    backup = machine.backups.make(machine.clock.now())
    arrived = machine.clock.later(minutes=5)
    lost, sent_again = machine.arrival(tokens[2], 2), machine.arrival(tokens[3], 3)
    for one in (lost, sent_again):
        machine.do("check_in", "lane/A", **one)
    machine.dies()
    machine.clock.later(minutes=30)
    new_machine.restores(backup.path, key=machine.key)
    new_machine.opens()
    new_machine.hub.answer("check_in", "lane/A", "c" * 32, arrived, sent_again, waited=machine.clock.now() - arrived)
    store_id = new_machine.hub.store.store_id

    with new_machine.hub.database.read() as connection:
        found = missing(connection, store_id)

    assert found.sent_again == (sent_again["visit_id"],)
    assert found.unknown == ("A-002",)
    assert found.standing == (standing,)
    with new_machine.hub.database.write() as connection:
        assert tick_off(connection, store_id, found.restored_at, machine.clock.now(), "manager/ali") == 1
    with new_machine.hub.database.read() as connection:
        assert missing(connection, store_id) is None
