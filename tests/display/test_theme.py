"""Colours are measured, sizes come from millimetres."""

from __future__ import annotations

import pytest

from kiosk.display.theme import (
    CONTRAST,
    DARK,
    LIGHT,
    STAGES,
    STALE,
    STALE_DARK,
    Panel,
    board_type_px,
    contrast,
    lane_type_px,
)

THEMES = (LIGHT, DARK, CONTRAST, STALE, STALE_DARK)
FULL_THEMES = (LIGHT, DARK, CONTRAST)
TEXT = (
    ("ink", "ground"),
    ("ink", "surface"),
    ("ink_2", "ground"),
    ("ink_2", "surface"),
    ("on_ready", "ready_band"),
)
LANE_TEXT = (
    ("ink", "sunken"),
    ("ink_2", "sunken"),
    ("on_action", "action"),
    ("ink", "action_tint"),
    ("ink_2", "action_tint"),
    ("on_wait_tint", "wait_tint"),
    ("on_hero", "hero"),
    ("on_brand", "brand"),
)
SHAPES = ("edge", "arrived", "advisor", "service", "quality", "ready")


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_text_is_seven_to_one(theme):
    """Every text of every theme, the stale ones too, stands out 7:1 from its ground."""
    ratios = {pair: contrast(getattr(theme, pair[0]), getattr(theme, pair[1])) for pair in TEXT}

    assert {pair: ratio for pair, ratio in ratios.items() if ratio < 7.0} == {}


@pytest.mark.parametrize("theme", FULL_THEMES, ids=lambda theme: theme.name)
def test_lane_text_is_seven_to_one(theme):
    """Keys, strips, notices and the hero ground of a lane hold 7:1 as well."""
    ratios = {pair: contrast(getattr(theme, pair[0]), getattr(theme, pair[1])) for pair in LANE_TEXT}

    assert {pair: ratio for pair, ratio in ratios.items() if ratio < 7.0} == {}


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("stage", STAGES)
def test_stage_icons_are_seven_to_one(theme, stage):
    """The icon on a stage's disc stands out 7:1 from its colour."""
    colour, on = theme.stage(stage)

    assert contrast(colour, on) >= 7.0


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_shapes_are_three_to_one(theme):
    """Outlines and discs stand out 3:1 from the surface, outlines from the ground too."""
    ratios = {shape: contrast(getattr(theme, shape), theme.surface) for shape in SHAPES}
    ratios["edge on ground"] = contrast(theme.edge, theme.ground)

    assert {shape: ratio for shape, ratio in ratios.items() if ratio < 3.0} == {}


def test_contrast_is_that_of_wcag():
    """Black on white is 21:1, and the order of the two does not matter."""
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#0F1E28", "#ECF1F2") == pytest.approx(contrast("#ECF1F2", "#0F1E28"))
    assert contrast("#0F1E28", "#ECF1F2") == pytest.approx(14.9, abs=0.05)


def test_an_unknown_stage_looks_like_with_the_advisor():
    """A stage that a newer hub has invented is drawn as *with your advisor*."""
    assert LIGHT.stage("being_polished") == LIGHT.stage("with_advisor")


@pytest.mark.parametrize(
    ("panel", "distance_m", "size_px"),
    [
        (Panel(1920, 1080, 952), 3, 72),
        (Panel(1920, 1080, 952), 4, 96),
        (Panel(1920, 1080, 952), 5, 120),
        (Panel(1920, 1080, 1218), 3, 56),
        (Panel(1920, 1080, 1218), 4, 75),
        (Panel(1920, 1080, 1218), 5, 94),
        (Panel(1920, 1080, 1660), 3, 41),
        (Panel(1920, 1080, 1660), 4, 55),
        (Panel(1920, 1080, 1660), 5, 69),
        (Panel(3840, 2160, 1660), 5, 138),
    ],
)
def test_board_letters_follow_the_distance(panel, distance_m, size_px):
    """A capital is a 120th of the distance high on every panel; twice the pixels draw the same picture twice as fine."""
    assert abs(board_type_px(panel, distance_m) - size_px) <= 1


@pytest.mark.parametrize(
    ("panel", "size_class", "least_px"),
    [
        (Panel(1080, 1920, 268), "L", 42),
        (Panel(1920, 1080, 343), "M", 59),
        (Panel(1280, 800, 217), "S", 62),
        (Panel(800, 480, 154), "S", 54),
    ],
)
def test_lane_letters_are_never_below_seven_millimetres(panel, size_class, least_px):
    """The smallest role has capitals of 7.3 mm on every panel."""
    assert panel.size_class == size_class
    assert abs(lane_type_px(panel, "caption") - least_px) <= 1


def test_arabic_is_set_larger():
    """Arabic is 1.15 times the Latin size, *large text* 1.25 times on top."""
    panel = Panel(1080, 1920, 268)

    assert lane_type_px(panel, "text", arabic=True) == pytest.approx(lane_type_px(panel, "text") * 1.15, abs=1)
    assert lane_type_px(panel, "text", scale=1.25) == pytest.approx(lane_type_px(panel, "text") * 1.25, abs=1)
