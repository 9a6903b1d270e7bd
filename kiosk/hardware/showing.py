"""What stands before a camera, told apart in time: one showing of a code is one scan; a covered lens is no dark moment.

Pure: every time is an argument. The camera's thread feeds it, tests feed it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PIL import Image, ImageStat

if TYPE_CHECKING:
    from kiosk.hardware.ports import Frame

GONE_AFTER_S = 1.0
COVERED_AFTER_S = 1.0
DARKEST_LIGHT = 45.0
LEAST_SHAPE = 9.0


@dataclass
class Showing:
    """Remembers the code that was told last, until it has been away for GONE_AFTER_S.

    A phone that stays before the camera after its scan says nothing new, however long and through whatever screens.
    """

    _told: str | None = None
    _seen_at_s: float = 0.0

    def see(self, text: str | None, at_s: float, *, looking: bool) -> bool:
        """Whether `text`, read in the frame of `at_s` (None: nothing), is a showing to tell now."""
        if text is not None and text == self._told:
            self._seen_at_s = at_s
            return False
        if at_s - self._seen_at_s >= GONE_AFTER_S:
            self._told = None
        if text is None or not looking:
            return False
        self._told, self._seen_at_s = text, at_s
        return True


@dataclass
class Lens:
    """Marks the frames of a lens that has been covered for COVERED_AFTER_S; a picture that stands still only once."""

    _dark_since_s: float | None = None
    _last: Frame | None = None
    _is_dark: bool = False
    _marked: Frame | None = None

    def judged(self, frame: Frame, at_s: float) -> Frame:
        """The frame itself, or the same picture marked as covered."""
        if frame is not self._last:
            self._last, self._is_dark, self._marked = frame, is_dark(frame), None
        if not self._is_dark:
            self._dark_since_s = None
            return frame
        if self._dark_since_s is None:
            self._dark_since_s = at_s
        if self._marked is None and at_s - self._dark_since_s >= COVERED_AFTER_S:
            self._marked = replace(frame, is_covered=True)
        return self._marked or frame


def is_dark(frame: Frame) -> bool:
    """Whether the picture is dark and has no shape in it. A dark room with anything lit in it has."""
    whole = Image.frombuffer("L", (frame.width_px, frame.height_px), frame.grey)
    small = whole.reduce(max(1, min(whole.size) // 24))
    grey = ImageStat.Stat(small)
    return grey.mean[0] < DARKEST_LIGHT and grey.stddev[0] < LEAST_SHAPE
