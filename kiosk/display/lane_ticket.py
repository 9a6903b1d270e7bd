"""The end of the conversation: who comes, the ticket's stub, where the paper is, and the visit's line.

Without the hub the bell is to be rung; without paper the number stands here, with a code to follow the visit.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.display import parts
from kiosk.display.keys import key
from kiosk.display.lane_grid import Form, Frame, Grid
from kiosk.display.lane_hero import Hero, disc, on_ground, words, words_height
from kiosk.display.lane_page import frame_around
from kiosk.display.lane_ticket_parts import (
    LEAST_FACE_MM,
    Below,
    Paper,
    beside_tear,
    done_key,
    hero_of,
    line_height,
    paper_of,
    visit_line,
)
from kiosk.display.lane_ticket_wide import tablet, tiny, wide
from kiosk.display.scene import Fill, Icon, Rect
from kiosk.display.stub import BESIDE_MM, least_beside_px, ticket_stub
from kiosk.qr import code_matrix

if TYPE_CHECKING:
    from kiosk.display.lane_words import Told
    from kiosk.display.layout import Composition


def ticket(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """The page on this panel."""
    hero = hero_of(told)
    on_ground(c, hero)
    {Form.UPRIGHT: _upright, Form.WIDE: wide, Form.TABLET: tablet, Form.TINY: tiny}[grid.form](
        c, grid, frame, told, hero
    )


# ---- upright


def _upright(c: Composition, grid: Grid, frame: Frame, told: Told, hero: Hero) -> None:
    theme, room = c.look.theme, grid.room
    size, gap = c.look.type_px("hero"), grid.px(5)
    stub_px = max(grid.px(76), _stub_height(c, told, room.w))
    air = grid.px(6 + 12)
    below, face = _shares(c, grid, told, hero, room.h - air - stub_px)
    if below is None:
        c.gives_up(hero.lead)
        hero = replace(hero, lead="")
        below, face = _shares(c, grid, told, hero, room.h - air - stub_px)
    y = room.y
    face_at = None
    if face:
        face_at = Rect(room.x + (face // 6 if hero.initial else 0), y + grid.px(9), face, face)
        y = face_at.bottom + (face // 10 if hero.initial else 0)
    top = y + grid.px(6)
    said_px = words_height(c, room.w, hero, size, gap=gap)
    stub = Rect(room.x, top + said_px + grid.px(12), room.w, stub_px)
    c.add(Fill(Rect(0, 0, grid.size[0], stub.y + grid.px(25)), theme.hero))
    frame_around(c, grid, frame, inverse=True)
    if face_at:
        disc(c, face_at, hero)
    words(c, Rect(room.x, top, room.w, 0), hero, size, gap=gap)
    beside = beside_tear(told)
    ticket_stub(c, stub, told("ticket.number"), told.ticket(), beside=beside, ground_above=theme.hero)
    _below(c, grid, frame, told, Rect(room.x, stub.bottom, room.w, room.bottom - stub.bottom), said=below)


def _shares(c: Composition, grid: Grid, told: Told, hero: Hero, height: int) -> tuple[Below | None, int]:
    """How the height is shared: what is said below the stub, and the size of the face above the sentence."""
    width = grid.room.w
    line_px = line_height(c, grid, told, width) + grid.px(10)
    left = height - words_height(c, width, hero, c.look.type_px("hero"), gap=grid.px(5))
    variants = _below_variants(told)
    whole = variants[: max(1, len(variants) - 1)]
    for below in whole:
        spare = left - _below_height(c, grid, below, width)
        if face := _face_px(grid, spare, 0 if below[1] else line_px):
            return below, face
    fits = (one for one in variants if _below_height(c, grid, one, width) <= left)
    return next(fits, None), 0


def _face_px(grid: Grid, spare: int, line_px: int) -> int:
    """The face as large as leaves room for the visit's line; else as large as there is room, 0 where there is none."""
    least = grid.look.px(LEAST_FACE_MM)
    for millimetres in (54, 44, 33, 25):
        if grid.px(millimetres) >= least and grid.px(millimetres * 1.1 + 9) + line_px <= spare:
            return grid.px(millimetres)
    if line_px and line_px <= spare:  # the line says what comes next; the face only who
        return 0
    face = min(grid.px(54), round((spare - grid.px(9)) / 1.1))
    return face if face >= max(least, grid.px(25)) else 0


def _stub_height(c: Composition, told: Told, width: int) -> int:
    """What stands beside the tear must have room."""
    beside, caption = beside_tear(told), c.look.type_px("caption")
    room = max(round(width * 0.332), least_beside_px(c, beside)) - 2 * c.look.px(BESIDE_MM)
    lines = len(c.wrapped(beside[0], room, size_px=caption)) + len(beside[2:])
    pitch = round(caption * (1.4 if c.look.is_rtl else 1.2))
    value = round(c.look.panel.type_px({"L": 33, "M": 24, "S": 17}[c.look.panel.size_class]) * 0.47)
    big = round(value * 1.25)
    if round(value * room / max(1, c.look.width(beside[1], value, 700))) < caption:  # words instead of a time
        big = len(c.wrapped(beside[1], room, size_px=caption, weight=700)) * pitch
    return lines * pitch + big + c.look.px(9)


