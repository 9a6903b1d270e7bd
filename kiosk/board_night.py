"""Until when a board is dark, kept over a restart: one that starts at night wakes no television.

Whether it is night is decided by kiosk.domain.board_mood from the hub's view; this only remembers its answer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from kiosk.domain.board_mood import BEFORE_OPENING
from kiosk.domain.facts import from_us, to_us
from kiosk.trust import clock_is_set

TRUSTED_FOR_S = 60.0
"""Without a clock that was set, so long: whoever has heard nothing by then rather shows that than nothing."""

log = logging.getLogger(__name__)


def clock() -> datetime | None:
    """This moment, where the machine's clock can be believed."""
    return datetime.now(UTC) if clock_is_set() else None


class Night:
    """One board's memory of it."""

    def __init__(self, folder: Path, now: Callable[[], datetime | None] = clock) -> None:
        """`folder` is the device's own."""
        self._path, self._now = folder / "dark-until", now
        self._until: datetime | None = None
        with suppress(OSError, ValueError, OverflowError):  # none is kept: the board shows what it knows
            self._until = from_us(int(self._path.read_text("ascii")))

    def lasts(self, since_start_s: float) -> bool:
        """Is it still the night in which this board was dark before it started anew?"""
        if self._until is None:
            return False
        now = self._now()
        return since_start_s < TRUSTED_FOR_S if now is None else now < self._until

    def told(self, opens_at: datetime | None, *, is_dark: bool) -> None:
        """The hub was heard: dark until the shop opens, or light."""
        until = opens_at - BEFORE_OPENING if is_dark and opens_at else None
        if until == self._until:
            return
        self._until = until
        try:
            if until is None:
                self._path.unlink(missing_ok=True)
            else:
                self._path.write_text(str(to_us(until)), "ascii")
        except OSError as error:
            log.warning("a restart at night may light the screen for a moment: %s", error)
