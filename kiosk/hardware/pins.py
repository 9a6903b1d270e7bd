"""The pins of a Raspberry Pi by gpiozero, and the same pins in the program only. The one file that imports gpiozero.

Which factory: the settings say. There is no second choice: a machine without pins is an error with its remedy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kiosk.hardware.gpio_chip import header_chip
from kiosk.hardware.ports import PagerError


def lgpio_factory() -> Any:
    """The pins of this Raspberry Pi.

    Raises:
        PagerError: no Pi, no lgpio, or no right to its pins.
    """
    from gpiozero.exc import BadPinFactory, PinUnknownPi

    chip = header_chip()
    try:
        from gpiozero.pins.lgpio import LGPIOFactory

        return LGPIOFactory(chip=chip)
    except ImportError as error:
        remedy = "apt install python3-lgpio, and make the virtual environment with --system-site-packages"
        message = f"pins: lgpio cannot be loaded ({error}); {remedy}"
    except (BadPinFactory, PinUnknownPi) as error:
        message = f"pins: this machine is no Raspberry Pi that gpiozero knows ({error})"
    except Exception as error:  # noqa: BLE001
        message = f"pins: gpiochip{chip} cannot be opened ({error}); put the program's user into the group gpio"
    raise PagerError(message)


def mock_factory() -> Any:
    """Pins that exist in the program only, for the shop and the tests."""
    from gpiozero.pins.mock import MockFactory, MockPWMPin

    return MockFactory(pin_class=MockPWMPin)


@dataclass
class Pins:
    """Takes gpiozero's devices for one part of the settings, and says which of them is wrong when it cannot."""

    factory: Any
    part: Any

    @property
    def where(self) -> str:
        """The part as messages call it."""
        is_desk = hasattr(self.part, "advisor")
        return f"settings, [[desk]] {self.part.advisor}" if is_desk else f"settings, [[output]] {self.part.name}"

    def number(self, key: str) -> int:
        """The pin that this setting names."""
        number = getattr(self.part, key)
        if number is None:
            raise PagerError(f"{self.where}: {key} is missing for a lamp of kind {self.part.lamp_kind}")
        return int(number)

    def device(self, kind: str, *numbers: int, **how: Any) -> Any:
        """One of gpiozero's devices on these pins."""
        import gpiozero

        named = f"{self.where}: pin {' '.join(map(str, numbers))}"
        try:
            return getattr(gpiozero, kind)(*numbers, pin_factory=self.factory, **how)
        except gpiozero.GPIOPinInUse as error:
            raise PagerError(f"{named} is used twice") from error
        except gpiozero.PinInvalidPin as error:
            raise PagerError(f"{named}: there is no such pin here; docs/wiring.md names those of each board") from error
        except gpiozero.GPIOZeroError as error:
            raise PagerError(f"{named}: {error}") from error
        except Exception as error:
            if type(error).__module__ != "lgpio":
                raise
            remedy = "another program may hold it: gpioinfo names it"
            raise PagerError(f"{named}: the kernel refuses it ({error}); {remedy}") from error
