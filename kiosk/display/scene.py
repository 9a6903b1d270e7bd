"""What a screen shows, as frozen values in final pixels: items drawn in order, and the targets that can be touched.

Nothing here draws, measures or knows a language. Equal scenes look equal: a screen redraws when its scene changed.
Colours are "#RRGGBB", or "#RRGGBBAA" where something shows through.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import ceil, floor
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from PIL import Image

ALL_CORNERS = ("top_start", "top_end", "bottom_start", "bottom_end")
TOP_CORNERS = ("top_start", "top_end")
BOTTOM_CORNERS = ("bottom_start", "bottom_end")


class Rect(NamedTuple):
    """A rectangle in pixels: its upper left corner, width and height."""

    x: int
    y: int
    w: int
    h: int

    @property
    def end(self) -> int:
        """First column to the right of the rectangle."""
        return self.x + self.w

    @property
    def bottom(self) -> int:
        """First row below the rectangle."""
        return self.y + self.h

    @property
    def middle(self) -> int:
        """Row half way down."""
        return self.y + self.h // 2

    @property
    def centre(self) -> int:
        """Column half way across."""
        return self.x + self.w // 2

    def holds(self, x: float, y: float) -> bool:
        """Is this point inside?"""
        return self.x <= x < self.end and self.y <= y < self.bottom

    def inset(self, across: int, down: int | None = None) -> Rect:
        """The rectangle made smaller on every side (larger when negative)."""
        down = across if down is None else down
        return Rect(self.x + across, self.y + down, self.w - 2 * across, self.h - 2 * down)

    def moved(self, across: int = 0, down: int = 0) -> Rect:
        """The rectangle somewhere else."""
        return Rect(self.x + across, self.y + down, self.w, self.h)

    def meets(self, other: Rect) -> bool:
        """Do the two share a pixel?"""
        return self.x < other.end and other.x < self.end and self.y < other.bottom and other.y < self.bottom

    def joined(self, other: Rect) -> Rect:
        """The smallest rectangle around both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Rect(x, y, max(self.end, other.end) - x, max(self.bottom, other.bottom) - y)

    def clipped(self, other: Rect) -> Rect:
        """What both share; width or height 0 when nothing."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        return Rect(x, y, max(0, min(self.end, other.end) - x), max(0, min(self.bottom, other.bottom) - y))

    def flipped(self, width: int) -> Rect:
        """The rectangle seen in a mirror `width` pixels wide."""
        return Rect(width - self.end, self.y, self.w, self.h)


@dataclass(frozen=True)
class Item:
    """Something drawn. `rect` is its body; `bounds` holds every pixel that it may touch."""

    rect: Rect

    @property
    def bounds(self) -> Rect:
        """Every pixel that the item may touch."""
        return self.rect

    def moved(self, across: int, down: int) -> Item:
        """The same item somewhere else."""
        return replace(self, rect=self.rect.moved(across, down))

    def flipped(self, width: int) -> Item:
        """The item's place in a mirror `width` pixels wide; what is written in it stays readable."""
        return replace(self, rect=self.rect.flipped(width))


@dataclass(frozen=True)
class Fill(Item):
    """A plain rectangle."""

    colour: str


@dataclass(frozen=True)
class Box(Item):
    """A rectangle with round corners, an edge and, where it can be pressed, a lip below it.

    Attributes:
        colour: the face; None leaves what lies below.
        corners: which corners are round.
        edge_colour, edge_px: the outline, drawn inside `rect`.
        lip_colour, lip_px: the darker edge underneath, drawn below `rect`.
        dashed: the outline is dashed (not to be had today).
    """

    colour: str | None
    radius_px: int = 0
    edge_colour: str | None = None
    edge_px: int = 0
    lip_colour: str | None = None
    lip_px: int = 0
    corners: tuple[str, ...] = ALL_CORNERS
    dashed: bool = False

    @property
    def bounds(self) -> Rect:
        """The box and its lip."""
        return Rect(self.rect.x, self.rect.y, self.rect.w, self.rect.h + self.lip_px)

    def flipped(self, width: int) -> Box:
        """Start corners become end corners."""
        swap = {"start": "end", "end": "start"}
        corners = tuple(f"{row}_{swap[side]}" for row, side in (corner.split("_") for corner in self.corners))
        return replace(self, rect=self.rect.flipped(width), corners=tuple(c for c in ALL_CORNERS if c in corners))


@dataclass(frozen=True)
class Disc(Item):
    """A circle filling `rect` (a square). `colour` None leaves a ring."""

    colour: str | None
    edge_colour: str | None = None
    edge_px: int = 0


@dataclass(frozen=True)
class Ring(Item):
    """A part of a circle's line, clockwise from twelve o'clock: the countdown. It is never mirrored."""

    colour: str
    width_px: int
    share: float = 1.0


