"""Lamps, buzzers and buttons on pins: the real gpiozero on its mock pins."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import replace
from datetime import time
from typing import TYPE_CHECKING, Any

import pytest
from noticing import Noticing

from kiosk.hardware.backends import open_pager
from kiosk.hardware.lamps import MIXED
from kiosk.hardware.pager import GpioPager
from kiosk.hardware.patterns import DIM, Colour
from kiosk.hardware.pins import lgpio_factory, mock_factory
from kiosk.hardware.ports import RING_STUCK, PagerError, Press, SimulatorError
from kiosk.settings import Desk, Gpio, Output

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RGB = Desk(advisor="marta", red_pin=17, green_pin=27, blue_pin=22, buzzer_pin=23, button_pin=24)
LED = Desk(advisor="omar", lamp_kind="led", lamp_pin=5, buzzer_kind="tonal", buzzer_pin=6, button_pin=13)
TOWER = Desk(advisor="paul", lamp_kind="tower", red_pin=16, green_pin=20, blue_pin=21)
PATIENCE_S = 60


class Bench:
    """A pager on mock pins, with a clock that the test moves and a way to wait for pins."""

    def __init__(self, *desks: Desk, outputs: tuple[Output, ...] = (), quiet_hours: str = "") -> None:
        self.factory = mock_factory()
        self.now_s = 100.0
        self.changed = threading.Condition()
        self.presses: list[tuple[str, Press]] = []
        self.pager = GpioPager(
            self.factory,
            Gpio(factory="mock", quiet_hours=quiet_hours),
            desks,
            on_press=self.pressed,
            outputs=outputs,
            clock=lambda: self.now_s,
            time_of_day=lambda: time(20),
        )
        self.pins = dict(self.factory.pins)
        for pin in self.pins.values():
            self.watch(pin)

    def watch(self, pin: Any) -> None:
        """Notice each change of a pin."""
        changes = pin._change_state

        def noticed(value: float) -> bool:
            with self.changed:
                self.changed.notify_all()
                return bool(changes(value))

        pin._change_state = noticed

    def pressed(self, desk: str, press: Press) -> None:
        """What the pager calls."""
        with self.changed:
            self.presses.append((desk, press))
            self.changed.notify_all()

    def pin(self, number: int) -> Any:
        """A pin by its number."""
        return self.factory.pin(number)

    def light(self, desk: Desk) -> tuple[float, ...]:
        """What the desk's lamp shows, as the levels of its pins."""
        numbers = [desk.lamp_pin] if desk.lamp_kind == "led" else [desk.red_pin, desk.green_pin, desk.blue_pin]
        return tuple(round(float(self.pin(number).state), 3) for number in numbers)

    def until(self, question: Callable[[], bool]) -> None:
        """Wait until the pins answer the question with yes."""
        with self.changed:
            assert self.changed.wait_for(question, PATIENCE_S), "the pins never came to it"

    def go_to(self, now_s: float) -> None:
        """Move the clock and let the pager notice."""
        self.now_s = now_s
        with self.pager._work:
            self.pager._work.notify()


@pytest.fixture
def bench() -> Iterator[Bench]:
    """Three desks, one of each kind."""
    bench = Bench(RGB, LED, TOWER)
    yield bench
    bench.pager.close()


def mixed(colour: Colour, level: float = 1.0) -> tuple[float, ...]:
    """A colour as the levels of three pins."""
    return tuple(round(part * level, 3) for part in MIXED[colour])


def test_a_new_page_lights_and_sounds_at_that_desk_alone(bench: Bench) -> None:
    """Marta's lamp is blue and her buzzer beeps; the other desks stay dark and silent."""
    bench.pager.show("marta", "new", "page 1")

    bench.until(lambda: bench.light(RGB) == mixed(Colour.BLUE) and bench.pin(23).state == 1)

    assert bench.light(LED) == (0.0,)
    assert bench.light(TOWER) == (0.0, 0.0, 0.0)


def test_the_buzzer_goes_by_the_clock(bench: Bench) -> None:
    """Two beeps of a new page, and then silence while the lamp stays."""
    bench.pager.show("marta", "new", "page 1")
    bench.until(lambda: bench.pin(23).state == 1)
    heard = []
    for after_s, sounds in ((0.13, 0), (0.31, 1), (0.43, 0)):
        bench.go_to(100 + after_s)
        bench.until(lambda sounds=sounds: bench.pin(23).state == sounds)
        heard.append(bench.pin(23).state)

    assert heard == [0, 1, 0]
    assert bench.light(RGB) == mixed(Colour.BLUE)


