"""A lane's screen with the cables that it hangs on: what is shown, touched, played and spoken, and whether it is there.

A screen that goes while the lane runs, or is not there when it starts, is opened again and again; until then the lane
is out of service. A screen that the settings describe wrongly ends the lane: no waiting mends it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from kiosk.device import heard_by, shown_to
from kiosk.display.window import NoScreen, ScreenGone, Touch, Window
from kiosk.hardware.panel_link import open_panel_link
from kiosk.hardware.ports import SCREEN_GONE

if TYPE_CHECKING:
    from kiosk.display.scene import Rect, Scene
    from kiosk.hardware.simulated.link import WorldLink
    from kiosk.settings import Screen
    from kiosk.typeset import Typesetter

log = logging.getLogger(__name__)
OPEN_EVERY_S = 10.0
SOUND_EVERY_S = 60.0


class LaneScreen:
    """Used by the loop's thread alone. Without a screen everything may still be called, and shows nothing."""

    def __init__(
        self, screen: Screen, typesetter: Typesetter, *, title: str, world: WorldLink | None, wake: Callable[[], None]
    ) -> None:
        """Open it. `wake` is called from another thread when the simulated cables change.

        Raises:
            NoScreen: the settings are wrong, or it is a desktop's window and there is no desktop.
        """
        told: dict[str, Any] = {"title": title, "turn": screen.turn}
        if world:
            told |= {"on_shown": shown_to(world), "on_sound": heard_by(world)}
        size_px = (screen.width_px, screen.height_px)
        self._make = partial(Window, screen.kind, size_px, typesetter, **told)
        self._link = open_panel_link(screen.kind, world, wake)
        self._window: Window | None = None
        self._is_lost, self._open_at_s = False, 0.0
        self._sound_at_s = float("-inf")
        self._was_gone: tuple[str, ...] = ()
        try:
            self._window = self._make()
        except ScreenGone as error:
            if screen.kind == "window":
                raise
            self._lost(error)

    @property
    def faults(self) -> tuple[str, ...]:
        """Codes of what nobody can see or touch any more; () while all is there."""
        gone = self._link.gone()
        return (SCREEN_GONE, *(one for one in gone if one != SCREEN_GONE)) if self._is_lost else gone

    @property
    def trouble(self) -> str | None:
        """What else is wrong with it: no loudspeaker."""
        return self._window.trouble if self._window else None

    @property
    def drawn(self) -> int:
        """How many times something had to be drawn since the beginning."""
        return self._window.drawn if self._window else 0

    @property
    def is_closed(self) -> bool:
        """Whether its user has closed the window."""
        return self._window is not None and self._window.is_closed

    def mend(self) -> bool:
        """Open what came back; whether everything is to be shown anew. Costs nothing while all is well."""
        self._listen_for_sound()
        gone, before = self._link.gone(), self._was_gone
        self._was_gone = gone
        came_back = bool(set(before) - set(gone))
        is_due = self._is_lost and time.monotonic() >= self._open_at_s
        return self._opened_again() if (came_back or is_due) and SCREEN_GONE not in gone else False

    def show(self, scene: Scene, *, fade: bool = False) -> list[Rect]:
        """See Window; nothing is drawn while the screen is lost."""
        if self._window is None or self._is_lost:
            return []
        try:
            return self._window.show(scene, fade=fade)
        except ScreenGone as error:
            self._lost(error)
            return []

    def touches(self) -> list[Touch]:
        """See Window."""
        return self._window.touches() if self._window and not self._is_lost else []

    def presses(self) -> list[str]:
        """See Window."""
        return self._window.presses() if self._window else []

    def play(self, name: str, speech: bytes = b"") -> None:
        """See Window."""
        if self._window:
            self._window.play(name, speech)

    def speak(self, samples: bytes) -> None:
        """See Window."""
        if self._window:
            self._window.speak(samples)

    def hush(self) -> None:
        """See Window."""
        if self._window:
            self._window.hush()

    def close(self) -> None:
        """Give the screen back."""
        if self._window:
            self._window.close()

    def _listen_for_sound(self) -> None:
        """A loudspeaker that is missing is told from the start, and found again within a minute."""
        is_first = self._sound_at_s == float("-inf")
        if self._window and (is_first or self._window.trouble) and time.monotonic() >= self._sound_at_s:
            self._sound_at_s = time.monotonic() + SOUND_EVERY_S
            self._window.tries_sound()

    def _lost(self, error: NoScreen) -> None:
        if not self._is_lost:
            log.error("%s; out of service until it is there", error)
        self._is_lost, self._open_at_s = True, time.monotonic() + OPEN_EVERY_S

    def _opened_again(self) -> bool:
        try:
            if self._window:
                self._window.reopen()
            else:
                self._window = self._make()
        except NoScreen as error:
            self._lost(error)
            return False
        self._is_lost = False
        self._link.opened()
        return True
