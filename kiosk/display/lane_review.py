"""The review card: what we know of a customer's visit, one row each.

Where height is short the air goes first, then the labels, then the ends of long values; a row never.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kiosk.display import parts
from kiosk.display.keys import LIP_MM
from kiosk.display.lane_grid import by_class, is_small, is_upright, line_spread
from kiosk.display.lane_keys import icon_key
from kiosk.display.scene import Box, Fill, Icon, Rect

if TYPE_CHECKING:
    from kiosk.display.layout import Composition


PEN_MM = 20.0


# ---- what we know

Mode = tuple[float, bool, int]


@dataclass(frozen=True)
class Row:
    """One row of the review card: icon, small label, what we know; the plate's end in its own frame at the end.

    `change`: the target of its own key with a pen; where there is no room for one, *Change or add something* serves it.
    """

    icon: str
    label: str
    lines: tuple[str, ...]
    plate: str = ""
    beside: Row | None = None
    change: str = ""


@dataclass(frozen=True)
class Review:
    """The card of what we know. Where height is short the air goes first, then the labels, never a row."""

    rows: tuple[Row, ...]
    pressed: str = ""
    has_pens: bool = True

    def parted(self, c: Composition, width_px: int) -> Review:
        """The card with every pair that has no room beside each other in rows of their own."""
        rows: list[Row] = []
        for row in self.rows:
            if row.beside and not _has_room_for_both(c, width_px, row, row.beside):
                rows += [replace(row, beside=None), row.beside]
            else:
                rows.append(row)
        return replace(self, rows=tuple(rows))

    def least(self, c: Composition, width_px: int) -> int:
        """Tight and without labels."""
        return self._height(c, width_px, _TIGHT[-1])

    def best(self, c: Composition, width_px: int) -> int:
        """With labels and air."""
        return self._height(c, width_px, _TIGHT[0])

    def whole(self, c: Composition, width_px: int) -> int:
        """Tight, but with every value in full as far as two lines hold it."""
        return self._height(c, width_px, _TIGHT[-3])

    def draw(self, c: Composition, rect: Rect) -> None:
        """The rows spread over the card."""
        if any(row.change for row in self.rows) and not self._has_room_for_pens(c, rect):
            if self.has_pens and not is_small(c):
                c.crowded.add("pens")
            replace(self, rows=tuple(replace(row, change="") for row in self.rows)).draw(c, rect)
            return
        high = (sum(self._row_heights(c, rect.w, one)) for one in _TIGHT)
        mode = next((one for one, needed in zip(_TIGHT, high, strict=True) if needed <= rect.h), None)
        if mode is None:
            shorter = self._shorter(c)
            if shorter != self:
                shorter.draw(c, rect)
                return
            mode = _TIGHT[-1]
        parts.card(c, rect)
        heights = self._row_heights(c, rect.w, mode)
        spare = max(0, rect.h - sum(heights)) // len(heights)
        y = rect.y
        for index, (row, height) in enumerate(zip(self.rows, heights, strict=True)):
            if index:
                c.add(Fill(Rect(rect.x, y, rect.w, max(2, c.look.px(0.75))), c.look.theme.line))
            place = Rect(rect.x, y, rect.w, height + spare)
            if row.change:
                self._pen(c, place, row.change)
            self._draw_row(c, place, row, mode)
            y += height + spare

    def _has_room_for_pens(self, c: Composition, rect: Rect) -> bool:
        """Each row that can be changed has its key, or none has: the words take its place then."""
        if not self.has_pens or is_small(c):
            return False
        return any(sum(self._row_heights(c, rect.w, one)) <= rect.h for one in _WITH_PENS)

    def _row_heights(self, c: Composition, width: int, mode: Mode) -> list[int]:
        high = [self._row_height(c, width, row, mode) for row in self.rows]
        return [max(one, _pen_row(c) if row.change else 0) for row, one in zip(self.rows, high, strict=True)]

    def _shorter(self, c: Composition) -> Review:
        """The longest row without its last line but one: the first matter most, the last says how many more."""
        longest = max(self.rows, key=lambda row: len(row.lines))
        if len(longest.lines) == 1:
            return self
        lines = (*longest.lines[:-2], longest.lines[-1]) if len(longest.lines) > 2 else (f"{longest.lines[0]} …",)
        c.gives_up(longest.lines[-2] if len(longest.lines) > 2 else longest.lines[-1])
        return replace(self, rows=tuple(replace(row, lines=lines) if row is longest else row for row in self.rows))

    def _height(self, c: Composition, width: int, mode: Mode) -> int:
        """Of the rows without their keys, which there is room for or not."""
        return sum(self._row_height(c, width, replace(row, change=""), mode) for row in self.rows)

    def _row_height(self, c: Composition, width: int, row: Row, mode: Mode) -> int:
        pad_mm, has_labels, most = mode
        size, caption = _value_px(c), c.look.type_px("caption")
        label = round(caption * line_spread(c)) if has_labels else 0
        lines = len(_lines_of(c, row, _value_room(c, width, row), most))
        if row.beside:
            lines = max(lines, len(_lines_of(c, row.beside, _second_room(c, width, row), most)))
        return label + lines * round(size * line_spread(c)) + 2 * c.look.px(pad_mm)

    def _draw_row(self, c: Composition, rect: Rect, row: Row, mode: Mode) -> None:
        first = _first_cell(c, rect.w, row) if row.beside else rect.w
        start = Rect(rect.x, rect.y, first, rect.h)
        self._draw_cell(c, start, row, mode, _value_room(c, rect.w, row))
        if row.beside:
            end = Rect(rect.x + first - _pad(c), rect.y, rect.w - first + _pad(c), rect.h)
            self._draw_cell(c, end, row.beside, mode, _second_room(c, rect.w, row))

    def _draw_cell(self, c: Composition, rect: Rect, row: Row, mode: Mode, room: int) -> None:
        _, has_labels, most = mode
        theme, size, caption = c.look.theme, _value_px(c), c.look.type_px("caption")
        icon_px = _icon_px(c)
        lines = _lines_of(c, row, room, most)
        c.gives_up(*(value for value in row.lines if any("…" in line for line in lines) and _is_cut(value, lines)))
        pitch, small = round(size * line_spread(c)), round(caption * line_spread(c)) if has_labels else 0
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

    def _pen(self, c: Composition, rect: Rect, target: str) -> None:
        """The row's own key, as large as any other."""
        side, lip = c.look.px(PEN_MM), c.look.px(LIP_MM)
        place = Rect(rect.end - _pad(c) // 2 - side, rect.middle - (side + lip) // 2, side, side)
        icon_key(c, place, "pen", target, pressed=self.pressed == target, sunken=False)


_TIGHT = (
    (7.0, True, 2),
    (4.5, True, 2),
    (3.0, True, 2),
    (3.0, False, 2),
    (1.2, False, 2),
    (0.5, False, 2),
    (1.2, False, 1),
    (0.5, False, 1),
)
"""Padding in mm, whether labels are shown, lines a value may take: from roomy to tight."""
_WITH_PENS = tuple(one for one in _TIGHT if one[2] > 1)
"""A key in a row is worth no value's end."""


def _value_px(c: Composition) -> int:
    return c.look.type_px("key" if c.look.panel.size_class == "L" else "text")


def _pad(c: Composition) -> int:
    return by_class(c, 10 if is_upright(c) else 8, 6, 3.5)


def _icon_px(c: Composition) -> int:
    return by_class(c, 18 if is_upright(c) else 15, 12, 11)


def _icon_gap(c: Composition) -> int:
    return by_class(c, 8.5 if is_upright(c) else 6, 5, 3)


def _value_room(c: Composition, width: int, row: Row) -> int:
    if row.beside:
        return _first_cell(c, width, row) - _pad(c) - _icon_px(c) - _icon_gap(c)
    return width - 2 * _pad(c) - _icon_px(c) - _icon_gap(c) - _pen_px(c, row)


def _pen_row(c: Composition) -> int:
    """Height of a row that has one."""
    return c.look.px(PEN_MM) + c.look.px(LIP_MM) + c.look.px(2)


def _pen_px(c: Composition, row: Row) -> int:
    return c.look.px(PEN_MM + 1) if row.change and not is_small(c) else 0


def _first_cell(c: Composition, width: int, row: Row) -> int:
    """Width of the first of two cells: half, or more where its value needs it."""
    value = max((c.look.width(one, _value_px(c), 600) for one in row.lines), default=0)
    label = c.look.width(row.label, c.look.type_px("caption"))
    needed = _pad(c) + _icon_px(c) + _icon_gap(c) + max(value, label) + c.look.px(5)
    return max(width // 2, min(round(width * 0.64), needed))


def _has_room_for_both(c: Composition, width: int, row: Row, beside: Row) -> bool:
    size = _value_px(c)
    first = max((c.look.width(one, size, 600) for one in row.lines), default=0)
    second = max((c.look.width(one, size, 600) for one in beside.lines), default=0)
    return first <= _value_room(c, width, row) and second <= _second_room(c, width, row)


def _second_room(c: Composition, width: int, row: Row) -> int:
    return width - _first_cell(c, width, row) - _icon_px(c) - _icon_gap(c) - c.look.px(2)


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


def _is_cut(value: str, lines: tuple[str, ...]) -> bool:
    """Has this value lost its end?"""
    return value.replace(" ", "") not in "".join(lines).replace(" ", "") and not value.endswith("…")


def _cut(c: Composition, text: str, room: int, size: int) -> str:
    shorter = c.look.shortened(text, room, size, 600)
    while shorter != text and shorter[-2:-1].isdigit() and " " in shorter:  # no figure without what it counts
        shorter = f"{shorter.rpartition(' ')[0]}…"
    return shorter or text[:12]


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
