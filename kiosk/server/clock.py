"""The hub's own time, injected: nothing else in the hub asks the machine what time it is, or whether that is right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from kiosk.server.synchronised import ClockWatch, Synchronised
from kiosk.settings import Settings


class Clock(Protocol):
    """Where the hub reads the time."""

    def now(self) -> datetime:
        """This moment, aware, in UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        return datetime.now(UTC)


def clock_is_right(settings: Settings, watch: ClockWatch | None = None) -> Callable[[], bool]:
    """Whether completions may be promised by this machine's clock: it is not known to be unsynchronised, or trusted."""
    if settings.hub and settings.hub.clock == "trusted":
        return lambda: True
    watch = watch or ClockWatch()
    return lambda: watch.state() is not Synchronised.NO
