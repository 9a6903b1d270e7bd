"""The Pi's camera: its controls as a pure function, the driver's calls against a stand-in with picamera2's manners."""

from __future__ import annotations

import importlib.util
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kiosk.hardware.camera_pi import PiCamera, controls
from kiosk.hardware.ports import ScannerError
from kiosk.settings import Scanner

NAMES = (
    *("FrameRate", "AfMode", "AfRange", "AfSpeed", "LensPosition", "AeFlickerMode", "AeFlickerPeriod"),
    *("ExposureTimeMode", "ExposureTime", "AnalogueGainMode"),
)
CONTROLS: dict[str, tuple[()]] = dict.fromkeys(NAMES, ())


class Picamera2:
    """As much of picamera2.Picamera2 as a scanner uses, with frames of numbers instead of a lens."""

    def __init__(self, offered: dict[str, tuple[()]] = CONTROLS, *, stride_px: int = 704) -> None:
        self.camera_controls = offered
        self.stride_px = stride_px
        self.configuration: dict[str, Any] = {}
        self.fault: Exception | None = None
        self.jobs = 0
        self.calls: list[str] = []
        self.told: list[dict[str, object]] = []

    def create_preview_configuration(self, **parts: Any) -> dict[str, Any]:
        """As picamera2's: the parts as they were given."""
        return parts

    def configure(self, configuration: dict[str, Any]) -> None:
        """Keep what was asked for."""
        self.configuration = configuration

    def start(self) -> None:
        """Note it."""
        self.calls.append("start")

    def capture_array(self, name: str, *, wait: bool) -> int:
        """Give the number of a request, as picamera2 gives a job."""
        assert name == "lores"
        assert not wait
        self.jobs += 1
        return self.jobs

    def wait(self, job: int, timeout: float) -> np.ndarray[Any, Any]:
        """A plane of luma with its padding, or the fault."""
        assert job == self.jobs
        assert timeout > 0
        if self.fault:
            raise self.fault
        plane = np.zeros((720, self.stride_px), dtype=np.uint8)
        plane[:480, :640] = 77
        return plane

    def set_controls(self, controls: dict[str, object]) -> None:
        """Keep what was asked for while it runs."""
        if self.fault:
            raise self.fault
        self.told.append(controls)

    def close(self) -> None:
        """Note it."""
        self.calls.append("close")


def driver(camera: Picamera2) -> SimpleNamespace:
    """The module picamera2, with this camera in it."""
    return SimpleNamespace(Picamera2=lambda: camera)


@pytest.mark.parametrize(("metres", "dioptres"), [(0.2, 5.0), (0.25, 4.0), (1.0, 1.0), (0.05, 20.0)])
def test_focus_is_the_distance(metres: float, dioptres: float) -> None:
    """The lens stands at one over the distance in metres, and does not seek."""
    chosen = controls(Scanner(distance_m=metres))

    assert (chosen["AfMode"], chosen["LensPosition"]) == (0, dioptres)


@pytest.mark.parametrize(("mains_hz", "period_us"), [(50, 10000), (60, 8333)])
def test_exposure_follows_the_mains(mains_hz: int, period_us: int) -> None:
    """Light that flickers with the mains leaves no bands: the period is half a cycle."""
    chosen = controls(Scanner(mains_hz=mains_hz))

    assert (chosen["AeFlickerMode"], chosen["AeFlickerPeriod"]) == (1, period_us)


@pytest.mark.parametrize(("mains_hz", "exposure_us"), [(50, 10000), (60, 8333)])
def test_a_picture_is_exposed_for_one_flicker(mains_hz: int, exposure_us: int) -> None:
    """As long as a lamp takes from bright to bright, and as bright as it gets by gain: no row is darker than another."""
    chosen = controls(Scanner(mains_hz=mains_hz))

    assert {name: chosen[name] for name in chosen if "Exposure" in name or "Gain" in name} == {
        "ExposureTimeMode": 1,
        "ExposureTime": exposure_us,
        "AnalogueGainMode": 0,
    }


def test_while_nothing_reads_two_exposures_take_turns() -> None:
    """A second without a code: a short exposure for a hand that moves; after another second the long one again."""
    camera = Picamera2()
    opened = PiCamera(Scanner(mains_hz=50), driver(camera))

    for missed in range(1, 31):
        opened.vary(missed)

    assert [one["ExposureTime"] for one in camera.told] == [3000, 10000, 3000]


