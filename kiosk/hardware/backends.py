"""Which class stands behind a word of the settings, in one table. Imported when chosen; nothing replaces it.

The simulated ones are chosen by their own words and need the shop's world (kiosk.hardware.simulated); no other word
leads to them.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from kiosk.hardware.ports import Camera, CodeSource, Pager, Press, ScannerError, SimulatorError, TicketPrinter, Wake

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kiosk.hardware.simulated.link import WorldLink
    from kiosk.settings import Desk, Gpio, Output, PatternSetting, Printer, Scanner

CAMERAS = {
    "camera": "kiosk.hardware.camera_pi:PiCamera",
    "usb_camera": "kiosk.hardware.camera_usb:UsbCamera",
    "folder": "kiosk.hardware.folder:FolderCamera",
    "simulated": "kiosk.hardware.simulated.camera:SimulatedCamera",
}
HAND_SCANNERS = {"hand_scanner": "kiosk.hardware.hand_scanner:HandScanner"}
PRINTERS = {
    "usb": "kiosk.hardware.wire_usb:open_usb",
    "network": "kiosk.hardware.wire:NetworkWire",
    "serial": "kiosk.hardware.wire_serial:SerialWire",
}
PIN_FACTORIES = {
    "lgpio": "kiosk.hardware.pins:lgpio_factory",
    "mock": "kiosk.hardware.pins:mock_factory",
}
WATCHERS = {"mock": "kiosk.hardware.simulated.gpio:watch_pins"}
SIMULATED = frozenset({"simulated", "mock"})


def chosen(table: dict[str, str], word: str) -> Any:
    """The class or function that the word names."""
    module, _, name = table[word].partition(":")
    return getattr(import_module(module), name)


def open_scanner(scanner: Scanner, *, wake: Wake, world: WorldLink | None = None) -> CodeSource:
    """Everything of [scanner] kinds as one source of codes.

    Args:
        scanner: the section.
        wake: called from the sources' threads when polling would bring something new, a frame included.
        world: the link to the shop, for the kind "simulated"; started after this, so that nothing is missed.

    Raises:
        SimulatorError: the kind is simulated and there is no world. A device that is absent is told by poll(), not
            here.
    """
    return joined([open_source(kind, scanner, wake=wake, world=world) for kind in scanner.kinds])


def open_source(kind: str, scanner: Scanner, *, wake: Wake, world: WorldLink | None) -> CodeSource:
    """One source by its word."""
    from kiosk.hardware.scanner import CameraScanner

    if kind in HAND_SCANNERS:
        source: CodeSource = chosen(HAND_SCANNERS, kind)(scanner.hand_scanner, wake=wake)
        return source
    if kind in SIMULATED:
        camera = chosen(CAMERAS, kind)(needed(world, kind))  # one, listening before the link is started

        def opens() -> Camera:
            return camera  # type: ignore[no-any-return]

    else:
        opens = partial(chosen(CAMERAS, kind), scanner)
    return CameraScanner(
        opens, kind=kind, frames_per_s=scanner.frames_per_s, reads_per_s=scanner.reads_per_s, wake=wake
    )


def joined(sources: Sequence[CodeSource]) -> CodeSource:
    """One source as it is, several as one.

    Raises:
        ScannerError: there is none.
    """
    from kiosk.hardware.scanner import Scanners

    if not sources:
        message = "settings, [scanner] kinds: name at least one of camera, usb_camera, folder, hand_scanner"
        raise ScannerError(message)
    return sources[0] if len(sources) == 1 else Scanners(sources)


def open_printer(printer: Printer) -> TicketPrinter:
    """The printer of [printer]; it is reached anew for each ticket, so that one that is off now may be on later."""
    from kiosk.hardware.printer import EscposPrinter

    return EscposPrinter(partial(chosen(PRINTERS, printer.kind), printer), printer)


def open_pager(
    gpio: Gpio,
    desks: Sequence[Desk],
    *,
    on_press: Callable[[str, Press], None],
    outputs: Sequence[Output] = (),
    patterns: Sequence[PatternSetting] = (),
    world: WorldLink | None = None,
) -> Pager:
    """The lamps, buzzers and buttons of these desks.

    Args:
        gpio: the section; its factory "mock" needs `world`.
        desks: their `advisor` is the name that show() and on_press speak of.
        on_press: called from the pager's thread with the desk and what was pressed; must return at once.
        outputs: of lanes; their `name` is what show() speaks of.
        patterns: the settings' own rhythms.
        world: the link to the shop; started after this, so that nothing is missed.

    Raises:
        PagerError: no Pi, no pins, a pin twice, or none where the lamp's kind needs one.
        SimulatorError: the factory is mock and there is no world.
    """
    from kiosk.hardware.pager import GpioPager
    from kiosk.hardware.patterns import chosen_rhythms

    if gpio.factory in SIMULATED:
        needed(world, gpio.factory)
    factory = chosen(PIN_FACTORIES, gpio.factory)()
    rhythms = chosen_rhythms(patterns)
    pager = GpioPager(factory, gpio, desks, on_press=on_press, outputs=outputs, rhythms=rhythms)
    if gpio.factory in SIMULATED:
        chosen(WATCHERS, gpio.factory)(factory, desks, outputs, needed(world, gpio.factory))
    return pager


def needed(world: WorldLink | None, word: str) -> WorldLink:
    """The world.

    Raises:
        SimulatorError: there is none.
    """
    if world is None:
        message = f"settings: {word} is simulated hardware and needs [simulator] address; start it with: kiosk shop"
        raise SimulatorError(message)
    return world
