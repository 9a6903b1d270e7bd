# ruff: noqa: ARG002 - the calls are pyusb's, whatever one of them looks at
"""A USB bus with printers on it, as pyusb's backend: enough of one for a printer to be found, claimed and written to.

What the printer makes of the bytes is simulated/printer.py's; the bus reaches it over the port it listens on anyway.
"""

from __future__ import annotations

import array
import errno
import select
import socket
import threading
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiosk.hardware.simulated.printer import SimulatedPrinter

OUT, IN = 0x01, 0x82
ENGLISH = 0x0409
GET_DESCRIPTOR, STRING = 0x06, 0x03
FILE_DRIVER = "usblp"


@dataclass
class UsbPrinter:
    """One printer on the bus: what it calls itself, and the simulated printer behind it.

    Attributes:
        has_driver: the kernel's own driver holds it until somebody takes it away.
        is_shy: it says its numbers and no name, as one does whose strings may not be read.
    """

    printer: SimulatedPrinter
    numbers: tuple[int, int] = (0x04B8, 0x0E15)
    manufacturer: str = "EPSON"
    product: str = "TM-T20III"
    serial_number: str = "X7QK001"
    has_driver: bool = True
    is_shy: bool = False
    address: int = 1
    line: socket.socket | None = field(default=None, repr=False)


