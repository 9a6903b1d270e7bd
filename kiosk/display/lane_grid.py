"""The grid of a lane's screens: lengths by panel, and what stands around every page.

Sizes are millimetres of the 21.5-inch panel; smaller panels take 0.8 of them, and never less than 20 mm of a key.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from kiosk.display.keys import LIP_MM
from kiosk.display.layout import Composition, Look
from kiosk.display.scene import Rect

TABLET_MM = 200.0


class Form(StrEnum):
    """How a panel is laid out: upright, two columns, a 10-inch panel, a 7-inch panel."""

    UPRIGHT = "upright"
    WIDE = "wide"
    TABLET = "tablet"
    TINY = "tiny"

    @property
    def is_small(self) -> bool:
        """Is every millimetre counted?"""
        return self in (Form.TABLET, Form.TINY)


@dataclass(frozen=True)
class Grid:
    """Lengths in pixels on one panel. `air`: share of what stands between things and of keys above their least size."""

    look: Look
    air: float = 1.0

    @cached_property
    def form(self) -> Form:
        """The panel's form."""
        panel = self.look.panel
        if panel.size_class == "S":
            return Form.TABLET if max(panel.width_mm, panel.height_px / panel.px_per_mm) >= TABLET_MM else Form.TINY
        return Form.UPRIGHT if panel.height_px > panel.width_px else Form.WIDE

    def px(self, millimetres: float) -> int:
        """A length that is given for the 21.5-inch panel; 0.8 of it on smaller ones, less where there is little air."""
        return self.look.px(millimetres * self.air * (1.0 if self.look.panel.size_class == "L" else 0.8))

    def _set(self, millimetres: float) -> int:
        """Such a length of what stands at the same place on every page."""
        return replace(self, air=1.0).px(millimetres)

    @cached_property
    def size(self) -> tuple[int, int]:
        """Width and height of the panel."""
        return self.look.panel.width_px, self.look.panel.height_px

    @cached_property
    def low_from(self) -> int:
        """The row above which nothing may be touched; 0 where all may."""
        return self.size[1] // 2 if self.look.low and self.form is Form.UPRIGHT else 0

    @cached_property
    def side(self) -> int:
        """Margin at the sides."""
        return {Form.UPRIGHT: self._set(16), Form.WIDE: self._set(16), Form.TABLET: 24, Form.TINY: 12}[self.form]

    @cached_property
    def top(self) -> int:
        """Margin at the top."""
        return {Form.UPRIGHT: self._set(14), Form.WIDE: self._set(10), Form.TABLET: 20, Form.TINY: 9}[self.form]

    @cached_property
    def gap(self) -> int:
        """Between keys."""
        return {Form.UPRIGHT: self.px(6), Form.WIDE: self.px(6), Form.TABLET: 16, Form.TINY: 8}[self.form]

    @cached_property
    def column_gap(self) -> int:
        """Between two columns."""
        return {Form.UPRIGHT: self._set(8), Form.WIDE: self._set(14), Form.TABLET: 32, Form.TINY: 20}[self.form]

    @cached_property
    def key(self) -> int:
        """Height of a key's face."""
        return max(self.look.px(20), self.px({Form.UPRIGHT: 34, Form.WIDE: 30}.get(self.form, 25)))

    @cached_property
    def main_key(self) -> int:
        """Height of the main key's face."""
        return max(self.key, self.px({Form.UPRIGHT: 42, Form.WIDE: 36}.get(self.form, 25)))

    @cached_property
    def lip(self) -> int:
        """The darker edge under a key."""
        return self.look.px(LIP_MM)

    @cached_property
    def header(self) -> Rect:
        """The header's place; small panels show it only on their camera's page."""
        return Rect(self.side, self.top, self.size[0] - 2 * self.side, 0 if self.form.is_small else self._set(26))

    @cached_property
    def dock(self) -> Rect:
        """The dock's place."""
        height = self.look.px(20.4) if self.form.is_small else self._set(26)
        bottom = self.top if self.form.is_small else self._set(14 if self.form is Form.UPRIGHT else 11)
        return Rect(self.side, self.size[1] - bottom - height, self.size[0] - 2 * self.side, height)

    @cached_property
    def room(self) -> Rect:
        """Everything between header and dock."""
        above = {Form.UPRIGHT: self._set(18), Form.WIDE: self._set(13), Form.TABLET: 14, Form.TINY: 10}[self.form]
        top = self.header.bottom
        return Rect(self.side, top, self.header.w, self.dock.y - above - top)

    def columns(self, room: Rect, share: float = 0.5) -> tuple[Rect, Rect]:
        """The room in two columns; `share` is the first one's part."""
        first = round((room.w - self.column_gap) * share)
        start = Rect(room.x, room.y, first, room.h)
        return start, Rect(start.end + self.column_gap, room.y, room.w - first - self.column_gap, room.h)


@dataclass(frozen=True)
class Frame:
    """What stands around every screen of one lane: the dealership's name, the lane's letter, words for both.

    `more`: words and icon of the key that turns to what this panel has no room for, empty where there is nothing.
    `kept_px`: what *Help* leaves free before it for a key of the page's own.
    """

    name: str
    lane: str
    lane_word: str
    help_word: str
    pressed: str = ""
    has_voice: bool = False
    more: tuple[str, str] = ("", "")
    kept_px: int = 0


def is_small(c: Composition) -> bool:
    """Is every millimetre of this panel counted?"""
    return c.look.panel.size_class == "S"


def is_upright(c: Composition) -> bool:
    """Does this panel hang upright?"""
    return c.size[1] > c.size[0]


def by_class(c: Composition, large: float, middle: float, small: float) -> int:
    """A length in millimetres by the panel's class, in pixels."""
    return c.look.px({"L": large, "M": middle, "S": small}[c.look.panel.size_class])


def line_spread(c: Composition) -> float:
    """From one line of a card to the next, in type sizes."""
    latin, arabic = (1.15, 1.3) if is_small(c) else (1.22, 1.3)
    return arabic if c.look.is_rtl else latin
