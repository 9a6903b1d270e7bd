"""A serial line with a printer at its other end: a terminal pair, whose near end a lane opens as /dev/pts/N."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import threading
import tty
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.hardware.simulated.printer import SimulatedPrinter


class SerialLine:
    """What is written to `path` reaches the simulated printer, and its answers come back, until `unplug`."""

    def __init__(self, printer: SimulatedPrinter) -> None:
        """Lay the line."""
        self._far, self._near = os.openpty()
        tty.setraw(self._near)
        self.path = os.ttyname(self._near)
        self._printer = socket.create_connection(("127.0.0.1", printer.port))
        self._ending, self._end = os.pipe()
        self._thread = threading.Thread(target=self._carry, name="serial line", daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        """Pull the adapter: the line is gone for whoever has it open. Calling it again does nothing."""
        if self._end >= 0:
            os.close(self._end)
            self._end = -1
            self._thread.join(10)
            self._printer.close()
            for each in (self._ending, self._near, self._far):
                os.close(each)

    def _carry(self) -> None:
        while True:
            ready = select.select([self._far, self._printer.fileno(), self._ending], [], [])[0]
            if self._ending in ready:
                return
            with contextlib.suppress(OSError):
                if self._far in ready:
                    self._printer.sendall(os.read(self._far, 4096))
                if self._printer.fileno() in ready:
                    answer = self._printer.recv(64)
                    if not answer:
                        return
                    os.write(self._far, answer)
