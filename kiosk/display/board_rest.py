"""The board at rest: the welcome when nobody is there, when the shop opens again, the time before the first view."""

from __future__ import annotations

import unicodedata
from datetime import datetime, time
from typing import TYPE_CHECKING

from kiosk.display.layout import Composition
from kiosk.display.scene import Disc, Fill, Icon, Rect
from kiosk.display.theme import LIGHT
from kiosk.domain.board_mood import Mood
from kiosk.language import LEFT_TO_RIGHT, POP, plain

if TYPE_CHECKING:
    from kiosk.display.board_look import Measures, Told
    from kiosk.display.scene import Scene

AFTER_HOURS_ICONS = ("ready", "call", "lock")
"""Facts with these icons (key drop, telephone, night entrance) are for closing time; all others for the day."""

WELCOME_SIZE = 2.1
CLOSED_SIZE = 2.8
FACT_PITCH, FACT_PITCH_TWO_LINES = 1.6, 2.9
TALLEST_FACT = 1.35

Fact = tuple[str, str, str]
"""Icon, words, and what stands at the end of the row."""


def welcome(c: Composition, told: Told, room: Rect, page: int) -> None:
    """*Welcome to ...*, then today's hours and the store's facts. Never a zero, never an empty table."""
    m, words, facts = told.m, _welcome(told), _day_facts(told)
    size, height = _welcome_size(m, words, facts, room.h)
    place = Rect(m.start, room.y + round(m.latin * 0.2), m.end - m.start, 0)
    c.paragraph(words, place, size_px=size, weight=700, headline=True)
    below = Rect(room.x, room.y + height, room.w, room.h - height)
    _facts(c, m, below, _page(m, facts, below.h, page), ground=True)


