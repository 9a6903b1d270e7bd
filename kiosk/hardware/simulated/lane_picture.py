"""What the lane's camera sees in the shop: a lane at work, and a phone held up in a hand, in grey, as a lens draws it.

Pure: a look gives a picture, always the same one. The code on the phone is the real one.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from kiosk.hardware.ports import Frame
from kiosk.hardware.simulated import phone

SIZE_PX = (640, 480)
FINE = 2  # everything is drawn twice as large and then made small, which rounds the edges
SCALE = 0.68  # pixels of the frame for a unit of the phone's drawing, at its usual distance
FOCAL = 1900.0
LEAN_DEGREES = 6.0


@dataclass(frozen=True)
class Look:
    """How a phone is held up.

    Attributes:
        text: what its code says; None: no phone is there.
        angle: degrees clockwise, -180 to 180.
        tilt: degrees by which it is turned away, -60 to 60.
        blur: 0 (sharp) to 1 (nothing to be seen).
        glare: 0 to 1, how much of the screen a reflection washes out.
        brightness: 0 to 1, of the phone's screen.
        distance: 1 is where people hold it, 2 twice as far.
        dark_mode: white on black.
    """

    text: str | None = None
    angle: float = 0.0
    tilt: float = 0.0
    blur: float = 0.0
    glare: float = 0.0
    brightness: float = 1.0
    distance: float = 1.0
    dark_mode: bool = False


def picture(look: Look) -> Frame:
    """The frame of this look."""
    whole = lane().copy()
    if look.text is not None:
        _hold_up(whole, look)
    if look.blur:
        whole = whole.filter(ImageFilter.GaussianBlur(16 * min(1.0, look.blur) ** 2))
    return Frame(*SIZE_PX, ImageChops.add(whole, grain(), 1, -6).tobytes())


def covered() -> Frame:
    """The frame of a lens with a hand on it."""
    return Frame(*SIZE_PX, ImageChops.add(Image.new("L", SIZE_PX, 9), grain(), 1, -6).tobytes())


# -- the lane ----------------------------------------------------------------------------------------------------------


@cache
def lane() -> Image.Image:
    """The service lane behind the driver: lights, a gate, a car that waits; out of focus."""
    wide, high = SIZE_PX
    whole = Image.linear_gradient("L").resize(SIZE_PX).point(lambda down: 70 + down * 62 / 255)
    floor = Image.linear_gradient("L").resize((wide, high * 9 // 20)).point(lambda down: 74 - down * 40 / 255)
    whole.paste(floor, (0, high - floor.height))
    draw = ImageDraw.Draw(whole)

    def shape(grey: int, *corners: tuple[float, float]) -> None:
        draw.polygon([(wide / 2 + x * 0.62, high / 2 + y * 0.62) for x, y in corners], fill=grey)

    def box(grey: int, left: float, top: float, right: float, bottom: float) -> None:
        shape(grey, (left, top), (right, top), (right, bottom), (left, bottom))

    for left in (-560, -60, 420):
        shape(232, (left, -400), (left + 380, -400), (left + 330, -350), (left - 20, -350))
    for left, right in ((-520, -312), (-296, -88), (-72, 136)):
        box(188, left, -250, right, -20)
        box(164, left, -140, right, -20)
    shape(128, (-330, 400), (-290, 400), (-120, 60), (-134, 60))
    shape(28, (20, 196), (640, 196), (690, 250), (-20, 250))
    shape(
        96,
        (44, 196),
        (44, 112),
        (104, 74),
        (166, -6),
        (212, -28),
        (410, -28),
        (462, -6),
        (516, 74),
        (580, 112),
        (580, 196),
    )
    shape(118, (44, 128), (104, 74), (516, 74), (580, 128))
    shape(172, (182, 62), (226, -4), (404, -4), (446, 62))
    shape(70, (308, -4), (318, -4), (322, 62), (308, 62))
    box(40, 40, 190, 584, 214)
    for left in (66, 486):
        box(246, left, 100, left + 72, 130)
    box(140, 236, 140, 392, 172)
    whole = whole.filter(ImageFilter.GaussianBlur(5))
    return ImageChops.multiply(whole, vignette())


@cache
def vignette() -> Image.Image:
    """A lens is a little darker towards its corners."""
    return Image.radial_gradient("L").resize(SIZE_PX).point(lambda far: 255 - max(0, far - 90) * 0.45)


@cache
def grain() -> Image.Image:
    """The sensor's noise, 0 to 12, the same in every frame so that a still picture stands still."""
    dots = random.Random(640_480).randbytes(  # noqa: S311 - noise, no secret
        SIZE_PX[0] * SIZE_PX[1]
    )
    return Image.frombytes("L", SIZE_PX, dots).filter(ImageFilter.BoxBlur(0.6)).point(lambda dot: dot * 12 / 255)


