"""What a lane costs while its camera's picture is on the screen, and while nothing changes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench._figures import Figure
from bench._hub import DISK, RunningHub, running_hub

TITLE = "A lane of 1080 x 1920 with its camera on (15 pictures a second, 10 looked at for codes)"
SECONDS = 6


def measure() -> Iterator[Figure]:
    """First with a lively lane before the lens, then with one that stands still."""
    with running_hub() as hub:
        moving = cost(hub, "moving")
        yield Figure("one core, with the preview", moving["cpu_percent"], "%", 40)
        yield Figure("a picture onto the screen, p95", moving["turn_p95_ms"], "ms", 20, "processor time")
        yield Figure("pictures a second short of 15", max(0.0, 15 - moving["drawn_per_s"]), "1/s", 1)
        yield Figure("looked at for codes a second, short of 10", max(0.0, 10 - moving["looked_per_s"]), "1/s", 1)
        yield Figure("memory at its highest", moving["rss_mb"], "MB", 150)
        still = cost(hub, "still")
        yield Figure("drawn a second while nothing changes", still["drawn_per_s"], "1/s", 0)
        yield Figure("one core while nothing changes", still["cpu_percent"], "%")


def cost(hub: RunningHub, how: str) -> dict[str, Any]:
    """A lane's own process, and what it said."""
    with tempfile.TemporaryDirectory(prefix="bench-", dir=DISK) as folder:
        settings = Path(folder) / "lane.toml"
        settings.write_text(
            f'[device]\nhub = "{hub.url}"\nname = "lane-a"\nfolder = "{folder}"\n\n[lane]\nletter = "A"\n\n'
            '[screen]\nkind = "window"\nwidth_px = 1080\nheight_px = 1920\n\n'
            f'[scanner]\nkinds = ["folder"]\nfolder = "{folder}"\n\n'
            '[printer]\nkind = "network"\nhost = "127.0.0.1"\nport = 9\n',
            "utf-8",
        )
        words = [sys.executable, "-m", "bench._lane_process", str(settings), str(SECONDS), how]
        quiet = os.environ | {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}
        told = subprocess.run(words, env=quiet, capture_output=True, text=True, check=False, timeout=120)
    if told.returncode:
        raise RuntimeError(f"the lane ended with {told.returncode}: {told.stderr[-2000:]}")
    answer: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    if answer["screen"] != "scan":
        raise RuntimeError(f"the lane shows {answer['screen']} and not the camera")
    return answer
