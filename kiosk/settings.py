"""Settings: one TOML file a role, read into frozen dataclasses; a wrong key, type or range names itself and the remedy.

A field's type is its unit's: `_s` seconds, `_ms` milliseconds, `_mm` millimetres, `_px` pixels, `_m` metres.
Every field has `metadata["doc"]`; docs/settings.md is written from it and a test compares them.
How a table is checked is in tables.py; the store's catalogue (store.toml) is in store_file.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from kiosk.board_settings import Board
from kiosk.desk_settings import Desk, Gpio, Output, PatternSetting, problems_of_patterns, problems_of_pins
from kiosk.store_file import load_store
from kiosk.tables import Reading, SettingsError, setting
from kiosk.values import loopback, public_address, web_address
from kiosk.web_settings import Web, problems_of_web

__all__ = [
    "Backup",
    "Board",
    "Desk",
    "Device",
    "Gpio",
    "Hub",
    "Lane",
    "Output",
    "Papers",
    "PatternSetting",
    "Printer",
    "Retention",
    "Scanner",
    "Screen",
    "Sessions",
    "Settings",
    "SettingsError",
    "Simulator",
    "Web",
    "advice",
    "load",
    "load_store",
    "setting",
]

S = TypeVar("S")
LONGEST_HOST = 24  # a longer one makes the ticket's code larger than version 3, and harder to read from a phone


ABSOLUTE = {"pattern": r"/.*", "says": "an absolute path"}


@dataclass(frozen=True, kw_only=True)
class Device:
    """[device]: this machine, be it a lane, a pager or a board."""

    hub: str = setting(
        "address of the hub", default="http://127.0.0.1:8080", parse=web_address, says="an http or https address"
    )
    name: str = setting(
        "name of this device on the hub's screens",
        pattern=r"[A-Za-z0-9_-]{1,32}",
        says="1 to 32 letters, digits, - or _",
    )
    folder: str = setting("folder in which this device, and no other, keeps its outbox, spool and counters", **ABSOLUTE)


@dataclass(frozen=True, kw_only=True)
class Hub:
    """[hub]: the machine that holds the visits."""

    listen: str = setting(
        "address and port on this machine; the network comes in through nginx alone",
        default="127.0.0.1:8080",
        parse=loopback,
        says="an address of this machine and a port",
    )
    database: str = setting(
        "database address",
        default="sqlite:////var/lib/kiosk/hub/hub.db",
        pattern=r"(sqlite|postgresql)(\+\w+)?://.*",
        says="an address such as sqlite:////var/lib/kiosk/hub/hub.db or postgresql+psycopg://user@host/kiosk",
    )
    store_file: str = setting("the store's catalogue, beside this file unless absolute", default="store.toml")
    folder: str = setting("folder in which the hub keeps papers", default="/var/lib/kiosk/hub", **ABSOLUTE)
    public_url: str = setting(
        "address under which customers reach the hub; empty: no customer screens, no codes on tickets",
        default="",
        parse=public_address,
        says="an https address, or empty",
    )
    clock: str = setting(
        "synchronised: no completion is promised while the clock follows no time server; "
        "trusted: it is right by other means",
        default="synchronised",
        one_of=("synchronised", "trusted"),
    )
    stores: tuple[str, ...] = setting(
        "settings files of the stores, beside this file, where one hub serves several; each has its own [hub] "
        "database, folder, store_file and public_url, its own [web] names, and its own papers, backups and retention",
        default=(),
        pattern=r"[A-Za-z0-9._/-]{1,100}",
        says='file names such as ["hill.toml", "valley.toml"]',
    )
    sign_in: bool = setting(
        "people sign in and devices are paired; false only for trials on one machine: everybody is taken at their "
        "word, and nothing that comes from the network is answered",
        default=True,
    )


@dataclass(frozen=True, kw_only=True)
class Sessions:
    """[sessions]: how long people of the hub's staff stay signed in."""

    idle_s: float = setting("without a touch, on one's own screen", default=14_400.0, at_least=60, at_most=86_400)
    shared_idle_s: float = setting("without a touch, on a shared screen", default=600.0, at_least=30, at_most=14_400)
    absolute_s: float = setting("in any case, from sign-in on", default=50_400.0, at_least=300, at_most=604_800)


@dataclass(frozen=True, kw_only=True)
class Papers:
    """[papers]: the cashier's document printer."""

    queue: str = setting("CUPS queue; empty: papers are downloaded", default="")
    server: str = setting("CUPS server, host:port or socket; empty: CUPS's own default", default="")
    media: str = setting("paper size", default="A4", one_of=("A4", "Letter"))
    timeout_s: float = setting(
        "how long a job may take before it is cancelled and the cashier told", default=60.0, at_least=1, at_most=600
    )


@dataclass(frozen=True, kw_only=True)
class Backup:
    """[backup]: where the hourly backups go. Each is encrypted; `kiosk backup new-key` makes the key."""

    folder: str = setting(
        "folder, or the place where a stick or network drive is mounted; empty: backups in the hub's own folder",
        default="",
        pattern=r"(/.*)?",
        says="empty or an absolute path",
    )


