"""The outside world of simulated devices: phones held up, fingers, pressed buttons; and what people notice.

Level, not edge: what lies before a camera is told again to a device that starts anew. A finger that meets no device is
an error.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kiosk.hardware.ports import SimulatorError
from kiosk.hardware.simulated.messages import Message, read_message

if TYPE_CHECKING:
    from pathlib import Path

Notices = Callable[[str, Message], None]


class World:
    """Accepts the simulated devices of one shop. Verbs may be called from any thread.

    Devices are named as in their settings' [device] name.
    """

    def __init__(self, address: Path, notices: Notices) -> None:
        """Listen on the Unix socket `address`.

        Args:
            address: path, at most about 100 characters (a limit of Unix sockets); its folder is only ours.
            notices: called with the device's name and its message, from that device's thread: `screen` (blob: a
                picture;
                media_type), `lamp` (desk, colour, level, buzzer), `camera` (is_looking), `gone`.

        Raises:
            SimulatorError: the path cannot be used.
        """
        self._notices = notices
        self._devices: dict[str, socket.socket] = {}
        self._standing: dict[str, dict[str, Message]] = {}
        self._lock = threading.Lock()
        self._is_over = False
        self._address = address
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._server.bind(str(address))
        except OSError as error:
            self._server.close()
            message = f"{address}: no socket can be made there ({error.strerror or error})"
            raise SimulatorError(message) from error
        self._server.listen()
        threading.Thread(target=self._accept, name="world", daemon=True).start()

    # -- verbs ---------------------------------------------------------------------------------------------------------

    def present_code(
        self, device: str, text: str, *, angle: float = 0.0, blur: float = 0.0, glare: float = 0.0, **look: Any
    ) -> None:
        """Hold a phone with this code before the device's camera.

        Args:
            angle: degrees clockwise, -90 to 90.
            blur: 0 (sharp) to 1 (nothing to be seen).
            glare: 0 to 1, how much of the screen a reflection washes out.
            look: further looks of simulated.camera, such as `distance`, `brightness`, `dark_mode`.
        """
        self._stand(device, Message("phone", {"text": text, "angle": angle, "blur": blur, "glare": glare, **look}))

    def take_away(self, device: str) -> None:
        """Take the phone away."""
        self._stand(device, Message("phone", {"text": None}))

    def cover_camera(self, device: str, *, on: bool) -> None:
        """Put a hand over the lens, or take it off."""
        self._stand(device, Message("cover", {"on": on}))

    def plug_camera(self, device: str, *, on: bool) -> None:
        """Plug the camera's cable in, or pull it."""
        self._stand(device, Message("camera_cable", {"plugged_in": on}))

    def plug_screen(self, device: str, *, on: bool) -> None:
        """Plug the cable of a lane's picture in, or pull it."""
        self._stand(device, Message("screen_cable", {"plugged_in": on}))

    def plug_touch(self, device: str, *, on: bool) -> None:
        """Plug the cable of a lane's touch in, or pull it."""
        self._stand(device, Message("touch_cable", {"plugged_in": on}))

    def touch(self, device: str, x_px: int, y_px: int, phase: str) -> None:
        """Put a finger on the screen ("down") or lift it ("up").

        Raises:
            SimulatorError: the device does not run.
        """
        self._send(device, Message("touch", {"x_px": x_px, "y_px": y_px, "phase": phase}))

    def press(self, device: str, desk: str, *, down: bool) -> None:
        """Press a desk's button, or let it go.

        Raises:
            SimulatorError: the device does not run.
        """
        self._send(device, Message("button", {"desk": desk, "down": down}))

    @property
    def devices(self) -> frozenset[str]:
        """Names of the devices that are connected now."""
        with self._lock:
            return frozenset(self._devices)

    def close(self) -> None:
        """End the world; every device notices."""
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        with self._lock:
            self._is_over = True
            connections = list(self._devices.values())
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(FileNotFoundError):
            self._address.unlink()

    # -- connections ---------------------------------------------------------------------------------------------------

    def _stand(self, device: str, message: Message) -> None:
        with self._lock:
            self._standing.setdefault(device, {})[message.kind] = message
        with contextlib.suppress(SimulatorError):  # it is told when the device comes
            self._send(device, message)

    def _send(self, device: str, message: Message) -> None:
        with self._lock:
            connection = self._devices.get(device)
            try:
                if connection is not None:
                    connection.sendall(message.encoded())
                    return
            except OSError:
                pass
        reason = f"{device} does not run at present"
        raise SimulatorError(reason)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                threading.Thread(target=self._serve, args=(connection,), name="world device", daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        device = ""
        with contextlib.suppress(OSError, ValueError, KeyError), connection, connection.makefile("rb") as stream:
            hello = read_message(stream)
            if hello is None:
                return
            device = hello.values["device"]
            while (message := read_message(stream)) is not None:
                if message.kind == "listening":
                    if not self._joined(device, connection):
                        break
                else:
                    self._notices(device, message)
        self._leave(device, connection)

    def _joined(self, device: str, connection: socket.socket) -> bool:
        """Tell it how things stand; False for one that comes when the world is over, which must notice that too."""
        with self._lock:
            if self._is_over:
                return False
            self._devices[device] = connection
            for message in self._standing.get(device, {}).values():
                connection.sendall(message.encoded())
        return True

    def _leave(self, device: str, connection: socket.socket) -> None:
        with self._lock:
            if self._devices.get(device) is not connection:
                return
            del self._devices[device]
        self._notices(device, Message("gone"))
