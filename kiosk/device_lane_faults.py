"""What makes a lane unusable: a folder that cannot be written, a screen that shows nothing or feels no finger.

It says so as long as it lasts, and tries to mend what it can. What is merely missed (a second scanner, the loudspeaker,
paper) is device_lane_report's.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.device import Line
    from kiosk.device_lane_memory import LaneMemory
    from kiosk.device_lane_screen import LaneScreen

log = logging.getLogger(__name__)
FOLDER = "folder"
MEND_EVERY_S = 10.0


class LaneFaults:
    """Used by the loop's thread alone.

    Attributes:
        mend_at_s: when the folder is tried again (time.monotonic()).
    """

    def __init__(self, memory: LaneMemory, line: Line, screen: LaneScreen) -> None:
        """All is well but for what the screen says of itself."""
        self._memory, self._line, self._screen = memory, line, screen
        self._cannot_write = False
        self.mend_at_s = 0.0

    def now(self, last_number: int) -> tuple[str, ...]:
        """Codes of what makes the lane unusable now, the folder first. `last_number` is written down to try it."""
        if self._cannot_write and time.monotonic() >= self.mend_at_s:
            self._cannot_write = not self._can_write(last_number)
        return ((FOLDER,) if self._cannot_write else ()) + self._screen.faults

    def cannot_write(self, error: Exception) -> None:
        """Nothing more can be written down."""
        log.error("the lane's folder cannot be written (%s): out of service until it can", error)
        self._cannot_write = True
        self.mend_at_s = time.monotonic() + MEND_EVERY_S

    def _can_write(self, last_number: int) -> bool:
        self.mend_at_s = time.monotonic() + MEND_EVERY_S
        try:
            self._memory.keep_number(last_number)
            self._line.client.outbox.has_quarantined()
        except (sqlite3.Error, OSError):
            return False
        return True
