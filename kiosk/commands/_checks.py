"""What the doctor looks at, part by part; each look answers verdicts and changes nothing.

A look may raise KioskError: its sentence is the verdict. How verdicts are told is check.py.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import KioskError

if TYPE_CHECKING:
    from kiosk import settings as s

FRAME_WITHIN_S = 5.0
ANSWER_WITHIN_S = 3.0


class State(StrEnum):
    """How a part is."""

    OK = "ok"
    ADVICE = "advice"
    FAILED = "failed"


@dataclass(frozen=True)
class Verdict:
    """What is known of one part after looking at it.

    Attributes:
        file: the settings file that names the part.
        part: the section or thing, such as `printer`.
        words: one sentence, with the remedy where one is needed.
    """

    file: str
    part: str
    state: State
    words: str


Look = Callable[[], Iterator[tuple[State, str]]]


def check(path: Path) -> Iterator[Verdict]:
    """Every part that the settings file at `path` names, looked at in order."""
    from kiosk import settings as kiosk_settings

    name = path.name
    try:
        settings = kiosk_settings.load(path)
    except kiosk_settings.SettingsError as error:
        for problem in error.problems:
            yield Verdict(name, "settings", State.FAILED, problem.removeprefix(f"{name}, "))
        return
    if settings.hub and settings.hub.stores:
        yield from _stores(path, settings)
        return
    yield from _of_file(settings)


def _stores(path: Path, machine: s.Settings) -> Iterator[Verdict]:
    """A hub of several stores: each with its own settings and what the machine's file says for all."""
    from kiosk.settings import SettingsError
    from kiosk.store_settings import stores_of

    try:
        found = stores_of(path)
        called = ", ".join(f"{one.store_id} ({one.file.name})" for one in found)
    except SettingsError as error:
        for problem in error.problems:
            file, _, words = problem.partition(", ")
            yield Verdict(file, "settings", State.FAILED, words or problem)
        return
    yield Verdict(machine.source, "settings", State.OK, f"{len(found)} stores: {called}")
    for one in found:
        yield from _of_file(one.settings)
        sharing = [other.store_id for other in found if other is not one and other.hub.database == one.hub.database]
        if sharing:
            words = f"the same as that of {', '.join(sharing)}: a backup of one holds all of them"
            yield Verdict(one.file.name, "database", State.ADVICE, words)


def _of_file(settings: s.Settings) -> Iterator[Verdict]:
    """What one file names, looked at part by part."""
    from kiosk import settings as kiosk_settings

    name = settings.source
    sections = [section for section in kiosk_settings.SECTIONS if getattr(settings, section)]
    yield Verdict(name, "settings", State.OK, f"{', '.join(sections) or 'no section'}")
    for words in kiosk_settings.advice(settings):
        yield Verdict(name, "settings", State.ADVICE, words.removeprefix(f"{name}, "))
    for part, look in looks(settings):
        try:
            for state, words in look():
                yield Verdict(name, part, state, words)
        except KioskError as error:
            yield Verdict(name, part, State.FAILED, str(error))


def looks(settings: s.Settings) -> Iterator[tuple[str, Look]]:
    """Which parts there are, each with the way to look at it."""
    from kiosk.commands._hub_checks import of_hub
    from kiosk.commands._lane_checks import of_lane

    if settings.hub or settings.screen or settings.printer:
        yield "text", text
    if settings.hub:
        yield from of_hub(settings, settings.hub)
    if settings.papers:
        papers = settings.papers
        yield "papers", lambda: queue(papers)
    if settings.device:
        device = settings.device
        yield "folder", lambda: folder(device.folder)
        yield "hub", lambda: hub_answers(device.hub)
    if settings.screen:
        chosen = settings.screen
        yield "screen", lambda: screen(chosen)
    yield from of_lane(settings)
    if settings.scanner:
        scanner = settings.scanner
        for kind in scanner.kinds:
            yield f"scanner {kind}", partial(scan, scanner, kind)
    if settings.printer:
        chosen_printer = settings.printer
        yield "printer", lambda: printer(chosen_printer)
    if settings.gpio:
        gpio = settings.gpio
        yield "gpio", lambda: pins(gpio)


def text() -> Iterator[tuple[State, str]]:
    """Fonts, RAQM, and the same messages in every language."""
    from kiosk.language import CODES, language
    from kiosk.typeset import Typesetter

    setter = Typesetter()
    for code in CODES:
        words = language(code)
        setter.line(words.own_name, size_px=40, rtl=words.is_rtl)
    yield State.OK, f"RAQM shapes the font, and words are there in {', '.join(CODES)}"


def folder(name: str) -> Iterator[tuple[State, str]]:
    """A folder that somebody writes to."""
    path = Path(name)
    nearest = next(each for each in (path, *path.parents) if each.exists())
    if not os.access(nearest, os.W_OK | os.X_OK) or not nearest.is_dir():
        yield State.FAILED, f"{nearest}: this user cannot write there; run the check as the user of the role"
    elif nearest != path:
        yield State.ADVICE, f"{path}: not made yet"
    else:
        free_mb = shutil.disk_usage(path).free // 1_000_000
        state = State.OK if free_mb >= 500 else State.ADVICE
        yield state, f"{path}: {free_mb} MB free"