@dataclass(frozen=True)
class Shadow(Item):
    """The soft shadow of a round-cornered rectangle: of paper alone."""

    colour: str
    radius_px: int
    blur_px: int

    @property
    def bounds(self) -> Rect:
        """The blurred edge reaches twice its radius."""
        return self.rect.inset(-2 * self.blur_px)


@dataclass(frozen=True)
class Stroke(Item):
    """A line through `points` with round ends and joins. `rect` holds the points; `dash_px` 0 = unbroken."""

    points: tuple[tuple[float, float], ...]
    colour: str
    width_px: float
    dash_px: float = 0.0

    @classmethod
    def through(
        cls, points: tuple[tuple[float, float], ...], colour: str, width_px: float, dash_px: float = 0
    ) -> Stroke:
        """A stroke whose rectangle is found from its points."""
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        x, y = floor(min(xs)), floor(min(ys))
        return cls(Rect(x, y, ceil(max(xs)) - x, ceil(max(ys)) - y), points, colour, width_px, dash_px)

    @property
    def bounds(self) -> Rect:
        """The points and half the line's width around them."""
        return self.rect.inset(-ceil(self.width_px / 2) - 1)

    def moved(self, across: int, down: int) -> Stroke:
        """The same line somewhere else."""
        points = tuple((x + across, y + down) for x, y in self.points)
        return replace(self, rect=self.rect.moved(across, down), points=points)

    def flipped(self, width: int) -> Stroke:
        """The line in the mirror."""
        points = tuple((width - x, y) for x, y in self.points)
        return replace(self, rect=self.rect.flipped(width), points=points)


@dataclass(frozen=True)
class Icon(Item):
    """A drawing of `kiosk.display.icons` filling `rect` (a square). `turned` = seen in a mirror."""

    name: str
    colour: str
    stroke: float = 2.0
    turned: bool = False

    def flipped(self, width: int) -> Icon:
        """Arrows and whatever moves turn round; a spanner, a key or a clock does not."""
        from kiosk.display.icons import TURNING

        turned = self.turned != (self.name in TURNING)
        return replace(self, rect=self.rect.flipped(width), turned=turned)


@dataclass(frozen=True)
class Mark(Item):
    """The dealership's mark: its V on a rounded square. It is never mirrored."""

    ground: str
    colour: str


@dataclass(frozen=True)
class LogoPicture(Item):
    """The dealership's logo, scaled to fill `rect`; what is transparent shows what lies below. It is never mirrored.

    Attributes:
        key: names the content; the same key promises the same pixels.
        image: RGBA, in the shape of `rect`.
    """

    key: str
    image: Image.Image = field(compare=False, repr=False)


@dataclass(frozen=True)
class TextLine(Item):
    """One shaped line. `rect` is exactly the line's width and its font's height (ascent and descent).

    Attributes:
        rtl: the paragraph's direction.
        struck_px: thickness of a line through it (an old time); 0 = none.
    """

    text: str
    size_px: int
    weight: int
    colour: str
    rtl: bool = False
    struck_px: int = 0

    @property
    def bounds(self) -> Rect:
        """Some letters reach a little beyond their line."""
        return self.rect.inset(-ceil(self.size_px / 5), -ceil(self.size_px / 8))


@dataclass(frozen=True)
class Picture(Item):
    """A photograph or camera frame, cut to fill `rect`. Two pictures are equal when their keys are.

    Attributes:
        key: names the content ("camera-1712"); the same key promises the same pixels.
        image: the pixels, any mode.
        like_a_mirror: shown as a mirror shows it (the camera); independent of the language's direction.
    """

    key: str
    image: Image.Image = field(compare=False, repr=False)
    radius_px: int = 0
    like_a_mirror: bool = False


@dataclass(frozen=True)
class Code(Item):
    """A QR code at whole modules with four quiet ones around, centred in `rect`. It is never mirrored."""

    modules: tuple[tuple[bool, ...], ...]
    colour: str
    ground: str


@dataclass(frozen=True)
class Target:
    """A place that can be touched. `name` is what the screen's owner hears."""

    name: str
    rect: Rect


@dataclass(frozen=True)
class Scene:
    """Everything on one screen: `ground` below, then `items` in order; `targets` hear touches, the last one on top."""

    size: tuple[int, int]
    ground: str
    items: tuple[Item, ...]
    targets: tuple[Target, ...] = ()

    def target_at(self, x: float, y: float) -> str | None:
        """Name of the target at this point, or None."""
        return next((one.name for one in reversed(self.targets) if one.rect.holds(x, y)), None)

    def texts(self) -> tuple[TextLine, ...]:
        """All lines of text, in the order in which they are drawn."""
        return tuple(item for item in self.items if isinstance(item, TextLine))
