"""What holds for a pager on whatever pins: the same sentences over gpiozero's mock and over real character devices.

Levels are read back from the lines and buttons are pressed from outside, by this machine's own time.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest
from gpio_rigs import LineRig, MockRig, Rig, why_no_lines

from kiosk.hardware.pager import GpioPager
from kiosk.hardware.ports import PagerError, Press
from kiosk.settings import Desk, Gpio, Output

TOWER = Desk(
    advisor="paul", lamp_kind="tower", red_pin=16, green_pin=20, blue_pin=21, buzzer_pin=25, button_pin=12
)
RGB = Desk(advisor="marta", red_pin=17, green_pin=27, blue_pin=22, buzzer_pin=23, button_pin=24)
LED = Desk(advisor="omar", lamp_kind="led", lamp_pin=5, buzzer_kind="tonal", buzzer_pin=6, button_pin=13)
OUTPUTS = (
    Output(kind="lane_lamp", lane="A", pin=7),
    Output(kind="lane_bell", lane="A", pin=8),
    Output(kind="gate", lane="A", pin=9),
)
PATIENCE_S = 60
DARK, LIT = 0.0, 1.0


@pytest.fixture(params=[MockRig, LineRig], ids=["mock", "lines"])
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    """The pins."""
    if request.param is LineRig and (reason := why_no_lines()):
        pytest.skip(reason)
    rig = request.param()
    yield rig
    rig.close()


class Floor:
    """A pager on these pins, and what its buttons said."""

    def __init__(self, rig: Rig, desks: Sequence[Desk], outputs: Sequence[Output]) -> None:
        self.rig = rig
        self.presses: queue.SimpleQueue[tuple[str, Press]] = queue.SimpleQueue()
        for desk in desks:
            if desk.button_pin is not None:
                rig.contact(desk.button_pin, is_closed=False)
        self.pager = GpioPager(
            rig.factory(), Gpio(), desks, on_press=lambda *said: self.presses.put(said), outputs=outputs
        )

    def press(self, pin: int, held_s: float, *, bounces: int = 0) -> None:
        """A finger, and contacts that bounce when they close."""
        for _ in range(bounces):
            self.rig.contact(pin, is_closed=True)
            self.rig.contact(pin, is_closed=False)
        self.rig.contact(pin, is_closed=True)
        threading.Event().wait(held_s)
        self.rig.contact(pin, is_closed=False)

    def hears(self) -> tuple[str, Press]:
        """The next press."""
        return self.presses.get(timeout=PATIENCE_S)


@pytest.fixture
def floor(rig: Rig) -> Iterator[Callable[..., Floor]]:
    """Makes a pager with these desks and outputs."""
    made: list[Floor] = []

    def make(*desks: Desk, outputs: Sequence[Output] = ()) -> Floor:
        made.append(Floor(rig, desks, outputs))
        return made[-1]

    yield make
    for one in made:
        one.pager.close()


def lights(rig: Rig) -> list[float]:
    """The tower's three lights."""
    return [rig.level(pin) for pin in (16, 20, 21)]


def test_a_call_lights_the_lamp_and_sounds(rig: Rig, floor: Callable[..., Floor]) -> None:
    """The third light of the tower and the buzzer come on; the buzzer ends by itself, the light stays."""
    one = floor(TOWER)

    one.pager.show("paul", "new", "page 1")

    rig.until(lambda: lights(rig) == [DARK, DARK, LIT] and rig.level(25) == LIT)
    rig.until(lambda: lights(rig) == [DARK, DARK, LIT] and rig.level(25) == DARK)


@pytest.mark.parametrize(("pattern", "shown"), [("escalated", [LIT, DARK, DARK]), ("cashier", [DARK, LIT, DARK]), ("phone", [LIT, LIT, LIT])])
def test_each_pattern_has_its_light(rig: Rig, floor: Callable[..., Floor], pattern: str, shown: list[float]) -> None:
    """Red, green, or all three."""
    one = floor(TOWER)

    one.pager.show("paul", pattern)

    rig.until(lambda: lights(rig) == shown)


def test_not_knowing_blinks_and_is_never_dark_for_good(rig: Rig, floor: Callable[..., Floor]) -> None:
    """Lit, dark, and lit again: *I don't know* does not look like *nobody waits*."""
    one = floor(TOWER)

    one.pager.show("paul", "unknown")

    for level in (LIT, DARK, LIT):
        rig.until(lambda level=level: rig.level(21) == level)


def test_colours_are_mixed_by_pulses(rig: Rig, floor: Callable[..., Floor]) -> None:
    """A new call is full blue with a little green and no red; an answered one is dimmer."""
    one = floor(RGB)
    one.pager.show("marta", "new")
    rig.until(lambda: rig.mean(22) > 0.9)
    full = (rig.mean(17), rig.mean(22))

    one.pager.show("marta", "coming")

    rig.until(lambda: 0.1 < rig.mean(22) < 0.6)
    assert full[0] == DARK
    assert full[1] > 0.9


def test_a_tonal_buzzer_is_pulsed(rig: Rig, floor: Callable[..., Floor]) -> None:
    """Neither on nor off while it sounds, and off afterwards."""
    one = floor(LED)

    one.pager.show("omar", "escalated")

    rig.until(lambda: 0.1 < rig.mean(6, 40) < 0.9)
    one.pager.show("omar", "dark")
    rig.until(lambda: rig.mean(6, 40) == DARK and rig.mean(5, 40) == DARK)


