"""systemd/: every unit is sound, shut in, and lets the program do what it must."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from kiosk.commands.install import JOIN, PROGRAM, ROLES, SHARED, WEB
from kiosk.join_card import CARD
from kiosk.settings import load

ROOT = Path(__file__).parents[2]
OURS = sorted((ROOT / "systemd").glob("kiosk-*.service"))
BESIDE = ("announce", "join")  # no roles: they stand beside the hub and the devices
UNITS = [path for path in OURS if path.stem.removeprefix("kiosk-") not in BESIDE]
DEBIANS_GROUPS = {"audio", "dialout", "input", "lp", "render", "video"}
MOST_EXPOSED = 30  # tenths; systemd calls up to 4.9 "OK"
SINCE_254 = ("RestartSteps", "RestartMaxDelaySec")  # Debian 12 has 252, which passes over them


class Unit:
    """A unit file, its keys as they are written and repeated ones joined by spaces."""

    def __init__(self, path: Path) -> None:
        joined: dict[tuple[str, str], str] = {}
        section = ""
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("["):
                section = line.strip("[]")
            elif "=" in line and not line.startswith("#"):
                key, _, value = line.partition("=")
                joined[section, key] = f"{joined.get((section, key), '')} {value}".strip()
        self._values = joined

    def __call__(self, section: str, key: str) -> str:
        """A value, or nothing."""
        return self._values.get((section, key), "")


def role(path: Path) -> str:
    """The role of kiosk-<role>.service."""
    return path.stem.removeprefix("kiosk-")


@pytest.fixture
def startable(tmp_path):
    """A copy of a unit that starts a program of every machine, so that systemd has nothing to say about its absence."""

    def startable(path: Path) -> Path:
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", path.read_text("utf-8"), flags=re.MULTILINE)
        copy = tmp_path / path.name
        copy.write_text(text, "utf-8")
        return copy

    return startable


def analyze(*words: object) -> subprocess.CompletedProcess[str]:
    """Run systemd-analyze, which judges units without a running systemd."""
    return subprocess.run(["systemd-analyze", *map(str, words)], check=False, capture_output=True, text=True)


def test_every_role_has_a_unit():
    """There is one unit a role, and no unit without one."""
    assert {role(path) for path in UNITS} == set(ROLES)


@pytest.mark.parametrize("path", OURS, ids=role)
def test_systemd_finds_nothing_wrong_with_a_unit(path, startable):
    """`systemd-analyze verify` is silent."""
    version = int(analyze("--version").stdout.split()[1])
    told = analyze("verify", "--man=no", startable(path)).stderr.splitlines()

    known = SINCE_254 if version < 254 else ()
    assert not [line for line in told if not any(f"'{key}'" in line for key in known)]


@pytest.mark.parametrize("path", OURS, ids=role)
def test_a_unit_is_shut_in(path, startable):
    """`systemd-analyze security` finds an exposure of 3.0 at most."""
    answer = analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", startable(path))

    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize("path", UNITS, ids=role)
def test_a_unit_starts_the_installed_program_with_its_settings(path):
    """A role's unit runs /opt/kiosk's program with /etc/kiosk/<role>.toml, and is passed over where that is absent."""
    unit = Unit(path)

    settings = f"/etc/kiosk/{role(path)}.toml"
    assert unit("Service", "ExecStart") == f"/{PROGRAM} {role(path)} --settings {settings}"
    assert unit("Unit", "ConditionPathExists") == settings


@pytest.mark.parametrize("path", UNITS, ids=role)
def test_a_unit_waits_for_its_disk_and_comes_back_for_ever(path):
    """A role starts when the partition of its data is there, and is started again however often it fails."""
    unit = Unit(path)

    assert "/var/lib/kiosk" in unit("Unit", "RequiresMountsFor").split()
    assert (unit("Service", "Restart"), unit("Unit", "StartLimitIntervalSec")) == ("always", "0")


@pytest.mark.parametrize("path", UNITS, ids=role)
def test_the_examples_folder_is_the_units(path):
    """The folder that the example settings name is the one that the unit makes, for its user alone."""
    unit, settings = Unit(path), load(ROOT / "examples" / f"{role(path)}.toml")

    folders = {part.folder for part in (settings.device, settings.hub) if part}
    assert folders == {f"/var/lib/{unit('Service', 'StateDirectory')}"}
    assert unit("Service", "StateDirectoryMode") == ("0710" if role(path) == "hub" else "0700")


@pytest.mark.parametrize("path", UNITS, ids=role)
def test_a_units_user_and_groups_exist(path):
    """Every user and group is Debian's own or made by our sysusers.d file."""
    unit = Unit(path)
    lines = (ROOT / "systemd/kiosk.sysusers.conf").read_text("utf-8").splitlines()
    ours = {line.split()[1] for line in lines if line and not line.startswith("#")}

    assert {unit("Service", "User"), unit("Service", "Group")} <= ours
    assert set(unit("Service", "SupplementaryGroups").split()) <= ours | DEBIANS_GROUPS


