"""The blocks of a lane's pages: the stub, the plan of the walk around the car, two days, a code that is not ours.

Each has a least and a best height and draws itself into what it gets (lane_page.Block). Words come as finished text.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kiosk.display import parts
from kiosk.display.icons import outline
from kiosk.display.lane_grid import by_class, is_small, line_spread
from kiosk.display.lane_page import tile
from kiosk.display.scene import Box, Disc, Fill, Icon, Rect, Stroke
from kiosk.display.stub import BESIDE_MM, least_beside_px, ticket_stub
from kiosk.qr import code_matrix

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


# ---- the stub


@dataclass(frozen=True)
class Stub:
    """The ticket's number as a torn stub."""

    label: str
    ticket: str
    beside: tuple[str, ...] = ()

    def least(self, c: Composition, width_px: int) -> int:
        """Number, label and a little air; on a small panel the two beside each other."""
        if is_small(c):
            return c.look.px(19)
        if self.beside:
            room = max(round(width_px * 0.332), least_beside_px(c, self.beside)) - 2 * c.look.px(BESIDE_MM)
            caption = c.look.type_px("caption")
            lines = len(c.wrapped(self.beside[0], room, size_px=caption)) + len(self.beside[2:])
            tall = lines * round(caption * (1.4 if c.look.is_rtl else 1.2)) + round(_ticket_px(c) * 0.47 * 1.25)
            return max(tall + c.look.px(6), round(_ticket_px(c) * 0.95) + round(caption * 1.5) + c.look.px(5))
        return round(_ticket_px(c) * 0.95) + round(c.look.type_px("caption") * 1.5) + c.look.px(5)

    def best(self, c: Composition, width_px: int) -> int:
        """With the margins of paper."""
        return self.least(c, width_px) + c.look.px(10)

    def draw(self, c: Composition, rect: Rect) -> None:
        """The stub on the page's ground."""
        if is_small(c):
            self._inline(c, rect)
            return
        share = 0.62 if rect.w < c.look.px(200) else 0.668
        ticket_stub(
            c, rect, self.label, self.ticket, beside=self.beside, ticket_px=_ticket_px(c, rect.w, share), share=share
        )

    def _inline(self, c: Composition, rect: Rect) -> None:
        """Label at the start, number at the end of one card."""
        parts.card(c, rect)
        pad, size = c.look.px(4), min(c.look.panel.type_px(13), round(rect.h * 0.8))
        label = c.look.type_px("text")
        room = rect.w - 3 * pad - c.look.width(self.label, label) - 1
        across = c.look.typesetter.width(self.ticket, size_px=size, weight=700)
        if label <= size * room // across < size:  # a smaller number rather than one that nothing names
            size = size * room // across
        number = c.text(self.ticket, rect.end - pad, rect.middle, size_px=size, weight=700, align="end", rtl=False)
        if rect.x + pad + c.look.width(self.label, label) < number.x - pad:
            c.text(self.label, rect.x + pad, rect.middle, size_px=label, colour=c.look.theme.ink_2)


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

    def least(self, c: Composition, width_px: int) -> int:  # noqa: ARG002 - every block is asked alike
        """Less would be a toy."""
        return c.look.px(34)

    def best(self, c: Composition, width_px: int) -> int:  # noqa: ARG002 - every block is asked alike
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


