"""The dealership's picture as a file: read whatever it is, and at the head of a ticket, where it is black dots only.

The picture at the head of screens is prepared in store_logo.py.
"""

from __future__ import annotations

import warnings
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from kiosk.errors import KioskError

WIDEST = 0.7
HIGHEST_DOTS = 160
ABOVE_DOTS, BELOW_DOTS = 16, 24
LARGEST_PX = 40_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


class LogoUnusable(KioskError):
    """The picture named in the settings cannot be shown or printed; the message is what is wrong with it."""


def read_picture(path: Path) -> Image.Image:
    """The picture, upright, with its transparency (mode "RGBA").

    Raises:
        LogoUnusable: no such file, no picture, or one of more than 40 million pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=FORMATS) as picture:
                if picture.width * picture.height > LARGEST_PX:
                    raise LogoUnusable(f"{path}: too many pixels; draw it smaller than 6000 x 6000")
                return ImageOps.exif_transpose(picture).convert("RGBA")
    except FileNotFoundError as error:
        raise LogoUnusable(f"{path}: no such file") from error
    except BOMBS as error:
        raise LogoUnusable(f"{path}: too many pixels; draw it smaller than 6000 x 6000") from error
    except (OSError, UnidentifiedImageError, ValueError, SyntaxError) as error:
        raise LogoUnusable(f"{path}: not a picture that can be read; save it as PNG") from error


def load_logo(path: str, width_dots: int) -> Image.Image | None:
    """The picture as a printer's dots (mode "1", 0 = ink), for paper of this width; None where no picture is named.

    Shades become dots; what is transparent stays paper.

    Raises:
        LogoUnusable: no such file, no picture, or one of more than 40 million pixels.
    """
    if not path:
        return None
    try:
        layered = read_picture(Path(path))
    except LogoUnusable as error:
        raise LogoUnusable(f"[printer] logo = {error}") from error
    paper = Image.new("RGBA", layered.size, "white")
    grey = Image.alpha_composite(paper, layered).convert("L")
    share = min(WIDEST * width_dots / grey.width, HIGHEST_DOTS / grey.height)
    size = (max(1, round(grey.width * share)), max(1, round(grey.height * share)))
    return grey.resize(size, Image.Resampling.LANCZOS).convert("1")


def headed(ticket: Image.Image, logo: Image.Image | None) -> Image.Image:
    """The ticket with the logo above it, in the middle; without one the ticket itself."""
    if logo is None:
        return ticket
    head = ABOVE_DOTS + logo.height + BELOW_DOTS
    whole = Image.new("1", (ticket.width, head + ticket.height), 1)
    whole.paste(logo, ((ticket.width - logo.width) // 2, ABOVE_DOTS))
    whole.paste(ticket, (0, head))
    return whole
