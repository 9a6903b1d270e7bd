"""Cameras as sources of codes, and several sources as one. What is in a frame: decoder; what stands before it: showing.

A camera has one thread: it opens the driver, waits for frames, reads them, and opens it anew when it was lost.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from kiosk.hardware.decoder import ROUND, Decoder
from kiosk.hardware.ports import CAMERA_GONE, Camera, CodeSource, Frame, Scan, ScannerError, Wake
from kiosk.hardware.showing import Lens, Showing
from kiosk.hardware.stills import still

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

log = logging.getLogger(__name__)

FRAME_TIMEOUT_S = 3.0
REST_BETWEEN_LOOKS_S = 0.5


class CameraScanner:
    """A CodeSource on top of any Camera.

    While it rests it looks twice a second, shows nothing and tells nothing: only to know when the last code has been
    taken away.
    """

    def __init__(
        self,
        open_camera: Callable[[], Camera],
        *,
        kind: str,
        frames_per_s: float,
        reads_per_s: float | None = None,
        wake: Wake,
        retry_s: float = 2.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start the thread; `open_camera` is called in it, again `retry_s` after each failure.

        Args:
            frames_per_s: pictures for the preview; of these `reads_per_s` are looked at for codes, default: all.
        """
        self._open_camera, self._kind, self._wake = open_camera, kind, wake
        self._retry_s, self._clock = retry_s, clock
        self._pace_s = 1 / frames_per_s
        self._read_pace_s = 1 / reads_per_s if reads_per_s else 0.0
        self._read_due_s = 0.0
        self._tries = 0
        self._scans: deque[Scan] = deque()
        self._frame: Frame | None = None
        self._trouble: ScannerError | None = None
        self._looking = False
        self._closing = threading.Event()
        self._turn = threading.Event()  # set by look() and close(): ends a rest at once
        self._decoder, self._showing, self._lens = Decoder(), Showing(), Lens()
        self._text: str | None = None
        self._thread = threading.Thread(target=self._run, name=f"scanner {kind}", daemon=True)
        self._thread.start()

    @property
    def troubles(self) -> tuple[str, ...]:
        """See CodeSource."""
        return (CAMERA_GONE,) if self._trouble else ()

    def poll(self) -> Scan | None:
        """See CodeSource."""
        if self._scans:
            return self._scans.popleft()
        trouble = self._trouble
        if trouble is not None:
            raise ScannerError(*trouble.args)
        return None

    def frame(self) -> Frame | None:
        """See CodeSource."""
        return self._frame if self._looking else None

    def look(self, *, on: bool) -> None:
        """See CodeSource."""
        self._looking = on
        self._frame = None
        self._turn.set()

    def close(self) -> None:
        """See CodeSource."""
        self._closing.set()
        self._turn.set()
        if threading.current_thread() is not self._thread:
            self._thread.join(FRAME_TIMEOUT_S + 2)

    def _run(self) -> None:
        try:
            while not self._closing.is_set():
                self._open_and_watch()
        except BaseException:
            self._tell(ScannerError(f"{self._kind}: stopped by a fault of the program; restart it and send its log"))
            raise

    def _open_and_watch(self) -> None:
        try:
            camera = self._open_camera()
            try:
                self._watch(camera)
            finally:
                camera.close()
        except ScannerError as error:
            self._tell(error)
            self._closing.wait(self._retry_s)

    def _watch(self, camera: Camera) -> None:
        last: Frame | None = None
        while not self._closing.is_set():
            began_s, looking = time.monotonic(), self._looking
            frame = camera.next_frame(FRAME_TIMEOUT_S)
            if frame is None:
                message = f"{self._kind}: no picture for {FRAME_TIMEOUT_S:.0f} s; check the camera's cable"
                raise ScannerError(message)
            self._tries = 0 if frame is not last else self._tries
            last = frame
            self._tell(None)
            self._take(frame, camera, looking=looking)
            left_s = began_s + self._pace_s - time.monotonic() if looking else REST_BETWEEN_LOOKS_S
            self._turn.wait(max(0.0, left_s))
            self._turn.clear()

    def _take(self, frame: Frame, camera: Camera, *, looking: bool) -> None:
        at_s = self._clock()
        self._read(frame, camera, at_s, looking=looking)
        if self._tries and self._showing.see(self._text, at_s, looking=looking):
            self._scans.append(Scan(self._text or "", self._kind, at_s))
            self._wake()
        judged = self._lens.judged(frame, at_s)
        if looking and judged is not self._frame:
            self._frame = judged
            self._wake()

    def _read(self, frame: Frame, camera: Camera, at_s: float, *, looking: bool) -> None:
        """Look for a code, if it is time; a picture that stands still, until every look has been."""
        if at_s < self._read_due_s or (self._tries and (self._text is not None or self._tries >= ROUND)):
            return
        self._read_due_s = max(self._read_due_s + self._read_pace_s, at_s)
        self._text = self._decoder.read(frame)
        self._tries += 1
        if looking:
            camera.vary(self._decoder.missed)

    def _tell(self, trouble: ScannerError | None) -> None:
        if str(trouble) != str(self._trouble):
            self._trouble = trouble
            self._frame = None
            self._wake()


class Scanners:
    """Several sources as one CodeSource: whichever reads first; in trouble when none of them can read."""

    def __init__(self, sources: Sequence[CodeSource]) -> None:
        """Take them over; closing this closes them."""
        self._sources = tuple(sources)
        self._told: frozenset[str] = frozenset()

    def poll(self) -> Scan | None:
        """See CodeSource."""
        troubles: list[ScannerError] = []
        for source in self._sources:
            try:
                scan = source.poll()
            except ScannerError as error:
                troubles.append(error)
            else:
                if scan is not None:
                    return scan
        self._tell(troubles)
        if len(troubles) == len(self._sources):
            raise troubles[0]
        return None

    @property
    def troubles(self) -> tuple[str, ...]:
        """See CodeSource."""
        return tuple(dict.fromkeys(one for source in self._sources for one in source.troubles))

    def _tell(self, troubles: list[ScannerError]) -> None:
        told = frozenset(str(one) for one in troubles)
        for one in told - self._told:
            log.warning("%s; the other scanners go on", one)
        self._told = told

    def frame(self) -> Frame | None:
        """See CodeSource: the first source that has a picture."""
        return next((frame for source in self._sources if (frame := source.frame()) is not None), None)

    def look(self, *, on: bool) -> None:
        """See CodeSource."""
        for source in self._sources:
            source.look(on=on)

    def close(self) -> None:
        """See CodeSource."""
        for source in self._sources:
            source.close()


def read_still(path: Path) -> str | None:
    """What the lane would read if this picture were held before its camera: offered until every look has been.

    Raises:
        ScannerError: the file is no picture (see kiosk.hardware.stills).
    """
    frame, decoder = still(path), Decoder()
    looks = (decoder.read(frame) for _ in range(ROUND))
    return next((text for text in looks if text is not None), None)
