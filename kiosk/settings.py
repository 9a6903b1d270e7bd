"""Settings: one TOML file a role, read into frozen dataclasses; a wrong key, type or range is an error that names the remedy.

A field's type is its unit's: `_s` seconds, `_ms` milliseconds, `_mm` millimetres, `_px` pixels, `_m` metres.
Every field has `metadata["doc"]`; docs/settings.md is written from it and a test compares them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


def setting(doc: str, *, default: Any = ..., **rules: Any) -> Any:
    """A documented field. Rules: `at_least`, `at_most` (numbers), `one_of` (a tuple), `pattern` (a regular expression)."""
    metadata = {"doc": doc, **rules}
    return field(metadata=metadata) if default is ... else field(default=default, metadata=metadata)


@dataclass(frozen=True)
class Device:
    """[device] of a lane, pager or board."""

    hub: str = setting("address of the hub", default="http://127.0.0.1:8080")
    name: str = setting("name of this device on the hub's screens", pattern=r"[A-Za-z0-9_-]{1,32}")
    folder: str = setting("where this device keeps its outbox, spool and counters", default="/var/lib/kiosk")


@dataclass(frozen=True)
class Hub:
    """[hub]."""

    listen: str = setting("address and port; loopback only until sign-in exists", default="127.0.0.1:8080")
    database: str = setting("database address", default="sqlite:////var/lib/kiosk/hub.db")
    store_file: str = setting("the store's catalogue, beside this file unless absolute", default="store.toml")
    folder: str = setting("where the hub keeps papers", default="/var/lib/kiosk")
    public_url: str = setting("address under which customers reach the hub; empty: no customer screens, no codes on tickets", default="")


@dataclass(frozen=True)
class Papers:
    """[papers]: the cashier's document printer."""

    queue: str = setting("CUPS queue; empty: papers are downloaded", default="")
    server: str = setting("CUPS server, host:port or socket; empty: CUPS's own default", default="")
    media: str = setting("paper size", default="A4", one_of=("A4", "Letter"))
    timeout_s: float = setting("how long a job may take before it is cancelled and the cashier told", default=60.0, at_least=1, at_most=600)


@dataclass(frozen=True)
class Lane:
    """[lane]."""

    letter: str = setting("this lane's letter, the first part of its ticket numbers", pattern=r"[A-HJ-NP-RT-Z]")
    idle_s: float = setting("idle time before the question Still there?", default=60.0, at_least=10, at_most=600)
    countdown_s: float = setting("how long that question stands", default=30.0, at_least=20, at_most=300)


@dataclass(frozen=True)
class Screen:
    """[screen] of a lane or board."""

    kind: str = setting("console (KMSDRM), window (a desktop) or simulated (the shop)", default="console", one_of=("console", "window", "simulated"))
    width_px: int = setting("width", default=1080, at_least=480, at_most=7680)
    height_px: int = setting("height", default=1920, at_least=320, at_most=7680)
    panel_width_mm: float = setting("width of the panel's picture, for sizes in millimetres", default=268.0, at_least=80, at_most=4000)
    theme: str = setting("colours", default="light", one_of=("light", "dark", "contrast"))


@dataclass(frozen=True)
class Scanner:
    """[scanner] of a lane."""

    kinds: tuple[str, ...] = setting(
        "what reads codes", default=("camera",), one_of=("camera", "usb_camera", "folder", "hand_scanner", "simulated")
    )
    usb_camera: str = setting("device file of a USB camera", default="/dev/video0")
    hand_scanner: str = setting("device file of a hand scanner", default="/dev/input/by-id/scanner-event-kbd")
    folder: str = setting("folder of pictures, for trials without a camera", default="")
    distance_m: float = setting("distance from the camera to the phone; fixes the focus", default=0.2, at_least=0.05, at_most=2)
    mains_hz: int = setting("mains frequency, against flicker", default=60, one_of=(50, 60))
    frames_per_s: float = setting("frames looked at a second", default=10.0, at_least=1, at_most=30)


@dataclass(frozen=True)
class Printer:
    """[printer] of a lane."""

    kind: str = setting("how the ticket printer is connected", default="usb", one_of=("usb", "network", "serial"))
    device: str = setting("device file of a USB (/dev/usb/lp0) or serial printer", default="/dev/usb/lp0")
    host: str = setting("address of a network printer", default="")
    port: int = setting("port of a network printer", default=9100, at_least=1, at_most=65535)
    baud: int = setting("speed of a serial printer", default=115200, at_least=1200, at_most=921600)
    paper_mm: int = setting("paper width", default=80, one_of=(58, 80))
    timeout_s: float = setting("longest wait for the printer", default=4.0, at_least=0.5, at_most=60)
    answers_status: bool = setting("false for printers that never answer status requests", default=True)


@dataclass(frozen=True)
class Gpio:
    """[gpio] of a pager or of a lane with a lamp."""

    factory: str = setting("how pins are reached: lgpio on a Pi, mock in the shop", default="lgpio", one_of=("lgpio", "mock"))
    quiet_hours: str = setting("hours without buzzer, HH:MM-HH:MM; empty: none", default="", pattern=r"(\d\d:\d\d-\d\d:\d\d)?")


@dataclass(frozen=True)
class Desk:
    """[[desk]] of a pager: one advisor's lamp, buzzer and button. Pin numbers are BCM."""

    advisor: str = setting("advisor_id in store.toml", pattern=r"[a-z0-9_-]{1,32}")
    lamp_kind: str = setting("led (one colour), rgb or tower (red, green, blue or amber by relay)", default="rgb", one_of=("led", "rgb", "tower"))
    lamp_pin: int | None = setting("pin of a one-colour lamp", default=None, at_least=0, at_most=27)
    red_pin: int | None = setting("pin of red", default=None, at_least=0, at_most=27)
    green_pin: int | None = setting("pin of green", default=None, at_least=0, at_most=27)
    blue_pin: int | None = setting("pin of blue", default=None, at_least=0, at_most=27)
    buzzer_kind: str = setting("active (sounds when switched) or tonal (needs a frequency)", default="active", one_of=("active", "tonal"))
    buzzer_pin: int | None = setting("pin of the buzzer", default=None, at_least=0, at_most=27)
    button_pin: int | None = setting("pin of the button, to ground", default=None, at_least=0, at_most=27)


@dataclass(frozen=True)
class Board:
    """[board]."""

    viewing_distance_m: float = setting("farthest seat; sets the size of every letter", default=5.0, at_least=1, at_most=30)
    languages: tuple[str, ...] = setting("languages shown, in turn", default=("en",), one_of=("en", "es", "ar"))
    turn_s: float = setting("seconds between languages and between pages", default=10.0, at_least=5, at_most=120)


@dataclass(frozen=True)
class Simulator:
    """[simulator]: where simulated hardware meets its outside world. Only `kiosk shop` and the tests write it."""

    address: str = setting("path of the world's Unix socket")


@dataclass(frozen=True)
class Settings:
    """One file. A role asks for the sections that it needs; a section that it needs and that is missing is an error."""

    device: Device | None = None
    hub: Hub | None = None
    papers: Papers | None = None
    lane: Lane | None = None
    screen: Screen | None = None
    scanner: Scanner | None = None
    printer: Printer | None = None
    gpio: Gpio | None = None
    desk: tuple[Desk, ...] = ()
    board: Board | None = None
    simulator: Simulator | None = None
