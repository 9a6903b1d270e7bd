"""What a small panel has no room for, on pages of its own behind *More*: sentences, and the code of a missing paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.display import parts
from kiosk.display.lane_page import frame_around
from kiosk.display.lane_ticket_parts import paper_of
from kiosk.display.scene import Rect
from kiosk.domain.lane_state import Screen
from kiosk.qr import code_matrix

if TYPE_CHECKING:
    from kiosk.display.lane_grid import Frame, Grid
    from kiosk.display.lane_words import Told
    from kiosk.display.layout import Composition


def rest_pages(c: Composition, grid: Grid, told: Told, texts: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The texts, shared out over as many pages as they need."""
    room, size = _room(grid, told), c.look.type_px("text")
    found: list[tuple[str, ...]] = []
    for text in texts:
        longer = (*found[-1], text) if found else (text,)
        if found and _height(c, grid, longer, room.w, size) <= room.h:
            found[-1] = longer
        else:
            found.append((text,))
    return tuple(found)


def rest(c: Composition, grid: Grid, frame: Frame, told: Told, texts: tuple[str, ...]) -> None:
    """One such page."""
    frame_around(c, grid, frame)
    room, size = _room(grid, told), c.look.type_px("text")
    if address := _address(told):
        side = min(room.h, grid.room.w // 2 - grid.column_gap)
        parts.code(c, Rect(grid.room.x, room.y, side, side), code_matrix(address))
    y = room.y
    for text in texts:
        y = c.paragraph(text, Rect(room.x, y, room.w, 0), size_px=size).bottom + grid.gap


def _room(grid: Grid, told: Told) -> Rect:
    """Beside the code where there is one, else all of it."""
    top = grid.top if grid.form.is_small else grid.room.y + grid.px(8)
    room = Rect(grid.room.x, top, grid.room.w, grid.room.bottom - top)
    if not _address(told):
        return room
    taken = min(room.h, room.w // 2 - grid.column_gap) + grid.column_gap
    return Rect(room.x + taken, room.y, room.w - taken, room.h)


def _height(c: Composition, grid: Grid, texts: tuple[str, ...], width: int, size: int) -> int:
    return sum(c.paragraph_height(one, width, size_px=size) for one in texts) + grid.gap * (len(texts) - 1)


def _address(told: Told) -> str:
    """Of the code that stands for a ticket without paper."""
    paper = paper_of(told) if told.state.screen is Screen.TICKET else None
    return paper.address if paper and paper.is_missing else ""
