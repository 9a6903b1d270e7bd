"""A monitor on the Pi's own screen, switched by DPMS: four calls of the kernel's graphics interface (DRM).

The structures are those of Linux's <drm/drm_mode.h>, the same on every processor that a Pi has.
"""

from __future__ import annotations

import ctypes
import fcntl
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.hardware.panel_power import DPMS_OFF, DPMS_ON, PanelError

if TYPE_CHECKING:
    from collections.abc import Callable

GET_RESOURCES, GET_CONNECTOR, GET_PROPERTY, SET_PROPERTY = 0xC04064A0, 0xC05064A7, 0xC04064AA, 0xC01064AB


class Resources(ctypes.Structure):
    """struct drm_mode_card_res of <drm/drm_mode.h>."""

    _fields_ = [
        *((name, ctypes.c_uint64) for name in ("fbs", "crtcs", "connectors", "encoders")),
        *((name, ctypes.c_uint32) for name in ("count_fbs", "count_crtcs", "count_connectors", "count_encoders")),
        *((name, ctypes.c_uint32) for name in ("min_width", "max_width", "min_height", "max_height")),
    ]


class Connector(ctypes.Structure):
    """struct drm_mode_get_connector."""

    _fields_ = [
        *((name, ctypes.c_uint64) for name in ("encoders", "modes", "props", "values")),
        *((name, ctypes.c_uint32) for name in ("count_modes", "count_props", "count_encoders", "encoder_id")),
        *((name, ctypes.c_uint32) for name in ("connector_id", "kind", "kind_id", "connection")),
        *((name, ctypes.c_uint32) for name in ("mm_width", "mm_height", "subpixel", "pad")),
    ]


class Property(ctypes.Structure):
    """struct drm_mode_get_property."""

    _fields_ = [
        *((name, ctypes.c_uint64) for name in ("values", "enums")),
        *((name, ctypes.c_uint32) for name in ("prop_id", "flags")),
        ("name", ctypes.c_char * 32),
        *((name, ctypes.c_uint32) for name in ("count_values", "count_enums")),
    ]


class Setting(ctypes.Structure):
    """struct drm_mode_connector_set_property."""

    _fields_ = [("value", ctypes.c_uint64), ("prop_id", ctypes.c_uint32), ("connector_id", ctypes.c_uint32)]


class Monitor:
    """A monitor on the Pi's own screen, switched by the DPMS property of its connector.

    Only who shows a picture may do that, so it asks through the file that SDL has opened in this very process.
    """

    def __init__(
        self, call: Callable[[int, int, ctypes.Structure], object] | None = None, card: int | None = None
    ) -> None:
        """`call` is ioctl, `card` the opened /dev/dri/card*; both are found where they are not given."""
        self._call, self._card = call or fcntl.ioctl, card

    def switch(self, *, on: bool) -> None:
        """Set DPMS on every connector that has it."""
        try:
            card = _opened_card() if self._card is None else self._card
            switched = [one for one in self._connectors(card) if self._set(card, one, DPMS_ON if on else DPMS_OFF)]
        except OSError as error:
            raise PanelError(f"[board] panel_power = dpms: {error.strerror}; choose cec or none") from error
        if not switched:
            raise PanelError("[board] panel_power = dpms: this screen has no DPMS; choose cec or none")

    def _connectors(self, card: int) -> list[int]:
        told = Resources()
        self._call(card, GET_RESOURCES, told)
        ids = (ctypes.c_uint32 * told.count_connectors)()
        again = Resources(connectors=ctypes.addressof(ids), count_connectors=told.count_connectors)
        self._call(card, GET_RESOURCES, again)
        return list(ids)

    def _set(self, card: int, connector_id: int, value: int) -> bool:
        """Set the property named DPMS; was there one?"""
        told = Connector(connector_id=connector_id, count_modes=1)  # not 0: that would probe the screen anew
        mode = (ctypes.c_uint8 * 68)()
        told.modes = ctypes.addressof(mode)
        self._call(card, GET_CONNECTOR, told)
        count = told.count_props
        props, values = (ctypes.c_uint32 * count)(), (ctypes.c_uint64 * count)()
        again = Connector(
            connector_id=connector_id,
            count_modes=1,
            modes=ctypes.addressof(mode),
            count_props=count,
            props=ctypes.addressof(props),
            values=ctypes.addressof(values),
        )
        self._call(card, GET_CONNECTOR, again)
        for prop_id in props:
            about = Property(prop_id=prop_id)
            self._call(card, GET_PROPERTY, about)
            if about.name == b"DPMS":
                self._call(card, SET_PROPERTY, Setting(value, prop_id, connector_id))
                return True
        return False


def _opened_card() -> int:
    """The file descriptor of the graphics card that this process draws on."""
    for one in Path("/proc/self/fd").iterdir():
        if str(_target(one)).startswith("/dev/dri/card"):
            return int(one.name)
    raise PanelError("[board] panel_power = dpms: needs the Pi's own screen ([screen] kind = console)")


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""
