"""The board's rows: ready band, caption strip, visits in progress in one line or two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.display.board_look import Measures, RowForm, Told, row_form
from kiosk.display.scene import Disc, Fill, Icon, Rect
from kiosk.display.stages import LineTone, stage_disc, visit_line
from kiosk.language import FIRST_STRONG, POP, Ltr

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from kiosk.display.layout import Composition
    from kiosk.domain.board import Glance, Row

TALLEST_ROW = 1.7
DAYS_OF_THE_WEEK = 7


def form_of(told: Told, rows: Sequence[Row]) -> RowForm:
    """How all the rows are set: by the widest of them, and at least by the longest stage beside the widest time."""
    m, board = told.m, told.board
    # all digits are equally wide, so any time with two of them before the colon is as wide as a time can be
    late = board.hub_now.astimezone(board.zone).replace(hour=22, minute=0)
    widest = m.stage_column + m.time_column(m.look.language.time(late, board.zone))
    wider = max([0, *(_ticket_px(m, row) - m.ticket_column for row in rows)])
    return row_form(m, wider + max([widest, *(_words_width(told, row) for row in rows)]))


def _ticket_px(m: Measures, row: Row) -> int:
    """Width of a ticket and, where the customer agreed, initials."""
    ticket = m.look.typesetter.width(Ltr(row.ticket), size_px=m.figure, weight=700)
    return ticket + (m.gap // 2 + m.look.width(_own_way(row.initials), m.text, 600) if row.initials else 0)


def _own_way(initials: str) -> str:
    """Initials read in the direction of their own letters."""
    return f"{FIRST_STRONG}{initials}{POP}"


def rows_and_caption(c: Composition, told: Told, room: Rect, shown: Glance) -> Rect:
    """The page's rows, ready ones first, then the caption strip and the others. Returns what is left below."""
    m, form = told.m, form_of(told, [row for row in told.board.rows if row != shown.call])
    ready = [row for row in shown.rows if row.is_ready]
    others = [row for row in shown.rows if not row.is_ready]
    if not shown.rows:
        return room
    captions = m.caption if others else 0
    height = _row_height(m, room.h - captions, len(shown.rows), form)
    y, placed = room.y, []
    for index, row in enumerate([*ready, *others]):
        y += captions if others and index == len(ready) else 0
        # the last row takes the pixels that are left over, where rows fill the height
        tall = height + (room.bottom - y - height if 0 < room.bottom - y - height < len(shown.rows) else 0)
        placed.append((row, Rect(room.x, y, room.w, tall)))
        y += tall
    column = max([m.ticket_column, *(_ticket_px(m, row) for row in shown.rows)])
    # all grounds first: Arabic letters may reach a little into the row below
    for row, rect in placed:
        _ground(c, m, rect, row)
    if others:
        _caption(c, m, placed[len(ready)][1].y - captions, shown)
    for row, rect in placed:
        _row(c, told, rect, row, (form, column))
    return Rect(room.x, y, room.w, room.bottom - y)


