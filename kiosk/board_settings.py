"""[board] of a settings file: what a television shows, to whom, when it is dark and how loud it is.

How a file is read is settings.py; which visits and moments that means is kiosk.domain.board*.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.board import STAGES
from kiosk.tables import setting
from kiosk.values import quiet_hours


@dataclass(frozen=True, kw_only=True)
class Board:
    """[board]: a television in the waiting room or above the lanes."""

    shows: str = setting(
        "visits (the waiting room) or lanes (which lane, which advisor)", default="visits", one_of=("visits", "lanes")
    )
    viewing_distance_m: float = setting(
        "farthest seat; sets the size of every letter", default=5.0, at_least=1, at_most=30
    )
    languages: tuple[str, ...] = setting("languages shown, in turn", default=("en",), one_of=("en", "es", "ar"))
    turn_s: float = setting("seconds between languages and between pages", default=10.0, at_least=5, at_most=120)
    lanes: tuple[str, ...] = setting(
        "letters of the lanes whose tickets, or which themselves, are shown; empty: all",
        default=(),
        pattern=r"[A-HJ-NP-Z]",
        says="a list of capital letters except I and O; S is what staff open",
    )
    stages: tuple[str, ...] = setting("stages that are shown; empty: all", default=(), one_of=STAGES)
    dark_after_minutes: int = setting(
        "minutes after closing at which the screen goes black, until half an hour before the shop opens; -1: never",
        default=60,
        at_least=-1,
        at_most=720,
    )
    panel_power: str = setting(
        "how the black panel is switched off: dpms (a monitor), cec (a television, by cec-ctl) or none",
        default="none",
        one_of=("none", "dpms", "cec"),
    )
    loudness_percent: int = setting("loudness of the chime and the voice", default=80, at_least=0, at_most=100)
    voice_folder: str = setting(
        "folder of clips with which calls are spoken (kiosk voice makes them); empty: the chime alone",
        default="",
        pattern=r"(/.*)?",
        says="empty or an absolute path",
    )
    quiet_hours: str = setting(
        "hours without a sound, such as 19:00-07:30; empty: none",
        default="",
        parse=quiet_hours,
        says="two times, or empty",
    )
