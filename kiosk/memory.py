"""What the C library does with a process's memory: few heaps, and what is free goes back to the machine.

By itself glibc keeps a heap for nearly every thread and gives little back: a hub that has had one busy minute would
stay as large for weeks, a board as large as when it started. Where there is no glibc, nothing is done.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress
from functools import cache
from typing import Any

_ARENA_MAX = -8  # of mallopt, as malloc.h has it
HEAPS = 2


def few_heaps() -> None:
    """Call it before threads are begun: they share two heaps, and Python lets one thread at a time at them anyway."""
    with suppress(AttributeError):
        _library().mallopt(_ARENA_MAX, HEAPS)


def give_back() -> None:
    """Free memory goes back to the machine; it takes a few milliseconds."""
    with suppress(AttributeError):
        _library().malloc_trim(0)


@cache
def _library() -> Any:
    """The C library of this process."""
    return ctypes.CDLL(None)
