"""The grid of a lane's screens: measures by panel, and one page of headline, block, strip and keys laid out on any panel.

A page says what it shows; where that stands, and what gives way where room is short, is decided here and nowhere else.
Letters never shrink below their role, keys never below 20 mm.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from kiosk.display import parts
from kiosk.display.dock import dock
from kiosk.display.keys import LIP_MM, key
from kiosk.display.layout import Composition, Look
from kiosk.display.scene import Box, Icon, Rect

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLET_MM = 200.0
PAIR = 2


class Form(StrEnum):
    """How a panel is laid out: upright, two columns, a 10-inch panel, a 7-inch panel."""

    UPRIGHT = "upright"
    WIDE = "wide"
    TABLET = "tablet"
    TINY = "tiny"

    @property
    def is_small(self) -> bool:
        """Is every millimetre counted?"""
        return self in (Form.TABLET, Form.TINY)


@dataclass(frozen=True)
class Grid:
    """Lengths in pixels on one panel."""

    look: Look

    @cached_property
    def form(self) -> Form:
        """The panel's form."""
        panel = self.look.panel
        if panel.size_class == "S":
            return Form.TABLET if max(panel.width_mm, panel.height_px / panel.px_per_mm) >= TABLET_MM else Form.TINY
        return Form.UPRIGHT if panel.height_px > panel.width_px else Form.WIDE

    def px(self, millimetres: float) -> int:
        """A length that is given for the 21.5-inch panel; 0.8 of it on smaller ones."""
        return self.look.px(millimetres * (1.0 if self.look.panel.size_class == "L" else 0.8))

    @cached_property
    def size(self) -> tuple[int, int]:
        """Width and height of the panel."""
        return self.look.panel.width_px, self.look.panel.height_px

    @cached_property
    def side(self) -> int:
        """Margin at the sides."""
        return {Form.UPRIGHT: self.px(16), Form.WIDE: self.px(16), Form.TABLET: 24, Form.TINY: 12}[self.form]

    @cached_property
    def top(self) -> int:
        """Margin at the top."""
        return {Form.UPRIGHT: self.px(14), Form.WIDE: self.px(10), Form.TABLET: 20, Form.TINY: 9}[self.form]

    @cached_property
    def gap(self) -> int:
        """Between keys."""
        return {Form.UPRIGHT: self.px(6), Form.WIDE: self.px(6), Form.TABLET: 16, Form.TINY: 10}[self.form]

    @cached_property
    def column_gap(self) -> int:
        """Between two columns."""
        return {Form.UPRIGHT: self.px(8), Form.WIDE: self.px(14), Form.TABLET: 32, Form.TINY: 20}[self.form]

    @cached_property
    def key(self) -> int:
        """Height of a key's face."""
        return max(self.look.px(20), self.px(25 if self.form.is_small else 34))

    @cached_property
    def main_key(self) -> int:
        """Height of the main key's face."""
        return self.key if self.form.is_small else self.px(42)

    @cached_property
    def lip(self) -> int:
        """The darker edge under a key."""
        return self.look.px(LIP_MM)

    @cached_property
    def header(self) -> Rect:
        """The header's place; small panels show it only on their camera's page."""
        return Rect(self.side, self.top, self.size[0] - 2 * self.side, 0 if self.form.is_small else self.px(26))

    @cached_property
    def dock(self) -> Rect:
        """The dock's place."""
        height = self.look.px(20.4) if self.form.is_small else self.px(26)
        bottom = self.top if self.form.is_small else self.px(14 if self.form is Form.UPRIGHT else 11)
        return Rect(self.side, self.size[1] - bottom - height, self.size[0] - 2 * self.side, height)

    @cached_property
    def room(self) -> Rect:
        """Everything between header and dock."""
        above = {Form.UPRIGHT: self.px(18), Form.WIDE: self.px(13), Form.TABLET: 14, Form.TINY: 10}[self.form]
        top = self.header.bottom
        return Rect(self.side, top, self.header.w, self.dock.y - above - top)

    def columns(self, room: Rect, share: float = 0.5) -> tuple[Rect, Rect]:
        """The room in two columns; `share` is the first one's part."""
        first = round((room.w - self.column_gap) * share)
        start = Rect(room.x, room.y, first, room.h)
        return start, Rect(start.end + self.column_gap, room.y, room.w - first - self.column_gap, room.h)