@pytest.mark.parametrize("path", UNITS, ids=role)
def test_a_unit_with_pins_sees_the_pis_model(path):
    """gpiozero reads the Pi's revision in /proc: a unit with pins keeps the whole of it, and lgpio gets a folder."""
    unit = Unit(path)
    has_pins = "char-gpiochip" in unit("Service", "DeviceAllow")

    assert has_pins == ("gpio" in unit("Service", "SupplementaryGroups").split())
    assert not (has_pins and unit("Service", "ProcSubset"))
    assert has_pins == ("LG_WD=/run/" + unit("Service", "RuntimeDirectory") in unit("Service", "Environment").split())


def test_the_hubs_network_is_its_own_machine():
    """Until sign-in exists the hub's unit lets no other machine in, whatever the settings say."""
    unit = Unit(ROOT / "systemd/kiosk-hub.service")

    assert unit("Service", "IPAddressDeny") == "any"
    assert unit("Service", "IPAddressAllow") == "localhost"


def test_what_hears_the_whole_network_sees_no_key():
    """The announcement runs as another user than the hub, and the hub's folder is not there for it."""
    unit = Unit(ROOT / "systemd/kiosk-announce.service")

    assert unit("Service", "User") != "kiosk-hub"
    assert "-/var/lib/kiosk" in unit("Service", "InaccessiblePaths").split()
    assert "multicast" in unit("Service", "IPAddressAllow").split()


def test_the_join_file_is_taken_before_the_roles_start():
    """Once, where it lies on the card, by a root without a network and with two powers."""
    unit = Unit(ROOT / "systemd/kiosk-join.service")

    assert unit("Unit", "ConditionPathExists") == str(CARD)
    assert set(unit("Unit", "Before").split()) == {"kiosk-lane.service", "kiosk-pager.service", "kiosk-board.service"}
    assert (unit("Service", "PrivateNetwork"), unit("Service", "CapabilityBoundingSet")) == ("yes", "CAP_CHOWN CAP_DAC_OVERRIDE")


def test_every_file_of_systemd_is_installed():
    """`kiosk install` puts every file of systemd/ somewhere."""
    assert {path.name for path in (ROOT / "systemd").iterdir()} == {path.name for path in UNITS} | set(SHARED) | set(WEB) | set(JOIN)


def test_users_and_folders_are_made_as_the_files_say(tmp_path):
    """systemd itself makes users and folders from our files, below an empty root."""
    for name, folder in (("kiosk.sysusers.conf", "sysusers.d"), ("kiosk.tmpfiles.conf", "tmpfiles.d")):
        (tmp_path / "etc" / folder).mkdir(parents=True)
        shutil.copy(ROOT / "systemd" / name, tmp_path / "etc" / folder / "kiosk.conf")

    made = subprocess.run(
        ["systemd-sysusers", f"--root={tmp_path}", "--dry-run", "kiosk.conf"],
        check=False,
        capture_output=True,
        text=True,
    )
    folders = subprocess.run(
        ["systemd-tmpfiles", f"--root={tmp_path}", "--cat-config", "kiosk.conf"],
        check=False,
        capture_output=True,
        text=True,
    )

    assert (made.returncode, folders.returncode) == (0, 0), made.stderr + folders.stderr
    assert "kiosk-hub" in made.stderr + made.stdout
