"""How bytes travel to a ticket printer and its answers back, over the network or a device file. No ESC/POS in here.

A wire is opened for one ticket and closed after it. python-escpos carries the bytes over the network; the socket under
it is ours, because its own waits 60 s, knows only IPv4 and loses a 64 KB write to a reset without an error
(docs/hardware.md). Its classes for devices cannot say "not now": a printer without paper would stop the program, so USB
(wire_usb.py) and serial lines (wire_serial.py) have wires of our own.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import socket
import termios
import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kiosk.settings import Printer

# A socket or device that is ready takes this much at once.
CHUNK_BYTES = 1024
DRAIN_S = 0.5


class Wire(Protocol):
    """An open connection to a printer, for one thread. Opening is the constructor; every failure is an OSError."""

    def write(self, content: bytes, timeout_s: float) -> int:
        """Send the beginning of `content`; how many bytes were taken, 0 when the printer took none in time."""

    def read(self, timeout_s: float) -> bytes:
        """What the printer has answered, b"" when nothing came in time."""

    def close(self) -> None:
        """Let go after everything written is on its way."""


class NetworkWire:
    """A printer on port 9100 or wherever it listens."""

    def __init__(self, printer: Printer) -> None:
        """Connect within the settings' timeout."""
        from escpos.exceptions import Error
        from escpos.printer import Network

        self._socket = socket.create_connection((printer.host, printer.port), timeout=printer.timeout_s)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._carrier = Network(printer.host, printer.port, timeout=printer.timeout_s)
        self._carrier.device = self._socket
        self._refusals = (AssertionError, Error)

    def write(self, content: bytes, timeout_s: float) -> int:
        """See Wire."""
        if not select.select([], [self._socket], [], timeout_s)[1]:
            return 0
        chunk = content[:CHUNK_BYTES]
        try:
            self._carrier._raw(chunk)  # noqa: SLF001
        except self._refusals as error:
            raise ConnectionError(str(error)) from error
        return len(chunk)

    def read(self, timeout_s: float) -> bytes:
        """See Wire."""
        if not select.select([self._socket], [], [], timeout_s)[0]:
            return b""
        answer = bytes(self._carrier._read())  # noqa: SLF001
        if not answer:
            message = "the printer has closed the connection"
            raise ConnectionResetError(message)
        return answer

    def close(self) -> None:
        """See Wire. Answers that nobody read would make the kernel reset the connection and lose the ticket's end."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
            ends_s = time.monotonic() + DRAIN_S
            while (left_s := ends_s - time.monotonic()) > 0 and self._left_to_send():
                select.select([], [], [], min(left_s, 0.001))
            while select.select([self._socket], [], [], 0)[0] and self._socket.recv(1024):
                pass
        self._carrier.close()

    def _left_to_send(self) -> bool:
        left = bytearray(4)
        fcntl.ioctl(self._socket, termios.TIOCOUTQ, left)
        return any(left)


class DeviceFileWire:
    """A printer behind a device file such as /dev/usb/lp0, where the kernel has a driver for it."""

    FLAGS = os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC

    def __init__(self, printer: Printer) -> None:
        """Open the device file."""
        self._fd = os.open(printer.device, self.FLAGS)

    def write(self, content: bytes, timeout_s: float) -> int:
        """See Wire."""
        if not select.select([], [self._fd], [], timeout_s)[1]:
            return 0
        with contextlib.suppress(BlockingIOError):
            return os.write(self._fd, content[:CHUNK_BYTES])
        return 0

    def read(self, timeout_s: float) -> bytes:
        """See Wire. A driver that says it is ready and then has nothing is silent, not closed."""
        if not select.select([self._fd], [], [], timeout_s)[0]:
            return b""
        with contextlib.suppress(BlockingIOError):
            return os.read(self._fd, 64)
        return b""

    def close(self) -> None:
        """See Wire."""
        os.close(self._fd)
