"""The camera of a Raspberry Pi through picamera2 (apt: python3-picamera2): grey 640x480 frames from its small stream.

Focus and exposure are fixed by the mounting, not sought: a phone comes to a known distance, and a seeking lens is late.
While nothing is read, two exposures take turns: bands of a flickering lamp and a moving hand need opposite ones.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from kiosk.hardware.ports import Frame, ScannerError

if TYPE_CHECKING:
    from kiosk.settings import Scanner

SIZE_PX = (640, 480)
# libcamera's enums exist only on a Pi: AfModeEnum, AfRangeEnum, AfSpeedEnum, AeFlickerModeEnum, Exposure-/GainMode.
AF_MANUAL, AF_CONTINUOUS, AF_MACRO, AF_FAST = 0, 2, 1, 1
FLICKER_MANUAL = 1
BY_HAND, BY_ITSELF = 1, 0
SHORT_US = 3000  # freezes a hand that moves; a phone is bright enough for it
CHANGE_AFTER_MISSES = 10
SEEK_AGAIN_AFTER_MISSES = 50


def controls(scanner: Scanner, offered: frozenset[str] | None = None) -> dict[str, object]:
    """libcamera's controls for these settings.

    Args:
        scanner: distance_m fixes the focus (dioptres = 1 / metres) unless focus is "continuous"; mains_hz is the
            flicker's period (half a cycle of the mains, in microseconds); frames_per_s the rate.
        offered: names of the controls that this camera has; others are left out, such as focus on a fixed lens. None:
            all.
    """
    wanted: dict[str, object] = {
        "FrameRate": float(scanner.frames_per_s),
        **_focus(scanner),
        "AeFlickerMode": FLICKER_MANUAL,
        "AeFlickerPeriod": flicker_us(scanner),
        **exposure(flicker_us(scanner)),
    }
    return {name: value for name, value in wanted.items() if offered is None or name in offered or name == "FrameRate"}


def flicker_us(scanner: Scanner) -> int:
    """How long a lamp takes from bright to bright: exposed so long, no row of the picture is darker than another."""
    return 500_000 // scanner.mains_hz


def exposure(exposure_us: int) -> dict[str, object]:
    """Exposed so long, and as bright as it gets by gain alone. Older versions of libcamera have no modes: there a
    time that is not 0 is one that the camera leaves alone.
    """
    return {"ExposureTimeMode": BY_HAND, "ExposureTime": exposure_us, "AnalogueGainMode": BY_ITSELF}


def _focus(scanner: Scanner) -> dict[str, object]:
    if scanner.focus == "continuous":
        return {"AfMode": AF_CONTINUOUS, "AfRange": AF_MACRO, "AfSpeed": AF_FAST}
    return {"AfMode": AF_MANUAL, "LensPosition": round(1 / scanner.distance_m, 2)}


class PiCamera:
    """A Camera."""

    def __init__(self, scanner: Scanner, driver: Any = None) -> None:
        """Open the first camera. `driver` is the module picamera2, for a stand-in.

        Raises:
            ScannerError: no picamera2, no camera, or another program has it.
        """
        self._driver = driver or _picamera2()
        self._pending: object = None
        self._seeks = scanner.focus == "continuous"
        self._exposures_us = (flicker_us(scanner), SHORT_US)
        self._offered: frozenset[str] = frozenset()
        try:
            self._camera = self._driver.Picamera2()
        except (RuntimeError, OSError, IndexError) as error:
            message = f"camera: none found ({error}); check the ribbon cable, and that no other program uses it"
            raise ScannerError(message) from error
        try:
            self._start(scanner)
        except Exception as error:
            self.close()
            message = f"camera: it does not start ({error}); restart the kiosk, then try another camera"
            raise ScannerError(message) from error

    def _start(self, scanner: Scanner) -> None:
        self._offered = frozenset(self._camera.camera_controls)
        self._camera.configure(
            self._camera.create_preview_configuration(
                main={"size": (1280, 960), "format": "BGR888"},
                lores={"size": SIZE_PX, "format": "YUV420"},
                controls=controls(scanner, self._offered),
                buffer_count=4,
                display=None,
            )
        )
        self._camera.start()

    def next_frame(self, timeout_s: float) -> Frame | None:
        """See Camera."""
        if self._pending is None:
            self._pending = self._camera.capture_array("lores", wait=False)
        try:
            rows = self._camera.wait(self._pending, timeout=timeout_s)
        except TimeoutError:
            return None
        except (RuntimeError, OSError) as error:
            message = f"camera: lost ({error}); check the ribbon cable"
            raise ScannerError(message) from error
        self._pending = None
        # The luma plane comes first; rows are padded to the stride.
        return Frame(*SIZE_PX, rows[: SIZE_PX[1], : SIZE_PX[0]].tobytes())

    def vary(self, missed: int) -> None:
        """See Camera: one second each with an exposure that no lamp disturbs and with one that stops a moving hand."""
        if missed and missed % CHANGE_AFTER_MISSES == 0:
            self._exposures_us = self._exposures_us[::-1]
            self._set(exposure(self._exposures_us[0]))
        if self._seeks and missed and missed % SEEK_AGAIN_AFTER_MISSES == 0:
            # A lens that seeks stays where a phone was that has been taken away, until it is told to begin anew.
            self._set({"AfMode": AF_MANUAL})
            self._set({"AfMode": AF_CONTINUOUS})

    def _set(self, wanted: dict[str, object]) -> None:
        told = {name: value for name, value in wanted.items() if name in self._offered}
        with contextlib.suppress(RuntimeError, OSError):  # a camera that has gone tells it with its next frame
            if told:
                self._camera.set_controls(told)

    def close(self) -> None:
        """See Camera."""
        self._camera.close()


def _picamera2() -> Any:
    try:
        import picamera2
    except ImportError as error:
        message = (
            f"camera: picamera2 cannot be loaded ({error}); apt install python3-picamera2, and make the virtual "
            "environment with --system-site-packages"
        )
        raise ScannerError(message) from error
    return picamera2
