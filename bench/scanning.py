"""One frame of the lane's camera, with a code and without."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial

from PIL import Image, ImageFilter

from bench._figures import Figure, median, percentile, timed_ms
from kiosk.domain.codes import token_from_bits
from kiosk.hardware.decoder import Decoder
from kiosk.hardware.ports import Frame
from kiosk.qr import code_image

TITLE = "Reading a frame of 640 x 480"
ROUNDS = 200
SIZE_PX = (640, 480)


def measure() -> Iterator[Figure]:
    """The same path as the lane's, second looks included: every fourth frame without a code."""
    luck = random.Random(7)  # noqa: S311 - the same pictures in every run
    token = token_from_bits(luck.getrandbits(128))
    decoder = Decoder()
    for name, frame, text in (("with a code", phone(token, luck), token), ("without a code", scene(luck), None)):
        if decoder.read(frame) != text:
            raise AssertionError(f"{name}: the frame was not read as expected")
        taken = [timed_ms(partial(decoder.read, frame)) for _ in range(ROUNDS)]
        yield Figure(f"{name}, median", median(taken), limit=3)
        yield Figure(f"{name}, p99", percentile(taken, 99))


def phone(token: str, luck: random.Random) -> Frame:
    """A phone with a code, held up at a slant before a lively background."""
    picture = background(luck)
    code = code_image(token, module_dots=7)
    shown = Image.new("L", (code.width + 60, code.height + 120), 250)
    shown.paste(code.convert("L"), (30, 60))
    shown = shown.rotate(9, expand=True, fillcolor=40, resample=Image.Resampling.BICUBIC)
    picture.paste(shown, ((SIZE_PX[0] - shown.width) // 2, (SIZE_PX[1] - shown.height) // 2))
    return as_frame(picture.filter(ImageFilter.GaussianBlur(0.8)))


def scene(luck: random.Random) -> Frame:
    """A lane without a phone: edges, shadows and noise."""
    return as_frame(background(luck))


def background(luck: random.Random) -> Image.Image:
    """Soft shapes and a camera's noise."""
    coarse = Image.frombytes("L", (32, 24), luck.randbytes(32 * 24)).resize(SIZE_PX, Image.Resampling.BICUBIC)
    noise = Image.frombytes("L", SIZE_PX, luck.randbytes(SIZE_PX[0] * SIZE_PX[1]))
    return Image.blend(coarse, noise, 0.08)


def as_frame(picture: Image.Image) -> Frame:
    """As the camera hands it over."""
    return Frame(*picture.size, picture.tobytes())