def test_saying_the_same_again_changes_nothing(bench: Bench) -> None:
    """The same pattern and key from every view do not start the beeps anew; a newer page does."""
    bench.pager.show("marta", "new", "page 1")
    bench.until(lambda: bench.pin(23).state == 1)
    bench.go_to(105)
    bench.until(lambda: bench.pin(23).state == 0)
    bench.pager.show("marta", "new", "page 1")
    bench.pager.show("omar", "new", "page 1")
    bench.until(lambda: bench.light(LED) == (1.0,))
    silent = bench.pin(23).state

    bench.pager.show("marta", "new", "page 2")

    bench.until(lambda: bench.pin(23).state == 1)
    assert silent == 0


def test_a_later_pattern_takes_over_at_once(bench: Bench) -> None:
    """Acknowledged while it beeps: dim and silent."""
    bench.pager.show("marta", "escalated", "page 1")
    bench.until(lambda: bench.pin(23).state == 1 and bench.light(RGB) == mixed(Colour.RED))

    bench.pager.show("marta", "coming", "page 1")

    bench.until(lambda: bench.pin(23).state == 0 and bench.light(RGB) == mixed(Colour.BLUE, DIM))


def test_a_lamp_of_one_colour_dims(bench: Bench) -> None:
    """Without colours the level tells a new page from one that somebody is coming for."""
    bench.pager.show("omar", "coming")

    bench.until(lambda: bench.light(LED) == (DIM,))


def test_a_tower_switches_its_lights(bench: Bench) -> None:
    """Relays are on or off: red for escalated, the third for a page, all three for the phone."""
    seen = []
    for pattern, lights in (("escalated", (1, 0, 0)), ("new", (0, 0, 1)), ("phone", (1, 1, 1)), ("dark", (0, 0, 0))):
        bench.pager.show("paul", pattern)
        bench.until(lambda lights=lights: bench.light(TOWER) == lights)
        seen.append(bench.light(TOWER))

    assert seen == [(1, 0, 0), (0, 0, 1), (1, 1, 1), (0, 0, 0)]


def test_a_tonal_buzzer_has_a_tone(bench: Bench) -> None:
    """A buzzer without a voice of its own is given one that people hear well."""
    bench.pager.show("omar", "new")

    bench.until(lambda: bench.pin(6).state > 0)

    assert bench.pin(6).frequency == pytest.approx(880.0)
    bench.go_to(105)
    bench.until(lambda: bench.pin(6).state == 0)


def test_quiet_hours_have_light_and_no_sound() -> None:
    """At night the lamp shows everything and the buzzer stays silent."""
    bench = Bench(RGB, quiet_hours="19:00-07:30")

    bench.pager.show("marta", "new")
    bench.until(lambda: bench.light(RGB) == mixed(Colour.BLUE))
    bench.pager.show("marta", "escalated")
    bench.until(lambda: bench.light(RGB) == mixed(Colour.RED))

    assert [state.state for state in bench.pin(23).states] == [False]
    bench.pager.close()


def test_a_button_tells_what_was_meant(bench: Bench) -> None:
    """Short, double, long and hold reach the listener with their desk, through bouncing contacts."""
    button = bench.pin(24)

    def press(down_s: float) -> None:
        for drive in (button.drive_low, button.drive_high, button.drive_low):
            drive()
        bench.go_to(bench.now_s + down_s)
        button.drive_high()
        bench.go_to(bench.now_s + 0.1)

    press(0.1)
    bench.go_to(bench.now_s + 1)
    bench.until(lambda: bench.presses == [("marta", Press.SHORT)])
    press(0.1)
    press(0.1)
    bench.until(lambda: bench.presses[1:] == [("marta", Press.SHORT), ("marta", Press.DOUBLE)])
    press(1.5)
    bench.until(lambda: bench.presses[3:] == [("marta", Press.LONG)])
    press(3.5)

    bench.until(lambda: bench.presses[4:] == [("marta", Press.HOLD)])


def test_a_listener_that_fails_does_not_stop_the_lamps(caplog: pytest.LogCaptureFixture) -> None:
    """An error in whoever hears of presses is logged, and the lamps go on."""
    bench = Bench(RGB)
    failed = threading.Event()

    def fails(desk: str, press: Press) -> None:
        del desk, press
        failed.set()
        message = "a fault"
        raise RuntimeError(message)

    bench.pager._on_press = fails
    bench.pin(24).drive_low()
    bench.go_to(bench.now_s + 5)
    bench.pager.show("marta", "new")
    bench.until(lambda: bench.light(RGB) == mixed(Colour.BLUE))
    assert failed.wait(PATIENCE_S)
    bench.pager.close()

    assert "whoever hears of presses failed" in caplog.text


