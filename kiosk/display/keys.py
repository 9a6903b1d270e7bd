"""What can be pressed: keys and row keys, with their lip.

A thing with a lip can be pressed; pressed, it moves down by the lip. Words come as finished text and never shrink.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.display.scene import Box, Icon, Rect

if TYPE_CHECKING:
    from kiosk.display.layout import Composition

KEY_RADIUS_MM = 6.0
LIP_MM = 2.2
ROW_SPREAD = {False: 1.2, True: 1.3}
"""From one line of a row to the next, in type sizes: Latin, Arabic."""


def key(
    c: Composition,
    rect: Rect,
    text: str,
    target: str,
    *,
    main: bool = False,
    icon: str = "",
    icon_end: str = "",
    pressed: bool = False,
    disabled: bool = False,
    size_px: int | None = None,
    second: str = "",
) -> None:
    """A key with its lip; `rect` is its face. Touches are heard under `target`, over the face and the lip.

    main: the screen's one cobalt key. icon / icon_end: before or after the words. pressed: moved down by the lip.
    disabled: no lip, second ink, deaf; say beside it why. Words too long for one line take two, never a smaller size.
    """
    theme, lip = c.look.theme, c.look.px(LIP_MM)
    face = rect.moved(down=lip) if pressed else rect
    colour, ink = (theme.action, theme.on_action) if main else (theme.surface, theme.ink)
    edge, lip_colour = (theme.action, theme.action_lip) if main else (theme.edge, theme.edge)
    if disabled:
        colour, ink, edge = theme.sunken, theme.ink_2, theme.edge
    c.add(
        Box(
            face,
            colour,
            c.look.px(KEY_RADIUS_MM),
            edge_colour=edge,
            edge_px=max(2, c.look.px(0.75)),
            lip_colour=None if pressed or disabled else lip_colour,
            lip_px=0 if pressed or disabled else lip,
        )
    )
    size = size_px or c.look.type_px("main_key" if main else "key")
    _key_words(c, face, text, second, size=size, ink=ink, weight=700 if main else 600, icons=(icon, icon_end))
    if not disabled:
        c.target(target, Rect(rect.x, rect.y, rect.w, rect.h + lip))


def pad_px(c: Composition) -> int:
    """Least room at both ends of a key's words; small panels count every millimetre."""
    return c.look.px(1.2 if c.look.panel.size_class == "S" else 5)


