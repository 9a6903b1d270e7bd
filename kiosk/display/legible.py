"""Whether everything on a scene can be read and touched: nothing outside, nothing upon another.

The tests ask more, with pixels; this is quick enough to be asked while a screen is composed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.display.scene import Box, Rect, TextLine
from kiosk.typeset import CAPITAL_PER_EM

if TYPE_CHECKING:
    from kiosk.display.scene import Scene


def is_legible(scene: Scene) -> bool:
    """Are all words and keys inside the panel, no words upon others or under a key, and no key upon another?"""
    whole = Rect(0, 0, *scene.size)
    lines = [(at, _capitals(item)) for at, item in enumerate(scene.items) if isinstance(item, TextLine)]
    keys = [one.rect for one in scene.targets]
    if any(rect.clipped(whole) != rect for rect in (*keys, *(rect for _, rect in lines))):
        return False
    if any(one.inset(2).meets(other) for at, one in enumerate(keys) for other in keys[at + 1 :]):
        return False
    if any(one.meets(other) for at, (_, one) in enumerate(lines) for _, other in lines[at + 1 :]):
        return False
    boxes = [(at, item.rect) for at, item in enumerate(scene.items) if isinstance(item, Box) and item.colour]
    return not any(later > at and box.inset(3).meets(rect) for at, rect in lines for later, box in boxes)


def _capitals(line: TextLine) -> Rect:
    """The band of the capitals: what hangs above and below may share its row with a neighbour."""
    high = round(line.size_px * CAPITAL_PER_EM)
    return Rect(line.rect.x, line.rect.middle - high // 2, line.rect.w, high)
