"""The camera's page: hold your code up; and the half second of *Got it*.

The picture is a mirror and never turns with the language. Without a picture the headline says why, and the keys stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.display import parts
from kiosk.display.camera_frame import camera_corners, camera_strip
from kiosk.display.keys import key
from kiosk.display.lane_blocks import CodePicture
from kiosk.display.lane_grid import Form, Frame, Grid
from kiosk.display.lane_keys import Key, draw_keys, keys_height
from kiosk.display.lane_page import frame_around, headline_px
from kiosk.display.lane_strip import draw_strip, strip_height
from kiosk.display.scene import Box, Icon, Picture, Rect
from kiosk.domain.lane_state import Hint, Screen, Sight
from kiosk.qr import code_matrix

if TYPE_CHECKING:
    from kiosk.display.lane_words import Told
    from kiosk.display.layout import Composition

DARK = "#0D1519"
HINTS = {Hint.CLOSER: "camera.closer", Hint.BRIGHTER: "camera.brighter"}
WHY_NOT = {Sight.COVERED: "camera.covered", Sight.BROKEN: "camera.broken"}


def scan(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """The page on this panel."""
    frame_around(c, grid, frame)
    {Form.UPRIGHT: _upright, Form.WIDE: _wide, Form.TABLET: _tablet, Form.TINY: _tiny}[grid.form](c, grid, frame, told)


def _upright(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    room = grid.room
    keys = _keys(told)
    keys_px = keys_height(c, grid, keys, room.w)
    top = Rect(room.x, room.y + grid.px(11), room.w, 0)
    head = c.paragraph(_headline(told), top, size_px=c.look.type_px("headline"), weight=700, headline=True)
    lead_px = c.look.type_px("text")
    lead = _lead(told)
    below = c.paragraph_height(lead, room.w, size_px=lead_px) + grid.px(7)
    bottom = room.bottom - keys_px - grid.px(9)
    bottom -= _privacy(c, grid, told, Rect(room.x, 0, room.w, bottom))
    height = min(bottom - below - head.bottom - grid.px(10), round(room.w * 0.81))
    picture = Rect(room.x, head.bottom + grid.px(10), room.w, height)
    _camera(c, picture, told, width_px=grid.px(3.5))
    shade = c.look.theme.ink if told.state.taken_back else c.look.theme.ink_2
    c.paragraph(lead, Rect(room.x, picture.bottom + grid.px(7), room.w, 0), size_px=lead_px, colour=shade)
    _low(c, grid, frame, told, keys, Rect(room.x, room.bottom - keys_px, room.w, keys_px))


def _privacy(c: Composition, grid: Grid, told: Told, room: Rect) -> int:
    """One line on the customers' details with a code to the text, ending at the room's bottom; what it takes."""
    address = told.store.privacy_url if told.store else ""
    if not address or told.state.companion is not None or grid.form.is_small:
        return 0
    high = max(grid.px(25), c.look.px(20))
    place = Rect(room.x, room.bottom - high, room.w, high)
    parts.code(c, Rect(place.end - high, place.y, high, high), code_matrix(address))
    words = Rect(place.x, place.y, place.w - high - grid.px(6), high)
    icon = grid.px(14)
    c.add(Icon(Rect(words.x, words.middle - icon // 2, icon, icon), "lock", c.look.theme.ink_2))
    text = Rect(words.x + icon + grid.px(5), words.y, words.w - icon - grid.px(5), high)
    c.paragraph(told.privacy_line(), text, size_px=c.look.type_px("caption"), colour=c.look.theme.ink_2, centred=True)
    if told.state.screen is Screen.SCAN and (not grid.low_from or place.y >= grid.low_from):
        c.target("privacy", place)
    return high + grid.px(7)


def _privacy_strip(c: Composition, rect: Rect, told: Told) -> None:
    """On a small panel the line stands upon the picture, as long as nothing else has to."""
    state = told.state
    is_free = (
        state.screen is Screen.SCAN
        and state.sight is Sight.SEEING
        and state.hint not in HINTS
        and state.companion is None
    )
    if not is_free or told.store is None or not told.store.privacy_url:
        return
    strip = camera_strip(c, rect, told("privacy.short"), radius_px=c.look.px(4))
    high = max(strip.h, c.look.px(20))
    c.target("privacy", Rect(rect.x, rect.bottom - high, rect.w, high))


def _wide(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    room = Rect(grid.room.x, grid.room.y + grid.px(6), grid.room.w, grid.room.h - grid.px(6))
    start, end = grid.columns(room)
    _camera(c, start, told, width_px=grid.px(3.5))
    keys = _keys(told)
    keys_px = keys_height(c, grid, keys, end.w)
    above = end.bottom - keys_px - grid.px(4)
    least = c.paragraph_height(_headline(told), end.w, size_px=c.look.type_px("text"), weight=700, headline=True)
    if end.y + least + grid.px(36) <= above:  # the line gives way to what must be said
        above -= _privacy(c, grid, told, Rect(end.x, 0, end.w, above))
    size = headline_px(c, _headline(told), Rect(end.x, end.y, end.w, above - end.y))
    head = c.paragraph(_headline(told), end, size_px=size, weight=700, headline=True)
    lead_px = c.look.type_px("text")
    lead = Rect(end.x, head.bottom + grid.px(4.5), end.w, 0)
    if lead.y + c.paragraph_height(_lead(told), end.w, size_px=lead_px) <= above:
        c.paragraph(_lead(told), lead, size_px=lead_px, colour=c.look.theme.ink_2)
    else:
        c.gives_up(_lead(told))
    _low(c, grid, frame, told, keys, Rect(end.x, end.bottom - keys_px, end.w, keys_px))


def _tablet(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    top = grid.top
    height = grid.room.bottom - top
    start = Rect(grid.side, top, round(height * 0.874), height)
    end = Rect(start.end + grid.column_gap, top, grid.size[0] - grid.side - start.end - grid.column_gap, height)
    _camera(c, start, told, width_px=c.look.px(1.9))
    _privacy_strip(c, start, told)
    parts.header(c, Rect(end.x, end.y, end.w, c.look.px(15)), "", lane_word=frame.lane_word, lane=frame.lane)
    keys = (
        (Key(told("scan.type_short"), "type_number"),),
        (_keys(told)[-1][0] if told.state.sight not in WHY_NOT else _keys(told)[0][0],),
    )
    keys_px = keys_height(c, grid, keys, end.w)
    head = Rect(end.x, end.y + c.look.px(16), end.w, end.h - c.look.px(16) - keys_px)
    _fitting(c, _short(told), head)
    _low(c, grid, frame, told, keys, Rect(end.x, end.bottom - keys_px, end.w, keys_px))


def _tiny(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    top = grid.top
    height = grid.room.bottom - top
    start = Rect(grid.side, top, height, height)
    end = Rect(start.end + grid.column_gap, top, grid.size[0] - grid.side - start.end - grid.column_gap, height)
    _camera(c, start, told, width_px=c.look.px(1.5))
    _privacy_strip(c, start, told)
    place = Rect(end.x, end.bottom - grid.lip - grid.key, end.w, grid.key)
    if told.state.screen is not Screen.READ:
        key(c, place, told("scan.no_code_short"), "no_code", pressed=frame.pressed == "no_code")
    _fitting(c, _short(told), Rect(end.x, end.y, end.w, place.y - end.y))


def _low(  # noqa: PLR0917 - the keys and their place, after what every page has
    c: Composition, grid: Grid, frame: Frame, told: Told, keys: tuple[tuple[Key, ...], ...], rect: Rect
) -> None:
    """The keys; once a code was read they would be deaf, and who comes stands in their place."""
    customer = told.state.customer
    if told.state.screen is not Screen.READ:
        draw_keys(c, grid, frame, keys, rect)
    elif customer and customer.is_visit:
        high = strip_height(c, grid, told.person(), rect.w)
        if high <= rect.h:
            draw_strip(c, grid, Rect(rect.x, rect.middle - high // 2, rect.w, high), told.person())


def _fitting(c: Composition, text: str, room: Rect) -> None:
    """A headline in the middle of the room."""
    c.paragraph(text, room, size_px=headline_px(c, text, room), weight=700, headline=True, centred=True)


def _keys(told: Told) -> tuple[tuple[Key, ...], ...]:
    blind = told.state.sight in WHY_NOT
    typing = Key(told("scan.type_number"), "type_number", main=blind, icon="keypad")
    second = told.state.companion is not None
    walk_in = Key(told("scan.car_without" if second else "scan.no_appointment"), "no_appointment")
    return ((walk_in,), (typing,)) if blind else ((typing,), (walk_in,))


def _headline(told: Told) -> str:
    if told.state.sight in WHY_NOT:
        return told(WHY_NOT[told.state.sight])
    if told.state.companion is not None:
        return told("scan.second_car")
    return told("scan.hand_headline" if told.state.sight is Sight.NONE else "scan.headline")


def _lead(told: Told) -> str:
    return told("hello.not_me_done" if told.state.taken_back else "scan.text")


def _short(told: Told) -> str:
    if told.state.taken_back:
        return told("hello.not_me_short")
    if told.state.pending and told.state.pending.is_slow:
        return told("camera.looking")
    if told.state.sight in WHY_NOT:
        return told(f"{WHY_NOT[told.state.sight]}_short")
    if told.state.companion is not None:
        return told("scan.second_car_short")
    return told("scan.hand_headline" if told.state.sight is Sight.NONE else "scan.headline_short")


# ---- the picture


def _camera(c: Composition, rect: Rect, told: Told, *, width_px: int) -> None:
    """The live picture in its four corners, with one sentence upon it when there is one to say."""
    state, radius = told.state, c.look.px(8 if c.look.panel.size_class == "L" else 4)
    if state.sight is Sight.NONE:
        CodePicture(icon="scan").draw(c, rect)
        _strip(c, rect, told, radius)
        return
    if state.sight in WHY_NOT:
        _blind(c, rect, radius)
        return
    if told.shown.camera:
        picture = told.shown.camera
        c.add(Picture(rect, picture.key, picture.image, radius, like_a_mirror=True))
    else:
        c.add(Box(rect, DARK, radius))
    camera_corners(c, rect, read=state.screen is Screen.READ, width_px=width_px)
    _strip(c, rect, told, radius)


def _strip(c: Composition, rect: Rect, told: Told, radius: int) -> None:
    state = told.state
    if state.screen is Screen.READ:
        customer = state.customer
        name = customer.first_name if customer else ""
        if state.pending and state.pending.is_slow:
            if c.look.panel.size_class == "S":
                return  # the headline says it
            camera_strip(c, rect, told("camera.looking"), radius_px=radius)
        elif name:
            camera_strip(c, rect, _greeting(c, rect, told, name), icon="check", radius_px=radius)
        else:
            camera_strip(c, rect, told("camera.read_nameless"), icon="check", radius_px=radius)
    elif state.hint in HINTS:
        camera_strip(c, rect, told(HINTS[state.hint]), radius_px=radius)


def _greeting(c: Composition, rect: Rect, told: Told, name: str) -> str:
    """*Got it* with the name; where a long name leaves no picture, without it."""
    said = told("camera.read", name=name)
    side = 20 if c.look.panel.size_class == "S" else 36
    lines = c.wrapped(said, rect.w - c.look.px(side), size_px=c.look.type_px("label"), weight=600)
    return said if len(lines) <= 2 else told("camera.read_nameless")


def _blind(c: Composition, rect: Rect, radius: int) -> None:
    """No picture: a crossed-out camera; the headline says why."""
    theme = c.look.theme
    edge_px = theme.surface_edge_px
    c.add(Box(rect, theme.sunken, radius, edge_colour=theme.edge if edge_px else None, edge_px=edge_px))
    icon = round(min(rect.w, rect.h) * 0.4)
    place = Rect(rect.centre - icon // 2, rect.middle - icon // 2, icon, icon)
    c.add(Icon(place, "camera", theme.ink_2, 1.6))
    sign = Rect(place.end - icon // 3, place.bottom - icon // 3, icon * 2 // 5, icon * 2 // 5)
    c.add(Box(sign, theme.wait, sign.w // 2), Icon(sign.inset(sign.w // 5), "cross", theme.on_wait, 2.4))
