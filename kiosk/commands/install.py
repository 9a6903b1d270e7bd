"""`kiosk install ROLE...`: makes this machine start roles by itself: units, users, device rules and example settings.

Files come from `systemd/` and `examples/`, beside the package in a checkout or under `share/service-lane` in a wheel.
Settings that are there are never touched. With --root the files go below a folder, as an image's builder wants it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import KioskError

if TYPE_CHECKING:
    import argparse

HELP = "make this machine start a role by itself: hub, lane, pager or board"
ROLES = ("hub", "lane", "pager", "board")
PROGRAM = "opt/kiosk/venv/bin/kiosk"
BOOTED = Path("/run/systemd/system")  # there while systemd runs this machine; not in an image being built
UDEV = Path("/run/udev/control")  # there while device rules are read; a container has none, and needs none
SHARED = {
    "kiosk.sysusers.conf": "etc/sysusers.d/kiosk.conf",
    "kiosk.tmpfiles.conf": "etc/tmpfiles.d/kiosk.conf",
    "70-kiosk.rules": "etc/udev/rules.d/70-kiosk.rules",
}
# What a hub with a [web] section has besides, and where nginx finds what is written from the settings.
WEB = {
    "nginx-kiosk.conf": "etc/systemd/system/nginx.service.d/kiosk.conf",
    "nginx-certificates.path": "etc/systemd/system/nginx-certificates.path",
    "nginx-certificates.service": "etc/systemd/system/nginx-certificates.service",
    "kiosk-announce.service": "etc/systemd/system/kiosk-announce.service",
}
# What every machine with a device's role has besides.
JOIN = {"kiosk-join.service": "etc/systemd/system/kiosk-join.service"}
DEVICES = frozenset({"lane", "pager", "board"})
NGINX_CONF = "etc/kiosk/nginx.conf"
PUBLIC_PATH = "etc/systemd/system/nginx-certificates.path.d/public.conf"


class InstallError(KioskError):
    """The roles cannot be installed here."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """ROLE..., --root, --start."""
    parser.add_argument("roles", nargs="+", choices=ROLES, metavar="ROLE", help=", ".join(ROLES))
    parser.add_argument("--root", type=Path, default=Path("/"), help="a root folder that is not running (an image)")
    parser.add_argument("--start", action="store_true", help="start the roles now, not only at the next start")


def run(arguments: argparse.Namespace) -> int:
    """Put every file in its place and enable the units; running it again changes nothing."""
    root: Path = arguments.root
    is_this_machine = root.resolve() == Path("/")
    if is_this_machine and os.geteuid() != 0:
        raise InstallError("only root can install; run it with sudo")
    if not (root / PROGRAM).exists():
        raise InstallError(
            f"{root / PROGRAM} is missing, and the units start it; run image-build/common/install.sh first"
        )
    for source, target in files(arguments.roles):
        print(f"{put(source, root / target):9} /{target}")
    for source, target in examples(arguments.roles):
        print(f"{keep(source, root / target):9} /{target}")
    units = [f"kiosk-{role}.service" for role in arguments.roles]
    units += JOIN if DEVICES.intersection(arguments.roles) else ()
    if "hub" in arguments.roles:
        units += web(root)
    if is_this_machine:
        _tell("systemd-sysusers")
        _tell("systemd-tmpfiles", "--create", "/etc/tmpfiles.d/kiosk.conf")
    is_running = is_this_machine and BOOTED.is_dir()
    if is_running and UDEV.exists():
        _tell("udevadm", "control", "--reload")
    _tell("systemctl", f"--root={root}" if not is_this_machine else "--no-reload", "enable", "--quiet", *units)
    if is_running:  # last of all, or systemd tells at each command that files are newer than what it has read
        _tell("systemctl", "daemon-reload")
    if arguments.start and is_running:
        _tell("systemctl", "restart", *units)
    print(f"enabled   {', '.join(units)}; settings are in {root / 'etc/kiosk'}")
    return 0


def web(root: Path) -> list[str]:
    """nginx's files, where the hub's settings have a [web] section; the units to enable then."""
    from kiosk.server.nginx import Places, configuration, version_of
    from kiosk.store_settings import stores_of

    stores = [one.settings for one in stores_of(root / "etc/kiosk/hub.toml")]
    settings = stores[0]
    if settings.web is None:
        print("no [web] section in hub.toml: the hub answers on this machine only")
        return []
    try:
        said = subprocess.run(["nginx", "-v"], check=False, capture_output=True, text=True).stderr
    except OSError as error:
        raise InstallError("nginx is missing, and [web] wants it; apt install nginx") from error
    text = configuration(stores, Places(pid=Path("/run/nginx.pid"), version=version_of(said)))
    print(f"{write(text, root / NGINX_CONF):9} /{NGINX_CONF}")
    for name, target in WEB.items():
        print(f"{put(source('systemd', name), root / target):9} /{target}")
    certificates = [one.web.certificate for one in stores if one.web and one.web.certificate]
    if certificates:
        watch = "\n".join(("[Path]", *(f"PathChanged={one}" for one in certificates), ""))
        told = write(watch, root / PUBLIC_PATH)
        print(f"{told:9} /{PUBLIC_PATH}")
    units = ["nginx-certificates.path", *(["kiosk-announce.service"] if settings.web.announce else [])]
    return ["nginx.service", *units] if root.resolve() == Path("/") else units


def write(text: str, target: Path) -> str:
    """Write, unless it says so already; the answer says which."""
    if target.is_file() and target.read_text("utf-8") == text:
        return "unchanged"
    is_new = not target.exists()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, "utf-8")
    target.chmod(0o644)
    return "new" if is_new else "changed"


def files(roles: list[str]) -> list[tuple[Path, str]]:
    """What always follows the program: units and rules, each with its place below the root."""
    units = [(source("systemd", f"kiosk-{role}.service"), f"etc/systemd/system/kiosk-{role}.service") for role in roles]
    shared = SHARED | (JOIN if DEVICES.intersection(roles) else {})
    return units + [(source("systemd", name), target) for name, target in shared.items()]


def examples(roles: list[str]) -> list[tuple[Path, str]]:
    """Settings to begin with; a hub has a store as well."""
    names = [f"{role}.toml" for role in roles] + (["store.toml"] if "hub" in roles else [])
    return [(source("examples", name), f"etc/kiosk/{name}") for name in names]


def source(folder: str, name: str) -> Path:
    """A file beside the package, or where a wheel has put it.

    Raises:
        InstallError: neither has it.
    """
    places = (Path(__file__).parents[2], Path(sys.prefix) / "share/service-lane")
    for place in places:
        if (place / folder / name).is_file():
            return place / folder / name
    raise InstallError(f"{folder}/{name} is missing from this installation; install the package again")


def put(source: Path, target: Path) -> str:
    """Copy, unless it is the same already; the answer says which."""
    if target.is_file() and target.read_bytes() == source.read_bytes():
        return "unchanged"
    is_new = not target.exists()
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o644)
    return "new" if is_new else "changed"


def keep(source: Path, target: Path) -> str:
    """Copy only where nothing is."""
    return "kept" if target.exists() else put(source, target)


def _tell(*command: str) -> None:
    """Run a tool of the system.

    Raises:
        InstallError: it is missing or failed; with what it said last.
    """
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    except OSError as error:
        raise InstallError(f"{command[0]} is missing; roles are started by systemd") from error
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise InstallError(f"{' '.join(command)}: {said[-1] if said else f'ended with {done.returncode}'}")
