"""A hand scanner that types: the input events (evdev) of one keyboard, grabbed, so that nothing reaches the screen.

The events are read straight from the device file: 24 bytes each, as in linux/input.h. The keyboard's layout is ours
(US), because a hand scanner does not know the machine's; codes in capitals and digits survive most other layouts.
"""

from __future__ import annotations

import fcntl
import os
import select
import struct
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.hardware.ports import HAND_SCANNER_GONE, LONGEST_TEXT, Frame, Scan, ScannerError, Wake

if TYPE_CHECKING:
    from collections.abc import Callable

EVENT = struct.Struct("llHHi")  # seconds, microseconds, type, code, value
EVIOCGRAB = 0x40044590
EV_SYN, EV_KEY = 0, 1
SYN_DROPPED = 3
DOWN = 1
IDLE_S = 0.08

KEY_ENTER, KEY_KPENTER, KEY_TAB = 28, 96, 15
SHIFTS = frozenset({42, 54})
_ROWS = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (57, " ", " "),
)
_KEYPAD = dict(zip((71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 98, 55), "789-456+1230./*", strict=True))
PLAIN = {first + n: one for first, row, _ in _ROWS for n, one in enumerate(row)} | _KEYPAD
SHIFTED = {first + n: one for first, _, row in _ROWS for n, one in enumerate(row)} | _KEYPAD


@dataclass
class Keys:
    """Turns key events into lines. A line ends with Enter or Tab, or when no key has come for IDLE_S."""

    _typed: list[str] = field(default_factory=list)
    _held_shifts: set[int] = field(default_factory=set)
    _last_at_s: float = 0.0

    def feed(self, kind: int, code: int, value: int, at_s: float) -> str | None:
        """One event; the finished line, if this ended one that is not empty."""
        if (kind, code) == (EV_SYN, SYN_DROPPED):  # events were lost: what is left of this line is not what was scanned
            self._typed.clear()
            self._held_shifts.clear()
        if kind != EV_KEY:
            return None
        if code in SHIFTS:
            (self._held_shifts.add if value else self._held_shifts.discard)(code)
            return None
        if value != DOWN:
            return None
        self._last_at_s = at_s
        if code in (KEY_ENTER, KEY_KPENTER, KEY_TAB):
            return self._line()
        letter = (SHIFTED if self._held_shifts else PLAIN).get(code)
        if letter is not None and len(self._typed) < LONGEST_TEXT:
            self._typed.append(letter)
        return None

    def idle(self, at_s: float) -> str | None:
        """The line of a scanner that sends no Enter, once its keys have been silent for IDLE_S."""
        return self._line() if self._typed and at_s - self._last_at_s >= IDLE_S else None

    @property
    def is_typing(self) -> bool:
        """Whether a line has begun."""
        return bool(self._typed)

    def _line(self) -> str | None:
        line = "".join(self._typed).strip()
        self._typed.clear()
        return line or None


def grab(fd: int) -> None:
    """Keep the keyboard's events for ourselves."""
    fcntl.ioctl(fd, EVIOCGRAB, 1)


class HandScanner:
    """A CodeSource. It tells every scan, looking or resting: a person pulled the trigger."""

    def __init__(self, path: str, *, wake: Wake, retry_s: float = 1.0, grab: Callable[[int], None] = grab) -> None:
        """Start the thread that opens `path` (a by-id name of /dev/input), again `retry_s` after it was lost."""
        self._path, self._wake, self._retry_s, self._grab = path, wake, retry_s, grab
        self._scans: deque[Scan] = deque()
        self._trouble: ScannerError | None = None
        self._closing, self._close_end = os.pipe()
        self._thread = threading.Thread(target=self._run, name="hand scanner", daemon=True)
        self._thread.start()

    @property
    def troubles(self) -> tuple[str, ...]:
        """See CodeSource."""
        return (HAND_SCANNER_GONE,) if self._trouble else ()

    def poll(self) -> Scan | None:
        """See CodeSource."""
        if self._scans:
            return self._scans.popleft()
        trouble = self._trouble
        if trouble is not None:
            raise ScannerError(*trouble.args)
        return None

    def frame(self) -> Frame | None:
        """See CodeSource: it has no pictures."""
        return None

    def look(self, *, on: bool) -> None:
        """See CodeSource: it has a trigger."""

    def close(self) -> None:
        """See CodeSource."""
        if self._close_end >= 0:
            os.close(self._close_end)
            self._close_end = -1
            self._thread.join(5)
            os.close(self._closing)

    def _run(self) -> None:
        while not self._closed(0):
            try:
                fd = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
                try:
                    self._grab(fd)
                    self._tell(None)
                    self._read_lines(fd)
                finally:
                    os.close(fd)
            except OSError as error:
                message = (
                    f"hand scanner: {self._path}: {(error.strerror or str(error)).lower()}; plug it in, check the name "
                    "under /dev/input/by-id, and that the program's user is in the group input"
                )
                self._tell(ScannerError(message))
            self._closed(self._retry_s)

    def _closed(self, wait_s: float) -> bool:
        return bool(select.select([self._closing], [], [], wait_s)[0])

    def _read_lines(self, fd: int) -> None:
        keys = Keys()
        while True:
            ready = select.select([fd, self._closing], [], [], IDLE_S if keys.is_typing else None)[0]
            if self._closing in ready:
                return
            at_s = time.monotonic()
            if fd in ready:
                for _, _, kind, code, value in EVENT.iter_unpack(_whole_events(fd)):
                    self._told(keys.feed(kind, code, value, at_s), at_s)
            else:
                self._told(keys.idle(at_s), at_s)

    def _told(self, line: str | None, at_s: float) -> None:
        if line is not None:
            self._scans.append(Scan(line, "hand_scanner", at_s))
            self._wake()

    def _tell(self, trouble: ScannerError | None) -> None:
        if str(trouble) != str(self._trouble):
            self._trouble = trouble
            self._wake()


def _whole_events(fd: int) -> bytes:
    chunk = os.read(fd, EVENT.size * 64)
    if not chunk:
        message = "the device has gone"
        raise OSError(message)
    return chunk[: len(chunk) // EVENT.size * EVENT.size]
