"""`kiosk restore` on a machine that has what `kiosk install hub` puts there, and nothing of the old one."""

from __future__ import annotations

import shutil

import pytest
from hub_machine import Machine
from PIL import Image

from bench._hub import EXAMPLES
from kiosk.__main__ import main
from kiosk.server import schema_devices
from kiosk.server.devices import tokens
from kiosk.server.safety.errors import RestoreRefused, WrongKey


@pytest.fixture
def backup(machine):
    """Of a hub with one visit, one lane that is paired, and papers; the machine itself is lost."""
    machine.checks_in(1)
    with machine.hub.database.write() as connection:
        tokens.issue(connection, machine.hub.store.store_id, "lane/A", "f" * 64, machine.clock.now(), "manager/ali")
    for name in ("papers/" + "a" * 32 + ".pdf", "authority/ca.pem"):
        (machine.places.folder / name).parent.mkdir()
        (machine.places.folder / name).write_text("content")
    backup = machine.backups.make(machine.clock.now())
    machine.dies()
    return backup


@pytest.fixture
def installed(machine, tmp_path):
    """As `kiosk install hub` leaves a machine: example settings."""
    new = Machine(tmp_path / "new", machine.clock, machine.stick, is_new=True)
    new.settings_file.parent.mkdir()
    for name in ("hub.toml", "store.toml"):
        shutil.copyfile(EXAMPLES / name, new.settings_file.with_name(name))
    yield new
    new.dies()


def loses(machine):
    """The old machine is gone with everything on it."""
    shutil.rmtree(machine.folder)
    machine.folder.mkdir()


def restored(new, backup, key):
    return main(["restore", str(backup.path), "--key", key, "--settings", str(new.settings_file)])


def test_the_examples_give_way_to_the_backups_settings(machine, backup, installed, capsys):
    """One command on a new machine: settings, visits and paired devices are the old machine's."""
    loses(machine)

    status = restored(installed, backup, machine.key)

    assert status == 0
    assert installed.settings_file.read_text("utf-8") == machine.settings_text()
    installed.opens()
    assert len(installed.visit_ids()) == 1
    assert [(one["name"], one["revoked_at"]) for one in installed.rows(schema_devices.device_token)] == [
        ("lane/A", None)
    ]
    assert "kiosk install hub --start" in capsys.readouterr().out


def test_papers_can_be_sent_and_nothing_else_can_be_read(machine, backup, installed):
    """nginx's workers, which are in the hub's group, read the papers; keys and certificates are the hub's own."""
    loses(machine)

    restored(installed, backup, machine.key)

    folder = installed.places.folder
    modes = {path.relative_to(folder).as_posix(): path.stat().st_mode & 0o777 for path in folder.rglob("*")}
    assert folder.stat().st_mode & 0o777 == 0o710
    assert (modes["papers"], modes[f"papers/{'a' * 32}.pdf"]) == (0o750, 0o640)
    assert {modes["authority"], modes["keys"]} == {0o700}
    assert {modes["authority/ca.pem"], modes["hub.db"], modes["keys/recovery.pub"]} == {0o600}
    assert installed.settings_file.stat().st_mode & 0o777 == 0o640


def test_the_next_backup_opens_with_the_same_recovery_key(machine, backup, installed):
    """Nobody has to draw and print another key: the one on paper goes on."""
    loses(machine)

    restored(installed, backup, machine.key)

    installed.opens()
    made = installed.backups.make(machine.clock.later(hours=1))
    assert installed.backups.verify(made.path, machine.key).stores


def test_settings_that_somebody_wrote_stay(machine, backup, installed, capsys):
    """The backup's lie beside them, and what they name is where everything goes."""
    mine = installed.settings_text() + "# mine\n"
    installed.settings_file.write_text(mine, "utf-8")

    status = restored(installed, backup, machine.key)

    assert status == 0
    assert installed.settings_file.read_text("utf-8") == mine
    assert installed.settings_file.with_name("hub.toml.from-backup").read_text("utf-8") == machine.settings_text()
    assert "stays as it is" in capsys.readouterr().out
    installed.opens()
    assert len(installed.visit_ids()) == 1


def test_another_stores_catalogue_is_refused(machine, backup, installed):
    """Its hub would serve an empty store beside everything that was restored: nothing is touched."""
    installed.settings_file.write_text(installed.settings_text(), "utf-8")
    catalogue = installed.settings_file.with_name("store.toml")
    catalogue.write_text(catalogue.read_text("utf-8").replace('id = "valley"', 'id = "hill"'), "utf-8")

    with pytest.raises(RestoreRefused, match="names hill"):
        installed.restores(backup.path, key=machine.key)

    assert not installed.places.database_file.exists()


def test_a_wrong_key_leaves_the_machine_as_it_was(machine, backup, installed):
    """The examples stand where they stood, and nothing lies beside them."""
    loses(machine)

    with pytest.raises(WrongKey):
        installed.restores(backup.path, key=installed.new_key())

    assert sorted(one.name for one in installed.settings_file.parent.iterdir()) == ["hub.toml", "store.toml"]
    assert list(machine.folder.iterdir()) == []


def test_the_stores_logo_comes_with_its_file(machine, installed):
    """A store's file that names a picture cannot be used without it."""
    catalogue = machine.settings_file.with_name("store.toml")
    text = catalogue.read_text("utf-8")
    catalogue.write_text(text.replace("[store]", '[store]\nlogo = "our mark.png"', 1), "utf-8")
    Image.new("RGB", (300, 100), "#0E3A47").save(machine.settings_file.with_name("our mark.png"))
    backup = machine.backups.make(machine.clock.now())
    machine.dies()
    loses(machine)

    restored(installed, backup, machine.key)

    with Image.open(installed.settings_file.with_name("our mark.png")) as logo:
        assert logo.size == (300, 100)
