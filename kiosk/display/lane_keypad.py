"""Where something is typed: eight digits, an appointment number, the end of a phone number, a first name.

Digits stand as on a phone and letters as on a keyboard, in every language; only the page around them is mirrored.
What was typed is shown and nothing else: no suggestions, no search for people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.display.keys import key
from kiosk.display.lane_page import Form, Frame, Grid, Key, draw_keys, frame_around, icon_key, keys_height
from kiosk.display.scene import Box, Disc, Fill, Icon, Rect
from kiosk.domain.codes import DIGITS_LENGTH
from kiosk.domain.lane_state import Screen
from kiosk.domain.lane_typing import ARABIC_KEYS, LATIN_KEYS, PHONE_LENGTH, SPANISH_KEYS

if TYPE_CHECKING:
    from kiosk.display.lane_words import Told
    from kiosk.display.layout import Composition

PAD = ("123", "456", "789", "<0x")
GROUP = 4
LATIN_ROWS = (*LATIN_KEYS[:2], "ZXCVBNM-'")
NUMBER_ROWS = ("1234567890", *LATIN_KEYS[:2], "ZXCVBNM-")
HEADLINES = {
    Screen.DIGITS: "digits.headline",
    Screen.PHONE: "digits.phone_headline",
    Screen.NUMBER: "digits.number_headline",
    Screen.NAME: "walk_in.headline",
}


def typing(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """The page on this panel."""
    screen = told.state.screen
    letters = screen is Screen.NAME or (screen is Screen.NUMBER and told.state.rules.has_keyboard)
    if letters:
        _with_keyboard(c, grid, frame, told)
    elif grid.form is Form.UPRIGHT:
        _digits_upright(c, grid, frame, told)
    else:
        _digits_beside(c, grid, frame, told)


# ---- digits


def _digits_upright(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    frame_around(c, grid, frame)
    room = grid.room
    rows = _ways(told)
    keys_px = keys_height(c, grid, rows, room.w)
    _head(c, grid, told, Rect(room.x, room.y + grid.px(11), room.w, 0))
    y = room.y + grid.px(11) + _tallest_head(c, grid, told, room.w)
    cells = Rect(room.x, y + grid.px(8), room.w, grid.px(35))
    _cells(c, grid, told, cells)
    top = cells.bottom + grid.px(8)
    pad = Rect(room.x, top, room.w, room.bottom - keys_px - grid.px(8) - top)
    _pad(c, grid, frame, told, pad)
    draw_keys(c, grid, frame, rows, Rect(room.x, room.bottom - keys_px, room.w, keys_px))


def _head(c: Composition, grid: Grid, told: Told, room: Rect) -> int:
    """Headline and lead; the row below them."""
    head = c.paragraph(_headline(told), room, size_px=c.look.type_px("headline"), weight=700, headline=True)
    text, shade = _lead(told)
    if not text:
        return head.bottom
    below = Rect(room.x, head.bottom + grid.px(4), room.w, 0)
    return c.paragraph(text, below, size_px=c.look.type_px("text"), colour=shade or c.look.theme.ink_2).bottom


def _tallest_head(c: Composition, grid: Grid, told: Told, width: int) -> int:
    """Height of the head whatever it says, so that no key moves under a finger."""
    size, text = c.look.type_px("headline"), c.look.type_px("text")
    said = (told(HEADLINES[told.state.screen]), told("digits.wrong"))
    head = max(c.paragraph_height(one, width, size_px=size, weight=700, headline=True) for one in said)
    lead = _lead(told)[0]
    return head + (grid.px(4) + c.paragraph_height(lead, width, size_px=text) if lead else 0)


def _headline(told: Told) -> str:
    typed = told.state.typing
    return told("digits.wrong" if typed.wrong else HEADLINES[told.state.screen])


def _lead(told: Told) -> tuple[str, str]:
    if told.state.pending and told.state.pending.is_slow:
        return told("camera.looking"), ""
    if told.state.screen is Screen.DIGITS:
        return told("digits.text"), ""
    return (told("walk_in.text"), "") if told.state.screen is Screen.NAME else ("", "")


def _ways(told: Told) -> tuple[tuple[Key, ...], ...]:
    camera = Key(told("digits.camera"), "camera", icon="scan")
    if told.state.screen is Screen.DIGITS:
        return ((Key(told("digits.by_number"), "by_number", icon="calendar"),), (camera,))
    return ((camera,),)


def _cells(c: Composition, grid: Grid, told: Told, rect: Rect) -> None:
    """One cell a digit, in groups of four; the next one with the cobalt edge."""
    theme, text = c.look.theme, told.state.typing.text
    count = {Screen.DIGITS: DIGITS_LENGTH, Screen.PHONE: PHONE_LENGTH}[told.state.screen]
    gap, dash = grid.px(3.5), grid.px(6.5)
    groups = count // GROUP
    width = min((rect.w - gap * (count - 1) - (dash + gap) * (groups - 1)) // count, round(rect.h * 0.9))
    x = rect.x
    across = count * width + gap * (count - 1) + (dash + gap) * (groups - 1)
    with c.fixed(Rect(rect.x, rect.y, across, rect.h)):
        for index in range(count):
            if index and index % GROUP == 0:
                c.add(Box(Rect(x, rect.middle - grid.px(1), dash, grid.px(2)), theme.edge, grid.px(1)))
                x += dash + gap
            is_next = index == len(text) and not told.state.typing.wrong
            edge = max(2, c.look.px(0.75)) * (2 if is_next else 1)
            ground, colour = (theme.action_tint, theme.action) if is_next else (theme.surface, theme.edge)
            cell = Rect(x, rect.y, width, rect.h)
            c.add(Box(cell, ground, c.look.px(4), edge_colour=colour, edge_px=edge))
            if index < len(text):
                size = round(rect.h * 0.64)
                c.text(text[index], cell.centre, cell.middle, size_px=size, weight=700, align="centre", rtl=False)
            x += width + gap


def _pad(c: Composition, grid: Grid, frame: Frame, told: Told, rect: Rect, *, bare: bool = False) -> None:
    """Twelve keys as on a phone: *Back* 0 *Erase*. `bare`: the two without words."""
    gap_x, gap_y = (grid.px(5.5), grid.px(5.5)) if not grid.form.is_small else (12, 10)
    width = (rect.w - 2 * gap_x) // 3
    height = (rect.h - 3 * gap_y) // 4 - grid.lip
    size = min(c.look.panel.type_px(15.2 if c.look.panel.size_class == "L" else 11.5), round(height * 0.62))
    with c.fixed(rect):
        for row, signs in enumerate(PAD):
            for column, sign in enumerate(signs):
                face = Rect(
                    rect.x + column * (width + gap_x), rect.y + row * (height + grid.lip + gap_y), width, height
                )
                if sign.isdigit():
                    target = f"digit.{sign}"
                    _sign_key(c, face, sign, target, size, pressed=frame.pressed == target)
                    continue
                target, icon, word = _BESIDE_ZERO[sign]
                if sign == "<" and told.words.is_rtl:
                    icon = "forward"  # the way back is to the right; the pad itself is not turned
                if bare or not _has_room(c, face, told(word)):
                    icon_key(c, face, icon, target, pressed=frame.pressed == target)
                else:
                    key(c, face, told(word), target, icon=icon, pressed=frame.pressed == target)


_BESIDE_ZERO = {"<": ("back", "back", "common.back"), "x": ("erase", "erase", "digits.erase")}


def _has_room(c: Composition, face: Rect, word: str) -> bool:
    size = c.look.type_px("key")
    return c.look.width(word, size, 600) + round(size * 1.58) + 2 * c.look.px(5) <= face.w


def _sign_key(
    c: Composition, rect: Rect, sign: str, target: str, size: int, *, pressed: bool, rtl: bool = False
) -> None:
    """A key with one letter or digit."""
    theme, lip = c.look.theme, c.look.px(1.7)
    face = rect.moved(down=lip) if pressed else rect
    edge, below = max(2, c.look.px(0.75)), 0 if pressed else lip
    radius = min(c.look.px(4), rect.w // 5)
    c.add(Box(face, theme.surface, radius, edge_colour=theme.edge, edge_px=edge, lip_colour=theme.edge, lip_px=below))
    lift = round(size * 0.12) if rtl else 0
    c.text(sign, face.centre, face.middle - lift, size_px=size, weight=700 if not rtl else 600, align="centre", rtl=rtl)
    c.target(target, Rect(rect.x, rect.y, rect.w, rect.h + lip))


def _digits_beside(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """The pad at the end, the sentence and the cells at the start; on small panels the pad takes the whole height."""
    if grid.form.is_small:
        _digits_small(c, grid, frame, told)
        return
    frame_around(c, grid, frame)
    room = Rect(grid.room.x, grid.room.y + grid.px(6), grid.room.w, grid.room.h - grid.px(6))
    start, end = grid.columns(room)
    y = _head(c, grid, told, start)
    cells = Rect(start.x, y + grid.px(8), start.w, grid.px(30))
    _cells(c, grid, told, cells)
    rows = _ways(told)
    keys_px = keys_height(c, grid, rows, start.w)
    if cells.bottom + grid.gap + keys_px > start.bottom:
        rows = rows[:1]
        keys_px = keys_height(c, grid, rows, start.w)
    draw_keys(c, grid, frame, rows, Rect(start.x, start.bottom - keys_px, start.w, keys_px))
    _pad(c, grid, frame, told, end)


def _digits_small(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    height = grid.size[1] - 2 * grid.top
    pad_px = max(c.look.px(67.5), round(grid.size[0] * 0.44))
    pad = Rect(grid.size[0] - grid.side - pad_px, grid.top, pad_px, height)
    start = Rect(grid.side, grid.top, pad.x - grid.side - grid.column_gap, height)
    _pad(c, grid, frame, told, pad, bare=True)
    face = c.look.px(20)
    dock = Rect(start.x, start.bottom - grid.lip - face, start.w, face)
    globe = Rect(dock.x, dock.y, face, face)
    icon_key(c, globe, "globe", "languages", pressed=frame.pressed == "languages")
    helps = Rect(globe.end + grid.gap, dock.y, dock.end - globe.end - grid.gap, face)
    key(c, helps, told("dock.help"), "help", icon="hand", pressed=frame.pressed == "help")
    rest = Rect(start.x, start.y, start.w, dock.y - grid.gap - start.y)
    field_px = c.look.px(20)
    if grid.form is Form.TABLET and told.state.screen is Screen.DIGITS:
        place = Rect(start.x, rest.bottom - grid.lip - grid.key, start.w, grid.key)
        key(c, place, told("digits.by_number"), "by_number", pressed=frame.pressed == "by_number")
        rest = Rect(rest.x, rest.y, rest.w, place.y - grid.gap - rest.y)
    words = Rect(rest.x, rest.y, rest.w, rest.h - field_px - grid.gap)
    sizes = (c.look.type_px("headline"), c.look.type_px("text"))
    text = _headline(told)
    heights = [c.paragraph_height(text, words.w, size_px=size, weight=700, headline=True) for size in sizes]
    size = sizes[0] if heights[0] <= words.h else sizes[1]
    c.paragraph(text, words, size_px=size, weight=700, headline=True)
    _field_of_digits(c, grid, told, Rect(rest.x, rest.bottom - field_px, rest.w, field_px))
    if told.state.screen is Screen.NUMBER:
        _go_on(c, grid, frame, told, Rect(rest.x, rest.bottom - field_px, rest.w, field_px))


def _field_of_digits(c: Composition, grid: Grid, told: Told, rect: Rect) -> None:
    """All digits in one field: those typed, a dot for each to come."""
    theme, text = c.look.theme, told.state.typing.text
    edge = max(2, c.look.px(0.6))
    c.add(Box(rect, theme.surface, c.look.px(2.7), edge_colour=theme.edge, edge_px=edge))
    count = {Screen.DIGITS: DIGITS_LENGTH, Screen.PHONE: PHONE_LENGTH}.get(told.state.screen, 0)
    with c.fixed(rect):
        if not count:
            size = c.look.panel.type_px(9.1)
            shown = text[-12:]
            c.text(shown, rect.x + c.look.px(3), rect.middle, size_px=size, weight=700, rtl=False)
            return
        room = rect.w - c.look.px(5)
        step = room / (count + 0.6 * (count // GROUP - 1))
        size = min(c.look.panel.type_px(9.1), round(step * 1.6))
        x = rect.x + c.look.px(2.5)
        for index in range(count):
            if index and index % GROUP == 0:
                dash = Rect(round(x + step * 0.06), rect.middle - 3, round(step * 0.42), 7)
                c.add(Box(dash, theme.edge, 3))
                x += step * 0.6
            middle = round(x + step / 2)
            if index < len(text):
                c.text(text[index], middle, rect.middle, size_px=size, weight=700, align="centre", rtl=False)
            else:
                dot = round(step * 0.42)
                c.add(Disc(Rect(middle - dot // 2, rect.middle - dot // 2, dot, dot), theme.edge))
            x += step


def _go_on(c: Composition, grid: Grid, frame: Frame, told: Told, rect: Rect) -> None:
    """*Continue* as an arrow at the end of the field."""
    side = rect.h
    face = Rect(rect.end - side, rect.y, side, side - grid.lip)
    theme = c.look.theme
    c.add(Box(face, theme.action, c.look.px(2.7), lip_colour=theme.action_lip, lip_px=grid.lip))
    c.add(Icon(face.inset(round(side * 0.2)), "forward", theme.on_action))
    c.target("continue", Rect(face.x, face.y, face.w, side))


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
    if told.state.typing.arabic:
        return Board(ARABIC_KEYS, is_arabic=True, has_space=True)
    if told.words.code == "es":
        return Board((*SPANISH_KEYS[:2], "ZXCVBNM-", "ÁÉÍÓÚ"), is_arabic=False, has_space=True)
    return Board((*LATIN_ROWS, "ÑÉ"), is_arabic=False, has_space=True)


def _with_keyboard(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    if grid.form is Form.UPRIGHT:
        _keyboard_upright(c, grid, frame, told)
    elif grid.form is Form.WIDE:
        _keyboard_wide(c, grid, frame, told)
    else:
        _keyboard_small(c, grid, frame, told)


def _keyboard_upright(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    frame_around(c, grid, frame)
    room = grid.room
    y = _head(c, grid, told, Rect(room.x, room.y + grid.px(11), room.w, 0))
    field = Rect(room.x, y + grid.px(7.5), room.w, grid.px(42))
    _field(c, grid, told, field)
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
    _keyboard(c, grid, frame, told, Rect(place.x, place.y, place.w, bottom - place.y), board)


def _keyboard_wide(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    frame_around(c, grid, frame)
    room = Rect(grid.room.x, grid.room.y + grid.px(4), grid.room.w, grid.room.h - grid.px(4))
    start, end = grid.columns(Rect(room.x, room.y, room.w, grid.px(28)), 0.5)
    size = c.look.type_px("headline")
    if c.paragraph_height(_headline(told), start.w, size_px=size, weight=700, headline=True) > start.h + grid.px(6):
        size = c.look.type_px("main_key")
    c.paragraph(_headline(told), start, size_px=size, weight=700, headline=True, centred=True)
    _field(c, grid, told, end)
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
    _keyboard(c, grid, frame, told, Rect(room.x, top, room.w, low.y - grid.px(3) - top), _board(told))


def _keyboard_small(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """The field holds the question until something is typed; below the keyboard globe, *Help* and *Continue*."""
    side = 12
    width = grid.size[0] - 2 * side
    face = c.look.px(20)
    field = Rect(side, grid.top // 2, width, c.look.px(17.5))
    _field(c, grid, told, field, hint=_headline(told))
    dock = Rect(side, grid.size[1] - grid.top // 2 - grid.lip - face, width, face)
    icon_key(c, Rect(dock.x, dock.y, face, face), "back", "back", pressed=frame.pressed == "back")
    globe = Rect(dock.x + face + 10, dock.y, face, face)
    icon_key(c, globe, "globe", "languages", pressed=frame.pressed == "languages")
    each = (dock.end - globe.end - 2 * 10) // 2
    helps = Rect(globe.end + 10, dock.y, each, face)
    key(c, helps, told("dock.help"), "help", icon="hand", pressed=frame.pressed == "help")
    go_on = Rect(helps.end + 10, dock.y, dock.end - helps.end - 10, face)
    key(c, go_on, told("common.continue"), "continue", main=True, pressed=frame.pressed == "continue")
    top = field.bottom + 10
    _keyboard(c, grid, frame, told, Rect(side, top, width, dock.y - 10 - top), _board(told))


def _field(c: Composition, grid: Grid, told: Told, rect: Rect, *, hint: str = "") -> None:
    """What was typed, with a standing bar as cursor; the end of it where it is long."""
    theme, text = c.look.theme, told.state.typing.text
    edge = 2 * max(2, c.look.px(0.75))
    c.add(Box(rect, theme.surface, c.look.px(5), edge_colour=theme.action, edge_px=edge))
    size, pad = round(rect.h * 0.56), c.look.px(8 if not grid.form.is_small else 4)
    arabic = told.state.typing.arabic or told.words.is_rtl
    room = rect.w - 2 * pad
    if hint and not text:
        small = min(size, c.look.type_px("text"))
        small = min(small, round(small * room / max(1, c.look.width(hint, small, 500))))
        c.text(hint, rect.x + pad, rect.middle, size_px=max(small, 1), colour=theme.ink_2)
        return
    shown = text
    while shown and c.look.typesetter.width(shown, size_px=size, weight=700, rtl=arabic) > room:
        shown = shown[1:]
    across = c.look.width(shown, size, 700) if shown.strip() else 0
    if shown.strip():
        c.text(shown, rect.x + pad, rect.middle - round(size * 0.06), size_px=size, weight=700)
    bar = round(rect.h * 0.62)
    c.add(
        Fill(
            Rect(rect.x + pad + across + c.look.px(2), rect.middle - bar // 2, max(3, c.look.px(1.5)), bar),
            theme.action,
        )
    )


def _keyboard(c: Composition, grid: Grid, frame: Frame, told: Told, rect: Rect, board: Board) -> None:
    """Rows of keys; *Erase* ends the third row, below it space and the other letters."""
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
            x = left + (0 if last and board.has_space else (total - (wide * width + (wide - 1) * gap)) / 2)
            for sign in row:
                target = f"digit.{sign}" if sign.isdigit() else f"letter.{sign}"
                face = Rect(round(x), y, round(width), height)
                _sign_key(c, face, sign, target, size, pressed=frame.pressed == target, rtl=board.is_arabic)
                x += width + gap
            if erase:
                _erase(c, frame, Rect(round(x), y, round(width), height), arabic=board.is_arabic)
            if last and board.has_space:
                _space(c, grid, frame, told, Rect(round(x), y, left + total - round(x), height), board)


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


def _space(c: Composition, grid: Grid, frame: Frame, told: Told, rect: Rect, board: Board) -> None:
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
