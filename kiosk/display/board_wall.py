"""What a board remembers between two moments: the last view, when the hub was last heard, who is being called.

Time comes as seconds of a monotonic clock; the machine's own wall clock is never looked at, the hub's is
told by each view.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from kiosk.display.board import BoardState
from kiosk.domain.board import EVERYTHING, Board, Only, board_from
from kiosk.domain.board_calls import CALL_S, Calls, called, lane_called, within
from kiosk.domain.facts import EPOCH

if TYPE_CHECKING:
    from collections.abc import Mapping


class Wall:
    """Feeds `kiosk.display.board.scene`: tell it every view and beat, ask it for the state and for the sound due."""

    def __init__(
        self, begun_s: float, only: Only = EVERYTHING, *, call_s: float = CALL_S, quiet_hours: str = ""
    ) -> None:
        """Nothing is known yet.

        Args:
            begun_s: now. only: which visits and lanes this board shows. call_s: how long a call stands.
            quiet_hours: hours without a sound on the store's wall clock, such as "19:00-07:30".
        """
        self._only, self._call_s, self._quiet_hours = only, call_s, quiet_hours
        self._begun_s = self._heard_s = begun_s
        self._board: Board | None = None
        self._hub_ahead = timedelta()
        self._calls = Calls()
        self._sound: str | None = None
        self._again_s: float | None = None
        self._is_quiet = False

    def viewed(self, view: Mapping[str, Any], at_s: float) -> None:
        """A decoded view has come. Raises KeyError, TypeError or ValueError when it is none; the old one then stays."""
        board = board_from(view, self._only)
        self._board, self._hub_ahead = board, board.hub_now - EPOCH - timedelta(seconds=at_s)
        self.heard(at_s)

    def heard(self, at_s: float) -> None:
        """The hub has given a sign of life."""
        self._heard_s = at_s

    def state(self, at_s: float) -> BoardState:
        """What the board shows at `at_s`."""
        now = EPOCH + self._hub_ahead + timedelta(seconds=at_s)
        before = self._calls.current
        if self._board is not None:
            fold, rows = (lane_called, self._board.lanes) if self._board.lanes else (called, self._board.rows)
            self._calls = fold(self._calls, rows, now, self._call_s)  # type: ignore[arg-type]  # each its own rows
        if self._calls.current not in {before, None}:
            self._sound, self._again_s = "call_out", at_s + self._call_s / 2
        elif self._calls.current is None:
            self._again_s = None
        elif self._again_s is not None and at_s >= self._again_s:
            self._sound, self._again_s = "call_out", None
        if self._board is not None:
            self._is_quiet = within(self._quiet_hours, now.astimezone(self._board.zone).time())
        return BoardState(self._board, now, at_s - self._heard_s, self._calls, at_s - self._begun_s)

    def sound(self) -> str | None:
        """The sound to begin now, told once: each call-out is heard at its beginning and once again, but when quiet."""
        due, self._sound = self._sound, None
        return None if self._is_quiet else due
