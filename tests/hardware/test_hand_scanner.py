"""A hand scanner's keys, and the device that comes and goes. A named pipe stands for the device file."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.hardware.hand_scanner import (
    EV_KEY,
    EV_SYN,
    EVENT,
    IDLE_S,
    KEY_ENTER,
    PLAIN,
    SHIFTED,
    SYN_DROPPED,
    HandScanner,
    Keys,
    grab,
)
from kiosk.hardware.ports import LONGEST_TEXT, Scan, ScannerError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LEFT_SHIFT = 42
SHIFT_KEYS = {letter: code for code, letter in SHIFTED.items() if code not in range(71, 84)}
PLAIN_KEYS = {letter: code for code, letter in PLAIN.items() if code not in range(71, 84)}
Event = tuple[int, int, int]


def typed(text: str) -> list[Event]:
    """The events that a scanner sends for a text, as a keyboard would: shift held around each capital."""
    events: list[Event] = []
    for letter in text:
        code = PLAIN_KEYS.get(letter)
        shifted = code is None
        code = SHIFT_KEYS[letter] if code is None else code
        stroke = [(EV_KEY, code, 1), (EV_SYN, 0, 0), (EV_KEY, code, 0), (EV_SYN, 0, 0)]
        events += [(EV_KEY, LEFT_SHIFT, 1), *stroke, (EV_KEY, LEFT_SHIFT, 0)] if shifted else stroke
    return events


ENTER: list[Event] = [(EV_KEY, KEY_ENTER, 1), (EV_KEY, KEY_ENTER, 0)]


def lines(events: list[Event], at_s: float = 0.0, keys: Keys | None = None) -> list[str]:
    """The lines that end within these events."""
    keys = keys or Keys()
    return [line for event in events if (line := keys.feed(*event, at_s))]


@given(
    st.text(st.sampled_from(sorted(PLAIN_KEYS | SHIFT_KEYS)), min_size=1).filter(
        lambda text: text == text.strip() != ""
    )
)
def test_what_is_scanned_is_what_is_read(text: str) -> None:
    """Capitals, digits and marks of a code come through the keyboard unchanged."""
    assert lines(typed(text) + ENTER) == [text]


def test_an_address_is_read() -> None:
    """The whole address of one of our codes, colon and slashes too."""
    address = "HTTPS://LANE.EXAMPLE.COM/C/0123456789ABCDEFGHJKMNPQRS"

    assert lines(typed(address) + ENTER) == [address]


def test_a_line_without_enter_ends_when_the_keys_fall_silent() -> None:
    """A scanner that sends no Enter is read 80 ms after its last key, and not before."""
    keys = Keys()
    lines(typed("A1"), at_s=5.0, keys=keys)

    ends = [keys.idle(5.0 + IDLE_S / 2), keys.idle(5.0 + IDLE_S), keys.idle(9.0)]

    assert ends == [None, "A1", None]


def test_repeats_and_releases_type_nothing() -> None:
    """A key that is held is one letter."""
    assert lines([(EV_KEY, 30, 1), (EV_KEY, 30, 2), (EV_KEY, 30, 2), (EV_KEY, 30, 0), *ENTER]) == ["a"]


def test_empty_lines_are_nobody() -> None:
    """Enter alone is no scan."""
    assert lines(ENTER * 3) == []


def test_a_line_with_lost_events_is_dropped() -> None:
    """When the kernel lost keys, what is left of the line is not what was scanned."""
    assert lines([*typed("WRONG"), (EV_SYN, SYN_DROPPED, 0), *typed("RIGHT"), *ENTER]) == ["RIGHT"]


def test_an_endless_line_is_cut() -> None:
    """A key that a book leans on fills no memory."""
    assert len(lines(typed("A" * (LONGEST_TEXT + 50)) + ENTER)[0]) == LONGEST_TEXT


class Bench:
    """A hand scanner on a named pipe."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.woken = threading.Event()
        self.grabbed: list[int] = []
        self.plug_in()
        self.scanner = HandScanner(str(path), wake=self.woken.set, retry_s=0.001, grab=self.grabbed.append)
        self.writer = os.open(path, os.O_WRONLY)

    def plug_in(self) -> None:
        """Make the device file."""
        os.mkfifo(self.path)

    def unplug(self) -> None:
        """Take it away."""
        self.path.unlink()
        os.close(self.writer)

    def type(self, events: list[Event]) -> None:
        """Send events as the kernel does."""
        os.write(self.writer, b"".join(EVENT.pack(0, 0, *event) for event in events))

    def scan(self) -> Scan:
        """Wait for the next scan."""
        while True:
            assert self.woken.wait(60), "nothing was told"
            self.woken.clear()
            if scan := self.polled():
                return scan

    def polled(self) -> Scan | None:
        """A scan, whatever trouble there is."""
        try:
            return self.scanner.poll()
        except ScannerError:
            return None

    def trouble(self) -> str:
        """Wait until it is in trouble, and say why."""
        while True:
            assert self.woken.wait(60), "nothing was told"
            self.woken.clear()
            try:
                self.scanner.poll()
            except ScannerError as error:
                return str(error)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A scanner on its pipe."""
    bench = Bench(tmp_path / "scanner-event-kbd")
    yield bench
    bench.scanner.close()
    os.close(bench.writer)


def test_a_trigger_is_a_scan(bench: Bench) -> None:
    """What the scanner types is told with its source, looking or not, and the keyboard is grabbed."""
    bench.type([*typed("A-017"), *ENTER])

    scan = bench.scan()

    assert (scan.text, scan.kind) == ("A-017", "hand_scanner")
    assert bench.scanner.frame() is None
    assert len(bench.grabbed) == 1


def test_a_scanner_without_enter_is_a_scan(bench: Bench) -> None:
    """Silence ends the line of the real device too."""
    bench.type(typed("NOENTER"))

    assert bench.scan().text == "NOENTER"


def test_an_unplugged_scanner_is_told_and_comes_back(bench: Bench) -> None:
    """Pulled out, it says what to do; plugged in again, it reads without a restart."""
    bench.unplug()
    said = bench.trouble()
    bench.plug_in()
    bench.writer = os.open(bench.path, os.O_WRONLY)
    bench.type([*typed("BACK"), *ENTER])

    assert "plug it in" in said
    assert str(bench.path) in said
    assert bench.scan().text == "BACK"


def test_a_file_that_is_no_keyboard_is_told(tmp_path: Path) -> None:
    """A wrong path in the settings is named by its trouble, not read as keys."""
    path, woken = tmp_path / "file", threading.Event()
    path.write_bytes(bytes(240))
    scanner = HandScanner(str(path), wake=woken.set, grab=grab)

    assert woken.wait(60)
    with pytest.raises(ScannerError, match="inappropriate ioctl"):
        scanner.poll()
    scanner.close()
