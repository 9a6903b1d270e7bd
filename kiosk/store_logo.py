"""The dealership's logo at the head of screens: prepared once by the hub, opened by whoever shows it.

Prepared means: its empty margin taken off, no larger than a 4K board needs, and sure to be seen. A logo that does not
stand out from a screen's ground gets a plate of its own; where it stands on the screen is display/brand.py's.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from struct import iter_unpack
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, PngImagePlugin

from kiosk.domain.store import StoreLogo
from kiosk.logo import LogoUnusable, read_picture
from kiosk.values import LEAST_CONTRAST, contrast

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST = (1600, 400)
LEAST_PX = 48
WIDEST, TALLEST = 12.0, 1 / 3
PLATES = ("#FFFFFF", "#0F1E28")
"""The plates, light and dark."""

SHARE = 0.25
"""So much of the drawing reaches the contrast that counts: thin lines and small spots do not carry a logo."""

WITH_NAME = 2.0
"""From this width to height on it is a lettering, which says the dealership's name itself."""

_SAMPLE_PX = 160
_SEEN = 1.15  # what differs less from a picture's own ground is noise of its file
_GROUND = "ground"


@dataclass(frozen=True)
class Logo:
    """A logo as it is shown. Two are equal when their keys are.

    Attributes:
        image: RGBA, without an empty margin.
        ground: "#RRGGBB" that the picture brings along, or "" where it is transparent around.
    """

    key: str
    image: Image.Image = field(compare=False, repr=False)
    ground: str = ""

    @property
    def says_name(self) -> bool:
        """A lettering: the name is not written beside it."""
        return self.image.width >= WITH_NAME * self.image.height

    def plate_on(self, ground: str) -> str | None:
        """The colour of the plate that it needs on this ground, None where it can stand on the ground itself."""
        if self.ground:
            return self.ground
        if stands_out(self, ground) >= LEAST_CONTRAST:
            return None
        return max(PLATES, key=lambda plate: stands_out(self, plate))


@lru_cache(maxsize=64)
def stands_out(logo: Logo, ground: str) -> float:
    """The contrast to `ground` that a quarter of the drawing reaches, 1 to 21."""
    share = max(logo.image.size) / _SAMPLE_PX
    small = logo.image.resize([max(1, round(side / share)) for side in logo.image.size], Image.Resampling.BOX)
    opaque = Counter(
        (red & 0xF8, green & 0xF8, blue & 0xF8) for red, green, blue, alpha in _pixels(small) if alpha > 127
    )
    ratios = [(contrast(_hex(*colour), ground), count) for colour, count in opaque.items()]
    drawn = [one for one in ratios if one[0] > _SEEN] if logo.ground else ratios
    left = SHARE * sum(count for _, count in drawn)
    for ratio, count in sorted(drawn, reverse=True):
        left -= count
        if left <= 0:
            return ratio
    return 1.0


def prepared(path: Path) -> StoreLogo:
    """The file as screens take it.

    Raises:
        LogoUnusable: it cannot be read, is empty, too small or too thin, or could not be seen.
    """
    picture = read_picture(path)
    ground = _own_ground(picture)
    box = _drawn(picture, ground)
    if box is None:
        raise LogoUnusable(f"{path}: there is nothing in this picture")
    cut = picture.crop(box)
    if min(cut.size) < LEAST_PX:
        size = f"{cut.width} x {cut.height}"
        raise LogoUnusable(f"{path}: {size} pixels would be blurred on a screen; at least {LEAST_PX} each way")
    if not TALLEST <= cut.width / cut.height <= WIDEST:
        raise LogoUnusable(
            f"{path}: too thin to be seen in a header; "
            f"at most {WIDEST:g} times as wide as high, or three times as high as wide"
        )
    cut.thumbnail(LARGEST, Image.Resampling.LANCZOS)
    png = _png(cut, ground)
    key = hashlib.sha256(png).hexdigest()[:16]
    _must_be_seen(path, Logo(key, cut, ground))
    return StoreLogo(key, png)


def opened(key: str, png: bytes) -> Logo:
    """What `prepared` made.

    Raises:
        LogoUnusable: these bytes are not that picture.
    """
    if hashlib.sha256(png).hexdigest()[:16] != key:
        raise LogoUnusable("the logo did not come whole")
    with Image.open(BytesIO(png), formats=("PNG",)) as picture:
        ground = str(picture.info.get(_GROUND, ""))
        return Logo(key, picture.convert("RGBA"), ground)


def _own_ground(picture: Image.Image) -> str:
    """The mean colour of an opaque picture's edge; "" where something at the edge is transparent."""
    width, height = picture.size
    edges = [(0, 0, width, 1), (0, height - 1, width, height), (0, 0, 1, height), (width - 1, 0, width, height)]
    pixels = [one for box in edges for one in _pixels(picture.crop(box))]
    if any(one[3] < 250 for one in pixels):
        return ""
    red, green, blue = (round(sum(one[part] for one in pixels) / len(pixels)) for part in range(3))
    return _hex(red, green, blue)


def _pixels(picture: Image.Image) -> Iterator[tuple[int, ...]]:
    return iter_unpack("4B", picture.tobytes())


def _hex(red: int, green: int, blue: int) -> str:
    return f"#{red:02X}{green:02X}{blue:02X}"


def _drawn(picture: Image.Image, ground: str) -> tuple[int, int, int, int] | None:
    """The rectangle that holds the drawing."""
    if not ground:
        return picture.getchannel("A").point(lambda alpha: 255 * (alpha > 8)).getbbox()
    plain = Image.new("RGB", picture.size, ground)
    apart = ImageChops.difference(picture.convert("RGB"), plain).convert("L")
    return apart.point(lambda grey: 255 * (grey > 16)).getbbox()


def _must_be_seen(path: Path, logo: Logo) -> None:
    grounds = (logo.ground,) if logo.ground else PLATES
    best = max(stands_out(logo, one) for one in grounds)
    if best < LEAST_CONTRAST:
        on = f"its own ground {logo.ground}" if logo.ground else "a white and on a dark plate"
        raise LogoUnusable(
            f"{path}: too pale: {best:.1f}:1 at best on {on}, and it takes {LEAST_CONTRAST:g}:1; "
            "take its dark, its white or its one-colour version"
        )


def _png(picture: Image.Image, ground: str) -> bytes:
    told = PngImagePlugin.PngInfo()
    if ground:
        told.add_text(_GROUND, ground)
    stream = BytesIO()
    picture.save(stream, "PNG", optimize=True, pnginfo=told)
    return stream.getvalue()
