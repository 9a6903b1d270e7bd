"""The lane board as it is drawn: the call's size, its margins, and rows that take the room that few lanes leave."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from panels import UPRIGHT, WALL

from kiosk.display.board import scene
from kiosk.display.board_samples import SAMPLES
from kiosk.display.scene import Box, Icon, TextLine
from kiosk.display.theme import Panel, board_type_px
from kiosk.language import plain

LANGUAGES = ("en", "es", "ar")
PANELS = {"75 inches": (WALL, 5.0), "upright": (UPRIGHT, 4.0), "4K": (Panel(3840, 2160, 1660), 5.0)}
CAPITAL = 0.698  # of a letter's size
LEAST_DEGREES = 0.7


@pytest.fixture(params=[(panel, code) for panel in PANELS for code in LANGUAGES], ids=" ".join)
def hung(request, wall):
    """A lane board somewhere, in a language: (draw a state, its panel, the distance)."""
    name, code = request.param
    panel, distance_m = PANELS[name]
    screen = replace(wall, panel=panel, viewing_distance_m=distance_m)
    return lambda state: scene(SAMPLES[state](code), screen, code), panel, distance_m


def sizes(shown):
    """Sizes of the tickets by their number."""
    return {plain(one.text): one.size_px for one in shown.texts() if plain(one.text)[1:2] == "-"}


def test_the_called_ticket_is_seen_from_the_farthest_seat(hung):
    """At least 0.7 degrees high and twice the others' size, on every panel and in every language."""
    draw, panel, distance_m = hung
    shown = sizes(draw("lane_call"))
    height_mm = shown["B-017"] * CAPITAL * panel.width_mm / panel.width_px

    assert math.degrees(math.atan(height_mm / (distance_m * 1000))) >= LEAST_DEGREES
    assert shown["B-017"] >= 2 * max(shown["A-015"], shown["C-008"])


@pytest.mark.parametrize("state", ["lanes", "lane_call", "odd_lanes"])
def test_nothing_stands_in_the_margins(hung, state):
    """Tickets, lanes, names and arrows keep as far from the edge as the header's words, the longest ones too."""
    draw, panel, distance_m = hung
    side = round(board_type_px(panel, distance_m) * 0.8)

    beyond = [
        one
        for one in draw(state).items
        if isinstance(one, (TextLine, Box, Icon)) and not side - 8 <= one.rect.x <= one.rect.end <= panel.width_px - side + 8
    ]

    assert beyond == []


def test_few_lanes_are_larger(wall):
    """Four lanes have letters a quarter larger than eight, which have the least that is read from the farthest seat."""
    four = SAMPLES["lanes"]("en")
    eight = replace(four, board=replace(four.board, lanes=(*four.board.lanes, *four.board.lanes)))

    few, many = (sizes(scene(one, wall, "en")) for one in (four, eight))

    assert many["A-015"] == round(board_type_px(wall.panel, wall.viewing_distance_m) * 1.2)
    assert few["A-015"] > 1.2 * many["A-015"]
