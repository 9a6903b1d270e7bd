"""The language of receipt printers, taken apart: a stream of bytes becomes commands, however it is cut into pieces.

Exactly the commands that the simulated printer obeys; anything else is an error with its place, as a program's fault
should be.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.hardware.ports import SimulatorError

if TYPE_CHECKING:
    from collections.abc import Iterator

ESC, GS, DLE = 0x1B, 0x1D, 0x10
CONTROLS = {0x0A: "LF", 0x0D: "CR", 0x09: "HT"}
# Commands that are all of one length: name and how many bytes of parameters follow the two that name it.
FIXED = {
    b"\x1b@": ("initialise", 0),
    b"\x1ba": ("align", 1),
    b"\x1bd": ("feed_lines", 1),
    b"\x1bJ": ("feed_dots", 1),
    b"\x1b2": ("default_spacing", 0),
    b"\x1b3": ("spacing", 1),
    b"\x1bt": ("code_page", 1),
    b"\x1b!": ("style", 1),
    b"\x1dr": ("status", 1),
    b"\x10\x04": ("status_now", 1),
}
COLUMN_BYTES = {0: 1, 1: 1, 32: 3, 33: 3}
CUT, CUT_AFTER_FEED = (0, 1, 48, 49), (65, 66)


class PrinterLanguageError(SimulatorError):
    """The bytes are no ESC/POS of this printer; names what and at which byte."""


@dataclass(frozen=True)
class Command:
    """One command: its name, where it began in the stream, its parameters, and the long part of a picture or code."""

    name: str
    offset: int
    values: bytes = b""
    content: bytes = field(default=b"", repr=False)


class Commands:
    """Takes pieces of a stream and gives whole commands."""

    def __init__(self) -> None:
        """Begin at byte 0."""
        self._waiting = b""
        self._offset = 0

    def feed(self, piece: bytes) -> Iterator[Command]:
        """The commands that this piece completes.

        Raises:
            PrinterLanguageError: something that is no command of this printer.
        """
        self._waiting += piece
        while self._waiting:
            taken = self._next()
            if taken is None:
                return
            command, size = taken
            self._waiting = self._waiting[size:]
            self._offset += size
            yield command

    def end(self) -> None:
        """The stream is over.

        Raises:
            PrinterLanguageError: in the middle of a command.
        """
        if self._waiting:
            message = f"byte {self._offset}: the stream ends within a command, after {len(self._waiting)} bytes of it"
            raise PrinterLanguageError(message)

    def _next(self) -> tuple[Command, int] | None:
        """The first command and its length, or None while it is not whole."""
        first = self._waiting[0]
        if first in CONTROLS:
            return Command(CONTROLS[first], self._offset), 1
        if first >= 0x20:
            return self._text()
        two = self._waiting[:2]
        if len(two) == 1 and first in (ESC, GS, DLE):
            return None
        if two in FIXED:
            name, size = FIXED[two]
            return self._whole(name, 2, size)
        longer = {
            b"\x1b*": self._columns,
            b"\x1dV": self._cut,
            b"\x1dv": self._raster,
            b"\x1d(": self._grouped,
            b"\x1d8": self._large,
        }
        if two in longer:
            return longer[two]()
        raise self._unknown(two)

    def _unknown(self, said: bytes) -> PrinterLanguageError:
        return PrinterLanguageError(f"byte {self._offset}: {said.hex(' ')} is no command of this printer")

    def _whole(self, name: str, head: int, values: int, content: int = 0) -> tuple[Command, int] | None:
        size = head + values + content
        if len(self._waiting) < size:
            return None
        return Command(
            name, self._offset, self._waiting[head : head + values], self._waiting[head + values : size]
        ), size

    def _text(self) -> tuple[Command, int]:
        size = next((n for n, one in enumerate(self._waiting) if one < 0x20), len(self._waiting))
        return Command("text", self._offset, b"", self._waiting[:size]), size

    def _columns(self) -> tuple[Command, int] | None:
        head = self._waiting[2:5]
        if len(head) < 3:
            return None
        if head[0] not in COLUMN_BYTES:
            raise self._unknown(self._waiting[:3])
        return self._whole("columns", 2, 3, int.from_bytes(head[1:], "little") * COLUMN_BYTES[head[0]])

    def _cut(self) -> tuple[Command, int] | None:
        if len(self._waiting) < 3:
            return None
        mode = self._waiting[2]
        if mode not in CUT + CUT_AFTER_FEED:
            raise self._unknown(self._waiting[:3])
        return self._whole("cut", 2, 2 if mode in CUT_AFTER_FEED else 1)

    def _raster(self) -> tuple[Command, int] | None:
        head = self._waiting[2:8]
        if len(head) > 1 and (head[0] != 0x30 or head[1] not in (0, 1, 2, 3, 48, 49, 50, 51)):
            raise self._unknown(self._waiting[:4])
        if len(head) < 6:
            return None
        row_bytes, rows = int.from_bytes(head[2:4], "little"), int.from_bytes(head[4:6], "little")
        return self._whole("raster", 3, 5, row_bytes * rows)

    def _grouped(self) -> tuple[Command, int] | None:
        head = self._waiting[2:7]
        if len(head) < 5:
            return None
        return self._group(head[0], 5, int.from_bytes(head[1:3], "little"))

    def _large(self) -> tuple[Command, int] | None:
        head = self._waiting[2:9]
        if len(head) < 7:
            return None
        if head[0] != ord("L"):
            raise self._unknown(self._waiting[:3])
        return self._group(head[0], 7, int.from_bytes(head[1:5], "little"))

    def _group(self, letter: int, head: int, size: int) -> tuple[Command, int] | None:
        """GS ( L, GS 8 L (pictures) and GS ( k (codes): a size, two bytes that name the function, the rest."""
        names = {
            (ord("L"), 48, 112): "store_picture",
            (ord("L"), 48, 50): "print_picture",
            (ord("L"), 48, 2): "print_picture",
            (ord("k"), 49, 65): "code_model",
            (ord("k"), 49, 67): "code_module",
            (ord("k"), 49, 69): "code_correction",
            (ord("k"), 49, 80): "store_code",
            (ord("k"), 49, 81): "print_code",
        }
        named = self._waiting[head : head + 2]
        if len(named) < 2:
            return None
        name = names.get((letter, named[0], named[1]))
        if name is None or size < 2:
            raise self._unknown(self._waiting[: head + 2])
        return self._whole(name, head + 2, 0, size - 2)