def quiet_pages(told: Told, due: Mood) -> int:
    """How many pages the welcome has: all facts are shown in turn."""
    m, facts = told.m, _day_facts(told)
    if due is not Mood.EMPTY or not facts:
        return 1
    words = _welcome(told)
    room = m.look.panel.height_px - m.header - m.footer
    count = _facts_in(m, facts, room - _welcome_size(m, words, facts, room)[1])
    return -(-len(facts) // count) if count else 1


def _welcome(told: Told) -> str:
    words = told.m.look.language
    return words.text("board.welcome", dealer=told.board.name.in_(words.code))


def _welcome_size(m: Measures, words: str, facts: list[Fact], room: int) -> tuple[int, int]:
    """Size of the welcome and height of its place: as large as leaves room for one fact, or else for itself."""
    least = _fact_pitch(m, facts) if facts else 0
    for left in (least, 0):
        size, height = _headline(m, words, room - left - round(m.latin * 0.65), WELCOME_SIZE)
        height += round(m.latin * 0.65)
        if height + left <= room:
            break
    return size, height


def _headline(m: Measures, words: str, room: int, largest: float) -> tuple[int, int]:
    """The largest size in which the words are not higher than `room`, and their height; never below the text's size."""
    width, setter, rtl = m.end - m.start, m.look.typesetter, m.look.is_rtl
    longest = max(plain(words).split(), key=len)
    size = round(m.text * largest / (1.15 if rtl else 1))
    while True:
        lines = setter.wrap(words, width_px=width, size_px=size, weight=700, rtl=rtl, balance=True)
        height = len(lines) * round(size * (1.35 if rtl else 1.06))
        if size <= m.text or (height <= room and m.look.width(longest, size, 700) <= width):
            return size, height
        size = max(m.text, round(size * 0.9))


def _facts_in(m: Measures, facts: list[Fact], height: int) -> int:
    """How many rows of facts that height holds; none when not even one."""
    return height // _fact_pitch(m, facts)


def _fact_pitch(m: Measures, facts: list[Fact]) -> int:
    """Least height of the facts' rows: two lines in all of them if one needs two."""
    two_lines = any(value and not _in_one_line(m, label, value) for _, label, value in facts)
    return round(m.latin * (FACT_PITCH_TWO_LINES if two_lines else FACT_PITCH))


def _in_one_line(m: Measures, label: str, value: str) -> bool:
    room = m.end - m.start - round(m.latin * 1.92)
    return m.look.width(label, m.text) + m.look.width(value, m.text, 700) + m.gap <= room


def _page(m: Measures, facts: list[Fact], height: int, page: int) -> list[Fact]:
    room = _facts_in(m, facts, height)
    return facts[page * room : (page + 1) * room] or facts[:room] if room > 0 else []


def closed(c: Composition, told: Told, room: Rect) -> None:
    """When the shop opens again, in the middle; below it the key drop and the telephone, if the store names them."""
    m, code = told.m, told.m.look.language.code
    facts = [_split(icon, words.in_(code)) for icon, words in told.board.facts if icon in AFTER_HOURS_ICONS]
    pitch = max(round(m.latin * 2.08), _fact_pitch(m, facts))
    words = _opening(told)
    size, height = _headline(m, words, room.h - m.footer, CLOSED_SIZE)
    facts = facts[: max(0, room.h - height - m.gap) // pitch]
    foot = pitch * len(facts)
    place = Rect(m.start, room.y, m.end - m.start, room.h - (foot or m.footer))
    c.paragraph(words, place, size_px=size, weight=700, headline=True, centred=True)
    _facts(c, m, Rect(room.x, room.bottom - foot, room.w, foot), facts, ground=False)


def _opening(told: Told) -> str:
    words, zone, opens_at = told.m.look.language, told.board.zone, told.board.opens_at
    if opens_at is None:
        return _welcome(told)
    clock, away = words.time(opens_at, zone), (told.day_of(opens_at) - told.today).days
    if away <= 0:
        return words.text("board.open_from", time=clock)
    if away == 1:
        return words.text("board.open_tomorrow", time=clock)
    return words.text("board.open_on", day=words.day(opens_at, zone, told.today), time=clock)


def fact_rows(c: Composition, told: Told, room: Rect) -> bool:
    """Where few visits leave the lower half free: the store's facts, on the ground, as quiet rows. Was there room?"""
    m, facts = told.m, _day_facts(told)
    pitch = _fact_pitch(m, facts)
    if room.h < 2 * pitch or not facts:
        return False
    facts = facts[: room.h // pitch]
    height = min(room.h // len(facts), round(pitch * TALLEST_FACT))
    top = room.bottom - height * len(facts)
    lines = top > room.y + m.hair
    _facts(c, m, Rect(room.x, top, room.w, room.bottom - top), facts, ground=False, lines=lines, quiet=True)
    return True


def _day_facts(told: Told) -> list[Fact]:
    words, hours = told.m.look.language, _hours(told)
    facts = [_split(icon, text.in_(words.code)) for icon, text in told.board.facts]
    day = [fact for fact in facts if fact[0] not in AFTER_HOURS_ICONS]
    checked = room_checked(told)
    day = [("check", *checked), *day] if checked else day
    return [("clock", words.text("board.open_today"), hours), *day] if hours else day


def room_checked(told: Told) -> tuple[str, str] | None:
    """That staff have looked after the room today, and when (S15)."""
    at, words = told.board.room_checked_at, told.m.look.language
    if at is None or told.day_of(at) != told.today:
        return None
    return words.text("board.room_checked"), words.time(at, told.board.zone)


def footer_facts(told: Told) -> tuple[tuple[str, str], ...]:
    """What the footer tells in turn: icon and words of the store's facts, and when the room was looked after."""
    code, checked = told.m.look.language.code, room_checked(told)
    facts = tuple((icon, words.in_(code)) for icon, words in told.board.facts)
    return (*facts, ("check", ": ".join(checked))) if checked else facts


def _hours(told: Told) -> str:
    """Today's spans, "08:00-12:00 13:00-18:00"; where they are too wide, from the first opening to the last closing."""
    m, board, words = told.m, told.board, told.m.look.language

    def said(opens: str, closes: str) -> str:
        both = (datetime.combine(told.today, time.fromisoformat(one), board.zone) for one in (opens, closes))
        first, last = (words.time(at, board.zone) for at in both)
        text = words.text("day.from_to", opens=first, closes=last)
        return f"{LEFT_TO_RIGHT}{text}{POP}" if words.clock == "24h" else text

    if not board.open_today:
        return ""
    whole = "  ".join(said(*span) for span in board.open_today)
    room = m.end - m.start - round(m.latin * 2.5) - m.look.width(words.text("board.open_today"), m.text)
    if m.look.width(whole, m.figure, 700) <= room:
        return whole
    return said(board.open_today[0][0], board.open_today[-1][1])


def _split(icon: str, text: str) -> Fact:
    """A fact's words before and after its colon: "Wi-Fi: Valley Guest" has its value at the end of the row."""
    label, colon, value = text.partition(": ")
    return (icon, label, value) if colon else (icon, text, "")


def _facts(
    c: Composition,
    m: Measures,
    room: Rect,
    facts: list[Fact],
    *,
    ground: bool,
    lines: bool = True,
    quiet: bool = False,
) -> None:
    """Rows of icon, words and value: on the surface as the picture itself, on the ground below one."""
    if not facts:
        return
    theme, icon_px = m.look.theme, round(m.latin * 1.3)
    height = min(room.h // len(facts), round(_fact_pitch(m, facts) * 1.7))
    for index, (icon, label, value) in enumerate(facts):
        row = Rect(room.x, room.y + index * height, room.w, height)
        if ground and index == len(facts) - 1:
            row = Rect(
                row.x, row.y, row.w, height + (room.bottom - row.bottom if room.bottom - row.bottom < height else 0)
            )
        if ground:
            c.add(Fill(row, theme.surface))
        if lines or index:
            c.add(Fill(Rect(row.x, row.y, row.w, m.hair), theme.line))
        c.add(Icon(Rect(m.start, row.middle - icon_px // 2, icon_px, icon_px), icon, theme.ink_2))
        x = m.start + icon_px + round(m.latin * 0.62)
        _fact_words(c, m, Rect(x, row.y, m.end - x, row.h), (label, value), quiet=quiet)


def _fact_words(c: Composition, m: Measures, room: Rect, words: tuple[str, str], *, quiet: bool) -> None:
    """Words at the start, value at the end, large where there is room; on a narrow panel the value below the words."""
    (label, value), x = words, room.x
    rtl = None if _is_rtl(value) else False  # a telephone number reads from left to right in Arabic too
    look, weight, colour = m.look, 600 if quiet else 700, m.look.theme.ink_2 if quiet else m.look.theme.ink
    if not value or _in_one_line(m, label, value):
        c.text(look.shortened(label, room.w, m.text), x, room.middle, size_px=m.text, colour=colour)
        roomy = look.width(label, m.text) + look.width(value, m.figure, weight) + m.gap <= room.w
        size = m.figure if roomy and not quiet else m.text
        if value:
            c.text(value, m.end, room.middle, size_px=size, weight=weight, colour=colour, align="end", rtl=rtl)
        return
    lines = ((label, 500, -0.62, None), (value, weight, 0.68, rtl))
    for text, heavy, down, way in lines:
        middle, short = room.middle + round(m.latin * down), look.shortened(text, room.w, m.text, heavy)
        c.text(short, x, middle, size_px=m.text, weight=heavy, colour=colour, rtl=way)


def _is_rtl(text: str) -> bool:
    return any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in text)


def in_one_text(m: Measures, words: str) -> str:
    """A fact as one text: a value without Arabic letters keeps its order inside an Arabic line."""
    _, label, value = _split("", words)
    if not m.look.is_rtl or not value or _is_rtl(value):
        return words
    return f"{label}: {LEFT_TO_RIGHT}{value}{POP}"


def waiting(m: Measures, *, begun: bool) -> Scene:
    """Before the first view: nothing for two seconds, then that there is no connection and who knows."""
    c = Composition(m.look)
    if begun:
        return c.scene()
    words, width = m.look.language, m.end - m.start
    disc = round(m.latin * 2.4)
    title = round(m.text * 1.6)
    y = c.size[1] // 2 - round(m.latin * 2.6)
    place = Rect(m.start, y - disc // 2, disc, disc)
    c.add(Disc(place, LIGHT.wait), Icon(place.inset(round(disc * 0.2)), "offline", LIGHT.on_wait))
    below = Rect(m.start, place.bottom + m.gap, width, 0)
    taken = c.paragraph(words.text("board.stale_title"), below, size_px=title, weight=700, headline=True)
    rest = Rect(m.start, taken.bottom + m.gap // 2, width, 0)
    c.paragraph(words.text("board.stale"), rest, size_px=m.text)
    return c.scene()
