"""kiosk lane, pager and board as programs: one clear line on bad settings, a calm end on SIGTERM."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest
from device_floor import lane_view

from kiosk.__main__ import MISTAKE, main

ROLES = ("lane", "pager", "board")
ENDS_WITHIN_S = 2.0


@pytest.mark.parametrize("role", ROLES)
def test_no_settings_file_is_one_line(role, tmp_path, capsys):
    """A file that is not there is named, with status 2."""
    status = main([role, "--settings", str(tmp_path / "none.toml")])

    told = capsys.readouterr().err
    assert status == MISTAKE
    assert told.count("\n") == 1
    assert "none.toml" in told


@pytest.mark.parametrize(("role", "needs"), [("lane", "[lane]"), ("pager", "[gpio]"), ("board", "[screen]")])
def test_a_missing_section_is_named(role, needs, tmp_path, capsys):
    """A role says which section of the settings it cannot do without."""
    file = tmp_path / "device.toml"
    file.write_text(f'[device]\nhub = "http://127.0.0.1:1"\nname = "one"\nfolder = "{tmp_path}"\n')

    status = main([role, "--settings", str(file)])

    told = capsys.readouterr().err
    assert status == MISTAKE
    assert needs in told
    assert told.count("\n") == 1


def test_an_unknown_key_is_told_the_nearest(tmp_path, capsys):
    """A misspelt setting is one line with the right word."""
    file = tmp_path / "lane.toml"
    file.write_text('[lane]\nleter = "A"\n')

    status = main(["lane", "--settings", str(file)])

    assert status == MISTAKE
    assert "did you mean letter" in capsys.readouterr().err


def settings_text(floor):
    """A lane of this floor as its settings file says it."""
    return f"""
[device]
hub = "{floor.hub.address}"
name = "device"
folder = "{floor.folder / "device"}"

[lane]
letter = "A"

[screen]
kind = "simulated"
width_px = 540
height_px = 960
panel_width_mm = 268.0

[scanner]
kinds = ["simulated"]

[printer]
kind = "network"
host = "127.0.0.1"
port = {floor.printer.port}

[simulator]
address = "{floor.folder / "world"}"
"""


@pytest.mark.parametrize("word", [signal.SIGTERM, signal.SIGINT])
def test_a_lane_ends_within_two_seconds(floor, word):
    """systemd and Ctrl-C are obeyed in order: nothing is left running, the status is 0. A busy machine has the time that it took to begin on top."""
    file = floor.folder / "lane.toml"
    file.write_text(settings_text(floor))
    floor.hub.shows("lane/A", lane_view())
    program = [sys.executable, "-m", "kiosk", "lane", "--settings", str(file)]
    started_s = time.monotonic()
    with subprocess.Popen(program, stderr=subprocess.PIPE, text=True) as process:
        floor.shows("scan")
        began_s = time.monotonic()

        process.send_signal(word)
        status = process.wait(60)

        took_s, told = time.monotonic() - began_s, process.stderr.read()

    assert status == 0, told
    assert took_s < ENDS_WITHIN_S + (began_s - started_s)


def test_a_lane_whose_shop_has_gone_says_so(floor):
    """Simulated hardware without its world is one line and status 2, not a silent mock."""
    file = floor.folder / "lane.toml"
    file.write_text(settings_text(floor).replace(str(floor.folder / "world"), str(floor.folder / "nowhere")))
    program = [sys.executable, "-m", "kiosk", "lane", "--settings", str(file)]

    ended = subprocess.run(program, check=False, capture_output=True, text=True, timeout=60)

    assert ended.returncode == MISTAKE
    assert ended.stderr.count("\n") == 1
    assert "kiosk shop" in ended.stderr
