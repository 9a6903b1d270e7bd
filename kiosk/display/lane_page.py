"""One page of headline, block, strip and keys, laid out on any panel of a lane.

A page says what it shows; where that stands, and what gives way where room is short, is decided here and nowhere else.
Letters never shrink below their role, keys never below 20 mm.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from kiosk.display import parts
from kiosk.display.dock import dock
from kiosk.display.lane_grid import Form, Frame, Grid
from kiosk.display.lane_keys import Key, draw_keys, keys_height
from kiosk.display.lane_number import number_px, ticket_at_end
from kiosk.display.lane_strip import Strip, draw_strip, strip_height
from kiosk.display.layout import Composition
from kiosk.display.scene import Box, Rect

if TYPE_CHECKING:
    from collections.abc import Iterator


LEAST_AIR = 0.7


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
        stacked: on small panels the keys stand below each other, each as wide as the panel.
        share: part of the width that the first of two columns has.
        number: a ticket's number, at the end of the headline's row.
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
    stacked: bool = False
    small_headline: bool = False
    share: float = 0.5
    number: str = ""


def page(c: Composition, grid: Grid, frame: Frame, shown: Page) -> None:
    """Lay the page out on this panel."""
    frame_around(c, grid, frame)
    room = grid.room
    if grid.form.is_small:
        room = Rect(room.x, grid.top, room.w, room.bottom - grid.top)
    elif shown.steps:
        room = steps_above(c, grid, room, shown.steps)
    {Form.UPRIGHT: _upright, Form.WIDE: _wide}.get(grid.form, _small)(c, grid, frame, shown, room)


def frame_around(c: Composition, grid: Grid, frame: Frame, *, inverse: bool = False) -> None:
    """Header and dock."""
    if not grid.form.is_small:
        parts.header(c, grid.header, frame.name, lane_word=frame.lane_word, lane=frame.lane, inverse=inverse)
    rule = not grid.form.is_small
    dock(
        c,
        grid.dock,
        frame.help_word,
        pressed=frame.pressed,
        rule=rule,
        has_voice=frame.has_voice,
        more=frame.more,
        kept_px=frame.kept_px,
    )


def steps_above(c: Composition, grid: Grid, room: Rect, done: tuple[int, int]) -> Rect:
    """The bar of questions at the top of the room; the room below it."""
    above = grid.px(9 if grid.form is Form.UPRIGHT else 4)
    bar = Rect(room.x, room.y + above, room.w, grid.px(3))
    parts.steps(c, bar, *done)
    return Rect(room.x, bar.bottom, room.w, room.bottom - bar.bottom)


# ---- forms


def _upright(c: Composition, grid: Grid, frame: Frame, shown: Page, room: Rect) -> None:
    """One column: headline, block, strip; keys at the bottom."""
    keys_px = keys_height(c, grid, shown.keys, room.w)
    above = Rect(room.x, room.y, room.w, room.h - keys_px - (grid.px(9) if keys_px else 0))
    fitting = _fitting(c, grid, shown, above, tight=False)
    _missing(c, shown, fitting)
    _column(c, grid, fitting, above)
    draw_keys(c, grid, frame, shown.keys, Rect(room.x, room.bottom - keys_px, room.w, keys_px))


def _wide(c: Composition, grid: Grid, frame: Frame, shown: Page, room: Rect) -> None:
    """Two columns: the block at the start, words and keys at the end.

    Without a block, or with one that stands above the keys, the words are at the start.
    """
    start, end = grid.columns(Rect(room.x, room.y + grid.px(4.5), room.w, room.h - grid.px(4.5)), shown.share)
    keys_px = keys_height(c, grid, shown.keys, end.w)
    above = Rect(end.x, end.y, end.w, end.h - keys_px - (grid.px(5) if keys_px else 0))
    if shown.block is None or shown.block_at_end:
        _column(c, grid, replace(shown, strip=None, block=None), start, tight=True)
        rest = replace(shown, headline="", lead="", notice=None, fills=True)
    else:
        rest = _beside_block(c, grid, shown, start)
    fitting = _fitting(c, grid, rest, above, tight=True)
    _missing(c, rest, fitting)
    _column(c, grid, fitting, above, tight=True)
    draw_keys(c, grid, frame, shown.keys, Rect(end.x, end.bottom - keys_px, end.w, keys_px))


def _beside_block(c: Composition, grid: Grid, shown: Page, start: Rect) -> Page:
    """Draw the block at the start, and below it the strip if there is room; what is left to say at the end."""
    words = replace(shown, block=None, needs_block=False)
    if shown.block is None:
        return words
    best = start.h if shown.fills else min(start.h, shown.block.best(c, start.w))
    strip_px = strip_height(c, grid, shown.strip, start.w)
    left = start.h - grid.px(9) - strip_px
    if shown.strip and not shown.fills and not shown.strip_low and shown.block.least(c, start.w) <= left:
        best = min(best, left)  # a smaller picture rather than a sentence less
        draw_strip(c, grid, Rect(start.x, start.y + best + grid.px(9), start.w, strip_px), shown.strip)
        words = replace(words, strip=None)
    shown.block.draw(c, Rect(start.x, start.y, start.w, best))
    return words


def _small(c: Composition, grid: Grid, frame: Frame, shown: Page, room: Rect) -> None:
    """On 10 inches the block beside the keys below the headline; on 7 inches everything below each other."""
    variants = [*_variants(shown)]
    tried = [*variants, *(replace(one, small_headline=True) for one in variants)]
    if grid.form is Form.TINY:
        tried = [one for pair in zip(variants, tried[len(variants) :], strict=True) for one in pair]
    if shown.stacked:
        tried += [replace(one, stacked=False) for one in tried]
    chosen = next((one for one in tried if _small_layout(c, grid, frame, one, room, dry=True)), tried[-1])
    _missing(c, shown, chosen)
    _small_layout(c, grid, frame, chosen, room, dry=False)


def _small_layout(c: Composition, grid: Grid, frame: Frame, shown: Page, room: Rect, *, dry: bool) -> bool:
    """Lay out a small panel, or (`dry`) only say whether everything has room."""
    head = replace(shown, block=None, strip=None, notice=None)
    head_px = _needed(c, grid, head, room.w, tight=True)
    gap = grid.gap if head_px else 0
    below = Rect(room.x, room.y + head_px + gap, room.w, room.h - head_px - gap)
    beside = shown.block is not None and bool(shown.keys) and grid.form is Form.TABLET and not shown.stacked
    start, end = grid.columns(below, 0.55) if beside else (below, below)
    rows = shown.keys if beside or shown.stacked else _side_by_side(shown.keys)
    keys_px = keys_height(c, grid, rows, end.w)
    rest = replace(shown, headline="", lead="", keys=())
    rest_px = _needed(c, grid, rest, start.w, tight=True)
    if beside:
        fits = max(keys_px, rest_px) <= below.h
        space = start
    else:
        fits = rest_px + (grid.gap if rest_px and keys_px else 0) + keys_px <= below.h
        space = Rect(below.x, below.y, below.w, below.h - keys_px - (grid.gap if keys_px else 0))
    fits = fits and (not shown.headline or headline_fits(c, shown.headline, room.w, _headline_px(c, shown)))
    if dry:
        return fits
    _column(c, grid, head, Rect(room.x, room.y, room.w, head_px), tight=True)
    _column(c, grid, rest, space, tight=True)
    draw_keys(c, grid, frame, rows, Rect(end.x, end.bottom - keys_px, end.w, keys_px))
    return fits


def headline_fits(c: Composition, text: str, width: int, size: int) -> bool:
    """Whether the headline breaks at its spaces and never inside a word."""
    return " ".join(c.wrapped(text, width, size_px=size, weight=700)) == " ".join(text.split())


def headline_px(c: Composition, text: str, room: Rect) -> int:
    """The headline's size, or that of text where it would not fit into the room."""
    size, small = c.look.type_px("headline"), c.look.type_px("text")
    height = c.paragraph_height(text, room.w, size_px=size, weight=700, headline=True)
    return size if height <= room.h and headline_fits(c, text, room.w, size) else small


