"""The blocks of a lane's pages: what we know of a visit, the plan of the walk around the car, two days, a code that is not ours.

Each has a least and a best height and draws itself into what it gets (lane_page.Block). Words come as finished text.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kiosk.display import parts
from kiosk.display.icons import outline
from kiosk.display.lane_page import tile
from kiosk.display.scene import Box, Disc, Fill, Icon, Rect, Stroke
from kiosk.display.stub import ticket_stub

if TYPE_CHECKING:
    from kiosk.display.layout import Composition

PLAN_SIZE = (952, 560)
PLAN_WHEELS = "M312 168h66M312 392h66M572 168h66M572 392h66"
PLAN_BODY = (
    "M256 214q2-34 40-38 60-8 170-8t164 8q58 8 70 52 6 52 0 104-12 44-70 52-54 8-164 8t-170-8q-38-4-40-38-6-66 0-132z"
)
PLAN_GLASS = ("M340 212q-18 68 0 136l52-24q-10-44 0-88z", "M552 204q34 76 0 152l-50-32q14-44 0-88z")
PLAN_LINES = ("M392 236h110M392 324h110M556 176l14-28M556 384l14 28", "M664 206q22 18 26 40M664 354q22-18 26-40")
PLAN_WALK = "M150 280C150 120 260 62 476 62s326 58 326 218-110 218-326 218S150 440 150 280z"
PLAN_STOPS = ((802, 280), (720, 118), (476, 62), (232, 118), (150, 280), (232, 442), (476, 498), (720, 442))


# ---- what we know

Mode = tuple[float, bool, int]


@dataclass(frozen=True)
class Row:
    """One row of the review card: icon, small label, what we know; the plate's end in its own frame at the end."""

    icon: str
    label: str
    lines: tuple[str, ...]
    plate: str = ""
    beside: Row | None = None


