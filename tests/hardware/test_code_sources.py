"""One suite for everything that reads codes: what the port promises, each source keeps."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from scan_pictures import OURS, code_picture
from test_hand_scanner import ENTER, typed

from kiosk.errors import KioskError
from kiosk.hardware.backends import open_scanner
from kiosk.hardware.hand_scanner import EVENT, HandScanner
from kiosk.hardware.ports import CodeSource, Scan, ScannerError, SimulatorError
from kiosk.hardware.scanner import Scanners
from kiosk.hardware.simulated.link import WorldLink
from kiosk.hardware.simulated.world import World
from kiosk.settings import Scanner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PATIENCE_S = 60


class Bench(Protocol):
    """A source under test and the world around it."""

    source: CodeSource

    def show(self) -> None:
        """Hold OURS before it."""

    def close(self) -> None:
        """Take everything down."""


class FolderBench:
    """A folder into which a picture is put."""

    def __init__(self, tmp_path: Path, wake: Callable[[], None]) -> None:
        self._folder = tmp_path / "pictures"
        self._folder.mkdir()
        code_picture("NOT YET").save(self._folder / "1.png")
        settings = Scanner(kinds=("folder",), folder=str(self._folder), frames_per_s=30)
        self.source = open_scanner(settings, wake=wake)

    def show(self) -> None:
        """Hold OURS before it."""
        code_picture(OURS).save(self._folder / "2.png")

    def close(self) -> None:
        """Take everything down."""
        self.source.close()


class HandBench:
    """A hand scanner behind a named pipe."""

    def __init__(self, tmp_path: Path, wake: Callable[[], None]) -> None:
        path = tmp_path / "kbd"
        os.mkfifo(path)
        self.source = HandScanner(str(path), wake=wake, grab=lambda fd: None)
        self._writer = os.open(path, os.O_WRONLY)

    def show(self) -> None:
        """Hold OURS before it."""
        os.write(self._writer, b"".join(EVENT.pack(0, 0, *event) for event in [*typed(OURS), *ENTER]))

    def close(self) -> None:
        """Take everything down."""
        self.source.close()
        os.close(self._writer)


class ShopBench:
    """The shop's camera, at the end of its socket."""

    def __init__(self, tmp_path: Path, wake: Callable[[], None]) -> None:
        self._world = World(tmp_path / "world", lambda device, message: None)
        self._link = WorldLink(str(tmp_path / "world"), "lane-A")
        self.source = open_scanner(Scanner(kinds=("simulated",), frames_per_s=30), wake=wake, world=self._link)
        self._link.start()

    def show(self) -> None:
        """Hold OURS before it."""
        self._world.present_code("lane-A", OURS, angle=12, blur=0.1, glare=0.1)

    def close(self) -> None:
        """Take everything down."""
        self.source.close()
        self._link.close()
        self._world.close()


class BothBench(ShopBench):
    """Two sources as one, as a lane with camera and hand scanner has them."""

    def __init__(self, tmp_path: Path, wake: Callable[[], None]) -> None:
        super().__init__(tmp_path, wake)
        self._hand = HandBench(tmp_path, wake)
        self._camera, self.source = self.source, Scanners([self.source, self._hand.source])

    def close(self) -> None:
        """Take everything down."""
        super().close()
        self._hand.close()


BENCHES: dict[str, Any] = {"folder": FolderBench, "hand_scanner": HandBench, "simulated": ShopBench, "both": BothBench}


class Watched:
    """A source and a way to wait for what it tells."""

    def __init__(self, name: str, tmp_path: Path) -> None:
        self.news = threading.Condition()
        self.bench: Bench = BENCHES[name](tmp_path, self.wake)
        self.source = self.bench.source

    def wake(self) -> None:
        """What the source calls."""
        with self.news:
            self.news.notify_all()

    def next_scan(self, wanted: str = OURS) -> Scan:
        """Wait for a scan of this text; each waking polls."""
        found: list[Scan] = []

        def polled() -> bool:
            while scan := self.source.poll():
                found.append(scan)
            return bool(found) and found[-1].text == wanted

        with self.news:
            assert self.news.wait_for(polled, PATIENCE_S), f"scanned {[one.text for one in found]}"
        return found[-1]


@pytest.fixture(params=sorted(BENCHES))
def watched(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Watched]:
    """Each source in turn."""
    watched = Watched(request.param, tmp_path)
    yield watched
    watched.bench.close()