def test_a_lanes_outputs_are_on_and_off(rig: Rig, floor: Callable[..., Floor]) -> None:
    """Lamp, bell and gate, each by itself; the bell pauses by itself."""
    one = floor(outputs=OUTPUTS)
    one.pager.show("lane_lamp/A", "new")
    one.pager.show("lane_bell/A", "ringing")
    rig.until(lambda: [rig.level(pin) for pin in (7, 8, 9)] == [LIT, LIT, DARK])
    rig.until(lambda: rig.level(8) == DARK)

    one.pager.show("gate/A", "open")
    rig.until(lambda: rig.level(9) == LIT)
    one.pager.show("gate/A", "dark")

    rig.until(lambda: [rig.level(pin) for pin in (7, 9)] == [LIT, DARK])


def test_presses_are_heard_through_bouncing_contacts(rig: Rig, floor: Callable[..., Floor]) -> None:
    """Short, and the second of two; long when it is let go; three seconds while it is held."""
    one = floor(TOWER)

    one.press(12, 0.1, bounces=5)
    first = one.hears()  # told as soon as the contact has come to rest, far within the time for a second one
    one.press(12, 0.1, bounces=5)
    second = [one.hears()]
    one.press(12, 1.9)
    third = one.hears()
    one.press(12, 4.0)

    assert first == ("paul", Press.SHORT)
    assert second == [("paul", Press.DOUBLE)]
    assert third == ("paul", Press.LONG)
    assert one.hears() == ("paul", Press.HOLD)
    assert one.presses.empty()


def test_a_press_does_not_wait_for_the_lamp(rig: Rig, floor: Callable[..., Floor]) -> None:
    """While a lamp blinks and a buzzer sounds, the button is heard."""
    one = floor(TOWER)
    one.pager.show("paul", "insisting")
    rig.until(lambda: rig.level(25) == LIT)

    one.press(12, 0.1)

    assert one.hears() == ("paul", Press.SHORT)


def test_the_end_is_dark(rig: Rig, floor: Callable[..., Floor]) -> None:
    """A pager that ends leaves no light, no sound and no open gate."""
    one = floor(TOWER, outputs=OUTPUTS)
    one.pager.show("paul", "phone")
    one.pager.show("gate/A", "open")
    rig.until(lambda: lights(rig) == [LIT] * 3 and rig.level(9) == LIT)

    one.pager.close()

    rig.until(lambda: [*lights(rig), rig.level(25), rig.level(9)] == [DARK] * 5)


def test_pins_are_free_for_the_next_one(rig: Rig, floor: Callable[..., Floor]) -> None:
    """A pager that is started again finds its pins, and says at once how things are."""
    floor(TOWER).pager.close()
    again = floor(TOWER) if isinstance(rig, LineRig) else Floor(MockRig(), (TOWER,), ())

    again.pager.show("paul", "cashier")

    again.rig.until(lambda: lights(again.rig) == [DARK, LIT, DARK])
    again.pager.close()


def test_a_pin_used_twice_is_refused(rig: Rig) -> None:
    """Two things on one line would fight."""
    with pytest.raises(PagerError, match="pin 16 is used twice"):
        GpioPager(rig.factory(), Gpio(), [TOWER], on_press=lambda *_said: None, outputs=[Output(kind="gate", lane="A", pin=16)])


@pytest.mark.parametrize("rig", [LineRig], ids=["lines"], indirect=True)
def test_a_line_that_another_program_holds_is_refused(rig: LineRig) -> None:
    """The kernel gives a line to one program; the pager says which, and how to find the other."""
    lets_go = rig.hold(16)

    with pytest.raises(PagerError, match=r"\[\[desk\]\] paul: pin 16: the kernel refuses it"):
        GpioPager(rig.factory(), Gpio(), [TOWER], on_press=lambda *_said: None)

    lets_go()


def test_many_threads_may_speak(rig: Rig, floor: Callable[..., Floor]) -> None:
    """One thread owns the pins: what was said last is what the lamp shows."""
    one = floor(TOWER)

    def speak() -> None:
        for _ in range(50):
            for pattern in ("new", "insisting", "escalated", "dark"):
                one.pager.show("paul", pattern)

    threads = [threading.Thread(target=speak) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    one.pager.show("paul", "cashier")

    rig.until(lambda: lights(rig) == [DARK, LIT, DARK])


@pytest.mark.parametrize("rings_already", [False, True])
def test_a_telephone_lights_the_lamp_while_it_rings(rig: Rig, floor: Callable[..., Floor], rings_already: bool) -> None:
    """All three lights go on with its contact, also of a pager that starts in the middle of a call."""
    if rings_already:
        rig.contact(26, is_closed=True)
    one = floor(replace(TOWER, ring_pin=26))
    rig.contact(26, is_closed=True)

    rig.until(lambda: lights(rig) == [LIT, LIT, LIT])

    one.pager.show("paul", "escalated")
    rig.until(lambda: lights(rig) == [LIT, DARK, DARK])
    rig.contact(26, is_closed=False)
