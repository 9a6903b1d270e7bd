"""Pictures of codes for the tests of everything that scans."""

from __future__ import annotations

import random

import qrcode
from PIL import Image

from kiosk.hardware.ports import Frame

OURS = "HTTPS://LANE.EXAMPLE.COM/C/0123456789ABCDEFGHJKMNPQRS"
FOREIGN = "WIFI:T:WPA;S:Waiting room;P:coffee;;"


def code_picture(content: str | bytes, *, module_px: int = 5) -> Image.Image:
    """A QR code with its quiet zone, black on white."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4, box_size=module_px)
    code.add_data(content)
    code.make()
    return code.make_image().get_image().convert("L")


def frame_with(*pictures: Image.Image) -> Frame:
    """A camera's frame with the pictures side by side in it."""
    whole = Image.new("L", (640, 480), 120)
    left = 40
    for picture in pictures:
        whole.paste(picture, (left, 60))
        left += picture.width + 20
    return Frame(640, 480, whole.tobytes())


def empty_frame() -> Frame:
    """A lane with nobody in it: shapes, and no code."""
    return frame_with(Image.linear_gradient("L"))


def dark_frame() -> Frame:
    """What a hand on the lens leaves."""
    return Frame(640, 480, bytes([9]) * (640 * 480))


def noisy(picture: Image.Image, share: float) -> Image.Image:
    """The picture under so much noise; the same noise each time."""
    size = picture.width * picture.height
    return Image.blend(picture, Image.frombytes("L", picture.size, random.Random(1).randbytes(size)), share)
