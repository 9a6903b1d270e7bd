"""How a paper's blocks are laid out on the ticket printer's roll: places and sizes in dots (8 per mm), black or white.

The measures are the design's. Lines of text come from typeset.py, the order of the blocks from domain/papers.py.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from kiosk.domain import papers
from kiosk.errors import KioskError
from kiosk.language import FIRST_STRONG, POP, Language, Ltr, harmless, language
from kiosk.qr import code_image, code_side

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from kiosk.typeset import Line, Typesetter

    Draw = Callable[[Image.Image], None]

MODULE_DOTS, SMALLEST_MODULE_DOTS = 9, 8
MOST_LINES = 3
TOP, BOTTOM = 8, 24
WHITE, BLACK = 255, 0

_INK_FROM = 128
# Ascent and descent of IBM Plex Sans Arabic in em: where the baseline stands in a box of a given height.
_ASCENT_EM, _DESCENT_EM = 1.085, 0.415
_DASH, _GAP = 8, 5
_THICKNESS = {papers.Stroke.SOLID: 3, papers.Stroke.DASHED: 2, papers.Stroke.HEAVY: 6}
_CORNER = 18
# The dealership's mark on a square of 48: two slopes meeting.
_MARK = ((6, 13), (15, 13), (24, 30.5), (33, 13), (42, 13), (27.5, 39), (20.5, 39))
_MARK_SIDE, _MARK_CORNER = 48, 9
_TRACKING_EM = -0.02


class PaperTooNarrow(KioskError):
    """Something does not fit the width of the paper at a size that can be read."""


@dataclass(frozen=True)
class Face:
    """How a phrase is set: size in dots, weight, and the height of its lines in multiples of the size."""

    size: int
    weight: int
    leading: float


@dataclass(frozen=True)
class Sizes:
    """Type and space on one width of paper, in dots; the pairs are (Latin, Arabic)."""

    margin: int
    mark: int
    mark_gap: int
    store: int
    place: tuple[int, int]
    number_label: int
    number: int
    highlight: int
    title: int
    label_column: int | None
    copy: int = 58
    text: tuple[int, int] = (28, 31)


SIZES = {
    576: Sizes(
        margin=8,
        mark=84,
        mark_gap=20,
        store=42,
        place=(30, 30),
        number_label=32,
        number=176,
        highlight=58,
        title=36,
        label_column=164,
    ),
    384: Sizes(
        margin=4,
        mark=72,
        mark_gap=14,
        store=36,
        place=(28, 31),
        number_label=30,
        number=118,
        highlight=48,
        title=32,
        label_column=None,
    ),
}


def words(phrase: papers.Phrase, paper: papers.Paper) -> str:
    """The words of a phrase in the paper's language."""
    spoken = language(paper.language, clock=paper.clock)
    match phrase:
        case papers.Typed(text):
            return f"{FIRST_STRONG}{harmless(text)}{POP}"
        case papers.Said(message_id, values):
            return spoken.text(message_id, **{name: _value(value, paper) for name, value in values})
        case papers.Fixed(text):
            return Ltr(harmless(text))
        case papers.TimeOfDay(at):
            return spoken.time(at, paper.zone)
        case papers.DayAndTime(at):
            return spoken.day_and_time(at, paper.zone, paper.printed_at.astimezone(paper.zone).date())
        case papers.DateAndTime(at):
            return _date_and_time(spoken, at, paper)


def _value(phrase: papers.Phrase, paper: papers.Paper) -> str:
    return phrase.text if isinstance(phrase, papers.Typed) else words(phrase, paper)


def _date_and_time(spoken: Language, at: datetime, paper: papers.Paper) -> str:
    day = spoken.day_and_date(at.astimezone(paper.zone).date())
    return spoken.text("day.and_time", day=day, time=spoken.time(at, paper.zone))


