"""A lane for those who cannot see or reach its screen: what is spoken when, and the key that *choose* would touch.

Clips are made beforehand (kiosk voice); what they say stands in kiosk/domain/lane_voice.py.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk import voice
from kiosk.display.lane import in_order
from kiosk.domain import lane_voice
from kiosk.domain.lane_state import UNSEEN
from kiosk.language import CODES

if TYPE_CHECKING:
    from kiosk.display.scene import Scene
    from kiosk.domain.lane_state import State

log = logging.getLogger(__name__)
NO_VOICE = "no_voice"


class LaneVoice:
    """Speaks each screen once when it comes, or again on request. Used by the loop's thread alone.

    Attributes:
        trouble: NO_VOICE where clips are missing, else None.
        can_speak: there is a language whose clips are all there; otherwise no key offers to listen.
    """

    def __init__(self, mode: str, folder: Path, *, speak: Callable[[bytes], None], hush: Callable[[], None]) -> None:
        """`mode`: off, asked or always. `speak` begins to play samples, `hush` stops at once."""
        self._mode, self._folder, self._speak, self._hush = mode, folder, speak, hush
        self._last: tuple[object, ...] = ()
        self.spoken: list[tuple[str, ...]] = []
        self.trouble: str | None = None
        self.can_speak = any(self._there(CODES))

    def look(self, languages: Sequence[str]) -> None:
        """See which clips are there, in the languages that the dealership speaks."""
        there = self._there(languages)
        if not all(there) and self.trouble is None:
            log.error("clips are missing in %s: make them with: kiosk voice --out %s", self._folder, self._folder)
        self.trouble = None if all(there) else NO_VOICE
        self.can_speak = any(there)

    def _there(self, languages: Sequence[str]) -> list[bool]:
        """Of each language, whether all its clips are there; of none where nothing is ever spoken."""
        spoken = languages if self._mode != "off" else ()
        return [not voice.missing(self._folder, code, voice.of_lane) for code in spoken]

    def follow(self, state: State) -> None:
        """Speak what the screen shows now, if that is new or asked for again."""
        is_unseen = bool(UNSEEN.intersection(state.faults))  # who cannot read it hears where to go
        names = tuple(one for one in lane_voice.said(state) if not (is_unseen and one == "out.press_help"))
        now = (names, state.language, state.asked_to_speak)
        if now == self._last:
            return
        self._last = now
        if self._mode == "always" or (self._mode == "asked" and (state.listens or is_unseen)):
            self._say(state.language, names)

    def name(self, state: State, target: str) -> None:
        """Speak the name of a key, for somebody who goes from key to key."""
        if self._mode != "off":
            self._say(state.language, lane_voice.key_said(target))

    def hush(self) -> None:
        """A finger or a key interrupts."""
        self._hush()

    def _say(self, code: str, names: Sequence[str]) -> None:
        self.spoken = [*self.spoken[-9:], tuple(names)]
        try:
            self._speak(voice.joined(self._folder, code, names))
        except voice.VoiceUnusable as error:
            log.warning("%s", error)


class Focus:
    """Which target *choose* would touch; it goes round in reading order and leaves with the page it was on."""

    def __init__(self) -> None:
        self.target = ""

    def forward(self, scene: Scene | None, *, is_rtl: bool) -> str:
        """The next target of this scene."""
        order = in_order(scene, is_rtl=is_rtl) if scene else ()
        at = order.index(self.target) + 1 if self.target in order else 0
        self.target = order[at % len(order)] if order else ""
        return self.target

    def stays_on(self, scene: Scene) -> None:
        """A page without the target has nothing in focus."""
        if self.target and self.target not in {one.name for one in scene.targets}:
            self.target = ""
