"""A ticket's number at the end of a headline's row, with its icon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.display.scene import Icon, Rect

if TYPE_CHECKING:
    from kiosk.display.layout import Composition


def number_px(c: Composition) -> int:
    """Room for a ticket's number with its icon, and air before it."""
    size = c.look.type_px("text")
    said = c.look.typesetter.width("A-000", size_px=size, weight=700) + round(size * 1.05) + c.look.px(2 + 4)
    return max(said, c.look.px({"L": 68, "M": 58, "S": 42}[c.look.panel.size_class]))


def ticket_at_end(c: Composition, number: str, end: int, middle: int) -> None:
    """A ticket's number with its icon, ending at `end`."""
    size = c.look.type_px("text")
    place = c.text(number, end, middle, size_px=size, weight=700, align="end", rtl=False)
    icon = round(size * 1.05)
    c.add(Icon(Rect(place.x - icon - c.look.px(2), middle - icon // 2, icon, icon), "ticket", c.look.theme.ink_2))
