"""A paper as the printer gets it: one 1-bit image at the printer's width, and the ESC/POS bytes that carry it.

Everything on a ticket is a pixel, so nothing that somebody typed can reach the printer as a command. How the blocks
are laid out is sheet.py; sending the bytes is the hardware's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.qr import code_image, code_matrix
from kiosk.sheet import PaperTooNarrow, Sheet

if TYPE_CHECKING:
    from PIL import Image

    from kiosk.domain.papers import Paper
    from kiosk.typeset import Typesetter

__all__ = ["PAPER_DOTS", "PaperTooNarrow", "code_image", "code_matrix", "escpos_bytes", "raster"]

PAPER_DOTS = {80: 576, 58: 384}
BAND_LINES = 256
FEED_DOTS = 80

_INVERTED = bytes(byte ^ 0xFF for byte in range(256))


def raster(paper: Paper, *, width_dots: int, typesetter: Typesetter) -> Image.Image:
    """The paper as a 1-bit image (mode "1", 0 = ink), `width_dots` wide and as high as it needs.

    Raises:
        PaperTooNarrow: no layout for this width, or the code's address is too long for it.
    """
    sheet = Sheet(paper, width_dots, typesetter)
    for block in paper.blocks:
        sheet.add(block)
    return sheet.image()


def escpos_bytes(image: Image.Image, *, feed_dots: int = FEED_DOTS) -> bytes:
    """What the printer is sent: reset, the image in bands of at most 256 lines (GS v 0), feed, cut (GS V 66).

    Bands, because one long raster command overruns the buffer of small printers and comes out as garbled text. The
    feed brings the last line past the tear bar of printers that cannot cut (10 mm); it is 0 to 255 dots.

    Raises:
        ValueError: the image is not of mode "1", or its width is not a whole number of bytes.
    """
    if image.mode != "1" or image.width % 8:
        raise ValueError(f"image of mode {image.mode}, {image.width} dots wide: 1-bit and a multiple of 8 is needed")
    row_bytes = image.width // 8
    rows = image.tobytes().translate(_INVERTED)
    sent = bytearray(b"\x1b@")
    for top in range(0, image.height, BAND_LINES):
        lines = min(BAND_LINES, image.height - top)
        sent += b"\x1dv0\x00" + row_bytes.to_bytes(2, "little") + lines.to_bytes(2, "little")
        sent += rows[top * row_bytes : (top + lines) * row_bytes]
    return bytes(sent + b"\x1bJ" + bytes([feed_dots]) + b"\x1dVB\x00")
