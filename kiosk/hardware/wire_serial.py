"""A ticket printer on a serial line, by its device file or by the name of its adapter, through pyserial.

8 bits, no parity, one stop bit, and the printer's XOFF holds us. A name is a part of what the adapter says of itself
(FT232R, 0403:6001, its serial number), the same whichever socket it is in.
"""

from __future__ import annotations

import contextlib
import errno
import select
import termios
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from kiosk.settings import Printer

CHUNK_BYTES = 1024
ANSWER_BYTES = 64


class SerialWire:
    """A Wire."""

    def __init__(self, printer: Printer, ports: Callable[[], Iterable[Any]] | None = None) -> None:
        """Open the line at its speed. `ports` lists the adapters, for a stand-in.

        Raises:
            OSError: no such line, it has no such speed, or another program has it.
        """
        import serial

        path = printer.device if printer.device.startswith("/") else _path_of(printer.device, ports)
        try:
            self._line = serial.Serial(path, printer.baud, timeout=0, write_timeout=0, xonxoff=True, exclusive=True)
        except (ValueError, serial.SerialException) as error:
            message = f"not a serial line that can be opened at {printer.baud} baud ({error})"
            raise OSError(errno.ENODEV, message) from error
        with contextlib.suppress(OSError, termios.error):
            self._line.reset_input_buffer()

    def write(self, content: bytes, timeout_s: float) -> int:
        """See Wire."""
        if not select.select([], [self._line.fileno()], [], timeout_s)[1]:
            return 0
        return int(self._line.write(content[:CHUNK_BYTES]) or 0)

    def read(self, timeout_s: float) -> bytes:
        """See Wire. A line that is ready and has nothing has been pulled out: pyserial tells it as an error."""
        if not select.select([self._line.fileno()], [], [], timeout_s)[0]:
            return b""
        return bytes(self._line.read(ANSWER_BYTES))

    def close(self) -> None:
        """See Wire."""
        with contextlib.suppress(OSError, termios.error):
            self._line.reset_input_buffer()
        self._line.close()


def _path_of(name: str, ports: Callable[[], Iterable[Any]] | None) -> str:
    from serial.tools import list_ports

    found = list((ports or list_ports.comports)())
    fitting = [one for one in found if name and any(name.lower() in str(told).lower() for told in _names(one))]
    if len(fitting) == 1:
        return str(fitting[0].device)
    there = ", ".join(sorted(str(one.description or one.device) for one in found)) or "none"
    what = "several serial adapters are" if fitting else "no serial adapter is"
    raise OSError(errno.ENODEV, f"{what} called {name}; plugged in: {there}")


def _names(port: Any) -> tuple[object, ...]:
    numbers = f"{port.vid:04x}:{port.pid:04x}" if port.vid is not None and port.pid is not None else ""
    return numbers, port.description or "", port.product or "", port.serial_number or ""
