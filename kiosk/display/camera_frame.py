"""What stands upon the live camera picture: its four corners and the dark strip with one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.display.scene import Box, Icon, Rect, Stroke

if TYPE_CHECKING:
    from kiosk.display.layout import Composition


def camera_corners(c: Composition, rect: Rect, *, read: bool = False, width_px: int | None = None) -> None:
    """The four corners of the camera frame: white, green once a code was read."""
    colour, width = "#5BDD94" if read else "#FFFFFF", width_px or c.look.px(3)
    inset, length = round(min(rect.w, rect.h) * 0.055), round(min(rect.w, rect.h) * 0.17)
    bend = width * 1.6
    inner = rect.inset(inset)
    for x, across in ((inner.x, 1), (inner.end, -1)):
        for y, down in ((inner.y, 1), (inner.bottom, -1)):
            points = [(float(x), float(y + down * length)), (float(x), y + down * bend)]
            for step in range(1, 8):
                t = step / 8
                points.append((x + across * bend * t * t, y + down * bend * (1 - t) ** 2))
            points += [(x + across * bend, float(y)), (float(x + across * length), float(y))]
            c.add(Stroke.through(tuple(points), colour, width))


def camera_strip(c: Composition, rect: Rect, text: str, *, icon: str = "", radius_px: int = 0) -> Rect:
    """The dark strip with one sentence along the bottom of the camera frame `rect`. Returns the strip."""
    size = c.look.type_px("label")
    icon_px, gap = (round(size * 1.35), c.look.px(5)) if icon else (0, 0)
    small = c.look.panel.size_class == "S"
    room = rect.w - 2 * c.look.px(2 if small else 10) - icon_px - gap
    lines = c.wrapped(text, room, size_px=size, weight=600, balanced=True)
    pitch = c.pitch(size)
    height = pitch * len(lines) + 2 * c.look.px(2 if small else 6)
    strip = Rect(rect.x, rect.bottom - height, rect.w, height)
    c.add(Box(strip, "#091117DB", radius_px, corners=("bottom_start", "bottom_end")))
    widest = max(c.look.width(line, size, 600) for line in lines)
    x = strip.centre - (widest + icon_px + gap) // 2
    if icon:
        c.add(Icon(Rect(x, strip.middle - icon_px // 2, icon_px, icon_px), icon, "#5BDD94"))
        x += icon_px + gap
    y = strip.y + c.look.px(2 if small else 6) + pitch // 2
    for line in lines:
        c.text(line, x + widest // 2, y, size_px=size, weight=600, colour="#FFFFFF", align="centre")
        y += pitch
    return strip
