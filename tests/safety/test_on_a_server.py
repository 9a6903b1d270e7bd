"""Backup and restore of a hub whose database lies on a PostgreSQL server: the same promises, with its own tools."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading

import pytest
from hub_machine import Machine

from kiosk.server import schema, schema_devices, schema_safety
from kiosk.server.devices import tokens
from kiosk.server.errors import DatabaseUnusable
from kiosk.server.safety.errors import BackupFailed, RestoreRefused, SafetyError
from kiosk.server.safety.filling import filling


@pytest.fixture
def on_a_server(postgres_server, tmp_path):
    """A hub whose database lies on a PostgreSQL server."""
    machine = Machine(tmp_path / "server")
    names_database(machine, postgres_server.makes("living"))
    machine.opens()
    machine.key = machine.places.keys.new_recovery_key()
    yield machine
    machine.dies()
    for name in ("living", "restored"):
        postgres_server.drops(name)


def names_database(machine, url):
    text = machine.settings_text().replace(f"sqlite:///{machine.folder}/data/hub.db", url)
    machine.settings_file.write_text(text, "utf-8")


def test_a_servers_database_with_anything_in_it_is_never_restored_over(on_a_server):
    """On PostgreSQL no word helps: the hub that may be writing there loses nothing."""
    backup = on_a_server.backups.make(on_a_server.clock.now())
    visit_id = on_a_server.checks_in(1)

    with pytest.raises(RestoreRefused, match="is not empty"):
        on_a_server.restores(backup.path, key=on_a_server.key, replaces=True)

    assert on_a_server.visit_ids() == {visit_id}


def test_a_servers_backup_is_restored_into_an_empty_database(on_a_server, postgres_server):
    """The visit is there again, under a new generation."""
    visit_id, generation = on_a_server.checks_in(1), on_a_server.generation
    backup = on_a_server.backups.make(on_a_server.clock.now())
    on_a_server.dies()
    names_database(on_a_server, postgres_server.makes("restored"))

    on_a_server.restores(backup.path, key=on_a_server.key)

    on_a_server.opens()
    assert on_a_server.visit_ids() == {visit_id}
    assert on_a_server.generation != generation


POWER_GOES = """#!/bin/sh
case "$*" in *--single-transaction*) ;; *) exec {real} "$@" ;; esac
[ {when} = before ] || {real} "$@"
kill -9 $PPID
"""


def restores_until_the_power_goes(machine, backup, folder, *, when):
    """`kiosk restore`, which is gone at once before or after the dump is in the database."""
    folder.mkdir()
    tool = folder / "pg_restore"
    tool.write_text(POWER_GOES.format(real=shutil.which("pg_restore"), when=when), "utf-8")
    tool.chmod(0o755)
    words = [sys.executable, "-P", "-m", "kiosk", "restore", str(backup), "--key", machine.key, "--settings", str(machine.settings_file)]
    done = subprocess.run(words, env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}, capture_output=True, timeout=120, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_restore_that_the_power_cuts_off_is_never_opened_and_begins_again(on_a_server, postgres_server, tmp_path, when):
    """Between the dump and the new generation devices would take old for new: a hub says so, and the same restore helps."""
    visit_id, generation = on_a_server.checks_in(1), on_a_server.generation
    backup = on_a_server.backups.make(on_a_server.clock.now())
    on_a_server.dies()
    names_database(on_a_server, postgres_server.makes("restored"))
    restores_until_the_power_goes(on_a_server, backup.path, tmp_path / "tools", when=when)

    with pytest.raises(DatabaseUnusable, match="kiosk restore with the same file begins again"):
        on_a_server.opens()
    on_a_server.restores(backup.path, key=on_a_server.key)

    on_a_server.opens()
    assert on_a_server.visit_ids() == {visit_id}
    assert on_a_server.generation != generation
    assert on_a_server.rows(schema_safety.restoration)[0]["backup_at"] == backup.made_at


def test_two_restores_do_not_fill_one_database(on_a_server, postgres_server):
    """The second would empty what the first has just put there."""
    backup = on_a_server.backups.make(on_a_server.clock.now())
    on_a_server.dies()
    names_database(on_a_server, postgres_server.makes("restored"))

    with filling(on_a_server.places.database), pytest.raises(RestoreRefused, match="another restore is filling it"):
        on_a_server.restores(backup.path, key=on_a_server.key)


def test_a_restore_that_fails_leaves_an_empty_database(on_a_server, postgres_server):
    """Something is in the way of the papers: a hub begins in that database as in any new one."""
    on_a_server.checks_in(1)
    (on_a_server.places.folder / "papers").mkdir()
    (on_a_server.places.folder / "papers" / "one.pdf").write_bytes(b"%PDF-")
    backup = on_a_server.backups.make(on_a_server.clock.now())
    on_a_server.dies()
    shutil.rmtree(on_a_server.places.folder / "papers")
    (on_a_server.places.folder / "papers").write_bytes(b"")
    names_database(on_a_server, postgres_server.makes("restored"))

    with pytest.raises((OSError, SafetyError)):
        on_a_server.restores(backup.path, key=on_a_server.key)

    on_a_server.opens()
    assert on_a_server.visit_ids() == set()


def test_a_half_restored_database_is_not_backed_up(on_a_server, postgres_server):
    """Such a backup would look like a good one."""
    names_database(on_a_server, postgres_server.makes("restored"))

    with filling(on_a_server.places.database), pytest.raises(BackupFailed, match="cut off"):
        on_a_server.backups.make(on_a_server.clock.now())


def comes_in(machine, number):
    """A walk-in at lane A; the visit's id."""
    at = int(machine.clock.now().timestamp() * 1_000_000)
    body = {"way": "walk_in", "name": f"Zephyrine {number}", "language": "en", "ticket": f"A-{number:03}", "device_at": at}
    return machine.do("check_in", "lane/A", visit_id=secrets.token_hex(16), **body)["visit_id"]


