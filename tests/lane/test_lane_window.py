"""The whole conversation in a real window on an X server, with real touches: it is what customers see and press."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from lane_spec import LUCIA

WITHIN_S = 60
HERE = Path(__file__).parent
PANELS = {"21.5": (1080, 1920, 268.0), "10.1": (1280, 800, 217.0), "7": (800, 480, 154.0)}


@pytest.fixture(scope="module")
def display():
    """An X server of the tests' own, in memory."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1920x1920x24", "-nolisten", "tcp"],
        pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write)
    with os.fdopen(read) as told:
        number = told.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait()


class Window:
    """A lane's window: what it shows, and a finger on it."""

    def __init__(self, process, display):
        self._process, self._display = process, display
        self.slowest_ms = 0.0
        self.touched = 0

    def shows(self, screen):
        """Wait until it shows this; the places of its keys."""
        for line in self._process.stdout:
            told = json.loads(line)
            self.slowest_ms = max(self.slowest_ms, told["gave_way_ms"] or 0.0)
            if told["screen"] == screen and told["settled"] and not told["pressed"]:
                return told["targets"]
        raise AssertionError(f"the window never showed {screen}")

    def focus_after(self, screen):
        """Which key has the ring, after the next change."""
        told = json.loads(self._process.stdout.readline() or "{}")
        assert told.get("screen") == screen, f"the window ended, or left {screen}"
        return told["focus"]

    def scans(self, token):
        """A code before the camera."""
        self._process.stdin.write(f"{token}\n")
        self._process.stdin.flush()

    def touch(self, place):
        """A finger on the glass, as the X server delivers it."""
        x, y = place
        self.touched += 1
        self._do("mousemove", str(x), str(y), "mousedown", "1", "mouseup", "1")

    def key(self, name):
        """A key of the keypad."""
        self._do("key", name)

    def _do(self, *words):
        subprocess.run(["xdotool", *words], check=True, env={**os.environ, "DISPLAY": self._display})


@contextmanager
def opened(display, panel):
    """A lane in a window of that size."""
    env = {name: value for name, value in os.environ.items() if name != "SDL_VIDEODRIVER"}
    env |= {"DISPLAY": display, "SDL_AUDIODRIVER": "dummy", "SDL_VIDEO_WINDOW_POS": "0,0"}
    words = [sys.executable, str(HERE / "window_lane.py"), *map(str, PANELS[panel])]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env) as process:
        late = threading.Timer(WITHIN_S, process.kill)  # a window that hangs fails, and nobody waits for ever
        late.start()
        try:
            yield Window(process, display)
        finally:
            late.cancel()
            process.stdin.close()
            process.wait()


@pytest.mark.parametrize("panel", PANELS)
def test_a_returning_customer_touches_the_glass_twice(display, panel):
    """Code, *yes, that is right*, *yes, you may inspect it*, ticket: on every size of panel."""
    with opened(display, panel) as window:
        window.shows("scan")
        window.scans(LUCIA)

        window.touch(window.shows("hello")["confirm"])
        window.touch(window.shows("permission")["permission.yes"])
        window.shows("ticket")

        assert window.touched == 2


def test_somebody_without_an_appointment_types_a_name_and_touches_a_reason(display):
    """Every letter is a real touch on the keyboard."""
    with opened(display, "21.5") as window:
        window.touch(window.shows("scan")["no_appointment"])
        keys = window.shows("name")
        for sign in ("letter.A", "letter.N", "letter.A", "continue"):
            window.touch(keys[sign])
        window.touch(window.shows("concern")["concern.noise"])
        window.touch(window.shows("concern")["concern.add"])

        assert window.shows("ticket")


def test_a_keypad_drives_the_whole_way(display):
    """*Next* and *choose*, from the review to the ticket, without a touch."""
    with opened(display, "21.5") as window:
        window.shows("scan")
        window.scans(LUCIA)
        for screen, wanted in (("hello", "confirm"), ("permission", "permission.yes")):
            window.shows(screen)
            focus = ""
            while focus != wanted:
                window.key("Tab")
                focus = window.focus_after(screen)
            window.key("Return")

        assert window.shows("ticket")
