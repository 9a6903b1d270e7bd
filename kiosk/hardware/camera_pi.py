"""The camera of a Raspberry Pi through picamera2 (apt: python3-picamera2): grey 640x480 frames from its small stream.

Focus and exposure are fixed by the mounting, not sought: a phone comes to a known distance, and a seeking lens is late.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.hardware.ports import Frame, ScannerError

if TYPE_CHECKING:
    from kiosk.settings import Scanner

SIZE_PX = (640, 480)
MANUAL = 0  # libcamera's AfModeEnum.Manual; the enum itself exists only on a Pi
FLICKER_MANUAL = 1  # libcamera's AeFlickerModeEnum.Manual


def controls(scanner: Scanner, offered: frozenset[str] | None = None) -> dict[str, object]:
    """libcamera's controls for these settings.

    Args:
        scanner: distance_m fixes the focus (dioptres = 1 / metres), mains_hz the flicker's period (half a cycle of the
            mains,
            in microseconds), frames_per_s the rate.
        offered: names of the controls that this camera has; others are left out, such as focus on a fixed lens. None:
            all.
    """
    wanted: dict[str, object] = {
        "FrameRate": float(scanner.frames_per_s),
        "AfMode": MANUAL,
        "LensPosition": round(1 / scanner.distance_m, 2),
        "AeFlickerMode": FLICKER_MANUAL,
        "AeFlickerPeriod": 500_000 // scanner.mains_hz,
    }
    return {name: value for name, value in wanted.items() if offered is None or name in offered or name == "FrameRate"}


class PiCamera:
    """A Camera."""

    def __init__(self, scanner: Scanner, driver: Any = None) -> None:
        """Open the first camera. `driver` is the module picamera2, for a stand-in.

        Raises:
            ScannerError: no picamera2, no camera, or another program has it.
        """
        self._driver = driver or _picamera2()
        self._pending: object = None
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
        offered = frozenset(self._camera.camera_controls)
        self._camera.configure(
            self._camera.create_preview_configuration(
                main={"size": (1280, 960), "format": "BGR888"},
                lores={"size": SIZE_PX, "format": "YUV420"},
                controls=controls(scanner, offered),
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
