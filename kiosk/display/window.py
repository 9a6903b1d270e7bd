"""The screen itself: the only file that knows pygame. Shows scenes, reports touches, plays sounds; decides nothing.

One thread owns a Window. Its loop blocks on its own queue for 0.1 to 0.2 s, then asks `touches()`: pygame's own waiting
polls, and costs twenty times as much.
"""

from __future__ import annotations

import logging
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PIL import Image

from kiosk.display import sounds
from kiosk.display.paint import Painter, changed
from kiosk.display.scene import Rect
from kiosk.errors import KioskError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kiosk.display.scene import Scene
    from kiosk.typeset import Typesetter

log = logging.getLogger(__name__)

DRIVERS = {"console": "kmsdrm", "window": None, "simulated": "dummy"}
FADE_S = 0.16
SWALLOWED_S = 0.5
NO_SOUND = "no_sound"
STRIP_PX = 256
TURNS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}


class NoScreen(KioskError):
    """The screen named in the settings cannot be opened."""


class ScreenGone(NoScreen):
    """There is no screen at present, or the one there was has gone; it may be back later."""


@dataclass(frozen=True)
class Touch:
    """A finger or the mouse put down or lifted, in pixels of the scene. `is_down` False = lifted."""

    x: int
    y: int
    is_down: bool


KEYS = {"TAB": "next", "RIGHT": "next", "DOWN": "next", "RETURN": "choose", "SPACE": "choose", "F1": "listen"}
"""Keys of a tactile keypad, or of two buttons that the system makes keys of, and what they ask for."""


