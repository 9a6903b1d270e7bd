"""The lane board between header and footer: which number stands in which lane, and who comes.

A free lane is hollow and says so; the newest call stands large on the colour that belongs to people.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kiosk.display.scene import Box, Disc, Fill, Icon, Rect
from kiosk.language import Ltr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiosk.display.board_look import Measures, Told
    from kiosk.display.layout import Composition
    from kiosk.domain.board import Glance, LaneRow

WORD_SIZES = (1.4, 1.25, 1.1, 1.0)
LARGEST_TICKET, WIDE_CALL = 3.0, 4.83
TALLEST_ROW = 2.1
GROWN = (1.25, 1.12)
"""How much larger the rows are than they must be, where few lanes leave them the room."""
AIR = 1.35
LEAST_NAME = 4.0
"""A name gets at least so many times the text's size before a row takes two lines."""


@dataclass(frozen=True)
class Dress:
    """How a row is set: its words' size, and colours of words, tile and its letter, disc and its letter."""

    size_px: int
    ink: str
    tile: str
    on_tile: str
    disc: str
    on_disc: str


def who(m: Measures, row: LaneRow) -> str:
    """The advisor's name; that one is being called; that the lane is free."""
    if row.advisor:
        return row.advisor.in_(m.look.language.code)
    return m.look.language.text("board.being_called" if row.ticket else "board.lane_free")