def queue(papers: s.Papers) -> Iterator[tuple[State, str]]:
    """The document printer behind CUPS."""
    if not papers.queue:
        yield State.OK, "no queue: papers are downloaded"
        return
    server = ["-h", papers.server] if papers.server else []
    try:
        asked = subprocess.run(
            ["lpstat", *server, "-p", papers.queue], check=False, capture_output=True, text=True, timeout=10
        )
    except FileNotFoundError:
        yield State.FAILED, "lpstat is missing; install cups-client"
        return
    except subprocess.TimeoutExpired:
        yield State.FAILED, f"CUPS does not answer; check [papers] server and the queue {papers.queue}"
        return
    said = (asked.stdout or asked.stderr).strip().splitlines()
    if asked.returncode:
        yield State.FAILED, f"queue {papers.queue}: {said[-1] if said else 'unknown'}; lpstat -p lists the queues"
    else:
        yield (State.ADVICE if "disabled" in said[0] else State.OK), said[0]


def hub_answers(address: str) -> Iterator[tuple[State, str]]:
    """The hub at the other end of the cable."""
    import httpx

    try:
        answer = httpx.get(f"{address}/healthz", timeout=ANSWER_WITHIN_S)
    except httpx.HTTPError as error:
        yield State.FAILED, f"{address} does not answer ({error}); is the hub running, is the cable in?"
        return
    if answer.status_code == httpx.codes.OK:
        yield State.OK, f"{address} answers in {answer.elapsed.total_seconds() * 1000:.0f} ms"
    else:
        yield State.FAILED, f"{address} answers with {answer.status_code}; is that a hub?"


def screen(chosen: s.Screen) -> Iterator[tuple[State, str]]:
    """The panel; nothing is drawn on it."""
    size = f"{chosen.width_px} x {chosen.height_px}"
    if chosen.kind == "simulated":
        yield State.OK, f"simulated, {size}"
    elif chosen.kind == "window":
        has_desktop = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
        yield (State.OK, f"a window of {size}") if has_desktop else (State.FAILED, 'no desktop here; kind = "console"?')
    else:
        cards = sorted(Path("/dev/dri").glob("card*"))
        usable = [card for card in cards if os.access(card, os.R_OK | os.W_OK)]
        if usable:
            yield State.OK, f"{usable[0]}, {size}"
        elif cards:
            yield State.FAILED, f"{cards[0]}: this user may not use it; put the user into the group video"
        else:
            yield State.FAILED, "no graphics device (/dev/dri); is a screen connected, is the driver loaded?"


def scan(scanner: s.Scanner, kind: str) -> Iterator[tuple[State, str]]:
    """One reader of codes: a camera shows a picture, a hand scanner's device file can be opened."""
    from kiosk.hardware.backends import CAMERAS, HAND_SCANNERS, SIMULATED, chosen

    if kind in SIMULATED:
        yield State.OK, "simulated: the shop holds phones up to it"
    elif kind in HAND_SCANNERS:
        path = Path(scanner.hand_scanner)
        if not path.exists():
            yield State.FAILED, f"{path}: not there; plug it in, and check [scanner] hand_scanner"
        elif not os.access(path, os.R_OK):
            yield State.FAILED, f"{path}: this user may not read it; put the user into the group input"
        else:
            yield State.OK, f"{path}"
    else:
        camera = chosen(CAMERAS, kind)(scanner)
        try:
            frame = camera.next_frame(FRAME_WITHIN_S)
        finally:
            camera.close()
        if frame is None:
            yield State.FAILED, f"no picture within {FRAME_WITHIN_S:.0f} s; check the camera's cable"
        else:
            yield State.OK, f"a picture of {frame.width_px} x {frame.height_px}"


def printer(chosen: s.Printer) -> Iterator[tuple[State, str]]:
    """The ticket printer, asked how it is; nothing is printed."""
    from kiosk.hardware.backends import open_printer
    from kiosk.hardware.ports import Paper
    from kiosk.hardware.printer import REMEDIES

    device = open_printer(chosen)
    try:
        state = device.state()
    finally:
        device.close()
    where = f"{chosen.host}:{chosen.port}" if chosen.kind == "network" else chosen.device
    if state.trouble:
        yield State.FAILED, f"{where}: {REMEDIES[state.trouble]}"
    elif state.paper is Paper.NEAR_END:
        yield State.ADVICE, f"{where}: the paper is near its end; have a new roll ready"
    else:
        yield (
            State.OK,
            f"{where}: ready, {'paper in' if state.paper is Paper.PRESENT else 'it does not tell its paper'}",
        )


def pins(gpio: s.Gpio) -> Iterator[tuple[State, str]]:
    """The pins; no lamp is switched."""
    from kiosk.hardware.backends import PIN_FACTORIES, SIMULATED, chosen

    if gpio.factory in SIMULATED:
        yield State.OK, "simulated pins"
        return
    factory = chosen(PIN_FACTORIES, gpio.factory)()
    factory.close()
    yield State.OK, f"{gpio.factory} reaches the pins"