class Sheet:
    """A paper being laid out from top to bottom; drawing waits until the height is known.

    Positions are counted from the start side, so an Arabic paper is mirrored as a whole.

    Raises:
        PaperTooNarrow: no layout for this width; later, from `add`, when a code does not fit.
    """

    def __init__(self, paper: papers.Paper, width_dots: int, typesetter: Typesetter) -> None:
        if width_dots not in SIZES:
            raise PaperTooNarrow(f"{width_dots} dots: choose {' or '.join(map(str, sorted(SIZES)))}")
        self.paper = paper
        self.typesetter = typesetter
        self.width = width_dots
        self.sizes = SIZES[width_dots]
        self.rtl = language(paper.language).is_rtl
        # Arabic letters reach further up and down: their lines stand further apart.
        self.body = Face(self.sizes.text[self.rtl], 500, 1.4 if self.rtl else 1.25)
        self.large_leading = 1.34 if self.rtl else 1.2
        self.inner = width_dots - 2 * self.sizes.margin
        self.y = TOP
        self.drawings: list[Draw] = []

    def add(self, block: papers.Block) -> None:
        """Lay one more block out under the others."""
        match block:
            case papers.Heading():
                self._heading(block)
            case papers.CopyBar():
                self._copy_bar(block)
            case papers.TicketNumber():
                self._ticket_number(block)
            case papers.Highlight():
                self._highlight(block)
            case papers.LabelValue():
                self._label_value(block)
            case papers.Rule():
                self._rule(block)
            case papers.Code():
                self._code(block)
            case papers.Note():
                self.y += 14
                self._text(block.text, self._body(700), centred=True)

    def image(self) -> Image.Image:
        """All that was laid out, in one bit: no grey and no pattern that stands for grey."""
        image = Image.new("L", (self.width, self.y + BOTTOM), WHITE)
        for draw in self.drawings:
            draw(image)
        return image.point([BLACK] * _INK_FROM + [WHITE] * (256 - _INK_FROM), "1")

    def _heading(self, block: papers.Heading) -> None:
        top, side = self.y, self.sizes.mark
        start = self.sizes.margin + side + self.sizes.mark_gap
        room = self.width - self.sizes.margin - start
        self._text(block.name, Face(self.sizes.store, 700, self.large_leading), start=start, room=room)
        self._text(block.below, Face(self.sizes.place[self.rtl], 500, 1.25), start=start, room=room)
        height = self.y - top
        self._mark(top + max(0, (height - side) // 2))
        self.y = top + max(height, side)

    def _mark(self, top: int) -> None:
        side, left = self.sizes.mark, self._left(self.sizes.margin, self.sizes.mark)
        scale = side / _MARK_SIDE
        slopes = [(left + x * scale, top + y * scale) for x, y in _MARK]

        def draw(image: Image.Image) -> None:
            pen = ImageDraw.Draw(image)
            pen.rounded_rectangle((left, top, left + side - 1, top + side - 1), _MARK_CORNER * scale, fill=BLACK)
            pen.polygon(slopes, fill=WHITE)

        self.drawings.append(draw)

    def _copy_bar(self, block: papers.CopyBar) -> None:
        self.y += 20
        top, pad = self.y, 26
        start, room = self.sizes.margin + pad, self.inner - 2 * pad
        word, when = Face(self.sizes.copy, 700, 1.15), self._body(600)
        when_width = self._width(block.when, when)
        is_beside = self._width(block.word, word) + pad // 2 + when_width <= room
        box = len(self.drawings)
        self.y += 10
        self._text(block.word, word, start=start, room=room, ink=WHITE, centred=not is_beside)
        bottom = self.y
        if is_beside:
            self.y -= (_height(word) + _height(when)) // 2
            start = self.width - start - when_width
        self._text(block.when, when, start=start, room=room, ink=WHITE, centred=not is_beside)
        self.y = max(self.y, bottom) + 12
        self.drawings.insert(box, self._box(top, self.y, outline=None))

    def _ticket_number(self, block: papers.TicketNumber) -> None:
        self.y += 20
        top = self.y
        self.y += 6 + 12
        self._text(block.label, Face(self.sizes.number_label, 600, 1.25), centred=True)
        self._number(harmless(block.number.text))
        self.y += 4 + 6
        self.drawings.append(self._box(top, self.y, outline=6))

    def _number(self, number: str) -> None:
        """The ticket number, a little tighter than text; smaller only if it has more characters than fit."""
        size, room = self.sizes.number, self.inner - 2 * 20
        size = min(size, size * room // max(1, self.typesetter.width(number, size_px=size, weight=700)))
        tracking = round(size * _TRACKING_EM)
        characters = [self.typesetter.line(character, size_px=size, weight=700) for character in number]
        width = sum(character.width_px + tracking for character in characters) - tracking
        left, height = (self.width - width) // 2, _height(Face(size, 700, 1.06))
        for character in characters:
            self._place(character, left, self.y + _baseline(Face(size, 700, 1.06)), BLACK)
            left += character.width_px + tracking
        self.y += height

    def _highlight(self, block: papers.Highlight) -> None:
        self.y += 16
        self._text(block.label, self.body)
        # The tail of a label's last letter must not touch a hamza below it.
        self.y += 6 if self.rtl else 0
        self._text(block.value, Face(self.sizes.highlight, 700, self.large_leading), balance=True)
        if block.note is not None:
            self.y += 2
            self._text(block.note, Face(round(self.body.size * 0.95), 500, self.body.leading))
        self.y += 14

    def _label_value(self, block: papers.LabelValue) -> None:
        self.y += 14
        top, start, room = self.y, self.sizes.margin, self.inner
        column = self.sizes.label_column
        is_beside = column is not None and self._width(block.label, self.body) <= column
        self._text(block.label, self.body)
        bottom = self.y
        if column is not None and is_beside:
            self.y, start, room = top, start + column + 14, room - column - 14
        for value in block.values:
            self.y += 0 if value is block.values[0] else 6
            self._text(value, self._body(600), start=start, room=room)
        self.y = max(self.y, bottom) + 14

    def _rule(self, block: papers.Rule) -> None:
        if block.stroke is papers.Stroke.HEAVY:
            self.y += 20
        top, thick = self.y, _THICKNESS[block.stroke]
        left, right = self.sizes.margin, self.width - self.sizes.margin
        dash, step = (_DASH, _DASH + _GAP) if block.stroke is papers.Stroke.DASHED else (right - left, right - left)

        def draw(image: Image.Image) -> None:
            for x in range(left, right, step):
                image.paste(BLACK, (x, top, min(x + dash, right), top + thick))

        self.drawings.append(draw)
        self.y += thick

    def _code(self, block: papers.Code) -> None:
        self.y += 22
        self._text(block.title, Face(self.sizes.title, 700, self.body.leading), centred=True)
        side = code_side(block.content)
        module = min(MODULE_DOTS, self.width // side)
        if module < SMALLEST_MODULE_DOTS:
            raise PaperTooNarrow(f"a code of {side} modules on {self.width} dots: choose a shorter public_url")
        top, left = self.y, (self.width - side * module) // 2
        self.drawings.append(lambda image: image.paste(code_image(block.content, module_dots=module), (left, top)))
        self.y += side * module
        self._text(block.note, self.body, centred=True)

    def _text(
        self,
        phrase: papers.Phrase,
        face: Face,
        *,
        start: int | None = None,
        room: int | None = None,
        centred: bool = False,
        balance: bool = False,
        ink: int = BLACK,
    ) -> None:
        """Set a phrase from `start` on, in lines of at most `room`, and go below it."""
        start = self.sizes.margin if start is None else start
        room = self.inner if room is None else room
        for text in self._lines(words(phrase, self.paper), face, room, balance=balance or centred):
            line = self.typesetter.line(text, size_px=face.size, weight=face.weight, rtl=self.rtl)
            indent = (room - line.width_px) // 2 if centred else 0
            self._place(line, self._left(start + indent, line.width_px), self.y + _baseline(face), ink)
            self.y += _height(face)

    def _lines(self, text: str, face: Face, room: int, *, balance: bool) -> tuple[str, ...]:
        """The text in lines; after three of them the rest of it gives way to an ellipsis."""
        wrap = functools.partial(
            self.typesetter.wrap, text, width_px=room, size_px=face.size, weight=face.weight, rtl=self.rtl
        )
        if len(lines := wrap(balance=balance)) <= MOST_LINES:
            return lines
        *kept, last = wrap()[:MOST_LINES]
        body = last.rstrip(POP)
        closing = last[len(body) :]
        while self.typesetter.width(f"{body}…", size_px=face.size, weight=face.weight, rtl=self.rtl) > room:
            body = body[:-1]
        return (*kept, f"{body.rstrip()}…{closing}")

    def _place(self, line: Line, left: int, baseline: int, ink: int) -> None:
        x, y = left - line.left_px, baseline - line.ascent_px
        box = (x, y, x + line.image.width, y + line.image.height)
        self.drawings.append(lambda image: image.paste(ink, box, line.image))

    def _box(self, top: int, bottom: int, *, outline: int | None) -> Draw:
        box = (self.sizes.margin, top, self.width - self.sizes.margin - 1, bottom - 1)

        def draw(image: Image.Image) -> None:
            fill = None if outline else BLACK
            ImageDraw.Draw(image).rounded_rectangle(box, _CORNER, fill=fill, outline=BLACK, width=outline or 1)

        return draw

    def _width(self, phrase: papers.Phrase, face: Face) -> int:
        text = words(phrase, self.paper)
        return self.typesetter.width(text, size_px=face.size, weight=face.weight, rtl=self.rtl)

    def _body(self, weight: int) -> Face:
        return Face(self.body.size, weight, self.body.leading)

    def _left(self, start: int, width: int) -> int:
        """The left edge of a thing `width` wide that begins at `start`."""
        return self.width - start - width if self.rtl else start


def _height(face: Face) -> int:
    return round(face.size * face.leading)


def _baseline(face: Face) -> int:
    """From the top of a line's box to its baseline, with the letters in the middle of the box."""
    return round((_height(face) - (_ASCENT_EM + _DESCENT_EM) * face.size) / 2 + _ASCENT_EM * face.size)
