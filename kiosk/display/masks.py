"""Anti-aliased shapes as grey masks: drawn at four times the size, shrunk once and kept.

Every function is cached by its arguments; a caller never changes the image that it gets.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from kiosk.display.icons import GRID, MARK, MARK_GRID, PATHS, Point, outline

_FINE = 4


@lru_cache(maxsize=256)
def corner(radius_px: int, hollow_px: int = 0) -> Image.Image:
    """The upper left quarter of a disc with this radius; with `hollow_px` only the outer ring of that thickness."""
    fine = Image.new("L", (radius_px * _FINE, radius_px * _FINE), 0)
    pen, across = ImageDraw.Draw(fine), radius_px * _FINE * 2 - 1
    pen.ellipse((0, 0, across, across), fill=255)
    if 0 < hollow_px < radius_px:
        edge = hollow_px * _FINE
        pen.ellipse((edge, edge, across - edge, across - edge), fill=0)
    return fine.reduce(_FINE)


@lru_cache(maxsize=256)
def corner_at(radius_px: int, which: str, hollow_px: int = 0) -> Image.Image:
    """That quarter turned to one of `scene.ALL_CORNERS` (start = left, in final pixels)."""
    quarter = corner(radius_px, hollow_px)
    if which.startswith("bottom"):
        quarter = ImageOps.flip(quarter)
    return ImageOps.mirror(quarter) if which.endswith("end") else quarter


@lru_cache(maxsize=128)
def disc(across_px: int, hollow_px: int = 0) -> Image.Image:
    """A disc; with `hollow_px` a ring of that thickness."""
    fine = Image.new("L", (across_px * _FINE, across_px * _FINE), 0)
    pen, across = ImageDraw.Draw(fine), across_px * _FINE - 1
    pen.ellipse((0, 0, across, across), fill=255)
    if 0 < 2 * hollow_px < across_px:
        edge = hollow_px * _FINE
        pen.ellipse((edge, edge, across - edge, across - edge), fill=0)
    return fine.reduce(_FINE)


@lru_cache(maxsize=64)
def ring(across_px: int, width_px: int, share: float) -> Image.Image:
    """`share` of a circle's line, clockwise from twelve o'clock."""
    fine = Image.new("L", (across_px * _FINE, across_px * _FINE), 0)
    across = across_px * _FINE - 1
    ImageDraw.Draw(fine).arc((0, 0, across, across), -90, -90 + 360 * share, fill=255, width=width_px * _FINE)
    return fine.reduce(_FINE)


@lru_cache(maxsize=256)
def icon(name: str, size_px: int, stroke: float, *, turned: bool) -> Image.Image:
    """An icon of `icons.PATHS`, `size_px` square. An unknown name is drawn as `alert`."""
    scale = size_px / GRID
    lines = tuple(tuple((x * scale, y * scale) for x, y in line) for line in outline(PATHS.get(name, PATHS["alert"])))
    mask = lines_mask(lines, size_px, size_px, stroke * scale)
    return ImageOps.mirror(mask) if turned else mask


@lru_cache(maxsize=8)
def mark(size_px: int) -> Image.Image:
    """The V of the dealership's mark, on a square of `size_px`."""
    scale = size_px * _FINE / MARK_GRID
    fine = Image.new("L", (size_px * _FINE, size_px * _FINE), 0)
    for line in outline(MARK):
        ImageDraw.Draw(fine).polygon([(x * scale, y * scale) for x, y in line], fill=255)
    return fine.reduce(_FINE)


@lru_cache(maxsize=64)
def lines_mask(lines: tuple[tuple[Point, ...], ...], width_px: int, height_px: int, stroke_px: float) -> Image.Image:
    """Polylines with round ends and joins; a line of one point is a dot."""
    fine = Image.new("L", (width_px * _FINE, height_px * _FINE), 0)
    pen, thick = ImageDraw.Draw(fine), max(1.0, stroke_px * _FINE)
    for line in lines:
        points = [(x * _FINE, y * _FINE) for x, y in line]
        if len(points) > 1:
            pen.line(points, fill=255, width=round(thick))
        for x, y in points:
            pen.ellipse((x - thick / 2, y - thick / 2, x + thick / 2 - 1, y + thick / 2 - 1), fill=255)
    return fine.reduce(_FINE)


def dashed(points: tuple[Point, ...], dash_px: float) -> tuple[tuple[Point, ...], ...]:
    """A polyline cut into dashes of `dash_px` with gaps as long."""
    pieces: list[list[Point]] = [[points[0]]]
    left, drawing = dash_px, True
    for (x1, y1), (x2, y2) in pairwise(points):
        length, done = math.hypot(x2 - x1, y2 - y1), 0.0
        while length - done > left:
            done += left
            here = (x1 + (x2 - x1) * done / length, y1 + (y2 - y1) * done / length)
            if drawing:
                pieces[-1].append(here)
            else:
                pieces.append([here])
            left, drawing = dash_px, not drawing
        left -= length - done
        if drawing:
            pieces[-1].append((x2, y2))
    return tuple(tuple(piece) for piece in pieces)


def round_outline(width_px: float, height_px: float, radius_px: float) -> tuple[Point, ...]:
    """The outline of a round-cornered rectangle as one closed polyline."""
    points: list[Point] = []
    centres = (
        (width_px - radius_px, radius_px, -90),
        (width_px - radius_px, height_px - radius_px, 0),
        (radius_px, height_px - radius_px, 90),
        (radius_px, radius_px, 180),
    )
    for x, y, begin in centres:
        for step in range(9):
            angle = math.radians(begin + step * 90 / 8)
            points.append((x + radius_px * math.cos(angle), y + radius_px * math.sin(angle)))
    return (*points, points[0])


@lru_cache(maxsize=8)
def shadow(width_px: int, height_px: int, radius_px: int, blur_px: int) -> Image.Image:
    """A blurred round-cornered rectangle with a margin of twice the blur on every side."""
    margin, shrink = 2 * blur_px, 4
    size = ((width_px + 2 * margin) // shrink, (height_px + 2 * margin) // shrink)
    small = Image.new("L", size, 0)
    box = (margin // shrink, margin // shrink, (width_px + margin) // shrink, (height_px + margin) // shrink)
    ImageDraw.Draw(small).rounded_rectangle(box, radius_px / shrink, fill=255)
    blurred = small.filter(ImageFilter.GaussianBlur(blur_px / 2 / shrink))
    return blurred.resize((width_px + 2 * margin, height_px + 2 * margin), Image.Resampling.BILINEAR)
