"""Eyes, ears and a finger for a pager's pins in the program: tells the world what the lamp shows, presses for it.

It reads gpiozero's own mock pins, so what the world sees went through the real pager down to the pin.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from typing import TYPE_CHECKING, Any

from kiosk.hardware.lamps import MIXED, TOWER
from kiosk.hardware.patterns import Colour
from kiosk.hardware.ports import SimulatorError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kiosk.hardware.simulated.link import WorldLink
    from kiosk.hardware.simulated.messages import Message
    from kiosk.settings import Desk, Output

# As the eye sees them; the same as in the chart of lamp states.
SEEN = {
    Colour.BLUE: "#1B3FB8",
    Colour.RED: "#B3261E",
    Colour.GREEN: "#0B7A43",
    Colour.WHITE: "#F3F7F8",
    Colour.AMBER: "#FFB81F",
}
DARK = "#B9C5CA"
SETTLED_S = 0.001  # the pins of one lamp change one after another


def watch_pins(factory: Any, desks: Sequence[Desk], outputs: Sequence[Output], world: WorldLink) -> None:
    """Begin to tell and to press; before the link is started.

    Args:
        factory: kiosk.hardware.pins.mock_factory's, with the pager on it.
        desks, outputs: the pager's.
        world: hears `lamp` (desk, colour as `#1B3FB8`, level 0 to 1, buzzer) and `output` (name, on) at each change;
            tells `button` (desk, down).
    """
    buttons = {desk.advisor: factory.pin(desk.button_pin) for desk in desks if desk.button_pin is not None}

    def pressed(message: Message) -> None:
        button = buttons.get(message.values["desk"])
        if button is not None:
            (button.drive_low if message.values["down"] else button.drive_high)()

    world.hear("button", pressed)
    for desk in desks:
        Observer(factory, desk, world)
    for output in outputs:
        watch_relay(factory.pin(output.pin), output.name, world)


def watch_relay(pin: Any, name: str, world: WorldLink) -> None:
    """Tell each change of one relay."""
    told: queue.SimpleQueue[bool] = queue.SimpleQueue()

    def tell() -> None:
        with contextlib.suppress(SimulatorError):
            while True:
                world.tell("output", name=name, on=told.get())

    notice(pin, lambda: told.put(bool(pin.state)))
    threading.Thread(target=tell, name=f"eyes on {name}", daemon=True).start()


def notice(pin: Any, changed: Callable[[], None]) -> None:
    """Call `changed` whenever the pin's state has changed."""
    changes = pin._change_state  # noqa: SLF001

    def noticed(value: float) -> bool:
        has_changed = bool(changes(value))
        if has_changed:
            changed()
        return has_changed

    pin._change_state = noticed  # noqa: SLF001


class Observer:
    """Watches one desk's lamp and buzzer."""

    def __init__(self, factory: Any, desk: Desk, world: WorldLink) -> None:
        """Tell how they are now, then each change, from a thread of its own."""
        self._desk, self._world = desk, world
        self._changed = threading.Event()
        names = ("lamp_pin",) if desk.lamp_kind == "led" else ("red_pin", "green_pin", "blue_pin")
        self._lamp = [factory.pin(getattr(desk, name)) for name in names]
        self._buzzer = None if desk.buzzer_pin is None else factory.pin(desk.buzzer_pin)
        for pin in (*self._lamp, *([self._buzzer] if self._buzzer else [])):
            notice(pin, self._changed.set)
        threading.Thread(target=self._tell, name=f"eyes on {desk.advisor}", daemon=True).start()

    def seen(self) -> dict[str, Any]:
        """What an eye and an ear notice at this moment."""
        colour, level = self._light()
        buzzer = self._buzzer is not None and bool(self._buzzer.state)
        return {"desk": self._desk.advisor, "colour": colour, "level": level, "buzzer": buzzer}

    def _light(self) -> tuple[str, float]:
        states = tuple(float(pin.state) for pin in self._lamp)
        level = max(states)
        if not level:
            return DARK, 0.0
        if self._desk.lamp_kind == "led":
            return SEEN[Colour.BLUE], level
        mixes = {
            one: tuple(map(float, mix)) for one, mix in (TOWER if self._desk.lamp_kind == "tower" else MIXED).items()
        }
        shade = tuple(state / level for state in states)
        nearest = min(mixes, key=lambda one: sum((a - b) ** 2 for a, b in zip(mixes[one], shade, strict=True)))
        return SEEN[nearest], round(level, 3)

    def _tell(self) -> None:
        told: dict[str, Any] | None = None
        with contextlib.suppress(SimulatorError):  # the world has gone; the link tells who must know
            while True:
                seen = self.seen()
                if seen != told:
                    told = seen
                    self._world.tell("lamp", **seen)
                self._changed.wait()
                self._changed.clear()
                threading.Event().wait(SETTLED_S)
