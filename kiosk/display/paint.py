"""Draws a Scene with Pillow, and redraws only what changed between two scenes.

Text comes shaped from the typesetter, shapes as cached masks. Nothing here decides where anything stands.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from functools import singledispatchmethod
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageOps

from kiosk.display import masks
from kiosk.display.scene import (
    ALL_CORNERS,
    Box,
    Code,
    Disc,
    Fill,
    Icon,
    Item,
    LogoPicture,
    Mark,
    Picture,
    Rect,
    Ring,
    Scene,
    Shadow,
    Stroke,
    TextLine,
)

if TYPE_CHECKING:
    from kiosk.typeset import Typesetter

_KEPT_PICTURES = 2
_QUIET_MODULES = 4


def paint(scene: Scene, typesetter: Typesetter) -> Image.Image:
    """The whole scene as a new RGB image of its size."""
    return Painter(typesetter).part(scene, Rect(0, 0, *scene.size))


class Canvas:
    """A picture kept up to date: `show` redraws what changed and says which rectangles those were.

    `drawn` counts how many times something had to be drawn.
    """

    def __init__(self, typesetter: Typesetter) -> None:
        self._painter = Painter(typesetter)
        self.scene: Scene | None = None
        self.image = Image.new("RGB", (1, 1))
        self.drawn = 0

    def show(self, scene: Scene) -> list[Rect]:
        """Make the picture show `scene`; the rectangles that changed, none when the scene is the one shown."""
        rects = changed(self.scene, scene)
        if self.image.size != scene.size:
            self.image = Image.new("RGB", scene.size, scene.ground)
        for rect in rects:
            self.image.paste(self._painter.part(scene, rect), rect[:2])
        self.scene = scene
        self.drawn += bool(rects)
        return rects


class Painter:
    """Draws parts of scenes. One owner: it is not safe for several threads."""

    def __init__(self, typesetter: Typesetter) -> None:
        self._typesetter = typesetter
        self._pictures: OrderedDict[tuple[object, ...], Image.Image] = OrderedDict()
        self._logo: tuple[tuple[object, ...], Image.Image] | None = None

    def part(self, scene: Scene, rect: Rect) -> Image.Image:
        """What the scene shows inside `rect`, as a new RGB image of its size."""
        part = Image.new("RGB", (rect.w, rect.h), scene.ground)
        self._draw(scene, rect, part)
        return part

    def _draw(self, scene: Scene, rect: Rect, onto: Image.Image) -> None:
        """Everything of the scene inside `rect`, onto an image whose upper left corner is that of `rect`."""
        for item in scene.items:
            if item.bounds.meets(rect):
                self._item(item.moved(-rect.x, -rect.y) if rect[:2] != (0, 0) else item, onto)

    @singledispatchmethod
    def _item(self, item: Item, _onto: Image.Image) -> None:
        raise TypeError(f"no way to draw a {type(item).__name__}")

    @_item.register
    def _(self, item: Fill, onto: Image.Image) -> None:
        _flat(onto, item.rect, item.colour)

    @_item.register
    def _(self, item: Box, onto: Image.Image) -> None:
        if item.lip_colour and item.lip_px:
            _round(onto, item.bounds, item.lip_colour, item.radius_px, item.corners)
        if item.dashed:
            _round(onto, item.rect, item.colour, item.radius_px, item.corners)
            _dashed_edge(onto, item)
        elif item.edge_colour and item.edge_px and item.colour:
            _round(onto, item.rect, item.edge_colour, item.radius_px, item.corners)
            inner = max(0, item.radius_px - item.edge_px)
            _round(onto, item.rect.inset(item.edge_px), item.colour, inner, item.corners)
        elif item.edge_colour and item.edge_px:
            _hollow(onto, item)
        else:
            _round(onto, item.rect, item.colour, item.radius_px, item.corners)

    @_item.register
    def _(self, item: Disc, onto: Image.Image) -> None:
        across, place = item.rect.w, item.rect[:2]
        if item.edge_colour and item.edge_px:
            if item.colour:
                inner = item.rect.inset(item.edge_px // 2)
                _blot(onto, inner[:2], masks.disc(inner.w), item.colour)
            _blot(onto, place, masks.disc(across, item.edge_px), item.edge_colour)
        elif item.colour:
            _blot(onto, place, masks.disc(across), item.colour)

    @_item.register
    def _(self, item: Ring, onto: Image.Image) -> None:
        _blot(onto, item.rect[:2], masks.ring(item.rect.w, item.width_px, item.share), item.colour)

    @_item.register
    def _(self, item: Shadow, onto: Image.Image) -> None:
        mask = masks.shadow(item.rect.w, item.rect.h, item.radius_px, item.blur_px)
        _blot(onto, item.bounds[:2], mask, item.colour)

    @_item.register
    def _(self, item: Stroke, onto: Image.Image) -> None:
        area = item.bounds
        points = tuple((x - area.x, y - area.y) for x, y in item.points)
        lines = masks.dashed(points, item.dash_px) if item.dash_px else (points,)
        _blot(onto, area[:2], masks.lines_mask(lines, area.w, area.h, item.width_px), item.colour)

    @_item.register
    def _(self, item: Icon, onto: Image.Image) -> None:
        _blot(onto, item.rect[:2], masks.icon(item.name, item.rect.w, item.stroke, turned=item.turned), item.colour)

    @_item.register
    def _(self, item: Mark, onto: Image.Image) -> None:
        _round(onto, item.rect, item.ground, round(item.rect.w * 9 / 48), ALL_CORNERS)
        _blot(onto, item.rect[:2], masks.mark(item.rect.w), item.colour)

    @_item.register
    def _(self, item: LogoPicture, onto: Image.Image) -> None:
        scaled = self._scaled(item)
        onto.paste(scaled, item.rect[:2], scaled)

    @_item.register
    def _(self, item: TextLine, onto: Image.Image) -> None:
        line = self._typesetter.line(item.text, size_px=item.size_px, weight=item.weight, rtl=item.rtl)
        _blot(onto, (item.rect.x - line.left_px, item.rect.y), line.image, item.colour)
        if item.struck_px:
            middle = item.rect.y + line.ascent_px - round(item.size_px * 0.3)
            _flat(onto, Rect(item.rect.x, middle - item.struck_px // 2, item.rect.w, item.struck_px), item.colour)

    @_item.register
    def _(self, item: Picture, onto: Image.Image) -> None:
        fitted = self._fitted(item)
        radius, (x, y, width, height) = item.radius_px, item.rect
        saved = []
        for which in ALL_CORNERS if radius else ():
            cx = x if which.endswith("start") else x + width - radius
            cy = y if which.startswith("top") else y + height - radius
            outside = ImageOps.invert(masks.corner_at(radius, which))
            saved.append((onto.crop((cx, cy, cx + radius, cy + radius)), (cx, cy), outside))
        onto.paste(fitted, (x, y))
        for under, place, outside in saved:
            onto.paste(under, place, outside)

    @_item.register
    def _(self, item: Code, onto: Image.Image) -> None:
        count = len(item.modules)
        module = max(1, min(item.rect.w, item.rect.h) // (count + 2 * _QUIET_MODULES))
        across = module * (count + 2 * _QUIET_MODULES)
        left, top = item.rect.x + (item.rect.w - across) // 2, item.rect.y + (item.rect.h - across) // 2
        _flat(onto, Rect(left, top, across, across), item.ground)
        dots = Image.new("1", (count, count))
        dots.putdata([dark for row in item.modules for dark in row])
        grown = dots.resize((count * module, count * module), Image.Resampling.NEAREST)
        onto.paste(item.colour, (left + module * _QUIET_MODULES, top + module * _QUIET_MODULES), grown)

    def _scaled(self, item: LogoPicture) -> Image.Image:
        """The logo in its size; a screen has one, and one size of it."""
        key = (item.key, item.rect[2:])
        if self._logo is None or self._logo[0] != key:
            self._logo = (key, item.image.resize(item.rect[2:], Image.Resampling.LANCZOS))
        return self._logo[1]

    def _fitted(self, item: Picture) -> Image.Image:
        size = item.rect[2:]
        key = (item.key, size, item.like_a_mirror)
        if key not in self._pictures:
            picture = item.image
            if item.like_a_mirror:
                picture = ImageOps.mirror(picture)
            if picture.size != size:
                picture = _cut_to(picture, size)
            self._pictures[key] = picture if picture.mode == "RGB" else picture.convert("RGB")
            while len(self._pictures) > _KEPT_PICTURES:
                self._pictures.popitem(last=False)
        return self._pictures[key]


def changed(old: Scene | None, new: Scene) -> list[Rect]:
    """The rectangles in which two scenes differ, none of them touching another; the whole screen if there was none.

    More than half of the screen counts as the whole.
    """
    whole = Rect(0, 0, *new.size)
    if old is None or (old.size, old.ground) != (new.size, new.ground):
        return [whole]
    if old.items == new.items:
        return []
    gone, come = Counter(old.items), Counter(new.items)
    kept = gone & come
    if _in_order(old.items, kept) != _in_order(new.items, kept):
        return [whole]
    rects = [item.bounds.clipped(whole) for item in [*(gone - kept), *(come - kept)]]
    rects = _apart([rect for rect in rects if rect.w and rect.h])
    return [whole] if sum(rect.w * rect.h for rect in rects) > whole.w * whole.h // 2 else rects


def _in_order(items: tuple[Item, ...], kept: Counter[Item]) -> list[Item]:
    left, found = Counter(kept), []
    for item in items:
        if left[item] > 0:
            left[item] -= 1
            found.append(item)
    return found


def _apart(rects: list[Rect]) -> list[Rect]:
    """The same area in rectangles that do not meet."""
    done: list[Rect] = []
    for one in rects:
        rect = one
        while touching := [other for other in done if other.meets(rect)]:
            for other in touching:
                done.remove(other)
                rect = rect.joined(other)
        done.append(rect)
    return done


def _flat(onto: Image.Image, rect: Rect, colour: str) -> None:
    solid, strength = _colour(colour)
    box = (rect.x, rect.y, rect.end, rect.bottom)
    if strength == 255:
        if rect.w > 0 and rect.h > 0:
            ImageDraw.Draw(onto).rectangle((box[0], box[1], box[2] - 1, box[3] - 1), fill=solid)
    else:
        onto.paste(solid, rect[:2], Image.new("L", rect[2:], strength))


def _blot(onto: Image.Image, place: tuple[int, int], mask: Image.Image, colour: str) -> None:
    solid, strength = _colour(colour)
    through = mask if strength == 255 else mask.point([value * strength // 255 for value in range(256)])
    onto.paste(solid, (*place, place[0] + mask.width, place[1] + mask.height), through)


def _colour(colour: str) -> tuple[str, int]:
    return (colour, 255) if len(colour) == 7 else (colour[:7], int(colour[7:], 16))


def _round(onto: Image.Image, rect: Rect, colour: str | None, radius_px: int, corners: tuple[str, ...]) -> None:
    """A filled rectangle with some round corners."""
    if colour is None or rect.w <= 0 or rect.h <= 0:
        return
    radius = min(radius_px, rect.w // 2, rect.h // 2)
    if radius <= 0:
        _flat(onto, rect, colour)
        return
    _flat(onto, Rect(rect.x, rect.y + radius, rect.w, rect.h - 2 * radius), colour)
    for top in (True, False):
        row = "top" if top else "bottom"
        y = rect.y if top else rect.bottom - radius
        start, end = f"{row}_start" in corners, f"{row}_end" in corners
        left, right = rect.x + radius * start, rect.end - radius * end
        _flat(onto, Rect(left, y, right - left, radius), colour)
        if start:
            _blot(onto, (rect.x, y), masks.corner_at(radius, f"{row}_start"), colour)
        if end:
            _blot(onto, (rect.end - radius, y), masks.corner_at(radius, f"{row}_end"), colour)


def _hollow(onto: Image.Image, item: Box) -> None:
    """The outline alone."""
    rect, edge, colour = item.rect, item.edge_px, item.edge_colour or ""
    radius = min(item.radius_px, rect.w // 2, rect.h // 2)
    _flat(onto, Rect(rect.x + radius, rect.y, rect.w - 2 * radius, edge), colour)
    _flat(onto, Rect(rect.x + radius, rect.bottom - edge, rect.w - 2 * radius, edge), colour)
    _flat(onto, Rect(rect.x, rect.y + radius, edge, rect.h - 2 * radius), colour)
    _flat(onto, Rect(rect.end - edge, rect.y + radius, edge, rect.h - 2 * radius), colour)
    for which in ALL_CORNERS if radius else ():
        x = rect.x if which.endswith("start") else rect.end - radius
        y = rect.y if which.startswith("top") else rect.bottom - radius
        _blot(onto, (x, y), masks.corner_at(radius, which, min(edge, radius)), colour)


def _dashed_edge(onto: Image.Image, item: Box) -> None:
    edge = item.edge_px
    around = masks.round_outline(item.rect.w - edge, item.rect.h - edge, max(0, item.radius_px - edge / 2))
    points = tuple((x + edge / 2, y + edge / 2) for x, y in around)
    mask = masks.lines_mask(masks.dashed(points, edge * 4), item.rect.w, item.rect.h, edge)
    _blot(onto, item.rect[:2], mask, item.edge_colour or "")


def _cut_to(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The middle of the picture, scaled to fill `size`."""
    scale = max(size[0] / picture.width, size[1] / picture.height)
    width, height = size[0] / scale, size[1] / scale
    left, top = (picture.width - width) / 2, (picture.height - height) / 2
    return picture.resize(size, Image.Resampling.BILINEAR, box=(left, top, left + width, top + height))
