"""A board that is told something new again and again, by a hub that leaves it again and again.

The board is the real process with a simulated screen; the hub is a script that sends views as odd as they may come:
eighty rows, none, long tickets, stages that nobody knows, fields of a newer hub. What the screen shows comes back
through the simulated world.
"""

from __future__ import annotations

import contextlib
import json
import queue
import random
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from bench._processes import proportional_mb
from kiosk.display.board_samples import MORNING, STORE
from kiosk.domain.board import STAGES
from kiosk.domain.facts import to_us
from kiosk.hardware.simulated.world import World
from prove._counts import Count, Say

if TYPE_CHECKING:
    from kiosk.hardware.simulated.messages import Message

TITLE = "A board through ten thousand changes and five hundred lost links"
NUMBER = 10_000
SHORT = 60
CHANGES_A_LINK = 20
WARM = 6000  # changes after which all caches are full: a typesetter keeps 4,096 widths and as many broken texts
WITHIN_S = 30.0
SIZE = (640, 360)
MOST_GROWTH_MB = 1.0
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\nretry: 1000\n\n"
NOTHING = b"HTTP/1.1 503 Away\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class ScriptedHub:
    """Answers streams with the view of the moment; everything else it is too busy for."""

    def __init__(self) -> None:
        """Listen on a free port."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._frame, self._streams, self._lock = b"", list[socket.socket](), threading.Lock()
        self.links = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def shows(self, view: dict[str, Any]) -> None:
        """This is the view from now on."""
        frame = f"event: view\nid: {view['id']}\ndata: {json.dumps(view)}\n\n".encode()
        with self._lock:
            self._frame = frame
            for stream in self._streams:
                with contextlib.suppress(OSError):
                    stream.sendall(frame)

    def hangs_up(self) -> None:
        """Every stream is cut."""
        with self._lock:
            for stream in self._streams:
                stream.close()
            self._streams.clear()

    def beats(self) -> None:
        """A sign of life."""
        with self._lock:
            for stream in self._streams:
                with contextlib.suppress(OSError):
                    stream.sendall(b": beat\n\n")

    def close(self) -> None:
        """No more."""
        self._listener.close()
        self.hangs_up()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                link, _ = self._listener.accept()
                asked = link.recv(65536)
                if b"/stream" not in asked:
                    with link:
                        link.sendall(NOTHING)
                    continue
                with self._lock:
                    link.sendall(HEAD + self._frame)
                    self._streams.append(link)
                    self.links += 1


class Screen:
    """One board's process and what its screen shows."""

    def __init__(self, hub: ScriptedHub, folder: Path) -> None:
        """Start it."""
        folder.mkdir()
        self._told: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._hub = hub
        self.picture = b""
        self._world = World(folder / "world", lambda _device, told: self._told.put(told))
        settings = folder / "board.toml"
        settings.write_text(
            f'[device]\nhub = "{hub.address}"\nname = "board-1"\nfolder = "{folder}/board"\n'
            f'[simulator]\naddress = "{folder}/world"\n[board]\nviewing_distance_m = 3\nlanguages = ["en"]\n'
            f'[screen]\nkind = "simulated"\nwidth_px = {SIZE[0]}\nheight_px = {SIZE[1]}\npanel_width_mm = 1660\n',
            "utf-8",
        )
        words = [sys.executable, "-m", "kiosk", "board", "--settings", str(settings)]
        self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def until(self, word: str) -> None:
        """Until this stands on the screen."""
        beats = 0
        while True:
            try:
                told = self._told.get(timeout=1.0)
            except queue.Empty:
                self._hub.beats()
                beats += 1
                if beats > WITHIN_S:
                    raise RuntimeError(f"the board never shows {word}") from None
                continue
            if told.kind == "screen":
                self.picture = told.blob
            if told.kind == "shown" and any(word in text for text in told.values["words"]):
                return

    @property
    def own_mb(self) -> float:
        """What no other process shares with it: the same whoever else runs."""
        lines = Path(f"/proc/{self._process.pid}/smaps_rollup").read_text("ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Anonymous:")) / 1024

    @property
    def memory_mb(self) -> float:
        """What the process holds."""
        return proportional_mb(self._process.pid)

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(10)
        self._world.close()


