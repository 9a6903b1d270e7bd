"""The lane's camera in the shop: real frames of what the world holds before it. Who reads them is the real scanner."""

from __future__ import annotations

import threading
from dataclasses import fields
from typing import TYPE_CHECKING

from kiosk.hardware.ports import ScannerError
from kiosk.hardware.simulated.lane_picture import Look, covered, picture

if TYPE_CHECKING:
    from kiosk.hardware.ports import Frame
    from kiosk.hardware.simulated.link import WorldLink
    from kiosk.hardware.simulated.messages import Message

LOOKS = frozenset(one.name for one in fields(Look))


class SimulatedCamera:
    """A Camera. While nothing moves it delivers the same frame object, so nobody draws or reads it twice."""

    def __init__(self, world: WorldLink) -> None:
        """Listen to the world; before its link is started.

        The world tells `phone` (the fields of Look; text null: taken away), `cover` (on), `camera_cable` (plugged_in).
        """
        self._changed = threading.Condition()
        self._look, self._is_covered, self._is_plugged_in = Look(), False, True
        self._frame: Frame | None = None
        world.hear("phone", self._phone)
        world.hear("cover", self._cover)
        world.hear("camera_cable", self._cable)

    def next_frame(self, timeout_s: float) -> Frame | None:
        """See Camera; answers at once."""
        del timeout_s
        with self._changed:
            if not self._is_plugged_in:
                message = "camera: unplugged in the shop; plug it in there"
                raise ScannerError(message)
            if self._frame is None:
                self._frame = covered() if self._is_covered else picture(self._look)
            return self._frame

    def vary(self, missed: int) -> None:
        """See Camera: pictures are as they are."""

    def close(self) -> None:
        """See Camera: the shop goes on."""

    def _phone(self, message: Message) -> None:
        self._becomes(look=Look(**{name: value for name, value in message.values.items() if name in LOOKS}))

    def _cover(self, message: Message) -> None:
        self._becomes(is_covered=bool(message.values["on"]))

    def _cable(self, message: Message) -> None:
        self._becomes(is_plugged_in=bool(message.values["plugged_in"]))

    def _becomes(self, **how: object) -> None:
        with self._changed:
            for name, value in how.items():
                setattr(self, f"_{name}", value)
            self._frame = None
