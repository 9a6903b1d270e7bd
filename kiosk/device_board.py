"""A waiting-room board: watches its view, shows the scene of this moment, calls out who is ready."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from kiosk.device import Line, Loop, heard_by, shown_to, tell_shown, world_of
from kiosk.display.board import TEXT_CACHE_BYTES, BoardScreen, scene
from kiosk.display.board_wall import Wall
from kiosk.display.theme import THEMES, Panel
from kiosk.display.window import Window
from kiosk.domain.board import board_from
from kiosk.settings import Board, Device, Screen
from kiosk.typeset import Typesetter

if TYPE_CHECKING:
    from kiosk.settings import Settings

LOOK_EVERY_S = 0.2


class BoardDevice:
    """One board. Everything but the line's own threads happens in the loop's thread."""

    def __init__(self, settings: Settings, loop: Loop) -> None:
        """Open the screen and the line.

        Raises:
            KioskError: a section is missing, the screen or the folder cannot be had, the shop is not there.
        """
        device, screen, board = settings.section(Device), settings.section(Screen), settings.section(Board)
        self._loop = loop
        self._world = world_of(settings, loop)
        typesetter = Typesetter(cache_bytes=TEXT_CACHE_BYTES)
        size_px = (screen.width_px, screen.height_px)
        self._window = Window(
            screen.kind, size_px, typesetter, title=device.name, turn=screen.turn,
            on_shown=shown_to(self._world) if self._world else None,
            on_sound=heard_by(self._world) if self._world else None,
        )  # fmt: skip
        panel = Panel(*size_px, screen.panel_width_mm)
        self._screen = BoardScreen(
            panel, THEMES[screen.theme], board.viewing_distance_m, board.languages, typesetter, board.turn_s
        )
        self._wall = Wall(time.monotonic())
        self._line = Line(f"board/{device.name}", device)
        if self._world:
            self._world.start()
        self._line.client.watch(f"board/{device.name}", self._viewed, on_heard=self._heard)

    def turn(self) -> float:
        """Show what this moment looks like; a picture that has not changed costs nothing."""
        now_s = time.monotonic()
        self._window.touches()  # a desktop's window wants to be asked, or it counts as hung
        if self._window.is_closed:
            self._loop.stop()
        shown = scene(self._wall.state(now_s), self._screen)
        if self._window.show(shown) and self._world:
            tell_shown(self._world, shown, "board")
        sound = self._wall.sound()
        if sound:
            self._window.play(sound)
        self._line.report((self._window.trouble,) if self._window.trouble else (), now_s)
        return LOOK_EVERY_S

    def close(self) -> None:
        """Hang up and give the screen back."""
        self._line.close()
        self._window.close()
        if self._world:
            self._world.close()

    def _viewed(self, view: dict[str, Any]) -> None:
        board_from(
            view
        )  # one that nobody can read is refused here: the line counts as lost, the old picture goes stale
        self._loop.put(lambda: self._wall.viewed(view, time.monotonic()))

    def _heard(self) -> None:
        self._loop.put(lambda: self._wall.heard(time.monotonic()))