def test_a_backup_made_while_the_hub_works_is_of_one_moment(on_a_server, postgres_server):
    """What was answered before is in it; how far it says that the store had come is how far its visits go."""
    before = {comes_in(on_a_server, number) for number in range(1, 6)}
    over, came = threading.Event(), []
    guests = threading.Thread(target=lambda: [came.append(comes_in(on_a_server, n)) for n in range(6, 400) if not over.is_set()])
    guests.start()

    backup = on_a_server.backups.make(on_a_server.clock.now())

    over.set()
    guests.join()
    on_a_server.dies()
    (figures,) = on_a_server.backups.verify(backup.path, on_a_server.key).stores.values()
    names_database(on_a_server, postgres_server.makes("restored"))
    on_a_server.restores(backup.path, key=on_a_server.key)
    on_a_server.opens()
    assert before <= on_a_server.visit_ids() <= before | set(came)
    assert max(one["seq"] for one in on_a_server.rows(schema.event)) == figures["seq"]
    assert on_a_server.rows(schema_safety.restoration)[0]["backup_seq"] == figures["seq"]


def test_who_was_erased_or_taken_off_since_stays_so_on_a_server_too(on_a_server, postgres_server):
    """The lists beside the backups are heeded whatever the database is."""
    visit_id = comes_in(on_a_server, 1)
    store_id, now = on_a_server.hub.store.store_id, on_a_server.clock.now()
    with on_a_server.hub.database.write() as connection:
        tokens.issue(connection, store_id, "lane/A", "f" * 64, now, "manager/ali")
    backup = on_a_server.backups.make(now)
    with on_a_server.hub.database.write() as connection:
        tokens.revoke(connection, store_id, "lane/A", on_a_server.clock.later(minutes=1), "manager/ali")
    on_a_server.do("erase_customer", "administrator/command-line", person_ids=[], visit_ids=[visit_id])
    on_a_server.writes_lists()
    on_a_server.dies()
    names_database(on_a_server, postgres_server.makes("restored"))

    done = on_a_server.restores(backup.path, key=on_a_server.key)

    on_a_server.opens()
    assert [one["display_name"] for one in on_a_server.rows(schema.person)] == [""]
    assert all(one["revoked_at"] for one in on_a_server.rows(schema_devices.device_token))
    assert (done.again.erased, done.again.shut_out) == (1, 1)


def test_the_settings_and_files_of_a_lost_machine_come_back_too(on_a_server, postgres_server, tmp_path):
    """A new machine beside the same server: the old database is away, an empty one of the settings' name takes it."""
    visit_id = comes_in(on_a_server, 1)
    backup = on_a_server.backups.make(on_a_server.clock.now())
    on_a_server.dies()
    postgres_server.drops("living")
    postgres_server.makes("living")
    new = Machine(tmp_path / "new", on_a_server.clock, on_a_server.stick, is_new=True)

    new.restores(backup.path, key=on_a_server.key)

    new.opens()
    assert new.visit_ids() == {visit_id}
    assert new.backups.make(new.clock.later(hours=1)).size > 0
    new.dies()
