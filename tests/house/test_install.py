"""`kiosk install`: files in their places, settings left alone, units enabled."""

from __future__ import annotations

import os

import pytest

from kiosk.__main__ import MISTAKE, main
from kiosk.commands.install import NGINX_CONF, PROGRAM, WEB


@pytest.fixture
def root(tmp_path):
    """The root folder of a machine that has the program."""
    program = tmp_path / "root" / PROGRAM
    program.parent.mkdir(parents=True)
    program.touch(0o755)
    return tmp_path / "root"


def test_a_role_is_installed_whole(root):
    """Unit, users, rules and example settings are in place, and the unit starts with the machine."""
    status = main(["install", "--root", str(root), "lane"])

    assert status == 0
    assert (root / "etc/systemd/system/multi-user.target.wants/kiosk-lane.service").is_symlink()
    for path in ("sysusers.d/kiosk.conf", "tmpfiles.d/kiosk.conf", "udev/rules.d/70-kiosk.rules", "kiosk/lane.toml"):
        assert (root / "etc" / path).is_file()


def test_a_device_takes_a_join_file_from_its_card_by_itself(root):
    """The unit is there and enabled beside a device's role; a hub has no card to take one from."""
    main(["install", "--root", str(root), "pager"])
    wants = root / "etc/systemd/system/multi-user.target.wants"
    with_pager = (wants / "kiosk-join.service").is_symlink()
    (wants / "kiosk-join.service").unlink()

    main(["install", "--root", str(root), "hub"])

    assert with_pager
    assert not (wants / "kiosk-join.service").exists()


@pytest.mark.parametrize(("said", "is_told"), [("", True), ("announce = false\n", False)])
def test_a_hub_in_the_network_announces_itself(root, said, is_told):
    """Unless its settings say that it does not."""
    main(["install", "--root", str(root), "hub"])
    with (root / "etc/kiosk/hub.toml").open("a") as file:
        file.write(f'\n[web]\nnames = ["hub.local"]\n{said}')

    main(["install", "--root", str(root), "hub"])

    assert (root / "etc/systemd/system/multi-user.target.wants/kiosk-announce.service").is_symlink() == is_told


def test_other_roles_stay_away(root):
    """A lane's machine has no hub's unit and no store."""
    main(["install", "--root", str(root), "lane"])

    assert not list(root.rglob("kiosk-hub.service"))
    assert not (root / "etc/kiosk/store.toml").exists()


def test_a_hub_comes_with_a_store(root):
    """The hub's example settings name a store; it is there too."""
    main(["install", "--root", str(root), "hub"])

    assert (root / "etc/kiosk/hub.toml").is_file()
    assert (root / "etc/kiosk/store.toml").is_file()


def test_settings_are_never_touched(root, capsys):
    """A newer program leaves settings as the owner wrote them, and mends a unit that was changed."""
    main(["install", "--root", str(root), "lane"])
    (root / "etc/kiosk/lane.toml").write_text("# mine\n")
    (root / "etc/systemd/system/kiosk-lane.service").write_text("# older\n")
    capsys.readouterr()

    main(["install", "--root", str(root), "lane"])

    told = capsys.readouterr().out
    assert (root / "etc/kiosk/lane.toml").read_text() == "# mine\n"
    assert "changed   /etc/systemd/system/kiosk-lane.service" in told
    assert "kept      /etc/kiosk/lane.toml" in told


def test_without_the_program_nothing_is_installed(tmp_path, capsys):
    """A root without the program is refused with the remedy, and stays empty."""
    status = main(["install", "--root", str(tmp_path), "lane"])

    assert status == MISTAKE
    assert "run image-build/common/install.sh first" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_an_ordinary_user_is_told_to_use_sudo(monkeypatch, capsys):
    """Without --root this machine is meant, and only root may change it."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    status = main(["install", "lane"])

    assert status == MISTAKE
    assert capsys.readouterr().err == "kiosk: only root can install; run it with sudo\n"


def test_a_hub_in_the_network_comes_with_nginx(root):
    """With [web] in its settings: configuration, drop-in and the watch over certificates; without, nothing of it."""
    main(["install", "--root", str(root), "hub"])
    without = (root / NGINX_CONF).exists()
    with (root / "etc/kiosk/hub.toml").open("a") as file:
        file.write('\n[web]\nnames = ["hub.local"]\n')

    main(["install", "--root", str(root), "hub"])

    assert not without
    assert "hub.local 1;" in (root / NGINX_CONF).read_text()
    assert all((root / target).is_file() for target in WEB.values())
