"""Lamps, buzzers and buttons of a device's desks. What they say is patterns', what a press means is presses'.

gpiozero's devices are not made for several threads: one thread owns them all, everybody else leaves it a note.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from typing import TYPE_CHECKING, Any

from kiosk.domain.paging import Pattern
from kiosk.hardware.lamps import buzzer_of, lamp_of, output_of
from kiosk.hardware.patterns import Rhythm, Signal, chosen_rhythms, is_quiet, next_change_s, rhythm, signal
from kiosk.hardware.pins import Pins
from kiosk.hardware.ports import RING_STUCK, PagerError
from kiosk.hardware.presses import Presses
from kiosk.hardware.ringing import Ringing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kiosk.hardware.ports import Press
    from kiosk.settings import Desk, Gpio, Output

BEHIND_THE_TELEPHONE = (Pattern.DARK.value, Pattern.COMING.value)
"""What gives way to a ringing telephone; a customer's call does not, nor *I don't know*."""

log = logging.getLogger(__name__)


def local_time() -> dt.time:
    """The time of day on this device's wall."""
    return dt.datetime.now().astimezone().time()


class Parts:
    """One desk's lamp, buzzer and button, or an output of a lane; the pager makes them, its thread alone uses them."""

    def __init__(
        self, factory: Any, what: Desk | Output, rhythms: Mapping[str, Rhythm], on_edge: Callable[..., None]
    ) -> None:
        """Take the pins.

        Raises:
            PagerError: a pin is missing, used twice, or refused.
        """
        pins = Pins(factory, what)
        self.presses, self.ringing = Presses(), Ringing()
        self._rhythms = rhythms
        self._closes: list[Any] = []
        try:
            if hasattr(what, "advisor"):
                self._lamp = lamp_of(pins)
                self._closes.append(self._lamp)
                self._buzzer = buzzer_of(pins)
                self._closes.append(self._buzzer)
                self._take_contacts(pins, on_edge)
            else:
                self._lamp, self._buzzer = output_of(pins)
                self._closes += [self._lamp, self._buzzer]
        except PagerError:
            self.close()
            raise
        self._says: tuple[str, str] = ("dark", "")
        self._began_s = 0.0
        self._shown = Signal()

    def _take_contacts(self, pins: Pins, on_edge: Callable[..., None]) -> None:
        for number, of in ((pins.part.button_pin, self.presses), (pins.part.ring_pin, self.ringing)):
            if number is None:
                continue
            contact = pins.device("Button", number, pull_up=True, bounce_time=None)
            self._closes.append(contact)
            self._listen(contact, of, on_edge)
            if of is self.ringing and contact.is_pressed:
                on_edge(of, is_down=True)  # a button that is held at the start was not pressed for us

    @staticmethod
    def _listen(contact: Any, of: Presses | Ringing, on_edge: Callable[..., None]) -> None:
        contact.when_pressed = lambda: on_edge(of, is_down=True)
        contact.when_released = lambda: on_edge(of, is_down=False)

    def say(self, says: tuple[str, str], now_s: float) -> None:
        """Show this pattern, from its beginning if pattern or key are new."""
        if says != self._says:
            self._says, self._began_s = says, now_s

    def show(self, now_s: float, *, is_quiet: bool) -> float | None:
        """Bring lamp and buzzer to this moment of the pattern; when they change next, None for never."""
        pattern, began_s = self._saying(now_s)
        can_dim = self._lamp.can_dim
        wanted = signal(pattern, now_s - began_s, can_dim=can_dim, rhythms=self._rhythms)
        sounds = wanted.buzzer and not is_quiet
        if (wanted.colour, wanted.level) != (self._shown.colour, self._shown.level):
            self._lamp.show(wanted)
        if sounds != self._shown.buzzer:
            self._buzzer.sound(on=sounds)
        self._shown = Signal(wanted.colour, wanted.level, sounds)
        turn_s = next_change_s(pattern, now_s - began_s, can_dim=can_dim, rhythms=self._rhythms)
        turns_s = (None if turn_s is None else began_s + turn_s, self.ringing.next_at_s(now_s))
        return min((one for one in turns_s if one is not None), default=None)

    def _saying(self, now_s: float) -> tuple[str, float]:
        """The pattern of this moment and since when: a ringing telephone where no customer calls."""
        rings_since_s = self.ringing.since_s(now_s)
        if rings_since_s is not None and self._says[0] in BEHIND_THE_TELEPHONE:
            return Pattern.PHONE.value, rings_since_s
        return self._says[0], self._began_s

    def close(self) -> None:
        """All dark, all pins free."""
        for part in self._closes:
            part.close()


