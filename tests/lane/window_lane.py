"""A lane's conversation in a real window, for test_lane_window.py: codes come in on standard input, what is shown goes out.

Everything between is the product's own: the conversation, the scenes, the window and its touches. The hub's answer to a
check-in is said here, at once, as the hub of a dealership would give it.
"""

from __future__ import annotations

import json
import select
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from lane_spec import MARTA, Counting, roster, wire

from kiosk.device_lane_voice import Focus
from kiosk.display.lane import LaneShown, scene, today_of
from kiosk.display.layout import Screen
from kiosk.display.theme import THEMES, Panel
from kiosk.display.window import Window
from kiosk.domain import check_in
from kiosk.domain import lane_inputs as heard
from kiosk.domain.facts import to_us
from kiosk.domain.lane_state import Link, State
from kiosk.typeset import Typesetter

CONTACT = {"phone": "+1 ••• ••• ••17", "email": "l••••@example.com", "method": "text_message"}


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


class WindowLane:
    """The lane and its window."""

    def __init__(self, width: int, height: int, width_mm: float) -> None:
        typesetter = Typesetter()
        self.panel = Screen(Panel(width, height, width_mm), THEMES["light"], typesetter)
        self.window = Window("window", (width, height), typesetter, calm=True)
        self.supply, self.state, self.focus = Counting(), State("A"), Focus()
        self.pressed, self.pressed_s = "", 0.0
        self.shown: tuple[LaneShown, bool] | None = None
        self.hear(heard.LinkChanged(now(), Link.UP))
        self.hear(heard.RosterChanged(now(), self._today()))
        self._show()

    def hear(self, one: heard.Input) -> None:
        """One input, and the hub's answer to a check-in."""
        self.state, effects = check_in.step(self.state, one, self.supply)
        for effect in effects:
            if isinstance(effect, heard.Send) and effect.kind == "check_in":
                ready_at = to_us(now() + timedelta(hours=5))
                told = {"outcome": "checked_in", "advisor": wire(MARTA), "completion_at": ready_at, "contact": CONTACT}
                self.hear(heard.Replied(now(), effect.number, told))

    def turn(self) -> bool:
        """What time, hands and codes did; False when no more codes will come."""
        wake = check_in.next_wake(self.state)
        if wake and wake <= now():
            self.hear(heard.Ticked(now()))
        for touch in self.window.touches():
            self._finger(self.scene.target_at(touch.x, touch.y) or "", is_down=touch.is_down)
        for press in self.window.presses():
            if press == "next":
                self.focus.forward(self.scene, is_rtl=self.state.language == "ar")
            elif self.focus.target:
                self.hear(heard.Touched(now(), self.focus.target))
        self._show()
        if select.select([sys.stdin], [], [], 0.01)[0]:
            line = sys.stdin.readline()
            self.hear(heard.Scanned(now(), line.strip()))
            return bool(line)
        return True

    def _today(self):
        """The roster of lane_spec, with its customers booked for this minute."""
        day = roster()
        booked = tuple(replace(one, starts_at=now()) if one.first_name == "Lucía" else one for one in day.roster)
        return replace(day, today_on=now().astimezone(day.store.zone).date(), roster=booked)

    def _finger(self, target: str, *, is_down: bool) -> None:
        if is_down:
            self.pressed, self.pressed_s = target, time.monotonic()
            return
        if target and target == self.pressed:
            self.hear(heard.Touched(now(), target))
        self.pressed = ""

    def _show(self) -> None:
        """Draw what is new, and tell it; `settled`: a touch counts, for the question has stood long enough."""
        since = self.state.shown_at
        settled = since is None or now() - since > check_in.TOUCH_AFTER
        new = LaneShown(self.state, today_of(self.state, now()), None, self.pressed, self.focus.target)
        if self.shown == (new, settled):
            return
        self.scene = scene(new, self.panel, self.state.language)
        self.focus.stays_on(self.scene)
        self.window.show(self.scene)
        gave_way = self.pressed and (self.shown is None or self.shown[0].pressed != self.pressed)
        self.shown = (new, settled)
        told = {
            "screen": self.state.screen.value,
            "settled": settled,
            "pressed": self.pressed,
            "focus": self.focus.target,
            "targets": {one.name: [one.rect.centre, one.rect.middle] for one in self.scene.targets},
            "gave_way_ms": (time.monotonic() - self.pressed_s) * 1000 if gave_way else None,
        }
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    lane = WindowLane(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
    while lane.turn():
        pass