@dataclass(frozen=True)
class Sign:
    """One large icon on a card: what the page is about."""

    icon: str

    def least(self, c: Composition, width_px: int) -> int:  # noqa: ARG002 - every block is asked alike
        """Smaller it says nothing."""
        return c.look.px(26)

    def best(self, c: Composition, width_px: int) -> int:  # noqa: ARG002 - every block is asked alike
        """Half as high as wide."""
        return width_px // 2

    def draw(self, c: Composition, rect: Rect) -> None:
        """In the middle of the card."""
        parts.card(c, rect)
        side = round(min(rect.w, rect.h) * 0.5)
        place = Rect(rect.centre - side // 2, rect.middle - side // 2, side, side)
        c.add(Icon(place, self.icon, c.look.theme.ink_2, 1.4))


@dataclass(frozen=True)
class Address:
    """A code that leads to an address, as large as a phone at arm's length needs it."""

    address: str

    def least(self, c: Composition, width_px: int) -> int:  # noqa: ARG002 - every block is asked alike
        """Still read from 30 cm."""
        return c.look.px(24)

    def best(self, c: Composition, width_px: int) -> int:
        """As on the page without paper."""
        return min(width_px, by_class(c, 90, 70, 40))

    def draw(self, c: Composition, rect: Rect) -> None:
        """At the start side, square."""
        side = min(rect.w, rect.h)
        parts.code(c, Rect(rect.x, rect.y, side, side), code_matrix(self.address))


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

    def least(self, c: Composition, width_px: int) -> int:  # noqa: ARG002 - every block is asked alike
        """Label, number, weekday and time without air."""
        return self._leaf(c, with_time=True)

    def best(self, c: Composition, width_px: int) -> int:
        """With air."""
        return self.least(c, width_px) + (0 if is_small(c) else c.look.px(6))

    def draw(self, c: Composition, rect: Rect) -> None:
        """The day of the appointment is the dark one."""
        theme = c.look.theme
        narrow = is_small(c)
        widths = (round(rect.w * 0.4), round(rect.w * (0.48 if narrow else 0.45)))
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
        lines = 2 if is_small(c) else 3
        height = round(label * line_spread(c)) * lines + round(big * 1.0) + c.look.px(2 if is_small(c) else 8)
        return height + (round(time * 1.2) if with_time else 0)

    def _words(self, c: Composition, rect: Rect, day: Day, colour: str) -> None:
        label, big, time = self._sizes(c)
        pitch = round(label * line_spread(c))
        words = [(day.label, label, 600, pitch if day.label else 0), (day.number, big, 700, round(big * 1.0))]
        if is_small(c):
            words.append((f"{day.weekday}", label, 600, pitch))
        else:
            words += [(day.weekday, label, 600, pitch), (day.month, label, 600, pitch)]
        if day.time:
            words.append((day.time, time, 700, round(time * 1.2)))
        y = rect.middle - sum(one[3] for one in words) // 2
        for text, size, weight, height in words:
            if text:
                across, room = c.look.width(text, size, weight), rect.w - c.look.px(2)
                fits = min(size, round(size * room / max(1, across)))
                if fits >= c.look.panel.type_px(7.3):  # what cannot be read is not shown
                    c.text(
                        text, rect.centre, y + height // 2, size_px=fits, weight=weight, colour=colour, align="centre"
                    )
            y += height


# ---- not ours, and where to go instead


@dataclass(frozen=True)
class CodePicture:
    """A drawn code with a sign upon it: a question mark, a house, a tick."""

    sign: str = ""
    icon: str = ""

    def least(self, c: Composition, width_px: int) -> int:  # noqa: ARG002 - every block is asked alike
        """Less would be a toy."""
        return by_class(c, 60, 44, 30)

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

    def least(self, c: Composition, width_px: int) -> int:  # noqa: ARG002 - every block is asked alike
        """Tiles of 20 mm."""
        return len(self.places) * c.look.px(26 if is_small(c) else 40) + self._gaps(c)

    def best(self, c: Composition, width_px: int) -> int:  # noqa: ARG002 - every block is asked alike
        """As in the pictures."""
        return len(self.places) * c.look.px(30 if is_small(c) else 76) + self._gaps(c)

    def draw(self, c: Composition, rect: Rect) -> None:
        """From the most to the least near."""
        height = (rect.h - self._gaps(c)) // len(self.places)
        for index, place in enumerate(self.places):
            y = rect.y + index * (height + c.look.px(3 if is_small(c) else 8))
            self._draw(c, Rect(rect.x, y, rect.w, height), place)

    def _gaps(self, c: Composition) -> int:
        return (len(self.places) - 1) * c.look.px(3 if is_small(c) else 8)

    def _draw(self, c: Composition, rect: Rect, place: Place) -> None:
        theme = c.look.theme
        parts.card(c, rect)
        pad = by_class(c, 11, 6, 3)
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
        arrow = by_class(c, 27, 16, 12)
        c.add(Icon(Rect(rect.end - pad - arrow, rect.middle - arrow // 2, arrow, arrow), "forward", theme.ink))
        x = square.end + by_class(c, 11, 6, 4)
        room = rect.end - pad - arrow - by_class(c, 7, 4, 4) - x
        self._words(c, Rect(x, rect.y, room, rect.h), place)

    def _words(self, c: Composition, room: Rect, place: Place) -> None:
        size = c.look.panel.type_px({"L": 16.5, "M": 12.5, "S": 9.1}[c.look.panel.size_class])
        size = min(size, round(size * room.w / max(1, c.look.width(place.name, size, 700))))
        label = c.look.type_px("label")
        lines = c.wrapped(place.sentence, room.w, size_px=label) if place.sentence else ()
        pitch, small = round(size * line_spread(c) * 0.95), round(label * line_spread(c))
        y = room.middle - (pitch + small * len(lines)) // 2
        c.text(place.name, room.x, y + pitch // 2, size_px=size, weight=700)
        y += pitch
        for line in lines:
            c.text(line, room.x, y + small // 2, size_px=label, colour=c.look.theme.ink_2)
            y += small