def cut(m: Measures, text: str, width_px: int, size_px: int, weight: int) -> str:
    """The text, its first words, or where one word is too wide its first letters: never wider than that."""
    short = m.look.shortened(text, width_px, size_px, weight)
    if short or not text:
        return short
    length = len(text)
    while length > 1 and m.look.width(f"{text[:length]}…", size_px, weight) > width_px:
        length = min(length - 1, length * 3 // 4)
    return f"{text[:length]}…"


def in_two_lines(m: Measures, rows: Sequence[LaneRow]) -> bool:
    """Whether a row's words would have too little room beside ticket and lane."""
    words = [m.look.language.text(one) for one in ("board.being_called", "board.lane_free")]
    needed = max(round(m.latin * LEAST_NAME), *(m.look.width(one, m.text, 600) for one in words))
    return _name_column(m, rows) + needed > m.end


def lanes_on_pages(m: Measures, rows: Sequence[LaneRow], height: int) -> tuple[tuple[LaneRow, ...], ...]:
    """The lanes in pages of as many as that height holds; at least one page."""
    size = m.rows_in(height, two_lines=in_two_lines(m, rows))
    return tuple(tuple(rows[at : at + size]) for at in range(0, len(rows), size)) or ((),)


def lane_rows(c: Composition, told: Told, room: Rect, shown: Glance) -> Rect:
    """The page's lanes. Returns what is left below."""
    every = [one for one in told.board.lanes if one != shown.lane_call]
    if not shown.lanes:
        return room
    m = _grown(told.m, every, room.h, shown)
    two = in_two_lines(m, every)
    height = min(room.h // len(shown.lanes), round(m.pitch(two_lines=two) * TALLEST_ROW))
    for index, row in enumerate(shown.lanes):
        place = Rect(room.x, room.y + index * height, room.w, height)
        c.add(Fill(place, m.look.theme.surface if row.ticket else m.look.theme.ground))
        c.add(Fill(Rect(place.x, place.y, place.w, m.hair), m.look.theme.line))
        _lane_row(c, m, place, row, _columns(m, every), two_lines=two)
    bottom = room.y + height * len(shown.lanes)
    return Rect(room.x, bottom, room.w, room.bottom - bottom)


def _grown(m: Measures, every: Sequence[LaneRow], height: int, shown: Glance) -> Measures:
    """The measures of rows that all stand on one page: larger where each has air, at most half as large as the call."""
    most = _call_form(m, shown.lane_call).ticket_px // 2 if shown.lane_call else height
    for grown in GROWN if len(shown.lanes) == len(every) else ():
        larger = replace(m, grown=grown)
        needed = round(larger.pitch(two_lines=False) * AIR) * len(every)
        if needed <= height and larger.figure <= most and not in_two_lines(larger, every):
            return larger
    return m


def _lane_row(c: Composition, m: Measures, place: Rect, row: LaneRow, columns: Columns, *, two_lines: bool) -> None:
    theme = m.look.theme
    apart = min(round(place.h * 0.48), round(m.latin * 1.6)) if two_lines else 0
    first = place.middle - apart // 2
    second = first + apart
    free = Dress(m.text, theme.ink, "", theme.ink, "", theme.ink_2)
    taken = Dress(m.text, theme.ink, theme.ink, theme.surface, theme.advisor, theme.on_stage)
    inks = taken if row.ticket else free
    is_narrow = columns.lane + _lane_px(m, m.text) > m.end  # a ticket so wide that its lane stands below it
    if row.ticket:
        c.text(Ltr(row.ticket), m.start, first, size_px=m.figure, weight=700, rtl=False)
    if row.ticket and not is_narrow:
        size = round(m.latin * 0.9)
        c.add(Icon(Rect(columns.arrow, first - size // 2, size, size), "forward", theme.ink_2))
    column = columns.lane if row.ticket or not two_lines else m.start  # an arrow comes from a number
    x = _lane_and_tile(c, m, (m.start, second) if is_narrow else (column, first), row.lane, inks)
    x = m.start if two_lines and not is_narrow else x + m.gap
    _person(c, m, (x, second), row, inks)


def _lane_and_tile(c: Composition, m: Measures, at: tuple[int, int], lane: str, inks: Dress) -> int:
    """*Lane* and its letter on a tile; returns the column after it."""
    size, (x, middle) = inks.size_px, at
    tile = _tile(size)
    before, after = _around(m)
    if before:
        x = c.text(before, x, middle - m.lift, size_px=size, colour=inks.ink).end + round(size * 0.28)
    place = Rect(x, middle - tile // 2, tile, tile)
    edge = max(m.hair, round(size * 0.05))
    c.add(Box(place, inks.tile or None, round(tile * 0.14), None if inks.tile else m.look.theme.edge, edge))
    c.text(Ltr(lane), place.centre, middle, size_px=size, weight=700, colour=inks.on_tile, align="centre")
    if after:
        return c.text(after, place.end + round(size * 0.28), middle - m.lift, size_px=size, colour=inks.ink).end
    return place.end


def _person(c: Composition, m: Measures, at: tuple[int, int], row: LaneRow, inks: Dress) -> None:
    """The advisor's initial on a disc and the name; the figure of a person while nobody has said to come."""
    (x, middle), text, name = at, inks.size_px, who(m, row)
    if inks.disc:
        disc = round(text * 1.3)
        place = Rect(x, middle - disc // 2, disc, disc)
        c.add(Disc(place, inks.disc))
        if row.advisor:
            initial = name.strip()[:1]
            size, ink = round(text * 0.75), inks.on_disc
            c.text(initial, place.centre, middle, size_px=size, weight=700, colour=ink, align="centre")
        else:
            c.add(Icon(place.inset(round(disc * 0.18)), "advisor", inks.on_disc))
        x = place.end + round(text * 0.3)
    weight = 700 if row.advisor else 600 if row.ticket else 500
    colour = inks.ink if row.ticket else inks.on_disc
    c.text(cut(m, name, m.end - x, text, weight), x, middle - m.lift, size_px=text, weight=weight, colour=colour)


@dataclass(frozen=True)
class Columns:
    """Where a row's arrow and its lane begin."""

    arrow: int
    lane: int


def _columns(m: Measures, rows: Sequence[LaneRow]) -> Columns:
    ticket = m.start + max([m.ticket_column, *(_width(m, one.ticket, m.figure) for one in rows if one.ticket)])
    arrow = ticket + m.gap
    return Columns(arrow, arrow + round(m.latin * 0.9) + m.gap)


def _name_column(m: Measures, rows: Sequence[LaneRow]) -> int:
    """Where the name begins on one line."""
    return _columns(m, rows).lane + _lane_px(m, m.text) + m.gap + round(m.text * 1.6)


def _lane_px(m: Measures, size: int) -> int:
    words = [one for one in _around(m) if one]
    return sum(m.look.width(one, size) + round(size * 0.28) for one in words) + _tile(size)


def _person_px(m: Measures, row: LaneRow, size: int) -> int:
    """Disc and name."""
    return m.look.width(who(m, row), size, 700) + round(size * 1.6)


def _around(m: Measures) -> tuple[str, str]:
    """The words before and after the lane's letter."""
    before, _, after = m.look.language.text("board.lane", lane="\uffff").partition("\uffff")
    marks = "\u2066\u2067\u2068\u2069 "
    return before.strip(marks), after.strip(marks)


def _tile(size: int) -> int:
    return round(size * 1.3)


def _width(m: Measures, ticket: str, size: int) -> int:
    return m.look.typesetter.width(Ltr(ticket), size_px=size, weight=700)


@dataclass(frozen=True)
class CallForm:
    """How a call stands: all in a row; `stacked`, the person below; `narrow`, the lane below too. Sizes in pixels."""

    stacked: bool
    ticket_px: int
    word_px: int
    height: int
    narrow: bool = False


def _call_form(m: Measures, row: LaneRow) -> CallForm:
    """The largest form that fits; the name is cut before anything is smaller than it may be."""
    ticket, height = row.ticket or "", round(m.latin * WIDE_CALL)
    room, gap = m.end - m.start, round(m.latin * 0.6)
    if m.look.panel.height_px < m.look.panel.width_px:
        for ticket_px in (max(m.called, round(m.latin * LARGEST_TICKET)), m.called):
            for word in (round(m.text * grown) for grown in WORD_SIZES):
                fixed = _width(m, ticket, ticket_px) + 3 * gap + word + _lane_px(m, word)
                if fixed + _person_px(m, row, word) <= room:
                    return CallForm(stacked=False, ticket_px=ticket_px, word_px=word, height=height)
    beside = 2 * gap + m.text + _lane_px(m, m.text)
    wide = max(1, _width(m, ticket, m.called))
    is_narrow = wide + beside > room
    ticket_px = min(m.called, m.called * room // wide)
    height = round(max(ticket_px, m.text * 1.4) + m.text * (1.5 if m.look.is_rtl else 1.35) + m.latin * 0.6)
    ticket_px = max(m.figure, ticket_px)
    return CallForm(stacked=True, ticket_px=ticket_px, word_px=m.text, height=height, narrow=is_narrow)


def lane_call_px(m: Measures, row: LaneRow) -> int:
    """Height of the call."""
    return _call_form(m, row).height


def lane_call(c: Composition, m: Measures, room: Rect, row: LaneRow, *, alone: bool) -> Rect:
    """The newest call, large; `alone` fills the room. Returns what is left below."""
    form, theme, gap = _call_form(m, row), m.look.theme, round(m.latin * 0.6)
    band = Rect(room.x, room.y, room.w, room.h if alone else form.height)
    inks = Dress(form.word_px, theme.on_action, theme.on_action, theme.action, theme.on_action, theme.action)
    c.add(Fill(band, theme.action))
    word = form.word_px
    second = band.middle
    first = band.middle
    if form.stacked:
        line = round(m.text * (1.5 if m.look.is_rtl else 1.35))
        first, second = band.middle - line // 2, band.middle + max(form.ticket_px, m.text) // 2
    said = c.text(Ltr(row.ticket or ""), m.start, first, size_px=form.ticket_px, weight=700, colour=inks.ink, rtl=False)
    column, line = (m.start, second) if form.narrow else (said.end + gap, first)
    arrow = Rect(column, line - word // 2, word, word)
    points = not form.narrow or arrow.end + 2 * gap + _lane_px(m, word) + _person_px(m, row, word) <= m.end
    if points:
        c.add(Icon(arrow, "forward", inks.ink))
    place = (arrow.end + gap if points else m.start, line)
    x = _lane_and_tile(c, m, place, row.lane, inks) + gap
    x = m.start if form.stacked and not form.narrow else x
    _person(c, m, (x, second), row, inks)
    return Rect(room.x, band.bottom, room.w, room.bottom - band.bottom)