def _side_by_side(rows: tuple[tuple[Key, ...], ...]) -> tuple[tuple[Key, ...], ...]:
    """All keys in rows of two, the main key last as always."""
    keys = [one for row in rows for one in row]
    if len(keys) == 1:
        return (tuple(keys),)
    return tuple(tuple(keys[at : at + 2]) for at in range(0, len(keys), 2))


# ---- what gives way


def _fitting(c: Composition, grid: Grid, shown: Page, room: Rect, *, tight: bool) -> Page:
    """The first variant that has room, else the least of all."""
    variants = [*_variants(shown)]
    if grid.air <= LEAST_AIR:  # a smaller headline rather than a sentence less
        variants = [shown, *(replace(one, small_headline=True) for one in variants)]
    fits = (one for one in variants if _needed(c, grid, one, room.w, tight=tight) <= room.h)
    return next(fits, variants[-1])


def _missing(c: Composition, whole: Page, shown: Page) -> None:
    """Tell what of the whole page has found no room."""
    if whole.strip:
        second = shown.strip.second if shown.strip else ""
        c.gives_up("" if shown.strip else whole.strip.text, "" if second else whole.strip.second)
    if whole.lead and not shown.lead:
        c.gives_up(whole.lead)
    if whole.notice:
        sentence = shown.notice.sentence if shown.notice else ""
        c.gives_up("" if shown.notice else whole.notice.bold, "" if sentence else whole.notice.sentence)


