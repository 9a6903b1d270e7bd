"""Lamps and buzzers of every kind that the settings know, each on gpiozero's device for it.

A lamp shows a signal as well as it can: one colour, three mixed, or relays that cannot dim. When it shows what: pager.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from kiosk.hardware.patterns import Colour

if TYPE_CHECKING:
    from kiosk.hardware.patterns import Signal
    from kiosk.hardware.pins import Pins

TONE = "A5"
LOUDEST_DUTY = 0.5
# What eyes take for these colours on common RGB lamps, where blue and red are weaker than green.
MIXED = {
    Colour.BLUE: (0.0, 0.15, 1.0),
    Colour.RED: (1.0, 0.0, 0.0),
    Colour.GREEN: (0.0, 0.8, 0.1),
    Colour.WHITE: (1.0, 0.8, 0.8),
    Colour.AMBER: (1.0, 0.4, 0.0),
}
# A tower has red, green, and blue or amber in the third place.
TOWER = {
    Colour.BLUE: (False, False, True),
    Colour.AMBER: (False, False, True),
    Colour.RED: (True, False, False),
    Colour.GREEN: (False, True, False),
    Colour.WHITE: (True, True, True),
}


class Lamp(Protocol):
    """A lamp of some kind; used by the pager's thread alone."""

    can_dim: bool

    def show(self, shown: Signal) -> None:
        """Set colour and level."""

    def close(self) -> None:
        """Dark, and the pins free."""


class LedLamp:
    """One colour, dimmed by the pulse's width."""

    can_dim = True

    def __init__(self, pins: Pins) -> None:
        """Take `lamp_pin`."""
        self._led = pins.device("PWMLED", pins.number("lamp_pin"))

    def show(self, shown: Signal) -> None:
        """See Lamp."""
        self._led.value = shown.level

    def close(self) -> None:
        """See Lamp."""
        self._led.close()


class RgbLamp:
    """Three colours in one lamp, mixed and dimmed."""

    can_dim = True

    def __init__(self, pins: Pins) -> None:
        """Take the three pins."""
        numbers = [pins.number(f"{name}_pin") for name in ("red", "green", "blue")]
        self._led = pins.device("RGBLED", *numbers)

    def show(self, shown: Signal) -> None:
        """See Lamp."""
        red, green, blue = MIXED[shown.colour] if shown.colour else (0.0, 0.0, 0.0)
        self._led.value = (red * shown.level, green * shown.level, blue * shown.level)

    def close(self) -> None:
        """See Lamp."""
        self._led.close()


class TowerLamp:
    """Lights on relays: each on or off."""

    can_dim = False

    def __init__(self, pins: Pins) -> None:
        """Take the three pins."""
        self._lights = [pins.device("LED", pins.number(f"{name}_pin")) for name in ("red", "green", "blue")]

    def show(self, shown: Signal) -> None:
        """See Lamp."""
        states = TOWER[shown.colour] if shown.colour and shown.level else (False, False, False)
        for light, state in zip(self._lights, states, strict=True):
            light.value = state

    def close(self) -> None:
        """See Lamp."""
        for light in self._lights:
            light.close()


class Relay:
    """One relay: a lane's lamp, a gate."""

    can_dim = False

    def __init__(self, pins: Pins) -> None:
        """Take `pin`."""
        self._relay = pins.device("LED", pins.number("pin"))

    def show(self, shown: Signal) -> None:
        """See Lamp."""
        self._relay.value = shown.level > 0

    def close(self) -> None:
        """See Lamp."""
        self._relay.close()


class NoLamp:
    """An output that can only be heard."""

    can_dim = False

    def show(self, shown: Signal) -> None:
        """See Lamp."""

    def close(self) -> None:
        """See Lamp."""


class Buzzer(Protocol):
    """A buzzer of some kind; used by the pager's thread alone."""

    def sound(self, *, on: bool) -> None:
        """Begin or end."""

    def close(self) -> None:
        """Silent, and the pin free."""


class ActiveBuzzer:
    """Sounds when it is switched on: a buzzer, or a bell behind a relay."""

    def __init__(self, pins: Pins, key: str = "buzzer_pin") -> None:
        """Take the pin."""
        self._buzzer = pins.device("Buzzer", pins.number(key))

    def sound(self, *, on: bool) -> None:
        """See Buzzer."""
        self._buzzer.value = on

    def close(self) -> None:
        """See Buzzer."""
        self._buzzer.close()


class TonalBuzzer:
    """Needs a frequency. The narrower its pulses, the quieter it is."""

    def __init__(self, pins: Pins) -> None:
        """Take `buzzer_pin`."""
        self._buzzer = pins.device("TonalBuzzer", pins.number("buzzer_pin"))
        self._duty = LOUDEST_DUTY * (pins.part.loudness_percent / 100) ** 2

    def sound(self, *, on: bool) -> None:
        """See Buzzer."""
        if on:
            self._buzzer.play(TONE)
            self._buzzer.pwm_device.value = self._duty
        else:
            self._buzzer.stop()

    def close(self) -> None:
        """See Buzzer."""
        self._buzzer.close()


class NoBuzzer:
    """A desk whose settings name no buzzer is silent."""

    def sound(self, *, on: bool) -> None:
        """See Buzzer."""

    def close(self) -> None:
        """See Buzzer."""


LAMPS: dict[str, type[LedLamp | RgbLamp | TowerLamp]] = {"led": LedLamp, "rgb": RgbLamp, "tower": TowerLamp}
BUZZERS: dict[str, type[ActiveBuzzer | TonalBuzzer]] = {"active": ActiveBuzzer, "tonal": TonalBuzzer}


def lamp_of(pins: Pins) -> Lamp:
    """The desk's lamp.

    Raises:
        PagerError: a pin is missing, used twice, or refused.
    """
    return LAMPS[pins.part.lamp_kind](pins)


def buzzer_of(pins: Pins) -> Buzzer:
    """The desk's buzzer, if it has one that is to be heard.

    Raises:
        PagerError: the pin is used twice, or refused.
    """
    desk = pins.part
    return NoBuzzer() if desk.buzzer_pin is None or not desk.loudness_percent else BUZZERS[desk.buzzer_kind](pins)


def output_of(pins: Pins) -> tuple[Lamp, Buzzer]:
    """What an output is seen and heard by: a bell is heard, everything else is a relay.

    Raises:
        PagerError: the pin is used twice, or refused.
    """
    if pins.part.kind == "lane_bell":
        return NoLamp(), ActiveBuzzer(pins, "pin")
    return Relay(pins), NoBuzzer()
