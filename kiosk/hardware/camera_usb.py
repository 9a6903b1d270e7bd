"""A USB camera straight from the kernel (V4L2, memory-mapped buffers): grey frames without any video library.

Takes GREY, else YUYV (every second byte is the brightness), else MJPG (decoded grey by Pillow).
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import io
import mmap
import os
import select
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PIL import Image

from kiosk.hardware import v4l2
from kiosk.hardware.ports import Frame, ScannerError

if TYPE_CHECKING:
    from kiosk.settings import Scanner

SIZE_PX = (640, 480)
BUFFERS = 4
CHANGE_AFTER_MISSES = 10
SHORT_100_US = 30  # in the kernel's unit of 100 microseconds
FORMATS = (v4l2.GREY, v4l2.YUYV, v4l2.MJPG)

Ioctl = Callable[[int, int, Any], object]


class UsbCamera:
    """A Camera. `ioctl` is the kernel's call, for a stand-in."""

    def __init__(self, scanner: Scanner, ioctl: Ioctl = fcntl.ioctl) -> None:
        """Open `scanner.usb_camera` and start it.

        Raises:
            ScannerError: no such device, no camera, no format of ours, or another program has it.
        """
        self._path, self._ioctl = scanner.usb_camera, ioctl
        self._maps: list[mmap.mmap] = []
        self._is_short = False
        try:
            self._fd = os.open(self._path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            remedy = "plug it in, and check [scanner] usb_camera and that the user is in the group video"
            raise self._error(error, remedy) from error
        try:
            self._must_be_a_camera()
            self._picture = self._agreed_format()
            self._wish(scanner)
            self._start()
        except OSError as error:
            self.close()
            raise self._error(error, "try another camera, or end the program that uses it") from error
        except ScannerError:
            self.close()
            raise

    def next_frame(self, timeout_s: float) -> Frame | None:
        """See Camera. Damaged frames are passed over; of several waiting frames the newest counts."""
        ends_s = time.monotonic() + timeout_s
        while (left_s := ends_s - time.monotonic()) > 0:
            if not select.select([self._fd], [], [], left_s)[0]:
                return None
            try:
                frame = self._newest()
            except BlockingIOError:
                continue
            except OSError as error:
                raise self._error(error, "check its cable") from error
            if frame is not None:
                return frame
        return None

    def vary(self, missed: int) -> None:
        """See Camera: one second each as the camera likes it and with an exposure that stops a moving hand."""
        if missed and missed % CHANGE_AFTER_MISSES == 0:
            self._is_short = not self._is_short
            self._set(v4l2.EXPOSURE_AUTO, v4l2.EXPOSED_BY_HAND if self._is_short else v4l2.EXPOSED_BY_ITSELF)
            if self._is_short:
                self._set(v4l2.EXPOSURE_ABSOLUTE, SHORT_100_US)

    def close(self) -> None:
        """See Camera."""
        if self._fd < 0:
            return
        for mapped in self._maps:
            mapped.close()
        os.close(self._fd)  # ends the stream too
        self._fd = -1

    def _must_be_a_camera(self) -> None:
        can = v4l2.Capability()
        self._ioctl(self._fd, v4l2.QUERYCAP, can)
        flags = can.device_caps if can.capabilities & v4l2.HAS_DEVICE_CAPS else can.capabilities
        if not (flags & v4l2.CAN_CAPTURE and flags & v4l2.CAN_STREAM):
            message = (
                f"USB camera: {self._path} delivers no pictures; a camera often has two device files: try the other"
            )
            raise ScannerError(message)

    def _agreed_format(self) -> Any:
        for wanted in FORMATS:
            asked = v4l2.Format(type=v4l2.CAPTURE)
            picture = asked.to.picture
            picture.width, picture.height = SIZE_PX
            picture.pixelformat, picture.field = wanted, v4l2.FIELD_NONE
            self._ioctl(self._fd, v4l2.S_FMT, asked)
            if picture.pixelformat == wanted:
                return picture
        message = f"USB camera: {self._path} has none of the formats GREY, YUYV and MJPG; try another camera"
        raise ScannerError(message)

    def _wish(self, scanner: Scanner) -> None:
        """Frame rate and mains frequency: not every camera can be told, and it works without."""
        rate = v4l2.Rate(type=v4l2.CAPTURE)
        rate.to.capture.period_numerator, rate.to.capture.period_denominator = 1000, round(1000 * scanner.frames_per_s)
        with contextlib.suppress(OSError):
            self._ioctl(self._fd, v4l2.S_PARM, rate)
        self._set(v4l2.POWER_LINE_FREQUENCY, 1 if scanner.mains_hz == 50 else 2)

    def _set(self, control: int, value: int) -> None:
        with contextlib.suppress(OSError):
            self._ioctl(self._fd, v4l2.S_CTRL, v4l2.Control(control, value))

    def _start(self) -> None:
        request = v4l2.Request(count=BUFFERS, type=v4l2.CAPTURE, memory=v4l2.MMAP)
        self._ioctl(self._fd, v4l2.REQBUFS, request)
        for index in range(request.count):
            buffer = v4l2.Buffer(index=index, type=v4l2.CAPTURE, memory=v4l2.MMAP)
            self._ioctl(self._fd, v4l2.QUERYBUF, buffer)
            offset = buffer.at.offset
            self._maps.append(mmap.mmap(self._fd, buffer.length, mmap.MAP_SHARED, mmap.PROT_READ, offset=offset))
            self._ioctl(self._fd, v4l2.QBUF, buffer)
        self._ioctl(self._fd, v4l2.STREAMON, ctypes.c_int(v4l2.CAPTURE))

    def _newest(self) -> Frame | None:
        newest: Frame | None = None
        while True:
            buffer = v4l2.Buffer(type=v4l2.CAPTURE, memory=v4l2.MMAP)
            try:
                self._ioctl(self._fd, v4l2.DQBUF, buffer)
            except BlockingIOError:
                if newest is None:
                    raise
                return newest
            if not buffer.flags & v4l2.BUFFER_ERROR:
                newest = grey_frame(self._picture, memoryview(self._maps[buffer.index])[: buffer.bytesused]) or newest
            self._ioctl(self._fd, v4l2.QBUF, buffer)
            if not select.select([self._fd], [], [], 0)[0]:
                return newest

    def _error(self, error: OSError, remedy: str) -> ScannerError:
        return ScannerError(f"USB camera: {self._path}: {(error.strerror or str(error)).lower()}; {remedy}")


def grey_frame(picture: Any, content: memoryview) -> Frame | None:
    """A buffer's content as a grey frame, or None when it is damaged.

    Args:
        picture: the v4l2.Picture that was agreed on.
        content: as many bytes as the camera says it has written.
    """
    width, height, stride = picture.width, picture.height, picture.bytesperline
    if picture.pixelformat == v4l2.MJPG:
        return _from_jpeg(content)
    step = 1 if picture.pixelformat == v4l2.GREY else 2
    stride = stride or width * step
    if len(content) < stride * (height - 1) + width * step:
        return None
    if stride == width * step:
        return Frame(width, height, bytes(content[: stride * height : step]))
    rows = (bytes(content[row * stride : row * stride + width * step : step]) for row in range(height))
    return Frame(width, height, b"".join(rows))


def _from_jpeg(content: memoryview) -> Frame | None:
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG",)) as picture:
            picture.draft("L", picture.size)
            grey = picture.convert("L")
    except (OSError, ValueError, SyntaxError):
        return None
    return Frame(grey.width, grey.height, grey.tobytes())
