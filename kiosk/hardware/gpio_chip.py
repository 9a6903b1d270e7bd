"""Which /dev/gpiochip leads to the 40-pin header: found by its label, as numbers change between boards and kernels."""

from __future__ import annotations

import fcntl
import os
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.hardware.ports import PagerError

if TYPE_CHECKING:
    from collections.abc import Callable

GET_CHIPINFO = 0x8044B401  # linux/gpio.h: struct gpiochip_info, two names of 32 bytes and the number of lines
CHIPINFO = struct.Struct("32s32sI")
# Up to the Pi 4 and Zero 2; the Pi 5.
LABELS = ("pinctrl-bcm2835", "pinctrl-bcm2711", "pinctrl-rp1")


def header_chip(folder: Path = Path("/dev"), ioctl: Callable[[int, int, Any], object] = fcntl.ioctl) -> int:
    """The number of the header's chip.

    Args:
        folder: where the device files are.
        ioctl: the kernel's call, for a stand-in.

    Raises:
        PagerError: there is none, or none may be opened.
    """
    refused = ""
    for path in sorted(folder.glob("gpiochip*"), key=lambda one: (len(one.name), one.name)):
        try:
            label = _label(path, ioctl)
        except OSError as error:
            refused = f"; {path}: {(error.strerror or str(error)).lower()}, put the program's user into the group gpio"
            continue
        if label in LABELS:
            return int(path.name.removeprefix("gpiochip"))
    message = (
        f"pins: no chip of a Raspberry Pi's header in {folder}{refused or '; lamps and buttons need a Raspberry Pi'}"
    )
    raise PagerError(message)


def _label(path: Path, ioctl: Callable[[int, int, Any], object]) -> str:
    told = bytearray(CHIPINFO.size)
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        ioctl(fd, GET_CHIPINFO, told)
    finally:
        os.close(fd)
    return str(CHIPINFO.unpack(told)[1].rstrip(b"\0").decode(errors="replace"))
