"""432 frames of a lane's camera, as bad as they come: nine troubles, four sizes of code, twelve grades each.

Every frame is 640 x 480, grey, made from numbers alone and the same in every run. A grade is not "readable or not":
it goes from what nobody would notice to what no decoder reads, so that a share tells decoders apart.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from kiosk.domain.codes import token_from_bits
from kiosk.hardware.ports import Frame
from kiosk.qr import code_image

SIZE_PX = (640, 480)
CODES_PX = (90, 140, 190, 240)
GRADES = 12
ADDRESS = "HTTPS://SERVICE.EXAMPLE.COM/C/"
INK, PAPER = 24, 236


@dataclass(frozen=True)
class Trial:
    """One frame: what troubles it, how wide the code is in it, how badly (0 to 1), and what it says."""

    trouble: str
    code_px: int
    grade: float
    text: str
    frame: Frame


def trials() -> list[Trial]:
    """All of them, in their order; every processor makes its share."""
    grades = [step / (GRADES - 1) for step in range(GRADES)]
    with ProcessPoolExecutor() as makers:
        return list(makers.map(trial, *zip(*product(TROUBLES, CODES_PX, grades), strict=True), chunksize=GRADES))


def trial(trouble: str, code_px: int, grade: float) -> Trial:
    """One of them."""
    luck = random.Random(f"{trouble} {code_px} {grade:.3f}")  # noqa: S311 - the same pictures in every run
    text = ADDRESS + token_from_bits(luck.getrandbits(128))
    picture = TROUBLES[trouble](text, code_px, grade, luck)
    seen = with_noise(picture, 3.0, luck)
    return Trial(trouble, code_px, grade, text, Frame(*SIZE_PX, seen.tobytes()))


# -- the phone before the lane -----------------------------------------------------------------------------------------


def shot(
    text: str,
    code_px: int,
    luck: random.Random,
    *,
    tilt: float = 0.12,
    screen: Callable[[Image.Image], Image.Image] = lambda one: one,
    dark_mode: bool = False,
) -> Image.Image:
    """A phone's screen with the code, held up at a slant before a lively lane.

    Args:
        code_px: width of the code in the frame, without its quiet zone.
        tilt: 0 is square to the lens; 1 makes the far edge half as long as the near one.
        screen: what is wrong with the glass; it gets the screen, 8 pixels a module.
        dark_mode: white on black.
    """
    modules = code_image(text, module_dots=8).convert("L")
    glass = Image.new("L", (modules.width + 96, modules.height + 260), 255)
    glass.paste(modules, (48, 110))
    draw = ImageDraw.Draw(glass)
    for top, share in ((modules.height + 140, 0.7), (modules.height + 180, 0.4)):
        draw.rounded_rectangle((48, top, 48 + modules.width * share, top + 18), 9, fill=0)
    glass = glass.point(lambda white: INK + white * (PAPER - INK) / 255)
    if dark_mode:
        glass = ImageChops.invert(glass)
    glass = screen(glass)
    inner_px = code_inner_px(modules)
    return laid(glass, scale=code_px / inner_px, tilt=tilt, luck=luck)


def code_inner_px(modules: Image.Image) -> int:
    """The code's own width in its picture."""
    left, _, right, _ = ImageChops.invert(modules).getbbox() or (0, 0, modules.width, 0)
    return right - left


def laid(glass: Image.Image, *, scale: float, tilt: float, luck: random.Random) -> Image.Image:
    """The screen as the lens sees it: turned, turned away, somewhere near the middle."""
    turn = math.radians(luck.uniform(-18, 18))
    lean = math.radians(luck.uniform(0, 360))
    middle = (SIZE_PX[0] / 2 + luck.uniform(-40, 40), SIZE_PX[1] / 2 + luck.uniform(-20, 20))
    wide, high = glass.width * scale, glass.height * scale
    corners = []
    for x, y in ((-wide / 2, -high / 2), (wide / 2, -high / 2), (wide / 2, high / 2), (-wide / 2, high / 2)):
        depth = 1 + 0.5 * tilt * (x * math.cos(lean) + y * math.sin(lean)) / (max(wide, high) / 2)
        across, down = x / depth, y / depth
        corners.append(
            (
                middle[0] + across * math.cos(turn) - down * math.sin(turn),
                middle[1] + across * math.sin(turn) + down * math.cos(turn),
            )
        )
    fine = 2
    size = (SIZE_PX[0] * fine, SIZE_PX[1] * fine)
    small = glass.resize((round(wide * fine), round(high * fine)), Image.Resampling.BOX)
    back = _perspective([(x * fine, y * fine) for x, y in corners], small.size)
    seen = small.transform(size, Image.Transform.PERSPECTIVE, back, Image.Resampling.BICUBIC).reduce(fine)
    shape = Image.new("L", small.size, 255).transform(size, Image.Transform.PERSPECTIVE, back).reduce(fine)
    whole = lane(luck)
    whole.paste(seen, (0, 0), shape)
    return whole.filter(ImageFilter.GaussianBlur(0.5))


