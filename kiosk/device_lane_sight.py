"""What a lane's camera makes of its frames: the picture for the screen, whether it sees at all, and what would help it.

A hint is said only while something is held up that cannot be read; a lane with nobody before it hints at nothing.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageStat

from kiosk.display.lane import CameraPicture
from kiosk.domain.lane_state import Hint, Sight

if TYPE_CHECKING:
    from kiosk.hardware.ports import Frame

THUMBNAIL = (16, 12)
DIFFERS_BY = 14.0
BACKGROUND_SHARE = 0.04
CLOSER_AFTER_S, BRIGHTER_AFTER_S, SILENT_AFTER_S = 4.0, 8.0, 14.0


class LaneSight:
    """The camera's newest picture and what it tells. Used by one thread."""

    def __init__(self) -> None:
        self.picture: CameraPicture | None = None
        self._frame: Frame | None = None
        self._background: Image.Image | None = None
        self._held_since_s: float | None = None

    def look(self, frame: Frame, at_s: float) -> Sight:
        """Take the frame (the same one again changes nothing): can the camera see?"""
        if frame is not self._frame:
            self._frame = frame
            grey = Image.frombuffer("L", (frame.width_px, frame.height_px), frame.grey)
            self.picture = CameraPicture(secrets.token_hex(8), grey)
            self._watch(grey, at_s)
        return Sight.COVERED if frame.is_covered else Sight.SEEING

    def hint(self, at_s: float) -> Hint:
        """What would help the camera to read what is held up; `at_s` is of the same clock as in `look`."""
        if self._held_since_s is None:
            return Hint.NONE
        held_s = at_s - self._held_since_s
        if CLOSER_AFTER_S <= held_s < BRIGHTER_AFTER_S:
            return Hint.CLOSER
        return Hint.BRIGHTER if BRIGHTER_AFTER_S <= held_s < SILENT_AFTER_S else Hint.NONE

    def was_read(self) -> None:
        """A code was read: what is held up needs no hint."""
        self._held_since_s = None
        self._background = None

    def forget(self) -> None:
        """Nobody's face or phone is kept for later."""
        self.picture = self._frame = None
        self._held_since_s = None

    def _watch(self, grey: Image.Image, at_s: float) -> None:
        """Compare with the empty lane, which is learnt slowly, and quickly while nothing stands before it."""
        seen = grey.resize(THUMBNAIL, Image.Resampling.BOX)
        if self._background is None:
            self._background = seen
            return
        differs = ImageStat.Stat(ImageChops.difference(seen, self._background)).mean[0] > DIFFERS_BY
        if not differs:
            self._held_since_s = None
        elif self._held_since_s is None:
            self._held_since_s = at_s
        held_long = self._held_since_s is not None and at_s - self._held_since_s > SILENT_AFTER_S
        share = BACKGROUND_SHARE * (5 if held_long or not differs else 0)
        self._background = Image.blend(self._background, seen, share)
