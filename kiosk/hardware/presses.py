"""What a person means with one button: pressed once, twice, held for a second or for three. Contacts bounce.

Pure: edges come in with their times, presses come out when it is certain which they are.
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
            self._is_told = True
            found += [*self._forgotten_tap(), Press.HOLD]
        if not self._is_down and not self._contact and self._tapped_at_s is not None and at_s >= self._double_ends_s:
            found += self._forgotten_tap()
        return found

    @property
    def next_at_s(self) -> float | None:
        """When something may become certain without a further edge; None: never."""
        moments = []
        if self._contact != self._is_down:
            moments.append(self._contact_at_s + BOUNCE_S)
        if self._is_down and not self._is_told:
            moments.append(self._down_at_s + HOLD_S)
        if self._tapped_at_s is not None and not self._is_down and not self._contact:
            moments.append(self._double_ends_s)
        return min(moments, default=None)

    @property
    def _double_ends_s(self) -> float:
        return (self._tapped_at_s or 0.0) + DOUBLE_WITHIN_S

    def _let_go(self, at_s: float) -> list[Press]:
        if self._is_told:
            return []
        if at_s >= self._down_at_s + LONG_S:
            return [*self._forgotten_tap(), Press.LONG]
        if self._tapped_at_s is not None:
            self._tapped_at_s = None
            return [Press.DOUBLE]
        self._tapped_at_s = at_s
        return []

    def _forgotten_tap(self) -> list[Press]:
        """A tap that no second one followed was a short press."""
        if self._tapped_at_s is None:
            return []
        self._tapped_at_s = None
        return [Press.SHORT]
