"""What fingers, a keypad and two buttons do at a lane: each becomes a target of the screen that is shown.

A key gives way when the finger comes down and answers when it is lifted on the same key. What a target means is the
conversation's business.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.device_lane_voice import Focus, LaneVoice

if TYPE_CHECKING:
    from kiosk.display.scene import Scene
    from kiosk.domain.lane_state import State


class Hands:
    """Used by the loop's thread alone.

    Attributes:
        pressed: the target under a finger, "" for none.
        focus: the target that *choose* would touch.
    """

    def __init__(self, voice: LaneVoice, touched: Callable[[str], None]) -> None:
        """`touched` hears each target that was meant; whatever is touched interrupts the voice."""
        self._voice, self._touched = voice, touched
        self.pressed, self.focus = "", Focus()

    def finger(self, scene: Scene | None, x: int, y: int, *, is_down: bool) -> None:
        """Put down: the key gives way. Lifted on the same key: that is the answer."""
        target = scene.target_at(x, y) if scene else None
        self.focus.target = ""
        if is_down:
            self._voice.hush()
            self.pressed = target or ""
            return
        pressed, self.pressed = self.pressed, ""
        if target is not None and target == pressed:
            self._touched(target)

    def button(self, press: str, scene: Scene | None, state: State) -> None:
        """A key of the keypad, or one of two buttons: from target to target, and *choose* touches it."""
        self._voice.hush()
        if press == "next":
            self._voice.name(state, self.focus.forward(scene, is_rtl=state.language == "ar"))
        elif target := "listen" if press == "listen" else self.focus.target:
            self._touched(target)
