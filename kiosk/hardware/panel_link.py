"""Whether a lane's panel is still there: its picture's cable, its backlight, its touch. The kernel is asked.

SDL goes on drawing for a panel that was unplugged, and says nothing. Opening the screen again is the window's business.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kiosk.hardware.ports import SCREEN_GONE, TOUCH_GONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.hardware.simulated.link import WorldLink
    from kiosk.hardware.simulated.messages import Message

LOOK_EVERY_S = 2.0
DIRECT = 1 << 1  # INPUT_PROP_DIRECT of linux/input.h: a touch screen, not a touch pad


class PanelLink(Protocol):
    """What is known of a panel's cables. One thread; both return at once."""

    def gone(self) -> tuple[str, ...]:
        """SCREEN_GONE, TOUCH_GONE or both, of what was there when the screen was opened; () while all is."""

    def opened(self) -> None:
        """The screen has been opened (again), at what is plugged in now; a touch that it once had it still needs."""


class KernelPanel:
    """A PanelLink of a screen on the console: connectors, backlights and touch screens as /sys has them.

    A machine whose kernel tells of no connector, backlight or touch screen misses none.
    """

    def __init__(self, root: Path = Path("/sys"), clock_s: Callable[[], float] = time.monotonic) -> None:
        """`root`: where the kernel's files are; looked at every two seconds at most."""
        self._class, self._clock_s = root / "class", clock_s
        self._gone: tuple[str, ...] = ()
        self._has_touch = False
        self.opened()

    def opened(self) -> None:
        """See PanelLink."""
        self._cables = self.connected()
        self._lights = frozenset(light for light in self._backlights() if _can_be_read(light))
        self._has_touch = self._has_touch or self.has_touch()  # a picture comes back sooner than its USB
        self._looked_s, self._gone = float("-inf"), ()

    def gone(self) -> tuple[str, ...]:
        """See PanelLink."""
        if self._clock_s() - self._looked_s >= LOOK_EVERY_S:
            self._looked_s = self._clock_s()
            self._gone = tuple(self._look())
        return self._gone

    def connectors(self) -> frozenset[str]:
        """Where a panel can be plugged in: HDMI-A-1, DSI-1 and so on."""
        return frozenset(path.parent.name.partition("-")[2] for path, status in self._statuses() if status != "unknown")

    def connected(self) -> frozenset[str]:
        """Connectors with a panel at their other end."""
        return frozenset(
            path.parent.name.partition("-")[2] for path, status in self._statuses() if status == "connected"
        )

    def has_touch(self) -> bool:
        """Whether a touch screen is plugged in."""
        return any(_number(path) & DIRECT for path in self._class.glob("input/event*/device/properties"))

    def _look(self) -> list[str]:
        is_dark = any(not _can_be_read(light) for light in self._lights)
        connected = self.connected()
        is_unplugged = not (self._cables & connected) if self._cables else bool(self.connectors()) and not connected
        found = [SCREEN_GONE] if is_dark or is_unplugged else []
        return [*found, TOUCH_GONE] if self._has_touch and not self.has_touch() else found

    def _statuses(self) -> list[tuple[Path, str]]:
        return [(path, _words(path)) for path in sorted(self._class.glob("drm/card*-*/status"))]

    def _backlights(self) -> list[Path]:
        return list(self._class.glob("backlight/*/actual_brightness"))


class SimulatedLink:
    """A PanelLink in the shop: the world tells `screen_cable` and `touch_cable` (plugged_in)."""

    def __init__(self, world: WorldLink, wake: Callable[[], None]) -> None:
        """Listen to the world; before its link is started. `wake` is called from the link's thread."""
        self._unplugged: dict[str, bool] = {}
        self._wake = wake
        world.hear("screen_cable", lambda told: self._heard(SCREEN_GONE, told))
        world.hear("touch_cable", lambda told: self._heard(TOUCH_GONE, told))

    def gone(self) -> tuple[str, ...]:
        """See PanelLink."""
        return tuple(code for code in (SCREEN_GONE, TOUCH_GONE) if self._unplugged.get(code))

    def opened(self) -> None:
        """See PanelLink: the shop goes on."""

    def _heard(self, code: str, told: Message) -> None:
        self._unplugged[code] = not told.values["plugged_in"]
        self._wake()


class DesktopLink:
    """A PanelLink of a window on a desktop, which looks after its own panels."""

    def gone(self) -> tuple[str, ...]:
        """See PanelLink."""
        return ()

    def opened(self) -> None:
        """See PanelLink."""


def open_panel_link(kind: str, world: WorldLink | None, wake: Callable[[], None]) -> PanelLink:
    """The link of a screen of this kind; a simulated one needs the world, and without it misses nothing."""
    if kind == "console":
        return KernelPanel()
    return SimulatedLink(world, wake) if kind == "simulated" and world else DesktopLink()


def _words(path: Path) -> str:
    try:
        return path.read_text("ascii", "replace").strip()
    except OSError:
        return ""


def _number(path: Path) -> int:
    try:
        return int(_words(path).split()[-1], 16)
    except (IndexError, ValueError):
        return 0


def _can_be_read(path: Path) -> bool:
    return bool(_words(path))
