"""A USB camera against a kernel made of a temporary file: the calls, the layouts and the formats are the real ones."""

from __future__ import annotations

import ctypes
import errno
import io
import os
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from scan_pictures import OURS, code_picture

from kiosk.hardware import v4l2
from kiosk.hardware.camera_usb import UsbCamera, grey_frame
from kiosk.hardware.decoder import Decoder
from kiosk.hardware.ports import ScannerError
from kiosk.settings import Scanner

if TYPE_CHECKING:
    from pathlib import Path

PAGE = 4096
BUFFER_BYTES = 640 * 480 * 2 // PAGE * PAGE + PAGE


def test_the_layouts_are_the_kernels() -> None:
    """Request numbers hold the sizes of their structures; these are the ones of linux/videodev2.h on 64 bits."""
    assert [v4l2.QUERYCAP, v4l2.S_FMT, v4l2.REQBUFS, v4l2.QUERYBUF, v4l2.QBUF, v4l2.DQBUF, v4l2.STREAMON] == [
        0x80685600, 0xC0D05605, 0xC0145608, 0xC0585609, 0xC058560F, 0xC0585611, 0x40045612,
    ]  # fmt: skip
    assert [v4l2.S_PARM, v4l2.S_CTRL, v4l2.fourcc("YUYV")] == [0xC0CC5616, 0xC008561C, 0x56595559]


class Kernel:
    """The driver's half of V4L2. Buffers are pages of the file that stands for the device."""

    def __init__(
        self, path: Path, pixelformat: int = v4l2.YUYV, *, can: int = v4l2.CAN_CAPTURE | v4l2.CAN_STREAM
    ) -> None:
        self.path, self.pixelformat, self.can = path, pixelformat, can
        self.ready: list[tuple[bytes, int]] = []
        self.queued: list[int] = []
        self.fault: int | None = None
        self.wishes: dict[int, Any] = {}
        self.controls: list[tuple[int, int]] = []
        path.write_bytes(bytes(BUFFER_BYTES * 8))

    def ioctl(self, fd: int, request: int, given: Any) -> int:
        """The kernel's entrance."""
        if self.fault:
            raise OSError(self.fault, os.strerror(self.fault))
        names = {
            getattr(v4l2, name): name.lower() for name in ("QUERYCAP", "S_FMT", "REQBUFS", "QUERYBUF", "QBUF", "DQBUF")
        }
        if request in names:
            getattr(self, names[request])(given)
        elif request in (v4l2.S_PARM, v4l2.S_CTRL):
            self.wishes[request] = given
            if request == v4l2.S_CTRL:
                self.controls.append((given.id, given.value))
            raise OSError(errno.EINVAL, "Invalid argument")
        return fd

    def querycap(self, given: v4l2.Capability) -> None:
        """A camera, or what it was told to be."""
        given.capabilities, given.device_caps = v4l2.HAS_DEVICE_CAPS, self.can

    def s_fmt(self, given: v4l2.Format) -> None:
        """The one format it has."""
        picture = given.to.picture
        picture.pixelformat = self.pixelformat
        picture.bytesperline = 0 if self.pixelformat == v4l2.MJPG else 640 * (2 if self.pixelformat == v4l2.YUYV else 1)

    def reqbufs(self, given: v4l2.Request) -> None:
        """Three buffers, whatever was asked."""
        assert (given.type, given.memory) == (v4l2.CAPTURE, v4l2.MMAP)
        given.count = 3

    def querybuf(self, given: v4l2.Buffer) -> None:
        """Where the buffer lies in the file."""
        given.length, given.at.offset = BUFFER_BYTES, given.index * BUFFER_BYTES

    def qbuf(self, given: v4l2.Buffer) -> None:
        """The buffer is the driver's again."""
        self.queued.append(given.index)

    def dqbuf(self, given: v4l2.Buffer) -> None:
        """The oldest frame, in the oldest buffer."""
        if not self.ready:
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        content, given.flags = self.ready.pop(0)
        given.index = self.queued.pop(0)
        given.bytesused = len(content)
        with self.path.open("r+b") as file:
            file.seek(given.index * BUFFER_BYTES)
            file.write(content)


def yuyv(picture: Image.Image) -> bytes:
    """The picture as a webcam sends it: brightness in every second byte."""
    whole = Image.new("L", (640, 480), 120)
    whole.paste(picture, (40, 40))
    content = bytearray(b"\x80" * (640 * 480 * 2))
    content[::2] = whole.tobytes()
    return bytes(content)


def camera(kernel: Kernel) -> UsbCamera:
    """A camera on this kernel."""
    return UsbCamera(Scanner(usb_camera=str(kernel.path), mains_hz=50), kernel.ioctl)


def test_a_webcam_is_read(tmp_path: Path) -> None:
    """A code in a webcam's usual format comes through the mapped buffers to the decoder."""
    kernel = Kernel(tmp_path / "video0")
    opened = camera(kernel)
    kernel.ready = [(yuyv(code_picture(OURS)), 0)]

    frame = opened.next_frame(1.0)

    assert frame is not None
    assert Decoder().read(frame) == OURS
    opened.close()


