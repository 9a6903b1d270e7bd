"""A conversation with a receipt printer over an open wire: how it is, the answer behind a ticket, a standstill.

DLE EOT is answered at any time, GS r in its turn behind everything before it. Both answers are single bytes that tell
themselves apart by their fixed bits (ESC/POS: bit 4 is 1 in every answer to DLE EOT and 0 in every answer to GS r).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from kiosk.hardware.ports import Paper, PrinterState, PrinterTrouble

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from kiosk.hardware.wire import Wire

ASK_ONLINE, ASK_CAUSE, ASK_PAPER = b"\x10\x04\x01", b"\x10\x04\x02", b"\x10\x04\x04"
CONFIRM = b"\x1dr\x01"
TICK_S = 0.2
_OFFLINE, _COVER_OPEN, _PAPER_STOP = 0x08, 0x04, 0x20
_PAPER_OUT, _PAPER_NEAR_END = 0x60, 0x0C
_STATUS_MASK, _STATUS = 0x93, 0x12
_CONFIRMATION_MASK = 0x90


def judged(online: int | None, cause: int | None, paper: int | None) -> PrinterState:
    """What three answers mean; None for one that did not come: who answers only some is taken at its word."""
    if online is None and paper is None:
        return PrinterState(Paper.UNKNOWN, PrinterTrouble.TIMEOUT)
    online, cause, paper = online or 0, cause or 0, paper or 0
    if paper & _PAPER_OUT or cause & _PAPER_STOP:
        return PrinterState(Paper.OUT, PrinterTrouble.PAPER_OUT)
    left = Paper.NEAR_END if paper & _PAPER_NEAR_END else Paper.PRESENT
    if not online & _OFFLINE:
        return PrinterState(left)
    return PrinterState(left, PrinterTrouble.COVER_OPEN if cause & _COVER_OPEN else PrinterTrouble.OFFLINE)


class Talk:
    """One conversation. Every failure of the link is an OSError."""

    def __init__(self, wire: Wire, timeout_s: float, closing: threading.Event) -> None:
        """Take the wire over; leaving the `with` closes it."""
        self._wire, self._timeout_s, self._closing = wire, timeout_s, closing
        self._is_confirmed = False

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Let the wire go."""
        self._wire.close()

    def state(self) -> PrinterState:
        """Ask the printer how it is."""
        online = self._answer(ASK_ONLINE)
        paper = self._answer(ASK_PAPER) if online is not None else None
        cause = self._answer(ASK_CAUSE) if online is not None and online & _OFFLINE else None
        return judged(online, cause, paper)

    def write(self, content: bytes) -> int:
        """Send the beginning of `content`; how much was taken within a tick.

        Raises:
            OSError: the link broke, or the program ends.
        """
        self._must_go_on()
        return self._wire.write(content, TICK_S)

    def ask_for_confirmation(self) -> None:
        """Ask for the answer that comes behind everything sent so far."""
        self._is_confirmed = False
        left = CONFIRM
        while left:
            left = left[self.write(left) :]

    def is_confirmed(self, wait_s: float) -> bool:
        """Whether that answer has come, waiting for it so long."""
        ends_s = time.monotonic() + wait_s
        while not self._is_confirmed and (left_s := ends_s - time.monotonic()) > 0:
            self._listen(left_s)
        return self._is_confirmed

    def _answer(self, question: bytes) -> int | None:
        ends_s = time.monotonic() + self._timeout_s
        asked = 0
        while (left_s := ends_s - time.monotonic()) > 0:
            if asked < len(question):
                asked += self.write(question[asked:])
            else:
                for answer in self._listen(left_s):
                    if answer & _STATUS_MASK == _STATUS:
                        return answer
        return None

    def _listen(self, left_s: float) -> bytes:
        self._must_go_on()
        answers = self._wire.read(min(left_s, TICK_S))
        self._is_confirmed = self._is_confirmed or any(one & _CONFIRMATION_MASK == 0 for one in answers)
        return answers

    def _must_go_on(self) -> None:
        if self._closing.is_set():
            message = "the program ends"
            raise InterruptedError(message)


class Standstill:
    """A printer that has stopped with a ticket in its memory: told once, and not waited for without end."""

    def __init__(self, at_most_s: float, held: Callable[[PrinterTrouble], None]) -> None:
        """`held` hears of each new reason."""
        self._at_most_s, self._held = at_most_s, held
        self.over()

    def over(self) -> None:
        """It goes on."""
        self._since_s: float | None = None
        self._told: PrinterTrouble | None = None

    def goes_on(self, trouble: PrinterTrouble, *, after_s: float = 0.0) -> None:
        """It stands for this reason; one that is over within `after_s` is not told.

        Raises:
            TimeoutError: it has stood for too long.
        """
        now_s = time.monotonic()
        if self._since_s is None:
            self._since_s = now_s
        lasts_s = now_s - self._since_s
        if lasts_s >= after_s and trouble is not self._told:
            self._told = trouble
            self._held(trouble)
        if lasts_s >= self._at_most_s:
            raise TimeoutError(trouble)