@dataclass(frozen=True)
class Frame:
    """What stands around every screen of one lane: the dealership's name, the lane's letter, words for both."""

    name: str
    lane: str
    lane_word: str
    help_word: str
    pressed: str = ""


@dataclass(frozen=True)
class Key:
    """A key of a page. `is_tall`: as high as a main key without being one (two equal answers)."""

    text: str
    target: str
    main: bool = False
    icon: str = ""
    icon_end: str = ""
    is_tall: bool = False


@dataclass(frozen=True)
class Strip:
    """Who is on the way: the initial of a name or an icon, and two sentences."""

    text: str
    second: str = ""
    initial: str = ""
    icon: str = "advisor"


@dataclass(frozen=True)
class Notice:
    """An amber notice."""

    icon: str
    bold: str
    sentence: str = ""


class Block(Protocol):
    """The one picture, card or stub of a page."""

    def least(self, c: Composition, width_px: int) -> int:
        """The height that it cannot do without."""

    def best(self, c: Composition, width_px: int) -> int:
        """The height that it likes to have."""

    def draw(self, c: Composition, rect: Rect) -> None:
        """Draw it into `rect`."""


@dataclass(frozen=True)
class Page:
    """A screen of the conversation.

    Attributes:
        keys: in rows, from top to bottom; one key or two beside each other.
        steps: questions answered, this one included, and how many there are; None outside the questions.
        strip_first: the strip stands above the block.
        fills: the block takes all height that is left.
        block_at_end: on two columns the block stands above the keys, the words have the first column.
        strip_low: the strip stands at the bottom of its column.
        needs_block: where there is not room for block and strip, the strip goes; otherwise the block.
        small_headline: the headline in the size of text, where it would not fit otherwise.
    """

    headline: str
    lead: str = ""
    block: Block | None = None
    strip: Strip | None = None
    notice: Notice | None = None
    keys: tuple[tuple[Key, ...], ...] = ()
    steps: tuple[int, int] | None = None
    strip_first: bool = False
    fills: bool = False
    block_at_end: bool = False
    strip_low: bool = False
    needs_block: bool = False
    small_headline: bool = False


def page(c: Composition, grid: Grid, frame: Frame, shown: Page) -> None:
    """Lay the page out on this panel."""
    frame_around(c, grid, frame)
    room = grid.room
    if grid.form.is_small:
        room = Rect(room.x, grid.top, room.w, room.bottom - grid.top)
    elif shown.steps:
        room = _steps(c, grid, room, shown.steps)
    {Form.UPRIGHT: _upright, Form.WIDE: _wide}.get(grid.form, _small)(c, grid, frame, shown, room)


def frame_around(c: Composition, grid: Grid, frame: Frame, *, inverse: bool = False) -> None:
    """Header and dock."""
    if not grid.form.is_small:
        parts.header(c, grid.header, frame.name, lane_word=frame.lane_word, lane=frame.lane, inverse=inverse)
    dock(c, grid.dock, frame.help_word, pressed=frame.pressed, rule=not grid.form.is_small)


def _steps(c: Composition, grid: Grid, room: Rect, done: tuple[int, int]) -> Rect:
    above = grid.px(9 if grid.form is Form.UPRIGHT else 4)
    bar = Rect(room.x, room.y + above, room.w, grid.px(3))
    parts.steps(c, bar, *done)
    return Rect(room.x, bar.bottom, room.w, room.bottom - bar.bottom)


# ---- forms


def _upright(c: Composition, grid: Grid, frame: Frame, shown: Page, room: Rect) -> None:
    """One column: headline, block, strip; keys at the bottom."""
    keys_px = keys_height(c, grid, shown.keys, room.w)
    above = Rect(room.x, room.y, room.w, room.h - keys_px - (grid.px(9) if keys_px else 0))
    fits = (one for one in _variants(shown) if _needed(c, grid, one, above.w) <= above.h)
    fitted = next(fits, _last(shown))
    _column(c, grid, fitted, above)
    draw_keys(c, grid, frame, shown.keys, Rect(room.x, room.bottom - keys_px, room.w, keys_px))


