"""Two places where a pager's pins can be looked at from outside: gpiozero's mock, and a gpio-sim chip of the kernel.

The second has real character devices: lgpio opens /dev/gpiochipN, lines are read back and buttons pressed through sysfs.
A kernel with the module gpio-sim and root's rights are all it needs; tests/hardware/in_a_machine.py boots one.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from kiosk.hardware.gpio_chip import header_chip
from kiosk.hardware.pins import mock_factory

PATIENCE_S = 60
LOOK_S = 0.002
LINES = 54
LABEL = "pinctrl-bcm2711"
PI_4 = 0xC03111  # which Pi it is, stands in a device tree that a simulated chip does not have
CONFIG = Path("/sys/kernel/config/gpio-sim")


class Rig:
    """Pins as somebody with a voltmeter and a finger finds them."""

    def factory(self) -> Any:
        """A new factory of gpiozero on these pins."""
        raise NotImplementedError

    def level(self, pin: int) -> float:
        """0 to 1, as the pin is at this moment."""
        raise NotImplementedError

    def contact(self, pin: int, *, is_closed: bool) -> None:
        """A contact between pin and ground closes or opens."""
        raise NotImplementedError

    def close(self) -> None:
        """Take the place down."""

    def until(self, question: Any) -> None:
        """Look at the pins until the answer is yes."""
        ends_s = time.monotonic() + PATIENCE_S
        while not question():
            assert time.monotonic() < ends_s, "the pins never came to it"
            threading.Event().wait(LOOK_S)

    def mean(self, pin: int, samples: int = 400) -> float:
        """The level over a while: a pin that is pulsed is somewhere between."""
        return sum(self.level(pin) for _ in range(samples)) / samples


class MockRig(Rig):
    """gpiozero's own mock."""

    def __init__(self) -> None:
        self._factory = mock_factory()

    def factory(self) -> Any:
        """The one that there is."""
        return self._factory

    def level(self, pin: int) -> float:
        """As the mock says."""
        return float(self._factory.pin(pin).state)

    def contact(self, pin: int, *, is_closed: bool) -> None:
        """By the mock's verbs."""
        button = self._factory.pin(pin)
        (button.drive_low if is_closed else button.drive_high)()


@cache
def the_chip() -> Path:
    """A chip of gpio-sim, called as a Pi's header is; the folder of its lines.

    One for a whole process, which leaves it to the next one to remove: lgpio goes on asking for lines that are gone.
    """
    for old in CONFIG.glob("kiosk-*"):
        (old / "live").write_text("0")
        (old / "bank0").rmdir()
        old.rmdir()
    chip = CONFIG / f"kiosk-{os.getpid()}"
    bank = chip / "bank0"
    bank.mkdir(parents=True)
    (bank / "num_lines").write_text(str(LINES))
    (bank / "label").write_text(LABEL)
    (chip / "live").write_text("1")
    device = (chip / "dev_name").read_text().strip()
    return Path(f"/sys/devices/platform/{device}") / (bank / "chip_name").read_text().strip()


@cache
def the_factory() -> Any:
    """gpiozero's factory on that chip. As in a pager's process there is one: lgpio tells of presses to the first only."""
    from gpiozero.pins.lgpio import LGPIOFactory

    class OfThisChip(LGPIOFactory):
        def _get_revision(self) -> int:
            return PI_4

        def close(self) -> None:
            """Every pin is free; the chip stays open."""
            super(LGPIOFactory, self).close()

    return OfThisChip(chip=header_chip())


class LineRig(Rig):
    """The lines of a gpio-sim chip."""

    def __init__(self) -> None:
        self._lines = the_chip()

    def factory(self) -> Any:
        """lgpio on the chip that the program finds by its label."""
        return the_factory()

    def hold(self, pin: int) -> Callable[[], None]:
        """Another program takes the line; the answer lets it go."""
        import lgpio

        handle = lgpio.gpiochip_open(header_chip())
        lgpio.gpio_claim_output(handle, pin)
        return lambda: lgpio.gpiochip_close(handle)

    def level(self, pin: int) -> float:
        """What the kernel drives."""
        return float((self._lines / f"sim_gpio{pin}" / "value").read_text())

    def contact(self, pin: int, *, is_closed: bool) -> None:
        """Pull the line as a contact to ground does against the pull-up."""
        (self._lines / f"sim_gpio{pin}" / "pull").write_text("pull-down" if is_closed else "pull-up")


def why_no_lines() -> str:
    """Why this machine cannot have real lines; empty if it can."""
    subprocess.run(["modprobe", "gpio-sim"], check=False, capture_output=True) if _has("modprobe") else None
    if not CONFIG.is_dir():
        release = os.uname().release
        return f"the kernel {release} offers no gpio-sim; tests/hardware/in_a_machine.py boots one that does"
    if os.geteuid() != 0:
        return "only root may make a gpio-sim chip; run it with sudo, or tests/hardware/in_a_machine.py"
    try:
        import lgpio  # noqa: F401
    except ImportError:
        return "lgpio is not installed here: apt install python3-lgpio, or pip install 'lgpio>=0.2.2'"
    return ""


def _has(command: str) -> bool:
    return any((Path(one) / command).exists() for one in (*os.environ.get("PATH", "").split(":"), "/usr/sbin", "/sbin"))
