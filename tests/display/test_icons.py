"""Icons are vector paths, flattened by our own reader."""

from __future__ import annotations

import pytest

from kiosk.display.icons import GRID, MARK, MARK_GRID, PATHS, outline
from kiosk.display.theme import STAGE_ICONS


@pytest.mark.parametrize("name", sorted(PATHS))
def test_every_icon_lies_on_its_grid(name):
    """No icon leaves its square of 24 units, and each draws something."""
    points = [point for line in outline(PATHS[name]) for point in line]

    assert points
    assert all(0 <= x <= GRID and 0 <= y <= GRID for x, y in points)


def test_the_mark_lies_on_its_grid():
    """The V of the mark stays inside its square."""
    assert all(0 <= x <= MARK_GRID and 0 <= y <= MARK_GRID for line in outline(MARK) for x, y in line)


def test_every_stage_has_an_icon():
    """Colour is never the only cue: each stage has its own icon."""
    icons = list(STAGE_ICONS.values())

    assert len(set(icons)) == len(icons)
    assert set(icons) <= set(PATHS)


def test_relative_and_absolute_say_the_same():
    """A path in relative commands is the path in absolute ones."""
    assert outline("M2 3l4 0l0 4l-4 0z") == outline("M2 3L6 3L6 7L2 7Z") == outline("M2 3h4v4h-4z")


def test_an_arc_is_round():
    """Half a circle of radius 5 stays 5 from its centre and ends where it says."""
    (line,) = outline("M2 10a5 5 0 0 1 10 0")

    assert line[-1] == pytest.approx((12, 10))
    assert all((x - 7) ** 2 + (y - 10) ** 2 == pytest.approx(25, abs=1e-6) for x, y in line)
    assert min(y for _, y in line) == pytest.approx(5, abs=0.05)


def test_an_arc_too_small_is_made_large_enough():
    """Radii that cannot reach are grown, as SVG says."""
    (line,) = outline("M0 10a1 1 0 0 1 10 0")

    assert line[-1] == pytest.approx((10, 10))


def test_curves_pass_through_their_ends():
    """Smooth and quadratic curves end where they say and go on from the handle before."""
    (line,) = outline("M0 12C0 6 6 6 6 12S12 18 12 12Q15 6 18 12T24 12")

    assert line[-1] == pytest.approx((24, 12))
    assert max(y for x, y in line if 6 < x < 12) > 12
    assert max(y for x, y in line if 18 < x < 24) > 12


def test_a_line_without_length_is_a_dot():
    """The dot of an exclamation mark is a line of one point."""
    assert outline("M12 17v0") == (((12.0, 17.0),),)


@pytest.mark.parametrize("path", ["M1 1B2 2", "12 12", "M1 1z5"])
def test_a_path_out_of_the_subset_is_refused(path):
    """What the reader does not know is an error, not a missing stroke."""
    with pytest.raises(ValueError, match="icon path"):
        outline(path)
