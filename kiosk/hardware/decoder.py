"""From a grey frame to the text of the QR code in it. Knows nothing of cameras, and not whose code it is.

Every frame is looked at once. Each fourth frame in a row without a code gets second looks at a picture made easier:
half the size, then softened (a screen's pixels), then with the contrast stretched (hardware notes: docs/hardware.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PIL import Image, ImageFilter, ImageOps

from kiosk.domain.codes import OurToken, read_code
from kiosk.hardware.ports import LONGEST_TEXT, Frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SECOND_LOOK_EVERY = 4


class Decoder:
    """Reads one frame after another; not for several threads."""

    def __init__(self) -> None:
        """Load the reading library."""
        import zxingcpp

        self._zxing: Any = zxingcpp
        self._missed = 0

    def read(self, frame: Frame) -> str | None:
        """The text of the code in the frame, or None. Of several codes ours wins, then the largest."""
        found = self._look(memoryview(frame.grey).cast("B", (frame.height_px, frame.width_px)))
        if found is None:
            self._missed += 1
            if self._missed % SECOND_LOOK_EVERY == 0:
                found = self._look_again(frame)
        if found is not None:
            self._missed = 0
        return found

    def _look_again(self, frame: Frame) -> str | None:
        whole = Image.frombuffer("L", (frame.width_px, frame.height_px), frame.grey)
        return next((text for easier in easier_pictures(whole) if (text := self._look(easier)) is not None), None)

    def _look(self, picture: object) -> str | None:
        codes = self._zxing.read_barcodes(picture, formats=self._zxing.BarcodeFormat.QRCode)
        if not codes:
            return None
        best = max(codes, key=lambda code: (isinstance(read_code(code.text), OurToken), _width_px(code.position)))
        return str(best.text)[:LONGEST_TEXT]


def easier_pictures(whole: Image.Image) -> Iterator[Image.Image]:
    """The second looks, cheapest first; each is made only when it is asked for."""
    makers: tuple[Callable[[Image.Image], Image.Image], ...] = (
        lambda picture: picture.reduce(2),
        lambda picture: picture.filter(ImageFilter.BoxBlur(2)),
        lambda picture: ImageOps.autocontrast(picture, cutoff=2),
    )
    return (make(whole) for make in makers if min(whole.size) > 1)


def _width_px(corners: Any) -> int:
    one, other = corners.top_left, corners.bottom_right
    return int(abs(one.x - other.x) + abs(one.y - other.y))
