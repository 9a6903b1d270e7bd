"""What an ESC/POS printer makes of the ticket's bytes: only the commands that a ticket may hold, anything else is an error."""

from __future__ import annotations

from PIL import Image


class NotAllowed(ValueError):
    """Bytes that a ticket must not hold."""


def commands(sent: bytes) -> list[tuple[str, bytes]]:
    """The commands of a byte stream as (name, what belongs to it), in order."""
    found: list[tuple[str, bytes]] = []
    at = 0
    while at < len(sent):
        if sent.startswith(b"\x1b@", at):
            length, name = 2, "reset"
        elif sent.startswith(b"\x1dv0\x00", at):
            row_bytes, lines = (int.from_bytes(sent[at + i : at + i + 2], "little") for i in (4, 6))
            length, name = 8 + row_bytes * lines, "raster"
        elif sent.startswith(b"\x1bJ", at):
            length, name = 3, "feed"
        elif sent.startswith(b"\x1dVB", at):
            length, name = 4, "cut"
        else:
            raise NotAllowed(f"at byte {at}: {sent[at : at + 4]!r}")
        if at + length > len(sent):
            raise NotAllowed(f"at byte {at}: {name} ends {at + length - len(sent)} bytes too early")
        found.append((name, sent[at : at + length]))
        at += length
    return found


def picture(sent: bytes) -> Image.Image:
    """What stands on the paper after these bytes, mode "L"."""
    rows, width = b"", 0
    for name, command in commands(sent):
        if name == "raster":
            width = int.from_bytes(command[4:6], "little") * 8
            rows += command[8:]
    return Image.frombytes("1", (width, len(rows) * 8 // width), bytes(byte ^ 0xFF for byte in rows)).convert("L")
