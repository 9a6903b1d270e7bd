"""Tickets and printers for the tests of everything that prints."""

from __future__ import annotations

import random
from functools import partial
from typing import TYPE_CHECKING

from PIL import Image, ImageChops

from kiosk.hardware.printer import EscposPrinter
from kiosk.hardware.wire import NetworkWire
from kiosk.raster import escpos_bytes
from kiosk.settings import Printer

if TYPE_CHECKING:
    from kiosk.hardware.simulated.printer import Piece, SimulatedPrinter

FEED_DOTS = 80


def ticket_picture(seed: int = 1, *, width_dots: int = 576, height_dots: int = 700) -> Image.Image:
    """A ticket-sized picture that no other seed has; as hard for a printer as noise."""
    bits = random.Random(seed).randbytes(width_dots // 8 * height_dots)
    return Image.frombytes("1", (width_dots, height_dots), bits)


def ticket(seed: int = 1) -> bytes:
    """Its bytes, cut included."""
    return escpos_bytes(ticket_picture(seed), feed_dots=FEED_DOTS)


def shows(piece: Piece, picture: Image.Image) -> bool:
    """Whether exactly this picture is on the paper, dot by dot, with the feed below it."""
    same_size = piece.image.size == (picture.width, picture.height + FEED_DOTS)
    top = piece.image.crop((0, 0, *picture.size))
    return same_size and ImageChops.difference(top, picture.convert("L")).getbbox() is None


def network(world: SimulatedPrinter, *, timeout_s: float = 2.0, answers_status: bool = True) -> Printer:
    """Settings that lead to a simulated printer."""
    return Printer(
        kind="network", host="127.0.0.1", port=world.port, timeout_s=timeout_s, answers_status=answers_status
    )


def printer_on(
    world: SimulatedPrinter, *, timeout_s: float = 2.0, answers_status: bool = True, **how: float
) -> EscposPrinter:
    """The lane's printer, connected to a simulated one."""
    settings = network(world, timeout_s=timeout_s, answers_status=answers_status)
    return EscposPrinter(partial(NetworkWire, settings), settings, **how)
