"""The dealership's logo for screens: any picture becomes one that can be seen on any ground, or one clear line."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from kiosk.store_logo import LARGEST, PLATES, LogoUnusable, opened, prepared, stands_out
from kiosk.values import LEAST_CONTRAST, contrast

EXAMPLE = Path(__file__).parents[2] / "examples" / "valley-logo.png"
GROUNDS = ("#ECF1F2", "#C3CED3", "#0A131A", "#14191D", "#000000", "#1B3FB8", "#1B2A55")
"""What headers stand on: light, dark, without a link, high contrast, and the hero grounds."""

NAVY, WHITE, GREY, RED = (12, 40, 96), (255, 255, 255), (128, 128, 128), (235, 10, 30)


@pytest.fixture
def draw(tmp_path):
    """Draws a file: a lettering's bars of one colour on nothing, or on a ground."""

    def draw(ink, size=(600, 200), ground=None, name="logo.png", mode="RGBA"):
        picture = Image.new("RGBA", size, (*ground, 255) if ground else (0, 0, 0, 0))
        pen, (width, height) = ImageDraw.Draw(picture), size
        for at in range(4):
            left = width * (1 + 2 * at) // 9
            pen.rectangle((left, height // 5, left + width // 9, height * 4 // 5), fill=(*ink, 255))
        picture.convert(mode).save(tmp_path / name)
        return tmp_path / name

    return draw


def shown(path):
    """The logo as a device opens it."""
    ready = prepared(path)
    return opened(ready.key, ready.png)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", [NAVY, WHITE])
def test_it_is_seen_on_every_ground(draw, ink, ground):
    """A dark lettering or a white one stands on the ground, or on a plate, at 7:1 or more."""
    logo = shown(draw(ink))

    under = logo.plate_on(ground) or ground

    assert stands_out(logo, under) >= LEAST_CONTRAST


def test_it_gets_a_plate_only_where_it_needs_one(draw):
    """Dark ink stands on the light page itself and on white at night; white ink the other way round."""
    dark, white = shown(draw(NAVY)), shown(draw(WHITE))

    assert (dark.plate_on("#ECF1F2"), dark.plate_on("#0A131A")) == (None, PLATES[0])
    assert (white.plate_on("#ECF1F2"), white.plate_on("#0A131A")) == (PLATES[1], None)


def test_a_picture_with_a_ground_of_its_own_keeps_it(draw):
    """A photograph of a sign: its ground becomes the plate, everywhere the same, and its margin goes."""
    logo = shown(draw(NAVY, ground=(250, 240, 220), name="sign.jpg", mode="RGB"))

    assert {logo.plate_on(ground) for ground in GROUNDS} == {logo.ground}
    assert contrast(logo.ground, "#FAF0DC") < 1.05
    assert logo.image.width < 600 * 8 // 9


@pytest.mark.parametrize("ink", [GREY, RED])
def test_one_that_could_not_be_seen_is_refused(draw, ink):
    """Neither on white nor on dark would it reach 7:1: the sentence says how far it comes and what to take."""
    with pytest.raises(LogoUnusable, match=r"too pale: \d\.\d:1 .* takes 7:1; take its dark, its white"):
        prepared(draw(ink))


def test_small_bright_parts_do_not_carry_a_pale_logo(draw, tmp_path):
    """A black dot on a grey lettering does not make it legible."""
    path = draw(GREY)
    with Image.open(path) as picture:
        dotted = picture.copy()
    ImageDraw.Draw(dotted).ellipse((80, 60, 110, 90), fill=(0, 0, 0, 255))
    dotted.save(tmp_path / "dotted.png")

    with pytest.raises(LogoUnusable, match="too pale"):
        prepared(tmp_path / "dotted.png")


@pytest.mark.parametrize(
    ("size", "said"),
    [((30, 30), "blurred on a screen"), ((4000, 90), "too thin"), ((90, 2000), "too thin"), ((8000, 6000), "too many pixels")],
)
def test_a_shape_that_no_header_can_show_is_refused(draw, size, said):
    """Too small, too thin, too large: told with what would do."""
    with pytest.raises(LogoUnusable, match=said):
        prepared(draw(NAVY, size))


@pytest.mark.parametrize("name", ["logo.webp", "logo.gif", "logo.bmp", "logo.tiff", "logo.png"])
def test_every_usual_format_is_read(draw, name):
    """Whatever the dealer has it in."""
    assert shown(draw(NAVY, ground=WHITE, name=name, mode="RGB")).image.width > 300


def test_what_is_no_picture_is_told(tmp_path, draw):
    """A missing file, a text, half a picture, an empty one: one line each, with the file's name."""
    text, half, empty = tmp_path / "text.png", tmp_path / "half.png", tmp_path / "empty.png"
    text.write_text("no picture", encoding="utf-8")
    half.write_bytes(draw(NAVY).read_bytes()[:400])
    Image.new("RGBA", (300, 100)).save(empty)

    for path, said in ((tmp_path / "none.png", "no such file"), (text, "can be read"), (half, "can be read"), (empty, "nothing in")):
        with pytest.raises(LogoUnusable, match=f"{path.name}: .*{said}"):
            prepared(path)


def test_a_huge_one_becomes_as_large_as_a_board_needs(draw):
    """No device fetches more than a 4K header can show."""
    logo = shown(draw(NAVY, (6000, 2000)))

    assert logo.image.width <= LARGEST[0]
    assert logo.image.height <= LARGEST[1]


def test_what_came_broken_is_not_shown(draw):
    """A device shows the bytes that the key promises, or none."""
    ready = prepared(draw(NAVY))

    with pytest.raises(LogoUnusable, match="did not come whole"):
        opened(ready.key, ready.png[:-1])


def test_the_example_is_seen_everywhere():
    """The sample logo stands beside the name, on the light page itself and elsewhere on white."""
    logo = shown(EXAMPLE)

    assert not logo.says_name
    assert [logo.plate_on(one) for one in ("#ECF1F2", "#0A131A", "#000000")] == [None, PLATES[0], PLATES[0]]