class Window:
    """One opened screen.

    Args:
        kind: "console" (a Pi's own screen, by KMSDRM), "window" (a desktop) or "simulated" (a real surface, unseen).
        size_px: what scenes measure, as the viewer sees them.
        turn: how far the picture is turned clockwise for a panel that hangs upright: 0, 90, 180 or 270.
        on_shown: told (picture, changed rectangles) after each change; must not keep or change the picture.
            The picture is held for it alone.
        on_sound: told the name of each sound.
        calm: no fading.
        loudness: of every sound, 0 to 1.
        hears_seldom: let the loudspeaker go between sounds, which would be fed with silence; each then begins with the
            half second that a television swallows when it wakes up.

    Attributes:
        drawn: how many times something had to be drawn since the beginning.
        is_closed: the user has closed the window.
        trouble: a code for the hub's page of devices, or None.

    Raises:
        ScreenGone: no such driver, or no panel.
        NoScreen: no pygame, or the panel has another size.
    """

    def __init__(
        self,
        kind: str,
        size_px: tuple[int, int],
        typesetter: Typesetter,
        *,
        title: str = "kiosk",
        turn: int = 0,
        on_shown: Callable[[Image.Image, list[Rect]], None] | None = None,
        on_sound: Callable[[str], None] | None = None,
        calm: bool = False,
        loudness: float = 1.0,
        hears_seldom: bool = False,
    ) -> None:
        self._pygame = _pygame_for(kind)
        self._kind, self._size, self._turn = kind, size_px, turn
        self._on_shown, self._on_sound, self._calm = on_shown, on_sound, calm or kind == "simulated"
        self._painter = Painter(typesetter)
        self._scene: Scene | None = None
        # kept for the observer alone: a board on a small Pi has better uses for a second picture's memory
        self._picture = Image.new("RGB", size_px) if on_shown else None
        self._title = title
        self._surface = self._opened(title)
        self._loudness, self._hears_seldom = loudness, hears_seldom
        self._spoken: Any = None
        self._presses: list[str] = []
        self.is_closed = False
        self.trouble: str | None = None
        self.drawn = 0

    def show(self, scene: Scene, *, fade: bool = False) -> list[Rect]:
        """Show this scene; draws only what changed and returns those rectangles, none for the scene already shown.

        `fade` lets one screen pass into the other in 160 ms, once.

        Raises:
            ScreenGone: the system shows pictures no more; `reopen` when it may again.
        """
        if scene.size != self._size:
            raise ValueError(f"scene of {scene.size} on a screen of {self._size}")
        rects = changed(self._scene, scene)
        if rects:
            try:
                before = self._surface.copy() if fade and not self._calm and self._scene else None
                placed = [self._put(scene, strip) for rect in rects for strip in _strips(rect)]
                self._fade(before) if before else self._pygame.display.update(placed)
            except self._pygame.error as error:
                raise self._gone(error) from error
            self._scene, self.drawn = scene, self.drawn + 1
            if self._on_shown and self._picture:
                self._on_shown(self._picture, rects)
        return rects

    def touches(self) -> list[Touch]:
        """What was touched since the last call; returns at once. A window closed by its user sets `is_closed`."""
        if self._hears_seldom:
            self._rest()
        found = []
        for event in self._pygame.event.get():
            if event.type == self._pygame.QUIT:
                self.is_closed = True
            elif event.type == self._pygame.AUDIODEVICEREMOVED:
                self._lets_sound_go()  # the next one finds another loudspeaker, or says that there is none
            elif event.type == self._pygame.KEYDOWN:
                self._presses += [KEYS[name] for name in KEYS if event.key == getattr(self._pygame, f"K_{name}")]
            elif touch := self._touch(event):
                found.append(touch)
        return found

    def presses(self) -> list[str]:
        """What keypad or buttons asked for by the last `touches()`: `next`, `choose`, `listen`."""
        found, self._presses = self._presses, []
        return found

    def play(self, name: str, speech: bytes = b"") -> None:
        """Begin a sound of kiosk.display.sounds, and what a voice says after it; returns at once.

        `speech` is 16-bit samples, one channel, sounds.RATE_HZ. Without a loudspeaker `trouble` says so, until a
        sound has been played again.
        """
        if self._on_sound:
            self._on_sound(name)
        wakes = not self._pygame.mixer.get_init()
        if not self.tries_sound():
            return
        swallowed = bytes(round(sounds.RATE_HZ * SWALLOWED_S) * 2) if wakes and self._hears_seldom else b""
        sound = self._pygame.mixer.Sound(buffer=swallowed + sounds.samples(name) + speech)
        sound.set_volume(self._loudness)
        sound.play()

    def tries_sound(self) -> bool:
        """Whether there is a loudspeaker now that a sound would come out of; `trouble` says so where there is none."""
        if self._kind == "simulated":
            return False
        try:
            if not self._pygame.mixer.get_init():
                self._pygame.mixer.init(sounds.RATE_HZ, -16, 1, 512)
        except self._pygame.error as error:
            if self.trouble != NO_SOUND:
                log.warning("no sound on this screen (%s): check the loudspeaker's connection", error)
            self.trouble = NO_SOUND
            return False
        self.trouble = None
        return True

    def _rest(self) -> None:
        """Let the loudspeaker go while nothing sounds."""
        if self._pygame.mixer.get_init() and not self._pygame.mixer.get_busy():
            self._lets_sound_go()

    def _lets_sound_go(self) -> None:
        self._spoken = None  # without a mixer it cannot even be stopped
        self._pygame.mixer.quit()

    def speak(self, samples: bytes) -> None:
        """Begin to speak: signed 16-bit samples, one channel, sounds.RATE_HZ; what was being spoken ends."""
        self.hush()
        if not samples or not self.tries_sound():
            return
        self._spoken = self._pygame.mixer.Sound(buffer=samples)
        self._spoken.set_volume(self._loudness)
        self._spoken.play()

    def hush(self) -> None:
        """Stop speaking at once."""
        if self._spoken is not None:
            self._spoken.stop()
            self._spoken = None

    def reopen(self) -> None:
        """Open the screen anew after it was away; the next scene is drawn as a whole. Sound goes on meanwhile.

        Raises:
            ScreenGone: it is still away.
            NoScreen: another panel hangs there, of another size.
        """
        self._scene = None
        self._pygame.display.quit()
        self._surface = self._opened(self._title)

    def close(self) -> None:
        """Give the screen back."""
        self._pygame.quit()
        self.is_closed = True

    def _opened(self, title: str) -> Any:
        pygame, turned = self._pygame, self._turn in {90, 270}
        wanted = self._size[::-1] if turned else self._size
        try:
            pygame.display.init()
            flags = pygame.FULLSCREEN if self._kind == "console" else 0
            surface = pygame.display.set_mode((0, 0) if self._kind == "console" else wanted, flags)
        except pygame.error as error:
            raise self._gone(error) from error
        if surface.get_size() != wanted:
            has, says = surface.get_size(), self._size
            pygame.display.quit()
            raise NoScreen(
                f"[screen] width_px, height_px: the panel is {has[0]} x {has[1]}, settings say {says[0]} x {says[1]}, "
                f"turned by {self._turn}; set them as the viewer sees them, and turn where the panel hangs upright"
            )
        pygame.display.set_caption(title)
        pygame.mouse.set_visible(self._kind == "window")
        return surface

    def _gone(self, error: Exception) -> ScreenGone:
        return ScreenGone(f"[screen] kind = {self._kind}: {error}; {_REMEDY[self._kind]}")

    def _fade(self, before: Any) -> None:
        """Blend into what has been put on the surface; as many steps as the machine manages in the time."""
        after, begun = self._surface.copy(), time.monotonic()
        while (gone := (time.monotonic() - begun) / FADE_S) < 1:
            after.set_alpha(round(255 * (1 - (1 - gone) ** 2)))
            self._surface.blit(before, (0, 0))
            self._surface.blit(after, (0, 0))
            self._pygame.display.flip()
        after.set_alpha(None)
        self._surface.blit(after, (0, 0))
        self._pygame.display.flip()

    def _put(self, scene: Scene, rect: Rect) -> Any:
        """Paint a part of the scene and lay it on the surface; the panel's rectangle that it took."""
        part = self._painter.part(scene, rect)
        if self._picture:
            self._picture.paste(part, rect[:2])
        if self._turn:
            part = part.transpose(TURNS[self._turn])
        pixels = self._pygame.image.frombuffer(part.tobytes(), part.size, "RGB")
        return self._surface.blit(pixels, self._turned(rect))

    def _turned(self, rect: Rect) -> tuple[int, int]:
        """Where the upper left corner of a scene's rectangle comes to lie on the panel."""
        width, height = self._size
        return {
            0: (rect.x, rect.y),
            90: (height - rect.bottom, rect.x),
            180: (width - rect.end, height - rect.bottom),
            270: (rect.y, width - rect.end),
        }[self._turn]

    def _touch(self, event: Any) -> Touch | None:
        pygame = self._pygame
        if event.type in {pygame.FINGERDOWN, pygame.FINGERUP}:
            across, down = self._surface.get_size()
            return self._in_scene(event.x * across, event.y * down, is_down=event.type == pygame.FINGERDOWN)
        if event.type in {pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP} and event.button == 1:
            if getattr(event, "touch", False):  # SDL repeats every finger as a mouse
                return None
            return self._in_scene(*event.pos, is_down=event.type == pygame.MOUSEBUTTONDOWN)
        return None

    def _in_scene(self, x: float, y: float, *, is_down: bool) -> Touch:
        width, height = self._size
        across, down = {
            0: (x, y),
            90: (y, height - 1 - x),
            180: (width - 1 - x, height - 1 - y),
            270: (width - 1 - y, x),
        }[self._turn]
        return Touch(round(across), round(down), is_down)


