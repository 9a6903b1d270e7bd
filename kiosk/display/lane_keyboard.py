"""Letters on a lane: a name or an appointment number, with the keyboard of the language and the other one a key away.

The order of the letters is never mirrored; *Erase* points to the text. Letters are at least 18 mm wide.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.display.keys import key
from kiosk.display.lane_grid import Form, Frame, Grid
from kiosk.display.lane_keys import Key, beside_help, draw_keys, help_key, icon_key, keys_height
from kiosk.display.lane_page import frame_around
from kiosk.display.lane_typed import draw_head, headline_of, sign_key, typed_field
from kiosk.display.scene import Box, Icon, Rect
from kiosk.domain.lane_state import Screen
from kiosk.domain.lane_typing import ARABIC_KEYS, LATIN_KEYS, SPANISH_KEYS

if TYPE_CHECKING:
    from kiosk.display.lane_words import Told
    from kiosk.display.layout import Composition
EMAIL_ROWS = ("1234567890", "qwertyuiop_", "asdfghjkl-", "zxcvbnm.@")
NUMBER_ROWS = ("1234567890", *LATIN_KEYS[:2], "ZXCVBNM-")


# ---- letters


@dataclass(frozen=True)
class Board:
    """The keys of a keyboard in rows; the last row has the space bar."""

    rows: tuple[str, ...]
    is_arabic: bool
    has_space: bool


def _board(told: Told) -> Board:
    if told.state.screen is Screen.NUMBER:
        return Board(NUMBER_ROWS, is_arabic=False, has_space=False)
    if told.state.screen is Screen.EMAIL:
        return Board(EMAIL_ROWS, is_arabic=False, has_space=False)
    says = told.state.screen is Screen.WORDS
    if told.state.typing.arabic:
        last = (f"{ARABIC_KEYS[3]}،.",) if says else ARABIC_KEYS[3:]
        return Board((*ARABIC_KEYS[:3], *last), is_arabic=True, has_space=True)
    third = "ZXCVBNM,." if says else "ZXCVBNM-"
    if told.words.code == "es":
        return Board((*SPANISH_KEYS[:2], third, "ÁÉÍÓÚ"), is_arabic=False, has_space=True)
    return Board((*LATIN_KEYS[:2], third if says else "ZXCVBNM-'", "ÑÉ"), is_arabic=False, has_space=True)


def with_keyboard(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """The page on this panel."""
    if grid.form is Form.UPRIGHT:
        _keyboard_upright(c, grid, frame, told)
    elif grid.form is Form.WIDE and c.look.panel.size_class == "L":
        _keyboard_wide(c, grid, frame, told)
    else:
        _keyboard_small(c, grid, frame, told)


def _keyboard_upright(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    frame_around(c, grid, frame)
    room = grid.room
    y = draw_head(c, grid, told, Rect(room.x, room.y + grid.px(11), room.w, 0))
    field = Rect(room.x, y + grid.px(7.5), room.w, grid.px(42))
    typed_field(c, grid, told, field)
    go_on = Key(told("common.continue"), "continue", main=True, icon_end="forward")
    back = Key(told("common.back"), "back", icon="back")
    rows = ((back, go_on),)
    keys_px = keys_height(c, grid, rows, room.w)
    draw_keys(c, grid, frame, rows, Rect(room.x, room.bottom - keys_px, room.w, keys_px))
    board = _board(told)
    side = grid.side - grid.px(6)
    width = grid.size[0] - 2 * (grid.side - side)
    height = len(board.rows) * (grid.px(27) + grid.px(3.2))
    bottom = room.bottom - keys_px - grid.px(7)
    place = Rect(grid.side - side, max(field.bottom + grid.px(6), bottom - height), width, 0)
    _keyboard(c, grid, frame, told, Rect(place.x, place.y, place.w, bottom - place.y))


def _keyboard_wide(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    frame_around(c, grid, frame)
    room = Rect(grid.room.x, grid.room.y + grid.px(4), grid.room.w, grid.room.h - grid.px(4))
    start, end = grid.columns(Rect(room.x, room.y, room.w, grid.px(28)), 0.5)
    size = c.look.type_px("headline")
    if c.paragraph_height(headline_of(told), start.w, size_px=size, weight=700, headline=True) > start.h + grid.px(6):
        size = c.look.type_px("main_key")
    c.paragraph(headline_of(told), start, size_px=size, weight=700, headline=True, centred=True)
    typed_field(c, grid, told, end)
    go_on = Key(told("common.continue"), "continue", main=True, icon_end="forward")
    back = Key(told("common.back"), "back", icon="back")
    face = grid.px(32)
    low = Rect(room.x, room.bottom - face - grid.lip, room.w, face)
    half = (room.w - grid.gap) // 2
    for index, one in enumerate((back, go_on)):
        place = Rect(low.x + index * (half + grid.gap), low.y, half, face)
        pressed = frame.pressed == one.target
        key(c, place, one.text, one.target, main=one.main, icon=one.icon, icon_end=one.icon_end, pressed=pressed)
    top = start.bottom + grid.px(4)
    _keyboard(c, grid, frame, told, Rect(room.x, top, room.w, low.y - grid.px(3) - top))


def _keyboard_small(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """The field holds the question until something is typed; below the keyboard globe, *Help* and *Continue*."""
    side = 12
    width = grid.size[0] - 2 * side
    face = c.look.px(20)
    field = Rect(side, grid.top // 2, width, c.look.px(17.5))
    typed_field(c, grid, told, field, hint=headline_of(told))
    dock = Rect(side, grid.size[1] - grid.top // 2 - grid.lip - face, width, face)
    icon_key(c, Rect(dock.x, dock.y, face, face), "back", "back", pressed=frame.pressed == "back")
    x = dock.x + face + 10
    for icon, target in beside_help(frame):
        icon_key(c, Rect(x, dock.y, face, face), icon, target, pressed=frame.pressed == target)
        x += face + 10
    helps = Rect(x, dock.y, (dock.end - x - 10) // 2, face)
    help_key(c, helps, frame)
    go_on = Rect(helps.end + 10, dock.y, dock.end - helps.end - 10, face)
    key(c, go_on, told("common.continue"), "continue", main=True, pressed=frame.pressed == "continue")
    top = field.bottom + 10
    _keyboard(c, grid, frame, told, Rect(side, top, width, dock.y - 10 - top))


def _keyboard(c: Composition, grid: Grid, frame: Frame, told: Told, rect: Rect) -> None:
    """Rows of keys; *Erase* ends the third row, below it space and the other letters."""
    board = _board(told)
    gap = grid.px(1.8)
    most = max(len(row) + (1 if index == len(board.rows) - 2 else 0) for index, row in enumerate(board.rows))
    width = (rect.w - gap * (most - 1)) / most
    width = min(width, grid.px(30))
    row_px = rect.h // len(board.rows)
    lip = c.look.px(1.7)
    height = row_px - lip - gap
    size = min(c.look.panel.type_px(9.0 if not board.is_arabic else 9.6), round(width * 0.72), round(height * 0.62))
    total = round(most * width + (most - 1) * gap)
    left = rect.x + (rect.w - total) // 2
    with c.fixed(rect):
        for index, row in enumerate(board.rows):
            last, erase = index == len(board.rows) - 1, index == (len(board.rows) - (2 if board.has_space else 1))
            y = rect.y + index * row_px
            wide = len(row) + (1 if erase else 0)
            x: float = left + (0 if last and board.has_space else (total - (wide * width + (wide - 1) * gap)) / 2)
            for sign in row:
                target = f"digit.{sign}" if sign.isdigit() else f"letter.{sign.upper()}"
                face = Rect(round(x), y, round(width), height)
                sign_key(c, face, sign, target, size, pressed=frame.pressed == target, rtl=board.is_arabic)
                x += width + gap
            if erase:
                _erase(c, frame, Rect(round(x), y, round(width), height), arabic=board.is_arabic)
            if last and board.has_space:
                _space(c, grid, frame, told, Rect(round(x), y, left + total - round(x), height))


def _erase(c: Composition, frame: Frame, rect: Rect, *, arabic: bool) -> None:
    """*Erase* points to the text: turned on the Arabic keyboard."""
    theme, lip = c.look.theme, c.look.px(1.7)
    pressed = frame.pressed == "erase"
    face = rect.moved(down=lip) if pressed else rect
    edge, below = max(2, c.look.px(0.75)), 0 if pressed else lip
    c.add(
        Box(face, theme.sunken, c.look.px(3), edge_colour=theme.edge, edge_px=edge, lip_colour=theme.edge, lip_px=below)
    )
    side = round(min(face.w, face.h) * 0.6)
    place = Rect(face.centre - side // 2, face.middle - side // 2, side, side)
    c.add(Icon(place, "erase", theme.ink, turned=arabic))
    c.target("erase", Rect(rect.x, rect.y, rect.w, rect.h + lip))


def _space(c: Composition, grid: Grid, frame: Frame, told: Told, rect: Rect) -> None:
    board = _board(told)
    gap = grid.px(1.8)
    other = "ABC" if board.is_arabic else "ع"
    width = max(c.look.px(18), round(rect.w * 0.26))
    space = Rect(rect.x, rect.y, rect.w - width - gap, rect.h)
    size = min(c.look.type_px("label"), round(rect.h * 0.55))
    _word_key(c, space, told("walk_in.space"), "space", size, rtl=told.words.is_rtl, pressed=frame.pressed == "space")
    swap = Rect(space.end + gap, rect.y, width, rect.h)
    _word_key(
        c, swap, other, "keyboard", size, rtl=not board.is_arabic, pressed=frame.pressed == "keyboard", sunken=True
    )


def _word_key(
    c: Composition, rect: Rect, word: str, target: str, size: int, *, rtl: bool, pressed: bool, sunken: bool = False
) -> None:
    theme, lip = c.look.theme, c.look.px(1.7)
    face = rect.moved(down=lip) if pressed else rect
    colour = theme.sunken if sunken else theme.surface
    edge, below = max(2, c.look.px(0.75)), 0 if pressed else lip
    c.add(Box(face, colour, c.look.px(3), edge_colour=theme.edge, edge_px=edge, lip_colour=theme.edge, lip_px=below))
    c.text(word, face.centre, face.middle, size_px=size, weight=600, align="centre", rtl=rtl)
    c.target(target, Rect(rect.x, rect.y, rect.w, rect.h + lip))