def _variants(shown: Page) -> Iterator[Page]:
    """The page as it is, then with less and less: second sentences, the lead, the block."""
    yield shown
    less = shown
    if shown.strip and shown.strip.second:
        less = replace(less, strip=replace(shown.strip, second=""))
        yield less
    if shown.lead and shown.strip and shown.needs_block:  # what to do, before who comes
        yield replace(shown, strip=None)
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
    yield replace(_last(less), strip=None)


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
        height = c.paragraph_height(
            shown.headline, _head_room(c, shown, width), size_px=size, weight=700, headline=True
        )
        above = 0 if tight else grid.px(8 if shown.steps else 11)
        found.append(("headline", above, height))
    if shown.lead:
        found.append(
            ("lead", grid.px(2.5 if tight else 4.5), c.paragraph_height(shown.lead, width, size_px=_lead_px(c)))
        )
    gap = grid.gap if small else grid.px(5 if grid.form is Form.WIDE else 6 if shown.steps else 9)
    strip = ("strip", gap, strip_height(c, grid, shown.strip, width))
    if shown.strip and shown.strip_first:
        found.append(strip)
    if shown.block:
        found.append(("block", gap, shown.block.least(c, width)))
    if shown.strip and not shown.strip_first:
        found.append(strip)
    if shown.notice:
        height = parts.notice_height(c, width, shown.notice.bold, shown.notice.sentence)
        found.append(("notice", gap, height))
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
            height = max(min(least, grid.key), min(max(least, wanted), least + spare))
            spare -= height - least
        _piece(c, grid, shown, name, Rect(rect.x, y, rect.w, height))
        y += height


def _piece(c: Composition, grid: Grid, shown: Page, name: str, rect: Rect) -> None:
    if name == "headline":
        place = Rect(rect.x, rect.y, _head_room(c, shown, rect.w), rect.h)
        c.paragraph(shown.headline, place, size_px=_headline_px(c, shown), weight=700, headline=True)
        if shown.number:
            ticket_at_end(c, shown.number, rect.end, rect.y + c.pitch(_headline_px(c, shown), headline=True) // 2)
    elif name == "lead":
        c.paragraph(shown.lead, rect, size_px=_lead_px(c), colour=c.look.theme.ink_2)
    elif name == "strip" and shown.strip:
        draw_strip(c, grid, rect, shown.strip)
    elif name == "block" and shown.block:
        shown.block.draw(c, rect)
    elif name == "notice" and shown.notice:
        parts.notice(c, rect, shown.notice.icon, shown.notice.bold, shown.notice.sentence)


def _head_room(c: Composition, shown: Page, width: int) -> int:
    """What a ticket's number leaves of the headline's row."""
    return width - number_px(c) if shown.number else width


def _headline_px(c: Composition, shown: Page) -> int:
    less = "text" if c.look.panel.size_class == "S" else "main_key"
    return c.look.type_px(less if shown.small_headline else "headline")


def _lead_px(c: Composition) -> int:
    return c.look.type_px("text")


def tile(c: Composition, rect: Rect, colour: str) -> None:
    """A flat rounded ground."""
    edge_px = c.look.theme.surface_edge_px
    edge = c.look.theme.edge if edge_px else None
    c.add(Box(rect, colour, c.look.px(7), edge_colour=edge, edge_px=edge_px))
