"""The header's chip is found by its label."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest

from kiosk.hardware.gpio_chip import CHIPINFO, header_chip
from kiosk.hardware.ports import PagerError


def machine(folder: Path, *labels: str) -> Any:
    """A folder of chips with these labels, and the kernel's answers about them."""
    for number, label in enumerate(labels):
        (folder / f"gpiochip{number}").write_text(label)

    def ioctl(fd: int, request: int, told: bytearray) -> int:
        assert request == 0x8044B401
        label = Path(f"/proc/self/fd/{fd}").read_text()
        if label == "refused":
            raise PermissionError(errno.EPERM, "Operation not permitted")
        told[:] = CHIPINFO.pack(b"gpiochip", label.encode(), 54)
        return 0

    return ioctl


@pytest.mark.parametrize(
    ("labels", "number"),
    [
        (["pinctrl-bcm2711"], 0),
        (["gpio-brcmstb@107d508500", "raspberrypi-exp-gpio", "pinctrl-rp1"], 2),
        (["pinctrl-rp1", "gpio-brcmstb@107d508500"], 0),
        (["9030000.pl061", "pinctrl-bcm2711"], 1),
        ([*["other"] * 10, "pinctrl-rp1"], 10),
    ],
)
def test_the_header_is_found_whatever_its_number(tmp_path: Path, labels: list[str], number: int) -> None:
    """Old boards, the Pi 5 before and after its chips were renumbered, a machine with other chips first."""
    assert header_chip(tmp_path, machine(tmp_path, *labels)) == number


def test_a_machine_without_a_header_is_told(tmp_path: Path) -> None:
    """No Pi: the error says what is needed."""
    with pytest.raises(PagerError, match="lamps and buttons need a Raspberry Pi"):
        header_chip(tmp_path, machine(tmp_path, "something else"))


def test_a_chip_that_may_not_be_opened_names_the_group(tmp_path: Path) -> None:
    """Without the right to look, the group is named."""
    with pytest.raises(PagerError, match=r"gpiochip0: operation not permitted, put .* group gpio"):
        header_chip(tmp_path, machine(tmp_path, "refused"))
