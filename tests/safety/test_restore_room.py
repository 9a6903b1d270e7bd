"""A restore that finds no room, or may not write: one sentence with the folder and what to do, and the machine as it was."""

from __future__ import annotations

import resource
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.server.safety.chosen import Chosen
from kiosk.server.safety.errors import RestoreRefused
from kiosk.server.safety.restore import restore


@contextmanager
def room_for(size):
    """No file may grow beyond this: the kernel refuses the write, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_is_full_is_told_with_the_folder_and_what_to_do(machine, new_machine):
    """Wherever it runs out: while the backup is opened, files are put in place, or the database is made ready."""
    machine.checks_in(1)
    backup = machine.backups.make(machine.clock.now())
    database_size = machine.places.database_file.stat().st_size
    told = []

    for size in (1_000, backup.size // 2, database_size - 1, database_size):
        with room_for(size), pytest.raises(RestoreRefused) as refused:
            new_machine.restores(backup.path, key=machine.key)
        told.append(str(refused.value))

    assert [one for one in told if not (one.startswith(str(new_machine.folder)) and "may write there and the disk has room" in one)] == []
    assert not new_machine.places.database_file.exists()
    new_machine.restores(backup.path, key=machine.key)


def test_a_folder_that_may_not_be_written_to_is_told_with_what_to_do(machine):
    """As on a disk that is mounted read-only."""
    backup = machine.backups.make(machine.clock.now())
    places = replace(machine.places, folder=Path("/sys/kiosk"), database=machine.places.database.set(database="/sys/kiosk/hub.db"))

    with pytest.raises(RestoreRefused, match=r"^/sys/kiosk: .*may write there"):
        restore(Chosen(places, "valley"), backup.path, machine.clock.now(), key=machine.key)


def test_a_hub_that_cannot_mend_its_database_for_want_of_room_says_so(machine):
    """At start: the damaged file lies where it lay, and no older backup is taken instead."""
    machine.checks_in(1)
    machine.backups.make(machine.clock.now())
    machine.dies()
    damaged = machine.damages(1, 2, 3)

    with room_for(len(damaged) // 2), pytest.raises(RestoreRefused, match=r"damaged, and .* was not put in its place .*the disk has room"):
        machine.starts()

    assert machine.places.database_file.read_bytes() == damaged
