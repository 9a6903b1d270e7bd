"""The dealership at the head of a screen: its logo, on a plate where the ground needs one, or else the drawn mark.

How a picture becomes a logo is kiosk.store_logo's; the name beside it is written by each header.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.display.scene import Box, LogoPicture, Mark, Rect

if TYPE_CHECKING:
    from kiosk.display.layout import Composition, Look

PAD, RADIUS = 0.12, 0.19
"""Of the height: from the plate's edge to the logo, and the plate's round corners."""


def brand_px(look: Look, height_px: int, most_px: int, ground: str) -> tuple[int, int]:
    """Width and height that the logo takes, with its plate, or the mark."""
    logo = look.logo
    if logo is None:
        return height_px, height_px
    pad = round(height_px * PAD) if logo.plate_on(ground) else 0
    across, down = logo.image.size
    share = min((height_px - 2 * pad) / down, (most_px - 2 * pad) / across)
    return max(1, round(across * share)) + 2 * pad, max(1, round(down * share)) + 2 * pad


def brand(c: Composition, at: tuple[int, int], height_px: int, most_px: int, *, inverse: bool = False) -> int:
    """Draw it from the column and around the row in `at`; the column after it. `inverse` stands on the hero ground."""
    theme, logo, (x, middle) = c.look.theme, c.look.logo, at
    ground = theme.hero if inverse else theme.ground
    width, height = brand_px(c.look, height_px, most_px, ground)
    place = Rect(x, middle - height // 2, width, height)
    if logo is None:
        c.add(Mark(place, theme.on_hero if inverse else theme.brand, theme.hero if inverse else theme.on_brand))
        return place.end
    plate = logo.plate_on(ground)
    pad = round(height_px * PAD) if plate else 0
    if plate:
        c.add(Box(place, plate, round(height * RADIUS)))
    c.add(LogoPicture(place.inset(pad), logo.key, logo.image))
    return place.end


def says_name(look: Look) -> bool:
    """Does the logo say the dealership's name, so that it is not written beside it?"""
    return look.logo is not None and look.logo.says_name