class GpioPager:
    """A Pager."""

    def __init__(
        self,
        factory: Any,
        gpio: Gpio,
        desks: Sequence[Desk],
        *,
        on_press: Callable[[str, Press], None],
        outputs: Sequence[Output] = (),
        rhythms: Mapping[str, Rhythm] | None = None,
        clock: Callable[[], float] = time.monotonic,
        time_of_day: Callable[[], dt.time] = local_time,
    ) -> None:
        """Take the pins of all desks and start the thread.

        Args:
            factory: of kiosk.hardware.pins; closed with the pager.
            gpio: for the quiet hours.
            desks: each by its `advisor`; outputs: each by its `name`.
            rhythms: of chosen_rhythms; None: as they are without settings.
            on_press: called from the pager's thread.
            clock: never goes back, in seconds.
            time_of_day: for the quiet hours.

        Raises:
            PagerError: a desk or a pin twice, a pin missing or refused.
        """
        self._gpio, self._on_press, self._clock, self._time_of_day = gpio, on_press, clock, time_of_day
        self._factory = factory
        self._rhythms = rhythms or chosen_rhythms()
        self._work = threading.Condition()
        self._said: dict[str, tuple[str, str]] = {}
        self._edges: list[tuple[str, Presses | Ringing, bool, float]] = []
        self._is_closing = False
        self._trouble = ""
        self._stuck: frozenset[str] = frozenset()
        self._desks: dict[str, Parts] = {}
        try:
            for desk in desks:
                self._add(factory, desk, desk.advisor)
            for output in outputs:
                self._add(factory, output, output.name)
        except PagerError:
            self._free()
            raise
        self._thread = threading.Thread(target=self._run, name="pager", daemon=True)
        self._thread.start()

    def show(self, desk: str, pattern: str, key: str = "") -> None:
        """See Pager."""
        rhythm(pattern, rhythms=self._rhythms)
        if desk not in self._desks:
            message = f"desk {desk}: this device has no such desk; [[desk]] names {', '.join(self._desks)}"
            raise PagerError(message)
        if self._trouble:
            raise PagerError(self._trouble)
        with self._work:
            self._said[desk] = (pattern, key)
            self._work.notify()

    @property
    def troubles(self) -> tuple[str, ...]:
        """See Pager."""
        return (RING_STUCK,) if self._stuck else ()

    def close(self) -> None:
        """See Pager."""
        with self._work:
            self._is_closing = True
            self._work.notify()
        self._thread.join(5)

    def _add(self, factory: Any, what: Desk | Output, name: str) -> None:
        if name in self._desks:
            message = f"settings, {'[[output]]' if '/' in name else '[[desk]]'}: {name} is named twice"
            raise PagerError(message)

        def note(of: Presses | Ringing, *, is_down: bool) -> None:
            with self._work:
                self._edges.append((name, of, is_down, self._clock()))
                self._work.notify()

        self._desks[name] = Parts(factory, what, self._rhythms, note)

    def _run(self) -> None:
        try:
            wake_s: float | None = 0.0
            while self._notes(wake_s):
                wake_s = self._step()
        except Exception as error:
            log.exception("the pager's pins are lost")
            self._trouble = f"pins: lost ({error}); restart the pager"
        finally:
            self._free()

    def _notes(self, wake_s: float | None) -> bool:
        """Wait for a note or for `wake_s`; False when the end has come."""
        with self._work:
            while not (self._said or self._edges or self._is_closing):
                left_s = None if wake_s is None else wake_s - self._clock()
                if left_s is not None and left_s <= 0:
                    break
                self._work.wait(left_s)
            return not self._is_closing

    def _step(self) -> float | None:
        with self._work:
            said, self._said = self._said, {}
            edges, self._edges = self._edges, []
        now_s = self._clock()
        for desk, says in said.items():
            self._desks[desk].say(says, now_s)
        for desk, of, is_down, at_s in edges:
            if isinstance(of, Presses):
                self._tell(desk, of.due(at_s))
            of.edge(is_down=is_down, at_s=at_s)
        quiet = is_quiet(self._gpio.quiet_hours, self._time_of_day())
        turns = [parts.show(now_s, is_quiet=quiet) for parts in self._desks.values()]
        for desk, parts in self._desks.items():
            self._tell(desk, parts.presses.due(now_s))
            turns.append(parts.presses.next_at_s)
        self._notice_stuck(frozenset(desk for desk, parts in self._desks.items() if parts.ringing.is_stuck(now_s)))
        return min((turn for turn in turns if turn is not None), default=None)

    def _notice_stuck(self, stuck: frozenset[str]) -> None:
        for desk in stuck - self._stuck:
            log.warning("desk %s: the telephone's contact has rung for two minutes; silent until it opens", desk)
        self._stuck = stuck

    def _tell(self, desk: str, presses: list[Press]) -> None:
        for press in presses:
            try:
                self._on_press(desk, press)
            except Exception:
                log.exception("whoever hears of presses failed at desk %s", desk)

    def _free(self) -> None:
        for parts in (*self._desks.values(), self._factory):
            try:
                parts.close()
            except Exception:
                log.exception("pins could not be let go")
