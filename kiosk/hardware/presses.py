"""What a person means with one button: pressed once, twice, held for a second or for three. Contacts bounce.

Pure: edges come in with their times, presses come out when it is certain which they are. A tap is told as soon as the
button is let go, for somebody waits for its answer; a second one soon after it is told as the second of a double press.
"""

from __future__ import annotations

from kiosk.hardware.ports import Press

BOUNCE_S = 0.02
LONG_S = 1.0
HOLD_S = 3.0
DOUBLE_WITHIN_S = 0.35


class Presses:
    """One button. Feed every edge, ask for what is due, and ask again at `next_at_s`."""

    def __init__(self) -> None:
        """Let go."""
        self._contact, self._contact_at_s = False, 0.0
        self._is_down, self._down_at_s = False, 0.0
        self._is_told = False
        self._tapped_at_s: float | None = None

    def edge(self, *, is_down: bool, at_s: float) -> None:
        """The contact closed or opened."""
        if is_down != self._contact:
            self._contact, self._contact_at_s = is_down, at_s

    def due(self, at_s: float) -> list[Press]:
        """What is certain by now, each press once."""
        found: list[Press] = []
        if self._contact != self._is_down and at_s >= self._contact_at_s + BOUNCE_S:
            self._is_down = self._contact
            if self._is_down:
                self._down_at_s, self._is_told = self._contact_at_s, False
            else:
                found += self._let_go(self._contact_at_s)
        if self._is_down and not self._is_told and at_s >= self._down_at_s + HOLD_S:
            self._is_told, self._tapped_at_s = True, None
            found.append(Press.HOLD)
        return found

    @property
    def next_at_s(self) -> float | None:
        """When something may become certain without a further edge; None: never."""
        moments = []
        if self._contact != self._is_down:
            moments.append(self._contact_at_s + BOUNCE_S)
        if self._is_down and not self._is_told:
            moments.append(self._down_at_s + HOLD_S)
        return min(moments, default=None)

    def _let_go(self, at_s: float) -> list[Press]:
        tapped_at_s, self._tapped_at_s = self._tapped_at_s, None
        if self._is_told:
            return []
        if at_s >= self._down_at_s + LONG_S:
            return [Press.LONG]
        if tapped_at_s is not None and self._down_at_s < tapped_at_s + DOUBLE_WITHIN_S:
            return [Press.DOUBLE]
        self._tapped_at_s = at_s
        return [Press.SHORT]