class UsbBus:
    """Any thread. `plug_in` and `unplug` are what hands do."""

    def __init__(self, *printers: UsbPrinter) -> None:
        """With these plugged in."""
        self._lock = threading.Lock()
        self._plugged: list[UsbPrinter] = []
        for one in printers:
            self.plug_in(one)

    def plug_in(self, printer: UsbPrinter) -> None:
        """Put it into a free socket."""
        with self._lock:
            printer.address = 1 + max((one.address for one in self._plugged), default=0)
            self._plugged.append(printer)

    def unplug(self, printer: UsbPrinter) -> None:
        """Pull its cable; who writes to it has lost it."""
        with self._lock:
            self._plugged.remove(printer)
            if printer.line:
                printer.line.close()
                printer.line = None

    # -- what pyusb asks its backend -----------------------------------------------------------------------------------

    def enumerate_devices(self) -> Iterator[UsbPrinter]:
        """What is plugged in."""
        return iter(list(self._plugged))

    def get_parent(self, device: UsbPrinter) -> None:
        """Every socket is the bus's own."""

    def get_device_descriptor(self, device: UsbPrinter) -> Any:
        """The head of what it says of itself."""
        names = (0, 0, 0) if device.is_shy else (1, 2, 3)
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0, bDeviceProtocol=0,
            bMaxPacketSize0=64, idVendor=device.numbers[0], idProduct=device.numbers[1], bcdDevice=0x100,
            iManufacturer=names[0], iProduct=names[1], iSerialNumber=names[2], bNumConfigurations=1,
            address=device.address, bus=1, port_number=device.address, port_numbers=(device.address,), speed=2,
        )  # fmt: skip

    def get_configuration_descriptor(self, device: UsbPrinter, config: int) -> Any:
        """It has one."""
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=32, bNumInterfaces=1, bConfigurationValue=1,
            iConfiguration=0, bmAttributes=0xC0, bMaxPower=1, extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(self, device: UsbPrinter, intf: int, alt: int, config: int) -> Any:
        """A printer that also answers."""
        if intf or alt or config:
            raise IndexError(intf)
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=0, bAlternateSetting=0, bNumEndpoints=2,
            bInterfaceClass=7, bInterfaceSubClass=1, bInterfaceProtocol=2, iInterface=0, extra_descriptors=[],
        )  # fmt: skip

    def get_endpoint_descriptor(self, device: UsbPrinter, ep: int, intf: int, alt: int, config: int) -> Any:
        """One each way."""
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=(OUT, IN)[ep], bmAttributes=2, wMaxPacketSize=64,
            bInterval=0, bRefresh=0, bSynchAddress=0, extra_descriptors=[],
        )  # fmt: skip

    def open_device(self, device: UsbPrinter) -> UsbPrinter:
        """The device is its own handle."""
        return device

    def close_device(self, handle: UsbPrinter) -> None:
        """Let go."""

    def get_configuration(self, handle: UsbPrinter) -> int:
        """The one there is."""
        return 1

    def is_kernel_driver_active(self, handle: UsbPrinter, intf: int) -> bool:
        """Whether the kernel holds it."""
        return handle.has_driver

    def detach_kernel_driver(self, handle: UsbPrinter, intf: int) -> None:
        """The kernel lets go."""
        handle.has_driver = False

    def attach_kernel_driver(self, handle: UsbPrinter, intf: int) -> None:
        """The kernel has it again."""
        handle.has_driver = True

    def claim_interface(self, handle: UsbPrinter, intf: int) -> None:
        """It is ours, unless the kernel or somebody else holds it."""
        self._must_be_there(handle)
        if handle.has_driver or handle.line:
            raise self._error(errno.EBUSY)
        try:
            handle.line = socket.create_connection(("127.0.0.1", handle.printer.port))
        except OSError as error:
            raise self._error(errno.ENODEV) from error

    def release_interface(self, handle: UsbPrinter, intf: int) -> None:
        """Anybody's."""
        if handle.line:
            handle.line.close()
            handle.line = None

    def ctrl_transfer(  # noqa: PLR0917 - as pyusb calls it
        self, handle: UsbPrinter, kind: int, request: int, value: int, index: int, content: Any, timeout: int
    ) -> int:
        """Its names, in UTF-16, and which languages it has them in."""
        self._must_be_there(handle)
        number = value & 0xFF
        if request != GET_DESCRIPTOR or value >> 8 != STRING:
            raise self._error(errno.EPIPE)
        words = (handle.manufacturer, handle.product, handle.serial_number)
        told = ENGLISH.to_bytes(2, "little") if number == 0 else words[number - 1].encode("utf-16-le")
        answer = bytes([len(told) + 2, STRING]) + told
        content[: len(answer)] = array.array("B", answer)
        return len(answer)

    def bulk_write(self, handle: UsbPrinter, ep: int, intf: int, content: Any, timeout: int) -> int:
        """As much as the printer takes in time."""
        line = self._line(handle)
        if not select.select([], [line], [], timeout / 1000)[1]:
            raise self._timeout()
        try:
            return line.send(bytes(content), socket.MSG_DONTWAIT)
        except BlockingIOError as error:
            raise self._timeout() from error
        except OSError as error:
            raise self._error(errno.EIO) from error

    def bulk_read(self, handle: UsbPrinter, ep: int, intf: int, content: Any, timeout: int) -> int:
        """What the printer answers in time."""
        line = self._line(handle)
        if not select.select([line], [], [], timeout / 1000)[0]:
            raise self._timeout()
        try:
            answer = line.recv(len(content))
        except OSError as error:
            raise self._error(errno.EIO) from error
        if not answer:
            raise self._error(errno.ENODEV)
        content[: len(answer)] = array.array("B", answer)
        return len(answer)

    intr_write = iso_write = bulk_write  # pyusb asks for all of them and uses the one that the endpoint names
    intr_read = iso_read = bulk_read

    def _line(self, handle: UsbPrinter) -> socket.socket:
        self._must_be_there(handle)
        if handle.line is None:
            raise self._error(errno.ENODEV)
        return handle.line

    def _must_be_there(self, handle: UsbPrinter) -> None:
        if handle not in self._plugged:
            raise self._error(errno.ENODEV)

    def _error(self, number: int) -> Exception:
        import usb.core

        error: Exception = usb.core.USBError("simulated", number, number)
        return error

    def _timeout(self) -> Exception:
        import usb.core

        error: Exception = usb.core.USBTimeoutError("simulated", -7, errno.ETIMEDOUT)
        return error
