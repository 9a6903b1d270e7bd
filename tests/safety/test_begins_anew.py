"""What a restored hub gives back and what not: who was shut out stays out, nobody is signed in, nothing is used twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert

from kiosk.server import schema_devices, schema_staff
from kiosk.server.devices import tokens
from kiosk.server.safety.lists import KeepsShutOut
from kiosk.server.staff import accounts, sessions, shared


@pytest.fixture
def people(machine):
    """Two accounts, one signed in; a paired lane and pager; a shared screen."""
    at, store_id = machine.clock.now(), machine.hub.store.store_id
    with machine.hub.database.write() as connection:
        ids = {}
        for name in ("ana", "bo"):
            values = {"user_name": name, "display_name": name, "roles": {"administrator"}, "password_hash": "x"}
            ids[name] = accounts.add(connection, store_id, at, "console", **values).account_id
        sessions.begin(connection, store_id, ids["ana"], at, browser="b", screen_id=None, by_password=True)
        shared.remember(connection, store_id, ids["ana"], at)
        shared.enrol(connection, store_id, "Desk", at, "administrator/ana")
        for name in ("lane/A", "pager/desks"):
            tokens.issue(connection, store_id, name, "f" * 64, at, "administrator/ana")
    return ids


def shut_out(machine, people):
    """After the backup: the lane is taken off, bo's account disabled, the screen revoked."""
    at, store_id = machine.clock.later(minutes=5), machine.hub.store.store_id
    (screen,) = machine.rows(schema_staff.shared_screen)
    with machine.hub.database.write() as connection:
        tokens.revoke(connection, store_id, "lane/A", at, "administrator/ana")
        accounts.change(connection, store_id, people["bo"], disabled_at=at)
        shared.revoke(connection, store_id, screen["screen_id"], at)


def opens(machine):
    """Which devices, accounts and screens still come in."""
    ways = ((schema_devices.device_token, "name", "revoked_at"), (schema_staff.account, "user_name", "disabled_at"))
    ways += ((schema_staff.shared_screen, "name", "revoked_at"),)
    return {row[name] for table, name, ended in ways for row in machine.rows(table) if row[ended] is None}


def test_who_was_shut_out_after_the_backup_stays_out_on_a_new_machine(machine, new_machine, people):
    """The list beside the backups says so; everybody else comes in as before."""
    backup = machine.backups.make(machine.clock.now())
    shut_out(machine, people)
    machine.writes_lists()
    machine.dies()

    done = new_machine.restores(backup.path, key=machine.key)

    new_machine.opens()
    assert opens(new_machine) == {"pager/desks", "ana"}
    assert done.again.shut_out == 3


def test_whoever_was_let_in_again_before_the_backup_comes_in(machine, new_machine, people):
    """An older list shuts out nobody whom the backup knows as let in."""
    with machine.hub.database.write() as connection:
        disabled = {"disabled_at": machine.clock.now()}
        accounts.change(connection, machine.hub.store.store_id, people["bo"], **disabled)
    machine.writes_lists()
    machine.clock.later(minutes=5)
    with machine.hub.database.write() as connection:
        accounts.change(connection, machine.hub.store.store_id, people["bo"], disabled_at=None)
    backup = machine.backups.make(machine.clock.now())
    machine.dies()

    new_machine.restores(backup.path, key=machine.key)

    new_machine.opens()
    assert "bo" in opens(new_machine)


def test_nobody_is_signed_in_and_nothing_that_was_made_for_once_opens_anything(machine, new_machine, people):
    """Sessions are ended; pairings under way, join files, the console's code and known browsers are gone."""
    at, store = machine.clock.now(), {"store_id": machine.hub.store.store_id}
    times = {"made_at": at, "expires_at": at + timedelta(hours=1)}
    rows = {
        schema_devices.join_file: {"secret_hash": "1", "name": "lane/B", "made_by": "x", **times},
        schema_staff.first_code: {"code_hash": "1", "is_disabled": False, **times},
        schema_devices.pairing: {
            "pairing_id": "1",
            "name": "lane/B",
            "version": "1",
            "commitment": "1",
            "hub_nonce": "1",
            "tries": 0,
            "begun_at": at,
            "expires_at": at + timedelta(minutes=10),
        },
    }
    with machine.hub.database.write() as connection:
        for table, row in rows.items():
            connection.execute(insert(table).values(**store, **row))
    backup = machine.backups.make(at)
    machine.dies()

    new_machine.restores(backup.path, key=machine.key)

    new_machine.opens()
    assert [one for one in new_machine.rows(schema_staff.staff_session) if one["ended_at"] is None] == []
    assert [one for table in (*rows, schema_staff.known_browser) for one in new_machine.rows(table)] == []


def test_the_list_is_written_when_somebody_is_shut_out_and_only_then(machine, people):
    """A running hub looks now and then; what it writes has ids and hashes, and stands in both places."""
    keeps = KeepsShutOut(machine.hub.database, machine.places)
    first = keeps.look()
    shut_out(machine, people)

    looks = [keeps.look(), keeps.look()]

    assert not first
    assert looks == [True, False]
    for folder in (machine.stick, machine.places.folder):
        assert people["bo"] in (folder / "shut-out.json").read_text("ascii")
