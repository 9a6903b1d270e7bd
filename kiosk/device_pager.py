"""A pager: watches each desk's view, lets its lamp and buzzer say the pattern, turns presses into commands.

Level, not edge: what the lamp says follows from the last view alone, and without a link it says that it does not know.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from kiosk.device import Line, Loop, world_of
from kiosk.device_pager_word import LampWord
from kiosk.domain.paging import Pattern
from kiosk.hardware.backends import open_pager
from kiosk.hardware.ports import PagerError, Press
from kiosk.settings import Device, Gpio

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kiosk.settings import Output, Settings

UNKNOWN, DARK, NEW = Pattern.UNKNOWN.value, Pattern.DARK.value, Pattern.NEW.value
CALLING = ("escalated", "insisting", "new", "cashier", "phone")
KNOWN = frozenset(one.value for one in Pattern)
RINGING, OPEN = "ringing", "open"
WAIT_S = 30.0


class PagerDevice:
    """The desks of one Pi. Views come from threads of their own and are shown at once: a lamp waits for nobody."""

    def __init__(self, settings: Settings, loop: Loop) -> None:
        """Open the pins and the line.

        Raises:
            KioskError: a section is missing, pins cannot be had, the folder cannot be written, the shop is not there.
        """
        device = settings.section(Device)
        self._loop = loop
        self._views: dict[str, dict[str, Any]] = {}
        self._tapped: dict[str, str] = {}
        self._closes_s: dict[str, float] = {}
        self._world = world_of(settings, loop)
        self._pager = open_pager(
            settings.section(Gpio),
            settings.desk,
            on_press=self._pressed,
            outputs=settings.output,
            patterns=settings.pattern,
            world=self._world,
        )
        for desk in settings.desk:
            self._show(desk.advisor, UNKNOWN)
        self._line = Line(f"pager/{device.name}", device)
        self._word = LampWord(self._line.client.ask)
        if self._world:
            self._world.start()
        for desk in settings.desk:
            self._watch(desk.advisor)
        for lane in sorted({one.lane for one in settings.output}):
            self._watch_lane(lane, [one for one in settings.output if one.lane == lane])

    def turn(self) -> float:
        """Tell the hub now and then how this pager is; close a gate whose time is over."""
        now_s = time.monotonic()
        self._line.report(self._pager.troubles, now_s)
        for gate in [one for one, closes_s in self._closes_s.items() if closes_s <= now_s]:
            del self._closes_s[gate]
            self._show(gate, DARK)
        return min([WAIT_S, *(closes_s - now_s for closes_s in self._closes_s.values())])

    def close(self) -> None:
        """Hang up, lamps off, pins free."""
        self._word.close()
        self._line.close()
        self._pager.close()
        if self._world:
            self._world.close()

    # -- what the hub says -------------------------------------------------------------------------------------------

    def _watch(self, advisor: str) -> None:
        def viewed(view: dict[str, Any]) -> None:
            calls = [page["page_id"] for page in view["pages"] if page["pattern"] != "coming"]
            self._views[advisor] = view
            if self._show(advisor, _pattern_of(view), _newest_call(view)):
                self._word.shows(advisor, calls)

        def linked(is_up: bool) -> None:  # noqa: FBT001 - as HubClient.watch calls it
            if not is_up:
                self._views.pop(advisor, None)
                self._word.knows_nothing(advisor)
                self._show(advisor, UNKNOWN)

        self._line.client.watch(f"pager/{advisor}", viewed, linked)

    def _watch_lane(self, lane: str, outputs: Sequence[Output]) -> None:
        """The relays of one lane; without a link its lamp says so, its bell is silent, and a gate keeps its time."""

        def viewed(view: dict[str, Any]) -> None:
            for one in outputs:
                match one.kind:
                    case "lane_lamp":
                        self._show(one.name, _known(view["pattern"], NEW), view["newest"])
                    case "lane_bell":
                        self._show(one.name, RINGING if view["bell"] else DARK)
                    case _:
                        left_s = one.open_s - (view["gate_age_s"] if view["gate_age_s"] is not None else one.open_s)
                        self._loop.put(lambda name=one.name, left_s=left_s: self._open(name, left_s))  # type: ignore[misc]

        def linked(is_up: bool) -> None:  # noqa: FBT001
            for one in outputs if not is_up else ():
                if one.kind != "gate":
                    self._show(one.name, UNKNOWN if one.kind == "lane_lamp" else DARK)

        for one in outputs:
            if one.kind == "lane_lamp":
                self._show(one.name, UNKNOWN)
        self._line.client.watch(f"lane-signal/{lane}", viewed, linked)

    def _open(self, gate: str, left_s: float) -> None:
        """In the loop's thread: keep the gate open for so long, or not at all where that time is over."""
        if left_s > 0:
            self._closes_s[gate] = time.monotonic() + left_s
            self._show(gate, OPEN)

    def _show(self, part: str, pattern: str, key: str = "") -> bool:
        """Let the part say it; whether it does.

        Without its pins the pager ends, and its unit starts it again: a dark lamp would lie.
        """
        try:
            self._pager.show(part, pattern, key)
        except PagerError as error:
            self._loop.stop(error)
            return False
        if self._world:
            self._world.tell("pattern", desk=part, pattern=pattern)
        return True

    # -- what the advisor says ---------------------------------------------------------------------------------------

    def _pressed(self, advisor: str, press: Press) -> None:
        """Called in the pager's thread; the commands are made in the loop's."""
        self._loop.put(lambda: self._act(advisor, press))

    def _act(self, advisor: str, press: Press) -> None:
        view = self._views.get(advisor)
        if view is None:
            return  # what the desk does not know it cannot answer; the lamp says so
        tapped = self._tapped.pop(advisor, None)
        calling = [page for page in view["pages"] if page["pattern"] in CALLING]
        coming = [page for page in view["pages"] if page["pattern"] == "coming"]
        match press:
            case Press.SHORT if calling:
                page_id = self._tapped[advisor] = str(_most_urgent(calling)["page_id"])
                self._send("acknowledge", page_id=page_id, advisor_id=advisor)
            case Press.LONG if coming or calling:
                self._done_with((coming or calling)[0], advisor)
            case Press.DOUBLE if tapped or coming:  # the first press of the two has answered it already
                self._send("hand_on", page_id=tapped or _most_urgent(coming)["page_id"], advisor_id=advisor)
            case Press.HOLD:
                presence = "away" if view["presence"] == "in" else "in"
                self._send("set_presence", advisor_id=advisor, presence=presence)
            case _:
                pass

    def _done_with(self, page: dict[str, Any], advisor: str) -> None:
        """The customer is served: the write-up begins, and a call without one ends."""
        if page["visit_id"] is None or page["reason"] == "pickup":
            self._send("close_page", page_id=page["page_id"], advisor_id=advisor)
        else:
            self._send("begin_write_up", visit_id=page["visit_id"], advisor_id=advisor)

    def _send(self, kind: str, **body: Any) -> None:
        self._line.client.post(kind, body)


def _pattern_of(view: Mapping[str, Any]) -> str:
    """What the lamp says. A newer hub may have patterns that this pager does not know: who calls, calls."""
    return _known(view["pattern"], NEW if view["pages"] else UNKNOWN)


def _known(pattern: str, otherwise: str) -> str:
    return pattern if pattern in KNOWN else otherwise


def _newest_call(view: Mapping[str, Any]) -> str:
    """Id of the page that called last: a new one makes the buzzer begin anew."""
    calling = [page for page in view["pages"] if page["pattern"] != "coming"]
    return str(min(calling, key=lambda page: page["age_s"])["page_id"]) if calling else ""


def _most_urgent(pages: list[dict[str, Any]]) -> dict[str, Any]:
    return min(
        pages,
        key=lambda page: (
            CALLING.index(page["pattern"]) if page["pattern"] in CALLING else len(CALLING),
            -page["age_s"],
        ),
    )
