"""A lane's tickets: from the conversation's slip to bytes in the spool, in a thread of its own.

A slip is written down until it is in the spool, so a ticket that was promised is printed, whenever the power goes.
"""

from __future__ import annotations

import logging
import queue
import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.lane_state import PaperState
from kiosk.domain.papers import Ticket, ticket
from kiosk.hardware.backends import open_printer
from kiosk.hardware.spool import JobState, Spool
from kiosk.logo import headed, load_logo
from kiosk.raster import PAPER_DOTS, escpos_bytes, raster
from kiosk.steady_clock import Now

if TYPE_CHECKING:
    from kiosk.device_lane_memory import LaneMemory
    from kiosk.domain.lane_inputs import Slip
    from kiosk.domain.lane_view import StoreView
    from kiosk.hardware.ports import PrinterState
    from kiosk.hardware.spool import Job
    from kiosk.settings import Printer
    from kiosk.typeset import Typesetter

log = logging.getLogger(__name__)
AFTER_THE_SPOOL = {
    JobState.CONFIRMED: PaperState.PRINTED,
    JobState.SENT: PaperState.PRINTED,
    JobState.FAILED: PaperState.FAILED,
    JobState.UNKNOWN: PaperState.FAILED,  # nobody knows: the number stays on the screen
}


def paper_state(job: Job) -> PaperState:
    """What the customer is told of a job: begun is not printed."""
    return PaperState.QUEUED if job.is_due else AFTER_THE_SPOOL.get(job.state, PaperState.QUEUED)


class LanePaper:
    """Draws and spools tickets. `print` and `hold` may be called from any thread and return at once."""

    def __init__(
        self,
        printer: Printer,
        folder: Path,
        lane: str,
        memory: LaneMemory,
        typesetter: Typesetter,
        *,
        on_job: Callable[[Job], None],
        on_printer: Callable[[PrinterState], None],
        on_failed: Callable[[str], None],
        now: Now,
        steady: Now,
    ) -> None:
        """Open the spool; what it still holds goes on printing.

        `typesetter`: this object's own; it keeps no word of a ticket. `on_failed`: a visit's ticket could not even be
        queued. `now` is printed on tickets, `steady` tells their age.

        Raises:
            SpoolError: its file cannot be used.
            LogoUnusable: the logo named in the settings cannot be printed.
        """
        self._lane, self._memory, self._typesetter, self._now = lane, memory, typesetter, now
        self._on_failed = on_failed
        self._width_dots = PAPER_DOTS[printer.paper_mm]
        self._logo = load_logo(printer.logo, self._width_dots)
        self._spool = Spool(
            folder / "spool.db",
            open_printer(printer),
            on_change=on_job,
            on_printer=on_printer,
            clock=lambda: steady().timestamp(),
        )
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="paper", daemon=True)
        self._thread.start()

    def print(self, slip: Slip, store: StoreView) -> None:
        """Put the slip's ticket into the spool."""
        self._work.put(lambda: self._safely(slip.visit_id, lambda: self._put(slip, store)))

    def hold(self, slip: Slip | None) -> None:
        """Write down what is owed, after everything that was asked for before."""
        self._work.put(lambda: self._safely(slip.visit_id if slip else "", lambda: self._memory.hold(slip)))

    def close(self) -> None:
        """Finish what was asked for, then close the spool; what is not printed stays in it."""
        self._work.put(None)
        self._thread.join()
        self._spool.close()

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            work()

    def _safely(self, visit_id: str, work: Callable[[], None]) -> None:
        """A ticket that cannot be drawn or kept must not stop those that come after it."""
        try:
            work()
        except Exception:  # told to the customer and to the hub, and written down here
            log.exception("the ticket of visit %s could not be given to the printer", visit_id)
            self._on_failed(visit_id)

    def _put(self, slip: Slip, store: StoreView) -> None:
        try:
            original = self._drawn(slip, store, is_copy=slip.copy)
            copy = None if slip.copy else self._drawn(slip, store, is_copy=True)
        finally:
            self._typesetter.forget()  # whoever it is for may have gone already
        job_id = secrets.token_hex(8) if slip.copy else slip.visit_id
        self._spool.put(job_id, slip.visit_id, original, copy=copy, as_copy=slip.copy)

    def _drawn(self, slip: Slip, store: StoreView, *, is_copy: bool) -> bytes:
        paper = ticket(self._told(slip, store, is_copy=is_copy))
        drawn = raster(paper, width_dots=self._width_dots, typesetter=self._typesetter)
        return escpos_bytes(headed(drawn, self._logo))

    def _told(self, slip: Slip, store: StoreView, *, is_copy: bool) -> Ticket:
        language = slip.language
        address = (
            f"{store.public_url}/C/{slip.follow_token}".upper() if slip.follow_token and store.public_url else None
        )
        return Ticket(
            language=language,
            clock=store.clock,
            zone=store.zone,
            store=store.name.in_(language),
            number=slip.ticket,
            arrived_at=slip.arrived_at,
            printed_at=self._now(),
            lane=self._lane,
            advisor=slip.advisor.in_(language) if slip.advisor else None,
            advisor_at=slip.advisor_at,
            booked=tuple(one.in_(language) for one in slip.asked),
            is_booked=slip.is_booked,
            completion_at=slip.completion_at,
            follow_address=address,
            is_copy=is_copy,
        )
