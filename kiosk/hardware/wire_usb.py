"""A ticket printer on USB, by its device file or by its name, through pyusb and libusb-1.0.

A name is `vendor:product` (04b8:0e15), the printer's serial number, or a part of what it calls itself (TM-T20III): it
stays the same whichever socket the cable is in and whichever device was there first.
"""

from __future__ import annotations

import contextlib
import errno
import select
from typing import TYPE_CHECKING, Any

from kiosk.hardware.wire import DeviceFileWire, Wire

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiosk.settings import Printer

PRINTER_CLASS = 7
CHUNK_BYTES = 4096
ANSWER_BYTES = 64
SOON_S = 0.01


def open_usb(printer: Printer, bus: Any = None) -> Wire:
    """The printer's wire: a path is opened as a file, everything else is looked for on the bus.

    Raises:
        OSError: there is no such file; none of the printers on the bus is called so, or several are.
    """
    return DeviceFileWire(printer) if printer.device.startswith("/") else UsbWire(printer, bus)


class UsbWire:
    """A Wire to the one printer on the bus that is called so."""

    def __init__(self, printer: Printer, bus: Any = None) -> None:
        """Find it, take it from the kernel's own driver, claim it. `bus` is pyusb's backend, for a stand-in."""
        import usb.core
        import usb.util

        self._usb = usb
        self._device, self._interface = self._found(printer.device, bus)
        self._number = self._interface.bInterfaceNumber
        self._had_driver = False
        try:
            self._claim()
            self._out, self._in = self._endpoint(usb.util.ENDPOINT_OUT), self._endpoint(usb.util.ENDPOINT_IN)
        except BaseException:
            self.close()
            raise
        if self._out is None:
            self.close()
            raise OSError(errno.ENODEV, f"{printer.device} takes no data")

    def write(self, content: bytes, timeout_s: float) -> int:
        """See Wire."""
        with contextlib.suppress(self._usb.core.USBTimeoutError):
            return int(self._out.write(content[:CHUNK_BYTES], round(timeout_s * 1000)))
        return 0

    def read(self, timeout_s: float) -> bytes:
        """See Wire. A printer that answers with nothing, at once, is asked again a little later."""
        if self._in is None:
            select.select([], [], [], timeout_s)
            return b""
        with contextlib.suppress(self._usb.core.USBTimeoutError):
            answer = bytes(self._in.read(ANSWER_BYTES, round(timeout_s * 1000)))
            if not answer:
                select.select([], [], [], min(timeout_s, SOON_S))
            return answer
        return b""

    def close(self) -> None:
        """See Wire; the kernel's driver gets the printer back."""
        with contextlib.suppress(self._usb.core.USBError):
            self._usb.util.release_interface(self._device, self._number)
        if self._had_driver:
            with contextlib.suppress(self._usb.core.USBError, NotImplementedError):
                self._device.attach_kernel_driver(self._number)
        self._usb.util.dispose_resources(self._device)

    def _found(self, name: str, bus: Any) -> tuple[Any, Any]:
        try:
            printers = list(self._printers(bus))
        except self._usb.core.NoBackendError as error:
            raise OSError(errno.ENOSYS, "libusb-1.0 is missing; apt install libusb-1.0-0") from error
        fitting = [one for one in printers if not name or any(name.lower() in each for each in _names(one[0]))]
        if len(fitting) == 1:
            return fitting[0]
        there = ", ".join(sorted(_names(device)[0] for device, _ in printers)) or "none"
        what = "several USB printers are" if fitting else "no USB printer is"
        raise OSError(errno.ENODEV, f"{what} called {name or 'anything'}; plugged in: {there}")

    def _printers(self, bus: Any) -> Iterator[tuple[Any, Any]]:
        for device in self._usb.core.find(find_all=True, backend=bus) or ():
            for configuration in device:
                for interface in configuration:
                    if interface.bInterfaceClass == PRINTER_CLASS:
                        yield device, interface
                        break

    def _claim(self) -> None:
        with contextlib.suppress(NotImplementedError):
            if self._device.is_kernel_driver_active(self._number):
                self._device.detach_kernel_driver(self._number)
                self._had_driver = True
        self._usb.util.claim_interface(self._device, self._number)

    def _endpoint(self, direction: int) -> Any:
        return self._usb.util.find_descriptor(
            self._interface,
            custom_match=lambda one: self._usb.util.endpoint_direction(one.bEndpointAddress) == direction,
        )


def _names(device: Any) -> tuple[str, ...]:
    """What the device may be called, in small letters: its numbers, then what it says itself."""
    told = []
    for part in ("manufacturer", "product", "serial_number"):
        with contextlib.suppress(ValueError, OSError, NotImplementedError):  # one that may not be asked has numbers
            told.append(str(getattr(device, part) or "").lower())
    return (f"{device.idVendor:04x}:{device.idProduct:04x}", " ".join(told[:2]).strip(), *told[2:])
