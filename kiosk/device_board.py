"""A board of the waiting room or of the lanes: watches its view, shows this moment, calls out, sleeps at night."""

from __future__ import annotations

import logging
import math
import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.board_night import Night
from kiosk.board_voice import Said, clips
from kiosk.device import Line, Loop, heard_by, shown_to, tell_shown, world_of
from kiosk.device_logo import KeptLogo
from kiosk.display.board import TEXT_CACHE_BYTES, BoardScreen, BoardState, darkness, is_dark, scene
from kiosk.display.board_wall import Wall
from kiosk.display.theme import THEMES, Panel
from kiosk.display.window import Window
from kiosk.domain.board import Only, board_from
from kiosk.domain.board_calls import CALL_S, SPOKEN_CALL_S, Announcement, announcements
from kiosk.hardware.panel_power import PanelError, PanelPower, open_panel
from kiosk.memory import give_back
from kiosk.settings import Board, Device, Screen
from kiosk.typeset import Typesetter

if TYPE_CHECKING:
    from kiosk.display.scene import Scene
    from kiosk.settings import Settings
    from kiosk.store_logo import Logo

LOOK_EVERY_S = 0.5
UNHEARD_S = 10.0
"""How long a board that has just started waits for its first view before it wakes its panel."""

SWITCH_AGAIN_S = 60.0
SOUND_AGAIN_S = 60.0
GIVES_BACK_AFTER_S = 3.0
VIEWS = {"visits": "board", "lanes": "lane-board"}
log = logging.getLogger(__name__)


def screen_of(settings: Settings, typesetter: Typesetter) -> BoardScreen:
    """What the settings say of a board's picture."""
    screen, board = settings.section(Screen), settings.section(Board)
    dark = None if board.dark_after_minutes < 0 else timedelta(minutes=board.dark_after_minutes)
    panel = Panel(screen.width_px, screen.height_px, screen.panel_width_mm)
    theme = THEMES[screen.theme]
    return BoardScreen(panel, theme, board.viewing_distance_m, board.languages, typesetter, board.turn_s, dark)