def test_the_end_is_dark(bench: Bench) -> None:
    """A pager that ends leaves no lamp on and no pin taken."""
    bench.pager.show("marta", "new")
    bench.until(lambda: bench.light(RGB) == mixed(Colour.BLUE))

    bench.pager.close()

    assert {pin.function for pin in bench.pins.values()} == {"input"}
    assert all(bench.pins[number].states[-1].state == 0 for number in (17, 27, 22, 23) if number in bench.pins)


def test_a_lost_pin_is_told(bench: Bench) -> None:
    """When the pins fail under the pager, the next word is an error that says so."""

    def lost(value: float) -> bool:
        del value
        message = "lgpio.error: 'unknown handle'"
        raise RuntimeError(message)

    changes = bench.pin(17)._change_state
    bench.pin(17)._change_state = lost
    bench.pager.show("marta", "escalated")
    bench.pager._thread.join(PATIENCE_S)

    with pytest.raises(PagerError, match=r"pins: lost .*restart the pager"):
        bench.pager.show("marta", "new")
    bench.pin(17)._change_state = changes  # gpiozero lets the pins go once more, whenever the lamp is forgotten


def test_a_quieter_tonal_buzzer_gets_narrower_pulses() -> None:
    """Half the loudness is a quarter of the pulse; at none the buzzer is silent and its pin is not even taken."""
    bench = Bench(replace(LED, loudness_percent=50), replace(LED, advisor="paul", lamp_pin=16, buzzer_pin=20, button_pin=21, loudness_percent=0))

    bench.pager.show("omar", "new")
    bench.pager.show("paul", "new")
    bench.until(lambda: bench.pin(6).state > 0)

    assert bench.pin(6).state == pytest.approx(0.125)
    assert 20 not in bench.pins
    bench.pager.close()


def test_outputs_of_a_lane_are_relays() -> None:
    """Lamp, bell and gate of a lane are on or off, each by itself."""
    outputs = (Output(kind="lane_lamp", lane="A", pin=5), Output(kind="lane_bell", lane="A", pin=6), Output(kind="gate", lane="A", pin=13))
    bench = Bench(outputs=outputs)

    bench.pager.show("lane_lamp/A", "new")
    bench.pager.show("lane_bell/A", "ringing")
    bench.until(lambda: (bench.pin(5).state, bench.pin(6).state) == (1, 1))
    assert bench.pin(13).state == 0
    bench.pager.show("gate/A", "open")
    bench.until(lambda: bench.pin(13).state == 1)
    bench.go_to(102)

    bench.until(lambda: (bench.pin(5).state, bench.pin(6).state, bench.pin(13).state) == (1, 0, 1))
    bench.pager.close()


def test_a_bell_is_silent_at_night() -> None:
    """Quiet hours are for bells too."""
    bench = Bench(outputs=(Output(kind="lane_bell", lane="A", pin=6), Output(kind="lane_lamp", lane="A", pin=5)), quiet_hours="19:00-07:30")

    bench.pager.show("lane_bell/A", "ringing")
    bench.pager.show("lane_lamp/A", "new")
    bench.until(lambda: bench.pin(5).state == 1)

    assert [one.state for one in bench.pin(6).states] == [False]
    bench.pager.close()


@pytest.mark.parametrize(
    ("desks", "said"),
    [
        ([RGB, RGB], "marta is named twice"),
        ([RGB, Desk(advisor="omar", lamp_kind="led", lamp_pin=17)], "omar: pin 17 is used twice"),
        ([Desk(advisor="omar", lamp_kind="led")], "omar: lamp_pin is missing for a lamp of kind led"),
        ([Desk(advisor="omar", red_pin=1, green_pin=2)], "omar: blue_pin is missing for a lamp of kind rgb"),
        ([Desk(advisor="omar", lamp_kind="led", lamp_pin=4, button_pin=4)], "omar: pin 4 is used twice"),
        ([Desk(advisor="omar", lamp_kind="led", lamp_pin=77)], "omar: pin 77: there is no such pin here"),
    ],
)
def test_wrong_pins_are_named(desks: list[Desk], said: str) -> None:
    """A pin that is missing or used twice is told with its desk, and nothing stays taken."""
    factory = mock_factory()

    with pytest.raises(PagerError, match=said):
        GpioPager(factory, Gpio(), desks, on_press=lambda desk, press: None)

    GpioPager(factory, Gpio(), [RGB], on_press=lambda desk, press: None).close()


