"""`kiosk scan`: the contract of its output and of its exit status."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PIL import Image
from scan_pictures import OURS, code_picture, frame_with, noisy

from kiosk.__main__ import main
from kiosk.commands.scan import visible

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_json_has_one_entry_for_each_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Files come back in their order with what was read, and null where nothing was."""
    code, empty = tmp_path / "code.png", tmp_path / "empty.png"
    code_picture(OURS).save(code)
    Image.new("L", (200, 200), 255).save(empty)

    status = main(["scan", "--json", str(code), str(empty)])

    report = json.loads(capsys.readouterr().out)
    assert status == 0
    assert [(entry["file"], entry["text"]) for entry in report] == [(str(code), OURS), (str(empty), None)]
    assert all(set(entry) == {"file", "text", "ms"} and entry["ms"] > 0 for entry in report)


def test_a_file_that_is_no_picture_is_an_error_and_the_others_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One bad file makes the status 1 and one line on stderr; the rest is read all the same."""
    bad, code = tmp_path / "bad.png", tmp_path / "code.png"
    bad.write_bytes(b"no")
    code_picture(OURS).save(code)

    status = main(["scan", "--json", str(bad), str(code)])

    output = capsys.readouterr()
    report = json.loads(output.out)
    assert status == 1
    assert "not a picture" in report[0]["error"]
    assert report[0]["text"] is None
    assert report[1]["text"] == OURS
    assert output.err.count("\n") == 1


def test_a_still_gets_its_second_looks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A picture that the first look misses is read, since it counts as four frames."""
    path = tmp_path / "noisy.png"
    frame = frame_with(noisy(code_picture(OURS, module_px=6), 0.68))
    Image.frombytes("L", (640, 480), frame.grey).save(path)

    main(["scan", "--json", str(path)])

    assert json.loads(capsys.readouterr().out)[0]["text"] == OURS


def test_people_get_a_line_that_cannot_command_their_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever a code holds, its line holds no control character and no reversing of letters."""
    path = tmp_path / "evil.png"
    code_picture("\u202ecod.exe\u2066\x07 paid").save(path)

    main(["scan", str(path)])

    line = capsys.readouterr().out
    assert line.count("\n") == 1
    assert all(one.isprintable() for one in line.rstrip("\n"))


def test_visible_keeps_what_people_can_read() -> None:
    """Letters of every script stay as they are."""
    assert visible("مرحبا, ñ A-017\n\x1b[2J") == "مرحبا, ñ A-017\\n\\x1b[2J"
