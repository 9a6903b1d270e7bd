"""Painting: a scene as pixels, and only what changed between two of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kiosk.display.board import scene as board_scene
from kiosk.display.board_samples import SAMPLES
from kiosk.display.paint import Canvas, changed, paint
from kiosk.display.scene import (
    Box,
    Code,
    Disc,
    Fill,
    Icon,
    Item,
    Mark,
    Picture,
    Rect,
    Ring,
    Scene,
    Shadow,
    Stroke,
    TextLine,
)

WHITE, BLACK, GREEN = "#FFFFFF", "#000000", "#0B5C34"
SIZE = (200, 120)


def scene_of(*items, ground=WHITE, size=SIZE):
    """A small scene."""
    return Scene(size, ground, items)


def text_line(typesetter, text, x, y, size_px=30):
    """A line whose rectangle is the typesetter's."""
    line = typesetter.line(text, size_px=size_px, weight=600)
    return TextLine(Rect(x, y, line.width_px, line.height_px), text, size_px, 600, BLACK)


def test_the_same_scene_draws_nothing(typesetter):
    """Showing an equal scene again changes no rectangle and counts no drawing."""
    canvas = Canvas(typesetter)
    canvas.show(scene_of(Fill(Rect(10, 10, 30, 30), GREEN)))

    rects = canvas.show(scene_of(Fill(Rect(10, 10, 30, 30), GREEN)))

    assert rects == []
    assert canvas.drawn == 1


def test_only_what_changed_is_drawn(typesetter):
    """A changed item is drawn alone; a pixel elsewhere that somebody spoilt stays spoilt."""
    canvas = Canvas(typesetter)
    canvas.show(scene_of(Fill(Rect(10, 10, 30, 30), GREEN), Fill(Rect(150, 80, 10, 10), BLACK)))
    canvas.image.putpixel((199, 0), (255, 0, 0))

    rects = canvas.show(scene_of(Fill(Rect(10, 10, 30, 30), GREEN), Fill(Rect(152, 80, 10, 10), BLACK)))

    assert rects == [Rect(150, 80, 12, 10)]
    assert canvas.image.getpixel((199, 0)) == (255, 0, 0)
    assert canvas.image.getpixel((150, 80)) == (255, 255, 255)
    assert canvas.image.getpixel((161, 85)) == (0, 0, 0)


def test_changes_far_apart_stay_apart():
    """Two changes in two corners are two small rectangles, not the whole screen."""
    old = scene_of(Fill(Rect(0, 0, 10, 10), GREEN), Fill(Rect(190, 110, 10, 10), GREEN))
    new = scene_of(Fill(Rect(0, 0, 10, 10), BLACK), Fill(Rect(190, 110, 10, 10), BLACK))

    assert changed(old, new) == [Rect(0, 0, 10, 10), Rect(190, 110, 10, 10)]


def test_another_order_draws_everything():
    """Items that change places in depth may uncover each other: all is drawn again."""
    first, second = Fill(Rect(0, 0, 50, 50), GREEN), Fill(Rect(20, 20, 50, 50), BLACK)

    assert changed(scene_of(first, second), scene_of(second, first)) == [Rect(0, 0, *SIZE)]


RECTS = st.builds(Rect, st.integers(-20, 180), st.integers(-20, 110), st.integers(8, 90), st.integers(8, 60))
COLOURS = st.sampled_from([BLACK, GREEN, "#FFB81F", "#1B3FB880"])
ITEMS = st.one_of(
    st.builds(Fill, RECTS, COLOURS),
    st.builds(
        Box, RECTS, COLOURS, st.integers(0, 30), st.just(BLACK), st.integers(0, 4), st.just(GREEN), st.integers(0, 6)
    ),
    st.builds(Box, RECTS, st.none(), st.integers(0, 20), st.just(BLACK), st.integers(1, 4)),
    st.builds(Box, RECTS, COLOURS, st.integers(0, 20), st.just(BLACK), st.integers(1, 4), dashed=st.just(True)),
    st.builds(Disc, RECTS.map(lambda r: Rect(r.x, r.y, r.h, r.h)), COLOURS, st.just(BLACK), st.integers(0, 5)),
    st.builds(Icon, RECTS.map(lambda r: Rect(r.x, r.y, r.h, r.h)), st.sampled_from(["car", "bus", "key"]), COLOURS),
)


@given(st.lists(ITEMS, max_size=5), st.lists(ITEMS, max_size=5))
def test_a_repaint_is_a_fresh_painting(typesetter, old_items, new_items):
    """Whatever was shown before, the picture after a repaint is that of the new scene, to the pixel."""
    canvas = Canvas(typesetter)
    canvas.show(scene_of(*old_items))
    new = scene_of(*new_items)

    canvas.show(new)

    assert canvas.image.tobytes() == paint(new, typesetter).tobytes()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_board_repaints_as_it_paints(typesetter, wall, language):
    """Passing from any of the board's states to the next leaves the very picture of the next."""
    screen = replace(wall, languages=(language,), panel=replace(wall.panel, width_px=640, height_px=360))
    canvas = Canvas(typesetter)

    for name in ("day", "overnight", "call", "day", "sign", "stale", "few", "empty"):
        shown = board_scene(SAMPLES[name](language), screen)
        canvas.show(shown)

        assert canvas.image.tobytes() == paint(shown, typesetter).tobytes()