@dataclass(frozen=True, kw_only=True)
class Retention:
    """[retention]: how long the hub keeps what is personal; docs/retention.md lists everything."""

    personal_days: int = setting(
        "days after a visit has ended, or an appointment has passed, until names, phones, plates and words are blanked",
        default=90,
        at_least=1,
        at_most=3650,
    )
    papers_days: int = setting(
        "days for which delivery papers and their lines are kept: as long as the store's law says",
        default=3650,
        at_least=1,
        at_most=36500,
    )


@dataclass(frozen=True, kw_only=True)
class Lane:
    """[lane]: the kiosk beside the cars."""

    letter: str = setting(
        "letter of this lane, the first part of its ticket numbers",
        pattern=r"[A-HJ-NP-RT-Z]",
        says="one capital letter except I, O and S",
    )
    idle_s: float = setting("idle time before the question Still there?", default=60.0, at_least=10, at_most=600)
    countdown_s: float = setting("how long that question stands", default=30.0, at_least=20, at_most=300)
    voice: str = setting(
        "whether screens are spoken: off, asked (a key Listen) or always",
        default="off",
        one_of=("off", "asked", "always"),
    )
    voice_folder: str = setting(
        "folder of the spoken clips, made by kiosk voice", default="/var/lib/kiosk/voice", **ABSOLUTE
    )


@dataclass(frozen=True, kw_only=True)
class Screen:
    """[screen]: the panel of a lane or board."""

    kind: str = setting(
        "console (KMSDRM), window (a desktop) or simulated (the shop)",
        default="console",
        one_of=("console", "window", "simulated"),
    )
    width_px: int = setting("width", default=1080, at_least=480, at_most=7680)
    height_px: int = setting("height", default=1920, at_least=320, at_most=7680)
    panel_width_mm: float = setting(
        "width of the panel's picture, for sizes in millimetres", default=268.0, at_least=80, at_most=4000
    )
    turn: int = setting(
        "degrees clockwise by which the picture is turned, for a panel that hangs upright",
        default=0,
        one_of=(0, 90, 180, 270),
    )
    theme: str = setting("colours", default="light", one_of=("light", "dark", "contrast"))
    large_text: bool = setting("a lane's letters up to a quarter larger, where a page has room for it", default=False)
    low_keys: bool = setting("everything to be touched in the lower half of an upright lane", default=False)


@dataclass(frozen=True, kw_only=True)
class Scanner:
    """[scanner]: what reads the customers' codes at a lane."""

    kinds: tuple[str, ...] = setting(
        "what reads codes", default=("camera",), one_of=("camera", "usb_camera", "folder", "hand_scanner", "simulated")
    )
    usb_camera: str = setting("device file of a USB camera", default="/dev/video0")
    hand_scanner: str = setting("device file of a hand scanner", default="/dev/input/by-id/scanner-event-kbd")
    folder: str = setting(
        "folder of pictures, for trials without a camera",
        default="",
        pattern=r"(/.*)?",
        says="empty or an absolute path",
    )
    distance_m: float = setting(
        "distance from the camera to the phone; fixes the focus", default=0.2, at_least=0.05, at_most=2
    )
    mains_hz: int = setting("mains frequency, against flicker", default=60, one_of=(50, 60))
    focus: str = setting(
        "fixed at distance_m, or continuous for a camera that seeks by itself",
        default="fixed",
        one_of=("fixed", "continuous"),
    )
    frames_per_s: float = setting("pictures a second on the screen", default=15.0, at_least=1, at_most=30)
    reads_per_s: float = setting("of these looked at for codes", default=10.0, at_least=1, at_most=30)


@dataclass(frozen=True, kw_only=True)
class Printer:
    """[printer]: the ticket printer of a lane."""

    kind: str = setting("how the ticket printer is connected", default="usb", one_of=("usb", "network", "serial"))
    device: str = setting(
        "USB or serial: device file (/dev/usb/lp0), vendor:product (04b8:0e15), serial number or part of its name",
        default="/dev/usb/lp0",
    )
    host: str = setting("address of a network printer", default="")
    port: int = setting("port of a network printer", default=9100, at_least=1, at_most=65535)
    baud: int = setting("speed of a serial printer", default=115200, at_least=1200, at_most=921600)
    paper_mm: int = setting("paper width", default=80, one_of=(58, 80))
    timeout_s: float = setting("longest wait for the printer", default=4.0, at_least=0.5, at_most=60)
    answers_status: bool = setting("false for printers that never answer status requests", default=True)
    logo: str = setting(
        "picture at the head of tickets; empty: none", default="", pattern=r"(/.*)?", says="empty or an absolute path"
    )


