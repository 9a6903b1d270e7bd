"""A lane in a process of its own with a lively camera: `python -m bench._lane_process SETTINGS SECONDS moving|still`.

Prints what it cost as one line of JSON. Everything but the lens is the real lane.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from dataclasses import replace
from itertools import cycle
from pathlib import Path

from PIL import ImageFilter

from bench._camera_frames import SIZE_PX, lane, with_noise
from kiosk.device import Loop
from kiosk.device_lane import LaneDevice
from kiosk.hardware import backends
from kiosk.hardware.decoder import Decoder
from kiosk.hardware.ports import Frame
from kiosk.settings import Scanner, load

WARM_UP_S = 4.0
PICTURES = 12


def most_memory_mb() -> float:
    """This process's own highest; getrusage would tell that of whoever has started it, if that was higher."""
    said = Path("/proc/self/status").read_text("ascii")
    return int(said.partition("VmHWM:")[2].split()[0]) / 1024


class LivelyCamera:
    """A Camera that delivers another picture of a lane at each asking, or (still) always the same."""

    is_still = False

    def __init__(self, _scanner: Scanner) -> None:
        luck = random.Random(3)  # noqa: S311 - the same pictures in every run
        shapes = [lane(luck).filter(ImageFilter.GaussianBlur(1)) for _ in range(1 if self.is_still else PICTURES)]
        frames = [Frame(*SIZE_PX, with_noise(one, 4, luck).tobytes()) for one in shapes]
        self._frames = cycle(frames)
        self._only = frames[0]

    def next_frame(self, timeout_s: float) -> Frame | None:
        """See Camera; answers at once, the scanner keeps its pace."""
        del timeout_s
        return self._only if self.is_still else replace(next(self._frames))

    def vary(self, missed: int) -> None:
        """See Camera."""

    def close(self) -> None:
        """See Camera."""


def main() -> None:
    """Run for so long, and say what it cost after the warm-up."""
    settings, seconds, how = Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
    LivelyCamera.is_still = how == "still"
    sys.modules["bench._lane_process"] = sys.modules[__name__]  # the class that was told which lane it is
    backends.CAMERAS["folder"] = "bench._lane_process:LivelyCamera"
    loop = Loop()
    device = LaneDevice(load(settings), loop)
    told: dict[str, float] = {}
    turns_ms: list[float] = []
    looked: list[None] = []
    decoder: Decoder = device._scanner._decoder  # type: ignore[attr-defined]
    read = decoder.read

    def reads(frame: Frame) -> str | None:
        looked.append(None)
        return read(frame)

    decoder.read = reads  # type: ignore[method-assign]

    def turn() -> float:
        began_s, drawn = time.thread_time(), device._window.drawn
        wait_s = device.turn()
        if device._window.drawn > drawn:
            turns_ms.append((time.thread_time() - began_s) * 1000)
        return wait_s

    def watch() -> None:
        time.sleep(WARM_UP_S)
        began_s, cpu_s, drawn = time.monotonic(), time.process_time(), device._window.drawn
        turns_ms.clear()
        looked.clear()
        time.sleep(seconds)
        lasted_s = time.monotonic() - began_s
        told["cpu_percent"] = 100 * (time.process_time() - cpu_s) / lasted_s
        told["drawn_per_s"] = (device._window.drawn - drawn) / lasted_s
        told["looked_per_s"] = len(looked) / lasted_s
        told["turn_p95_ms"] = sorted(turns_ms)[int(0.95 * (len(turns_ms) - 1))] if turns_ms else 0.0
        told["screen"] = device._state.screen.value  # type: ignore[assignment]
        loop.stop()

    threading.Thread(target=watch, daemon=True).start()
    loop.run(turn)
    device.close()
    told["rss_mb"] = most_memory_mb()
    print(json.dumps(told))


if __name__ == "__main__":
    main()
