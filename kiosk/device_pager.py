"""A pager: watches each desk's view, lets its lamp and buzzer say the pattern, turns presses into commands.

Level, not edge: what the lamp says follows from the last view alone, and without a link it says that it does not know.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from kiosk.device import Line, Loop, world_of
from kiosk.hardware.backends import open_pager
from kiosk.hardware.ports import PagerError, Press
from kiosk.settings import Device, Gpio

if TYPE_CHECKING:
    from kiosk.settings import Settings

UNKNOWN = "unknown"
CALLING = ("escalated", "insisting", "new", "cashier")
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
        self._world = world_of(settings, loop)
        self._pager = open_pager(settings.section(Gpio), settings.desk, on_press=self._pressed, world=self._world)
        for desk in settings.desk:
            self._show(desk.advisor, UNKNOWN)
        self._line = Line(f"pager/{device.name}", device)
        if self._world:
            self._world.start()
        for desk in settings.desk:
            self._watch(desk.advisor)

    def turn(self) -> float:
        """Tell the hub now and then that this pager is well."""
        self._line.report((), time.monotonic())
        return WAIT_S

    def close(self) -> None:
        """Hang up, lamps off, pins free."""
        self._line.close()
        self._pager.close()
        if self._world:
            self._world.close()

    def _watch(self, advisor: str) -> None:
        def viewed(view: dict[str, Any]) -> None:
            self._views[advisor] = view
            newest = _newest_call(view)
            self._show(advisor, view["pattern"], newest)

        def linked(is_up: bool) -> None:  # noqa: FBT001 - as HubClient.watch calls it
            if not is_up:
                self._views.pop(advisor, None)
                self._show(advisor, UNKNOWN)

        self._line.client.watch(f"pager/{advisor}", viewed, linked)

    def _show(self, advisor: str, pattern: str, key: str = "") -> None:
        """Let the desk say it. Without its pins the pager ends, and its unit starts it again: a dark lamp would lie."""
        try:
            self._pager.show(advisor, pattern, key)
        except PagerError as error:
            self._loop.stop(error)
            return
        if self._world:
            self._world.tell("pattern", desk=advisor, pattern=pattern)

    def _pressed(self, advisor: str, press: Press) -> None:
        """Called in the pager's thread; the commands are made in the loop's."""
        self._loop.put(lambda: self._act(advisor, press))

    def _act(self, advisor: str, press: Press) -> None:
        view = self._views.get(advisor)
        if view is None:
            return  # what the desk does not know it cannot answer; the lamp says so
        calling = [page for page in view["pages"] if page["pattern"] in CALLING]
        coming = [page for page in view["pages"] if page["pattern"] == "coming"]
        match press:
            case Press.SHORT if calling:
                self._send("acknowledge", page_id=_most_urgent(calling)["page_id"], advisor_id=advisor)
            case Press.LONG if coming or calling:
                self._done_with((coming or calling)[0], advisor)
            case Press.DOUBLE if calling or coming:
                self._send("hand_on", page_id=_most_urgent(calling or coming)["page_id"], advisor_id=advisor)
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


def _newest_call(view: dict[str, Any]) -> str:
    """Id of the page that called last: a new one makes the buzzer begin anew."""
    calling = [page for page in view["pages"] if page["pattern"] in CALLING]
    return str(min(calling, key=lambda page: page["age_s"])["page_id"]) if calling else ""


def _most_urgent(pages: list[dict[str, Any]]) -> dict[str, Any]:
    return min(
        pages,
        key=lambda page: (
            CALLING.index(page["pattern"]) if page["pattern"] in CALLING else len(CALLING),
            -page["age_s"],
        ),
    )
