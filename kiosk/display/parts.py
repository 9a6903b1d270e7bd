"""Parts of a screen: header, card, notice, person strip, progress, countdown, code.

Each part adds itself to a Composition inside the rectangle given (laid out from left to right, as always) and takes its
words as finished text. Keys are in keys.py, the visit line in stages.py, the stub in stub.py, the dock in dock.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.display.brand import brand, says_name
from kiosk.display.keys import KEY_RADIUS_MM, two_lines
from kiosk.display.scene import Box, Code, Disc, Icon, Rect, Ring

if TYPE_CHECKING:
    from kiosk.display.layout import Composition

FIELD_RADIUS_MM = 4.0


def header(
    c: Composition, rect: Rect, name: str, *, lane_word: str = "", lane: str = "", inverse: bool = False
) -> None:
    """A lane's header: the dealership's logo or mark, its name, at the end the word *Lane* and the letter on a tile.

    `inverse` stands on the hero ground. Where the panel is narrow the name gives way to the mark and the tile.
    """
    theme, gap = c.look.theme, c.look.px(6)
    ink = theme.on_hero if inverse else theme.ink
    mark_px = min(rect.h, c.look.px(21))
    room_end = _lane_tile(c, rect, mark_px, lane_word, lane, inverse=inverse) if lane else rect.end
    x = brand(c, (rect.x, rect.middle), mark_px, room_end - gap - rect.x, inverse=inverse) + gap
    size_px = c.look.type_px("label")
    if not says_name(c.look) and c.look.width(name, size_px, 600) <= room_end - gap - x:
        c.text(name, x, rect.middle, size_px=size_px, weight=600, colour=ink)


def _lane_tile(c: Composition, rect: Rect, tile_px: int, word: str, lane: str, *, inverse: bool) -> int:
    theme = c.look.theme
    tile = Rect(rect.end - tile_px, rect.y + (rect.h - tile_px) // 2, tile_px, tile_px)
    face, ink = (theme.on_hero, theme.hero) if inverse else (theme.ink, theme.surface)
    c.add(Box(tile, face, c.look.px(4)))
    c.text(lane, tile.centre, tile.middle, size_px=round(tile_px * 0.71), weight=700, colour=ink, align="centre")
    if not word:
        return tile.x
    colour = theme.on_hero if inverse else theme.ink_2
    return c.text(
        word, tile.x - c.look.px(4.5), rect.middle, size_px=c.look.type_px("label"), colour=colour, align="end"
    ).x


def card(c: Composition, rect: Rect) -> None:
    """A flat card; what stands on it is added afterwards."""
    theme = c.look.theme
    edge_px = theme.surface_edge_px
    c.add(
        Box(
            rect,
            theme.surface,
            c.look.px(KEY_RADIUS_MM),
            edge_colour=theme.edge if edge_px else None,
            edge_px=edge_px,
            lip_colour=None if edge_px else theme.line,
            lip_px=0 if edge_px else 2,
        )
    )


def notice(c: Composition, rect: Rect, icon: str, bold: str, sentence: str = "") -> None:
    """An amber notice: icon, bold words, one sentence, wrapped inside `rect`."""
    theme = c.look.theme
    edge_px = theme.surface_edge_px
    c.add(
        Box(
            rect,
            theme.wait_tint,
            c.look.px(KEY_RADIUS_MM),
            edge_colour=theme.edge if edge_px else None,
            edge_px=edge_px,
        )
    )
    icon_px, (pad, gap) = round(c.look.type_px("text") * 1.3), _notice_margins(c)
    c.add(Icon(Rect(rect.x + pad, rect.middle - icon_px // 2, icon_px, icon_px), icon, theme.on_wait_tint))
    x = rect.x + pad + icon_px + gap
    size = c.look.type_px("label")
    room = rect.end - pad - x
    height = 0
    blocks = [(words, weight) for words, weight in ((bold, 700), (sentence, 500)) if words]
    for words, weight in blocks:
        height += c.paragraph_height(words, room, size_px=size, weight=weight)
    y = rect.middle - height // 2
    for words, weight in blocks:
        y = c.paragraph(words, Rect(x, y, room, 0), size_px=size, weight=weight, colour=theme.on_wait_tint).bottom


def notice_height(c: Composition, width_px: int, bold: str, sentence: str = "") -> int:
    """Height that a notice of this width needs."""
    size = c.look.type_px("label")
    pad, gap = _notice_margins(c)
    room = width_px - 2 * pad - round(c.look.type_px("text") * 1.3) - gap
    words = c.paragraph_height(bold, room, size_px=size, weight=700)
    words += c.paragraph_height(sentence, room, size_px=size) if sentence else 0
    return words + 2 * c.look.px(2 if c.look.panel.size_class == "S" else 7)


def _notice_margins(c: Composition) -> tuple[int, int]:
    """At the sides, and between icon and words."""
    return (c.look.px(3), c.look.px(3)) if c.look.panel.size_class == "S" else (c.look.px(8), c.look.px(7))


def face(c: Composition, rect: Rect, initial: str, *, on_hero: bool = False) -> None:
    """An advisor's disc with the first letter of the name; `on_hero` white with the breathing ring at rest."""
    theme = c.look.theme
    if on_hero:
        for grow, strength in ((rect.w // 6, "21"), (rect.w // 14, "47")):
            c.add(Disc(rect.inset(-grow), theme.on_hero + strength))
    c.add(Disc(rect, theme.on_hero if on_hero else theme.advisor))
    ink = theme.hero if on_hero else theme.on_stage
    if initial:
        c.text(initial, rect.centre, rect.middle, size_px=round(rect.w * 0.56), weight=700, colour=ink, align="centre")


def person_strip(c: Composition, rect: Rect, initial: str, text: str, second: str = "") -> None:
    """*Marta is on the way* and what she knows, with her disc, on cobalt tint."""
    theme = c.look.theme
    edge_px = theme.surface_edge_px
    c.add(
        Box(
            rect,
            theme.action_tint,
            c.look.px(KEY_RADIUS_MM),
            edge_colour=theme.edge if edge_px else None,
            edge_px=edge_px,
        )
    )
    disc, pad, gap = strip_measures(c, rect)
    face(c, disc, initial)
    x = disc.end + gap
    room = Rect(x, rect.y, rect.end - pad - x, rect.h)
    label, caption = c.look.type_px("label"), c.look.type_px("caption")
    two_lines(c, room, text, second, size=label, caption=caption, ink=theme.ink)


def strip_measures(c: Composition, rect: Rect) -> tuple[Rect, int, int]:
    """Where the disc of a person strip stands, its margin, and its gap to the words."""
    small = c.look.panel.size_class == "S"
    across, pad, gap = (12, 2.5, 3) if small else (25, 8, 7)
    disc_px = min(c.look.px(across), rect.h - c.look.px(1 if small else 6))
    pad_px = c.look.px(pad)
    return Rect(rect.x + pad_px, rect.middle - disc_px // 2, disc_px, disc_px), pad_px, c.look.px(gap)


def steps(c: Composition, rect: Rect, done: int, count: int) -> None:
    """Progress through the questions: one bar each, filled from the start side."""
    gap, theme = c.look.px(3), c.look.theme
    width = (rect.w - gap * (count - 1)) // count
    for index in range(count):
        bar = Rect(rect.x + index * (width + gap), rect.y, width, rect.h)
        hollow = bool(theme.surface_edge_px) and index >= done
        colour = theme.action if index < done else theme.line
        c.add(
            Box(
                bar,
                None if hollow else colour,
                rect.h // 2,
                edge_colour=theme.edge if hollow else None,
                edge_px=3 * hollow,
            )
        )


def countdown(c: Composition, rect: Rect, seconds: int, share: float) -> None:
    """The ring with the seconds left; `share` of it stands. It runs clockwise in every language."""
    theme, width = c.look.theme, max(4, rect.w // 14)
    c.add(Ring(rect, theme.sunken, width), Ring(rect, theme.action, width, round(max(0.0, min(1.0, share)), 3)))
    c.text(str(seconds), rect.centre, rect.middle, size_px=round(rect.w * 0.42), weight=700, align="centre", rtl=False)


def code(c: Composition, rect: Rect, modules: tuple[tuple[bool, ...], ...]) -> None:
    """A QR code: always dark on white, whatever the theme."""
    c.add(Box(rect, "#FFFFFF", c.look.px(FIELD_RADIUS_MM)), Code(rect, modules, "#0F1E28", "#FFFFFF"))