def _below_variants(told: Told) -> list[Below]:
    """What is said of paper and link, from whole to short."""
    customer, paper = told.state.customer, paper_of(told)
    if not (customer and customer.offline):
        short = replace(paper, bold=told("no_paper.short"))
        return [(paper, None), (short, None), (replace(short, text=""), None)] if paper.is_missing else [(paper, None)]
    notice = told.offline_notice()
    plain = replace(paper, bold=told("ticket.take_it_plain")) if paper.icon == "down" else paper
    return [(paper, notice), (plain, notice), (plain, replace(notice, sentence=""))]


def _below_height(c: Composition, grid: Grid, below: Below, width: int) -> int:
    paper, notice = below
    height = grid.px(11) + _paper_height(c, grid, paper, width) + grid.px(8) + grid.key + grid.lip
    if notice:
        height += grid.px(6) + parts.notice_height(c, width, notice.bold, notice.sentence)
    return height


def _below(c: Composition, grid: Grid, frame: Frame, told: Told, room: Rect, *, said: Below | None) -> None:
    """Paper, then the visit's line or the notice, and *Done*."""
    paper, notice = said or _below_variants(told)[-1]
    whole_paper, whole_notice = _below_variants(told)[0]
    c.gives_up("" if paper.text else whole_paper.text)
    if whole_notice and notice and not notice.sentence:
        c.gives_up(whole_notice.sentence)
    paper_px = _paper_height(c, grid, paper, room.w)
    done = Rect(room.x, room.bottom - grid.lip - grid.key, room.w, grid.key)
    key(c, done, *done_key(told), pressed=frame.pressed == done_key(told)[1])
    y = room.y + grid.px(11)
    free = done.y - grid.px(8) - y - paper_px
    if notice:
        height = parts.notice_height(c, room.w, notice.bold, notice.sentence)
        _draw_paper(c, grid, paper, Rect(room.x, y, room.w, paper_px))
        parts.notice(
            c, Rect(room.x, done.y - grid.px(8) - height, room.w, height), notice.icon, notice.bold, notice.sentence
        )
        return
    line_px = line_height(c, grid, told, room.w)
    if free < line_px + grid.px(6) and not paper.is_missing:
        c.crowded.add("line")
    if free < line_px + grid.px(6) or paper.is_missing:
        _draw_paper(c, grid, paper, Rect(room.x, y + max(0, free) // 2, room.w, paper_px))
        return
    air = (free - line_px) // 3
    _draw_paper(c, grid, paper, Rect(room.x, y + air // 2, room.w, paper_px))
    visit_line(c, grid, told, Rect(room.x, y + air // 2 + paper_px + air + air // 2, room.w, 0))


def _code_px(c: Composition, grid: Grid) -> int:
    return grid.px(76 if c.look.panel.size_class == "L" else 58)


def _paper_height(c: Composition, grid: Grid, paper: Paper, width: int) -> int:
    if not paper.is_missing:
        room = width - grid.px(25) - grid.px(8)
        return max(grid.px(20), c.paragraph_height(paper.bold, room, size_px=c.look.type_px("text"), weight=600))
    side = _code_px(c, grid) if paper.address else grid.px(25)
    room = width - side - grid.px(10)
    bold = c.paragraph_height(paper.bold, room, size_px=c.look.type_px("text"), weight=700)
    text = c.paragraph_height(paper.text, room, size_px=c.look.type_px("label")) if paper.text else 0
    return max(side if paper.address else 0, bold + text + grid.px(3))


def _draw_paper(c: Composition, grid: Grid, paper: Paper, rect: Rect) -> None:
    theme = c.look.theme
    if not paper.is_missing:
        icon = grid.px(25)
        c.add(Icon(Rect(rect.x, rect.middle - icon // 2, icon, icon), paper.icon, theme.action))
        x = rect.x + icon + grid.px(8)
        room = Rect(x, rect.y, rect.end - x, rect.h)
        c.paragraph(paper.bold, room, size_px=c.look.type_px("text"), weight=600, centred=True)
        return
    side = _code_px(c, grid) if paper.address else grid.px(25)
    place = Rect(rect.x, rect.middle - side // 2, side, side)
    if paper.address:
        parts.code(c, place, code_matrix(paper.address))
    else:
        c.add(Icon(place, paper.icon, theme.ink_2))
    x = rect.x + side + grid.px(10)
    across = rect.end - x
    bold_px, text_px = c.look.type_px("text"), c.look.type_px("label")
    height = c.paragraph_height(paper.bold, across, size_px=bold_px, weight=700) + grid.px(3)
    height += c.paragraph_height(paper.text, across, size_px=text_px) if paper.text else 0
    said = c.paragraph(paper.bold, Rect(x, rect.middle - height // 2, across, 0), size_px=bold_px, weight=700)
    c.paragraph(paper.text, Rect(x, said.bottom + grid.px(3), across, 0), size_px=text_px, colour=theme.ink_2)