def _wide(c: Composition, grid: Grid, frame: Frame, shown: Page, room: Rect) -> None:
    """Two columns: the block at the start, words and keys at the end.

    Without a block, or with one that stands above the keys, the words are at the start.
    """
    start, end = grid.columns(Rect(room.x, room.y + grid.px(6), room.w, room.h - grid.px(6)))
    keys_px = keys_height(c, grid, shown.keys, end.w)
    above = Rect(end.x, end.y, end.w, end.h - keys_px - (grid.px(6) if keys_px else 0))
    if shown.block is None or shown.block_at_end:
        _column(c, grid, replace(shown, strip=None, block=None), start, tight=True)
        rest = replace(shown, headline="", lead="", notice=None, fills=True)
        _column(c, grid, rest, above, tight=True)
    else:
        words = _beside_block(c, grid, shown, start)
        fits = (one for one in _variants(words) if _needed(c, grid, one, above.w, tight=True) <= above.h)
        _column(c, grid, next(fits, _last(words)), above, tight=True)
    draw_keys(c, grid, frame, shown.keys, Rect(end.x, end.bottom - keys_px, end.w, keys_px))


def _beside_block(c: Composition, grid: Grid, shown: Page, start: Rect) -> Page:
    """Draw the block at the start, and below it the strip if there is room; what is left to say at the end."""
    words = replace(shown, block=None, needs_block=False)
    if shown.block is None:
        return words
    best = start.h if shown.fills else min(start.h, shown.block.best(c, start.w))
    strip_px = strip_height(c, grid, shown.strip, start.w)
    if shown.strip and not shown.fills and not shown.strip_low and best + grid.px(9) + strip_px <= start.h:
        draw_strip(c, grid, Rect(start.x, start.y + best + grid.px(9), start.w, strip_px), shown.strip)
        words = replace(words, strip=None)
    shown.block.draw(c, Rect(start.x, start.y, start.w, best))
    return words


def _small(c: Composition, grid: Grid, frame: Frame, shown: Page, room: Rect) -> None:
    """Headline across, below it the block beside the keys; without a block the keys side by side."""
    variants = [*_variants(shown)]
    for one in (*variants, *(replace(v, small_headline=True) for v in variants)):
        if (
            _small_layout(c, grid, frame, one, room, dry=True)
            or one.small_headline
            and one.block is None
            and not one.strip
        ):
            _small_layout(c, grid, frame, one, room, dry=False)
            return
    _small_layout(c, grid, frame, replace(_last(shown), small_headline=True), room, dry=False)


def _small_layout(c: Composition, grid: Grid, frame: Frame, shown: Page, room: Rect, *, dry: bool) -> bool:
    """Lay out a small panel, or (`dry`) only say whether everything has room."""
    head = replace(shown, block=None, strip=None, notice=None)
    head_px = _needed(c, grid, head, room.w, tight=True)
    below = Rect(room.x, room.y + head_px + grid.gap, room.w, room.h - head_px - grid.gap)
    beside = shown.block is not None
    start, end = grid.columns(below) if beside else (below, below)
    rows = shown.keys if beside else _side_by_side(shown.keys)
    keys_px = keys_height(c, grid, rows, end.w)
    rest = replace(shown, headline="", lead="", keys=())
    rest_px = _needed(c, grid, rest, start.w, tight=True)
    if beside:
        fits = max(keys_px, rest_px) <= below.h
    else:
        fits = rest_px + (grid.gap if rest_px and keys_px else 0) + keys_px <= below.h
    if dry:
        return fits
    _column(c, grid, head, Rect(room.x, room.y, room.w, head_px), tight=True)
    _column(c, grid, rest, start if beside else Rect(below.x, below.y, below.w, rest_px), tight=True)
    draw_keys(c, grid, frame, rows, Rect(end.x, end.bottom - keys_px, end.w, keys_px))
    return fits


def _side_by_side(rows: tuple[tuple[Key, ...], ...]) -> tuple[tuple[Key, ...], ...]:
    """All keys in rows of two, the main key last as always."""
    keys = [one for row in rows for one in row]
    if len(keys) == 1:
        return (tuple(keys),)
    return tuple(tuple(keys[at : at + 2]) for at in range(0, len(keys), 2))


# ---- what gives way


def _variants(shown: Page) -> Iterator[Page]:
    """The page as it is, then with less and less: second sentences, the lead, the block."""
    yield shown
    less = shown
    if shown.strip and shown.strip.second:
        less = replace(less, strip=replace(shown.strip, second=""))
        yield less
    if shown.lead:
        yield replace(shown, lead="")
        less = replace(less, lead="")
        yield less
    if less.notice and less.notice.sentence:
        less = replace(less, notice=replace(less.notice, sentence=""))
        yield less
    if shown.block and shown.strip:
        yield replace(less, strip=None) if shown.needs_block else replace(less, block=None)
    yield _last(less)


