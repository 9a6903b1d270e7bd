"""The screen of a device that is not paired yet: the code, as large as it can be, and what to do in three languages."""

from __future__ import annotations

import pytest

from kiosk.display.pairing import pairing_scene
from kiosk.display.theme import THEMES, Panel
from kiosk.language import CODES, language, plain
from kiosk.typeset import Typesetter

SIZES = [(1080, 1920, 268.0), (1920, 1080, 1210.0), (800, 480, 154.0), (480, 800, 86.0)]


@pytest.fixture(scope="module")
def typesetter():
    """One for all."""
    return Typesetter()


@pytest.mark.parametrize(("width", "height", "mm"), SIZES)
@pytest.mark.parametrize("code", ["7K3M-Q2XD", None])
def test_everything_fits_on_every_panel(typesetter, width, height, mm, code):
    """From the smallest lane to the television: nothing is cut off."""
    scene = pairing_scene(Panel(width, height, mm), THEMES["light"], typesetter, "pager/a-name-of-thirty-two-characters", code)

    for one in scene.texts():
        bounds = one.bounds
        assert bounds.x >= 0
        assert bounds.end <= width
        assert bounds.y >= 0
        assert bounds.bottom <= height


def test_the_code_is_said_in_one_piece_and_the_rest_in_three_languages(typesetter):
    """Whoever sets a device up reads one of them."""
    scene = pairing_scene(Panel(1080, 1920, 268.0), THEMES["light"], typesetter, "lane/A", "7K3M-Q2XD")
    words = " ".join(plain(one.text) for one in scene.texts())

    assert "7K3M-Q2XD" in words
    for code in CODES:
        assert plain(language(code).text("fleet.pairing.code")).split()[0] in words
