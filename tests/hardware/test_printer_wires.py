"""USB and serial printers, by file and by name: found, taken from the kernel, printed on, pulled out in the middle."""

from __future__ import annotations

import threading
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from printing import shows, ticket, ticket_picture

from kiosk.hardware.backends import open_printer
from kiosk.hardware.ports import Outcome, Paper, PrinterError, PrinterState, PrinterTrouble
from kiosk.hardware.printer import EscposPrinter
from kiosk.hardware.simulated.printer import SimulatedPrinter
from kiosk.hardware.simulated.serial_line import SerialLine
from kiosk.hardware.simulated.usb_bus import UsbBus, UsbPrinter
from kiosk.hardware.wire_serial import SerialWire
from kiosk.hardware.wire_usb import open_usb
from kiosk.settings import Printer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def world() -> Iterator[SimulatedPrinter]:
    """A printer that is well."""
    printer = SimulatedPrinter()
    yield printer
    printer.close()


@pytest.fixture
def line(world: SimulatedPrinter) -> Iterator[SerialLine]:
    """A serial line to it."""
    laid = SerialLine(world)
    yield laid
    laid.unplug()


def on_usb(bus: UsbBus, device: str = "", **how: float) -> EscposPrinter:
    """The lane's printer on this bus."""
    settings = Printer(kind="usb", device=device, timeout_s=2)
    return EscposPrinter(partial(open_usb, settings, bus), settings, **how)


def on_serial(device: str, **how: float) -> EscposPrinter:
    """The lane's printer on this line."""
    settings = Printer(kind="serial", device=device, timeout_s=2)
    return EscposPrinter(partial(SerialWire, settings), settings, **how)


def run(printer: EscposPrinter, content: bytes) -> Outcome:
    """Print it."""
    return printer.print(content, begun=lambda: None, held=lambda _trouble: None)


def test_a_device_file_prints(world: SimulatedPrinter, line: SerialLine) -> None:
    """Through the kernel's own device file the ticket comes out whole, and is confirmed."""
    outcome = run(open_printer(Printer(kind="usb", device=line.path, timeout_s=3)), ticket(6))

    assert outcome is Outcome.CONFIRMED
    assert shows(world.pieces[0], ticket_picture(6))


def test_a_serial_line_prints(world: SimulatedPrinter, line: SerialLine) -> None:
    """Over a serial line the same ticket comes out whole, and is confirmed."""
    outcome = run(on_serial(line.path), ticket(6))

    assert outcome is Outcome.CONFIRMED
    assert shows(world.pieces[0], ticket_picture(6))


@pytest.mark.parametrize("name", ["", "04b8:0e15", "TM-T20III", "epson tm-t20", "x7qk001"])
def test_a_usb_printer_is_found_by_any_of_its_names(world: SimulatedPrinter, name: str) -> None:
    """By its numbers, a part of what it calls itself, its serial number; the only one needs no name."""
    outcome = run(on_usb(UsbBus(UsbPrinter(world)), name), ticket(7))

    assert outcome is Outcome.CONFIRMED
    assert shows(world.pieces[0], ticket_picture(7))


def test_of_two_usb_printers_the_named_one_prints(world: SimulatedPrinter) -> None:
    """The ticket comes out of the lane's printer, not of the one that was plugged in first."""
    other = SimulatedPrinter()
    bus = UsbBus(UsbPrinter(other, product="TM-L90", serial_number="L1"), UsbPrinter(world, serial_number="T1"))

    run(on_usb(bus, "T1"), ticket())

    assert (len(other.pieces), len(world.pieces)) == (0, 1)
    other.close()


def test_the_kernels_driver_gets_the_printer_back(world: SimulatedPrinter) -> None:
    """A printer that the kernel holds is taken for the ticket and given back after it."""
    there = UsbPrinter(world, has_driver=True)

    outcome = run(on_usb(UsbBus(there)), ticket())

    assert outcome is Outcome.CONFIRMED
    assert there.has_driver
    assert there.line is None


def test_a_printer_that_tells_no_name_has_its_numbers(world: SimulatedPrinter) -> None:
    """One whose names cannot be read is found by vendor and product."""
    bus = UsbBus(UsbPrinter(world, is_shy=True))

    assert run(on_usb(bus, "04B8:0E15"), ticket()) is Outcome.CONFIRMED


