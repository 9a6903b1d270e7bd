"""A board beside a browser that shows the same board, and from a change to its pixels; a hundred boards on one hub.

Two X displays of 1920 x 1080 in memory: on one the board's real process in a window, on the other Chromium with the
board's page. What stands on a display is read from its frame buffer, so a figure holds all from command to last pixel.
"""

from __future__ import annotations

import contextlib
import http.client
import mmap
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from bench._figures import Figure, median, percentile
from bench._hub import MANAGER, Caller, RunningHub, by_code, running_hub
from bench._processes import cpu_s, family, proportional_mb, resident_mb
from bench._watchers import Watchers

TITLE = "Waiting-room board, 1920 x 1080, beside Chromium with the same board; change to pixels; 100 boards on one hub"
WIDTH, HEIGHT, DEPTH_BYTES = 1920, 1080, 4
NEEDS = ("Xvfb", "chromium")
VISITS, CHANGES, BOARDS = 8, 100, 100
MEASURED_S = 14.0
CHANGE_EVERY_S = 2.0
WITHIN_S = 30.0
STILL_S = 0.06
READ_EVERY_S = 0.002
EVERY_ROW = 12


class Display:
    """An X server whose picture is a file that can be read."""

    def __init__(self, folder: Path) -> None:
        """Start it on a display of its own choice."""
        folder.mkdir()
        reading, writing = os.pipe()
        words = ["Xvfb", "-displayfd", str(writing), "-fbdir", str(folder), "-nolisten", "tcp",
                 "-screen", "0", f"{WIDTH}x{HEIGHT}x24"]  # fmt: skip
        self._server = subprocess.Popen(words, pass_fds=[writing], stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as told:
            self.environment = {**os.environ, "DISPLAY": f":{told.readline().strip()}"}
        file = (folder / "Xvfb_screen0").open("rb")
        self._picture = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        file.close()
        self._first = len(self._picture) - WIDTH * HEIGHT * DEPTH_BYTES

    def seen(self) -> int:
        """A number that is another one when the picture is."""
        line, sum_of = WIDTH * DEPTH_BYTES, 0
        for row in range(0, HEIGHT, EVERY_ROW):
            at = self._first + row * line
            sum_of = zlib.crc32(self._picture[at : at + line], sum_of)
        return sum_of

    def until(self, holds: Callable[[int], bool]) -> None:
        """Until what is seen is so."""
        ends_s = time.monotonic() + WITHIN_S
        while not holds(self.seen()):
            if time.monotonic() > ends_s:
                raise RuntimeError("the display does not show what it should")
            time.sleep(READ_EVERY_S)

    def changed_at_s(self, before: int) -> float:
        """When the picture was changed for the last time since `before`; it has been still for a moment then."""
        self.until(lambda seen: seen != before)
        last, at_s = self.seen(), time.monotonic()
        while time.monotonic() - at_s < STILL_S:
            time.sleep(READ_EVERY_S)
            if (seen := self.seen()) != last:
                last, at_s = seen, time.monotonic()
        return at_s

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the server."""
        self._picture.close()
        self._server.terminate()
        self._server.wait(10)


class Day:
    """Eight visits on one hub, and a change that every board shows."""

    def __init__(self, hub: RunningHub) -> None:
        """Check them in; the first two are ready."""
        self.caller, self.visits = Caller(hub.url), list[str]()
        for number, code in enumerate(self.caller.book(VISITS), 1):
            arrival = by_code(code, number)
            self.caller.command("lane/A", "check_in", **arrival)
            self.visits.append(arrival["visit_id"])
        for visit_id in self.visits[2:]:
            self.caller.command("advisor/marta", "begin_write_up", visit_id=visit_id, advisor_id="marta")
        self._is_in_service = False

    def changes(self) -> float:
        """One visit goes on, or back; when the command was sent."""
        visit_id, began_s = self.visits[-1], time.monotonic()
        if self._is_in_service:
            self.caller.command(MANAGER, "take_back", visit_id=visit_id, reason="bench")
        else:
            self.caller.command(MANAGER, "begin_service", visit_id=visit_id)
        self._is_in_service = not self._is_in_service
        return began_s


def measure() -> Iterator[Figure]:
    """Side by side first, then the board's pixels, then the hundred."""
    if missing := [one for one in NEEDS if not shutil.which(one)]:
        raise RuntimeError(f"bench board: {' and '.join(missing)} not installed; make test installs what is needed")
    with running_hub(facts=False) as hub, tempfile.TemporaryDirectory() as short, contextlib.ExitStack() as open_things:
        day, folder = Day(hub), Path(short)
        ours, theirs = (open_things.enter_context(Display(folder / one)) for one in ("ours", "theirs"))
        blank = theirs.seen()
        board = open_things.enter_context(_ended(_board(hub, ours)))
        browser = open_things.enter_context(_ended(_browser(hub, theirs, folder)))
        for display in (ours, theirs):
            display.until(lambda seen: seen != blank)
        yield from _side_by_side(day, board.pid, browser.pid)
        browser.terminate()
        yield from _pixels(day, ours)
        yield from _hundred(hub, day)


def _side_by_side(day: Day, board: int, browser: int) -> Iterator[Figure]:
    """Both show the same eight visits; a change every two seconds reaches both."""
    for _ in range(3):  # both have begun when they have shown a few changes
        day.changes()
        time.sleep(CHANGE_EVERY_S)
    ours_before, theirs_before = cpu_s(board), sum(cpu_s(pid) for pid in family(browser))
    began_s = time.monotonic()
    while time.monotonic() - began_s < MEASURED_S:
        day.changes()
        time.sleep(CHANGE_EVERY_S)
    taken_s = time.monotonic() - began_s
    ours = (cpu_s(board) - ours_before) / taken_s * 100
    theirs = (sum(cpu_s(pid) for pid in family(browser)) - theirs_before) / taken_s * 100
    our_mb, their_mb = proportional_mb(board), sum(proportional_mb(pid) for pid in family(browser))
    yield Figure(
        "board: memory (resident)", resident_mb(board), "MB", remark="what it takes where no other Python runs"
    )
    yield Figure("board: memory (PSS)", our_mb, "MB", limit=60)
    yield Figure("Chromium: memory (PSS, all its processes)", their_mb, "MB")
    yield Figure("board's share of Chromium's memory", our_mb / their_mb, limit=1 / 8, unit="")
    yield Figure("board: of one processor, a change every 2 s", ours, "%")
    yield Figure("Chromium: of one processor, the same changes", theirs, "%")
    yield Figure("board's share of Chromium's processor", ours / theirs, limit=1 / 4, unit="")


def _pixels(day: Day, display: Display) -> Iterator[Figure]:
    taken_ms = []
    for _ in range(CHANGES):
        before = display.seen()
        sent_s = day.changes()
        taken_ms.append((display.changed_at_s(before) - sent_s) * 1000)
    yield Figure("command sent to last pixel, p50", median(taken_ms))
    yield Figure("command sent to last pixel, p99", percentile(taken_ms, 99), limit=250, remark=f"{CHANGES} changes")


def _hundred(hub: RunningHub, day: Day) -> Iterator[Figure]:
    """A hundred boards of their own names are told of each change."""
    taken_ms = []
    names = [(f"board/hall-{number}", f"board/hall-{number}") for number in range(BOARDS)]
    with Watchers(hub.url, tuple(names)), _reading(hub) as stream:
        for _ in range(CHANGES // 2):
            sent_s = day.changes()
            while not stream.readline().startswith(b"data: "):
                pass
            taken_ms.append((time.monotonic() - sent_s) * 1000)
            time.sleep(0.03)
    yield Figure(f"command sent to event read, {BOARDS} boards watching, p99", percentile(taken_ms, 99), limit=250)


@contextlib.contextmanager
def _reading(hub: RunningHub) -> Iterator[Any]:
    """One more board, whose events are timed; opened last, so it is told last."""
    address = urlsplit(hub.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port)
    connection.request("GET", "/api/1/views/board/last/stream", headers={"Kiosk-Principal": "board/last"})
    with connection.getresponse() as stream:
        while not stream.readline().startswith(b"data: "):
            pass
        yield stream
    connection.close()


def _board(hub: RunningHub, display: Display) -> subprocess.Popen[bytes]:
    settings = hub.folder / "board.toml"
    settings.write_text(
        f'[device]\nhub = "{hub.url}"\nname = "board-1"\nfolder = "{hub.folder}/board"\n'
        '[board]\nviewing_distance_m = 5\nlanguages = ["en"]\ndark_after_minutes = -1\n'
        f'[screen]\nkind = "window"\nwidth_px = {WIDTH}\nheight_px = {HEIGHT}\npanel_width_mm = 1660\n',
        "utf-8",
    )
    words = [sys.executable, "-m", "kiosk", "board", "--settings", str(settings)]
    environment = {**display.environment, "SDL_VIDEODRIVER": "x11"}
    return subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _browser(hub: RunningHub, display: Display, folder: Path) -> subprocess.Popen[bytes]:
    """Chromium as a kiosk, signed in by the same cookie that a choice on the hub's first page sets."""
    address = f"{hub.url}/board/board-1?width_mm=1660&distance_m=5&languages=en&dark_after_minutes=-1"
    profile = folder / "chromium"
    _has_cookie(profile, hub)
    words = ["chromium", "--kiosk", "--no-sandbox", "--no-first-run", f"--user-data-dir={profile}",
             f"--window-size={WIDTH},{HEIGHT}", "--window-position=0,0", f"--app={address}"]  # fmt: skip
    return subprocess.Popen(
        words, env=display.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )


def _has_cookie(profile: Path, hub: RunningHub) -> None:
    """Let a browser without a window choose who it is; what it keeps, the one with a window has too."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(profile), executable_path=shutil.which("chromium"), args=["--no-sandbox", "--password-store=basic"]
        )
        lasts = time.time() + 86400
        cookie = {"name": "kiosk_principal", "value": "board/board-1", "url": hub.url, "expires": lasts}
        context.add_cookies([cookie])  # type: ignore[list-item]  # a cookie is a plain dict to us
        context.new_page().goto(hub.url + "/healthz")
        context.close()


@contextlib.contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    try:
        yield process
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        if process.poll() is None:
            process.kill()
            process.wait(10)
