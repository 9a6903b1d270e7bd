"""A lane in a process of its own, with somebody before it: `python -m bench._answering_process SETTINGS CODE...`.

Prints how long each read and each press took to be answered, as one line of JSON. Everything but lens and finger is
the real lane: the code stands in a frame of its camera, the finger comes from the screen's own queue of events.
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from bench.scanning import phone
from bench.scanning import scene as empty_lane
from kiosk.device import Loop
from kiosk.device_lane import LaneDevice
from kiosk.hardware import backends
from kiosk.settings import Scanner, load

if TYPE_CHECKING:
    from kiosk.display.scene import Rect, Scene
    from kiosk.hardware.ports import Frame

GREEN = "#5BDD94"  # the corners of the camera's frame, once a code was read
SETTLED_S = 0.4
PATIENCE_S = 20.0
WAY = (("hello", "confirm"), ("permission", "permission.yes"), ("ticket", "done"))


class Lens:
    """A Camera before which a phone is held up and taken away; it says when frames with the code left it."""

    held_up: Frame | None = None
    left_s: ClassVar[list[float]] = []

    def __init__(self, _scanner: Scanner) -> None:
        self._empty = empty_lane(random.Random(7))  # noqa: S311 - the same picture in every run

    def next_frame(self, timeout_s: float) -> Frame | None:
        """See Camera; answers at once, the scanner keeps its pace."""
        del timeout_s
        if Lens.held_up is not None:
            Lens.left_s.append(time.monotonic())
        return Lens.held_up or self._empty

    def vary(self, missed: int) -> None:
        """See Camera."""

    def close(self) -> None:
        """See Camera."""


class Eyes:
    """What has been put onto the screen and into the loudspeaker, and when."""

    def __init__(self, device: LaneDevice) -> None:
        """Look over the window's shoulder."""
        self._news = threading.Condition()
        self._device = device
        self.shown: Scene | None = None
        self.screen, self.pressed = "", ""
        self.seen_s, self.heard_s = 0.0, 0.0
        window = device._window
        show, play = window.show, window.play

        def showing(scene: Scene, *, fade: bool = False) -> list[Rect]:
            rects = show(scene, fade=fade)
            with self._news:
                self.shown, self.seen_s = scene, time.monotonic()
                self.screen, self.pressed = device._state.screen.value, device._hands.pressed
                self._news.notify_all()
            return rects

        def playing(name: str, speech: bytes = b"") -> None:
            play(name, speech)
            if name == "read":
                self.heard_s = time.monotonic()

        window.show, window.play = showing, playing  # type: ignore[method-assign]

    def wait(self, screen: str, pressed: str | None = None) -> float:
        """Until that stands on the screen; when it did."""
        with self._news:
            there = self._news.wait_for(
                lambda: self.screen == screen and (pressed is None or self.pressed == pressed), PATIENCE_S
            )
            if not there:
                raise RuntimeError(f"the lane shows {self.screen}, not {screen}")
            return self.seen_s

    def is_green(self) -> bool:
        """Are the corners green, with a tick in the strip?"""
        items = self.shown.items if self.shown else ()
        ticks = [one for one in items if getattr(one, "name", "") == "check"]
        return bool(ticks) and any(getattr(one, "colour", "") == GREEN for one in items)

    def place(self, target: str) -> tuple[float, float]:
        """Where a key is, as shares of the panel."""
        assert self.shown is not None
        rect = next(one.rect for one in self.shown.targets if one.name == target)
        return rect.centre / self.shown.size[0], rect.middle / self.shown.size[1]


def come(eyes: Eyes, code: str, told: dict[str, list[float]]) -> None:
    """One customer: the code is read, and three keys are pressed."""
    eyes.wait("scan")
    time.sleep(SETTLED_S)
    Lens.left_s.clear()
    Lens.held_up = phone(code, random.Random(7))  # noqa: S311
    seen_s = eyes.wait("read")
    if not eyes.is_green():
        raise RuntimeError("a code was read, and neither colour nor tick says so")
    read_s = max(one for one in Lens.left_s if one <= eyes.heard_s)  # the frame that was read left the lens then
    told["seen_ms"].append((seen_s - read_s) * 1000)
    told["heard_ms"].append((eyes.heard_s - read_s) * 1000)
    told["first_ms"].append((seen_s - Lens.left_s[0]) * 1000)
    Lens.held_up = None
    for screen, target in WAY:
        eyes.wait(screen, "")
        time.sleep(SETTLED_S)
        told["pressed_ms"].append(press(eyes, screen, target))


def press(eyes: Eyes, screen: str, target: str) -> float:
    """A finger down and up; the milliseconds until the key gave way."""
    import pygame

    x, y = eyes.place(target)
    began_s = time.monotonic()
    pygame.event.post(pygame.event.Event(pygame.FINGERDOWN, x=x, y=y))
    gave_way_s = eyes.wait(screen, target)
    pygame.event.post(pygame.event.Event(pygame.FINGERUP, x=x, y=y))
    return (gave_way_s - began_s) * 1000


def main() -> None:
    """Everybody comes, one after the other."""
    settings, codes = Path(sys.argv[1]), sys.argv[2:]
    sys.modules["bench._answering_process"] = sys.modules[__name__]
    backends.CAMERAS["folder"] = "bench._answering_process:Lens"
    loop = Loop()
    device = LaneDevice(load(settings), loop)
    eyes = Eyes(device)
    told: dict[str, list[float]] = {"seen_ms": [], "heard_ms": [], "first_ms": [], "pressed_ms": []}
    faults: list[str] = []

    def people() -> None:
        try:
            for code in codes:
                come(eyes, code, told)
        except Exception as error:  # noqa: BLE001 - told to whoever measures
            faults.append(repr(error))
        finally:
            loop.stop()

    threading.Thread(target=people, daemon=True).start()
    loop.run(device.turn)
    device.close()
    print(json.dumps({**told, "faults": faults}), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
