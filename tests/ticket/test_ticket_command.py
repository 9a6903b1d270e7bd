"""`kiosk ticket`: a ticket as a file."""

from __future__ import annotations

import pytest
from PIL import Image
from printed import commands, picture

from kiosk.__main__ import MISTAKE, main


@pytest.mark.parametrize("code", ["en", "es", "ar"])
@pytest.mark.parametrize(("paper", "width"), [("80", 576), ("58", 384)])
def test_a_ticket_is_drawn_as_a_picture(tmp_path, code, paper, width):
    """A file that ends in .png is a one-bit picture at the printer's width."""
    out = tmp_path / "ticket.png"

    status = main(["ticket", "--lang", code, "--out", str(out), "--paper", paper])

    with Image.open(out) as image:
        assert (status, image.format, image.mode, image.width) == (0, "PNG", "1", width)


def test_a_ticket_is_written_as_bytes(tmp_path, capsys):
    """Any other file is what a printer is sent, and the command says so in one line."""
    out = tmp_path / "ticket.bin"

    status = main(["ticket", "--lang", "ar", "--out", str(out)])

    assert status == 0
    assert commands(out.read_bytes())[-1] == ("cut", b"\x1dVB\x00")
    assert capsys.readouterr().out == f"{out}: A-017, 576 x {picture(out.read_bytes()).height} dots, ESC/POS\n"


def test_the_format_may_be_named(tmp_path):
    """--format wins over the file's name."""
    out = tmp_path / "ticket.png"

    main(["ticket", "--lang", "es", "--out", str(out), "--format", "escpos"])

    assert out.read_bytes().startswith(b"\x1b@")


def test_other_tickets_can_be_drawn(tmp_path):
    """A copy, a walk-in's ticket and one without a code differ in height from the first."""
    heights = set()
    for option in ([], ["--copy"], ["--walk-in"], ["--no-code"]):
        out = tmp_path / "ticket.png"
        main(["ticket", "--lang", "en", "--out", str(out), *option])
        with Image.open(out) as image:
            heights.add(image.height)

    assert len(heights) == 4


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--lang", "fr", "--out", "x.png"], "--lang: invalid choice: 'fr'"),
        (["--lang", "en", "--out", "x.png", "--paper", "72"], "--paper: invalid choice:"),
        (["--lang", "en"], "required: --out"),
    ],
)
def test_a_wrong_option_is_refused_in_one_line(capsys, words, complaint):
    """The line names the choice, and nothing is written."""
    with pytest.raises(SystemExit) as left:
        main(["ticket", *words])

    said = capsys.readouterr().err
    assert (left.value.code, said.count("\n")) == (MISTAKE, 1)
    assert complaint in said


def test_a_folder_that_is_not_there_is_told(tmp_path, capsys):
    """The line names the file."""
    out = tmp_path / "nowhere" / "ticket.png"

    status = main(["ticket", "--lang", "en", "--out", str(out)])

    assert status == MISTAKE
    assert capsys.readouterr().err == f"kiosk: {out}: no such file or directory\n"
