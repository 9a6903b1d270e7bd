"""The band below the board's header: the ticket being called, or the sentence that there is no connection.

Both are as high as their words need; what is left below belongs to the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.display.scene import Disc, Fill, Icon, Rect
from kiosk.display.theme import LIGHT
from kiosk.language import Ltr

if TYPE_CHECKING:
    from kiosk.display.board_look import Measures
    from kiosk.display.layout import Composition
    from kiosk.domain.board import Row

WIDE_CALL, LARGEST_TICKET = 4.83, 3.37
BELL, BELL_STACKED = 2.86, 2.2
WORD_SIZES, ARABIC_WORD_SIZES = (1.4, 1.2, 1.1, 1.0), (1.22, 1.1, 1.0)


@dataclass(frozen=True)
class CallForm:
    """How a call-out is set: `stacked` has its words below the ticket; `bell_px` 0 = no bell."""

    stacked: bool
    bell_px: int
    ticket_px: int
    word_px: int
    words: tuple[str, ...]
    height: int

    def pitch(self, m: Measures) -> int:
        """From one line of words to the next."""
        latin, arabic = (1.35, 1.5) if self.stacked else (1.35, 1.55)
        return round(self.word_px * (arabic if m.look.is_rtl else latin))


def call_form(m: Measures, row: Row, room_px: int | None = None) -> CallForm:
    """The largest form that fits: words beside the ticket, losing their extra size, then the bell; else below it.

    `room_px` is the height that there is at most, None = as high as it likes.
    """
    words: tuple[str, ...] = (m.look.language.text("stage.ready"),)
    if row.place:
        words += (m.look.language.text("board.cashier", n=Ltr(row.place)),)
    if m.look.panel.height_px < m.look.panel.width_px:
        ticket_px, height = max(m.called, round(m.latin * LARGEST_TICKET)), round(m.latin * WIDE_CALL)
        bell = round(m.latin * BELL)
        sizes = [round(m.text * grown) for grown in (ARABIC_WORD_SIZES if m.look.is_rtl else WORD_SIZES)]
        tried = [(bell, ticket_px, size) for size in sizes] + [(0, ticket_px, size) for size in sizes]
        for bell_px, ticket, size in [*tried, (0, m.called, sizes[-1])]:
            form = CallForm(stacked=False, bell_px=bell_px, ticket_px=ticket, word_px=size, words=words, height=height)
            if _beside_px(m, row, form) <= m.end - m.start:
                return form
    return _stacked(m, row, words, room_px)


def _beside_px(m: Measures, row: Row, form: CallForm) -> int:
    """Width of bell, ticket and words in a row."""
    gap, size = round(m.latin * 0.8), form.word_px
    arrow = round(size * 1.37)
    widest = max(m.look.width(word, size, 700) + (arrow if index else 0) for index, word in enumerate(form.words))
    return (form.bell_px + gap if form.bell_px else 0) + _ticket_px(m, row, form.ticket_px) + gap + widest


def _ticket_px(m: Measures, row: Row, size_px: int) -> int:
    return m.look.typesetter.width(Ltr(row.ticket), size_px=size_px, weight=700)


def _stacked(m: Measures, row: Row, words: tuple[str, ...], room_px: int | None) -> CallForm:
    largest, bell = round(m.latin * LARGEST_TICKET), round(m.latin * BELL_STACKED)
    width = max(1, _ticket_px(m, row, largest))
    room = m.end - m.start
    beside = min(largest, largest * (room - bell - m.gap) // width)
    ticket = beside if beside >= m.called else min(largest, largest * room // width)
    below = round(m.text * (1.5 if m.look.is_rtl else 1.35)) * len(words) + round(m.latin * 0.75)
    if room_px is not None:
        ticket = max(m.figure, min(ticket, round((room_px - below) / 0.95)))
    height = round(ticket * 0.95) + below
    bell_px = min(bell, ticket) if beside >= m.called else 0
    return CallForm(stacked=True, bell_px=bell_px, ticket_px=ticket, word_px=m.text, words=words, height=height)


def call_px(m: Measures, row: Row) -> int:
    """Height of the call-out with the strip below it."""
    return call_form(m, row).height + round(m.latin * 0.11)


def call_out(c: Composition, m: Measures, room: Rect, row: Row, *, alone: bool) -> Rect:
    """The ticket being called, with bell, words and desk; `alone` fills the room. Returns what is left below."""
    form, strip, theme = call_form(m, row, room.h), round(m.latin * 0.11), m.look.theme
    band = Rect(room.x, room.y, room.w, room.h if alone else form.height)
    c.add(Fill(band, theme.ready_band))
    if not alone:
        c.add(Fill(Rect(room.x, band.bottom, room.w, strip), theme.ground))
    if form.stacked:
        _call_stacked(c, m, band, row, form)
    else:
        _call_wide(c, m, band, row, form)
    below = band.bottom + (0 if alone else strip)
    return Rect(room.x, below, room.w, room.bottom - below)


def _call_wide(c: Composition, m: Measures, band: Rect, row: Row, form: CallForm) -> None:
    gap, pitch = round(m.latin * 0.8), form.pitch(m)
    x = m.start
    if form.bell_px:
        _bell(c, m, x, band.middle, form.bell_px)
        x += form.bell_px + gap
    x = _ticket(c, m, (x, band.middle), row, form).end + gap
    _call_words(c, m, x, band.middle - pitch * (len(form.words) - 1) // 2, form)


def _call_stacked(c: Composition, m: Measures, band: Rect, row: Row, form: CallForm) -> None:
    top = band.y + (band.h - form.height) // 2 + round(m.latin * 0.3)
    middle = top + round(form.ticket_px * 0.95) // 2
    x = m.start
    if form.bell_px:
        _bell(c, m, x, middle, form.bell_px)
        x += form.bell_px + m.gap
    _ticket(c, m, (x, middle), row, form)
    _call_words(c, m, m.start, top + round(form.ticket_px * 0.95) + form.pitch(m) // 2 - m.lift, form)


def _bell(c: Composition, m: Measures, x: int, middle: int, size: int) -> None:
    theme, place = m.look.theme, Rect(x, middle - size // 2, size, size)
    c.add(Disc(place, theme.on_ready), Icon(place.inset(round(size * 0.15)), "bell", theme.ready_band))


def _ticket(c: Composition, m: Measures, at: tuple[int, int], row: Row, form: CallForm) -> Rect:
    return c.text(Ltr(row.ticket), *at, size_px=form.ticket_px, weight=700, colour=m.look.theme.on_ready, rtl=False)


def _call_words(c: Composition, m: Measures, x: int, y: int, form: CallForm) -> None:
    """The words, and an arrow after the desk."""
    size, on_ready = form.word_px, m.look.theme.on_ready
    for index, word in enumerate(form.words):
        middle = y + index * form.pitch(m)
        said = c.text(word, x, middle, size_px=size, weight=700, colour=on_ready)
        if index == 1:
            c.add(Icon(Rect(said.end + round(size * 0.37), middle - size // 2, size, size), "forward", on_ready))


def _sentence(m: Measures) -> tuple[str, ...]:
    """The sentence in lines of the band's width; one line stands behind its title."""
    words, room = m.look.language, m.end - m.start - round(m.latin * 1.68)
    title, sentence = words.text("board.stale_title"), words.text("board.stale")
    if m.look.width(f"{title} ", m.text, 700) + m.look.width(sentence, m.text) <= room:
        return (sentence,)
    return ("", *m.look.typesetter.wrap(sentence, width_px=room, size_px=m.text, rtl=m.look.is_rtl))


def no_connection_px(m: Measures) -> int:
    """Height of the band that says there is no connection: it takes more lines rather than smaller letters."""
    return round(m.latin * (1.65 if m.look.is_rtl else 1.55)) + (len(_sentence(m)) - 1) * round(m.text * 1.3)


def no_connection(c: Composition, m: Measures, top: int) -> int:
    """The amber band across the board. Returns the row below it."""
    title, lines, icon_px = m.look.language.text("board.stale_title"), _sentence(m), round(m.latin * 1.28)
    height, x, ink = no_connection_px(m), m.start + round(m.latin * 1.68), LIGHT.on_wait
    c.add(Fill(Rect(0, top, c.size[0], height), LIGHT.wait))
    c.add(Icon(Rect(m.start, top + height // 2 - icon_px // 2, icon_px, icon_px), "offline", ink))
    y = top + height // 2 - (len(lines) - 1) * round(m.text * 1.3) // 2 - m.lift
    c.runs(((f"{title} ", 700, ink), (lines[0], 500, ink)) if lines[0] else ((title, 700, ink),), x, y, size_px=m.text)
    for index, line in enumerate(lines[1:], start=1):
        c.text(line, x, y + index * round(m.text * 1.3), size_px=m.text, colour=ink)
    return top + height