def prove(number: int, say: Say) -> Iterator[Count]:
    """Changes one after the other, each seen on the screen before the next; every twentieth the link is cut as well."""
    chance, hub = random.Random(7), ScriptedHub()  # noqa: S311 - the same changes each time, nothing secret
    with contextlib.closing(hub), tempfile.TemporaryDirectory() as short:
        hub.shows(_view(0, chance))
        with Screen(hub, Path(short) / "old") as old:
            old.until(_mark(0))
            warm_mb = 0.0
            for change in range(1, number + 1):
                if change % CHANGES_A_LINK == 0:
                    hub.hangs_up()
                hub.shows(_view(change, chance))
                old.until(_mark(change))
                if change == min(WARM, number):
                    warm_mb = old.own_mb
                if change % 1000 == 0:
                    say(f"{change} changes, {hub.links} links, {old.own_mb:.1f} MB")
            links = hub.links - 1
            hub.shows(_plain_view(number + 1))
            old.until(_mark(number + 1))
            grown_mb, memory_mb = old.own_mb - warm_mb, old.memory_mb
            with Screen(hub, Path(short) / "new") as new:
                new.until(_mark(number + 1))
                differs = int(old.picture != new.picture)
    yield Count("changes seen on the screen", number, exactly=number)
    yield Count("links lost and found", links, at_least=number // CHANGES_A_LINK)
    remark = f"since the first {min(WARM, number)}"
    yield Count("memory of its own grown", round(grown_mb, 1), "MB", at_most=MOST_GROWTH_MB, remark=remark)
    yield Count("memory at the end (PSS)", round(memory_mb, 1), "MB", at_most=60)
    yield Count("pictures that differ from a fresh start's", differs, exactly=0)


def _mark(change: int) -> str:
    """The dealership's name of this change: it stands on every picture of a board."""
    return f"No. {change}"


def _view(change: int, chance: random.Random) -> dict[str, Any]:
    """Up to eighty rows, all kinds; sometimes the shop is shut."""
    rows = [_row(number, chance) for number in range(chance.choice((0, 1, 2, 5, 8, 13, 80)))]
    opens_at = to_us(MORNING) + 3_600_000_000 if change % 97 == 96 else None
    return _whole(change, rows, opens_at) | {"of_a_newer_hub": [1, 2]}


def _plain_view(change: int) -> dict[str, Any]:
    """A few rows, none ready: nothing turns, nothing is called."""
    rows = [{"ticket": f"A-{n:03}", "stage": "in_service", "changed_at": 0, "completion_at": None} for n in range(3)]
    return _whole(change, rows, None)


def _whole(change: int, rows: list[dict[str, Any]], opens_at: int | None) -> dict[str, Any]:
    names = dict.fromkeys(("en", "es", "ar"), _mark(change))
    store = STORE | {"name": names, "facts": [], "opens_at": opens_at}
    now = to_us(MORNING.replace(second=1))
    return {"id": f"{change // 50}.{change}", "hub_now": now, "next_change_at": None, "store": store, "rows": rows}


def _row(number: int, chance: random.Random) -> dict[str, Any]:
    now = to_us(MORNING)
    return {
        "ticket": f"{chance.choice('AB')}-{number:03}" if chance.random() < 0.95 else f"LANE-A-{number:05}",
        "stage": chance.choice((*STAGES, "of_a_newer_hub")),
        "completion_at": chance.choice((None, now + chance.randrange(60) * 600_000_000)),
        "was_at": chance.choice((None, now)),
        "place": chance.choice((None, "1")),
        "changed_at": now - chance.randrange(3_600) * 1_000_000,
    }
