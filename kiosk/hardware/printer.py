"""A ticket printer that speaks ESC/POS: asks how it is, sends a ticket, and waits until the printer says it is through.

"Printed" is only what the printer itself has confirmed behind the last byte. Which bytes make a ticket is
kiosk.raster's; how they travel is wire's; what becomes of a ticket that did not print is spool's.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from kiosk.hardware.escpos_talk import Standstill, Talk
from kiosk.hardware.ports import Outcome, Paper, PrinterError, PrinterState, PrinterTrouble

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.hardware.wire import Wire
    from kiosk.settings import Printer

ASK_AGAIN_S = 0.5
HELD_AT_MOST_S = 600.0
SLOWEST_BYTES_PER_S = 6000
STOPPED = (PrinterTrouble.PAPER_OUT, PrinterTrouble.COVER_OPEN, PrinterTrouble.OFFLINE)

REMEDIES = {
    PrinterTrouble.PAPER_OUT: "it has no paper; put in a new roll",
    PrinterTrouble.COVER_OPEN: "its cover is open; close it",
    PrinterTrouble.UNPLUGGED: "it cannot be reached; check its power, its cable and the settings",
    PrinterTrouble.TIMEOUT: "it does not answer; switch it off and on, or set [printer] answers_status = false",
    PrinterTrouble.OFFLINE: "it is off line; look for a jam, then switch it off and on",
}


class EscposPrinter:
    """A TicketPrinter. It connects for each ticket, so a printer may be off and on again between two."""

    def __init__(
        self, open_wire: Callable[[], Wire], printer: Printer, *, held_at_most_s: float = HELD_AT_MOST_S
    ) -> None:
        """Nothing is opened yet.

        Args:
            open_wire: connects, or raises OSError.
            printer: the section [printer].
            held_at_most_s: how long a half-printed ticket may wait for paper before it counts as cut off.
        """
        self._open_wire, self._timeout_s, self._answers = open_wire, printer.timeout_s, printer.answers_status
        self._held_at_most_s = held_at_most_s
        self._name = f"{printer.host}:{printer.port}" if printer.kind == "network" else printer.device
        self._closing = threading.Event()

    def state(self) -> PrinterState:
        """See TicketPrinter."""
        try:
            with self._reached() as talk:
                return talk.state() if self._answers else PrinterState(Paper.UNKNOWN)
        except PrinterError as error:
            return PrinterState(Paper.UNKNOWN, error.trouble)
        except OSError:
            return PrinterState(Paper.UNKNOWN, PrinterTrouble.UNPLUGGED)

    def print(self, ticket: bytes, *, begun: Callable[[], None], held: Callable[[PrinterTrouble], None]) -> Outcome:
        """See TicketPrinter."""
        with self._reached() as talk:
            if self._answers:
                self._must_be_ready(talk)
            begun()
            try:
                self._send(talk, ticket, held)
                return self._confirmed(talk, len(ticket), held) if self._answers else Outcome.SENT
            except OSError:
                return Outcome.CUT_OFF

    def close(self) -> None:
        """See TicketPrinter."""
        self._closing.set()

    def _reached(self) -> Talk:
        try:
            return Talk(self._open_wire(), self._timeout_s, self._closing)
        except OSError as error:
            raise self._error(PrinterTrouble.UNPLUGGED) from error

    def _must_be_ready(self, talk: Talk) -> None:
        try:
            trouble = talk.state().trouble
        except OSError as error:
            raise self._error(PrinterTrouble.UNPLUGGED) from error
        if trouble is not None:
            raise self._error(trouble)

    def _error(self, trouble: PrinterTrouble) -> PrinterError:
        return PrinterError(trouble, f"ticket printer {self._name}: {REMEDIES[trouble]}")

    def _send(self, talk: Talk, ticket: bytes, held: Callable[[PrinterTrouble], None]) -> None:
        """Hand over every byte; a printer that takes none for a while is waited for."""
        standstill, sent = Standstill(self._held_at_most_s, held), 0
        while sent < len(ticket):
            taken = talk.write(ticket[sent:])
            sent += taken
            if taken:
                standstill.over()
            else:
                standstill.goes_on(PrinterTrouble.TIMEOUT, after_s=self._timeout_s)

    def _confirmed(self, talk: Talk, size: int, held: Callable[[PrinterTrouble], None]) -> Outcome:
        """Wait for the answer behind the ticket. Paper that runs out in the middle stops the clock."""
        standstill, patience_s = Standstill(self._held_at_most_s, held), self._timeout_s + size / SLOWEST_BYTES_PER_S
        talk.ask_for_confirmation()
        ends_s = time.monotonic() + patience_s
        while not talk.is_confirmed(ASK_AGAIN_S):
            trouble = talk.state().trouble
            if trouble in STOPPED:
                standstill.goes_on(trouble)
                ends_s = time.monotonic() + patience_s
                continue
            standstill.over()
            if time.monotonic() > ends_s:
                return Outcome.UNKNOWN
        return Outcome.CONFIRMED