def test_the_newest_of_waiting_frames_counts_and_buffers_go_back(tmp_path: Path) -> None:
    """A scanner that was busy does not look at old pictures, and the camera never runs out of buffers."""
    kernel = Kernel(tmp_path / "video0", v4l2.GREY)
    opened = camera(kernel)
    kernel.ready = [(bytes([shade]) * (640 * 480), 0) for shade in (10, 20, 30)]

    frame = opened.next_frame(1.0)

    assert frame is not None
    assert set(frame.grey) == {30}
    assert sorted(kernel.queued) == [0, 1, 2]
    opened.close()


def test_damaged_frames_are_passed_over(tmp_path: Path) -> None:
    """A frame that the driver marks as broken, or that is cut short, is not shown."""
    kernel = Kernel(tmp_path / "video0", v4l2.GREY)
    opened = camera(kernel)
    kernel.ready = [(bytes([9]) * (640 * 480), v4l2.BUFFER_ERROR), (b"short", 0), (bytes([50]) * (640 * 480), 0)]

    frame = opened.next_frame(1.0)

    assert frame is not None
    assert set(frame.grey) == {50}
    opened.close()


def test_the_mains_and_the_rate_are_wishes(tmp_path: Path) -> None:
    """A camera that cannot be told the mains frequency works without; one that can is told."""
    kernel = Kernel(tmp_path / "video0")

    camera(kernel).close()

    assert kernel.wishes[v4l2.S_CTRL].value == 1
    assert kernel.wishes[v4l2.S_PARM].to.capture.period_denominator == 15_000


def test_while_nothing_reads_two_exposures_take_turns(tmp_path: Path) -> None:
    """A second without a code: three milliseconds, for a hand that moves; after another one as the camera likes it."""
    kernel = Kernel(tmp_path / "video0")
    opened = camera(kernel)
    kernel.controls.clear()

    for missed in range(1, 21):
        opened.vary(missed)

    by_hand, by_itself = (v4l2.EXPOSURE_AUTO, 1), (v4l2.EXPOSURE_AUTO, 3)
    assert kernel.controls == [by_hand, (v4l2.EXPOSURE_ABSOLUTE, 30), by_itself]
    opened.close()


def test_a_pulled_out_camera_is_an_error(tmp_path: Path) -> None:
    """A camera that is pulled out while it runs names its cable."""
    kernel = Kernel(tmp_path / "video0")
    opened = camera(kernel)
    kernel.fault = errno.ENODEV

    with pytest.raises(ScannerError, match="no such device; check its cable"):
        opened.next_frame(1.0)

    opened.close()


def test_a_second_device_file_of_a_camera_is_named(tmp_path: Path) -> None:
    """A camera's metadata device is no camera, and the error says to take the other file."""
    with pytest.raises(ScannerError, match="two device files"):
        camera(Kernel(tmp_path / "video1", can=0x00800000))


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    """A camera of none of the known formats is refused by name, not read wrongly."""
    with pytest.raises(ScannerError, match="none of the formats"):
        camera(Kernel(tmp_path / "video0", v4l2.fourcc("H264")))


def test_an_absent_camera_names_the_setting(tmp_path: Path) -> None:
    """Without the device the error names the file, the setting and the group."""
    with pytest.raises(ScannerError, match=r"no such file or directory; .*\[scanner\] usb_camera .* group video"):
        UsbCamera(Scanner(usb_camera=str(tmp_path / "none")))


def test_a_file_is_no_camera(tmp_path: Path) -> None:
    """A path to anything else is refused by the kernel, and told."""
    path = tmp_path / "file"
    path.write_bytes(b"")

    with pytest.raises(ScannerError, match="inappropriate ioctl"):
        UsbCamera(Scanner(usb_camera=str(path)))


def test_padded_rows_are_cut() -> None:
    """Rows that the driver pads come out without the padding."""
    picture = v4l2.Picture(width=4, height=2, pixelformat=v4l2.YUYV, bytesperline=12)
    content = memoryview(b"\x01\x80\x02\x80\x03\x80\x04\x80????\x05\x80\x06\x80\x07\x80\x08\x80")

    frame = grey_frame(picture, content)

    assert frame is not None
    assert frame.grey == bytes(range(1, 9))


def test_jpeg_frames_are_decoded_and_broken_ones_passed_over() -> None:
    """A webcam that sends JPEG pictures is read; half a picture is none."""
    stream = io.BytesIO()
    Image.new("L", (16, 8), 100).save(stream, "JPEG")
    picture = v4l2.Picture(width=16, height=8, pixelformat=v4l2.MJPG)

    whole = grey_frame(picture, memoryview(stream.getvalue()))
    half = grey_frame(picture, memoryview(stream.getvalue()[:60]))

    assert whole is not None
    assert (whole.width_px, whole.height_px, set(whole.grey)) == (16, 8, {100})
    assert half is None


def test_a_pointer_is_eight_bytes_here() -> None:
    """The layouts hold on 64-bit machines, which is what the kiosk runs on."""
    assert ctypes.sizeof(ctypes.c_void_p) == 8
