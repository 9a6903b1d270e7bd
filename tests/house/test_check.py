"""`kiosk check`: what the doctor finds, and that it changes nothing."""

from __future__ import annotations

import json
import socket
import sqlite3
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from PIL import Image

from kiosk.__main__ import MISTAKE, main
from kiosk.commands._checks import State
from kiosk.commands._hub_checks import clock
from kiosk.commands._lane_checks import panel, voice
from kiosk.server.database import Database
from kiosk.server.devices.authority import Authority
from kiosk.server.safety.keys import Keys
from kiosk.server.synchronised import ClockWatch, Synchronised
from kiosk.settings import Hub, Lane

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def check(tmp_path, capsys):
    """Check a settings text; the exit status and the verdicts by part."""

    def check(text: str, name: str = "device.toml"):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        status = main(["check", "--json", str(path)])
        verdicts = json.loads(capsys.readouterr().out)
        return status, {one["part"]: (one["state"], one["words"]) for one in verdicts}

    return check


@pytest.fixture
def free_port():
    """A port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def hub():
    """Something that answers as a hub does, and its address."""

    class Healthy(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *words):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Healthy)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def hub_settings(folder: Path) -> str:
    """A hub's settings with its database in `folder`."""
    store = EXAMPLES / "store.toml"
    return f'[hub]\ndatabase = "sqlite:///{folder}/hub.db"\nfolder = "{folder}"\nstore_file = "{store}"\n'


def test_a_sound_hub_passes(check, tmp_path):
    """A hub with its store and a database of this version has no fault; the status is 0."""
    Database(f"sqlite:///{tmp_path}/hub.db").close()

    status, found = check(hub_settings(tmp_path), "hub.toml")

    assert status == 0
    assert [found[part][0] for part in ("text", "store", "database", "folder")] == ["ok"] * 4


@pytest.mark.parametrize(
    ("names", "state", "said"),
    [
        ('"kiosk-hub.local"', "ok", "speaks for kiosk-hub.local"),
        ('"kiosk-hub.local", "hub.dealer.example"', "advice", "kiosk pair new-authority"),
        ('"hub.dealer.example"', "failed", "keep a name of before"),
    ],
)
def test_a_name_out_of_the_authoritys_reach_is_told_before_the_hub_starts(check, tmp_path, names, state, said):
    """Which name, and the ways out; nothing is written."""
    Authority(tmp_path / "authority", "valley", ("kiosk-hub.local",), datetime.now(UTC))
    before = {one.name: one.read_bytes() for one in (tmp_path / "authority").iterdir()}

    _, found = check(hub_settings(tmp_path) + f"[web]\nnames = [{names}]\n", "hub.toml")

    assert (found["web"][0], said in found["web"][1]) == (state, True)
    assert {one.name: one.read_bytes() for one in (tmp_path / "authority").iterdir()} == before


def test_before_the_first_start_there_is_no_authority(check, tmp_path):
    """The hub makes it for the names of its settings."""
    _, found = check(hub_settings(tmp_path) + '[web]\nnames = ["hub.dealer.example"]\n', "hub.toml")

    assert (found["web"][0], "makes it for hub.dealer.example" in found["web"][1]) == ("advice", True)


def test_a_database_that_is_not_made_yet_is_no_fault(check, tmp_path):
    """Before the first start there is no database, and the check does not make one."""
    status, found = check(hub_settings(tmp_path), "hub.toml")

    assert (status, found["database"][0]) == (0, "advice")
    assert not (tmp_path / "hub.db").exists()


def test_a_running_hub_is_seen(check, tmp_path):
    """The check reads beside a running hub and says so."""
    database = Database(f"sqlite:///{tmp_path}/hub.db")

    status, found = check(hub_settings(tmp_path), "hub.toml")
    database.close()

    assert (status, found["database"]) == (0, ("ok", "a hub runs on it"))


def about_backups(text, path, capsys):
    """The verdicts on a hub's backups."""
    path.write_text(text, "utf-8")
    main(["check", "--json", str(path)])
    return [(one["state"], one["words"]) for one in json.loads(capsys.readouterr().out) if one["part"] == "backup"]


def test_a_hub_that_nobody_backs_up_is_told(tmp_path, capsys):
    """No recovery key, no backup, and the folder for them on the machine that may be lost: each with its remedy."""
    found = about_backups(hub_settings(tmp_path), tmp_path / "hub.toml", capsys)

    assert [state for state, _ in found] == ["advice"] * 3
    assert "[backup] folder" in found[0][1]
    assert "kiosk backup new-key" in found[1][1]
    assert "kiosk backup now" in found[2][1]


