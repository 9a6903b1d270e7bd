"""The end of the conversation: who comes, the ticket's stub, where the paper is, and the visit's line.

Without the hub the bell is to be rung; without paper the number stands here, with a code to follow the visit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kiosk.display import parts
from kiosk.display.keys import key
from kiosk.display.lane_hero import Hero, disc, on_ground, sentence_of, words, words_height
from kiosk.display.lane_page import Form, Frame, Grid, Notice, frame_around, icon_key
from kiosk.display.lane_words import initial_of
from kiosk.display.scene import Box, Disc, Fill, Icon, Rect, Shadow, Stroke
from kiosk.display.stages import labelled_visit_line
from kiosk.display.stub import ticket_stub
from kiosk.domain.lane_state import PaperState
from kiosk.domain.lane_turn import advisor_at, follow_address
from kiosk.domain.lane_view import StoreView
from kiosk.qr import code_matrix

if TYPE_CHECKING:
    from kiosk.display.layout import Composition
    from kiosk.display.lane_words import Told

STOP_IDS = ("checked_in", "with_advisor", "in_service", "quality_check", "ready")


@dataclass(frozen=True)
class Paper:
    """What is said of the paper ticket: where it is, or that there is none, with the code that it would carry."""

    icon: str
    bold: str
    text: str = ""
    address: str = ""

    @property
    def is_missing(self) -> bool:
        """There is no paper."""
        return bool(self.text)


Below = tuple[Paper, Notice | None]
"""What is said below the stub."""


def ticket(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """The page on this panel."""
    hero = hero_of(told)
    on_ground(c, hero)
    {Form.UPRIGHT: _upright, Form.WIDE: _wide, Form.TABLET: _tablet, Form.TINY: _tiny}[grid.form](
        c, grid, frame, told, hero
    )


def hero_of(told: Told) -> Hero:
    """The sentence of this moment."""
    customer = told.state.customer
    stay = told("ticket.stay")
    someone = (told("ticket.hero_someone"), told("ticket.hero_someone_short"))
    if customer is None:
        return Hero(someone, stay)
    if customer.offline:
        return Hero((told("offline.headline"),), told("offline.text"), icon="bell", calls=True)
    name = told.advisor(customer.advisor)
    if name and customer.outcome:
        lead = told("person.second_called") if told.visit and told.visit.escalated else stay
        sentences = (told("ticket.hero", advisor=name), told("ticket.hero_long", advisor=name), *someone)
        return Hero(sentences, lead, initial=initial_of(name))
    opens_at = told.store.opens_at if told.store else None
    if customer.nobody_in and opens_at:
        return Hero((told("ticket.hero_closed"),), told("ticket.opens", when=told.when(opens_at)), icon="clock")
    if customer.nobody_in:
        return Hero((told("ticket.hero_nobody"),), told("ticket.nobody"), icon="bell")
    at = advisor_at(customer)
    if at is None:
        return Hero(someone, stay)
    time = told.time(at)
    return Hero((told("ticket.hero_at", time=time), told("ticket.hero_at_short", time=time)), stay, icon="clock")


def paper_of(told: Told) -> Paper:
    """What is known of the paper."""
    state, customer = told.state, told.state.customer
    missing = state.printer_trouble is not None or (customer is not None and customer.paper is PaperState.FAILED)
    printed = customer is not None and customer.paper is PaperState.PRINTED
    address = _address(told.store, customer.follow_token if customer else "")
    if missing and not printed:
        text = told("no_paper.text" if address else "no_paper.text_plain")
        return Paper("printer", told("no_paper.headline", ticket=told.ticket()), text, address)
    if printed:
        return Paper("down", told("ticket.take_it" if address else "ticket.take_it_plain"))
    return Paper("printer", told("ticket.printing"))


def _address(store: StoreView | None, token: str) -> str:
    return follow_address(store.public_url, token) if store and token else ""


# ---- upright


def _upright(c: Composition, grid: Grid, frame: Frame, told: Told, hero: Hero) -> None:
    theme, room = c.look.theme, grid.room
    size, gap = c.look.type_px("hero"), grid.px(5)
    stub_px = max(grid.px(76), _stub_height(c, told, room.w))
    air = grid.px(6 + 12)
    below, face = _shares(c, grid, told, hero, room.h - air - stub_px)
    if below is None:
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
    beside = _beside(told)
    ticket_stub(c, stub, told("ticket.number"), told.ticket(), beside=beside, ground_above=theme.hero)
    _below(c, grid, frame, told, Rect(room.x, stub.bottom, room.w, room.bottom - stub.bottom), below)


def _shares(c: Composition, grid: Grid, told: Told, hero: Hero, height: int) -> tuple[Below | None, int]:
    """How the height is shared: what is said below the stub, and the size of the face above the sentence."""
    width = grid.room.w
    line_px = _line_height(c, grid, told, width) + grid.px(10)
    left = height - words_height(c, width, hero, c.look.type_px("hero"), gap=grid.px(5))
    variants = _below_variants(told)
    for below in variants[:-1] or variants:
        spare = left - _below_height(c, grid, below, width)
        if face := _face_px(grid, spare, 0 if below[1] else line_px):
            return below, face
    fits = (one for one in variants if _below_height(c, grid, one, width) <= left)
    return next(fits, None), 0


def _face_px(grid: Grid, spare: int, line_px: int) -> int:
    """The face as large as leaves room for the visit's line; else as large as there is room, 0 where there is none."""
    for millimetres in (54, 44, 33, 25):
        if grid.px(millimetres * 1.1 + 9) + line_px <= spare:
            return grid.px(millimetres)
    face = min(grid.px(54), round((spare - grid.px(9)) / 1.1))
    return face if face >= grid.px(25) else 0


