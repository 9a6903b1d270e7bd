"""How soon a lane answers: a code by colour, tick and sound, a press by the key that gives way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench._figures import Figure, median, percentile
from bench._hub import DISK, MANAGER, Caller, booking, running_hub
from kiosk.domain.people import ContactMethod
from kiosk.server.appointments.wire import booking_to_json

TITLE = "A lane of 1080 x 1920 answers a code and a finger"
CUSTOMERS = 9


def _booked(caller: Caller) -> list[str]:
    """Customers who are asked two questions alone; their codes."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    known: dict[str, Any] = {"email": "lucia@example.com", "contact_method": ContactMethod.TEXT_MESSAGE}
    bookings = [booking_to_json(replace(booking(one, now), **known)) for one in range(CUSTOMERS)]
    caller.command(MANAGER, "import_appointments", source="bench", bookings=bookings)
    return [caller.command(MANAGER, "show_code", number=f"{one:06}")["token"] for one in range(CUSTOMERS)]


def measure() -> Iterator[Figure]:
    """From the camera's first frame with the code, and from the finger's touch, to what stands on the screen."""
    with running_hub() as hub, tempfile.TemporaryDirectory(prefix="bench-", dir=DISK) as folder:
        caller = Caller(hub.url)
        codes = _booked(caller)
        caller.close()
        settings = Path(folder) / "lane.toml"
        settings.write_text(
            f'[device]\nhub = "{hub.url}"\nname = "lane-a"\nfolder = "{folder}"\n\n[lane]\nletter = "A"\n\n'
            '[screen]\nkind = "window"\nwidth_px = 1080\nheight_px = 1920\npanel_width_mm = 268\n\n'
            f'[scanner]\nkinds = ["folder"]\nfolder = "{folder}"\n\n'
            '[printer]\nkind = "network"\nhost = "127.0.0.1"\nport = 9\n',
            "utf-8",
        )
        words = [sys.executable, "-m", "bench._answering_process", str(settings), *codes]
        quiet = os.environ | {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}
        told = subprocess.run(words, env=quiet, capture_output=True, text=True, check=False, timeout=180)
    if told.returncode or not told.stdout.strip():
        raise RuntimeError(f"the lane ended with {told.returncode}: {told.stderr[-2000:]}")
    answers = json.loads(told.stdout.splitlines()[-1])
    if answers["faults"]:
        raise RuntimeError(f"the lane was not answered: {answers['faults']}")
    seen, heard, pressed = answers["seen_ms"], answers["heard_ms"], answers["pressed_ms"]
    yield Figure("frame that was read to green corners and a tick, p50", median(seen))
    yield Figure(
        "frame that was read to green corners and a tick, worst", max(seen), limit=100, remark=f"of {len(seen)}"
    )
    yield Figure("frame that was read to the sound, worst", max(heard), limit=100)
    yield Figure(
        "first frame with the code to green corners, p50", median(answers["first_ms"]), remark="10 looks a second"
    )
    yield Figure("finger to the key that gives way, p50", median(pressed))
    yield Figure(
        "finger to the key that gives way, p95", percentile(pressed, 95), limit=50, remark=f"of {len(pressed)}"
    )