def test_a_stick_that_is_not_plugged_in_fails(tmp_path, capsys):
    """The folder of the settings is not there: nothing is backed up, and nothing is made in its place."""
    stick = tmp_path / "stick"

    found = about_backups(hub_settings(tmp_path) + f'[backup]\nfolder = "{stick}"\n', tmp_path / "hub.toml", capsys)

    assert (found[0][0], "plug the stick in" in found[0][1]) == ("failed", True)
    assert not stick.exists()


def test_a_hub_that_is_backed_up_says_how_newly(tmp_path, capsys):
    """A key, a stick and a backup: one verdict, with its file and time."""
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "backup-20261124T170000Z.age").write_bytes(b"age")
    Keys(tmp_path / "keys").new_recovery_key()

    found = about_backups(hub_settings(tmp_path) + f'[backup]\nfolder = "{stick}"\n', tmp_path / "hub.toml", capsys)

    assert [state for state, _ in found] == ["ok"]
    assert "of 2026-11-24 17:00 UTC" in found[0][1]


def test_a_server_that_does_not_answer_is_told_as_the_hub_tells_it(check, tmp_path):
    """Its address without the password, and the remedy."""
    text = hub_settings(tmp_path).replace(f"sqlite:///{tmp_path}/hub.db", f"postgresql://kiosk:secret@/nothing?host={tmp_path}")

    status, found = check(text, "hub.toml")

    assert (status, found["database"][0]) == (1, "failed")
    assert "postgresql://kiosk:***@" in found["database"][1]
    assert "the server does not answer" in found["database"][1]


def test_what_is_no_database_fails(check, tmp_path):
    """A file that is no database is named."""
    (tmp_path / "hub.db").write_bytes(b"not a database at all, and long enough to be looked at" * 100)

    status, found = check(hub_settings(tmp_path), "hub.toml")

    assert (status, found["database"][0]) == (1, "failed")
    assert str(tmp_path / "hub.db") in found["database"][1]


def test_an_older_database_waits_for_the_hub(check, tmp_path):
    """A database without our tables is brought up to date by the hub, not by the check."""
    sqlite3.connect(tmp_path / "hub.db").close()
    before = (tmp_path / "hub.db").read_bytes()

    status, found = check(hub_settings(tmp_path), "hub.toml")

    assert (status, found["database"][0]) == (0, "advice")
    assert (tmp_path / "hub.db").read_bytes() == before


def test_every_fault_of_the_settings_is_a_verdict(tmp_path, capsys):
    """A file with two faults gets two lines, and nothing else is looked at."""
    path = tmp_path / "lane.toml"
    path.write_text('[lane]\nletter = "S"\n[printer]\nbuad = 1\n')

    status = main(["check", str(path)])

    assert status == 1
    assert capsys.readouterr().out.splitlines() == [
        'failed  lane.toml, settings: [lane] letter: must be one capital letter except I, O and S, not "S"',
        "failed  lane.toml, settings: [printer] buad: unknown key; did you mean baud?",
    ]


def test_a_faulty_store_fails_the_hub(check, tmp_path):
    """The store's faults are the hub's."""
    (tmp_path / "store.toml").write_text("[store]\n")

    status, found = check(hub_settings(tmp_path).replace(str(EXAMPLES), str(tmp_path)), "hub.toml")

    assert (status, found["store"][0]) == (1, "failed")


def test_a_device_sees_its_hub(check, tmp_path, hub):
    """A hub that answers is told with the time it took."""
    status, found = check(f'[device]\nname = "a"\nhub = "{hub}"\nfolder = "{tmp_path}"\n')

    assert (status, found["hub"][0]) == (0, "ok")


def test_a_hub_that_is_away_fails(check, tmp_path, free_port):
    """A hub that does not answer is a fault with its address and what to look at."""
    status, found = check(f'[device]\nname = "a"\nhub = "http://127.0.0.1:{free_port}"\nfolder = "{tmp_path}"\n')

    assert (status, found["hub"][0]) == (1, "failed")
    assert f"http://127.0.0.1:{free_port} does not answer" in found["hub"][1]


def test_a_printer_that_is_away_fails(check, free_port):
    """A printer that cannot be reached is a fault with its address."""
    status, found = check(f'[printer]\nkind = "network"\nhost = "127.0.0.1"\nport = {free_port}\n')

    assert (status, found["printer"][0]) == (1, "failed")
    assert f"127.0.0.1:{free_port}" in found["printer"][1]


def test_a_scanner_shows_a_picture(check, tmp_path):
    """A folder of pictures in place of a camera shows its first one."""
    Image.new("L", (640, 480), 200).save(tmp_path / "one.png")

    status, found = check(f'[scanner]\nkinds = ["folder"]\nfolder = "{tmp_path}"\n')

    assert (status, found["scanner folder"]) == (0, ("ok", "a picture of 640 x 480"))


