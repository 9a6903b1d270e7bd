"""Where something is typed: eight digits, an appointment number, the end of a phone number, a first name.

Digits stand as on a phone and letters as on a keyboard, in every language; only the page around them is mirrored.
What was typed is shown and nothing else: no suggestions, no search for people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.display.keys import key
from kiosk.display.lane_grid import Form, Frame, Grid
from kiosk.display.lane_keyboard import with_keyboard
from kiosk.display.lane_keys import Key, beside_help, draw_keys, help_key, icon_key, keys_height
from kiosk.display.lane_page import frame_around, headline_px
from kiosk.display.lane_typed import draw_head, headline_of, lead_of, sign_key, tallest_head, typed_field
from kiosk.display.scene import Box, Disc, Icon, Rect
from kiosk.domain.codes import DIGITS_LENGTH
from kiosk.domain.lane_state import Screen
from kiosk.domain.lane_typing import PHONE_LENGTH

if TYPE_CHECKING:
    from kiosk.display.lane_words import Told
    from kiosk.display.layout import Composition

PAD = ("123", "456", "789", "<0x")
GROUP = 4
LETTERS = (Screen.NAME, Screen.WORDS, Screen.EMAIL)
ANY_LENGTH = (Screen.NUMBER, Screen.NEW_PHONE)


def typing(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """The page on this panel."""
    screen = told.state.screen
    letters = screen in LETTERS or (screen is Screen.NUMBER and told.state.rules.has_keyboard)
    if letters:
        with_keyboard(c, grid, frame, told)
    elif grid.form is Form.UPRIGHT:
        _digits_upright(c, grid, frame, told)
    else:
        _digits_beside(c, grid, frame, told)


# ---- digits


def _digits_upright(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    frame_around(c, grid, frame)
    room = grid.room
    ways, head = _ways(told), Rect(room.x, room.y + grid.px(11), room.w, 0)
    cells_px = grid.px(35)
    above = grid.px(11 + 8 + 8 + 8) + cells_px
    with_lead = True
    while True:  # the camera's key goes first (Back leads there too), then the sentence
        keys_px = keys_height(c, grid, ways, room.w)
        tall = tallest_head(c, grid, told, room.w, with_lead=with_lead)
        pad_px = room.h - above - tall - keys_px
        if pad_px >= 4 * (c.look.px(20) + grid.lip) + 3 * grid.px(5.5):
            break
        if len(ways) > 1:
            c.crowded.add("camera")  # *Back* leads there too
            ways = ways[:-1]
        elif with_lead:
            c.gives_up(lead_of(told))
            with_lead = False
        elif ways and not ways[0][0].main:
            c.crowded.add("camera")
            ways = ()
        else:
            break
    draw_head(c, grid, told, head, with_lead=with_lead)
    cells = Rect(room.x, head.y + tall + grid.px(8), room.w, cells_px)
    if told.state.screen in ANY_LENGTH:
        typed_field(c, grid, told, cells)
    else:
        _cells(c, grid, told, cells)
    first = max(cells.bottom + grid.px(8), grid.low_from)
    pad = Rect(room.x, first, room.w, room.bottom - keys_px - (grid.px(8) if keys_px else 0) - first)
    _pad(c, grid, frame, told, pad)
    draw_keys(c, grid, frame, ways, Rect(room.x, room.bottom - keys_px, room.w, keys_px))


def _ways(told: Told) -> tuple[tuple[Key, ...], ...]:
    camera = Key(told("digits.camera"), "camera", icon="scan")
    if told.state.screen is Screen.DIGITS:
        return ((Key(told("digits.by_number"), "by_number", icon="calendar"),), (camera,))
    if told.state.screen in ANY_LENGTH:
        return ((Key(told("common.continue"), "continue", main=True, icon_end="forward"),),)
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
                    sign_key(c, face, sign, target, size, pressed=frame.pressed == target)
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


def _digits_beside(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """The pad at the end, the sentence and the cells at the start; on small panels the pad takes the whole height."""
    if grid.form.is_small:
        _digits_small(c, grid, frame, told)
        return
    frame_around(c, grid, frame)
    room = Rect(grid.room.x, grid.room.y + grid.px(6), grid.room.w, grid.room.h - grid.px(6))
    start, end = grid.columns(room)
    rows, lead = _ways(told), bool(lead_of(told))
    high = grid.px(8) + grid.px(30) + grid.gap
    if (
        len(rows) > 1
        and _head_px(c, grid, told, start.w, lead=lead) + high + keys_height(c, grid, rows, start.w) > start.h
    ):
        c.crowded.add("camera")  # *Back* leads there too
        rows = rows[:1]
    if lead and _head_px(c, grid, told, start.w, lead=lead) + high + keys_height(c, grid, rows, start.w) > start.h:
        c.gives_up(lead_of(told))
        lead = False
    y = draw_head(c, grid, told, start, with_lead=lead)
    cells = Rect(start.x, y + grid.px(8), start.w, grid.px(30))
    (typed_field if told.state.screen in ANY_LENGTH else _cells)(c, grid, told, cells)
    keys_px = keys_height(c, grid, rows, start.w)
    while rows and cells.bottom + grid.gap + keys_px > start.bottom:
        c.crowded.add(rows[-1][0].target)
        rows = rows[:-1]
        keys_px = keys_height(c, grid, rows, start.w)
    draw_keys(c, grid, frame, rows, Rect(start.x, start.bottom - keys_px, start.w, keys_px))
    _pad(c, grid, frame, told, end)


def _head_px(c: Composition, grid: Grid, told: Told, width: int, *, lead: bool) -> int:
    """Height of headline and lead."""
    size, text = c.look.type_px("headline"), lead_of(told) if lead else ""
    head = c.paragraph_height(headline_of(told), width, size_px=size, weight=700, headline=True)
    return head + (grid.px(4) + c.paragraph_height(text, width, size_px=c.look.type_px("text")) if text else 0)


def _digits_small(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    height = grid.size[1] - 2 * grid.top
    pad_px = max(c.look.px(67.5), round(grid.size[0] * 0.44))
    pad = Rect(grid.size[0] - grid.side - pad_px, grid.top, pad_px, height)
    start = Rect(grid.side, grid.top, pad.x - grid.side - grid.column_gap, height)
    _pad(c, grid, frame, told, pad, bare=True)
    face = c.look.px(20)
    dock = Rect(start.x, start.bottom - grid.lip - face, start.w, face)
    x = dock.x
    for icon, target in beside_help(frame):
        icon_key(c, Rect(x, dock.y, face, face), icon, target, pressed=frame.pressed == target)
        x += face + grid.gap
    help_key(c, Rect(x, dock.y, dock.end - x, face), frame)
    rest = Rect(start.x, start.y, start.w, dock.y - grid.gap - start.y)
    field_px = c.look.px(20)
    if grid.form is Form.TABLET and told.state.screen is Screen.DIGITS:
        rows = ((Key(told("no_code.number_short"), "by_number"),),)
        keys_px = keys_height(c, grid, rows, rest.w)
        draw_keys(c, grid, frame, rows, Rect(rest.x, rest.bottom - keys_px, rest.w, keys_px))
        rest = Rect(rest.x, rest.y, rest.w, rest.h - keys_px - grid.gap)
    words = Rect(rest.x, rest.y, rest.w, rest.h - field_px - grid.gap)
    is_phone = told.state.screen is Screen.PHONE and not told.state.typing.wrong
    text = told("digits.phone_short") if is_phone else headline_of(told)
    c.paragraph(text, words, size_px=headline_px(c, text, words), weight=700, headline=True)
    _field_of_digits(c, told, Rect(rest.x, rest.bottom - field_px, rest.w, field_px))
    if told.state.screen in ANY_LENGTH:
        _go_on(c, grid, Rect(rest.x, rest.bottom - field_px, rest.w, field_px))


def _field_of_digits(c: Composition, told: Told, rect: Rect) -> None:
    """All digits in one field: those typed, a dot for each to come."""
    theme, text = c.look.theme, told.state.typing.text
    edge = max(2, c.look.px(0.6))
    c.add(Box(rect, theme.surface, c.look.px(2.7), edge_colour=theme.edge, edge_px=edge))
    count = {Screen.DIGITS: DIGITS_LENGTH, Screen.PHONE: PHONE_LENGTH}.get(told.state.screen, 0)
    if not count:
        size = c.look.panel.type_px(9.1)
        room = rect.w - c.look.px(5) - rect.h  # the arrow stands at the end
        while text and c.look.typesetter.width(text, size_px=size, weight=700) > room:
            text = text[1:]
        if text:
            c.text(text, rect.x + c.look.px(3), rect.middle, size_px=size, weight=700, rtl=False)
        return
    with c.fixed(rect):
        room = rect.w - c.look.px(5)
        step = room / (count + 0.6 * (count // GROUP - 1))
        size = min(c.look.panel.type_px(9.1), round(step * 1.6))
        x: float = rect.x + c.look.px(2.5)
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


def _go_on(c: Composition, grid: Grid, rect: Rect) -> None:
    """*Continue* as an arrow at the end of the field."""
    side = rect.h
    face = Rect(rect.end - side, rect.y, side, side - grid.lip)
    theme = c.look.theme
    c.add(Box(face, theme.action, c.look.px(2.7), lip_colour=theme.action_lip, lip_px=grid.lip))
    c.add(Icon(face.inset(round(side * 0.2)), "forward", theme.on_action))
    c.target("continue", Rect(face.x, face.y, face.w, side))