def _perspective(corners: list[tuple[float, float]], size: tuple[int, int]) -> tuple[float, ...]:
    """Eight numbers that lead from the frame's corners back to the upright picture's."""
    wide, high = size
    rows, values = [], []
    for (x, y), (u, v) in zip(corners, ((0, 0), (wide, 0), (wide, high), (0, high)), strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return tuple(float(one) for one in np.linalg.solve(np.array(rows), np.array(values)))


def lane(luck: random.Random) -> Image.Image:
    """Soft shapes with some edges, as a lane has them."""
    coarse = Image.frombytes("L", (16, 12), luck.randbytes(16 * 12)).point(lambda one: 50 + one * 110 / 255)
    whole = coarse.resize(SIZE_PX, Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(whole)
    for _ in range(8):
        x, y = luck.randrange(SIZE_PX[0]), luck.randrange(SIZE_PX[1])
        draw.rectangle((x, y, x + luck.randrange(20, 120), y + luck.randrange(10, 60)), fill=luck.randrange(30, 210))
    return whole.filter(ImageFilter.GaussianBlur(2))


def with_noise(picture: Image.Image, sigma: float, luck: random.Random) -> Image.Image:
    """The sensor's grain."""
    grain = np.random.default_rng(luck.getrandbits(64)).normal(0, sigma, (SIZE_PX[1], SIZE_PX[0]))
    return Image.fromarray(np.clip(np.asarray(picture, np.float32) + grain, 0, 255).astype(np.uint8))


def times(picture: Image.Image, light: np.ndarray) -> Image.Image:
    """The picture under another light: 1 changes nothing."""
    return Image.fromarray(np.clip(np.asarray(picture, np.float32) * light, 0, 255).astype(np.uint8))


# -- what is wrong with it ---------------------------------------------------------------------------------------------


def tilted(text: str, code_px: int, grade: float, luck: random.Random) -> Image.Image:
    """Turned away from the lens: up to one edge a third as long as the other."""
    return shot(text, code_px, luck, tilt=0.1 + 0.95 * grade)


def out_of_focus(text: str, code_px: int, grade: float, luck: random.Random) -> Image.Image:
    """Too near or too far for the lens."""
    return shot(text, code_px, luck).filter(ImageFilter.GaussianBlur(0.3 + 3.2 * grade))


def moving(text: str, code_px: int, grade: float, luck: random.Random) -> Image.Image:
    """A hand that does not hold still: up to 14 pixels within one exposure."""
    picture = np.asarray(shot(text, code_px, luck), np.float32)
    length, way = 1 + 13 * grade, math.radians(luck.uniform(0, 180))
    steps = max(2, round(length * 2))
    summed = np.zeros_like(picture)
    for step in range(steps):
        ahead = (step / (steps - 1) - 0.5) * length
        summed += _shifted(picture, ahead * math.cos(way), ahead * math.sin(way))
    return Image.fromarray((summed / steps).astype(np.uint8))


def _shifted(picture: np.ndarray, right: float, down: float) -> np.ndarray:
    image = Image.fromarray(picture)
    moved = image.transform(image.size, Image.Transform.AFFINE, (1, 0, -right, 0, 1, -down), Image.Resampling.BILINEAR)
    return np.asarray(moved)


def with_glare(text: str, code_px: int, grade: float, luck: random.Random) -> Image.Image:
    """A lamp of the lane in the phone's glass: a soft patch that burns out what is under it."""
    picture = np.asarray(shot(text, code_px, luck), np.float32)
    y, x = np.mgrid[0 : SIZE_PX[1], 0 : SIZE_PX[0]]
    middle = (SIZE_PX[0] / 2 + luck.uniform(-0.4, 0.4) * code_px, SIZE_PX[1] / 2 + luck.uniform(-0.4, 0.4) * code_px)
    lean = math.radians(luck.uniform(0, 180))
    along = (x - middle[0]) * math.cos(lean) + (y - middle[1]) * math.sin(lean)
    beside = (y - middle[1]) * math.cos(lean) - (x - middle[0]) * math.sin(lean)
    far = np.hypot(along / (code_px * 0.9), beside / (code_px * (0.12 + 0.30 * grade)))
    light = (60 + 300 * grade) * np.exp(-(far**2))
    return Image.fromarray(np.clip(picture + light, 0, 255).astype(np.uint8))


def banded(text: str, code_px: int, grade: float, luck: random.Random) -> Image.Image:
    """A dimmed phone or a lamp that flickers while the rows are read: dark bands across the picture."""
    rows = np.arange(SIZE_PX[1])[:, None]
    period, phase = luck.uniform(24, 90), luck.uniform(0, 1)
    wave = (np.cos(2 * math.pi * (rows / period + phase)) > luck.uniform(-0.4, 0.4)).astype(np.float32)
    soft = np.asarray(Image.fromarray((wave * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(2)), np.float32)
    light = 1 - (0.15 + 0.83 * grade) * (1 - soft / 255)
    return times(shot(text, code_px, luck), light)


def with_moire(text: str, code_px: int, grade: float, luck: random.Random) -> Image.Image:
    """The phone's pixels against the camera's: fine and coarse waves over the screen."""
    picture = shot(text, code_px, luck)
    y, x = np.mgrid[0 : SIZE_PX[1], 0 : SIZE_PX[0]]
    light = np.ones((SIZE_PX[1], SIZE_PX[0]), np.float32)
    for shortest, longest in ((2.3, 4.0), (5.0, 11.0)):
        period, way = luck.uniform(shortest, longest), math.radians(luck.uniform(0, 180))
        light += (0.08 + 0.42 * grade) * np.sin(2 * math.pi * (x * math.cos(way) + y * math.sin(way)) / period)
    return times(picture, light)


def in_dark_mode(text: str, code_px: int, grade: float, luck: random.Random) -> Image.Image:
    """White on black, dimmer with each grade, and a little soft."""
    picture = shot(text, code_px, luck, dark_mode=True, tilt=0.1 + 0.3 * grade)
    return picture.point(lambda one: 30 + (one - 30) * (1 - 0.75 * grade)).filter(ImageFilter.GaussianBlur(0.2 + grade))


def cracked(text: str, code_px: int, grade: float, luck: random.Random) -> Image.Image:
    """A broken glass: bright and dark lines from one blow, more and broader with each grade."""

    def broken(glass: Image.Image) -> Image.Image:
        blow = (glass.width * luck.uniform(0.2, 0.8), glass.height * luck.uniform(0.2, 0.7))
        draw = ImageDraw.Draw(glass)
        for _ in range(3 + round(16 * grade)):
            way, x, y = luck.uniform(0, 2 * math.pi), *blow
            points = [blow]
            for _ in range(5):
                way += luck.uniform(-0.4, 0.4)
                x, y = x + glass.width * 0.2 * math.cos(way), y + glass.width * 0.2 * math.sin(way)
                points.append((x, y))
            draw.line(points, fill=luck.choice((10, 250)), width=2 + round(9 * grade * luck.random()), joint="curve")
        return glass

    return shot(text, code_px, luck, screen=broken)


def in_the_dark(text: str, code_px: int, grade: float, luck: random.Random) -> Image.Image:
    """A dim phone before a fast shutter: little contrast, much grain."""
    picture = shot(text, code_px, luck)
    faint = picture.point(lambda one: 40 + one * (1 - 0.9 * grade) * 0.6)
    return with_noise(faint, 2 + 16 * grade, luck)


TROUBLES: dict[str, Callable[[str, int, float, random.Random], Image.Image]] = {
    "turned away": tilted,
    "out of focus": out_of_focus,
    "moving": moving,
    "glare": with_glare,
    "bands": banded,
    "moire": with_moire,
    "dark mode": in_dark_mode,
    "cracks": cracked,
    "dim and grainy": in_the_dark,
}
