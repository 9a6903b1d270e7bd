"""`kiosk screenshot`: a screen as a picture, without settings, hub or pygame."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from PIL import Image

from kiosk.__main__ import main
from kiosk.commands.screenshot import BOARD_SIZES, LANGUAGES, Shot, all_screenshots, picture, states


def test_a_board_is_drawn(tmp_path, capsys):
    """The picture has the size asked for and one line says what it shows."""
    out = tmp_path / "board.png"

    status = main(["screenshot", "board", "--state", "call", "--lang", "ar", "--size", "1280x720", "--out", str(out)])

    assert status == 0
    assert capsys.readouterr().out == f"{out}: board, call, ar, 1280 x 720\n"
    with Image.open(out) as image:
        assert image.size == (1280, 720)


def test_the_states_are_listed(capsys):
    """--list names every state, one a line."""
    status = main(["screenshot", "board", "--list"])

    assert status == 0
    assert capsys.readouterr().out.split() == list(states("board"))


def test_a_state_has_its_own_shape(tmp_path):
    """An upright state is drawn upright and a dark one dark unless something else is asked for."""
    for state in ("portrait", "dark"):
        main(["screenshot", "board", "--state", state, "--out", str(tmp_path / f"{state}.png")])

    with Image.open(tmp_path / "portrait.png") as upright, Image.open(tmp_path / "dark.png") as dark:
        assert upright.size == (1080, 1920)
        assert dark.getpixel((1, 1)) == (0x0A, 0x13, 0x1A)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["board", "--state", "dya", "--out", "x.png"], "did you mean day?"),
        (["board"], "--out FILE.png"),
        (["board", "--size", "wide", "--out", "x.png"], "write it as 1920x1080"),
        (["board", "--size", "0x5", "--out", "x.png"], "write it as 1920x1080"),
        (["board", "--out", "/nowhere/at/all.png"], "/nowhere/at/all.png"),
        (["board", "--logo", "/nowhere/logo.png", "--out", "x.png"], "/nowhere/logo.png: no such file"),
        (["shelf"], "shelf"),
    ],
)
def test_a_mistake_is_one_line(capsys, words, says):
    """Whatever is mistyped: one line names it, and the exit status is not zero."""
    try:
        status = main(["screenshot", *words])
    except SystemExit as left:
        status = left.code

    told = capsys.readouterr().err
    assert status == 2
    assert says in told
    assert told.count("\n") == 1


def test_the_gallery_has_every_state_in_every_language():
    """The board's part of the gallery: each state, each usual size, each language, once."""
    shots = list(all_screenshots(("board",)))

    assert len(shots) == len(set(shots)) == len(states("board")) * len(BOARD_SIZES) * len(LANGUAGES)


def test_twice_the_pixels_are_the_same_picture_twice_as_fine(typesetter):
    """A 4K board is the 1080p board in finer pixels: shrunk to half it is nearly the same picture."""
    small = picture(Shot("board", "day", "en", (1920, 1080)), typesetter=typesetter)
    large = picture(Shot("board", "day", "en", (3840, 2160)), typesetter=typesetter)

    one, other = (image.resize((96, 54), Image.Resampling.BOX).convert("L") for image in (small, large))
    differences = [abs(a - b) for a, b in zip(one.tobytes(), other.tobytes(), strict=True)]
    assert sum(differences) / len(differences) < 3


def test_a_picture_needs_no_pygame(tmp_path):
    """Drawing a screenshot loads neither pygame nor numpy nor a server."""
    program = (
        "import json, sys; from kiosk.__main__ import main;"
        f"main(['screenshot', 'board', '--out', {str(tmp_path / 'b.png')!r}]);"
        "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    )

    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    loaded = json.loads(told.splitlines()[-1])
    assert not {"pygame", "numpy", "flask", "httpx", "sqlalchemy"} & set(loaded)
