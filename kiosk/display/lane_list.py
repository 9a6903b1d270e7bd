"""A page of rows that can be touched: headline, rows in one or two columns, the main key and *Back*.

Where room is short the second lines go first, then the rows are shared out over pages with *More*; no letter shrinks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kiosk.display.keys import key, row_key_fits
from kiosk.display.lane_grid import Form, Frame, Grid
from kiosk.display.lane_keys import Key, beside_help, draw_keys, icon_key, keys_height
from kiosk.display.lane_page import frame_around, headline_fits, headline_px, steps_above
from kiosk.display.lane_rows import (
    Choice,
    Group,
    choice_height,
    column_gap,
    draw_groups,
    have_room,
    on_one_page,
    pages_of,
    second_lines_go,
    without_seconds,
)
from kiosk.display.scene import Rect

if TYPE_CHECKING:
    from kiosk.display.layout import Composition


@dataclass(frozen=True)
class ListPage:
    """A page of rows. `main`: the main key; below it *Back* and, where there is one, `beside` it the way out.

    `short`: the headline in one line, for small panels.
    """

    headline: str
    groups: tuple[Group, ...]
    main: Key
    more: Key
    short: str = ""
    back: Key | None = None
    beside: Key | None = None
    lead: str = ""
    steps: tuple[int, int] | None = None
    page: int = 0


def list_page(c: Composition, grid: Grid, frame: Frame, shown: ListPage) -> None:
    """Lay the page out on this panel."""
    if shown.beside and c.look.panel.size_class != "L":  # the last row of all, where a row of keys has no room for it
        out = Choice(shown.beside.text, shown.beside.target, shown.beside.icon, end_icon="forward", wide=True)
        shown = replace(shown, groups=(*shown.groups, Group((out,))), beside=None)
    if grid.form.is_small and shown.back and shown.back.target != "back":  # a row of keys has no place for its words
        helps = Choice(shown.back.text, shown.back.target, wide=True)
        shown = replace(shown, groups=(*shown.groups, Group((helps,))), back=None)
    if grid.form is Form.TINY:
        _tiny(c, grid, frame, shown)
        return
    frame_around(c, grid, frame)
    if grid.form is Form.TABLET:
        _small(c, grid, frame, shown)
    elif grid.form is Form.WIDE:
        _wide(c, grid, frame, shown)
    else:
        _upright(c, grid, frame, shown)


# ---- large panels


def _low(shown: ListPage, *, more: bool = False) -> tuple[tuple[Key, ...], ...]:
    """The main key, and below it the ways that are not the way on."""
    below = tuple(one for one in (shown.back, shown.beside, shown.more if more else None) if one)
    return ((shown.main,), below) if below else ((shown.main,),)


def _upright(c: Composition, grid: Grid, frame: Frame, shown: ListPage) -> None:
    room = steps_above(c, grid, grid.room, shown.steps) if shown.steps else grid.room
    top = _head(c, grid, shown, Rect(room.x, room.y + grid.px(9), room.w, room.h))
    rows = _low(shown)
    keys_px = keys_height(c, grid, rows, room.w)
    first = max(top + grid.px(7), grid.low_from)
    area = Rect(room.x, first, room.w, room.bottom - keys_px - grid.px(7) - first)
    _rows_and_keys(c, grid, frame, shown, area, Rect(room.x, room.bottom - keys_px, room.w, keys_px))


def _wide(c: Composition, grid: Grid, frame: Frame, shown: ListPage) -> None:
    """Words and keys at the start, the rows at the end."""
    room = steps_above(c, grid, grid.room, shown.steps) if shown.steps else grid.room
    room = Rect(room.x, room.y + grid.px(4.5), room.w, room.h - grid.px(4.5))
    start, end = grid.columns(room, 0.42)
    rows = _low(shown)
    keys_px = keys_height(c, grid, rows, start.w)
    with_more = keys_height(c, grid, _low(shown, more=True), start.w)
    tallest = max(keys_px, with_more)  # the head stands still, whatever the page
    _head(c, grid, shown, Rect(start.x, start.y, start.w, start.h - tallest - grid.gap))
    _rows_and_keys(c, grid, frame, shown, end, Rect(start.x, start.bottom - keys_px, start.w, keys_px))


def _rows_and_keys(  # noqa: PLR0917 - the two places, after what every page has
    c: Composition, grid: Grid, frame: Frame, shown: ListPage, area: Rect, low: Rect
) -> None:
    rows = _low(shown)
    pages = pages_of(c, grid, shown.groups, area)
    bare = on_one_page(c, grid, shown.groups, area) if len(pages) > 1 else None
    if bare:
        pages, gone = [bare[0]], bare[1]
        second_lines_go(c, gone)
    elif len(pages) > 1:
        c.crowded.add("pages")  # one page is better, with less air
        c.pages = len(pages)
        rows = _low(shown, more=True)
        keys_px = keys_height(c, grid, rows, low.w)
        area = area if low.x != area.x else Rect(area.x, area.y, area.w, area.h - max(0, keys_px - low.h))
        low = Rect(low.x, low.bottom - keys_px, low.w, keys_px)
        pages = pages_of(c, grid, shown.groups, area)
        c.pages = len(pages)
    draw_groups(c, grid, frame, pages[shown.page % len(pages)], area)
    draw_keys(c, grid, frame, rows, low)


def _head(c: Composition, grid: Grid, shown: ListPage, room: Rect) -> int:
    size = c.look.type_px("headline")
    tall = c.paragraph_height(shown.headline, room.w, size_px=size, weight=700, headline=True)
    if tall > room.h or not headline_fits(c, shown.headline, room.w, size):
        size = c.look.type_px("main_key")
    head = c.paragraph(shown.headline, room, size_px=size, weight=700, headline=True)
    below = Rect(room.x, head.bottom + grid.px(3), room.w, 0)
    lead_px = c.paragraph_height(shown.lead, room.w, size_px=c.look.type_px("text")) if shown.lead else 0
    if not shown.lead or below.y + lead_px > room.bottom:
        c.gives_up(shown.lead)
        return head.bottom
    return c.paragraph(shown.lead, below, size_px=c.look.type_px("text"), colour=c.look.theme.ink_2).bottom


# ---- small panels


def _small(c: Composition, grid: Grid, frame: Frame, shown: ListPage) -> None:
    """Headline in one line, rows in two columns, and one row of keys; what has no room is on the next page."""
    room = Rect(grid.room.x, grid.top, grid.room.w, grid.room.bottom - grid.top)
    main = replace(shown.main, icon="", icon_end="")
    back = replace(shown.back, icon="", icon_end="") if shown.back else None
    one_line = c.pitch(c.look.type_px("headline"), headline=True)
    for several in (False, True):
        last = tuple(one for one in (back, shown.more if several else None, main) if one)
        keys_px = keys_height(c, grid, (last,), room.w)
        top = room.y + one_line + grid.gap
        area = Rect(room.x, top, room.w, room.bottom - keys_px - grid.gap - top)
        pages = _small_pages(c, grid, shown, area)
        if len(pages) == 1:
            break
    c.pages = len(pages)
    headline, groups = pages[shown.page % len(pages)]
    size = headline_px(c, headline, Rect(room.x, room.y, room.w, one_line))
    c.paragraph(headline, Rect(room.x, room.y, room.w, one_line), size_px=size, weight=700, headline=True)
    draw_groups(c, grid, frame, groups, area)
    draw_keys(c, grid, frame, (last,), Rect(room.x, room.bottom - keys_px, room.w, keys_px))


def _small_pages(c: Composition, grid: Grid, shown: ListPage, area: Rect) -> list[tuple[str, tuple[Group, ...]]]:
    """The rows in as many pages as they need, each with its headline: a title, and the second page's is the lead.

    What has a title of its own begins a page, unless everything has room on one.
    """
    plain = [_low_enough(c, _plain(c, grid, group), area) for group in shown.groups]
    if grid.form is not Form.TINY and not shown.lead and have_room(c, grid, tuple(plain), area):
        return [(shown.headline, tuple(plain))]
    whole = _parted(c, grid, shown, plain, area)
    gone = tuple(one for group in shown.groups for one in group.choices)
    bare = [_plain(c, grid, without_seconds(group, gone)) for group in shown.groups]
    fewer = _parted(c, grid, shown, bare, area)
    if len(fewer) >= len(whole) or c.look.scale > 1:  # larger letters are worth more pages
        return whole
    second_lines_go(c, gone)
    return fewer


def _parted(
    c: Composition, grid: Grid, shown: ListPage, plain: list[Group], area: Rect
) -> list[tuple[str, tuple[Group, ...]]]:
    """The groups one after the other, each in as many pages as it needs."""
    parts: list[Group] = []
    for group in plain:
        if parts and not group.title:
            parts[-1] = replace(parts[-1], choices=(*parts[-1].choices, *group.choices))
        else:
            parts.append(group)
    found: list[tuple[str, tuple[Group, ...]]] = []
    for part in parts:
        for index, groups in enumerate(pages_of(c, grid, (replace(part, title="", columns=2),), area)):
            found.append((part.title or (shown.lead if index == 1 and shown.lead else shown.headline), groups))
    return found


def _low_enough(c: Composition, group: Group, area: Rect) -> Group:
    """No row is higher than the page: a long second line ends in an ellipsis, and stands in full behind *More*."""
    found = []
    for one in group.choices:
        if one.second and choice_height(c, one, area.w, "check") > area.h:
            c.gives_up(one.second)
            room = area.w - 2 * c.look.px(8)
            found.append(replace(one, second=c.look.shortened(one.second, room, c.look.type_px("caption"))))
        else:
            found.append(one)
    return replace(group, choices=tuple(found))


def _plain(c: Composition, grid: Grid, group: Group) -> Group:
    """The group in two columns; a row with a second line, or one that would break inside a word, has its own line."""
    half = (grid.header.w - column_gap(grid)) // 2
    found = []
    for one in group.choices:
        plain = one
        if grid.form is Form.TINY:  # every millimetre is for the words
            plain = replace(plain, icon="", end_icon="" if one.end_icon == "forward" else one.end_icon)
        has_end = bool(plain.end_icon) or group.columns > 1
        breaks = not row_key_fits(c, half, plain.text, icon=plain.icon, end_icon="x" if has_end else "")
        found.append(replace(plain, wide=breaks or one.wide or bool(one.second)))
    return replace(group, choices=tuple(found), columns=2)


def _tiny(c: Composition, grid: Grid, frame: Frame, shown: ListPage) -> None:
    """Seven inches: every key of the page in one row at the bottom, *Back* and the languages by their icons."""
    room = Rect(grid.side, grid.top, grid.header.w, grid.size[1] - 2 * grid.top)
    size = c.look.type_px("text")
    if len(c.wrapped(shown.headline, room.w, size_px=size, weight=700)) > 1 and shown.short:
        shown = replace(shown, headline=shown.short)
    top = room.y + c.pitch(size, headline=True) + (c.look.px(2.2) if c.look.is_rtl else grid.gap // 2)
    face = c.look.px(20)
    low = Rect(room.x, room.bottom - grid.lip - face, room.w, face)
    area = Rect(room.x, top, room.w, low.y - grid.gap - top)
    pages = _small_pages(c, grid, shown, area)
    c.pages = len(pages)
    headline, groups = pages[shown.page % len(pages)]
    c.paragraph(headline, room, size_px=size, weight=700, headline=True)
    draw_groups(c, grid, frame, groups, area)
    _tiny_keys(c, grid, frame, shown, low, several=len(pages) > 1)


def _tiny_keys(c: Composition, grid: Grid, frame: Frame, shown: ListPage, low: Rect, *, several: bool) -> None:
    x, face = low.x, low.h
    back = shown.back
    icons = (((back.icon, back.target),) if back and back.target == "back" else ()) + beside_help(frame)
    word = c.look.width(frame.help_word, c.look.type_px("key"), 600)
    taken = len(icons) * (face + grid.gap) + (c.look.px(32) if several else 0)
    bare = low.w - taken - word - c.look.px(16) < c.look.px(24)  # the hand alone, so that the main key has room
    for icon, target in icons:
        icon_key(c, Rect(x, low.y, face, face), icon, target, pressed=frame.pressed == target)
        x += face + grid.gap
    size = c.look.type_px("key")
    words = ((shown.more.text, "page", ""),) if several else ()
    if bare:
        icon_key(c, Rect(x, low.y, face, face), "hand", "help", pressed=frame.pressed == "help")
        x += face + grid.gap
    for text, target, icon in (*words, *(() if bare else ((frame.help_word, "help", "hand"),))):
        width = c.look.width(text, size, 600) + (round(size * 1.58) if icon else 0) + 2 * c.look.px(1.6)
        place = Rect(x, low.y, max(face, width), face)
        key(c, place, text, target, icon=icon, size_px=size, pressed=frame.pressed == target)
        x = place.end + grid.gap
    main = shown.main
    rest = Rect(x, low.y, low.end - x, face)
    if c.look.width(main.text, size, 700) + 2 * c.look.px(1.2) <= rest.w:
        key(c, rest, main.text, main.target, main=True, size_px=size, pressed=frame.pressed == main.target)
    else:
        icon_key(c, rest, "check", main.target, main=True, pressed=frame.pressed == main.target)