def test_what_reads_is_kept() -> None:
    """An exposure with which a code was read stays: the misses are counted anew."""
    camera = Picamera2()
    opened = PiCamera(Scanner(), driver(camera))

    for missed in [*range(1, 11), 0, *range(1, 10)]:
        opened.vary(missed)

    assert [one["ExposureTime"] for one in camera.told] == [3000]


def test_a_lens_may_seek_where_the_distance_is_not_known() -> None:
    """With focus = continuous the lens seeks near things, fast; and begins anew after five seconds without a code."""
    camera = Picamera2()
    opened = PiCamera(Scanner(focus="continuous"), driver(camera))

    for missed in range(1, 51):
        opened.vary(missed)

    wanted = camera.configuration["controls"]
    assert (wanted["AfMode"], wanted["AfRange"], wanted["AfSpeed"]) == (2, 1, 1)
    assert "LensPosition" not in wanted
    assert [one["AfMode"] for one in camera.told if "AfMode" in one] == [0, 2]


def test_a_camera_that_has_gone_is_told_by_its_next_frame() -> None:
    """Trying another exposure raises nothing: who waits for the frame hears of it."""
    camera = Picamera2()
    opened = PiCamera(Scanner(), driver(camera))
    camera.fault = RuntimeError("gone")

    opened.vary(10)

    with pytest.raises(ScannerError, match="ribbon cable"):
        opened.next_frame(1.0)


def test_a_camera_is_told_only_what_it_knows() -> None:
    """A lens without a motor is not told to focus."""
    chosen = controls(Scanner(frames_per_s=15), frozenset({"AeFlickerMode", "AeFlickerPeriod"}))

    assert chosen == {"FrameRate": 15.0, "AeFlickerMode": 1, "AeFlickerPeriod": 8333}


@pytest.mark.parametrize("stride_px", [640, 704])
def test_a_frame_is_the_luma_without_its_padding(stride_px: int) -> None:
    """Rows are padded to the stride and colour follows below; the frame has neither."""
    frame = PiCamera(Scanner(), driver(Picamera2(stride_px=stride_px))).next_frame(1.0)

    assert frame is not None
    assert (frame.width_px, frame.height_px) == (640, 480)
    assert set(frame.grey) == {77}


def test_the_small_stream_is_yuv_and_the_controls_are_in_the_configuration() -> None:
    """What the scanner asks for is in one configuration: a later one would forget the focus."""
    camera = Picamera2()

    PiCamera(Scanner(), driver(camera))

    assert camera.configuration["lores"] == {"size": (640, 480), "format": "YUV420"}
    assert camera.configuration["controls"] == controls(Scanner())
    assert camera.calls == ["start"]


def test_a_slow_frame_is_waited_for_again() -> None:
    """A frame that is late is the same request at the next asking, so requests never pile up."""
    camera = Picamera2()
    camera.fault = TimeoutError()
    opened = PiCamera(Scanner(), driver(camera))
    late = opened.next_frame(0.1)
    camera.fault = None

    frame = opened.next_frame(0.1)

    assert late is None
    assert frame is not None
    assert camera.jobs == 1


def test_a_lost_camera_is_an_error_with_a_remedy() -> None:
    """A ribbon that came loose is told as such."""
    camera = Picamera2()
    camera.fault = RuntimeError("Camera frontend has timed out!")

    with pytest.raises(ScannerError, match="ribbon cable"):
        PiCamera(Scanner(), driver(camera)).next_frame(1.0)


def test_no_camera_is_an_error_with_a_remedy() -> None:
    """A Pi without a camera says so, whatever the driver raises for it."""

    def none() -> Picamera2:
        raise IndexError("list index out of range")

    with pytest.raises(ScannerError, match="none found"):
        PiCamera(Scanner(), SimpleNamespace(Picamera2=none))


def test_a_camera_that_does_not_start_is_let_go() -> None:
    """A camera that fails while starting is closed, so that the next try can have it."""

    class Broken(Picamera2):
        def start(self) -> None:
            message = "Failed to start camera"
            raise RuntimeError(message)

    camera = Broken()

    with pytest.raises(ScannerError, match="does not start"):
        PiCamera(Scanner(), driver(camera))

    assert camera.calls == ["close"]


@pytest.mark.skipif(importlib.util.find_spec("picamera2") is not None, reason="picamera2 is installed here")
def test_a_machine_without_the_driver_names_the_package() -> None:
    """Off a Pi the error is one line that names the package to install."""
    with pytest.raises(ScannerError, match="apt install python3-picamera2"):
        PiCamera(Scanner())
