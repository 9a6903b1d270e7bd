"""Pictures made easier to read, for a frame in which no code was found: each is good against one kind of trouble.

Chosen by what they add on the 432 frames of bench/codes.py, and by what they cost. Grey pixels in, grey pixels out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageFilter

if TYPE_CHECKING:
    import numpy as np

BRIGHT, DARK = 0.9, 0.1
EVERY_PX = 8
LEAST_CONTRAST = 8
SMALLEST_PX = 16


@dataclass(frozen=True)
class Look:
    """One second look.

    Attributes:
        name: what it is good against.
        makes: the easier picture; None where the frame is too small for it.
        parted_by: how zxing-cpp then tells dark from light: LocalAverage (its own way) or GlobalHistogram.
    """

    name: str
    makes: Callable[[np.ndarray], np.ndarray | None]
    parted_by: str = "LocalAverage"


def even_rows(grey: np.ndarray) -> np.ndarray | None:
    """Each row with its own darkest and lightest: a flickering light makes whole rows dark, never parts of them."""
    import numpy as np

    if grey.shape[1] < SMALLEST_PX * EVERY_PX:
        return None
    some = np.sort(grey[:, ::EVERY_PX], axis=1).astype(np.float32)
    low = some[:, round(DARK * (some.shape[1] - 1)), None]
    high = some[:, round(BRIGHT * (some.shape[1] - 1)), None]
    stretched = (grey - low) * (255 / np.maximum(high - low, LEAST_CONTRAST))
    np.clip(stretched, 0, 255, out=stretched)
    even: np.ndarray = stretched.astype(np.uint8)
    return even


def softened(radius_px: int) -> Callable[[np.ndarray], np.ndarray | None]:
    """A phone's pixels and a sensor's grain melt into their modules."""

    def look(grey: np.ndarray) -> np.ndarray | None:
        return _filtered(grey, lambda picture: picture.filter(ImageFilter.BoxBlur(radius_px)))

    return look


def halved(grey: np.ndarray) -> np.ndarray | None:
    """A code so large that its modules have a texture of their own."""
    return _filtered(grey, lambda picture: picture.reduce(2))


def sharpened(grey: np.ndarray) -> np.ndarray | None:
    """A small code out of focus: edges raised, then drawn half as large again."""

    def sharp(picture: Image.Image) -> Image.Image:
        edged = picture.filter(ImageFilter.UnsharpMask(2, 200, 0))
        return edged.resize((picture.width * 3 // 2, picture.height * 3 // 2), Image.Resampling.BICUBIC)

    return _filtered(grey, sharp)


def as_it_is(grey: np.ndarray) -> np.ndarray | None:
    """The same picture; it is dark and light that are told apart another way."""
    return grey


def _filtered(grey: np.ndarray, how: Callable[[Image.Image], Image.Image]) -> np.ndarray | None:
    import numpy as np

    if min(grey.shape) < SMALLEST_PX:
        return None
    return np.asarray(how(Image.fromarray(grey)))


LOOKS = (
    Look("flicker", even_rows),
    Look("a phone's pixels", softened(2)),
    Look("soft shadows", as_it_is, "GlobalHistogram"),
    Look("grain", softened(1)),
    Look("too far and out of focus", sharpened),
    Look("too near", halved),
)
