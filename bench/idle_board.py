"""A waiting-room board on which nothing happens: what it draws, what it holds, what it costs.

The board is the real process with a simulated screen of 1920 x 1080, watching a real hub. Its clock draws once a minute
and its footer turns every 20 s, so the store here has no facts and the measuring stays between two minutes.
"""

from __future__ import annotations

import queue
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bench._figures import Figure
from bench._hub import RunningHub, running_hub
from bench._processes import cpu_s, proportional_mb
from kiosk.hardware.simulated.world import World

if TYPE_CHECKING:
    from kiosk.hardware.simulated.messages import Message

TITLE = "Idle waiting-room board, 1920 x 1080"
SETTLED_S, MEASURED_S = 4.0, 10.0
WITHIN_S = 20.0


def measure() -> Iterator[Figure]:
    """Pictures drawn, memory held and processor used while nothing happens."""
    with running_hub(facts=False) as hub, tempfile.TemporaryDirectory() as short:
        pictures: queue.SimpleQueue[float] = queue.SimpleQueue()
        world = World(Path(short) / "world", lambda _device, told: _seen(told, pictures))
        board = _start(hub, Path(short) / "world")
        try:
            _wait_until_settled(pictures)
            began_s, used_s = time.monotonic(), cpu_s(board.pid)
            time.sleep(MEASURED_S)
            share = (cpu_s(board.pid) - used_s) / (time.monotonic() - began_s)
            yield Figure(f"pictures drawn in {MEASURED_S:.0f} s", pictures.qsize(), "", limit=0)
            yield Figure("memory (PSS)", proportional_mb(board.pid), "MB", limit=60)
            yield Figure("of one processor", share * 100, "%", limit=0.5)
        finally:
            board.terminate()
            board.wait(10)
            world.close()


def _start(hub: RunningHub, world: Path) -> subprocess.Popen[bytes]:
    settings = hub.folder / "board.toml"
    settings.write_text(
        f'[device]\nhub = "{hub.url}"\nname = "board-1"\nfolder = "{hub.folder}/board"\n'
        f'[simulator]\naddress = "{world}"\n[board]\nviewing_distance_m = 5\nlanguages = ["en"]\n'
        '[screen]\nkind = "simulated"\nwidth_px = 1920\nheight_px = 1080\npanel_width_mm = 1660\n',
        "utf-8",
    )
    words = [sys.executable, "-m", "kiosk", "board", "--settings", str(settings)]
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _seen(told: Message, pictures: queue.SimpleQueue[float]) -> None:
    if told.kind == "screen":
        pictures.put(time.monotonic())


def _wait_until_settled(pictures: queue.SimpleQueue[float]) -> None:
    """Until the board stands still, and the minute is young enough for the measuring."""
    pictures.get(timeout=WITHIN_S)
    ends_s = time.monotonic() + 90
    last_s = time.monotonic()
    while time.monotonic() < ends_s:
        while not pictures.empty():
            last_s = pictures.get()
        is_still = time.monotonic() - last_s > SETTLED_S
        if is_still and 1 < time.time() % 60 < 59 - MEASURED_S:
            return
        time.sleep(0.1)
    raise RuntimeError("the board never stands still")
