"""The promise behind Type=notify and WatchdogSec: the roles really tell systemd that they are ready, alive and stopping."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.hardware.simulated.world import World

ROOT = Path(__file__).parents[2]
WITHIN_S = 60
BOARD = '[screen]\nkind = "simulated"\nwidth_px = 640\nheight_px = 360\n[board]\nlanguages = ["en"]\n'
LANE = (
    '[lane]\nletter = "A"\n[scanner]\nkinds = ["simulated"]\n[printer]\nkind = "network"\nhost = "127.0.0.1"\nport = 9\n'
    '[screen]\nkind = "simulated"\nwidth_px = 540\nheight_px = 960\n'
)
PAGER = '[gpio]\nfactory = "mock"\n[[desk]]\nadvisor = "marta"\nlamp_kind = "led"\nlamp_pin = 17\n'


@pytest.fixture
def systemd(tmp_path):
    """The socket at which systemd listens, and the environment of a unit with WatchdogSec=1."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(tmp_path / "notify"))
        channel.settimeout(WITHIN_S)
        yield channel, {**os.environ, "NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "1000000"}


@pytest.fixture
def world(tmp_path):
    """A world for simulated hardware."""
    world = World(tmp_path / "world", lambda _device, _told: None)
    yield tmp_path / "world"
    world.close()


def left_in(channel: socket.socket) -> list[str]:
    """What was told and not yet heard."""
    channel.setblocking(False)
    left = []
    while True:
        try:
            left.append(channel.recv(4096).decode())
        except BlockingIOError:
            return left


def unit_type(role: str) -> str:
    """How a role's unit starts."""
    lines = (ROOT / f"systemd/kiosk-{role}.service").read_text("utf-8").splitlines()
    return next(line for line in lines if line.startswith("Type=")).removeprefix("Type=")


def test_the_hub_tells_systemd_how_it_is(systemd, tmp_path):
    """The hub says READY=1 when it answers, and WATCHDOG=1 as long as its loop turns."""
    channel, environment = systemd
    settings = tmp_path / "hub.toml"
    store = ROOT / "examples/store.toml"
    settings.write_text(
        f'[hub]\nlisten = "127.0.0.1:0"\ndatabase = "sqlite:///{tmp_path}/hub.db"\nfolder = "{tmp_path}"\nstore_file = "{store}"\nsign_in = false\n'
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "kiosk", "hub", "--settings", str(settings)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    told = [channel.recv(4096).decode().split("\n")[0] for _ in range(4)]
    process.send_signal(signal.SIGTERM)
    status = process.wait(WITHIN_S)

    assert unit_type("hub") == "notify"
    assert sorted(told) == ["READY=1", "WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1"]
    assert status == 0


@pytest.mark.parametrize(("role", "sections"), [("lane", LANE), ("pager", PAGER), ("board", BOARD)])
def test_a_role_tells_systemd_how_it_is(role, sections, systemd, world, tmp_path):
    """A role whose unit is of Type=notify says READY=1 when it is open, WATCHDOG=1 as long as its loop turns, STOPPING=1 at its end."""
    channel, environment = systemd
    settings = tmp_path / f"{role}.toml"
    device = f'[device]\nname = "{role}"\nhub = "http://127.0.0.1:9"\nfolder = "{tmp_path}"\n[simulator]\naddress = "{world}"\n'
    settings.write_text(device + sections)
    process = subprocess.Popen(
        [sys.executable, "-m", "kiosk", role, "--settings", str(settings)], env=environment, stderr=subprocess.DEVNULL
    )

    told = [channel.recv(4096).decode() for _ in range(3)]
    process.send_signal(signal.SIGTERM)
    status = process.wait(WITHIN_S)

    assert unit_type(role) == "notify"
    assert told == ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]
    assert status == 0
    assert "STOPPING=1" in left_in(channel)
