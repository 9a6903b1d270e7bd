"""The person strip: who is on the way, with the initial of a name or an icon, and two sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.display import parts
from kiosk.display.scene import Icon, Rect

if TYPE_CHECKING:
    from kiosk.display.lane_grid import Grid
    from kiosk.display.layout import Composition


@dataclass(frozen=True)
class Strip:
    """Who is on the way: the initial of a name or an icon, and two sentences."""

    text: str
    second: str = ""
    initial: str = ""
    icon: str = "advisor"


def strip_height(c: Composition, grid: Grid, strip: Strip | None, width: int) -> int:
    """Height of a person strip of this width."""
    if strip is None:
        return 0
    disc, pad, gap = parts.strip_measures(c, Rect(0, 0, width, c.size[1]))
    room = width - 2 * pad - disc.w - gap
    label, caption = c.look.type_px("label"), c.look.type_px("caption")
    spread = 1.4 if c.look.is_rtl else 1.2
    lines = len(c.wrapped(strip.text, room, size_px=label, weight=600))
    below = len(c.wrapped(strip.second, room, size_px=caption)) if strip.second else 0
    words = round(label * spread) * lines + round(caption * spread) * below
    air = c.look.px(0.8 if grid.form.is_small else 4.5)
    return max(words + 2 * air, disc.w + c.look.px(1 if grid.form.is_small else 6))


def draw_strip(c: Composition, grid: Grid, rect: Rect, strip: Strip) -> None:
    """The person strip; where nobody's name is known an icon stands on the disc."""
    initial = "" if grid.form.is_small else strip.initial  # a letter that small could not be read
    parts.person_strip(c, rect, initial, strip.text, strip.second)
    if initial:
        return
    disc = parts.strip_measures(c, rect)[0]
    icon = round(disc.w * 0.64)
    at = Rect(disc.centre - icon // 2, disc.middle - icon // 2, icon, icon)
    c.add(Icon(at, strip.icon, c.look.theme.on_stage))