@dataclass(frozen=True, kw_only=True)
class Simulator:
    """[simulator]: where simulated hardware meets its outside world. Only `kiosk shop` and the tests write it."""

    address: str = setting("path of the world's Unix socket")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One file. A role asks for the sections that it needs; a section that it needs and that is missing is an error."""

    device: Device | None = None
    hub: Hub | None = None
    sessions: Sessions | None = None
    web: Web | None = None
    papers: Papers | None = None
    backup: Backup | None = None
    retention: Retention | None = None
    lane: Lane | None = None
    screen: Screen | None = None
    scanner: Scanner | None = None
    printer: Printer | None = None
    gpio: Gpio | None = None
    desk: tuple[Desk, ...] = ()
    output: tuple[Output, ...] = ()
    pattern: tuple[PatternSetting, ...] = ()
    board: Board | None = None
    simulator: Simulator | None = None
    source: str = "settings"  # the file's name, for messages

    def section(self, kind: type[S]) -> S:
        """The section of this kind, for a role that cannot do without it.

        Raises:
            SettingsError: the file has none.
        """
        name = kind.__name__.lower()
        found = getattr(self, name)
        if not isinstance(found, kind):
            raise SettingsError((f"{self.source}: no [{name}] section, and this role needs one; see docs/settings.md",))
        return found


SECTIONS: dict[str, type] = {
    "device": Device,
    "hub": Hub,
    "sessions": Sessions,
    "web": Web,
    "papers": Papers,
    "backup": Backup,
    "retention": Retention,
    "lane": Lane,
    "screen": Screen,
    "scanner": Scanner,
    "printer": Printer,
    "gpio": Gpio,
    "desk": Desk,
    "output": Output,
    "pattern": PatternSetting,
    "board": Board,
    "simulator": Simulator,
}


def load(path: Path | str) -> Settings:
    """The settings in the file at `path`; `hub.store_file` comes out absolute.

    Raises:
        SettingsError: it cannot be read or used; `problems` has a line for each fault.
    """
    path = Path(path)
    reading = Reading(path)
    reading.sections(SECTIONS)
    hub = reading.one(Hub, "hub")
    settings = Settings(
        device=reading.one(Device, "device"),
        hub=hub and replace(hub, store_file=str(path.absolute().parent / hub.store_file)),
        sessions=reading.one(Sessions, "sessions"),
        web=reading.one(Web, "web"),
        papers=reading.one(Papers, "papers"),
        backup=reading.one(Backup, "backup"),
        retention=reading.one(Retention, "retention"),
        lane=reading.one(Lane, "lane"),
        screen=reading.one(Screen, "screen"),
        scanner=reading.one(Scanner, "scanner"),
        printer=reading.one(Printer, "printer"),
        gpio=reading.one(Gpio, "gpio"),
        desk=reading.many(Desk, "desk"),
        output=reading.many(Output, "output"),
        pattern=reading.many(PatternSetting, "pattern"),
        board=reading.one(Board, "board"),
        simulator=reading.one(Simulator, "simulator"),
        source=path.name,
    )
    _check_pins(settings, reading)
    _check_scanner(settings, reading)
    problems_of_web(settings.web, settings.hub.public_url if settings.hub else "", reading)
    if settings.printer and settings.printer.kind == "network" and not settings.printer.host:
        reading.problem("[printer]", "host", 'missing; a printer of kind = "network" needs its address')
    if settings.board and not settings.board.languages:
        reading.problem("[board]", "languages", "must name at least one of en, es and ar")
    reading.finish()
    return settings


def _check_pins(settings: Settings, reading: Reading) -> None:
    """Desks, outputs and patterns, as desk_settings.py wants them."""
    for problem in (
        *problems_of_pins(settings.desk, settings.output, settings.gpio),
        *problems_of_patterns(settings.pattern),
    ):
        reading.problem(*problem)


def _check_scanner(settings: Settings, reading: Reading) -> None:
    """At least one kind of scanner, none twice, and its folder where it reads one."""
    if not settings.scanner:
        return
    kinds = settings.scanner.kinds
    if not kinds or len(set(kinds)) < len(kinds):
        reading.problem("[scanner]", "kinds", "must name at least one kind, and none twice")
    if "folder" in kinds and not settings.scanner.folder:
        reading.problem("[scanner]", "folder", "missing; kinds names folder")


def advice(settings: Settings) -> tuple[str, ...]:
    """What works but could be better; `kiosk check` tells it, and a role writes it to its log when it starts."""
    told = []
    if settings.hub:
        if not settings.hub.sign_in:
            told.append(
                f"{settings.source}, [hub] sign_in: false, so nobody signs in and everybody on this machine may do "
                "everything; for trials only: take the line out"
            )
        host = urlsplit(settings.hub.public_url).hostname or ""
        if not host:
            told.append(
                f"{settings.source}, [hub] public_url: empty, so tickets carry no code and customers have no page"
            )
        elif len(host) > LONGEST_HOST:
            told.append(
                f"{settings.source}, [hub] public_url: {host} has {len(host)} characters; "
                f"with {LONGEST_HOST} or fewer the code on a ticket is smaller and reads better"
            )
    return tuple(told)
