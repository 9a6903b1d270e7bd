"""The shop's own folder: one settings file a role, the store of examples/ opened today, ports that are free.

The shop's clock runs like the wall clock, but its zone is chosen so that it is ten in the morning: a demonstration at
night shows an open shop, and no program needs a false clock.
"""

from __future__ import annotations

import json
import re
import secrets
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

MORNING = 10
OPEN_DAYS = 15
DESKS = ("marta", "omar")
NAMES = {"lane": "lane-a", "board": "board-1", **{f"pager-{desk}": f"pager-{desk}" for desk in DESKS}}
LANE_SIZE_PX = (540, 960)
BOARD_SIZE_PX = (1280, 720)
PORTS = range(30_000, 32_768)  # below those that connections draw, so that a hub that is away finds its own again


@dataclass(frozen=True)
class Shop:
    """Where everything of one run lies.

    Attributes:
        hub_url: the hub itself, for browsers and the shop's own commands.
        wire_port: the devices' side of the cable to the hub.
        printer_port: where the lane's network printer listens.
        world: path of the Unix socket where simulated hardware meets its outside world.
    """

    folder: Path
    zone: ZoneInfo
    hub_port: int
    wire_port: int
    printer_port: int
    world: Path
    is_windowed: bool = False

    @property
    def hub_url(self) -> str:
        """Address of the hub."""
        return f"http://127.0.0.1:{self.hub_port}"

    def settings(self, role: str) -> Path:
        """The settings file of one role (hub, lane, board, pager-<advisor>)."""
        return self.folder / f"{role}.toml"


def morning_zone(now: datetime) -> ZoneInfo:
    """The whole-hour zone in which it is ten-something in the morning."""
    ahead = MORNING - now.astimezone(ZoneInfo("UTC")).hour
    ahead += 24 if ahead < -12 else 0
    return ZoneInfo(f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT")


def free_port() -> int:
    """A loopback port that nobody listens on now, and that the kernel gives to nobody by itself."""
    while True:
        port = secrets.choice(PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def write_settings(shop: Shop, now: datetime) -> None:
    """Write every settings file of the run."""
    today = now.astimezone(shop.zone).date()
    (shop.folder / "store.toml").write_text(
        _store_opened(example("store.toml").read_text("utf-8"), shop.zone, today), "utf-8"
    )
    _write(shop, "hub", _hub(shop))
    _write(shop, "lane", _lane(shop))
    _write(shop, "board", _board(shop))
    for advisor in DESKS:
        _write(shop, f"pager-{advisor}", _pager(shop, advisor))


def _store_opened(store: str, zone: ZoneInfo, today: date) -> str:
    """The example store in the shop's zone, open on each of the coming days, holidays and Sundays included."""
    days = [today + timedelta(days=ahead) for ahead in range(OPEN_DAYS)]
    specials = "".join(f'\n[[special]]\non = {on}\nhours = ["07:00-12:00", "13:00-19:00"]\n' for on in days)
    zoned = re.sub(r'(?m)^zone = ".*"$', f'zone = "{zone.key}"', store)
    zoned = re.sub(r"(?m)^# logo = .*$", f"logo = {json.dumps(str(example('valley-logo.png')))}", zoned)
    return re.sub(r"\n\[\[special\]\]\n(?:(?!\n\[).)*", "", zoned, flags=re.DOTALL) + specials


def example(name: str) -> Path:
    """A file of examples/."""
    return Path(str(resources.files("kiosk"))).parent / "examples" / name


def _write(shop: Shop, role: str, sections: dict[str, dict[str, object]]) -> None:
    lines = []
    for section, values in sections.items():
        lines.append(f"[{section}]" if section != "desk" else "[[desk]]")
        lines += [f"{key} = {json.dumps(value)}" for key, value in values.items()]
        lines.append("")
    shop.settings(role).write_text("\n".join(lines), "utf-8")


def _device(shop: Shop, name: str) -> dict[str, object]:
    folder = shop.folder / name
    folder.mkdir(exist_ok=True)
    return {"hub": f"http://127.0.0.1:{shop.wire_port}", "name": name, "folder": str(folder)}


def _screen(shop: Shop, size_px: tuple[int, int], panel_width_mm: float) -> dict[str, object]:
    kind = "window" if shop.is_windowed else "simulated"
    return {"kind": kind, "width_px": size_px[0], "height_px": size_px[1], "panel_width_mm": panel_width_mm}


def _hub(shop: Shop) -> dict[str, dict[str, object]]:
    return {
        "hub": {
            "listen": f"127.0.0.1:{shop.hub_port}",
            "database": f"sqlite:///{shop.folder / 'hub.db'}",
            "store_file": "store.toml",
            "folder": str(shop.folder),
            "public_url": shop.hub_url,
            "clock": "trusted",
            "sign_in": False,
        },
        "papers": {"queue": "", "media": "Letter"},
    }


def _lane(shop: Shop) -> dict[str, dict[str, object]]:
    return {
        "device": _device(shop, NAMES["lane"]),
        "lane": {"letter": "A"},
        "screen": _screen(shop, LANE_SIZE_PX, 268),
        "scanner": {"kinds": ["simulated"]},
        "printer": {"kind": "network", "host": "127.0.0.1", "port": shop.printer_port},
        "simulator": {"address": str(shop.world)},
    }


def _board(shop: Shop) -> dict[str, dict[str, object]]:
    return {
        "device": _device(shop, NAMES["board"]),
        "screen": _screen(shop, BOARD_SIZE_PX, 1660),
        "board": {"viewing_distance_m": 5, "languages": ["en", "es", "ar"]},
        "simulator": {"address": str(shop.world)},
    }


def _pager(shop: Shop, advisor: str) -> dict[str, dict[str, object]]:
    return {
        "device": _device(shop, NAMES[f"pager-{advisor}"]),
        "gpio": {"factory": "mock"},
        "desk": {
            "advisor": advisor,
            "lamp_kind": "rgb",
            "red_pin": 17,
            "green_pin": 27,
            "blue_pin": 22,
            "buzzer_pin": 23,
            "button_pin": 24,
        },
        "simulator": {"address": str(shop.world)},
    }
