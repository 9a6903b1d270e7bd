"""Tickets on their way to paper, kept in a file: nobody waits, nothing is lost, nothing is silently printed twice.

A job is durable when put() returns. A thread of its own prints them in their order and tells every change. A ticket
whose fate is not known is printed again only as its copy, which says COPY on it. Pictures are wiped as soon as the
spool means to print them no more, or when they are a day old.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from typing import TYPE_CHECKING

from kiosk.hardware.ports import Outcome, Paper, PrinterError, PrinterState, PrinterTrouble
from kiosk.hardware.spool_file import Job, JobState, SpoolFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kiosk.hardware.ports import TicketPrinter

log = logging.getLogger(__name__)

RETRY_S = 2.0
LOOK_EVERY_S = 30.0
TIDY_EVERY_S = 600.0

__all__ = ["Job", "JobState", "Spool"]


class Spool:
    """The tickets of one lane. Methods may be called from any thread."""

    def __init__(
        self,
        path: Path,
        printer: TicketPrinter,
        *,
        on_change: Callable[[Job], None],
        on_printer: Callable[[PrinterState], None] = lambda _state: None,
        clock: Callable[[], float] = time.time,
        retry_s: float = RETRY_S,
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        """Open the file, take up what was left in it, start printing.

        Args:
            path: the file; made if it is not there.
            printer: used by the spool's thread alone from now on, closed with the spool.
            on_change: called from the spool's thread with each change of a job.
            on_printer: called from there when the printer's state has changed: staff hear of an empty roll before the
                next customer does.
            clock: seconds since 1970, for the age of pictures.
            retry_s: how long after a refusal the printer is tried again.
            look_every_s: how often an idle printer is asked how it is.

        Raises:
            SpoolError: the file cannot be read or written.
        """
        self._printer, self._on_change, self._on_printer = printer, on_change, on_printer
        self._clock, self._retry_s, self._look_every_s = clock, retry_s, look_every_s
        self._file = SpoolFile(path)
        self._work = threading.Condition()
        self._has_news = self._is_closing = False
        self._printer_state: PrinterState | None = None
        self._tidied_s = -TIDY_EVERY_S
        self._thread = threading.Thread(target=self._run, name="spool", daemon=True)
        self._thread.start()

    def put(
        self, job_id: str, visit_id: str, original: bytes, *, copy: bytes | None = None, as_copy: bool = False
    ) -> None:
        """Keep a ticket and print it when it can be. Durable on return; the same `job_id` again changes nothing.

        Args:
            job_id: an id of the caller's.
            visit_id: whose ticket it is.
            original: ESC/POS bytes of the whole ticket, cut included.
            copy: the same ticket marked COPY, for when nobody knows whether the original came out; None: never again.
            as_copy: `original` is itself a marked copy (a reprint that somebody asked for).
        """
        self._file.put(job_id, visit_id, original, copy, as_copy=as_copy, at_s=self._clock())
        self._wake()

    def close(self) -> None:
        """Stop printing; what is not printed stays in the file. A ticket that is being printed counts as cut off."""
        with self._work:
            self._is_closing = True
            self._work.notify_all()
        self._printer.close()
        self._thread.join(30)
        self._file.close()

    def _wake(self) -> None:
        with self._work:
            self._has_news = True
            self._work.notify_all()

    # -- the spool's thread --------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._is_closing:
            wait_s = self._retry_s
            try:
                self._tidy()
                wait_s = self._step()
            except sqlite3.Error:
                log.exception("the spool's file cannot be written; trying again")
            with self._work:
                if not self._is_closing and not self._has_news:
                    self._work.wait(wait_s)
                self._has_news = False

    def _step(self) -> float:
        """Print the next ticket, or look at the idle printer; how long to wait afterwards."""
        interrupted = self._file.interrupted()
        if interrupted is not None:  # the program, or the file, ended while it was being printed
            self._tell(self._file.ended(interrupted, Outcome.CUT_OFF))
        job = self._file.next_due()
        if job is None:
            self._printer_is(self._printer.state())
            return self._look_every_s
        return 0.0 if self._print(job) else self._retry_s

    def _print(self, job: Job) -> bool:
        """Try it; whether the printer is ready for the next one."""
        try:
            outcome = self._printer.print(
                self._file.picture(job),
                begun=lambda: self._tell(self._file.begun(job)),
                held=lambda trouble: self._held(job, trouble),
            )
        except PrinterError as error:
            self._held(job, error.trouble)
            return False
        self._tell(self._file.ended(job, outcome))
        return outcome is not Outcome.CUT_OFF

    def _held(self, job: Job, trouble: PrinterTrouble) -> None:
        self._printer_is(PrinterState(Paper.OUT if trouble is PrinterTrouble.PAPER_OUT else Paper.UNKNOWN, trouble))
        self._tell(self._file.troubled(job, trouble))

    def _tidy(self) -> None:
        now_s = time.monotonic()
        if now_s - self._tidied_s >= TIDY_EVERY_S:
            self._tidied_s = now_s
            for job in self._file.tidy(self._clock()):
                self._tell(job)

    def _tell(self, job: Job | None) -> None:
        """Pass a change on; None: nothing has changed."""
        if job is not None:
            try:
                self._on_change(job)
            except Exception:
                log.exception("whoever hears of ticket jobs failed at job %s", job.job_id)

    def _printer_is(self, state: PrinterState) -> None:
        if state != self._printer_state:
            self._printer_state = state
            try:
                self._on_printer(state)
            except Exception:
                log.exception("whoever hears of the printer failed")
