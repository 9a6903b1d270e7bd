"""The logo at the head of boards and lanes: in bounds on every panel, never mirrored, the name beside it where there is room."""

from __future__ import annotations

from dataclasses import replace

import pytest
from panels import UPRIGHT, WALL
from PIL import Image, ImageDraw

from kiosk.display import lane
from kiosk.display.board import scene
from kiosk.display.board_samples import SAMPLES
from kiosk.display.lane_samples import SAMPLES as LANE_SAMPLES
from kiosk.display.layout import Screen
from kiosk.display.paint import paint
from kiosk.display.scene import Box, LogoPicture, Mark, Rect
from kiosk.display.theme import CONTRAST, DARK, LIGHT, Panel
from kiosk.language import plain
from kiosk.store_logo import Logo

LANGUAGES = ("en", "es", "ar")
BOARDS = {"wall": (WALL, 5.0), "upright": (UPRIGHT, 4.0), "4K": (Panel(3840, 2160, 1660), 5.0), "43 inches": (Panel(1920, 1080, 952), 5.0)}
LANES = [Panel(1080, 1920, 268), Panel(1920, 1080, 476), Panel(1280, 800, 217), Panel(800, 480, 154)]
NAMES = ("Valley Motors", "Motores del Valle", "محركات الوادي")


def logo(size, ink=(12, 40, 96)):
    """A drawing of this shape, its left half another one than its right."""
    picture = Image.new("RGBA", size, (*ink, 255))
    ImageDraw.Draw(picture).rectangle((size[0] // 2, 0, size[0], size[1] // 2), fill=(0, 0, 0, 0))
    return Logo(f"{size[0]}x{size[1]}", picture)


SHAPES = [(1600, 150), (900, 300), (400, 400), (150, 400)]


def placed(shown):
    """The one logo of a scene."""
    (found,) = [item for item in shown.items if isinstance(item, LogoPicture)]
    return found


@pytest.mark.parametrize("size", SHAPES)
@pytest.mark.parametrize("theme", [LIGHT, DARK, CONTRAST])
@pytest.mark.parametrize("code", LANGUAGES)
def test_a_logo_of_any_shape_stands_in_the_boards_header(wall, size, theme, code):
    """Whole, in its own proportions, clear of the clock, in the place of the mark."""
    for panel, distance_m in BOARDS.values():
        shown = scene(SAMPLES["day"](code), replace(wall, panel=panel, viewing_distance_m=distance_m, theme=theme, logo=logo(size)), code)

        rect = placed(shown).rect
        clock = min(line.rect for line in shown.texts() if plain(line.text) == "10:42" and line.rect.y < panel.height_px // 4)
        assert Rect(0, 0, panel.width_px, panel.height_px).clipped(rect) == rect
        assert not rect.meets(clock)
        assert abs(rect.w / rect.h - size[0] / size[1]) < 0.05 * size[0] / size[1] + 1 / rect.h
        assert not any(isinstance(item, Mark) for item in shown.items)


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_lettering_says_the_name_itself(wall, code):
    """Beside a square logo the name is written, beside a wide one it would stand there twice."""
    told = {size: [plain(line.text) for line in scene(SAMPLES["day"](code), replace(wall, logo=logo(size)), code).texts()] for size in SHAPES}

    assert [any(name in words for name in NAMES) for words in told.values()] == [False, False, True, True]


def test_a_logo_that_needs_one_stands_on_a_plate(wall):
    """Dark ink in the dark theme: the plate lies under it with a margin on each side."""
    shown = scene(SAMPLES["day"]("en"), replace(wall, theme=DARK, logo=logo((600, 300))), "en")

    rect = placed(shown).rect
    plate = next(item for item in shown.items if isinstance(item, Box) and item.rect.clipped(rect) == rect)
    assert plate.colour == "#FFFFFF"
    assert plate.rect.x < rect.x
    assert plate.rect.bottom > rect.bottom


def test_a_logo_is_never_mirrored(wall, typesetter):
    """In Arabic it stands at the other side, and its drawing as it was drawn."""
    pictures = {}
    for code in ("en", "ar"):
        shown = scene(SAMPLES["day"](code), replace(wall, logo=logo((400, 400))), code)
        rect = placed(shown).rect
        pictures[code] = paint(shown, typesetter).crop((rect.x, rect.y, rect.end, rect.bottom))

    assert pictures["en"].tobytes() == pictures["ar"].tobytes()


@pytest.mark.parametrize("panel", LANES, ids=lambda one: f"{one.width_px}x{one.height_px}")
@pytest.mark.parametrize("size", SHAPES)
@pytest.mark.parametrize("code", LANGUAGES)
def test_it_heads_the_lane(typesetter, panel, size, code):
    """Wherever a lane shows its mark it shows the logo, on the panel, clear of every word and every key."""
    screen = Screen(panel, DARK, typesetter, logo=logo(size))
    for name in ("scan", "hello", "ticket"):
        shown = lane.scene(LANE_SAMPLES[name](code), screen, code)

        found = [item.rect for item in shown.items if isinstance(item, LogoPicture)]
        assert not any(isinstance(item, Mark) for item in shown.items)
        for rect in found:
            assert Rect(0, 0, panel.width_px, panel.height_px).clipped(rect) == rect
            assert not any(rect.meets(line.rect) for line in shown.texts())
            assert not any(rect.meets(one.rect) for one in shown.targets)


def test_a_logo_changes_nothing_while_it_stands(wall):
    """Two scenes with the same logo are the same: the board draws nothing."""
    first, second = (scene(SAMPLES["day"]("en"), replace(wall, logo=logo((400, 400))), "en") for _ in range(2))

    assert first == second