def _strips(rect: Rect) -> Iterator[Rect]:
    """The rectangle from top to bottom in pieces: a copy of the whole picture would cost several megabytes for good."""
    for y in range(rect.y, rect.bottom, STRIP_PX):
        yield Rect(rect.x, y, rect.w, min(STRIP_PX, rect.bottom - y))


_REMEDY = {
    "console": "run it on the Pi's own screen, alone, as a user of the groups video, render, input",
    "window": "start it in a desktop session, or choose simulated",
    "simulated": "install pygame-ce again",
}


def _pygame_for(kind: str) -> Any:
    """pygame, told which driver to use before it starts."""
    if kind not in DRIVERS:
        raise NoScreen(f"[screen] kind = {kind}: unknown; choose one of {', '.join(DRIVERS)}")
    os.environ["PYGAME_HIDE_SUPPORT_PROMPT"] = "1"
    if driver := DRIVERS[kind]:
        os.environ["SDL_VIDEODRIVER"] = driver
    if kind == "window":
        os.environ["SDL_FRAMEBUFFER_ACCELERATION"] = (
            "0"  # X would draw through OpenGL: 110 MB more, three times the work
        )
    try:
        import pygame
    except ImportError as error:
        raise NoScreen("pygame-ce is not installed: pip install 'service-lane[board]' (or [lane])") from error
    return pygame
