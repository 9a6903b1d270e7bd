"""From a grey frame to the text of the QR code in it. Knows nothing of cameras, and not whose code it is.

Every frame is looked at once. A frame without a code gets one second look, each time another one, at a picture made
easier (kiosk.hardware.second_looks): so no frame costs much, and a phone that is held still has had all of them soon.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.domain.codes import OurToken, read_code
from kiosk.hardware.ports import LONGEST_TEXT, Frame
from kiosk.hardware.second_looks import LOOKS, Look

if TYPE_CHECKING:
    import numpy as np

ROUND = len(LOOKS)
"""So many frames without a code in a row have had every second look there is."""


class Decoder:
    """Reads one frame after another; not for several threads."""

    def __init__(self, looks: tuple[Look, ...] = LOOKS) -> None:
        """Load the reading library."""
        import numpy as np
        import zxingcpp

        self._zxing: Any = zxingcpp
        self._pixels = np.frombuffer
        self._byte = np.uint8
        self._looks = looks
        self._missed = 0

    @property
    def missed(self) -> int:
        """How many frames in a row had no code that could be read."""
        return self._missed

    def read(self, frame: Frame) -> str | None:
        """The text of the code in the frame, or None. Of several codes ours wins, then the largest."""
        grey = self._pixels(frame.grey, self._byte).reshape(frame.height_px, frame.width_px)
        found = self._look(grey)
        if found is None and self._looks:
            found = self._look_again(grey, self._looks[self._missed % len(self._looks)])
        self._missed = self._missed + 1 if found is None else 0
        return found

    def _look_again(self, grey: np.ndarray, look: Look) -> str | None:
        easier = look.makes(grey)
        return None if easier is None else self._look(easier, look.parted_by)

    def _look(self, picture: np.ndarray, parted_by: str = "LocalAverage") -> str | None:
        codes = self._zxing.read_barcodes(
            picture, formats=self._zxing.BarcodeFormat.QRCode, binarizer=getattr(self._zxing.Binarizer, parted_by)
        )
        if not codes:
            return None
        best = max(codes, key=lambda code: (isinstance(read_code(code.text), OurToken), _width_px(code.position)))
        return str(best.text)[:LONGEST_TEXT]


def _width_px(corners: Any) -> int:
    one, other = corners.top_left, corners.bottom_right
    return int(abs(one.x - other.x) + abs(one.y - other.y))
