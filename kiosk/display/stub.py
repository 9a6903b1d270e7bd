"""The ticket as a torn stub of paper: number, and beyond the tear the estimated completion. Of lane screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.display.keys import KEY_RADIUS_MM
from kiosk.display.scene import Box, Disc, Rect, Shadow, Stroke

if TYPE_CHECKING:
    from kiosk.display.layout import Composition

BESIDE_MM = 6.0
"""Between what stands beside the tear and the stub's edges."""


def ticket_stub(
    c: Composition,
    rect: Rect,
    label: str,
    ticket: str,
    *,
    beside: tuple[str, ...] = (),
    ground_above: str | None = None,
    ground_below: str | None = None,
    ticket_px: int | None = None,
    share: float = 0.668,
) -> None:
    """The torn stub: label and number, and beside the tear what is expected: `beside` = (label, time, day).

    ground_above, ground_below: what the two bites of the tear show. share: part of the width before the tear.
    """
    theme, radius = c.look.theme, c.look.px(KEY_RADIUS_MM)
    c.add(Shadow(rect.moved(down=c.look.px(2.5)), "#0F1E2833", radius, c.look.px(4.5)))
    edge_px = theme.surface_edge_px
    c.add(Box(rect, theme.surface, radius, edge_colour=theme.edge if edge_px else None, edge_px=edge_px))
    pad, caption = c.look.px(11), c.look.type_px("caption")
    size = ticket_px or c.look.panel.type_px({"L": 33, "M": 24, "S": 17}[c.look.panel.size_class])
    height = round(caption * 1.5) + round(size * 0.95)
    top = rect.y + (rect.h - height) // 2
    c.text(label, rect.x + pad, top + caption // 2, size_px=caption, colour=theme.ink_2)
    baseline_middle = top + round(caption * 1.5) + round(size * 0.95) // 2
    number_px = size
    if beside:
        share = min(share, 1 - least_beside_px(c, beside) / rect.w)
        room = round(rect.w * share) - pad - c.look.px(5)
        number_px = min(size, round(size * room / c.look.typesetter.width(ticket, size_px=size, weight=700)))
    c.text(ticket, rect.x + pad, baseline_middle, size_px=number_px, weight=700, rtl=False)
    if not beside:
        return
    tear = rect.x + round(rect.w * share)
    line = ((float(tear), float(rect.y + radius)), (float(tear), float(rect.bottom - radius)))
    c.add(Stroke.through(line, theme.line, max(2, c.look.px(1)), dash_px=c.look.px(2)))
    bite = c.look.px(11)
    c.add(Disc(Rect(tear - bite // 2, rect.y - bite // 2, bite, bite), ground_above or theme.ground))
    c.add(Disc(Rect(tear - bite // 2, rect.bottom - bite // 2, bite, bite), ground_below or theme.ground))
    _beside_the_tear(c, Rect(tear, rect.y, rect.end - tear, rect.h), beside, caption, round(size * 0.47))


def least_beside_px(c: Composition, beside: tuple[str, ...]) -> int:
    """Width beyond the tear in which no word of the label or the day is broken inside."""
    caption = c.look.type_px("caption")
    longest = max(c.look.width(word, caption) for one in (beside[0], *beside[2:]) for word in one.split())
    return longest + 2 * c.look.px(BESIDE_MM) + 2


def _beside_the_tear(c: Composition, room: Rect, words: tuple[str, ...], caption: int, size: int) -> None:
    inner = room.inset(c.look.px(BESIDE_MM), 0)
    labels = c.wrapped(words[0], inner.w, size_px=caption)
    days = [line for word in words[2:] for line in c.wrapped(word, inner.w, size_px=caption)]
    pitch, big = round(caption * (1.4 if c.look.is_rtl else 1.2)), round(size * 1.25)
    size = min(size, round(size * inner.w / max(1, c.look.width(words[1], size, 700))))
    values: tuple[str, ...] = (words[1],)
    if size < caption:  # words instead of a time: they take lines, and are never too small to read
        size, big = caption, pitch
        values = c.wrapped(words[1], inner.w, size_px=caption, weight=700)
    y = room.middle - (pitch * (len(labels) + len(days)) + big * len(values)) // 2
    for line in labels:
        c.text(line, inner.centre, y + pitch // 2, size_px=caption, colour=c.look.theme.ink_2, align="centre")
        y += pitch
    for value in values:
        c.text(value, inner.centre, y + big // 2, size_px=size, weight=700, align="centre")
        y += big
    for line in days:
        c.text(line, inner.centre, y + pitch // 2, size_px=caption, colour=c.look.theme.ink_2, align="centre")
        y += pitch
