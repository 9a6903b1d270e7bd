"""One hub, several stores: what their settings files say, what they may not share, and which one a command means."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.commands._asking_hub import address
from kiosk.commands.appointments import add_arguments
from kiosk.settings import SettingsError
from kiosk.store_settings import one_store, stores_of

EXAMPLE = (Path(__file__).parents[2] / "examples/store.toml").read_text("utf-8")
MACHINE = '[hub]\nlisten = "127.0.0.1:8123"\nstores = ["hill.toml", "valley.toml"]\n[web]\nsockets = "/run/two"\nhttps_port = 8443\nhttp_port = 0\n'


@pytest.fixture
def folder(tmp_path):
    """Settings of a hub with two stores, as docs/stores.md has them."""
    (tmp_path / "hub.toml").write_text(MACHINE)
    for name in ("hill", "valley"):
        (tmp_path / f"{name}.toml").write_text(
            f'[hub]\ndatabase = "sqlite:////srv/{name}/hub.db"\nstore_file = "{name}-store.toml"\nfolder = "/srv/{name}"\n'
            f'public_url = "https://{name}.example"\n[web]\nnames = ["{name}.lan"]\n[backup]\nfolder = "/media/backup/{name}"\n'
        )
        (tmp_path / f"{name}-store.toml").write_text(EXAMPLE.replace('id = "valley"', f'id = "{name}"'), "utf-8")
    return tmp_path


def problems(folder):
    with pytest.raises(SettingsError) as told:
        stores_of(folder / "hub.toml")
    return told.value.problems


def changed(folder, file, before, after):
    text = (folder / file).read_text("utf-8")
    assert before in text
    (folder / file).write_text(text.replace(before, after, 1), "utf-8")


def test_one_store_is_told_in_one_file(tmp_path):
    """As ever: the hub's file is the store's."""
    (tmp_path / "hub.toml").write_text('[hub]\nlisten = "127.0.0.1:8123"\n')
    (tmp_path / "store.toml").write_text(EXAMPLE, "utf-8")

    [one] = stores_of(tmp_path / "hub.toml")

    assert one.is_only
    assert (one.file, one.store_id, one.hub.listen) == (tmp_path / "hub.toml", "valley", "127.0.0.1:8123")


def test_each_store_has_its_own_and_what_is_the_machines(folder):
    """Database, folder, names and backups are the store's; address, sockets and ports the machine's."""
    hill, valley = stores_of(folder / "hub.toml")

    assert (hill.store_id, valley.store_id) == ("hill", "valley")
    assert (hill.hub.database, hill.hub.folder, hill.settings.backup.folder) == ("sqlite:////srv/hill/hub.db", "/srv/hill", "/media/backup/hill")
    assert (hill.hub.listen, hill.settings.web.sockets, hill.settings.web.https_port) == ("127.0.0.1:8123", "/run/two", 8443)
    assert hill.names == ("hill.lan", "hill.example")
    assert hill.host == "hill.localhost"
    assert not hill.is_only


@pytest.mark.parametrize(
    ("file", "before", "after", "told"),
    [
        ("hill.toml", "/srv/hill/hub.db", "/srv/valley/hub.db", r"hill.toml, \[hub\] database: /srv/valley/hub.db is of valley.toml"),
        ("hill.toml", 'folder = "/srv/hill"', 'folder = "/srv/valley/hill"', r"hill.toml, \[hub\] folder: /srv/valley/hill is of valley.toml"),
        ("hill.toml", "/media/backup/hill", "/media/backup/valley", r"hill.toml, \[backup\] folder: /media/backup/valley is of valley.toml"),
        ("hill.toml", "hill.lan", "valley.lan", r"hill.toml, \[web\] names: valley.lan leads to valley.toml too"),
        ("hill.toml", "https://hill.example", "https://valley.lan", r"hill.toml, \[web\] names: valley.lan leads to valley.toml too"),
        ("hill-store.toml", 'id = "hill"', 'id = "valley"', r"hill.toml, \[hub\] store_file: its store is called valley, as that of valley.toml"),
        ("hill.toml", "[web]", '[web]\nsockets = "/run/mine"', r"hill.toml, \[web\] sockets: is said for all stores in hub.toml"),
        ("hill.toml", "[hub]", '[hub]\nlisten = "127.0.0.1:9"', r"hill.toml, \[hub\] listen: is said for all stores in hub.toml"),
        ("hill.toml", "[hub]", '[hub]\nstores = ["more.toml"]', r"hill.toml, \[hub\] stores: stands in hub.toml only"),
        ("hill.toml", '[web]\nnames = ["hill.lan"]\n', "", r"hill.toml, \[web\]: missing; hub.toml and each of its stores have one"),
        ("hub.toml", "[hub]", '[hub]\npublic_url = "https://all.example"', r"hub.toml, \[hub\] public_url: belongs into each store's own file"),
        ("hub.toml", "[web]", '[backup]\nfolder = "/media/backup"\n[web]', r"hub.toml, \[backup\]: belongs into each store's own file"),
        ("hub.toml", "hill.toml", "hil.toml", r"hil.toml: no such file"),
        ("hub.toml", "hill.toml", "a b.toml", r"hub.toml, \[hub\] stores: must be file names such as"),
    ],
)
def test_what_two_stores_may_not_share_is_told(folder, file, before, after, told):
    """Each would answer for the other, or back up what is the other's: the file, the key and the remedy are named."""
    import re

    changed(folder, file, before, after)

    assert any(re.search(told, one) for one in problems(folder))


def test_a_servers_database_may_be_shared(folder):
    """Every row belongs to one store there; a file is one store's own."""
    for name in ("hill", "valley"):
        changed(folder, f"{name}.toml", f"sqlite:////srv/{name}/hub.db", "postgresql://kiosk@127.0.0.1/group")

    assert {one.hub.database for one in stores_of(folder / "hub.toml")} == {"postgresql://kiosk@127.0.0.1/group"}


def test_a_command_says_which_store_it_means(folder):
    """Without --store it is told which ones there are."""
    with pytest.raises(SettingsError, match="several stores; say --store hill or --store valley"):
        one_store(folder / "hub.toml", None)
    with pytest.raises(SettingsError, match="no store is called hall"):
        one_store(folder / "hub.toml", "hall")

    assert one_store(folder / "hub.toml", "valley").file == folder / "valley.toml"


@pytest.mark.parametrize(("words", "asked"), [(["--store", "hill"], "unix:/run/two/hub.sock#hill.localhost"), (["--store", "hill", "--hub", "http://127.0.0.1:1"], "http://127.0.0.1:1#hill.localhost")])
def test_a_command_asks_the_hub_for_its_store(folder, words, asked):
    """On the hub's one socket, by the store's name."""
    import argparse

    parser = argparse.ArgumentParser()
    add_arguments(parser)
    arguments = parser.parse_args(["list", "--settings", str(folder / "hub.toml"), *words])

    assert address(arguments) == asked
