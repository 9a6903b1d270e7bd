"""Whether a desk's telephone rings, from a contact that closes with its bell. Bells pause, contacts bounce.

Pure: edges come in with their times. Bells ring for a second or two and are silent for up to five: between two of
their rings the telephone still rings. What goes on for longer than anybody lets a telephone ring is a contact that is
stuck: it says nothing more until it has been open for as long as a bell may pause.
"""

from __future__ import annotations

SPIKE_S = 0.015
PAUSE_S = 6.0
LONGEST_S = 120.0


class Ringing:
    """One telephone's contact. Feed every edge, ask, and ask again at `next_at_s`."""

    def __init__(self) -> None:
        """Silent."""
        self._closed_at_s: float | None = None
        self._began_s = 0.0
        self._until_s = float("-inf")

    def edge(self, *, is_down: bool, at_s: float) -> None:
        """The contact closed or opened."""
        if is_down:
            self._closed_at_s = at_s if self._closed_at_s is None else self._closed_at_s
        elif self._closed_at_s is not None:
            self._settle(at_s)
            self._closed_at_s = None

    def since_s(self, at_s: float) -> float | None:
        """Since when it rings; None: it does not, or it is stuck."""
        self._settle(at_s)
        return self._began_s if at_s < min(self._until_s, self._began_s + LONGEST_S) else None

    def is_stuck(self, at_s: float) -> bool:
        """Whether it has been ringing for longer than any call."""
        self._settle(at_s)
        return self._began_s + LONGEST_S <= at_s < self._until_s

    def next_at_s(self, at_s: float) -> float | None:
        """When the answer may be another one without a further edge; None: never."""
        if self._closed_at_s is not None:
            counts_s = self._closed_at_s + SPIKE_S
            return counts_s if at_s < counts_s else at_s + PAUSE_S / 2
        return self._until_s if at_s < self._until_s else None

    def _settle(self, at_s: float) -> None:
        """A contact that is closed for long enough is the bell, and its pause counts from now."""
        if self._closed_at_s is None or at_s < self._closed_at_s + SPIKE_S:
            return
        if self._closed_at_s >= self._until_s:
            self._began_s = self._closed_at_s
        self._until_s = at_s + PAUSE_S