def _last(shown: Page) -> Page:
    """The least of it: headline, and who is on the way or what is wrong."""
    strip = replace(shown.strip, second="") if shown.strip else None
    if shown.needs_block:
        return replace(shown, lead="", strip=None)
    block = None if shown.strip else shown.block
    return replace(shown, lead="", strip=strip, block=block)


def _pieces(c: Composition, grid: Grid, shown: Page, width: int, *, tight: bool) -> list[tuple[str, int, int]]:
    """What stands in a column from top to bottom: its name, the gap above it, its least height."""
    found: list[tuple[str, int, int]] = []
    small = grid.form.is_small
    if shown.headline:
        size = _headline_px(c, shown)
        height = c.paragraph_height(shown.headline, width, size_px=size, weight=700, headline=True)
        above = 0 if tight else grid.px(13 if shown.steps else 11)
        found.append(("headline", above, height))
    if shown.lead:
        found.append(
            ("lead", grid.px(2.5 if tight else 4.5), c.paragraph_height(shown.lead, width, size_px=_lead_px(c)))
        )
    strip = ("strip", grid.gap if small else grid.px(9), strip_height(c, grid, shown.strip, width))
    if shown.strip and shown.strip_first:
        found.append(strip)
    if shown.block:
        found.append(("block", grid.gap if small else grid.px(9), shown.block.least(c, width)))
    if shown.strip and not shown.strip_first:
        found.append(strip)
    if shown.notice:
        height = parts.notice_height(c, width, shown.notice.bold, shown.notice.sentence)
        found.append(("notice", grid.gap if small else grid.px(9), height))
    if found and tight:
        found[0] = (found[0][0], 0, found[0][2])
    return found


def _needed(c: Composition, grid: Grid, shown: Page, width: int, *, tight: bool = False) -> int:
    return sum(above + height for _, above, height in _pieces(c, grid, shown, width, tight=tight))


def _column(c: Composition, grid: Grid, shown: Page, rect: Rect, *, tight: bool = False) -> None:
    """Draw headline, lead, strip, block and notice from the top of `rect`."""
    pieces = _pieces(c, grid, shown, rect.w, tight=tight)
    spare = rect.h - sum(above + height for _, above, height in pieces)
    y = rect.y
    for name, above, least in pieces:
        y = rect.bottom - least if name == "strip" and shown.strip_low and spare > 0 else y + above
        height = least
        if name == "block" and shown.block:
            wanted = least + spare if shown.fills else shown.block.best(c, rect.w)
            height = max(least, min(wanted, least + spare))
            spare -= height - least
        _piece(c, grid, shown, name, Rect(rect.x, y, rect.w, height))
        y += height


def _piece(c: Composition, grid: Grid, shown: Page, name: str, rect: Rect) -> None:
    if name == "headline":
        c.paragraph(shown.headline, rect, size_px=_headline_px(c, shown), weight=700, headline=True)
    elif name == "lead":
        c.paragraph(shown.lead, rect, size_px=_lead_px(c), colour=c.look.theme.ink_2)
    elif name == "strip" and shown.strip:
        draw_strip(c, grid, rect, shown.strip)
    elif name == "block" and shown.block:
        shown.block.draw(c, rect)
    elif name == "notice" and shown.notice:
        parts.notice(c, rect, shown.notice.icon, shown.notice.bold, shown.notice.sentence)


def _headline_px(c: Composition, shown: Page) -> int:
    return c.look.type_px("text" if shown.small_headline else "headline")


def _lead_px(c: Composition) -> int:
    return c.look.type_px("text")


# ---- strip and keys


def strip_height(c: Composition, grid: Grid, strip: Strip | None, width: int) -> int:
    """Height of a person strip of this width."""
    if strip is None:
        return 0
    room = width - 2 * c.look.px(8) - _face_px(c, grid) - c.look.px(7)
    label, caption = c.look.type_px("label"), c.look.type_px("caption")
    spread = 1.4 if c.look.is_rtl else 1.2
    lines = len(c.wrapped(strip.text, room, size_px=label, weight=600))
    below = len(c.wrapped(strip.second, room, size_px=caption)) if strip.second else 0
    words = round(label * spread) * lines + round(caption * spread) * below
    return max(words + 2 * c.look.px(2.5 if grid.form.is_small else 4.5), _face_px(c, grid) + c.look.px(6))


