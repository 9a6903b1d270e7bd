"""A database that is found damaged at start: kept aside, the newest good backup in its place, everybody told."""

from __future__ import annotations

import shutil

import pytest

from kiosk.server import schema_devices, schema_safety
from kiosk.server.devices import tokens
from kiosk.server.errors import DatabaseDamaged
from kiosk.server.safety.erasure import ERASURES
from kiosk.server.safety.errors import RestoreRefused
from kiosk.server.safety.placing import new_of
from kiosk.server.safety.shut_out import SHUT_OUT


def test_the_newest_good_backup_takes_its_place(machine):
    """The hub starts with the newest backup that is good, says so in its log, and throws nothing away."""
    visit_id = machine.checks_in(1)
    machine.backups.make(machine.clock.now())
    bad = machine.backups.make(machine.clock.later(hours=1))
    bad.path.write_bytes(b"age-encryption.org/v1\nnothing")
    machine.dies()
    damaged = machine.damages(0)

    said = machine.starts()

    assert machine.visit_ids() == {visit_id}
    (kept,) = machine.places.folder.glob("aside-*/hub.db")
    assert kept.read_bytes() == damaged
    assert "damaged" in said[0]
    assert any("restored is the backup of 2026-11-24 17:00" in one for one in said)


def test_the_managers_screen_can_say_so(machine):
    """What was done by itself, and where the damaged file lies, is kept for the screen."""
    machine.backups.make(machine.clock.now())
    machine.dies()
    machine.damages(0)

    machine.starts()

    (row,) = machine.rows(schema_safety.restoration)
    assert row["damaged"]
    assert row["kept_aside"] == str(machine.places.folder / "aside-20261124T170000Z")


def test_a_damaged_database_without_a_backup_is_left_and_told(machine):
    """Never an empty database in place of a damaged one: the hub does not start, and says what to do."""
    machine.dies()
    damaged = machine.damages(0)

    with pytest.raises(DatabaseDamaged, match="restore the newest backup"):
        machine.starts()

    assert machine.places.database_file.read_bytes() == damaged


def test_it_stays_in_its_place_when_the_backup_cannot_be_written(machine):
    """The hub refuses to start and says why; the next start finds the damaged file again and makes no empty one."""
    machine.backups.make(machine.clock.now())
    machine.dies()
    damaged = machine.damages(0)
    new_of(machine.places.database_file).with_name("hub.db.new.part").mkdir()

    with pytest.raises(RestoreRefused, match="was not put in its place"):
        machine.starts()

    assert machine.places.database_file.read_bytes() == damaged


def test_a_restore_that_was_cut_off_is_brought_to_its_end(machine):
    """The new file lay whole beside the old one when the power went: the next start goes on with it."""
    machine.checks_in(1)
    file = machine.places.database_file
    machine.dies()
    shutil.copyfile(file, new_of(file))
    machine.opens()
    machine.checks_in(2)
    machine.dies()

    said = machine.starts()

    assert len(machine.visit_ids()) == 1
    assert "was cut off" in said[0]
    assert len(list(machine.places.folder.glob("aside-*/hub.db"))) == 1


def test_a_restore_that_cannot_be_brought_to_its_end_waits_for_the_next_start(machine):
    """Something is in the way: the hub does not start, and what was restored is not thrown away."""
    machine.checks_in(1)
    file = machine.places.database_file
    machine.dies()
    shutil.copyfile(file, new_of(file))
    in_the_way = machine.places.folder / "aside-20261124T170000Z"
    in_the_way.write_text("no folder")

    with pytest.raises(FileExistsError):
        machine.starts()
    in_the_way.unlink()
    said = machine.starts()

    assert len(machine.visit_ids()) == 1
    assert "was cut off" in said[0]


def test_devices_that_came_and_went_since_the_backup_stay_as_the_damaged_file_tells(machine):
    """Where its tables can still be read, a revoked device stays out and one that was paired since stays in."""
    pair(machine, "lane/A")
    machine.backups.make(machine.clock.now())
    with machine.hub.database.write() as connection:
        tokens.revoke(connection, machine.hub.store.store_id, "lane/A", machine.clock.later(minutes=5), "manager/ali")
    pair(machine, "lane/B")
    for number in range(1, 9):
        machine.checks_in(number)
    machine.dies()
    machine.damages(page_of(machine, "visit"))

    machine.starts()

    assert living(machine) == {"lane/B"}


def test_a_file_that_tells_nothing_keeps_no_revocation_from_the_list_beside_the_backups(machine):
    """The list in the hub's folder and on the stick knows who was taken off since."""
    pair(machine, "lane/A")
    machine.backups.make(machine.clock.now())
    with machine.hub.database.write() as connection:
        tokens.revoke(connection, machine.hub.store.store_id, "lane/A", machine.clock.later(minutes=5), "manager/ali")
    machine.writes_lists()
    machine.dies()
    machine.damages(0)

    machine.starts()

    assert living(machine) == set()


@pytest.mark.parametrize("left", [b"", b"\0\0\0", b"\xff", b'"words"', b'[["valley", "account", ["id"], "noon"], 3]'])
def test_a_list_that_is_damaged_too_is_told_and_the_other_one_counts(machine, caplog, left):
    """The disk has spoilt both lists on the stick: the hub starts, names them, and goes by those in its own folder."""
    pair(machine, "lane/A")
    machine.backups.make(machine.clock.now())
    with machine.hub.database.write() as connection:
        tokens.revoke(connection, machine.hub.store.store_id, "lane/A", machine.clock.later(minutes=5), "manager/ali")
    machine.writes_lists()
    for name in (ERASURES, SHUT_OUT):
        (machine.stick / name).write_bytes(left)
    machine.dies()
    machine.damages(0)

    machine.starts()

    assert living(machine) == set()
    told = [one for one in caplog.messages if "is damaged" in one]
    assert {name for name in (ERASURES, SHUT_OUT) for one in told if str(machine.stick / name) in one} == {ERASURES, SHUT_OUT}


def pair(machine, name):
    with machine.hub.database.write() as connection:
        tokens.issue(connection, machine.hub.store.store_id, name, "f" * 64, machine.clock.now(), "manager/ali")


def living(machine):
    return {one["name"] for one in machine.rows(schema_devices.device_token) if one["revoked_at"] is None}


def page_of(machine, table):
    """The first page of a table's tree, 0 being the file's first."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(machine.places.database_file)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        return connection.execute(query, (table,)).fetchone()[0] - 1
