"""What the doctor looks at in a lane alone: its panel's cable and touch, and the clips that it speaks with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.commands._checks import Look, State

if TYPE_CHECKING:
    from kiosk import settings as s


def of_lane(settings: s.Settings) -> Iterator[tuple[str, Look]]:
    """Which of the two there are, each with the way to look at it."""
    if settings.screen and settings.screen.kind == "console":
        yield "panel", panel
    if settings.lane and settings.lane.voice != "off":
        yield "voice", partial(voice, settings.lane)


def panel(root: Path = Path("/sys")) -> Iterator[tuple[State, str]]:
    """What the kernel knows of a lane's panel: its cable and its touch."""
    from kiosk.hardware.panel_link import KernelPanel

    kernel = KernelPanel(root)
    connected, connectors = sorted(kernel.connected()), sorted(kernel.connectors())
    if connectors and not connected:
        yield State.FAILED, f"nothing is plugged in at {', '.join(connectors)}; check the panel's cable and power"
    elif connected:
        yield State.OK, f"plugged in at {', '.join(connected)}"
    if not kernel.has_touch():
        yield State.ADVICE, "no touch screen is plugged in; without one a keypad or two buttons must do"


def voice(lane: s.Lane) -> Iterator[tuple[State, str]]:
    """The clips that the lane speaks with; where there are none, whether they could be made here."""
    from kiosk.language import CODES
    from kiosk.voice import missing, of_lane

    make = f"kiosk voice --out {lane.voice_folder}"
    remedy = make if shutil.which("espeak-ng") else f"apt install espeak-ng, then {make}"
    silent = {code: len(missing(Path(lane.voice_folder), code, of_lane)) for code in CODES}
    if any(silent.values()):
        counted = ", ".join(f"{count} clips in {code}" for code, count in silent.items() if count)
        yield State.FAILED, f"{lane.voice_folder}: {counted} are missing; {remedy}"
    else:
        yield State.OK, f"{lane.voice_folder}: every clip is there in {', '.join(CODES)}"