def _stub_height(c: Composition, told: Told, width: int) -> int:
    """What stands beside the tear must have room."""
    beside, caption = _beside(told), c.look.type_px("caption")
    room = round(width * 0.332) - 2 * c.look.px(3)
    lines = len(c.wrapped(beside[0], room, size_px=caption)) + len(beside[2:])
    pitch = round(caption * (1.4 if c.look.is_rtl else 1.2))
    big = round(c.look.panel.type_px({"L": 33, "M": 24, "S": 17}[c.look.panel.size_class]) * 0.47 * 1.25)
    return lines * pitch + big + c.look.px(9)


def _beside(told: Told) -> tuple[str, ...]:
    """Beside the tear: when the car is ready; without the hub who was booked, if anybody."""
    customer = told.state.customer
    if customer and customer.offline and customer.completion_at is None and customer.advisor:
        return (told("ticket.your_advisor"), told.advisor(customer.advisor))
    return told.ready()


def _below_variants(told: Told) -> list[Below]:
    """What is said of paper and link, from whole to short."""
    customer, paper = told.state.customer, paper_of(told)
    if not (customer and customer.offline):
        return [(paper, None)]
    notice = told.offline_notice()
    plain = replace(paper, bold=told("ticket.take_it_plain")) if paper.icon == "down" else paper
    return [(paper, notice), (plain, notice), (plain, replace(notice, sentence=""))]


def _below_height(c: Composition, grid: Grid, below: Below, width: int) -> int:
    paper, notice = below
    height = grid.px(11) + _paper_height(c, grid, paper, width) + grid.px(8) + grid.key + grid.lip
    if notice:
        height += grid.px(6) + parts.notice_height(c, width, notice.bold, notice.sentence)
    return height


