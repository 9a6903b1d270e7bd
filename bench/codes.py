"""The share of 432 bad frames that is read, beside zbar and OpenCV on the very same frames; what a frame costs.

The program needs neither of the two: `make bench` installs them (make/packages-bench.txt, bench/requirements.lock).
"""

from __future__ import annotations

import ctypes
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress

from bench._camera_frames import SIZE_PX, TROUBLES, Trial, trials
from bench._figures import Figure, percentile
from kiosk.hardware.decoder import ROUND, Decoder
from kiosk.hardware.ports import Frame

TITLE = "Reading 432 troubled frames of 640 x 480"
AT_LEAST_PERCENT, AT_MOST_MS = 72, 20
Reader = Callable[[Frame], set[str]]


def measure() -> Iterator[Figure]:
    """Ours, with what it costs; then the others on the same frames."""
    frames = trials()
    costs_ms: list[float] = []
    ours = Counter(one.trouble for one in frames if one.text in ours_reads(one.frame, costs_ms))
    percent = 100 * ours.total() / len(frames)
    yield Figure("the lane, unread", 100 - percent, "%", 100 - AT_LEAST_PERCENT, f"{percent:.1f} % read: {told(ours)}")
    yield Figure("the lane, a frame, p95", percentile(costs_ms, 95), limit=AT_MOST_MS, remark="processor time")
    yield Figure("the lane, a frame, median", percentile(costs_ms, 50))
    plain = Counter(one.trouble for one in frames if one.text == Decoder(()).read(one.frame))
    yield Figure("without second looks, unread", 100 - 100 * plain.total() / len(frames), "%", None, told(plain))
    for name, reader in (("zbar", zbar()), ("OpenCV's QRCodeDetector", opencv())):
        if reader is None:
            yield Figure(f"{name}: not on this machine", 0, "", None, "nothing to compare with")
        else:
            yield from compared(name, reader, frames)


def compared(name: str, reader: Reader, frames: list[Trial]) -> Iterator[Figure]:
    """Another decoder on the same frames, each offered once: it has no second looks."""
    costs_ms: list[float] = []
    read: Counter[str] = Counter()
    for one in frames:
        began_s = time.thread_time()
        texts = reader(one.frame)
        costs_ms.append((time.thread_time() - began_s) * 1000)
        read[one.trouble] += one.text in texts
    yield Figure(f"{name}, unread", 100 - 100 * read.total() / len(frames), "%", None, told(read))
    yield Figure(f"{name}, a frame, median", percentile(costs_ms, 50))


def told(read: Counter[str]) -> str:
    """How many of 48 for each trouble."""
    return ", ".join(f"{trouble} {read[trouble]}" for trouble in TROUBLES)


def ours_reads(frame: Frame, costs_ms: list[float]) -> set[str]:
    """A phone held still for as many frames as there are second looks."""
    decoder = Decoder()
    for _ in range(ROUND):
        began_s = time.thread_time()
        text = decoder.read(frame)
        costs_ms.append((time.thread_time() - began_s) * 1000)
        if text is not None:
            return {text}
    return set()


def opencv() -> Reader | None:
    """OpenCV's own detector."""
    try:
        import cv2  # type: ignore[import-not-found, unused-ignore]
        import numpy as np
    except ImportError:
        return None
    detector = cv2.QRCodeDetector()

    def read(frame: Frame) -> set[str]:
        grey = np.frombuffer(frame.grey, np.uint8).reshape(frame.height_px, frame.width_px).copy()
        with suppress(cv2.error):
            return {detector.detectAndDecode(grey)[0]}
        return set()

    return read


def zbar() -> Reader | None:
    """zbar's C library, for QR codes alone."""
    try:
        library = ctypes.CDLL("libzbar.so.0")
    except OSError:
        return None
    for name in ("zbar_image_scanner_create", "zbar_image_create", "zbar_image_first_symbol", "zbar_symbol_next"):
        getattr(library, name).restype = ctypes.c_void_p
    library.zbar_symbol_get_data.restype = ctypes.c_char_p
    scanner = ctypes.c_void_p(library.zbar_image_scanner_create())
    every_kind, qr_code, is_on = 0, 64, 0
    library.zbar_image_scanner_set_config(scanner, every_kind, is_on, 0)
    library.zbar_image_scanner_set_config(scanner, qr_code, is_on, 1)
    grey = ctypes.c_ulong(int.from_bytes(b"Y800", "little"))

    def read(frame: Frame) -> set[str]:
        image = ctypes.c_void_p(library.zbar_image_create())
        library.zbar_image_set_format(image, grey)
        library.zbar_image_set_size(image, *SIZE_PX)
        library.zbar_image_set_data(image, frame.grey, ctypes.c_ulong(len(frame.grey)), None)
        library.zbar_scan_image(scanner, image)
        found, symbol = set(), library.zbar_image_first_symbol(image)
        while symbol:
            found.add(library.zbar_symbol_get_data(ctypes.c_void_p(symbol)).decode("utf-8", "replace"))
            symbol = library.zbar_symbol_next(ctypes.c_void_p(symbol))
        library.zbar_image_destroy(image)
        return found

    return read
