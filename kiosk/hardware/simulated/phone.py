"""The phone that is held up in the shop, drawn upright: its screen with the real code, the hand, a reflection."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import qrcode
from PIL import Image, ImageChops, ImageDraw, ImageFilter

if TYPE_CHECKING:
    from kiosk.hardware.simulated.lane_picture import Look

# The drawing's own units; the phone's middle is 0, 0. What the box below holds is drawn.
LEFT, TOP, RIGHT, BOTTOM = -330, -360, 330, 640
UNIT_PX = 1.5
INK, PAPER, BODY = 14, 250, 22
SKIN, SKIN_LIGHT, SKIN_DARK = 112, 124, 92
CODE_UNITS = 240
MARGIN_PX = 8

# Points that a smooth outline goes through.
HAND = [(-176, 150), (-194, 270), (-168, 400), (-128, 560), (-110, 700), (130, 700), (150, 520), (196, 380), (190, 150)]
THUMB = [(128, 66), (160, 36), (194, 40), (206, 64), (198, 96), (166, 126), (138, 138), (122, 124)]
FINGER = [(-148, 2), (-178, -7), (-202, 6), (-207, 25), (-198, 43), (-172, 50), (-146, 43)]


def drawn(look: Look) -> tuple[Image.Image, Image.Image]:
    """Phone and hand, and where they are (white); each point is `UNIT_PX` times its units from LEFT, TOP."""
    dim = 0.35 + 0.65 * min(1.0, max(0.0, look.brightness))
    ground, ink, pale = (28, PAPER, 78) if look.dark_mode else (PAPER, INK, 190)
    pen = Pen()
    pen.outline(HAND, SKIN_DARK)
    pen.box(-166, -300, 166, 340, 40, BODY)
    pen.box(-163, -297, 163, 337, 38, 58)
    pen.box(-159, -293, 159, 333, 34, BODY)
    pen.box(-150, -284, 150, 324, 26, ground * dim)
    pen.code(look.text or "", -200, ink * dim, ground * dim)
    pen.box(-112, 66, 38, 84, 9, ink * dim)
    for top, right in ((100, 112), (126, 78)):
        pen.box(-112, top, right, top + 14, 7, pale * dim)
    pen.box(-112, 176, 112, 236, 14, (ground * 3 + pale) / 4 * dim)
    if look.glare:
        pen.reflection(min(1.0, look.glare))
    pen.box(-36, -272, 36, -256, 8, BODY)
    pen.outline(THUMB, SKIN_LIGHT)
    for top in (90, 150, 210):
        pen.outline([(x, y + top) for x, y in FINGER], SKIN)
    return pen.picture, pen.mask


class Pen:
    """Draws in units on a grey layer, and keeps where something is."""

    def __init__(self) -> None:
        """An empty layer."""
        size = (round((RIGHT - LEFT) * UNIT_PX), round((BOTTOM - TOP) * UNIT_PX))
        self.picture, self.mask = Image.new("L", size, 128), Image.new("L", size, 0)

    def box(self, left: float, top: float, right: float, bottom: float, round_: float, grey: float) -> None:  # noqa: PLR0917
        """A box with rounded corners."""
        corners = (*_at(left, top), *_at(right, bottom))
        for layer, tone in ((self.picture, grey), (self.mask, 255)):
            ImageDraw.Draw(layer).rounded_rectangle(corners, round_ * UNIT_PX, fill=round(tone))

    def outline(self, points: list[tuple[int, int]], grey: int) -> None:
        """A smooth closed shape, lit from the upper left, with an edge that separates it from what is behind."""
        path = [_at(x, y) for x, y in smooth(points)]
        left, top = (round(min(one[n] for one in path)) - MARGIN_PX for n in (0, 1))
        size = tuple(round(max(one[n] for one in path)) + MARGIN_PX - (left, top)[n] for n in (0, 1))
        shape = Image.new("L", (size[0], size[1]), 0)
        ImageDraw.Draw(shape).polygon([(x - left, y - top) for x, y in path], fill=255)
        soft = shape.reduce(4).filter(ImageFilter.BoxBlur(4)).resize(shape.size)
        tone = ImageChops.add(
            Image.new("L", shape.size, grey - 30), moved(soft, 10, 14).point(lambda lit: lit / 255 * 40)
        )
        edge = shape.filter(ImageFilter.BoxBlur(2)).point(lambda near: min(255, near * 3))
        self.picture.paste(48, (left, top), edge)
        self.picture.paste(tone, (left, top), shape)
        self.mask.paste(255, (left, top), shape)

    def code(self, text: str, top: float, ink: float, ground: float) -> None:
        """The code of `text`, at whole pixels a module, in the middle."""
        modules = code(text)
        side = max(1, int(CODE_UNITS * UNIT_PX) // modules.width) * modules.width
        large = modules.resize((side, side), Image.Resampling.NEAREST).point(lambda white: ground if white else ink)
        left, upper = _at(0, top + CODE_UNITS / 2)
        self.picture.paste(large, (round(left - side / 2), round(upper - side / 2)))

    def reflection(self, glare: float) -> None:
        """A lamp of the lane in the phone's glass."""
        streak = Image.new("L", self.picture.size, 0)
        corners = [_at(x, y) for x, y in ((-150, -20), (150, -220), (150, -80), (-150, 130))]
        ImageDraw.Draw(streak).polygon(corners, fill=255)
        soft = streak.reduce(4).filter(ImageFilter.GaussianBlur(6)).resize(streak.size).point(lambda lit: lit * glare)
        inside = Image.new("L", self.picture.size, 0)
        ImageDraw.Draw(inside).rounded_rectangle((*_at(-150, -284), *_at(150, 324)), 26 * UNIT_PX, fill=255)
        self.picture.paste(255, (0, 0), ImageChops.multiply(soft, inside))


def moved(picture: Image.Image, right_px: int, down_px: int) -> Image.Image:
    """The picture moved, black where nothing was."""
    return picture.transform(picture.size, Image.Transform.AFFINE, (1, 0, -right_px, 0, 1, -down_px))


@lru_cache(maxsize=8)
def code(text: str) -> Image.Image:
    """The code's modules, one pixel each, white is 255; blank where a text is too long for any code."""
    maker = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0, box_size=1)
    maker.add_data(text)
    try:
        maker.make()
    except (ValueError, qrcode.exceptions.DataOverflowError):
        return Image.new("L", (29, 29), 255)
    found: Image.Image = maker.make_image().get_image()
    return found.convert("L")


def smooth(points: list[tuple[int, int]], steps: int = 12) -> list[tuple[float, float]]:
    """A closed curve through all points (Catmull-Rom)."""
    count, path = len(points), []
    for n in range(count):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = (points[(n + k) % count] for k in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            weights = (-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, t**3 - t**2)
            xs, ys = (ax, bx, cx, dx), (ay, by, cy, dy)
            path.append(
                (
                    sum(w * x for w, x in zip(weights, xs, strict=True)) / 2,
                    sum(w * y for w, y in zip(weights, ys, strict=True)) / 2,
                )
            )
    return path


def _at(x: float, y: float) -> tuple[float, float]:
    return (x - LEFT) * UNIT_PX, (y - TOP) * UNIT_PX