def _below(c: Composition, grid: Grid, frame: Frame, told: Told, room: Rect, said: Below | None) -> None:
    """Paper, then the visit's line or the notice, and *Done*."""
    paper, notice = said or _below_variants(told)[-1]
    paper_px = _paper_height(c, grid, paper, room.w)
    done = Rect(room.x, room.bottom - grid.lip - grid.key, room.w, grid.key)
    key(c, done, told("ticket.done"), "done", pressed=frame.pressed == "done")
    y = room.y + grid.px(11)
    free = done.y - grid.px(8) - y - paper_px
    if notice:
        height = parts.notice_height(c, room.w, notice.bold, notice.sentence)
        _draw_paper(c, grid, paper, Rect(room.x, y, room.w, paper_px))
        parts.notice(
            c, Rect(room.x, done.y - grid.px(8) - height, room.w, height), notice.icon, notice.bold, notice.sentence
        )
        return
    line_px = _line_height(c, grid, told, room.w)
    if free < line_px + grid.px(6) or paper.is_missing:
        _draw_paper(c, grid, paper, Rect(room.x, y + max(0, free) // 2, room.w, paper_px))
        return
    air = (free - line_px) // 3
    _draw_paper(c, grid, paper, Rect(room.x, y + air // 2, room.w, paper_px))
    _visit_line(c, grid, told, Rect(room.x, y + air // 2 + paper_px + air + air // 2, room.w, 0))


def _labels(told: Told) -> tuple[str, ...]:
    return tuple(told(f"stage_short.{one}") for one in STOP_IDS)


def _disc_px(grid: Grid) -> int:
    return grid.px(21 if grid.form is Form.UPRIGHT else 17)


def _visit_line(c: Composition, grid: Grid, told: Told, rect: Rect) -> None:
    labelled_visit_line(c, rect, "checked_in", _labels(told), disc_px=_disc_px(grid))


def _line_height(c: Composition, grid: Grid, told: Told, width: int) -> int:
    size = c.look.type_px("caption")
    room = (width - _disc_px(grid)) // 4 - c.look.px(1.5)
    lines = max(len(c.wrapped(one, round(room * 0.82), size_px=size, weight=600)) for one in _labels(told))
    return _disc_px(grid) + c.look.px(3) + lines * round(size * (1.4 if c.look.is_rtl else 1.12))


def _code_px(c: Composition, grid: Grid) -> int:
    return grid.px(76)


def _paper_height(c: Composition, grid: Grid, paper: Paper, width: int) -> int:
    if not paper.is_missing:
        room = width - grid.px(25) - grid.px(8)
        return max(grid.px(20), c.paragraph_height(paper.bold, room, size_px=c.look.type_px("text"), weight=600))
    side = _code_px(c, grid) if paper.address else grid.px(25)
    room = width - side - grid.px(10)
    bold = c.paragraph_height(paper.bold, room, size_px=c.look.type_px("text"), weight=700)
    text = c.paragraph_height(paper.text, room, size_px=c.look.type_px("label"))
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
    room = rect.end - x
    bold_px, text_px = c.look.type_px("text"), c.look.type_px("label")
    height = c.paragraph_height(paper.bold, room, size_px=bold_px, weight=700) + grid.px(3)
    height += c.paragraph_height(paper.text, room, size_px=text_px)
    said = c.paragraph(paper.bold, Rect(x, rect.middle - height // 2, room, 0), size_px=bold_px, weight=700)
    c.paragraph(paper.text, Rect(x, said.bottom + grid.px(3), room, 0), size_px=text_px, colour=theme.ink_2)


# ---- two columns


def _wide(c: Composition, grid: Grid, frame: Frame, told: Told, hero: Hero) -> None:
    theme, room = c.look.theme, grid.room
    customer, paper = told.state.customer, paper_of(told)
    start, end = grid.columns(Rect(room.x, room.y + grid.px(8), room.w, room.h - grid.px(8)))
    low_px = grid.px(46)
    ground = Rect(0, 0, grid.size[0], room.bottom + grid.px(4) - low_px - grid.px(6))
    c.add(Fill(ground, theme.hero))
    frame_around(c, grid, frame, inverse=True)
    stub = Rect(start.x, start.y, start.w, ground.bottom + grid.px(3) - start.y)
    _tall_stub(c, grid, told, stub)
    size, gap = c.look.type_px("hero"), grid.px(4)
    most = ground.bottom - grid.px(5) - end.y
    if words_height(c, end.w, hero, size, gap=gap) > most:
        hero = replace(hero, lead="")
    said_px = words_height(c, end.w, hero, size, gap=gap)
    face = min(grid.px(27), most - said_px - grid.px(8))
    y = end.y
    if face >= grid.px(18):
        disc(c, Rect(end.x + (face // 6 if hero.initial else 0), y + face // 6, face, face), hero)
        y += face + face // 6 + grid.px(6)
    words(c, Rect(end.x, y, end.w, 0), hero, size, gap=gap)
    low = Rect(room.x, stub.bottom + grid.px(3), room.w, room.bottom + grid.px(4) - stub.bottom - grid.px(3))
    left, right = grid.columns(low, 0.46)
    if customer and customer.offline:
        notice = told.offline_notice()
        if parts.notice_height(c, right.w, notice.bold, notice.sentence) > low.h:
            notice = replace(notice, sentence="")
        _wide_paper(c, grid, paper, left, told)
        height = parts.notice_height(c, right.w, notice.bold, notice.sentence)
        parts.notice(
            c, Rect(right.x, low.middle - height // 2, right.w, height), notice.icon, notice.bold, notice.sentence
        )
    elif paper.is_missing and paper.address:
        _wide_code(c, grid, paper, low)
    else:
        _wide_paper(c, grid, paper, left, told)
        line = _line_height(c, grid, told, right.w)
        if line <= low.h + grid.px(4):
            _visit_line(c, grid, told, Rect(right.x, low.middle - line // 2, right.w, 0))
    _done_in_dock(c, grid, frame, told)


def _wide_paper(c: Composition, grid: Grid, paper: Paper, room: Rect, told: Told) -> None:
    """Icon and one or two lines; the sentence on the code gives way."""
    size, icon = c.look.type_px("label"), grid.px(18)
    across = room.w - icon - grid.px(5)
    text = paper.bold
    if c.paragraph_height(text, across, size_px=size, weight=600) > room.h and paper.icon == "down":
        text = told("ticket.take_it_plain")
    c.add(Icon(Rect(room.x, room.middle - icon // 2, icon, icon), paper.icon, c.look.theme.action))
    place = Rect(room.x + icon + grid.px(5), room.y, across, room.h)
    c.paragraph(text, place, size_px=size, weight=600, centred=True)


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


def _tall_stub(c: Composition, grid: Grid, told: Told, rect: Rect) -> None:
    """The stub torn across: label and number above, what is expected below the tear."""
    theme, radius = c.look.theme, c.look.px(6)
    edge_px = theme.surface_edge_px
    c.add(Shadow(rect.moved(down=c.look.px(2.5)), "#0F1E2833", radius, c.look.px(4.5)))
    c.add(Box(rect, theme.surface, radius, edge_colour=theme.edge if edge_px else None, edge_px=edge_px))
    beside = _beside(told)
    caption, value = (
        c.look.type_px("label"),
        c.look.panel.type_px({"L": 15.5, "M": 12.0}.get(c.look.panel.size_class, 9.1)),
    )
    said = " ".join(reversed(beside[1:])) if len(beside) > 2 else beside[1]  # noqa: PLR2004 - label, time, day
    pad = grid.px(12)
    inner = rect.inset(pad, 0)
    labels = c.wrapped(beside[0], round(inner.w * 0.48), size_px=caption)
    pitch = round(caption * (1.42 if c.look.is_rtl else 1.2))
    low_px = max(pitch * len(labels), round(value * 1.3)) + grid.px(8)
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
    y = middle - pitch * (len(labels) - 1) // 2
    for line in labels:
        c.text(line, inner.x, y, size_px=caption, colour=theme.ink_2)
        y += pitch
    across = c.look.width(said, value, 700)
    value = min(value, round(value * inner.w * 0.5 / max(1, across)))
    c.text(said, inner.end, middle, size_px=value, weight=700, align="end")


def _done_in_dock(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """*Done* between the languages and *Help*."""
    width = grid.px(84)
    help_px = c.look.px(104)
    place = Rect(
        grid.dock.end - min(help_px, grid.dock.w // 4) - grid.px(12) - width, grid.dock.y, width, grid.dock.h - grid.lip
    )
    key(c, place, told("ticket.done"), "done", pressed=frame.pressed == "done")


# ---- small panels


def _tablet(c: Composition, grid: Grid, frame: Frame, told: Told, hero: Hero) -> None:
    theme, paper = c.look.theme, paper_of(told)
    room = Rect(grid.side, grid.top, grid.size[0] - 2 * grid.side, grid.room.bottom - grid.top)
    start, end = grid.columns(room, 0.47)
    low_px = grid.key + grid.lip
    ground = Rect(0, 0, grid.size[0], room.bottom - low_px - 2 * grid.gap)
    c.add(Fill(ground, theme.hero))
    frame_around(c, grid, frame)
    stub = Rect(start.x, start.y, start.w, ground.bottom - start.y - grid.gap)
    _tall_stub(c, grid, told, stub)
    size = c.look.type_px("hero")
    shown = hero
    if words_height(c, end.w, shown, size, gap=grid.gap) > stub.h:
        shown = replace(hero, lead="")
    said_px = words_height(c, end.w, shown, size, gap=grid.gap)
    face = min(c.look.px(20), stub.h - said_px - 2 * grid.gap)
    y = end.y
    if face >= c.look.px(13):
        disc(c, Rect(end.x + (face // 6 if hero.initial else 0), y + face // 6, face, face), hero)
        y += face + face // 6 + grid.gap
    words(c, Rect(end.x, y, end.w, 0), shown, size, gap=grid.gap)
    low = Rect(room.x, room.bottom - low_px, room.w, low_px)
    done = Rect(end.x + end.w // 2, low.y, end.w - end.w // 2, grid.key)
    key(c, done, told("ticket.done"), "done", pressed=frame.pressed == "done")
    words_room = Rect(low.x, low.y - grid.gap // 2, done.x - grid.column_gap - low.x, grid.key + grid.gap)
    _small_paper(c, paper, told, words_room)


def _small_paper(c: Composition, paper: Paper, told: Told, room: Rect) -> None:
    """One or two lines on the paper, with its icon."""
    size, icon = c.look.type_px("text"), c.look.px(13)
    text = told("no_paper.short") if paper.is_missing else paper.bold
    across = room.w - icon - c.look.px(3)
    if c.paragraph_height(text, across, size_px=size, weight=600) > room.h + size // 3:
        text = told("ticket.take_it_plain") if paper.icon == "down" else text
    c.add(Icon(Rect(room.x, room.middle - icon // 2, icon, icon), paper.icon, c.look.theme.action))
    place = Rect(room.x + icon + c.look.px(3), room.y, across, room.h)
    c.paragraph(text, place, size_px=size, weight=600, centred=True, headline=True)


def _tiny(c: Composition, grid: Grid, frame: Frame, told: Told, hero: Hero) -> None:
    theme, paper = c.look.theme, paper_of(told)
    room = Rect(grid.side, grid.top, grid.size[0] - 2 * grid.side, grid.room.bottom - grid.top)
    c.add(Fill(Rect(0, 0, grid.size[0], room.bottom + grid.gap // 2), theme.hero))
    _tiny_dock(c, grid, frame, told)
    size = c.look.type_px("hero")
    sentence = sentence_of(c, hero, room.w, size)
    said = c.paragraph(sentence, room, size_px=size, weight=700, colour=theme.on_hero, headline=True)
    rest = Rect(room.x, said.bottom + grid.gap, room.w, room.bottom - said.bottom - grid.gap)
    start, end = grid.columns(rest, 0.52)
    ticket_stub(c, start, told("ticket.number"), told.ticket(), ticket_px=_tiny_ticket_px(c, start))
    text = (told("no_paper.short"),) if paper.is_missing else _beside(told)
    label = c.look.type_px("text")
    lines = [line for one in text for line in c.wrapped(one, end.w, size_px=label, weight=600)]
    pitch = round(label * (1.35 if c.look.is_rtl else 1.15))
    lines = lines[: max(1, end.h // pitch)]
    y = end.middle - pitch * (len(lines) - 1) // 2
    for line in lines:
        c.text(line, end.x, y, size_px=label, weight=600, colour=theme.on_hero)
        y += pitch


def _tiny_ticket_px(c: Composition, rect: Rect) -> int:
    size = c.look.panel.type_px(17)
    room = rect.w - c.look.px(16)
    by_width = round(size * room / c.look.typesetter.width("A-000", size_px=size, weight=700))
    by_height = round((rect.h - c.look.type_px("caption") * 1.6) / 0.95)
    return min(size, by_width, by_height)


def _tiny_dock(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """Languages behind the globe, *Done*, *Help*."""
    rect = grid.dock
    globe = rect.h
    each = (rect.w - globe - 2 * grid.gap) // 2
    face = rect.h - grid.lip
    icon_key(c, Rect(rect.x, rect.y, globe, face), "globe", "languages", pressed=frame.pressed == "languages")
    done = Rect(rect.x + globe + grid.gap, rect.y, each, face)
    key(c, done, told("ticket.done"), "done", pressed=frame.pressed == "done")
    helps = Rect(rect.end - each, rect.y, each, face)
    key(c, helps, told("dock.help"), "help", icon="hand", pressed=frame.pressed == "help")
