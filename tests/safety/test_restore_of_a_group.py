"""A hub of several stores on a new machine: each store's backup has the hub's own file, and finds its own place."""

from __future__ import annotations

import shutil
from contextlib import closing

import pytest
from hub_machine import NOON, HandClock
from noticing import Noticing

from bench._hub import EXAMPLES
from kiosk import settings as kiosk_settings
from kiosk.__main__ import main
from kiosk.server.database import Database
from kiosk.server.hub import Hub
from kiosk.server.safety.backups import Backups, Places
from kiosk.server.safety.hourly import hourly
from kiosk.store_file import load_store
from kiosk.store_settings import stores_of

STORES = ("hill", "valley")


@pytest.fixture
def group(tmp_path):
    """The hub's file on a machine with two stores, in each of which a hub has worked, and each with its recovery key."""
    folder = tmp_path / "etc"
    folder.mkdir()
    (folder / "hub.toml").write_text('[hub]\nlisten = "127.0.0.1:0"\nstores = ["hill.toml", "valley.toml"]\n')
    for name in STORES:
        own, stick = tmp_path / name, tmp_path / "stick" / name
        stick.mkdir(parents=True)
        (folder / f"{name}.toml").write_text(
            f'[hub]\ndatabase = "sqlite:///{own}/hub.db"\nstore_file = "{name}-store.toml"\nfolder = "{own}"\n[backup]\nfolder = "{stick}"\n'
        )
        catalogue = (EXAMPLES / "store.toml").read_text("utf-8").replace('id = "valley"', f'id = "{name}"')
        (folder / f"{name}-store.toml").write_text(catalogue, "utf-8")
    return folder / "hub.toml"


@pytest.fixture
def lost(group, tmp_path, capsys):
    """The machine is gone; its newest backups with their keys, by store, as `kiosk backup` has made them."""
    made = {}
    for one in stores_of(group):
        key = Places.of(one.settings, one.file).keys.new_recovery_key()
        with closing(Database(one.hub.database)) as database:
            database.ensure_store(one.store_id, NOON)
        assert main(["backup", "now", "--settings", str(group), "--store", one.store_id]) == 0
        made[one.store_id] = (str(Backups(Places.of(one.settings, one.file)).all()[0].path), key)
    before = {path.name: path.read_bytes() for path in group.parent.iterdir()}
    for folder in (group.parent, *(tmp_path / name for name in STORES)):
        shutil.rmtree(folder)
    capsys.readouterr()
    return made, before


def restores(lost, name, settings, *words):
    """`kiosk restore` of one store's backup."""
    file, key = lost[0][name]
    return main(["restore", file, "--key", key, "--settings", str(settings), *words])


def test_both_stores_and_the_hubs_own_file_come_back(group, lost, capsys):
    """One command a store, with the same settings: every file is what it was, and the first says who is missing yet."""
    first = restores(lost, "hill", group)
    said = capsys.readouterr().out
    second = restores(lost, "valley", group, "--store", "valley")

    assert (first, second) == (0, 0)
    assert "valley.toml is missing, and the hub starts with all of its stores" in said
    assert "is missing" not in capsys.readouterr().out
    assert {path.name: path.read_bytes() for path in group.parent.iterdir()} == lost[1]
    assert [one.store_id for one in stores_of(group)] == ["hill", "valley"]


def test_the_hubs_own_backup_has_its_own_file(group):
    """As the hub makes it once an hour, of one of its stores."""
    one = stores_of(group)[1]
    Places.of(one.settings, one.file).keys.new_recovery_key()
    with closing(Database(one.hub.database)) as database:
        hub = Hub(database, load_store(one.hub.store_file), HandClock())
        with hourly(hub, one.settings, group, of_group=True, first_after_s=0):
            backup = Noticing().until("no backup", lambda: Backups(Places.of(one.settings, one.file)).all())[0]

    assert Backups(Places.of(one.settings, one.file)).verify(backup.path).group == ["hub.toml", "valley.toml"]


def test_a_store_may_be_named_by_its_own_file(group, lost):
    """The hub's own file lies beside it again."""
    status = restores(lost, "valley", group.with_name("valley.toml"))

    assert status == 0
    assert group.read_bytes() == lost[1]["hub.toml"]


def test_a_hubs_file_that_somebody_has_written_stays(group, lost):
    """The backup's lies beside it."""
    group.parent.mkdir()
    group.write_text('[hub]\nlisten = "127.0.0.1:9"\nstores = ["hill.toml"]\n')

    status = restores(lost, "hill", group)

    assert status == 0
    assert kiosk_settings.load(group).hub.listen == "127.0.0.1:9"
    assert group.with_name("hub.toml.from-backup").read_bytes() == lost[1]["hub.toml"]


@pytest.mark.parametrize(("name", "words", "told"), [("hill", ["--store", "valley"], "not of valley"), ("valley", [], "name the file of the right one")])
def test_a_backup_does_not_take_another_stores_place(group, lost, capsys, name, words, told):
    """Said by name, or no place of the hub's: nothing is changed."""
    group.parent.mkdir()
    group.write_text('[hub]\nstores = ["hill.toml"]\n')

    status = restores(lost, name, group, *words)

    assert status == 2
    assert told in capsys.readouterr().err
    assert [path.name for path in group.parent.iterdir()] == ["hub.toml"]