def wall_of(board: Board, begun_s: float) -> Wall:
    """What a board of these settings remembers."""
    call_s = SPOKEN_CALL_S if board.voice_folder else CALL_S
    return Wall(begun_s, Only(board.lanes, board.stages), call_s=call_s, quiet_hours=board.quiet_hours)


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
        self._window = Window(
            screen.kind, (screen.width_px, screen.height_px), typesetter, title=device.name, turn=screen.turn,
            on_shown=shown_to(self._world) if self._world else None,
            on_sound=heard_by(self._world) if self._world else None,
            loudness=board.loudness_percent / 100, hears_seldom=True,
        )  # fmt: skip
        self._screen, self._wall = screen_of(settings, typesetter), wall_of(board, time.monotonic())
        self._voice_folder = Path(board.voice_folder) if board.voice_folder else None
        self._voice_trouble: str | None = None
        self._night = Night(Path(device.folder))
        self._sleep = Sleep(open_panel(board.panel_power, self._world))
        self._line = Line(f"board/{device.name}", device)
        self._logo = KeptLogo(Path(device.folder), self._line.client.fetch, self._branded, loop.put)
        self._hears_again_s = time.monotonic() + SOUND_AGAIN_S
        self._gives_back_at_s = math.inf
        self._is_loud = board.loudness_percent > 0
        if self._is_loud:
            self._window.tries_sound()
        if self._world:
            self._world.start()
        self._line.client.watch(f"{VIEWS[board.shows]}/{device.name}", self._viewed, on_heard=self._heard)

    def turn(self) -> float:
        """Show what this moment looks like; a picture that has not changed costs nothing."""
        now_s = time.monotonic()
        self._window.touches()  # a desktop's window wants to be asked, or it counts as hung
        if self._window.is_closed:
            self._loop.stop()
        state = self._wall.state(now_s)
        if state.board is not None:
            self._logo.wants(state.board.logo)
        shown = self._scene(state)
        if self._window.show(shown):
            self._gives_back_at_s = min(self._gives_back_at_s, now_s + GIVES_BACK_AFTER_S)
            if self._world:
                tell_shown(self._world, shown, "board")
        if self._gives_back_at_s <= now_s:
            self._gives_back_at_s = math.inf
            give_back()
        if state.board is not None or is_dark(shown) or state.seconds >= UNHEARD_S:
            self._sleep.wants(on=not is_dark(shown), now_s=now_s)
        if self._window.trouble and self._is_loud and now_s >= self._hears_again_s:
            self._hears_again_s = now_s + SOUND_AGAIN_S
            self._window.tries_sound()
        sound = self._wall.sound()
        if sound and self._is_loud:
            self._window.play(sound, self._speech(state))
        troubles = (self._window.trouble, self._sleep.trouble, self._voice_trouble)
        self._line.report(tuple(one for one in troubles if one), now_s)
        return LOOK_EVERY_S

    def _scene(self, state: BoardState) -> Scene:
        """This moment's picture: black where the board was dark before it started anew, until it hears the hub."""
        if state.board is None and self._night.lasts(state.seconds):
            return darkness(self._screen)
        shown = scene(state, self._screen)
        if state.board is not None:
            self._night.told(state.board.opens_at, is_dark=is_dark(shown))
        return shown

    def _speech(self, state: BoardState) -> bytes:
        """What is said of the call after its chime; a voice that lacks a clip says so to the hub, and nothing here."""
        folder = self._voice_folder
        if folder is None or state.board is None or state.calls.current is None:
            return b""
        from kiosk import voice  # a silent board is smaller without it

        told = [(one.language, clips(one)) for one in map(_said, announcements(state.board, state.calls.current))]
        if self._world:
            self._world.tell("speech", clips=[[code, *names] for code, names in told])
        lacks = [
            f"{code}/{one}" for code, names in told for one in names if not (folder / code / f"{one}.wav").exists()
        ]
        try:
            spoken = b"" if lacks else b"".join(voice.joined(folder, code, names) for code, names in told)
            problem = f"{folder}/{lacks[0]}.wav: missing; make it with: kiosk voice --out {folder}" if lacks else ""
        except voice.VoiceUnusable as error:
            spoken, problem = b"", str(error)
        if problem and not self._voice_trouble:
            log.warning("%s", problem)
        self._voice_trouble = "no_voice" if problem else None
        return spoken

    def close(self) -> None:
        """Hang up and give the screen back."""
        self._line.close()
        self._window.close()
        if self._world:
            self._world.close()

    def _branded(self, logo: Logo | None) -> None:
        self._screen = replace(self._screen, logo=logo)

    def _viewed(self, view: dict[str, Any]) -> None:
        board_from(
            view
        )  # one that nobody can read is refused here: the line counts as lost, the old picture goes stale
        self._loop.put(lambda: self._wall.viewed(view, time.monotonic()))

    def _heard(self) -> None:
        self._loop.put(lambda: self._wall.heard(time.monotonic()))


def _said(told: Announcement) -> Said:
    return Said(*told)


class Sleep:
    """Switches the panel when the picture goes black or comes back, in a thread: a television takes its time.

    Attributes:
        trouble: a code for the hub's page of devices, or None.
    """

    def __init__(self, panel: PanelPower) -> None:
        """Nobody knows how the panel is until it was told: after a restart it may still stand by from the night."""
        self._panel = panel
        self._is_on: bool | None = None
        self._again_s = 0.0
        self._at_work = threading.Lock()
        self.trouble: str | None = None

    def wants(self, *, on: bool, now_s: float) -> None:
        """The panel is to be so; returns at once. What did not succeed is tried again every minute."""
        if on is self._is_on or (self.trouble and now_s < self._again_s) or not self._at_work.acquire(blocking=False):
            return
        self._again_s = now_s + SWITCH_AGAIN_S
        threading.Thread(target=self._switch, args=(on,), name="panel", daemon=True).start()

    def _switch(self, on: bool) -> None:  # noqa: FBT001 - a thread's argument
        try:
            self._panel.switch(on=on)
            self._is_on, self.trouble = on, None
        except PanelError as error:
            if not self.trouble:
                log.warning("%s", error)
            self.trouble = "panel_power"
        finally:
            self._at_work.release()