def _key_words(
    c: Composition,
    face: Rect,
    text: str,
    second: str,
    *,
    size: int,
    ink: str,
    weight: int,
    icons: tuple[str, str],
) -> None:
    """Icon, words, icon, centred as one on the key."""
    icon, icon_end = icons
    icon_px, gap = round(size * 1.16), round(size * 0.42)
    beside = (icon_px + gap) * (bool(icon) + bool(icon_end))
    room = face.w - 2 * pad_px(c) - beside
    lines = c.wrapped(text, room, size_px=size, weight=weight, balanced=True)
    words_px = max(c.look.width(line, size, weight) for line in lines)
    x = face.x + (face.w - words_px - beside) // 2
    if icon:
        c.add(Icon(Rect(x, face.middle - icon_px // 2, icon_px, icon_px), icon, ink))
        x += icon_px + gap
    pitch = round(size * (1.3 if c.look.is_rtl else 1.15))
    caption = c.look.type_px("caption")
    total = pitch * len(lines) + (round(caption * 1.25) if second else 0)
    y = face.middle - total // 2 + pitch // 2
    for line in lines:
        c.text(line, x + words_px // 2, y, size_px=size, weight=weight, colour=ink, align="centre")
        y += pitch
    if second:
        y += round(caption * 1.25) // 2 - pitch // 2 + round(caption * 0.1)
        c.text(second, x + words_px // 2, y, size_px=caption, colour=ink, align="centre")
    if icon_end:
        c.add(Icon(Rect(x + words_px + gap, face.middle - icon_px // 2, icon_px, icon_px), icon_end, ink))


def row_key(
    c: Composition,
    rect: Rect,
    text: str,
    target: str,
    *,
    icon: str = "",
    second: str = "",
    end_icon: str = "",
    chosen: bool = False,
    disabled: bool = False,
    pressed: bool = False,
) -> None:
    """A row that can be pressed: icon, words, a second line with what stands there now, an icon at the end.

    chosen: tint, 6 px cobalt edge and a tick, no lip. disabled: dashed edge, no lip, deaf; `second` says why.
    """
    theme, lip = c.look.theme, c.look.px(LIP_MM)
    raised = not (chosen or disabled or pressed)
    face = rect.moved(down=lip) if pressed else rect
    colour = None if disabled else theme.surface
    if chosen:
        colour, edge, edge_px = theme.action_tint, theme.action, 2 * max(2, c.look.px(0.75))
    else:
        edge, edge_px = theme.edge, max(2, c.look.px(0.75))
    c.add(
        Box(
            face,
            colour,
            c.look.px(KEY_RADIUS_MM),
            edge_colour=edge,
            edge_px=edge_px,
            lip_colour=theme.edge if raised else None,
            lip_px=lip if raised else 0,
            dashed=disabled,
        )
    )
    size, caption = _row_size(c, rect.w), c.look.type_px("caption")
    ink = theme.ink_2 if disabled else theme.ink
    side, pad, icon_px, end_px = _row_margins(c, rect.w)
    x = face.x + side
    if icon:
        ticked = chosen and _is_narrow(c, rect.w)  # no room for a tick at the end: it stands for the icon
        sign, shade = ("check", theme.action) if ticked else (icon, theme.ink_2)
        c.add(Icon(Rect(x, face.middle - icon_px // 2, icon_px, icon_px), sign, shade))
        x += icon_px + pad
        end_icon = "" if ticked else end_icon
    end_icon = "check" if chosen and not (icon and _is_narrow(c, rect.w)) else end_icon
    room = face.end - side - x
    if end_icon:
        place = Rect(face.end - side - end_px, face.middle - end_px // 2, end_px, end_px)
        c.add(Icon(place, end_icon, theme.action if chosen else theme.ink))
        room -= end_px + pad
    two_lines(c, Rect(x, face.y, room, face.h), text, second, size=size, caption=caption, ink=ink)
    if not disabled:
        c.target(target, Rect(rect.x, rect.y, rect.w, rect.h + lip))


def row_key_height(
    c: Composition, width_px: int, text: str, *, icon: str = "", second: str = "", end_icon: str = ""
) -> int:
    """Height of the face of a row key of this width, so that its words have room."""
    room = _words_room(c, width_px, icon, end_icon)
    size, caption = _row_size(c, width_px), c.look.type_px("caption")
    spread = ROW_SPREAD[c.look.is_rtl]
    lines = len(c.wrapped(text, room, size_px=size, weight=600)) * round(size * spread)
    below = len(c.wrapped(second, room, size_px=caption)) * round(caption * spread) if second else 0
    return lines + below + c.look.px(1 if c.look.panel.size_class == "S" else 4)


def row_key_fits(c: Composition, width_px: int, text: str, *, icon: str = "", end_icon: str = "") -> bool:
    """Whether the words break at their spaces and never inside a word."""
    room = _words_room(c, width_px, icon, end_icon)
    size = _row_size(c, width_px)
    return " ".join(c.wrapped(text, room, size_px=size, weight=600)) == " ".join(text.split())


def _words_room(c: Composition, width_px: int, icon: str, end_icon: str) -> int:
    side, pad, icon_px, end_px = _row_margins(c, width_px)
    has_end = end_icon and not (icon and _is_narrow(c, width_px))
    return width_px - 2 * side - (icon_px + pad if icon else 0) - (end_px + pad if has_end else 0)


def _is_narrow(c: Composition, width_px: int) -> bool:
    """Does the row stand beside another?"""
    return width_px < c.look.px({"L": 140, "M": 110, "S": 110}[c.look.panel.size_class])


def _row_size(c: Composition, width_px: int) -> int:
    return c.look.type_px("label" if _is_narrow(c, width_px) else "key")


def _row_margins(c: Composition, width_px: int) -> tuple[int, int, int, int]:
    """Of a row key: at its ends, between icon and words, size of the icon at the start and of the one at the end."""
    size = c.look.type_px("key")
    if c.look.panel.size_class == "S":
        return c.look.px(2.5), c.look.px(2), round(size * 1.0), round(size * 0.9)
    if _is_narrow(c, width_px):
        return c.look.px(4.5), c.look.px(4), round(size * 1.1), round(size * 0.9)
    large = c.look.panel.size_class == "L"
    return c.look.px(9 if large else 6), c.look.px(7 if large else 5), round(size * 1.35), round(size * 1.25)


def two_lines(c: Composition, room: Rect, text: str, second: str, *, size: int, caption: int, ink: str) -> None:
    """Words and a quieter second line below them, wrapped and centred in the room's height."""
    lines = c.wrapped(text, room.w, size_px=size, weight=600)
    below = c.wrapped(second, room.w, size_px=caption) if second else ()
    pitch = round(size * ROW_SPREAD[c.look.is_rtl])
    small = round(caption * ROW_SPREAD[c.look.is_rtl])
    y = room.middle - (pitch * len(lines) + small * len(below)) // 2
    for line in lines:
        c.text(line, room.x, y + pitch // 2, size_px=size, weight=600, colour=ink)
        y += pitch
    for line in below:
        c.text(line, room.x, y + small // 2, size_px=caption, colour=c.look.theme.ink_2)
        y += small
