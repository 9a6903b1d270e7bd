"""The device's side of the simulated outside: hears what happens to it, tells what it does.

The shop is the only world there is: when it has gone, the link says so once and every further word is an error.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Any

from kiosk.hardware.ports import SimulatorError
from kiosk.hardware.simulated.messages import Message, read_message

Hears = Callable[[Message], None]


class WorldLink:
    """One device's connection to the world. Handlers are called in the link's own thread and must return at once."""

    def __init__(self, address: str, device: str, *, on_gone: Callable[[], None] = lambda: None) -> None:
        """Connect and say which device this is.

        Args:
            address: path of the world's Unix socket.
            device: [device] name of the settings.
            on_gone: called once, from the link's thread, when the world has gone without `close`.

        Raises:
            SimulatorError: nobody is there.
        """
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.connect(address)
        except OSError as error:
            self._socket.close()
            message = (
                f"[simulator] address {address}: the shop is not there ({error.strerror}); start it with: kiosk shop"
            )
            raise SimulatorError(message) from error
        self._handlers: dict[str, list[Hears]] = {}
        self._lock = threading.Lock()
        self._closing = False
        self._on_gone = on_gone
        self.tell("hello", device=device)
        self._thread = threading.Thread(target=self._listen, name="world link", daemon=True)

    def hear(self, kind: str, handler: Hears) -> None:
        """Call `handler` for every message of this kind. Register before `start`."""
        self._handlers.setdefault(kind, []).append(handler)

    def start(self) -> None:
        """Begin to listen; the world tells at once how things stand."""
        self.tell("listening")
        self._thread.start()

    def tell(self, kind: str, blob: bytes = b"", **values: Any) -> None:
        """Let the world notice something. Any thread.

        Raises:
            SimulatorError: the world has gone.
        """
        try:
            with self._lock:
                self._socket.sendall(Message(kind, values, blob).encoded())
        except OSError as error:
            message = "the shop that feeds this simulated device has gone; start it again with: kiosk shop"
            raise SimulatorError(message) from error

    def close(self) -> None:
        """Hang up. Calling it again does nothing."""
        self._closing = True
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join()

    def _listen(self) -> None:
        with contextlib.suppress(OSError, ValueError), self._socket.makefile("rb") as stream:
            while (message := read_message(stream)) is not None:
                for handler in self._handlers.get(message.kind, ()):
                    handler(message)
        if not self._closing:
            self._on_gone()