def draw_strip(c: Composition, grid: Grid, rect: Rect, strip: Strip) -> None:
    """The person strip; where nobody's name is known an icon stands on the disc."""
    parts.person_strip(c, rect, strip.initial, strip.text, strip.second)
    if strip.initial:
        return
    disc = min(c.look.px(25), rect.h - c.look.px(6))
    icon = round(disc * 0.64)
    at = Rect(rect.x + c.look.px(8) + (disc - icon) // 2, rect.middle - icon // 2, icon, icon)
    c.add(Icon(at, strip.icon, c.look.theme.on_stage))


def _face_px(c: Composition, grid: Grid) -> int:
    return c.look.px(12) if grid.form.is_small else c.look.px(25)


def keys_height(c: Composition, grid: Grid, rows: tuple[tuple[Key, ...], ...], width: int) -> int:
    """Height of these rows of keys, lips and gaps included."""
    heights = [row_height(c, grid, row, width) for row in rows]
    return sum(heights) + grid.lip * len(rows) + grid.gap * max(0, len(rows) - 1)


def row_height(c: Composition, grid: Grid, row: tuple[Key, ...], width: int) -> int:
    """Height of the faces in one row: more where words take two lines."""
    widths = _widths(c, grid, row, width)
    return max(_key_height(c, grid, one, across) for one, across in zip(row, widths, strict=True))


def _key_height(c: Composition, grid: Grid, one: Key, width: int) -> int:
    size = c.look.type_px("main_key" if one.main else "key")
    beside = (round(size * 1.16) + round(size * 0.42)) * (bool(one.icon) + bool(one.icon_end))
    lines = c.wrapped(one.text, width - 2 * c.look.px(5) - beside, size_px=size, weight=700 if one.main else 600)
    words = round(size * (1.3 if c.look.is_rtl else 1.15)) * len(lines)
    return max(grid.main_key if one.main or one.is_tall else grid.key, words + c.look.px(3))


def _widths(c: Composition, grid: Grid, row: tuple[Key, ...], width: int) -> list[int]:
    """Two keys share a row by what they say, neither less than two fifths; equal answers are equally wide."""
    room = width - grid.gap * (len(row) - 1)
    if len(row) != PAIR or any(one.is_tall for one in row):
        return [room // len(row)] * len(row)
    said = [c.look.width(one.text, c.look.type_px("key"), 600) + c.look.px(20) for one in row]
    first = round(room * min(0.6, max(0.4, said[0] / sum(said))))
    return [first, room - first]


def draw_keys(c: Composition, grid: Grid, frame: Frame, rows: tuple[tuple[Key, ...], ...], rect: Rect) -> None:
    """The rows of keys from the top of `rect`."""
    y = rect.y
    for row in rows:
        height = row_height(c, grid, row, rect.w)
        x = rect.x
        for one, across in zip(row, _widths(c, grid, row, rect.w), strict=True):
            place = Rect(x, y, across, height)
            pressed = frame.pressed == one.target
            key(c, place, one.text, one.target, main=one.main, icon=one.icon, icon_end=one.icon_end, pressed=pressed)
            x += across + grid.gap
        y += height + grid.lip + grid.gap


def icon_key(c: Composition, rect: Rect, icon: str, target: str, *, pressed: bool = False, sunken: bool = True) -> None:
    """A key without words, where an icon says it and room is short."""
    theme, lip = c.look.theme, c.look.px(LIP_MM)
    face = rect.moved(down=lip) if pressed else rect
    edge = max(2, c.look.px(0.75))
    colour = theme.sunken if sunken else theme.surface
    below = 0 if pressed else lip
    c.add(Box(face, colour, c.look.px(4), edge_colour=theme.edge, edge_px=edge, lip_colour=theme.edge, lip_px=below))
    side = round(min(face.w, face.h) * 0.6)
    c.add(Icon(Rect(face.centre - side // 2, face.middle - side // 2, side, side), icon, theme.ink))
    c.target(target, Rect(rect.x, rect.y, rect.w, rect.h + lip))


def tile(c: Composition, rect: Rect, colour: str) -> None:
    """A flat rounded ground."""
    edge_px = c.look.theme.surface_edge_px
    edge = c.look.theme.edge if edge_px else None
    c.add(Box(rect, colour, c.look.px(7), edge_colour=edge, edge_px=edge_px))
