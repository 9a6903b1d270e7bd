"""`kiosk outbox`: what could not be told to the hub, as staff may see it."""

from __future__ import annotations

import json

import pytest

from kiosk.__main__ import main
from kiosk.outbox import Command, Outbox


@pytest.fixture
def settings(tmp_path):
    """A lane's settings; its outbox has one that waits and one that was set aside."""
    file = tmp_path / "lane.toml"
    file.write_text(f'[device]\nname = "lane-a"\nfolder = "{tmp_path}"\n')
    box = Outbox(tmp_path / "outbox.db")
    box.add(Command("a1", "greet", 1, {}))
    box.add(Command("b2", "check_in", 1_790_000_000_000_000, {"ticket": "A-017", "name": "Lucía Campos", "visit_id": "v"}))
    box.quarantine("b2", "bad_request: body.ticket")
    box.close()
    return file


def outbox(settings, *words):
    """Run the command."""
    return main(["outbox", "--settings", str(settings), *words])


def test_what_was_set_aside_is_shown_with_its_reason(settings, capsys):
    """Ticket, time and reason stand there, and nobody's name."""
    status = outbox(settings)

    said = capsys.readouterr().out
    assert status == 0
    assert said.startswith("1 waiting to be sent, 1 set aside\n")
    assert all(one in said for one in ("2026-09-21T", "check_in", "A-017", "bad_request: body.ticket", "b2"))
    assert "Campos" not in said


def test_it_can_be_read_by_programs(settings, capsys):
    """The same as JSON."""
    outbox(settings, "--json")

    told = json.loads(capsys.readouterr().out)
    assert (told["waiting"], [one["id"] for one in told["set_aside"]]) == (1, ["b2"])


def test_one_can_be_sent_once_more(settings, capsys):
    """After the hub was mended the command waits again; another id is an error."""
    found, missing = outbox(settings, "--again", "b2"), outbox(settings, "--again", "c3")

    assert (found, missing) == (0, 1)
    assert "c3" in capsys.readouterr().err
    outbox(settings)
    assert capsys.readouterr().out == "2 waiting to be sent, 0 set aside\n"


def test_a_device_that_never_ran_says_so(tmp_path, capsys):
    """Without an outbox there is one clear line, and no file is made."""
    file = tmp_path / "lane.toml"
    file.write_text(f'[device]\nname = "lane-a"\nfolder = "{tmp_path}/none"\n')

    status = outbox(file)

    assert status == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "none").exists()
