"""The ticket's page on two columns and on small panels: the stub torn across at the start, the sentence at the end.

What it says is decided in lane_ticket.py, the upright panel is there too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.display import parts
from kiosk.display.dock import before_help
from kiosk.display.keys import key, pad_px
from kiosk.display.lane_grid import Frame, Grid, is_small
from kiosk.display.lane_hero import Hero, disc, sentence_of, sentence_px, words, words_height
from kiosk.display.lane_keys import beside_help, help_key, icon_key
from kiosk.display.lane_page import frame_around
from kiosk.display.lane_ticket_parts import (
    LEAST_FACE_MM,
    Paper,
    beside_tear,
    done_key,
    line_height,
    paper_of,
    visit_line,
)
from kiosk.display.scene import Box, Disc, Fill, Icon, Rect, Shadow, Stroke
from kiosk.qr import code_matrix

if TYPE_CHECKING:
    from kiosk.display.lane_words import Told
    from kiosk.display.layout import Composition


# ---- two columns


def wide(c: Composition, grid: Grid, frame: Frame, told: Told, hero: Hero) -> None:
    """Two columns: the stub upon the lower edge of the sentence's ground."""
    theme, room = c.look.theme, grid.room
    customer, paper = told.state.customer, paper_of(told)
    start, end = grid.columns(Rect(room.x, room.y + grid.px(6), room.w, room.h - grid.px(6)))
    low_px = replace(grid, air=1.0).px(44)
    ground = Rect(0, 0, grid.size[0], room.bottom + grid.px(4) - low_px - grid.px(6))
    c.add(Fill(ground, theme.hero))
    done, kept_px = _done_in_dock(c, grid, frame, told)
    frame_around(c, grid, replace(frame, kept_px=kept_px), inverse=True)
    key(c, done, *done_key(told), pressed=frame.pressed == done_key(told)[1])
    stub = Rect(start.x, start.y, start.w, ground.bottom + grid.px(3) - start.y)
    _tall_stub(c, grid, told, stub)
    gap = grid.px(4)
    most = ground.bottom - grid.px(5) - end.y
    found = sentence_px(c, hero, (end.w, most), gap=gap)
    if found is None:
        c.gives_up(hero.lead)
        hero = replace(hero, lead="")
    size = found or c.look.type_px("hero")
    said_px = words_height(c, end.w, hero, size, gap=gap)
    face = min(grid.px(27), most - said_px - grid.px(8))
    y = end.y
    if face >= c.look.px(LEAST_FACE_MM):
        disc(c, Rect(end.x + (face // 6 if hero.initial else 0), y + face // 6, face, face), hero)
        y += face + face // 6 + grid.px(6)
    words(c, Rect(end.x, y, end.w, 0), hero, size, gap=gap)
    low = Rect(room.x, stub.bottom + grid.px(3), room.w, room.bottom + grid.px(4) - stub.bottom - grid.px(3))
    left, right = grid.columns(low, 0.46)
    if customer and customer.offline:
        notice = told.offline_notice()
        if parts.notice_height(c, right.w, notice.bold, notice.sentence) > low.h:
            c.gives_up(notice.sentence)
            notice = replace(notice, sentence="")
        _wide_paper(c, grid, paper, left, told)
        height = parts.notice_height(c, right.w, notice.bold, notice.sentence)
        parts.notice(
            c, Rect(right.x, low.middle - height // 2, right.w, height), notice.icon, notice.bold, notice.sentence
        )
    elif paper.is_missing and paper.address:
        _wide_code(c, grid, paper, low)
    else:
        line = line_height(c, grid, told, right.w)
        has_line = line <= low.h + grid.px(4)
        _wide_paper(c, grid, paper, left if has_line else low, told)
        if has_line:
            visit_line(c, grid, told, Rect(right.x, low.middle - line // 2, right.w, 0))
        else:
            c.crowded.add("line")


def _wide_paper(c: Composition, grid: Grid, paper: Paper, room: Rect, told: Told) -> None:
    """Icon and as many lines as there is room for; the sentence on the code gives way."""
    size, icon = c.look.type_px("label"), grid.px(18)
    across = room.w - icon - grid.px(5)
    whole = f"{paper.bold} {paper.text}".strip()
    shorter = (whole, told("no_paper.short") if paper.is_missing else told("ticket.take_it_plain"))
    fits = (
        (one, tight)
        for one in (shorter if paper.is_missing or paper.icon == "down" else shorter[:1])
        for tight in (False, True)
        if c.paragraph_height(one, across, size_px=size, weight=600, headline=tight) <= room.h
    )
    text, tight = next(fits, (shorter[-1], True))
    c.gives_up("" if text == whole else whole)
    c.add(Icon(Rect(room.x, room.middle - icon // 2, icon, icon), paper.icon, c.look.theme.action))
    place = Rect(room.x + icon + grid.px(5), room.y, across, room.h)
    c.paragraph(text, place, size_px=size, weight=600, centred=True, headline=tight)


def _wide_code(c: Composition, grid: Grid, paper: Paper, low: Rect) -> None:
    """No paper: the code upon the hero's lower edge, the sentence beside it."""
    side = low.h
    parts.code(c, Rect(low.x, low.y, side, side), code_matrix(paper.address))
    x = low.x + side + grid.px(8)
    room = Rect(x, low.y, low.end - x, low.h)
    size = c.look.type_px("text")
    lines = c.paragraph_height(paper.bold, room.w, size_px=size, weight=700)
    both = lines + c.paragraph_height(paper.text, room.w, size_px=size)
    y = room.middle - min(both, room.h) // 2
    said = c.paragraph(paper.bold, Rect(x, y, room.w, 0), size_px=size, weight=700)
    if both <= room.h:
        c.paragraph(paper.text, Rect(x, said.bottom, room.w, 0), size_px=size, colour=c.look.theme.ink_2)
    else:
        c.gives_up(paper.text)


def _tall_stub(c: Composition, grid: Grid, told: Told, rect: Rect) -> None:
    """The stub torn across: label and number above, what is expected below the tear."""
    theme, radius = c.look.theme, c.look.px(6)
    edge_px = theme.surface_edge_px
    c.add(Shadow(rect.moved(down=c.look.px(2.5)), "#0F1E2833", radius, c.look.px(4.5)))
    c.add(Box(rect, theme.surface, radius, edge_colour=theme.edge if edge_px else None, edge_px=edge_px))
    beside = beside_tear(told)
    caption = c.look.type_px("label")
    pad = grid.px(5 if grid.form.is_small else 12)
    inner = rect.inset(pad, 0)
    pitch = round(caption * (1.42 if c.look.is_rtl else 1.2))
    said, value, labels, stacked = _expected(c, beside, inner.w)
    big = round(value * (1.4 if c.look.is_rtl else 1.25))
    words_px = pitch * len(labels) + big if stacked else max(pitch * len(labels), big)
    low_px = words_px + grid.px(3 if grid.form.is_small else 7)
    if low_px > rect.h * 0.45 and labels:  # the label gives way to a clock
        c.gives_up("" if is_small(c) else beside[0])
        labels, words_px, stacked = (), big, True
        low_px = words_px + grid.px(3)
    tear = rect.bottom - low_px
    dashes = ((float(rect.x + radius), float(tear)), (float(rect.end - radius), float(tear)))
    c.add(Stroke.through(dashes, theme.line, max(2, c.look.px(1)), dash_px=c.look.px(2)))
    bite = c.look.px(11)
    for x in (rect.x, rect.end):
        c.add(Disc(Rect(x - bite // 2, tear - bite // 2, bite, bite), theme.hero))
    above = Rect(inner.x, rect.y, inner.w, tear - rect.y)
    number = c.look.typesetter.width(told.ticket(), size_px=1000, weight=700)
    room = above.h - round(caption * 1.5) - grid.px(8)
    size = min(round(1000 * inner.w / number), round(room / 0.82))
    top = above.y + (above.h - round(caption * 1.5) - round(size * 0.82)) // 2
    c.text(told("ticket.number"), inner.x, top + caption // 2, size_px=caption, colour=theme.ink_2)
    c.text(told.ticket(), inner.x, top + round(caption * 1.5) + round(size * 0.41), size_px=size, weight=700, rtl=False)
    middle = tear + low_px // 2
    y = middle - (words_px if stacked else pitch * len(labels)) // 2
    for line in labels:
        c.text(line, inner.x, y + pitch // 2, size_px=caption, colour=theme.ink_2)
        y += pitch
    if stacked:
        x = inner.x
        if not labels:
            icon = round(value * 0.9)
            c.add(Icon(Rect(x, middle - icon // 2, icon, icon), "clock", theme.ink_2))
            x, y = x + icon + c.look.px(2), middle - big // 2
        c.text(said, x, y + big // 2, size_px=value, weight=700)
    else:
        c.text(said, inner.end, middle, size_px=value, weight=700, align="end")


def _expected(c: Composition, beside: tuple[str, ...], width: int) -> tuple[str, int, tuple[str, ...], bool]:
    """What stands below the tear: the value, its size, the label's lines, and whether they stand below each other."""
    caption = c.look.type_px("label")
    value = c.look.panel.type_px({"L": 15.5, "M": 12.0}.get(c.look.panel.size_class, 9.1))
    whole = " ".join(reversed(beside[1:]))
    for said, size in ((whole, value), (whole, max(caption, round(value * 0.75))), (beside[1], value)):
        left = width - c.look.width(said, size, 700) - c.look.px(4)
        labels = c.wrapped(beside[0], max(left, 1), size_px=caption)
        if left > 0 and len(labels) <= 2 and " ".join(labels) == beside[0]:
            return said, size, labels, False
    room = width - round(value * 0.9) - c.look.px(2)
    across = c.look.width(whole, value, 700)
    if across > room and len(beside) > 2:
        whole, across = beside[1], c.look.width(beside[1], value, 700)
    size = value if across <= room else max(c.look.type_px("caption"), round(value * room / across))
    return whole, size, c.wrapped(beside[0], width, size_px=caption), True


def _done_in_dock(c: Composition, grid: Grid, frame: Frame, told: Told) -> tuple[Rect, int]:
    """Where *Done* stands between the languages and *Help*, and what Help leaves free for it."""
    room = grid.dock
    least = c.look.width(done_key(told)[0], c.look.type_px("key"), 600) + 2 * pad_px(c) + 1
    widths = (least, max(least, grid.px(84)))
    place, kept_px = before_help(c, room, frame.help_word, widths, has_voice=frame.has_voice, more=frame.more)
    if place.w >= least:
        return Rect(place.x, place.y, place.w, place.h - grid.lip), kept_px
    above = Rect(room.end - grid.px(84), room.y - grid.px(14) - grid.key, grid.px(84), grid.key)
    return above, 0  # no room beside Help: above it


# ---- small panels


def tablet(c: Composition, grid: Grid, frame: Frame, told: Told, hero: Hero) -> None:
    """Ten inches: stub and sentence side by side, the paper and *Done* below."""
    theme, paper = c.look.theme, paper_of(told)
    room = Rect(grid.side, grid.top, grid.size[0] - 2 * grid.side, grid.room.bottom - grid.top)
    start, end = grid.columns(room, 0.47)
    low_px = grid.key + grid.lip
    ground = Rect(0, 0, grid.size[0], room.bottom - low_px - 2 * grid.gap)
    c.add(Fill(ground, theme.hero))
    frame_around(c, grid, frame)
    stub = Rect(start.x, start.y, start.w, ground.bottom - start.y - grid.gap)
    _tall_stub(c, grid, told, stub)
    shown = hero
    found = sentence_px(c, hero, (end.w, stub.h), gap=grid.gap)
    if found is None:
        c.gives_up(hero.lead)
        shown = replace(hero, lead="")
    size = found or c.look.type_px("hero")
    _not_shown(c, told)
    said_px = words_height(c, end.w, shown, size, gap=grid.gap)
    face = min(c.look.px(20), stub.h - said_px - 2 * grid.gap)
    y = end.y
    if face >= c.look.px(13 if hero.initial == "" else LEAST_FACE_MM):
        disc(c, Rect(end.x + (face // 6 if hero.initial else 0), y + face // 6, face, face), hero)
        y += face + face // 6 + grid.gap
    words(c, Rect(end.x, y, end.w, 0), shown, size, gap=grid.gap)
    low = Rect(room.x, room.bottom - low_px, room.w, low_px)
    done = Rect(end.x + end.w // 2, low.y, end.w - end.w // 2, grid.key)
    key(c, done, *done_key(told), pressed=frame.pressed == done_key(told)[1])
    words_room = Rect(low.x, low.y - grid.gap // 2, done.x - grid.column_gap - low.x, grid.key + grid.gap)
    _small_paper(c, paper, told, words_room)


def _not_shown(c: Composition, told: Told) -> None:
    """Without the hub a small panel tells on its next page that the check-in is kept."""
    customer = told.state.customer
    if customer and customer.offline:
        notice = told.offline_notice()
        c.gives_up(f"{notice.bold} {notice.sentence}")


def _small_paper(c: Composition, paper: Paper, told: Told, room: Rect) -> None:
    """One or two lines on the paper, with its icon."""
    size, icon = c.look.type_px("text"), c.look.px(13)
    text = told("no_paper.short") if paper.is_missing else paper.bold
    c.gives_up(*((paper.bold, paper.text) if paper.is_missing else ()))
    across = room.w - icon - c.look.px(3)
    if paper.icon == "down":
        shorter = (text, told("ticket.take_it_plain"), told("ticket.take_short"))
        fits = (
            one for one in shorter if c.paragraph_height(one, across, size_px=size, weight=600, headline=True) <= room.h
        )
        text = next(fits, shorter[-1])
        c.gives_up("" if text == paper.bold else paper.bold)
    c.add(Icon(Rect(room.x, room.middle - icon // 2, icon, icon), paper.icon, c.look.theme.action))
    place = Rect(room.x + icon + c.look.px(3), room.y, across, room.h)
    c.paragraph(text, place, size_px=size, weight=600, centred=True, headline=True)


def tiny(c: Composition, grid: Grid, frame: Frame, told: Told, hero: Hero) -> None:
    """Seven inches: the sentence, the number, and one thing beside it."""
    theme, paper = c.look.theme, paper_of(told)
    room = Rect(grid.side, grid.top, grid.size[0] - 2 * grid.side, grid.room.bottom - grid.top)
    c.add(Fill(Rect(0, 0, grid.size[0], room.bottom + grid.gap // 2), theme.hero))
    _tiny_dock(c, grid, frame, told)
    size = c.look.type_px("hero")
    c.gives_up(hero.lead, paper.bold, paper.text if paper.is_missing else "")
    _not_shown(c, told)
    sentence = sentence_of(c, hero, room.w, size)
    said = c.paragraph(sentence, room, size_px=size, weight=700, colour=theme.on_hero, headline=True)
    air = grid.gap + (c.look.px(1.8) if c.look.is_rtl else 0)  # dots and tails hang below the line
    rest = Rect(room.x, said.bottom + air, room.w, room.bottom - said.bottom - air)
    start, end = grid.columns(rest, 0.52)
    parts.card(c, start)
    size = _tiny_ticket_px(c, start)
    c.text(told.ticket(), start.centre, start.middle, size_px=size, weight=700, align="centre", rtl=False)
    _tiny_beside(c, told, paper, end)


def _tiny_beside(c: Composition, told: Told, paper: Paper, room: Rect) -> None:
    """What is expected, or that there is no paper; where the words have no room an icon stands for the label."""
    size, colour = c.look.type_px("text"), c.look.theme.on_hero
    pitch = round(size * (1.35 if c.look.is_rtl else 1.15))
    beside = (told("no_paper.short"),) if paper.is_missing else beside_tear(told)
    lines = [line for one in beside for line in c.wrapped(one, room.w, size_px=size, weight=600)]
    x, icon = room.x, 0
    if len(lines) * pitch > room.h and len(beside) > 1:
        icon = round(size * 1.1)
        x += icon + c.look.px(2)
        lines = list(c.wrapped(beside[1], room.end - x, size_px=size, weight=700))
    if len(lines) * pitch > room.h:  # the number alone: no word may stand in the dock's keys
        c.gives_up(": ".join(beside[:2]))
        return
    if icon:
        sign = "advisor" if told.state.customer and told.state.customer.offline else "clock"
        c.add(Icon(Rect(room.x, room.middle - icon // 2, icon, icon), sign, colour))
    y = room.middle - pitch * (len(lines) - 1) // 2
    for line in lines:
        c.text(line, x, y, size_px=size, weight=600, colour=colour)
        y += pitch


def _tiny_ticket_px(c: Composition, rect: Rect) -> int:
    size = c.look.panel.type_px(17)
    by_width = round(size * (rect.w - c.look.px(8)) / c.look.typesetter.width("A-000", size_px=size, weight=700))
    return min(size, by_width, round(rect.h / 0.95))


def _tiny_dock(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """Languages behind the globe, *Done*, *Help*."""
    rect, side = grid.dock, grid.dock.h
    x, face = rect.x, rect.h - grid.lip
    for icon, target in beside_help(frame):
        icon_key(c, Rect(x, rect.y, side, face), icon, target, pressed=frame.pressed == target)
        x += side + grid.gap
    turn_px = helps_px = (rect.end - x - grid.gap) // 2
    if frame.more[0]:
        size = c.look.type_px("key")
        helps_px, turn_px = side, c.look.width(frame.more[0], size, 600) + 2 * c.look.px(3)
        key(c, Rect(x, rect.y, turn_px, face), frame.more[0], "page", pressed=frame.pressed == "page")
        x += turn_px + grid.gap
    done = Rect(x, rect.y, rect.end - x - helps_px - grid.gap, face)
    key(c, done, *done_key(told), pressed=frame.pressed == done_key(told)[1])
    help_key(c, Rect(rect.end - helps_px, rect.y, helps_px, face), frame)
