"""A customer's code as a picture: the QR code, and below it the eight digits for whoever must type."""

from __future__ import annotations

from PIL import Image

from kiosk.qr import code_image
from kiosk.typeset import Typesetter

MODULE_PX = 12
DIGITS_PX = 72
MARGIN_PX = 40
DIGITS_WEIGHT = 600


def in_groups(digits: str) -> str:
    """Eight digits as people read them: two groups of four."""
    return f"{digits[:4]} {digits[4:]}"


def drawn(text: str, digits: str) -> Image.Image:
    """The picture, black on white; `text` is what the code holds."""
    code = code_image(text, module_dots=MODULE_PX)
    line = Typesetter().line(in_groups(digits), size_px=DIGITS_PX, weight=DIGITS_WEIGHT)
    width = max(code.width, line.width_px + 2 * MARGIN_PX)
    picture = Image.new("L", (width, code.height + line.height_px + MARGIN_PX), 255)
    picture.paste(code, ((width - code.width) // 2, 0))
    picture.paste(0, ((width - line.width_px) // 2, code.height), line.image)
    return picture
