"""What a lane tells the hub of itself, for those who mend it: every trouble by its code, the printer, the last scan.

The words for people are in the catalogues; what makes the lane unusable is found in device_lane_faults.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from kiosk.domain.facts import to_us
from kiosk.domain.lane_state import Sight, State
from kiosk.hardware.ports import Paper, PrinterState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kiosk.device import Line

READY = "ready"


class LaneReport:
    """Used by the loop's thread, but for `printer_is`."""

    def __init__(self, line: Line) -> None:
        """`line` tells it."""
        self._line = line
        self._scanned_at: datetime | None = None
        self._printer: PrinterState | None = None

    def read_code(self, at: datetime) -> None:
        """A scanner has read something."""
        self._scanned_at = at

    def printer_is(self, printer: PrinterState) -> None:
        """The printer has said how it is; any thread."""
        self._printer = printer

    def tell(self, state: State, now_s: float, *more: str | None, scanners: Iterable[str]) -> None:
        """Tell the hub how this lane is, when that has changed and now and then.

        Args:
            state: of the conversation.
            now_s: time.monotonic().
            more: codes of further troubles; None is none.
            scanners: codes of the scanners that cannot read.
        """
        self._line.extras = self._extras()
        found = (state.printer_trouble, *scanners, *self._seen(state), *more, *state.faults)
        self._line.report(tuple(one for one in found if one), now_s)

    def _seen(self, state: State) -> Iterable[str]:
        if state.sight is Sight.COVERED:
            yield "camera_covered"
        if self._printer and self._printer.paper is Paper.NEAR_END:
            yield "paper_near_end"

    def _extras(self) -> dict[str, Any]:
        """Nothing is told that is not known."""
        told: dict[str, Any] = {}
        if self._scanned_at:
            told["last_scan_at"] = to_us(self._scanned_at)
        if printer := self._printer:
            told |= {"printer": printer.trouble.value if printer.trouble else READY, "paper": printer.paper.value}
        return told