# -- the phone in it ---------------------------------------------------------------------------------------------------


def _hold_up(whole: Image.Image, look: Look) -> None:
    """Put phone and hand into the picture as a lens would: turned, tilted, nearer or farther."""
    upright, shape = phone.drawn(look)
    fine, back = (SIZE_PX[0] * FINE, SIZE_PX[1] * FINE), seen_from(look)
    shape = shape.transform(fine, Image.Transform.PERSPECTIVE, back, Image.Resampling.BILINEAR).reduce(FINE)
    seen = upright.transform(fine, Image.Transform.PERSPECTIVE, back, Image.Resampling.BICUBIC).reduce(FINE)
    shadow = phone.moved(shape.filter(ImageFilter.BoxBlur(9)), 4, 6).point(lambda dark: dark * 0.5)
    whole.paste(0, (0, 0), shadow)
    whole.paste(seen, (0, 0), shape)


def seen_from(look: Look) -> tuple[float, ...]:
    """Where each point of the fine frame lies on the upright phone, as the eight numbers of a perspective."""
    turn, tilt = math.radians(look.angle - LEAN_DEGREES), math.radians(look.tilt)
    cos, sin, away, flat = math.cos(turn), math.sin(turn), math.sin(tilt), math.cos(tilt)
    far = FOCAL / (SCALE * FINE) * max(0.4, look.distance)
    right, down = SIZE_PX[0] * FINE / 2, SIZE_PX[1] * FINE / 2 - 6
    # Columns: one unit to the phone's right, one down, and its middle; rows: across, down, depth.
    onto_frame = (
        ((FOCAL * flat + right * away) * cos, -(FOCAL * flat + right * away) * sin, right * far),
        (FOCAL * sin + down * away * cos, FOCAL * cos - down * away * sin, down * far),
        (away * cos, -away * sin, far),
    )
    unit = phone.UNIT_PX
    onto_drawing = ((unit, 0.0, -phone.LEFT * unit), (0.0, unit, -phone.TOP * unit), (0.0, 0.0, 1.0))
    found = _product(onto_drawing, _inverse(onto_frame))
    return tuple(value / found[2][2] for row in found for value in row)[:8]


Row = tuple[float, float, float]
Matrix = tuple[Row, Row, Row]


def _product(one: Matrix, other: Matrix) -> Matrix:
    columns = tuple(zip(*other, strict=True))

    def row(left: Row) -> Row:
        a, b, c = (sum(x * y for x, y in zip(left, column, strict=True)) for column in columns)
        return a, b, c

    return row(one[0]), row(one[1]), row(one[2])


def _inverse(matrix: Matrix) -> Matrix:
    (a, b, c), (d, e, f), (g, h, i) = matrix
    whole = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    return (
        ((e * i - f * h) / whole, (c * h - b * i) / whole, (b * f - c * e) / whole),
        ((f * g - d * i) / whole, (a * i - c * g) / whole, (c * d - a * f) / whole),
        ((d * h - e * g) / whole, (b * g - a * h) / whole, (a * e - b * d) / whole),
    )