@dataclass(frozen=True)
class Review:
    """The card of what we know. Where height is short the air goes first, then the labels, never a row."""

    rows: tuple[Row, ...]

    def least(self, c: Composition, width_px: int) -> int:
        """Tight and without labels."""
        return self._height(c, width_px, _TIGHT[-1])

    def best(self, c: Composition, width_px: int) -> int:
        """With labels and air."""
        return self._height(c, width_px, _TIGHT[0])

    def draw(self, c: Composition, rect: Rect) -> None:
        """The rows spread over the card."""
        fitting = (one for one in _TIGHT if self._height(c, rect.w, one) <= rect.h)
        mode = next(fitting, _TIGHT[-1])
        parts.card(c, rect)
        heights = [self._row_height(c, rect.w, row, mode) for row in self.rows]
        spare = max(0, rect.h - sum(heights)) // len(heights)
        y = rect.y
        for index, (row, height) in enumerate(zip(self.rows, heights, strict=True)):
            if index:
                c.add(Fill(Rect(rect.x, y, rect.w, max(2, c.look.px(0.75))), c.look.theme.line))
            self._draw_row(c, Rect(rect.x, y, rect.w, height + spare), row, mode)
            y += height + spare

    def _height(self, c: Composition, width: int, mode: Mode) -> int:
        return sum(self._row_height(c, width, row, mode) for row in self.rows)

    def _row_height(self, c: Composition, width: int, row: Row, mode: Mode) -> int:
        pad_mm, has_labels, most = mode
        size, caption = _value_px(c), c.look.type_px("caption")
        label = round(caption * _spread(c)) if has_labels else 0
        lines = len(_lines_of(c, row, _value_room(c, width, row), most))
        if row.beside:
            lines = max(lines, len(_lines_of(c, row.beside, _second_room(c, width, row), most)))
        return label + lines * round(size * _spread(c)) + 2 * c.look.px(pad_mm)

    def _draw_row(self, c: Composition, rect: Rect, row: Row, mode: Mode) -> None:
        first = _first_cell(c, rect.w, row) if row.beside else rect.w
        start = Rect(rect.x, rect.y, first, rect.h)
        self._draw_cell(c, start, row, mode, _value_room(c, rect.w, row))
        if row.beside:
            end = Rect(rect.x + first, rect.y, rect.w - first, rect.h)
            self._draw_cell(c, end, row.beside, mode, _second_room(c, rect.w, row))

    def _draw_cell(self, c: Composition, rect: Rect, row: Row, mode: Mode, room: int) -> None:
        _, has_labels, most = mode
        theme, size, caption = c.look.theme, _value_px(c), c.look.type_px("caption")
        icon_px = _icon_px(c)
        lines = _lines_of(c, row, room, most)
        pitch, small = round(size * _spread(c)), round(caption * _spread(c)) if has_labels else 0
        y = rect.middle - (small + pitch * len(lines)) // 2
        x = rect.x + _pad(c)
        c.add(Icon(Rect(x, rect.middle - icon_px // 2, icon_px, icon_px), row.icon, theme.ink_2))
        x += icon_px + _icon_gap(c)
        if has_labels:
            c.text(row.label, x, y + small // 2, size_px=caption, colour=theme.ink_2)
            y += small
        for index, line in enumerate(lines):
            place = c.text(line, x, y + pitch // 2, size_px=size, weight=600)
            if row.plate and index == len(lines) - 1:
                _plate(c, place.end + c.look.px(4), y + pitch // 2, rect.end - _pad(c), row.plate)
            y += pitch


_TIGHT = ((7.0, True, 2), (4.5, True, 2), (3.0, True, 2), (3.0, False, 2), (1.2, False, 2), (1.2, False, 1))
"""Padding in mm, whether labels are shown, lines a value may take: from roomy to tight."""


def _spread(c: Composition) -> float:
    return 1.42 if c.look.is_rtl else 1.25


def _value_px(c: Composition) -> int:
    return c.look.type_px("key" if c.look.panel.size_class == "L" else "text")


def _is_small(c: Composition) -> bool:
    return c.look.panel.size_class == "S"


def _pad(c: Composition) -> int:
    return c.look.px(3.5 if _is_small(c) else 10)


def _icon_px(c: Composition) -> int:
    return c.look.px(11 if _is_small(c) else 18)


def _icon_gap(c: Composition) -> int:
    return c.look.px(3 if _is_small(c) else 8.5)


def _value_room(c: Composition, width: int, row: Row) -> int:
    if row.beside:
        return _first_cell(c, width, row) - _pad(c) - _icon_px(c) - _icon_gap(c)
    return width - 2 * _pad(c) - _icon_px(c) - _icon_gap(c)


def _first_cell(c: Composition, width: int, row: Row) -> int:
    """Width of the first of two cells: half, or more where its value needs it."""
    value = max((c.look.width(one, _value_px(c), 600) for one in row.lines), default=0)
    label = c.look.width(row.label, c.look.type_px("caption"))
    needed = _pad(c) + _icon_px(c) + _icon_gap(c) + max(value, label) + c.look.px(5)
    return max(width // 2, min(round(width * 0.64), needed))


def _second_room(c: Composition, width: int, row: Row) -> int:
    return width - _first_cell(c, width, row) - _pad(c) - _icon_px(c) - _icon_gap(c)


def _lines_of(c: Composition, row: Row, room: int, most: int) -> tuple[str, ...]:
    """The row's values in lines; a long value takes `most` and ends in an ellipsis."""
    size = _value_px(c)
    found: list[str] = []
    for value in row.lines:
        lines = c.wrapped(value, room, size_px=size, weight=600)
        if len(lines) > most:
            lines = (*lines[: most - 1], _cut(c, " ".join(lines[most - 1 :]), room, size))
        found.extend(lines)
    if row.plate and found and c.look.width(found[-1], size, 600) + c.look.px(4) + _plate_width(c, row.plate) > room:
        found.append("")  # the plate's end stands on a line of its own
    return tuple(found)


def _cut(c: Composition, text: str, room: int, size: int) -> str:
    return c.look.shortened(text, room, size, 600) or text[:12]


def _plate_px(c: Composition) -> int:
    return c.look.type_px("caption")


def _plate_width(c: Composition, plate: str) -> int:
    return c.look.typesetter.width(plate, size_px=_plate_px(c), weight=600) + 2 * c.look.px(4)


def _plate(c: Composition, x: int, middle: int, end: int, plate: str) -> None:
    width, height = _plate_width(c, plate), round(_plate_px(c) * 1.3)
    x = min(x, end - width)
    box = Rect(x, middle - height // 2, width, height)
    c.add(Box(box, None, c.look.px(2.5), edge_colour=c.look.theme.edge, edge_px=max(2, c.look.px(0.75))))
    c.text(plate, box.centre, middle, size_px=_plate_px(c), weight=600, align="centre", rtl=False)


# ---- the stub


@dataclass(frozen=True)
class Stub:
    """The ticket's number as a torn stub."""

    label: str
    ticket: str
    beside: tuple[str, ...] = ()

    def least(self, c: Composition, width_px: int) -> int:
        """Number, label and a little air."""
        return round(_ticket_px(c) * 0.95) + round(c.look.type_px("caption") * 1.5) + c.look.px(5)

    def best(self, c: Composition, width_px: int) -> int:
        """With the margins of paper."""
        return self.least(c, width_px) + c.look.px(10)

    def draw(self, c: Composition, rect: Rect) -> None:
        """The stub on the page's ground."""
        share = 0.62 if rect.w < c.look.px(200) else 0.668
        ticket_stub(
            c, rect, self.label, self.ticket, beside=self.beside, ticket_px=_ticket_px(c, rect.w, share), share=share
        )


def _ticket_px(c: Composition, width: int | None = None, share: float = 0.668) -> int:
    """The number's size: the role's, or what the stub's width holds."""
    size = c.look.panel.type_px({"L": 33, "M": 24, "S": 17}[c.look.panel.size_class])
    if width is None:
        return size
    room = round(width * share) - c.look.px(22 if c.look.panel.size_class != "S" else 14)
    across = c.look.typesetter.width("A-000", size_px=size, weight=700)
    return min(size, round(size * room / across))


# ---- permission


@dataclass(frozen=True)
class CarPlan:
    """The car from above and the eight places at which somebody looks. Never mirrored: its front is its front."""

    def least(self, c: Composition, width_px: int) -> int:
        """Less would be a toy."""
        return round(min(width_px, c.look.px(150)) * 0.42)

    def best(self, c: Composition, width_px: int) -> int:
        """The drawing's own shape."""
        return round(width_px * PLAN_SIZE[1] / PLAN_SIZE[0])

    def draw(self, c: Composition, rect: Rect) -> None:
        """As large as the room allows."""
        theme = c.look.theme
        parts.card(c, rect)
        scale = min(rect.w / PLAN_SIZE[0], rect.h / PLAN_SIZE[1])
        x = rect.centre - PLAN_SIZE[0] * scale / 2
        y = rect.middle - PLAN_SIZE[1] * scale / 2
        with c.fixed(rect):
            _strokes(c, PLAN_WALK, (x, y, scale), theme.edge, 7, dash=15)
            _strokes(c, PLAN_WHEELS, (x, y, scale), theme.ink, 20)
            for path in (PLAN_BODY, *PLAN_GLASS, *PLAN_LINES):
                _strokes(c, path, (x, y, scale), theme.ink, 8)
            for number, (cx, cy) in enumerate(PLAN_STOPS, 1):
                across = round(80 * scale)
                stop = Rect(round(x + cx * scale) - across // 2, round(y + cy * scale) - across // 2, across, across)
                c.add(Disc(stop, theme.ink))
                size = max(round(46 * scale), 12)
                c.text(
                    str(number),
                    stop.centre,
                    stop.middle,
                    size_px=size,
                    weight=700,
                    colour=theme.surface,
                    align="centre",
                    rtl=False,
                )


def _strokes(
    c: Composition, path: str, place: tuple[float, float, float], colour: str, width: float, *, dash: float = 0
) -> None:
    x, y, scale = place
    for line in _outline(path):
        points = tuple((x + px * scale, y + py * scale) for px, py in line)
        c.add(Stroke.through(points, colour, width * scale, dash * scale))


@lru_cache(maxsize=32)
def _outline(path: str) -> tuple[tuple[tuple[float, float], ...], ...]:
    return outline(path)


# ---- another day


@dataclass(frozen=True)
class Day:
    """A day on its leaf: *today* or *your appointment*, number, weekday, month, and the time if there is one."""

    label: str
    number: str
    weekday: str
    month: str
    time: str = ""


@dataclass(frozen=True)
class Days:
    """Today, an arrow, and the day of the appointment."""

    today: Day
    appointment: Day

    def least(self, c: Composition, width_px: int) -> int:
        """Label, number, weekday and time without air."""
        return self._leaf(c, with_time=True) if not _is_small(c) else self._leaf(c, with_time=True)

    def best(self, c: Composition, width_px: int) -> int:
        """With air."""
        return self.least(c, width_px) + (0 if _is_small(c) else c.look.px(6))

    def draw(self, c: Composition, rect: Rect) -> None:
        """The day of the appointment is the dark one."""
        theme = c.look.theme
        narrow = _is_small(c)
        widths = (round(rect.w * 0.4), round(rect.w * (0.44 if narrow else 0.45)))
        off = Rect(rect.x, rect.y, widths[0], self._leaf(c, with_time=False) + c.look.px(2))
        off = off.moved(down=(rect.h - off.h) // 2)
        on = Rect(rect.end - widths[1], rect.y, widths[1], rect.h)
        edge = max(2, c.look.px(1))
        c.add(Box(off, None, c.look.px(7), edge_colour=theme.edge, edge_px=edge, dashed=True))
        self._words(c, off, self.today, theme.ink_2)
        c.add(Box(on, theme.ink, c.look.px(7)))
        self._words(c, on, self.appointment, theme.surface)
        icon = min(c.look.px(27), on.x - off.end - c.look.px(1))
        c.add(Icon(Rect((off.end + on.x - icon) // 2, rect.middle - icon // 2, icon, icon), "forward", theme.ink_2))

    def _sizes(self, c: Composition) -> tuple[int, int, int]:
        panel = c.look.panel
        big = {"L": 31.0, "M": 23.0, "S": 14.0}[panel.size_class]
        time = {"L": 14.5, "M": 11.0, "S": 9.0}[panel.size_class]
        return c.look.type_px("label"), panel.type_px(big), panel.type_px(time)

    def _leaf(self, c: Composition, *, with_time: bool) -> int:
        label, big, time = self._sizes(c)
        lines = 2 if _is_small(c) else 3
        height = round(label * _spread(c)) * lines + round(big * 1.0) + c.look.px(2 if _is_small(c) else 8)
        return height + (round(time * 1.2) if with_time else 0)

    def _words(self, c: Composition, rect: Rect, day: Day, colour: str) -> None:
        label, big, time = self._sizes(c)
        pitch = round(label * _spread(c))
        words = [(day.label, label, 600, pitch), (day.number, big, 700, round(big * 1.0))]
        if _is_small(c):
            words.append((f"{day.weekday}", label, 600, pitch))
        else:
            words += [(day.weekday, label, 600, pitch), (day.month, label, 600, pitch)]
        if day.time:
            words.append((day.time, time, 700, round(time * 1.2)))
        y = rect.middle - sum(one[3] for one in words) // 2
        for text, size, weight, height in words:
            if text:
                across = c.look.width(text, size, weight)
                fits = min(size, round(size * (rect.w - c.look.px(3)) / max(1, across)))
                c.text(text, rect.centre, y + height // 2, size_px=fits, weight=weight, colour=colour, align="centre")
            y += height


# ---- not ours, and where to go instead


@dataclass(frozen=True)
class CodePicture:
    """A drawn code with a sign upon it: a question mark, a house, a tick."""

    sign: str = ""
    icon: str = ""

    def least(self, c: Composition, width_px: int) -> int:
        """Less would be a toy."""
        return c.look.px(60 if not _is_small(c) else 30)

    def best(self, c: Composition, width_px: int) -> int:
        """The drawing's own shape."""
        return min(round(width_px * 0.42), c.look.px(100))

    def draw(self, c: Composition, rect: Rect) -> None:
        """A sheet with the three eyes of a code, and the sign on an amber disc."""
        theme = c.look.theme
        tile(c, rect, theme.sunken)
        side = round(rect.h * 0.7)
        with c.fixed(rect):
            sheet = Rect(rect.centre - side // 2, rect.middle - side // 2, side, side)
            unit = side / 280
            edge = theme.edge if theme.surface_edge_px else None
            c.add(Box(sheet, theme.surface, round(24 * unit), edge_colour=edge, edge_px=theme.surface_edge_px))
            for ex, ey in ((28, 28), (174, 28), (28, 174)):
                eye = Rect(sheet.x + round(ex * unit), sheet.y + round(ey * unit), round(78 * unit), round(78 * unit))
                c.add(Box(eye, None, 0, edge_colour=theme.edge, edge_px=max(2, round(16 * unit))))
                c.add(Fill(eye.inset(round(32 * unit)), theme.edge))
            across = round(184 * unit)
            disc = Rect(sheet.x + round(118 * unit), sheet.y + round(120 * unit), across, across)
            c.add(Disc(disc, theme.wait))
            if self.icon:
                c.add(Icon(disc.inset(round(across * 0.2)), self.icon, theme.on_wait, 2.2))
            else:
                size = round(140 * unit)
                c.text(
                    self.sign,
                    disc.centre,
                    disc.middle,
                    size_px=size,
                    weight=700,
                    colour=theme.on_wait,
                    align="centre",
                    rtl=False,
                )


@dataclass(frozen=True)
class Place:
    """Where to go instead: a lane's letter or an icon on a tile, a name, a sentence."""

    name: str
    sentence: str = ""
    letter: str = ""
    icon: str = "advisor"


@dataclass(frozen=True)
class Places:
    """Large cards, one for each place to go to."""

    places: tuple[Place, ...]

    def least(self, c: Composition, width_px: int) -> int:
        """Tiles of 20 mm."""
        return len(self.places) * c.look.px(26 if _is_small(c) else 40) + self._gaps(c)

    def best(self, c: Composition, width_px: int) -> int:
        """As in the pictures."""
        return len(self.places) * c.look.px(30 if _is_small(c) else 76) + self._gaps(c)

    def draw(self, c: Composition, rect: Rect) -> None:
        """From the most to the least near."""
        height = (rect.h - self._gaps(c)) // len(self.places)
        for index, place in enumerate(self.places):
            y = rect.y + index * (height + c.look.px(3 if _is_small(c) else 8))
            self._draw(c, Rect(rect.x, y, rect.w, height), place)

    def _gaps(self, c: Composition) -> int:
        return (len(self.places) - 1) * c.look.px(3 if _is_small(c) else 8)

    def _draw(self, c: Composition, rect: Rect, place: Place) -> None:
        theme = c.look.theme
        parts.card(c, rect)
        pad = c.look.px(3 if _is_small(c) else 11)
        side = rect.h - 2 * min(pad, c.look.px(6))
        square = Rect(rect.x + pad, rect.middle - side // 2, side, side)
        if place.letter:
            tile(c, square, theme.ink)
            size = round(side * 0.76)
            c.text(
                place.letter,
                square.centre,
                square.middle,
                size_px=size,
                weight=700,
                colour=theme.surface,
                align="centre",
                rtl=False,
            )
        else:
            tile(c, square, theme.sunken)
            c.add(Icon(square.inset(round(side * 0.19)), place.icon, theme.ink))
        arrow = c.look.px(12 if _is_small(c) else 27)
        c.add(Icon(Rect(rect.end - pad - arrow, rect.middle - arrow // 2, arrow, arrow), "forward", theme.ink))
        x = square.end + c.look.px(4 if _is_small(c) else 11)
        room = rect.end - pad - arrow - c.look.px(4 if _is_small(c) else 7) - x
        self._words(c, Rect(x, rect.y, room, rect.h), place)

    def _words(self, c: Composition, room: Rect, place: Place) -> None:
        size = c.look.panel.type_px({"L": 16.5, "M": 12.5, "S": 9.1}[c.look.panel.size_class])
        size = min(size, round(size * room.w / max(1, c.look.width(place.name, size, 700))))
        label = c.look.type_px("label")
        lines = c.wrapped(place.sentence, room.w, size_px=label) if place.sentence else ()
        pitch, small = round(size * _spread(c) * 0.95), round(label * _spread(c))
        y = room.middle - (pitch + small * len(lines)) // 2
        c.text(place.name, room.x, y + pitch // 2, size_px=size, weight=700)
        y += pitch
        for line in lines:
            c.text(line, room.x, y + small // 2, size_px=label, colour=c.look.theme.ink_2)
            y += small
