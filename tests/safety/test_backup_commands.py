"""`kiosk backup` and `kiosk restore` as an administrator types them, from the first key to the new machine."""

from __future__ import annotations

import json
import threading

import pytest
from hub_machine import Machine

from kiosk.__main__ import main
from kiosk.server.safety.hourly import back_up


@pytest.fixture
def say(capsys):
    """A command line; its exit status, and what it printed."""

    def said(machine, *words):
        status = main([*words, "--settings", str(machine.settings_file)])
        return status, capsys.readouterr()

    return said


@pytest.fixture
def fresh(tmp_path):
    """A machine whose hub has no recovery key yet."""
    machine = Machine(tmp_path / "old")
    machine.opens()
    yield machine
    machine.dies()


def test_from_the_first_key_to_the_new_machine(fresh, tmp_path, say):
    """The key is shown, a backup made and verified with it, and a bare machine has the visit again, settings included."""
    visit_id = fresh.checks_in(1)
    _, shown = say(fresh, "backup", "new-key")
    key = shown.out.splitlines()[0]
    assert say(fresh, "backup", "now")[0] == 0
    file = json.loads(say(fresh, "backup", "list", "--json")[1].out)[0]["file"]
    assert "whole" in say(fresh, "backup", "verify", "--key", key.lower())[1].out
    fresh.dies()
    for path in sorted(fresh.folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()

    status, told = say(fresh, "restore", file, "--key", key)

    fresh.opens()
    assert status == 0
    assert "restored: the backup of" in told.out
    assert fresh.visit_ids() == {visit_id}


def test_a_key_is_not_drawn_over_another(machine, say):
    """A second key wants the word; the first stays what it was."""
    before = machine.places.keys.fingerprint()

    status, told = say(machine, "backup", "new-key")

    assert status == 2
    assert "--replace" in told.err
    assert machine.places.keys.fingerprint() == before


def test_a_key_may_lie_in_a_file(machine, tmp_path, say):
    """--key takes the name of a file as well."""
    machine.backups.make(machine.clock.now())
    file = tmp_path / "key.txt"
    file.write_text(machine.key)

    assert say(machine, "backup", "verify", "--key", str(file))[0] == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["backup", "now"], "no recovery key yet"),
        (["backup", "verify"], "no backups in"),
        (["restore", "/nowhere/backup.age", "--key", "AGE-SECRET-KEY-1ABC"], "backup.age: no such file"),
    ],
)
def test_what_cannot_be_done_is_one_line(fresh, say, words, told):
    """Exit status 2 and one sentence with the remedy."""
    status, said = say(fresh, *words)

    assert status == 2
    assert told in said.err
    assert said.err.count("\n") == 1


def test_the_hub_makes_its_backup_by_itself(machine):
    """The hourly backup is made by a process of its own, while the hub has its database open."""
    machine.checks_in(1)

    is_made = back_up(machine.settings, machine.settings_file, threading.Event())

    assert is_made
    assert len(machine.backups.all()) == 1


def test_a_backup_that_takes_too_long_is_told_and_not_the_last(machine, caplog):
    """The slow one is ended and the log says so; the hourly work goes on with the next."""
    over = threading.Event()

    is_made = back_up(machine.settings, machine.settings_file, over, longest_s=0)

    assert not is_made
    assert "no backup was made: it was not done" in caplog.text
    assert not over.is_set()
    assert back_up(machine.settings, machine.settings_file, over)


def test_without_a_printer_the_key_is_still_shown(fresh, say):
    """--print without a printer says so after the key was drawn: nothing is lost."""
    status, told = say(fresh, "backup", "new-key", "--print")

    assert "AGE-SECRET-KEY-1" in told.out
    assert "not printed" in told.err
    assert status == 2


def test_what_a_command_writes_belongs_to_the_hub(machine):
    """Keys belong to whom the hub's folder belongs, and nobody else may read them."""
    folder = machine.places.folder

    assert {path.stat().st_uid for path in folder.rglob("*")} == {folder.stat().st_uid}
    assert (folder / "keys").stat().st_mode & 0o077 == 0
