"""QR codes as modules and as pictures, each module a whole number of dots. Reading codes is kiosk.hardware's.

Its two libraries are loaded with the first code: a hub whose customers have not come yet does without.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

QUIET_MODULES = 4
DARK, LIGHT = 0, 255


@functools.lru_cache(maxsize=64)
def code_matrix(text: str) -> tuple[tuple[bool, ...], ...]:
    """The modules of a QR code, True = dark, without quiet zone: error correction M, smallest version that holds it."""
    import qrcode

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0, box_size=1)
    code.add_data(text)
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


def code_side(text: str) -> int:
    """How many modules the code is wide, its four quiet modules on both sides counted."""
    return len(code_matrix(text)) + 2 * QUIET_MODULES


def code_image(text: str, *, module_dots: int) -> Image.Image:
    """The code in mode "L" with its four quiet modules all round, each module `module_dots` square."""
    from PIL import Image

    side = code_side(text)
    image = Image.new("L", (side, side), LIGHT)
    for y, row in enumerate(code_matrix(text), QUIET_MODULES):
        for x, is_dark in enumerate(row, QUIET_MODULES):
            if is_dark:
                image.putpixel((x, y), DARK)
    return image.resize((side * module_dots, side * module_dots), Image.Resampling.NEAREST)