@pytest.mark.parametrize(
    ("name", "told"),
    [("TM-T88", "no USB printer is called TM-T88; plugged in: 04b8:0e15, 04b8:0e15"), ("EPSON", "several USB printers")],
)
def test_a_name_that_fits_none_or_several_says_what_is_there(world: SimulatedPrinter, name: str, told: str) -> None:
    """Nothing is printed by guessing: the error names what is plugged in."""
    bus = UsbBus(UsbPrinter(world), UsbPrinter(world))

    with pytest.raises(OSError, match=told):
        open_usb(Printer(kind="usb", device=name), bus)
    with pytest.raises(PrinterError, match="cannot be reached"):
        run(on_usb(bus, name), ticket())


def test_a_usb_printer_that_somebody_else_holds_is_unplugged_for_us(world: SimulatedPrinter) -> None:
    """Two programs do not print into one another."""
    there = UsbPrinter(world)
    bus = UsbBus(there)
    first = open_usb(Printer(kind="usb", device=""), bus)

    assert on_usb(bus).state() == PrinterState(Paper.UNKNOWN, PrinterTrouble.UNPLUGGED)
    first.close()
    assert on_usb(bus).state() == PrinterState(Paper.PRESENT)


@pytest.fixture(params=["usb", "serial"])
def printer(request: pytest.FixtureRequest, world: SimulatedPrinter) -> EscposPrinter:
    """The lane's printer, once on each wire; the simulated one has one plug."""
    if request.param == "usb":
        return on_usb(UsbBus(UsbPrinter(world)))
    line: SerialLine = request.getfixturevalue("line")
    return on_serial(line.path)


def test_its_state_is_asked_before_anything_is_sent(world: SimulatedPrinter, printer: EscposPrinter) -> None:
    """No paper: nothing goes out, on any wire; paper near its end is told and prints."""
    world.come_near_the_end()
    near_end = printer.state()
    world.run_out_of_paper()

    with pytest.raises(PrinterError) as caught:
        run(printer, ticket())

    assert near_end == PrinterState(Paper.NEAR_END)
    assert caught.value.trouble is PrinterTrouble.PAPER_OUT
    assert world.pieces == []


def test_a_usb_cable_pulled_in_the_middle_is_never_success(world: SimulatedPrinter) -> None:
    """The transfer is truncated: known as cut off, so that the copy is printed."""
    there = UsbPrinter(world)
    bus = UsbBus(there)
    world.be_slow(20_000)

    def pulls() -> None:
        world.wait_for_bytes(10_000)
        bus.unplug(there)

    hand = threading.Thread(target=pulls)
    hand.start()
    outcome = run(on_usb(bus), ticket())
    hand.join()

    assert outcome is Outcome.CUT_OFF


def test_a_serial_adapter_pulled_in_the_middle_is_never_success(world: SimulatedPrinter, line: SerialLine) -> None:
    """The line hangs up while the ticket is on it: cut off."""
    world.be_slow(20_000)

    def pulls() -> None:
        world.wait_for_bytes(5_000)
        line.unplug()

    hand = threading.Thread(target=pulls)
    hand.start()
    outcome = run(on_serial(line.path), ticket())
    hand.join()

    assert outcome is Outcome.CUT_OFF


def test_a_serial_printer_is_found_by_its_adapters_name(world: SimulatedPrinter, line: SerialLine) -> None:
    """ttyUSB0 may be another one after a restart; the adapter's name is not."""

    def ports() -> list[SimpleNamespace]:
        modem = SimpleNamespace(device="/dev/none", description="Modem", product="Modem", serial_number="", vid=None, pid=None)
        adapter = {"description": "FT232R USB UART", "product": "FT232R", "serial_number": "A50285BI"}
        return [modem, SimpleNamespace(device=line.path, vid=0x0403, pid=0x6001, **adapter)]

    for name in ("ft232r", "0403:6001", "A50285BI"):
        settings = Printer(kind="serial", device=name, timeout_s=2)
        assert run(EscposPrinter(partial(SerialWire, settings, ports), settings), ticket()) is Outcome.CONFIRMED
    with pytest.raises(OSError, match="no serial adapter is called CH340; plugged in: FT232R USB UART, Modem"):
        SerialWire(Printer(kind="serial", device="CH340"), ports)


@pytest.mark.parametrize(
    ("kind", "device"), [("usb", "none"), ("serial", "none"), ("serial", "plain file")], ids=["usb", "serial", "file"]
)
def test_a_device_file_that_is_not_there_is_unplugged(tmp_path: Path, kind: str, device: str) -> None:
    """No device, or one that is no serial line, is named with its path."""
    path = tmp_path / device
    if device == "plain file":
        path.write_bytes(b"")
    printer = open_printer(Printer(kind=kind, device=str(path)))

    with pytest.raises(PrinterError, match=rf"{path}: it cannot be reached") as caught:
        run(printer, ticket())

    assert caught.value.trouble is PrinterTrouble.UNPLUGGED
