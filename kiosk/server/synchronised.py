"""Whether this machine's clock follows a time server: asked of the kernel, of systemd-timesyncd's mark, of timedatectl.

Only Linux says it, and a sandbox may forbid to ask the kernel; a machine that does not say is `UNKNOWN`, not wrong.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

MARK = Path("/run/systemd/timesync/synchronized")
TIMEDATECTL = ("timedatectl", "show", "--property=NTPSynchronized", "--value")
ASKED_AGAIN_S = 60.0
ANSWERS_WITHIN_S = 5.0
_UNSYNCHRONISED = 0x40  # STA_UNSYNC of <linux/timex.h>
_STATUS_WORD = 10  # struct timex: modes and a gap, offset, freq, maxerror, esterror as 8 bytes each, then status
_TIMEX_BYTES = 256  # the kernel's has 208


class Synchronised(StrEnum):
    """What a machine says of its clock."""

    YES = "synchronised"
    NO = "unsynchronised"
    UNKNOWN = "unknown"


class ClockWatch:
    """Asks whenever it is asked, and no program more often than once a minute."""

    def __init__(
        self,
        kernel: Callable[[], Synchronised] | None = None,
        mark: Path = MARK,
        program: Callable[[], Synchronised] | None = None,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nothing is asked yet. A test has a kernel and a program of its own."""
        self._kernel, self._program = kernel or ask_kernel, program or ask_timedatectl
        self._mark, self._now_s = mark, now_s
        self._said: tuple[Synchronised, float] | None = None

    def state(self) -> Synchronised:
        """What is known now."""
        told = self._kernel()
        if told is not Synchronised.UNKNOWN:
            return told
        if self._mark.exists():
            return Synchronised.YES
        if self._said is None or self._now_s() - self._said[1] >= ASKED_AGAIN_S:
            self._said = (self._program(), self._now_s())
        return self._said[0]


def ask_kernel() -> Synchronised:
    """The kernel's own word; UNKNOWN where it may not be asked. Nothing is set: `modes` stays 0."""
    if ctypes.sizeof(ctypes.c_long) != 8 or os.uname().sysname != "Linux":
        return Synchronised.UNKNOWN
    timex = (ctypes.c_int * (_TIMEX_BYTES // 4))()
    try:
        answer = ctypes.CDLL(None).adjtimex(timex)
    except (AttributeError, OSError):
        return Synchronised.UNKNOWN
    return Synchronised.UNKNOWN if answer < 0 else judged(timex[_STATUS_WORD])


def judged(status: int) -> Synchronised:
    """The kernel's status word."""
    return Synchronised.NO if status & _UNSYNCHRONISED else Synchronised.YES


def ask_timedatectl(words: tuple[str, ...] = TIMEDATECTL) -> Synchronised:
    """systemd's word; UNKNOWN where there is none."""
    try:
        asked = subprocess.run(words, check=False, capture_output=True, text=True, timeout=ANSWERS_WITHIN_S)
    except (OSError, subprocess.TimeoutExpired):
        return Synchronised.UNKNOWN
    return {"yes": Synchronised.YES, "no": Synchronised.NO}.get(asked.stdout.strip(), Synchronised.UNKNOWN)
