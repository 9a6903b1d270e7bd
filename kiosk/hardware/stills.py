"""Pictures in files as grey frames: for `kiosk scan` and for a folder of pictures in place of a camera.

Any picture that a phone or an office makes; nothing that starts a program, and nothing that eats the memory.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from PIL import Image, UnidentifiedImageError

from kiosk.hardware.ports import Frame, ScannerError

if TYPE_CHECKING:
    from pathlib import Path

# EPS would start an interpreter, and the exotic rest is where decoders break.
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "AVIF")
LARGEST_PX = 80_000_000
LONGEST_SIDE_PX = 4096
_WIDE_MODES = ("I;16", "I;16L", "I;16B", "I;16N", "I", "F")
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def still(path: Path) -> Frame:
    """The picture as it is meant to be looked at: turned by its EXIF, transparency on white, at most 4096 px a side.

    Raises:
        ScannerError: no such file, no picture, a broken one, or one of more than 80 million pixels.
    """
    if path.exists() and not path.is_file():  # a pipe would be waited for
        raise ScannerError(f"{path}: not a file")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns about odd EXIF and about size; size is refused below
            with Image.open(path, formats=FORMATS) as picture:
                if picture.width * picture.height > LARGEST_PX:
                    raise ScannerError(_too_many(path))
                return frame_of(picture)
    except FileNotFoundError:
        message = f"{path}: no such file"
    except UnidentifiedImageError:
        message = f"{path}: not a picture (PNG, JPEG, WebP, GIF, BMP, TIFF, PPM, AVIF)"
    except Image.DecompressionBombError:
        message = _too_many(path)
    except OSError as error:
        message = f"{path}: {error.strerror or 'a damaged picture'}"
    except (
        ValueError,
        SyntaxError,
        EOFError,
        IndexError,
        KeyError,
        TypeError,
        AttributeError,
        OverflowError,
        RuntimeError,
        MemoryError,
    ):
        message = f"{path}: a damaged picture"  # what Pillow's decoders raise on damaged files is not one tree
    raise ScannerError(message)


def _too_many(path: Path) -> str:
    return f"{path}: too many pixels; {LARGEST_PX // 10**6} million at most"


def frame_of(picture: Image.Image) -> Frame:
    """Any opened picture as a grey frame."""
    picture.draft("L", (LONGEST_SIDE_PX, LONGEST_SIDE_PX))
    turn = _TURNS.get(picture.getexif().get(_ORIENTATION, 1))
    grey = grey_of(picture)
    grey.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX), Image.Resampling.BOX)
    upright = grey if turn is None else grey.transpose(turn)
    return Frame(upright.width, upright.height, upright.tobytes())


def grey_of(picture: Image.Image) -> Image.Image:
    """The picture in mode L: wide samples spread from their darkest to their lightest, transparency on white."""
    if picture.mode in _WIDE_MODES:
        wide = picture.convert("F")
        low, high = (float(one) for one in wide.getextrema())  # type: ignore[arg-type]
        scale = 255 / (high - low) if high > low else 1.0
        return wide.point(lambda value: value * scale - low * scale).convert("L")
    if picture.mode == "LAB":
        return picture.getchannel(0)
    if picture.has_transparency_data:
        layered = picture.convert("RGBA")
        ground = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(ground, layered).convert("L")
    return picture.convert("L")
