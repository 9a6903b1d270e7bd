"""What frames every board: the header with mark, name and clock, the footer with *as of*, the link's sign and one fact.

Both change sides each hour, which spares the panel; what stands between them is the business of the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.display.board_rest import in_one_text
from kiosk.display.brand import brand
from kiosk.display.scene import Disc, Fill, Icon, Rect
from kiosk.domain.board import Freshness

if TYPE_CHECKING:
    from kiosk.display.board_look import Measures, Told
    from kiosk.display.layout import Composition
    from kiosk.domain.board import Glance

Fact = tuple[str, str]
"""Icon and words of a fact in the footer."""


def header(c: Composition, told: Told, height: int, *, swapped: bool) -> None:
    """Logo or mark, name, clock. The clock is always there; a name that is too long ends in an ellipsis."""
    m = told.m
    middle = height - m.header // 2
    with c.at_the_other_side(swapped=swapped):
        time, size = m.look.language.time(told.now, told.board.zone), round(m.latin * 1.31)
        c.text(time, m.end, middle, size_px=size, weight=700, align="end")
    with c.at_the_other_side(swapped=swapped):
        x = brand(c, (m.start, middle), m.mark, m.most_logo) + round(m.latin * 0.4)
        pitch = round(m.latin * 1.2)
        y = middle - m.lift - pitch * (len(m.name_lines) - 1) // 2
        for index, line in enumerate(m.name_lines):
            c.text(line, x, y + index * pitch, size_px=m.text, weight=600)


def footer(c: Composition, told: Told, rect: Rect, shown: Glance, fact: Fact | None = None) -> None:
    """*As of* at the start with the sign of the link; one fact at the end, if there is one and room for it."""
    m = told.m
    c.add(Fill(Rect(0, rect.y, rect.w, m.hair), m.look.theme.line))
    middle = rect.y + m.footer // 2
    with c.at_the_other_side(swapped=shown.swapped):
        end = _as_of(c, told, middle, shown)
    if fact:
        with c.at_the_other_side(swapped=shown.swapped):
            _fact(c, m, (end + 2 * m.gap, middle - m.lift), *fact)


def _as_of(c: Composition, told: Told, middle: int, shown: Glance) -> int:
    """The sign of the link and when what is shown was true. Returns the column after it."""
    m, theme = told.m, told.m.look.theme
    x = _link_sign(c, m, middle, shown.freshness)
    time = m.look.language.time(shown.as_of, told.board.zone)
    before, after = m.look.language.text("board.as_of", time="\uffff").split("\uffff")
    pieces = ((_open(before), 500, theme.ink_2), (time, 700, theme.ink), (_open(after), 500, theme.ink_2))
    return c.runs(tuple(one for one in pieces if one[0]), x, middle - m.lift, size_px=m.text).end


def _open(text: str) -> str:
    """The part of a message beside a value, without the marks that isolated the value."""
    return text.strip("\u2066\u2067\u2068\u2069")


def _link_sign(c: Composition, m: Measures, middle: int, fresh: Freshness) -> int:
    """A green dot while the hub is heard, an amber disc from 10 s, a clock from 60 s. Returns the column after it."""
    theme, gap = m.look.theme, round(m.latin * 0.34)
    if fresh is Freshness.LIVE:
        size = round(m.latin * 0.43)
        c.add(Disc(Rect(m.start, middle - size // 2, size, size), theme.ready))
    elif fresh is Freshness.SIGN:
        size = round(m.latin * 1.1)
        place = Rect(m.start, middle - size // 2, size, size)
        c.add(Disc(place, theme.wait), Icon(place.inset(round(size * 0.2)), "offline", theme.on_wait))
    else:
        size = round(m.latin * 0.95)
        c.add(Icon(Rect(m.start, middle - size // 2, size, size), "clock", theme.ink_2))
    return m.start + size + gap


def _fact(c: Composition, m: Measures, at: tuple[int, int], icon: str, words: str) -> None:
    """A fact at the end of the footer, if it fits after the column in `at`; else its value alone, or nothing."""
    text, (room_from, middle) = in_one_text(m, words), at
    icon_px, gap = round(m.latin * 0.95), round(m.latin * 0.34)
    for shorter in (text, text.rpartition(": ")[2]):
        left = m.end - m.look.width(shorter, m.text)
        if left - gap - icon_px >= room_from:
            colour = m.look.theme.ink_2
            c.text(shorter, left, middle, size_px=m.text, colour=colour)
            c.add(Icon(Rect(left - gap - icon_px, middle - icon_px // 2, icon_px, icon_px), icon, colour))
            return
