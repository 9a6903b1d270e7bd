"""Rows of keys on a lane: how high they must be, how two share a row, and keys with an icon alone.

Words are never broken inside and letters never shrink: a key grows instead.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.display.keys import LIP_MM, key, pad_px
from kiosk.display.lane_grid import Form, Frame, Grid
from kiosk.display.layout import Composition
from kiosk.display.scene import Box, Icon, Rect

PAIR = 2


@dataclass(frozen=True)
class Key:
    """A key of a page. `is_tall`: as high as a main key without being one (two equal answers)."""

    text: str
    target: str
    main: bool = False
    icon: str = ""
    icon_end: str = ""
    is_tall: bool = False


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
    lines = c.wrapped(one.text, width - 2 * pad_px(c) - beside, size_px=size, weight=700 if one.main else 600)
    words = round(size * (1.3 if c.look.is_rtl else 1.15)) * len(lines)
    return max(
        grid.main_key if one.main or one.is_tall else grid.key, words + c.look.px(1 if grid.form.is_small else 3)
    )


def _widths(c: Composition, grid: Grid, row: tuple[Key, ...], width: int) -> list[int]:
    """Keys share a row by what they say, of two neither less than two fifths; equal answers are equally wide."""
    room = width - grid.gap * (len(row) - 1)
    if len(row) > PAIR and not any(one.is_tall for one in row):
        said = [max(_said_px(c, one) + 1, c.look.px(20)) for one in row]
        if sum(said) <= room:  # each its words in one line, and what is left shared out
            more = (room - sum(said)) // len(row)
            return [*(one + more for one in said[:-1]), room - sum(said[:-1]) - more * (len(row) - 1)]
    if len(row) != PAIR or any(one.is_tall for one in row):
        return [room // len(row)] * len(row)
    least = [_longest_word_px(c, one) for one in row]
    widest = 0.7 if grid.form is Form.TINY else 0.64
    said = [_said_px(c, one) for one in row]
    wanted = round(room * min(widest, max(1 - widest, said[0] / sum(said))))
    shares = [wanted, *(round(room * share / 100) for share in range(36, 66, 4))]
    possible = [min(max(one, least[0]), room - least[1]) for one in shares]
    first = min(possible, key=lambda one: _tallest(c, grid, row, (one, room - one)))
    return [first, room - first]


def _tallest(c: Composition, grid: Grid, row: tuple[Key, ...], widths: tuple[int, int]) -> int:
    return max(_key_height(c, grid, one, width) for one, width in zip(row, widths, strict=True))


def _longest_word_px(c: Composition, one: Key) -> int:
    """Width of a key that breaks none of its words."""
    longest = max(one.text.split(), key=lambda word: c.look.width(word, 100, 700))
    return _said_px(c, replace(one, text=longest)) + 1


def _said_px(c: Composition, one: Key) -> int:
    """Width of a key whose words take one line."""
    size = c.look.type_px("main_key" if one.main else "key")
    beside = round(size * 1.58) * (bool(one.icon) + bool(one.icon_end))
    return c.look.width(one.text, size, 700 if one.main else 600) + beside + 2 * pad_px(c)


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


def icon_key(
    c: Composition,
    rect: Rect,
    icon: str,
    target: str,
    *,
    pressed: bool = False,
    sunken: bool = True,
    main: bool = False,
) -> None:
    """A key without words, where an icon says it and room is short."""
    theme, lip = c.look.theme, c.look.px(LIP_MM)
    face = rect.moved(down=lip) if pressed else rect
    edge = max(2, c.look.px(0.75))
    colour = theme.action if main else theme.sunken if sunken else theme.surface
    around, under = (theme.action, theme.action_lip) if main else (theme.edge, theme.edge)
    below = 0 if pressed else lip
    c.add(Box(face, colour, c.look.px(4), edge_colour=around, edge_px=edge, lip_colour=under, lip_px=below))
    side = round(min(face.w, face.h) * 0.6)
    ink = theme.on_action if main else theme.ink
    c.add(Icon(Rect(face.centre - side // 2, face.middle - side // 2, side, side), icon, ink))
    c.target(target, Rect(rect.x, rect.y, rect.w, rect.h + lip))


def help_key(c: Composition, rect: Rect, frame: Frame) -> None:
    """*Help* on a small panel: the hand and the word, or the hand alone where the word would not fit."""
    size, is_down = c.look.panel.type_px(7.3), frame.pressed == "help"
    if c.look.width(frame.help_word, size, 600) + round(size * 1.58) + 2 * pad_px(c) <= rect.w:
        key(c, rect, frame.help_word, "help", icon="hand", size_px=size, pressed=is_down)
    else:
        icon_key(c, rect, "hand", "help", pressed=is_down, sunken=False)


def beside_help(frame: Frame) -> tuple[tuple[str, str], ...]:
    """What stands as an icon beside *Help* where a small panel has no room for its dock: languages, *Listen*."""
    return (("globe", "languages"), *((("speaker", "listen"),) if frame.has_voice else ()))