def test_a_code_is_told_with_its_source(watched: Watched) -> None:
    """What is held before a looking source is told, with the settings' word for it."""
    watched.source.look(on=True)
    watched.bench.show()

    scan = watched.next_scan()

    assert scan.text == OURS
    assert scan.kind in {"folder", "hand_scanner", "simulated"}
    assert scan.read_at_s > 0


def test_asking_never_waits_and_finds_nothing_at_first(watched: Watched) -> None:
    """Polled before anything happened, a source has nothing and says so at once."""
    assert watched.source.poll() is None


def test_a_frame_is_a_picture_or_nothing(watched: Watched) -> None:
    """Frames have the bytes of their size; a source without a camera has none, and neither has one that rests."""
    resting = watched.source.frame()
    watched.source.look(on=True)
    watched.bench.show()
    watched.next_scan()

    frame = watched.source.frame()

    assert resting is None
    assert frame is None or len(frame.grey) == frame.width_px * frame.height_px


def test_closing_twice_is_closing(watched: Watched) -> None:
    """A source that is closed stays closed, its threads ended."""
    watched.source.close()
    watched.source.close()

    assert not [one for one in threading.enumerate() if one.name.startswith(("scanner", "hand scanner"))]


def test_a_phone_in_the_shop_is_one_scan_until_it_is_taken_away(tmp_path: Path) -> None:
    """Tilted while it is held, it is the same showing; taken away and held up again, it is a new one."""
    watched = Watched("simulated", tmp_path)
    world = watched.bench._world  # type: ignore[attr-defined]
    watched.source.look(on=True)
    world.present_code("lane-A", OURS, angle=5)
    watched.next_scan()
    world.present_code("lane-A", "ANOTHER", angle=25)
    between = watched.next_scan("ANOTHER")
    world.take_away("lane-A")
    world.present_code("lane-A", OURS, angle=25)

    again = watched.next_scan()

    assert [between.text, again.text] == ["ANOTHER", OURS]
    watched.bench.close()


def test_a_covered_camera_in_the_shop_is_seen_as_covered(tmp_path: Path) -> None:
    """A hand over the lens is told by the frame within some seconds, and gone when the hand is."""
    watched = Watched("simulated", tmp_path)
    world = watched.bench._world  # type: ignore[attr-defined]
    watched.source.look(on=True)

    def covered(is_so: bool) -> bool:
        frame = watched.source.frame()
        return frame is not None and frame.is_covered is is_so

    world.cover_camera("lane-A", on=True)
    with watched.news:
        hidden = watched.news.wait_for(lambda: covered(True), PATIENCE_S)
    world.cover_camera("lane-A", on=False)
    with watched.news:
        shown = watched.news.wait_for(lambda: covered(False), PATIENCE_S)

    assert hidden
    assert shown
    watched.bench.close()


def test_a_device_that_starts_later_sees_what_stands_before_it(tmp_path: Path) -> None:
    """A lane that is restarted while a phone is held up reads it."""
    world = World(tmp_path / "world", lambda device, message: None)
    world.present_code("lane-A", OURS)
    world.close()
    watched = Watched("simulated", tmp_path)
    watched.bench._world.present_code("lane-A", OURS)  # type: ignore[attr-defined]
    watched.source.look(on=True)

    assert watched.next_scan().text == OURS
    watched.bench.close()


def test_simulated_cameras_need_the_shop() -> None:
    """A simulated camera without a shop is refused with the command that starts one."""
    with pytest.raises(SimulatorError, match="start it with: kiosk shop"):
        open_scanner(Scanner(kinds=("simulated",)), wake=lambda: None)


def test_no_kind_at_all_is_an_error() -> None:
    """A lane that is told to read with nothing says which setting to mend."""
    with pytest.raises(ScannerError, match=r"\[scanner\] kinds: name at least one"):
        open_scanner(Scanner(kinds=()), wake=lambda: None)


@pytest.mark.parametrize(("kind", "device"), [("camera", "/dev/media0"), ("usb_camera", "/dev/video0")])
def test_a_camera_of_this_machine_delivers(kind: str, device: str) -> None:
    """Where there is a camera it delivers frames; where there is none the error is a sentence, again and again."""
    news = threading.Event()
    source = open_scanner(Scanner(kinds=(kind,)), wake=news.set)
    source.look(on=True)

    assert news.wait(PATIENCE_S)
    if Path(device).exists():
        assert source.frame() is not None
    else:
        for _ in range(2):
            with pytest.raises(KioskError, match="; "):
                source.poll()
    source.close()
