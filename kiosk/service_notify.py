"""What a service tells systemd about itself: ready, alive, stopping, and one line of status.

The unit has Type=notify and WatchdogSec; the loop of a role calls `alive` each time it comes round, so a loop that
hangs is restarted. Started by hand, without systemd, every call does nothing.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping


class Service:
    """This process as systemd sees it. Use it from the loop's own thread.

    Attributes:
        beat_s: how often `alive` must be called at least; half of the unit's WatchdogSec. None: nobody watches.
    """

    def __init__(self, environment: Mapping[str, str] = os.environ, *, pid: int | None = None) -> None:
        """`environment`: where systemd has written its address and its patience."""
        self._address = environment.get("NOTIFY_SOCKET", "")
        self.beat_s = _beat_s(environment, os.getpid() if pid is None else pid)
        self._last_beat_s = float("-inf")

    def ready(self, status: str = "") -> None:
        """Everything is open: units that come after this one may start."""
        self._tell("READY=1", status)

    def alive(self, now_s: float, *, is_well: Callable[[], bool] = lambda: True) -> None:
        """Once in a beat, tell that the loop comes round; call it as often as you like.

        Args:
            now_s: time.monotonic().
            is_well: asked before telling; when it answers no, nothing is told, and systemd restarts the service.
        """
        if self.beat_s is None or now_s - self._last_beat_s < self.beat_s / 2 or not is_well():
            return
        self._last_beat_s = now_s
        self._tell("WATCHDOG=1")

    def status(self, words: str) -> None:
        """One line for `systemctl status`; no names, no plates, no codes."""
        self._tell("", words)

    def stopping(self) -> None:
        """The end has begun."""
        self._tell("STOPPING=1")

    def _tell(self, state: str, status: str = "") -> None:
        if not self._address:
            return
        lines = [state] if state else []
        if status:
            lines.append("STATUS=" + " ".join(status.split()))
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            channel.sendto("\n".join(lines).encode(), address)


def _beat_s(environment: Mapping[str, str], pid: int) -> float | None:
    """Half of WatchdogSec, if it is this process that is watched."""
    watched = environment.get("WATCHDOG_PID", str(pid))
    patience_us = environment.get("WATCHDOG_USEC", "")
    return int(patience_us) / 2_000_000 if patience_us.isdigit() and watched == str(pid) else None