def test_each_kind_of_scanner_has_its_verdict(check, tmp_path):
    """Two kinds are two verdicts; a hand scanner that is not plugged in is named."""
    missing = tmp_path / "event-kbd"
    status, found = check(f'[scanner]\nkinds = ["hand_scanner", "simulated"]\nhand_scanner = "{missing}"\n')

    assert status == 1
    assert found["scanner hand_scanner"] == (
        "failed",
        f"{missing}: not there; plug it in, and check [scanner] hand_scanner",
    )
    assert found["scanner simulated"][0] == "ok"


def test_simulated_screen_and_pins_are_told_as_such(check):
    """Nobody takes the shop's hardware for real."""
    status, found = check('[screen]\nkind = "simulated"\n[gpio]\nfactory = "mock"\n')

    assert status == 0
    assert "simulated" in found["screen"][1]
    assert "simulated" in found["gpio"][1]


def test_papers_without_a_queue_are_downloaded(check):
    """No queue is a choice, not a fault."""
    status, found = check("[papers]\n")

    assert (status, found["papers"]) == (0, ("ok", "no queue: papers are downloaded"))


def test_a_folder_that_does_not_exist_yet_is_no_fault(check, tmp_path):
    """A role makes its folder; the check does not."""
    (tmp_path / "there").mkdir()
    status, found = check(hub_settings(tmp_path / "there" / "later"), "hub.toml")

    assert (status, found["folder"]) == (0, ("advice", f"{tmp_path}/there/later: not made yet"))
    assert not (tmp_path / "there" / "later").exists()


def test_a_missing_file_is_a_verdict(tmp_path, capsys):
    """A settings file that is not there fails like any other part."""
    status = main(["check", str(tmp_path / "lane.toml")])

    assert status == 1
    assert capsys.readouterr().out == (
        f"failed  lane.toml, settings: {tmp_path / 'lane.toml'}: no such file or directory\n"
    )


def test_a_machine_without_settings_is_told_what_to_do(tmp_path, monkeypatch, capsys):
    """`kiosk check` alone looks where the units' settings are, and says so where nothing is."""
    monkeypatch.setattr("kiosk.commands.check.FOLDER", tmp_path)

    status = main(["check"])

    assert status == MISTAKE
    assert capsys.readouterr().err == f"kiosk: no settings in {tmp_path}; name a file: kiosk check lane.toml\n"


def test_a_lane_that_cannot_speak_fails(check, tmp_path):
    """Set to speak, and no clips: which, how many, and what makes them."""
    text = f'[lane]\nletter = "A"\nvoice = "asked"\nvoice_folder = "{tmp_path}"\n'

    status, verdicts = check(text)

    assert status == 1
    assert verdicts["voice"][0] == "failed"
    assert "clips in es" in verdicts["voice"][1]
    assert f"kiosk voice --out {tmp_path}" in verdicts["voice"][1]


def test_the_package_that_makes_the_clips_is_named(tmp_path, monkeypatch):
    """On a machine without espeak-ng."""
    monkeypatch.setenv("PATH", str(tmp_path))

    [(state, words)] = voice(Lane(letter="A", voice="always", voice_folder=str(tmp_path)))

    assert state is State.FAILED
    assert "apt install espeak-ng" in words


@pytest.mark.parametrize(
    ("status", "touch", "told"),
    [
        ("connected", "2", [(State.OK, "plugged in at HDMI-A-1")]),
        ("connected", "0", [(State.OK, "HDMI-A-1"), (State.ADVICE, "no touch screen")]),
        ("disconnected", "2", [(State.FAILED, "nothing is plugged in at HDMI-A-1")]),
    ],
)
def test_the_panel_is_looked_for(tmp_path, status, touch, told):
    """Its cable and its touch, as the kernel has them."""
    for name, words in (("drm/card0-HDMI-A-1/status", status), ("input/event0/device/properties", touch)):
        file = tmp_path / "class" / name
        file.parent.mkdir(parents=True)
        file.write_text(words)

    verdicts = list(panel(tmp_path))

    assert [state for state, _ in verdicts] == [state for state, _ in told]
    assert all(part in words for (_, words), (_, part) in zip(verdicts, told, strict=True))


@pytest.mark.parametrize(
    ("said", "setting", "state", "word"),
    [
        (Synchronised.NO, "synchronised", State.ADVICE, "NTP="),
        (Synchronised.NO, "trusted", State.OK, "by other means"),
        (Synchronised.YES, "synchronised", State.OK, "follows a time server"),
        (Synchronised.UNKNOWN, "synchronised", State.OK, "taken for right"),
    ],
)
def test_a_clock_without_a_time_server_is_told(tmp_path, said, setting, state, word):
    """With the two ways out; what the settings trust, and what a machine cannot say, is no fault."""
    watch = ClockWatch(kernel=lambda: said, mark=tmp_path / "none", program=lambda: said)

    [(found, words)] = clock(Hub(clock=setting), watch)

    assert (found, word in words) == (state, True)
