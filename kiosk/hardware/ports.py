"""The sockets in the wall: what every scanner, printer and pager promises, and how each of them fails.

Values, protocols and errors only; who stands behind a port is named in the settings and found in
kiosk.hardware.backends. Nothing here falls back to anything: a part that cannot be had says which part, and what a
person can do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from kiosk.errors import KioskError

# The longest text that a QR code can hold (digits only, version 40-L). A hand scanner's line is cut there.
LONGEST_TEXT = 7089

Wake = Callable[[], None]
"""Called from a part's own thread when asking it would bring something new; returns at once, never raises."""


class HardwareError(KioskError):
    """A part of the device is absent, unplugged or broken."""


class ScannerError(HardwareError):
    """A camera or hand scanner cannot read."""


class PrinterError(HardwareError):
    """The printer refused before anything of this ticket was on paper; the ticket may be tried again as it is."""

    def __init__(self, trouble: PrinterTrouble, message: str) -> None:
        """`trouble` is for machines, `message` for people."""
        super().__init__(message)
        self.trouble = trouble


class PagerError(HardwareError):
    """The pins of lamps, buzzers and buttons cannot be had."""


class SimulatorError(HardwareError):
    """The shop that feeds simulated hardware is not there, or has gone."""


@dataclass(frozen=True, eq=False, slots=True)
class Frame:
    """One grey picture. Frames are the same only if they are one object, so that each is drawn once.

    Attributes:
        grey: width_px * height_px bytes, row by row from the top, 0 black to 255 white.
        is_covered: the lens has been dark and without any shape for a second: a hand, a cap, a sticker.
    """

    width_px: int
    height_px: int
    grey: bytes = field(repr=False)
    is_covered: bool = False


@dataclass(frozen=True, slots=True)
class Scan:
    """One showing of one code.

    Attributes:
        text: what stood in it, at most LONGEST_TEXT characters; control characters of binary codes as `<ESC>`. It may
            be anybody's text: kiosk.domain.codes decides whether it is ours. Never log it.
        kind: the settings' word of the source ("camera", "hand_scanner" ...).
        read_at_s: time.monotonic() when it was decoded.
    """

    text: str
    kind: str
    read_at_s: float


class CodeSource(Protocol):
    """Something that reads codes, in its own thread. Methods may be called from any thread and return at once."""

    @property
    def troubles(self) -> tuple[str, ...]:
        """Codes of the sources that cannot read at present, for the people who can mend them; () when all can."""

    def poll(self) -> Scan | None:
        """The next scan that nobody has taken yet. A code that stays before a camera is one scan.

        Raises:
            ScannerError: the source cannot read at present. It keeps trying by itself; the next call tells anew.
        """

    def frame(self) -> Frame | None:
        """The newest picture for the lane's preview; None without a camera, while resting, and in trouble."""

    def look(self, *, on: bool) -> None:
        """Look for codes (the scan screen is shown) or rest, as it does from the start; resting shows no pictures."""

    def close(self) -> None:
        """End the thread and let the device go. Calling it again does nothing."""


CAMERA_GONE, HAND_SCANNER_GONE = "camera_gone", "hand_scanner_gone"
SCREEN_GONE, TOUCH_GONE = "screen_gone", "touch_gone"
RING_STUCK = "ring_stuck"


class Camera(Protocol):
    """A driver of grey frames, used by one thread only. Its constructor opens it and may raise ScannerError."""

    def next_frame(self, timeout_s: float) -> Frame | None:
        """Wait for the next frame; the same object again while the picture stands still; None when the time is over.

        Raises:
            ScannerError: the camera has gone or hangs; close it and open a new one.
        """

    def vary(self, missed: int) -> None:
        """So many frames in a row had no code: a camera that can do so tries another exposure now and then.

        Never raises; 0 means that what is set is good.
        """

    def close(self) -> None:
        """Let the device go."""


class PrinterTrouble(StrEnum):
    """Why a printer does not print; the codes that the hub is told."""

    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    UNPLUGGED = "unplugged"
    TIMEOUT = "timeout"
    OFFLINE = "offline"


class Paper(StrEnum):
    """What the paper sensor says; UNKNOWN for printers that do not answer."""

    PRESENT = "present"
    NEAR_END = "near_end"
    OUT = "out"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PrinterState:
    """What the printer says of itself: trouble is None when it would print now."""

    paper: Paper
    trouble: PrinterTrouble | None = None


class Outcome(StrEnum):
    """What is known after a ticket's bytes have gone out.

    CONFIRMED: the printer answered behind the last byte. SENT: this printer never answers, so nobody knows more.
    CUT_OFF: the link broke before the answer; the whole ticket may be missing. UNKNOWN: all bytes went out, the printer
    is there, and it did not answer.
    """

    CONFIRMED = "confirmed"
    SENT = "sent"
    CUT_OFF = "cut_off"
    UNKNOWN = "unknown"


class TicketPrinter(Protocol):
    """A receipt printer, used by one thread only; methods block up to the settings' timeout for each step."""

    def state(self) -> PrinterState:
        """Ask the printer how it is. Never raises: a printer out of reach is in trouble UNPLUGGED."""

    def print(self, ticket: bytes, *, begun: Callable[[], None], held: Callable[[PrinterTrouble], None]) -> Outcome:
        """Print one whole ticket, cut included.

        `begun` is called before the first byte goes out. `held` is called when the printer stopped in the middle with
        the ticket in its memory (paper out, cover open): the call goes on waiting, and the printer goes on printing
        when it has been mended.

        Raises:
            PrinterError: nothing of the ticket has been sent; `begun` was not called.
        """

    def close(self) -> None:
        """Give up a wait that is under way in another thread (it answers CUT_OFF); the printer cannot be used again."""


class Press(StrEnum):
    """What a person did to a desk's button. A double press is told as SHORT, at once, and then as DOUBLE."""

    SHORT = "short"
    DOUBLE = "double"
    LONG = "long"
    HOLD = "hold"


class Pager(Protocol):
    """Lamps, buzzers and buttons of this device's desks. Methods may be called from any thread and return at once."""

    @property
    def troubles(self) -> tuple[str, ...]:
        """Codes of what a person must mend while the lamps go on; () when all is well."""

    def show(self, desk: str, pattern: str, key: str = "") -> None:
        """Make the desk's lamp and buzzer say `pattern` (kiosk.hardware.patterns) until told otherwise.

        Telling the same again changes nothing; another `key` (the newest page's id) starts the same pattern from its
        beginning.

        Raises:
            PagerError: the pins were lost; no such desk or pattern.
        """

    def close(self) -> None:
        """All lamps off, all pins free."""
