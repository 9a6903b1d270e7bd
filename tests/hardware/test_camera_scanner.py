"""A camera as a source of codes: what it tells, what it shows, how it fails and comes back."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from scan_pictures import FOREIGN, OURS, code_picture, dark_frame, empty_frame, frame_with

from kiosk.hardware.ports import HAND_SCANNER_GONE, CodeSource, Frame, Scan, ScannerError
from kiosk.hardware.scanner import CameraScanner, Scanners

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PATIENCE_S = 60


class Film:
    """A Camera whose picture the test changes, and which the test can unplug."""

    def __init__(self) -> None:
        """An empty lane."""
        self.picture: Frame | None = empty_frame()
        self.trouble: ScannerError | None = None
        self.opened = 0
        self.closed = 0
        self.misses: list[int] = []

    def open(self) -> Film:
        """As a driver's constructor."""
        if self.trouble:
            raise self.trouble
        self.opened += 1
        return self

    def next_frame(self, timeout_s: float) -> Frame | None:
        """The picture as it is now."""
        del timeout_s
        if self.trouble:
            raise self.trouble
        return self.picture

    def vary(self, missed: int) -> None:
        """Note it."""
        self.misses.append(missed)

    def close(self) -> None:
        """Count it."""
        self.closed += 1


class MovingFilm(Film):
    """A Camera with another picture each fifteenth of a second, by the clock of the bench."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench, self._pictures = bench, [frame_with(code_picture(FOREIGN, module_px=3)) for _ in range(45)]
        self.ended = threading.Event()

    def next_frame(self, timeout_s: float) -> Frame | None:
        """The next one; the last one stays."""
        if len(self._pictures) > 1:
            self._bench.now_s += 1 / 15
            self._pictures.pop()
        else:
            self.ended.set()
        return replace(empty_frame()) if self._pictures[1:] else super().next_frame(timeout_s)


class Bench:
    """A scanner under test: its film, its clock, and a way to wait for what it tells."""

    def __init__(self) -> None:
        self.film = Film()
        self.now_s = 0.0
        self.woken = threading.Condition()
        self.wakes = 0
        self.scanner = CameraScanner(
            self.film.open, kind="camera", frames_per_s=500, wake=self.wake, retry_s=0.001, clock=lambda: self.now_s
        )

    def wake(self) -> None:
        """What the scanner calls."""
        with self.woken:
            self.wakes += 1
            self.woken.notify_all()

    def until(self, question: Callable[[], object]) -> object:
        """The first answer that is true; each waking asks again."""
        with self.woken:
            assert self.woken.wait_for(question, PATIENCE_S), "the scanner never told"
            return question()

    def scan(self) -> Scan:
        """Wait for the next scan."""
        scans: list[Scan] = []

        def came() -> bool:
            scan = polled(self.scanner)
            return bool(scans.append(scan) or True) if scan else False

        with self.woken:
            assert self.woken.wait_for(came, PATIENCE_S), "nothing was scanned"
        return scans[0]

    def trouble(self) -> str | None:
        """What polling says is wrong."""
        try:
            self.scanner.poll()
        except ScannerError as error:
            return str(error)
        return None


@pytest.fixture
def bench() -> Iterator[Bench]:
    """A bench whose camera was closed as often as it was opened."""
    bench = Bench()
    yield bench
    bench.scanner.close()
    assert bench.film.opened == bench.film.closed


def test_a_phone_held_up_is_one_scan(bench: Bench) -> None:
    """A code before a looking camera is told once, with its text and source."""
    bench.scanner.look(on=True)
    bench.film.picture = frame_with(code_picture(OURS))

    scan = bench.scan()

    assert (scan.text, scan.kind) == (OURS, "camera")
    assert bench.scanner.poll() is None


def test_two_phones_are_two_scans(bench: Bench) -> None:
    """The second phone is told after the first."""
    bench.scanner.look(on=True)
    bench.film.picture = frame_with(code_picture(OURS))
    first = bench.scan()
    bench.film.picture = frame_with(code_picture(FOREIGN))
    second = bench.scan()

    assert [first.text, second.text] == [OURS, FOREIGN]


def test_resting_shows_and_tells_nothing(bench: Bench) -> None:
    """Without the scan screen there is no picture of the lane and no scan; with it both come."""
    bench.film.picture = frame_with(code_picture(OURS))
    resting = (bench.scanner.frame(), bench.scanner.poll())
    bench.scanner.look(on=True)

    scan = bench.scan()

    assert resting == (None, None)
    assert scan.text == OURS
    assert bench.until(bench.scanner.frame) is bench.film.picture


def test_a_picture_that_stands_still_is_one_frame(bench: Bench) -> None:
    """While nothing moves, the same frame object is shown and nobody is woken to draw."""
    bench.scanner.look(on=True)
    shown = bench.until(bench.scanner.frame)
    wakes = bench.wakes
    bench.film.picture = moved = frame_with(code_picture(OURS))
    bench.scan()

    assert shown is not moved
    assert bench.until(lambda: bench.scanner.frame() is moved)
    assert bench.wakes <= wakes + 2


def test_a_covered_lens_is_shown_as_covered(bench: Bench) -> None:
    """A hand on the lens for a second marks the frame, so that the screen can offer typing."""
    bench.scanner.look(on=True)
    bench.film.picture = dark_frame()
    bench.until(lambda: bench.scanner.frame() is bench.film.picture)
    bench.now_s = 1.5

    frame = bench.until(lambda: (shown := bench.scanner.frame()) and shown.is_covered and shown)

    assert isinstance(frame, Frame)


def test_a_lost_camera_is_told_and_comes_back(bench: Bench) -> None:
    """While the camera is away each poll says why; when it is back, it reads again by itself."""
    bench.scanner.look(on=True)
    bench.until(bench.scanner.frame)
    bench.film.trouble = ScannerError("camera: lost; check the ribbon cable")
    said = bench.until(bench.trouble)
    bench.film.picture = frame_with(code_picture(OURS))
    bench.film.trouble = None

    scan = bench.scan()

    assert said == "camera: lost; check the ribbon cable"
    assert scan.text == OURS
    assert bench.film.opened == 2


def test_a_camera_that_hangs_is_told(bench: Bench) -> None:
    """No picture in time is trouble, and names the cable."""
    bench.film.picture = None
    bench.scanner.look(on=True)

    assert "check the camera's cable" in str(bench.until(bench.trouble))


class Broken:
    """A source that cannot read."""

    troubles = (HAND_SCANNER_GONE,)

    def poll(self) -> Scan | None:
        """See CodeSource."""
        message = "hand scanner: unplugged"
        raise ScannerError(message)

    def frame(self) -> Frame | None:
        """See CodeSource."""
        return None

    def look(self, *, on: bool) -> None:
        """See CodeSource."""

    def close(self) -> None:
        """See CodeSource."""


def test_one_broken_source_does_not_stop_the_other(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """A lane whose hand scanner is unplugged reads by camera; what is wrong is kept for who can mend it, logged once."""
    both = Scanners([Broken(), bench.scanner])
    both.look(on=True)
    bench.until(both.frame)
    nothing = [both.poll() for _ in range(3)]
    bench.film.picture = frame_with(code_picture(OURS))
    scans = bench.until(lambda: [scan for scan in [both.poll()] if scan])

    assert nothing == [None] * 3
    assert isinstance(scans, list)
    assert both.troubles == (HAND_SCANNER_GONE,)
    assert caplog.text.count("hand scanner: unplugged; the other scanners go on") == 1


def test_when_none_can_read_it_is_told() -> None:
    """With every source broken the lane hears of it at each poll."""
    all_of_them = Scanners([Broken(), Broken()])

    for _ in range(2):
        with pytest.raises(ScannerError, match="unplugged"):
            all_of_them.poll()


def polled(source: CodeSource) -> Scan | None:
    """A scan, whatever trouble there is beside it."""
    try:
        return source.poll()
    except ScannerError:
        return None


def test_of_fifteen_pictures_ten_are_looked_at_for_codes() -> None:
    """The preview moves smoothly, and reading has its own pace: ten a second."""
    bench = Bench()
    bench.scanner.close()
    film = MovingFilm(bench)
    scanner = CameraScanner(
        film.open, kind="camera", frames_per_s=500, reads_per_s=10, wake=bench.wake, clock=lambda: bench.now_s
    )
    scanner.look(on=True)

    assert film.ended.wait(PATIENCE_S)
    scanner.close()

    assert 28 <= len(film.misses) <= 31  # three seconds


def test_a_camera_hears_how_long_nothing_was_read(bench: Bench) -> None:
    """It may try another exposure while nothing reads; resting it is left alone."""
    bench.scanner.look(on=True)
    bench.until(lambda: bench.film.misses)
    bench.film.picture = frame_with(code_picture(OURS))

    bench.scan()

    assert bench.film.misses[0] >= 1
    assert bench.film.misses[-1] == 0
