"""A customer whose name nobody else has: neither the board's view nor its pixels, read by a stranger, tell of them."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace

import pytest

from kiosk.display.board import BoardScreen, BoardState, scene
from kiosk.display.paint import paint
from kiosk.display.theme import LIGHT, Panel
from kiosk.domain.board import board_from
from kiosk.domain.people import Vehicle
from kiosk.typeset import Typesetter

CANARY = ("Zephyrine", "Quillfeather", "9735550177", "0177", "ZQX", "Peregrine", "glovebox", "Canary")


def read_aloud(picture, path):
    """What somebody who reads Latin letters sees on a picture."""
    picture.convert("L").save(path)
    words = ["tesseract", str(path), "-", "--psm", "6"]
    return subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.mark.parametrize("family", ["board", "lane-board"])
def test_a_stranger_reads_no_name_off_the_board(shop, tmp_path, family):
    """The ticket can be read in the picture; name, telephone, plate, car and the customer's own words cannot."""
    booking = replace(
        shop.booking("1", "Zephyrine Quillfeather"),
        phone_e164="+19735550177",
        vehicle=Vehicle(make="Peregrine", model="Canary", plate="ZQX-977"),
        concern="Canary rattle behind the glovebox",
    )
    shop.book(booking)
    visit_id = shop.arrive("1")
    if family == "board":
        shop.move_to(visit_id, "ready")
    view = shop.hub.view(f"{family}/hall")

    typesetter = Typesetter()
    screen = BoardScreen(Panel(1920, 1080, 1660), LIGHT, 5.0, ("en",), typesetter)
    board = board_from(view)
    read = read_aloud(paint(scene(BoardState(board, board.hub_now), screen), typesetter), tmp_path / "board.png")

    assert "A-001" in read.replace("O", "0")
    assert [word for word in CANARY if word in json.dumps(view) or word.lower() in read.lower()] == []
