"""The dealership's picture on a ticket: dots, in the middle, in bounds; a file that is none is one clear line."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from kiosk.logo import HIGHEST_DOTS, LogoUnusable, headed, load_logo
from kiosk.raster import escpos_bytes

WIDE = 576


@pytest.fixture
def picture(tmp_path):
    """Draws a file: a dark disc on nothing."""

    def draw(width, height, name="logo.png"):
        image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
        ImageDraw.Draw(image).ellipse((0, 0, width - 1, height - 1), fill=(10, 40, 90, 255))
        image.save(tmp_path / name)
        return str(tmp_path / name)

    return draw


@pytest.mark.parametrize(("width", "height"), [(2000, 400), (400, 2000), (30, 30), (1, 900)])
@pytest.mark.parametrize("paper", [576, 384])
def test_any_picture_fits_the_paper(picture, width, height, paper):
    """However it was drawn, it is at most seven tenths of the paper wide and 20 mm high."""
    logo = load_logo(picture(width, height), paper)

    assert logo.mode == "1"
    assert logo.width <= 0.7 * paper + 1
    assert logo.height <= HIGHEST_DOTS


def test_it_heads_the_ticket_in_the_middle(picture):
    """Above the ticket, as much paper to its left as to its right; the ticket below is as it was."""
    ticket = Image.new("1", (WIDE, 300), 1)
    ticket.paste(0, (10, 20, 60, 40))

    whole = headed(ticket, load_logo(picture(600, 300), WIDE))

    head = whole.crop((0, 0, WIDE, whole.height - 300)).convert("L").point(lambda dot: 255 - dot)
    left, _, right, _ = head.getbbox()
    assert abs(left - (WIDE - right)) <= 1
    assert whole.crop((0, whole.height - 300, WIDE, whole.height)).tobytes() == ticket.tobytes()
    assert escpos_bytes(whole).startswith(b"\x1b@\x1dv0")


def test_what_is_transparent_stays_paper(picture):
    """The corners of a disc on nothing are not ink."""
    logo = load_logo(picture(300, 300), WIDE)

    assert logo.getpixel((0, 0)) != 0
    assert logo.getpixel((logo.width // 2, logo.height // 2)) == 0


def test_without_a_picture_the_ticket_is_the_ticket():
    """No logo named: nothing is added."""
    ticket = Image.new("1", (WIDE, 10), 1)

    assert load_logo("", WIDE) is None
    assert headed(ticket, None) is ticket


def test_a_file_that_is_no_picture_is_told_with_its_setting(tmp_path):
    """Missing or something else: one line that names the setting."""
    text = tmp_path / "logo.png"
    text.write_text("not a picture")

    with pytest.raises(LogoUnusable, match=r"\[printer\] logo = .*no such file"):
        load_logo(str(tmp_path / "none.png"), WIDE)
    with pytest.raises(LogoUnusable, match="save it as PNG"):
        load_logo(str(text), WIDE)
