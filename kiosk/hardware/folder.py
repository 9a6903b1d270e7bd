"""A folder of pictures in place of a camera, for trials: each is held up for a while, in the order of their names."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageOps

from kiosk.hardware.ports import Frame, ScannerError
from kiosk.hardware.stills import still

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.settings import Scanner

SIZE_PX = (640, 480)
HELD_UP_S = 2.0
SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".ppm", ".pgm", ".avif"})


class FolderCamera:
    """A Camera. Files that come or go while it runs are noticed at the next turn."""

    def __init__(self, scanner: Scanner, clock: Callable[[], float] = time.monotonic) -> None:
        """Look into `scanner.folder`.

        Raises:
            ScannerError: no folder is named, it is none, or no picture is in it.
        """
        if not scanner.folder:
            message = "settings, [scanner] folder: name the folder of pictures"
            raise ScannerError(message)
        self._folder, self._clock = Path(scanner.folder), clock
        self._began_s = clock()
        self._shown: tuple[Path, Frame] | None = None
        self._paths()

    def next_frame(self, timeout_s: float) -> Frame | None:
        """See Camera; answers at once."""
        del timeout_s
        paths = self._paths()
        path = paths[int((self._clock() - self._began_s) / HELD_UP_S) % len(paths)]
        if self._shown is None or self._shown[0] != path:
            self._shown = (path, _fitted(still(path)))
        return self._shown[1]

    def vary(self, missed: int) -> None:
        """See Camera: pictures are as they are."""

    def close(self) -> None:
        """See Camera."""

    def _paths(self) -> list[Path]:
        try:
            paths = sorted(one for one in self._folder.iterdir() if one.suffix.lower() in SUFFIXES)
        except OSError as error:
            message = f"settings, [scanner] folder: {self._folder}: {error.strerror}"
            raise ScannerError(message) from error
        if not paths:
            message = f"settings, [scanner] folder: {self._folder} has no picture in it"
            raise ScannerError(message)
        return paths


def _fitted(frame: Frame) -> Frame:
    """The picture as a camera would deliver it: whole, on black, 640x480."""
    whole = Image.frombuffer("L", (frame.width_px, frame.height_px), frame.grey)
    return Frame(*SIZE_PX, ImageOps.pad(whole, SIZE_PX, Image.Resampling.BOX).tobytes())