def test_text_is_drawn_where_it_stands(typesetter):
    """A line's ink lies in its rectangle, in its colour."""
    item = text_line(typesetter, "A-017", 40, 30)

    image = paint(scene_of(item), typesetter)

    ink = image.convert("L").point(lambda value: 255 - value).getbbox()
    assert item.rect.x <= ink[0] + 2
    assert ink[2] <= item.rect.end + 2
    assert item.rect.y <= ink[1]
    assert ink[3] <= item.rect.bottom
    assert image.convert("L").getextrema()[0] < 10


def test_a_struck_time_has_a_line_through_it(typesetter):
    """An old time is struck: a full row of its colour at half the height of its digits."""
    item = replace(text_line(typesetter, "15:00", 40, 30), struck_px=4)

    image = paint(scene_of(item), typesetter)

    rows = [
        y for y in range(120) if all(image.getpixel((x, y)) == (0, 0, 0) for x in range(item.rect.x, item.rect.end))
    ]
    assert len(rows) == 4


def test_a_camera_picture_is_shown_as_in_a_mirror(typesetter):
    """What is at the camera's left appears at the viewer's left hand: the picture is flipped, and cut to fill."""
    frame = Image.new("RGB", (64, 48), WHITE)
    frame.paste(BLACK, (0, 0, 32, 48))
    picture = Picture(Rect(0, 0, 200, 120), "1", frame, like_a_mirror=True)

    image = paint(scene_of(picture), typesetter)

    assert image.getpixel((10, 60)) == (255, 255, 255)
    assert image.getpixel((190, 60)) == (0, 0, 0)


def test_a_new_frame_is_drawn_and_the_same_one_is_not(typesetter):
    """A picture with another key is drawn again; with the same key it is the same picture."""
    canvas, rect = Canvas(typesetter), Rect(10, 10, 80, 60)
    canvas.show(scene_of(Picture(rect, "1", Image.new("L", (8, 6), 0))))

    again = canvas.show(scene_of(Picture(rect, "1", Image.new("L", (8, 6), 255))))
    next_one = canvas.show(scene_of(Picture(rect, "2", Image.new("L", (8, 6), 255))))

    assert again == []
    assert next_one == [rect]


def test_round_pictures_show_the_ground_at_their_corners(typesetter):
    """A picture with round corners leaves what lies below it in the corners."""
    picture = Picture(Rect(20, 20, 100, 80), "1", Image.new("RGB", (10, 8), BLACK), radius_px=20)

    image = paint(scene_of(picture, ground=GREEN), typesetter)

    assert image.getpixel((21, 21)) == (0x0B, 0x5C, 0x34)
    assert image.getpixel((70, 60)) == (0, 0, 0)


def test_a_code_stands_on_whole_modules(typesetter):
    """Modules are equally many pixels wide, with four quiet ones around them."""
    modules = tuple(tuple((row + column) % 2 == 0 for column in range(21)) for row in range(21))

    image = paint(scene_of(Code(Rect(0, 0, 130, 120), modules, BLACK, WHITE), ground=GREEN), typesetter)

    module = 120 // 29
    left, top = (130 - module * 29) // 2 + 4 * module, (120 - module * 29) // 2 + 4 * module
    for row, column in ((0, 0), (0, 1), (20, 20), (7, 12)):
        pixel = image.getpixel((left + column * module + module // 2, top + row * module + module // 2))
        assert pixel == ((0, 0, 0) if modules[row][column] else (255, 255, 255))
    assert image.getpixel((left - 1, top - 1)) == (255, 255, 255)


def test_shapes_are_drawn(typesetter):
    """Mark, ring, shadow and line leave their ink where they stand."""
    shapes = (
        Mark(Rect(0, 0, 48, 48), BLACK, WHITE),
        Ring(Rect(60, 0, 48, 48), BLACK, 6, 0.5),
        Shadow(Rect(130, 20, 40, 20), "#00000080", 6, 4),
        Stroke.through(((10.0, 100.0), (190.0, 100.0)), BLACK, 6, dash_px=12),
    )

    image = paint(scene_of(*shapes), typesetter)

    assert image.getpixel((24, 4)) == (0, 0, 0)
    assert image.getpixel((24, 34)) == (255, 255, 255)
    assert image.getpixel((105, 24)) == (0, 0, 0)
    assert image.getpixel((62, 24)) == (255, 255, 255)
    assert image.getpixel((150, 30)) < (200, 200, 200)
    dashes = [image.getpixel((x, 100)) == (0, 0, 0) for x in range(10, 190)]
    assert 0.3 < sum(dashes) / len(dashes) < 0.8


def test_an_unknown_item_is_an_error(typesetter):
    """An item without a way to draw it is not left out silently."""
    with pytest.raises(TypeError, match="no way to draw"):
        paint(scene_of(Item(Rect(0, 0, 10, 10))), typesetter)