def test_unknown_desks_and_patterns_are_refused(bench: Bench) -> None:
    """A word that leads nowhere is an error at whoever says it."""
    with pytest.raises(PagerError, match="desk nobody: this device has no such desk"):
        bench.pager.show("nobody", "new")
    with pytest.raises(PagerError, match="disco: unknown"):
        bench.pager.show("marta", "disco")


def test_many_threads_may_speak(bench: Bench) -> None:
    """Views come from several threads; what is said last is what the lamp shows."""

    def speak() -> None:
        for _ in range(200):
            for pattern in ("new", "insisting", "escalated", "dark"):
                bench.pager.show("marta", pattern)

    threads = [threading.Thread(target=speak) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    bench.pager.show("marta", "cashier")

    bench.until(lambda: bench.light(RGB) == mixed(Colour.GREEN))


def test_this_machine_without_pins_says_so() -> None:
    """Off a Pi the named factory is an error with its remedy, never another factory."""
    with pytest.raises(PagerError, match="pins: "):
        open_pager(Gpio(factory="lgpio"), [RGB], on_press=lambda desk, press: None)
    with pytest.raises(PagerError, match="pins: "):
        lgpio_factory()


def test_mock_pins_need_the_shop() -> None:
    """Simulated pins without a shop to watch them are refused, with the command that starts it."""
    with pytest.raises(SimulatorError, match=r"\[simulator\] address; start it with: kiosk shop"):
        open_pager(Gpio(factory="mock"), [RGB], on_press=lambda desk, press: None)


def test_a_pager_loads_no_picture_library() -> None:
    """A pager's process stays small: neither numpy nor Pillow nor a server is imported for its pins."""
    program = (
        "import sys; from kiosk.hardware.pager import GpioPager; from kiosk.hardware.pins import mock_factory;"
        "mock_factory(); print([n for n in ('numpy', 'PIL', 'flask', 'zxingcpp', 'escpos') if n in sys.modules])"
    )

    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"


RINGS = replace(RGB, ring_pin=26)


@pytest.fixture
def telephone() -> Iterator[Bench]:
    """Marta's desk with a contact at her telephone."""
    bench = Bench(RINGS)
    yield bench
    bench.pager.close()


def test_a_ringing_telephone_lights_the_lamp(telephone: Bench) -> None:
    """White and beeps from the contact alone; dark again when it has been silent for longer than a bell pauses."""
    telephone.pin(26).drive_low()
    telephone.go_to(100.1)
    telephone.until(lambda: telephone.light(RGB) == mixed(Colour.WHITE) and telephone.pin(23).state == 1)
    telephone.pin(26).drive_high()

    telephone.go_to(108)

    telephone.until(lambda: telephone.light(RGB) == (0.0, 0.0, 0.0) and telephone.pin(23).state == 0)


def test_a_telephone_that_is_stuck_is_silent_and_told(telephone: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """After two minutes the lamp is free for customers again, and a trouble stands there until the contact opens."""
    telephone.pin(26).drive_low()
    telephone.go_to(100.1)
    telephone.until(lambda: telephone.light(RGB) == mixed(Colour.WHITE))
    before = telephone.pager.troubles
    telephone.go_to(221)
    telephone.until(lambda: telephone.light(RGB) == (0.0, 0.0, 0.0) and telephone.pin(23).state == 0)
    Noticing().until("not told", lambda: telephone.pager.troubles == (RING_STUCK,))

    telephone.pin(26).drive_high()
    telephone.go_to(230)

    Noticing().until("still told", lambda: telephone.pager.troubles == ())
    assert before == ()
    assert "desk marta: the telephone's contact has rung for two minutes" in caplog.text


def test_a_customer_goes_before_the_telephone(telephone: Bench) -> None:
    """*You are coming* gives way to it; a call does not, whatever rings."""
    telephone.pin(26).drive_low()
    telephone.pager.show("marta", "coming")
    telephone.go_to(100.1)
    telephone.until(lambda: telephone.light(RGB) == mixed(Colour.WHITE))

    telephone.pager.show("marta", "new")

    telephone.until(lambda: telephone.light(RGB) == mixed(Colour.BLUE))