def _row_height(m: Measures, height: int, count: int, form: RowForm) -> int:
    return min(height // max(1, count), round(m.pitch(two_lines=form.two_lines) * TALLEST_ROW))


def _caption(c: Composition, m: Measures, y: int, shown: Glance) -> None:
    """The two columns' names, and which page this is where there are several; what does not fit is left out."""
    theme, middle = m.look.theme, y + m.caption // 2 - m.lift
    left = c.text(m.look.language.text("board.in_progress"), m.start, middle, size_px=m.text, colour=theme.ink_2).end
    about = m.look.language.text("board.ready_about")
    right = m.end
    if left + m.gap <= m.end - m.look.width(about, m.text):
        right = c.text(about, m.end, middle, size_px=m.text, colour=theme.ink_2, align="end").x
    page = Ltr(f"{shown.page + 1}/{shown.pages}")
    if shown.pages > 1 and left + m.gap + m.look.width(page, m.text, 600) + m.gap <= right:
        c.text(page, left + m.gap, middle, size_px=m.text, weight=600, colour=theme.ink_2, rtl=False)


def _ground(c: Composition, m: Measures, rect: Rect, row: Row) -> None:
    theme = m.look.theme
    if row.is_ready:
        c.add(Fill(rect, theme.ready_band), Fill(Rect(rect.x, rect.bottom - m.hair, rect.w, m.hair), theme.ready_line))
    else:
        c.add(Fill(rect, theme.surface), Fill(Rect(rect.x, rect.y, rect.w, m.hair), theme.line))


def _row(c: Composition, told: Told, rect: Rect, row: Row, set_in: tuple[RowForm, int]) -> None:
    """One row, set in a form and with a ticket column of that width."""
    m, theme, (form, column) = told.m, told.m.look.theme, set_in
    first = rect.y + round(rect.h * (0.31 if form.two_lines else 0.5))
    second = rect.y + round(rect.h * 0.73) if form.two_lines else first
    ink = theme.on_ready if row.is_ready else theme.ink
    ticket = c.text(Ltr(row.ticket), m.start, first, size_px=m.figure, weight=700, colour=ink, rtl=False)
    room = (m.end - _end_width(told, row) if form.two_lines else m.start + column) - ticket.end - m.gap // 2
    if row.initials and m.look.width(_own_way(row.initials), m.text, 600) <= room:
        shade, x = theme.on_ready if row.is_ready else theme.ink_2, ticket.end + m.gap // 2
        ticket = c.text(_own_way(row.initials), x, first, size_px=m.text, weight=600, colour=shade)
    x = m.start if form.two_lines else m.start + column + m.gap
    x = _stage_sign(c, m, (x, second), row, form)
    weight = 700 if row.is_ready else 500
    word = c.text(m.look.language.text(f"stage.{row.stage}"), x, second, size_px=m.text, weight=weight, colour=ink)
    _row_end(c, told, (ticket.end if form.two_lines else word.end) + m.gap, first, row)


def _stage_sign(c: Composition, m: Measures, at: tuple[int, int], row: Row, form: RowForm) -> int:
    """The visit line or its disc, from a column and centred on a row; returns the column at which the word begins."""
    theme, (x, middle) = m.look.theme, at
    tone = LineTone(theme.on_ready, theme.ready_band, theme.on_ready, theme.ready_band) if row.is_ready else None
    top = middle - m.disc // 2
    if form.has_line:
        visit_line(c, Rect(x, top, form.line_px, m.disc), row.stage, tone=tone, hole=theme.surface)
        return x + form.line_px + m.gap
    stage_disc(c, Rect(x, top, m.disc, m.disc), row.stage, tone=tone)
    return x + m.disc + (round(m.latin * 0.43) if form.two_lines else m.gap)


def _row_end(c: Composition, told: Told, room_from: int, middle: int, row: Row) -> None:
    """The desk of a ready visit; else the estimated completion, its day if it is not today, and the old one struck."""
    m, theme, gap = told.m, told.m.look.theme, round(told.m.latin * 0.5)
    if row.is_ready:
        if row.place and m.end - _end_width(told, row) >= room_from:
            place = m.look.language.text("board.cashier", n=Ltr(row.place))
            c.text(place, m.end, middle, size_px=m.text, weight=700, colour=theme.on_ready, align="end")
        return
    if row.completion_at is None:
        _not_known(c, m, middle)
        return
    day = _day(told, row.completion_at)
    if day and m.end - _end_width(told, row) < room_from:
        c.text(day, m.end, middle, size_px=m.text, weight=700, align="end")
        return
    time = m.look.language.time(row.completion_at, told.board.zone)
    x = c.text(time, m.end, middle, size_px=m.figure, weight=700, align="end").x
    x = c.text(day, x - round(m.latin * 0.34), middle, size_px=m.text, align="end").x if day else x
    old = _old_time(told, row)
    if old and x - gap - m.look.width(old, m.text) >= room_from:
        struck = max(2, round(m.latin * 0.1))
        c.text(old, x - gap, middle, size_px=m.text, colour=theme.ink_2, align="end", struck_px=struck)


def _not_known(c: Composition, m: Measures, middle: int) -> None:
    """An estimate that nobody has yet: in words, with the amber hourglass."""
    theme, size = m.look.theme, round(m.latin * 0.9)
    x = c.text(
        m.look.language.text("common.not_known_yet"), m.end, middle, size_px=m.text, colour=theme.ink_2, align="end"
    ).x
    place = Rect(x - size - m.gap // 2, middle - size // 2, size, size)
    c.add(Disc(place, theme.wait), Icon(place.inset(round(size * 0.2)), "hourglass", theme.on_wait))


def _day(told: Told, at: datetime) -> str:
    """Nothing for today, *Tomorrow*, the day of the week within six days, the date beyond."""
    words, on = told.m.look.language, told.day_of(at)
    if on == told.today:
        return ""
    if 1 < (on - told.today).days < DAYS_OF_THE_WEEK:
        return words.weekday(on)
    return words.day(at, told.board.zone, told.today)


def _old_time(told: Told, row: Row) -> str:
    """The estimate that the customer knew, where its time alone cannot be mistaken for another day's."""
    if row.was_at is None or row.completion_at is None:
        return ""
    plain_days = (told.today, told.day_of(row.completion_at))
    return told.m.look.language.time(row.was_at, told.board.zone) if told.day_of(row.was_at) in plain_days else ""


def _words_width(told: Told, row: Row) -> int:
    """What the row's stage and its last column take together, without an old time."""
    look = told.m.look
    word = look.width(look.language.text(f"stage.{row.stage}"), told.m.text, 700 if row.is_ready else 500)
    return word + _end_width(told, row)


def _end_width(told: Told, row: Row) -> int:
    """Width of the row's last column, without an old time."""
    m, words = told.m, told.m.look.language
    if row.is_ready:
        return m.look.width(words.text("board.cashier", n=Ltr(row.place)), m.text, 700) if row.place else 0
    if row.completion_at is None:
        return m.look.width(words.text("common.not_known_yet"), m.text) + m.gap // 2 + round(m.latin * 0.9)
    width = m.look.width(words.time(row.completion_at, told.board.zone), m.figure, 700)
    day = _day(told, row.completion_at)
    return width + (m.look.width(day, m.text) + round(m.latin * 0.34) if day else 0)
