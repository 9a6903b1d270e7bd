"""What a grey camera needs of the kernel's video interface (linux/videodev2.h): structures, numbers, pixel formats.

Layouts are those of a 64-bit machine; nothing is opened here.
"""

from __future__ import annotations

import ctypes as c
import struct

CAPTURE = 1  # V4L2_BUF_TYPE_VIDEO_CAPTURE
MMAP = 1  # V4L2_MEMORY_MMAP
FIELD_NONE = 1
CAN_CAPTURE, CAN_STREAM, HAS_DEVICE_CAPS = 0x1, 0x04000000, 0x80000000
BUFFER_ERROR = 0x40
POWER_LINE_FREQUENCY = 0x00980918
EXPOSURE_AUTO, EXPOSURE_ABSOLUTE = 0x009A0901, 0x009A0902
EXPOSED_BY_HAND, EXPOSED_BY_ITSELF = 1, 3  # V4L2_EXPOSURE_MANUAL, V4L2_EXPOSURE_APERTURE_PRIORITY


def fourcc(letters: str) -> int:
    """A pixel format's number."""
    return int(struct.unpack("<I", letters.encode())[0])


GREY, YUYV, MJPG = fourcc("GREY"), fourcc("YUYV"), fourcc("MJPG")


class Capability(c.Structure):
    """struct v4l2_capability."""

    _fields_ = [
        ("driver", c.c_char * 16), ("card", c.c_char * 32), ("bus_info", c.c_char * 32), ("version", c.c_uint32),
        ("capabilities", c.c_uint32), ("device_caps", c.c_uint32), ("reserved", c.c_uint32 * 3),
    ]  # fmt: skip


class Picture(c.Structure):
    """struct v4l2_pix_format."""

    _fields_ = [
        (name, c.c_uint32)
        for name in (
            "width", "height", "pixelformat", "field", "bytesperline", "sizeimage", "colorspace", "priv", "flags",
            "encoding", "quantization", "transfer",
        )
    ]  # fmt: skip


class _FormatUnion(c.Union):
    _fields_ = [("picture", Picture), ("raw", c.c_uint8 * 200), ("align", c.c_void_p)]


class Format(c.Structure):
    """struct v4l2_format."""

    _fields_ = [("type", c.c_uint32), ("to", _FormatUnion)]


class Capture(c.Structure):
    """struct v4l2_captureparm as far as the frame rate."""

    _fields_ = [(name, c.c_uint32) for name in ("capability", "mode", "period_numerator", "period_denominator")]


class _RateUnion(c.Union):
    _fields_ = [("capture", Capture), ("raw", c.c_uint8 * 200)]


class Rate(c.Structure):
    """struct v4l2_streamparm."""

    _fields_ = [("type", c.c_uint32), ("to", _RateUnion)]


class Request(c.Structure):
    """struct v4l2_requestbuffers."""

    _fields_ = [(name, c.c_uint32) for name in ("count", "type", "memory", "capabilities", "reserved")]


class _Timecode(c.Structure):
    _fields_ = [("type", c.c_uint32), ("flags", c.c_uint32), ("rest", c.c_uint8 * 8)]


class _Place(c.Union):
    _fields_ = [("offset", c.c_uint32), ("address", c.c_ulong)]


class Buffer(c.Structure):
    """struct v4l2_buffer."""

    _fields_ = [
        ("index", c.c_uint32), ("type", c.c_uint32), ("bytesused", c.c_uint32), ("flags", c.c_uint32),
        ("field", c.c_uint32), ("time", c.c_long * 2), ("timecode", _Timecode), ("sequence", c.c_uint32),
        ("memory", c.c_uint32), ("at", _Place), ("length", c.c_uint32), ("reserved", c.c_uint32),
        ("request_fd", c.c_int32),
    ]  # fmt: skip


class Control(c.Structure):
    """struct v4l2_control."""

    _fields_ = [("id", c.c_uint32), ("value", c.c_int32)]


def _number(direction: int, nr: int, kind: type) -> int:
    return direction << 30 | c.sizeof(kind) << 16 | ord("V") << 8 | nr


READ, WRITE = 2, 1
QUERYCAP = _number(READ, 0, Capability)
S_FMT = _number(READ | WRITE, 5, Format)
REQBUFS = _number(READ | WRITE, 8, Request)
QUERYBUF = _number(READ | WRITE, 9, Buffer)
QBUF = _number(READ | WRITE, 15, Buffer)
DQBUF = _number(READ | WRITE, 17, Buffer)
STREAMON = _number(WRITE, 18, c.c_int)
STREAMOFF = _number(WRITE, 19, c.c_int)
S_PARM = _number(READ | WRITE, 22, Rate)
S_CTRL = _number(READ | WRITE, 28, Control)
