"""Text to pixels: one line of any language as an alpha mask, shaped by RAQM in IBM Plex Sans Arabic, and cached.

Screens, tickets and pictures set all their text here and nowhere else. What the words are is language.py.
A Typesetter refuses to start where Arabic would come out wrong; nothing is drawn "as well as it goes".
"""

from __future__ import annotations

import struct
import threading
import unicodedata
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from PIL import Image, ImageDraw, ImageFont, features

from kiosk.errors import KioskError
from kiosk.line_breaks import ISOLATES, balanced, broken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiosk.line_breaks import Fits


class Shaping(TypedDict):
    """What Pillow is told about a line."""

    direction: Literal["ltr", "rtl"]
    language: str


FONTS = Path(__file__).parent / "fonts"
WEIGHTS = {500: "Medium", 600: "SemiBold", 700: "Bold"}
ARABIC_SCALE = 1.15
CAPITAL_PER_EM = 0.698
REPLACEMENT = "\u00b7"
CACHE_BYTES = 24 * 1024 * 1024

_SHAPING: tuple[Shaping, Shaping] = ({"direction": "ltr", "language": "en"}, {"direction": "rtl", "language": "ar"})
_JOINERS = {"\u200c", "\u200d"}
_LINE_OVERHEAD_BYTES = 400
_FONTS_KEPT = 48
_PIECES_KEPT = 4096


class NoRaqm(KioskError):
    """Pillow cannot shape Arabic on this machine."""


class NoFont(KioskError):
    """A font file is missing or cannot be read."""


class MissingGlyph(ValueError):
    """The font has no shape for a character.

    Attributes:
        character: the character.
    """

    def __init__(self, character: str, text: str) -> None:
        name = unicodedata.name(character, "no name")
        super().__init__(f"U+{ord(character):04X} ({name}) in {text!r}: IBM Plex Sans Arabic cannot draw it")
        self.character = character


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, ready to be coloured and placed.

    Attributes:
        image: alpha mask, mode "L", exactly ascent_px + descent_px high. Never change it: it is shared.
        width_px: the advance, what the line takes in a layout.
        ascent_px: from the top of the image to the baseline: the font's, more only where marks stand above it.
        descent_px: from the baseline to the bottom: the font's, more only where a tail reaches lower.
        left_px: how far ink hangs out before the line's beginning at the left, nearly always 0 to 3; place the
            image at x - left_px.
    """

    image: Image.Image
    width_px: int
    ascent_px: int
    descent_px: int
    left_px: int = 0

    @property
    def height_px(self) -> int:
        """Height of the image."""
        return self.ascent_px + self.descent_px


def type_px(capital_mm: float, px_per_mm: float) -> int:
    """The type size whose capitals are `capital_mm` high on a panel of `px_per_mm`."""
    return round(capital_mm * px_per_mm / CAPITAL_PER_EM)


def arabic_size(size_px: int, *, rtl: bool = True) -> int:
    """The size that reads as large as Latin at `size_px`: 1.15 x for Arabic, unchanged if not `rtl`.

    `line`, `width` and `wrap` take the size as it is; whoever lays a screen out asks here first. The ticket does
    not: its sizes are given for each script (kiosk.raster).
    """
    return round(size_px * ARABIC_SCALE) if rtl else size_px


class Typesetter:
    """Sets lines of text; keeps those it has set, up to `cache_bytes`, the least recently used go first.

    May be used from several threads.

    Raises:
        NoRaqm: this machine cannot shape Arabic.
        NoFont: a font file is missing.
    """

    def __init__(self, *, cache_bytes: int = CACHE_BYTES, fonts: Path = FONTS) -> None:
        require_raqm()
        self._files = {weight: fonts / f"IBMPlexSansArabic-{name}.ttf" for weight, name in WEIGHTS.items()}
        self._drawable = frozenset.intersection(*map(characters_of, self._files.values())) | ISOLATES
        self._cache_bytes = cache_bytes
        self._lines: OrderedDict[tuple[object, ...], Line] = OrderedDict()
        self._bytes = 0
        self._fonts: OrderedDict[tuple[int, int], ImageFont.FreeTypeFont] = OrderedDict()
        self._widths: OrderedDict[tuple[object, ...], int] = OrderedDict()
        self._wrapped: OrderedDict[tuple[object, ...], tuple[str, ...]] = OrderedDict()
        self._lock = threading.RLock()

    @property
    def cached_bytes(self) -> int:
        """What the kept lines take, about."""
        return self._bytes

    def line(self, text: str, *, size_px: int, weight: int = 500, rtl: bool = False, strict: bool = False) -> Line:
        """The text as one line; `rtl` is the direction of the paragraph, not of the text.

        Anything may be typed into `text`: what the font lacks becomes a middle dot, control characters a space.
        With `strict`, for the product's own words, it raises MissingGlyph instead.
        """
        text = self.drawable(text, strict=strict)
        key = (text, size_px, weight, rtl)
        with self._lock:
            line = self._lines.get(key)
            if line is None:
                line = self._lines[key] = self._set(text, size_px, weight, rtl=rtl)
                self._bytes += _cost(line)
                self._make_room()
            else:
                self._lines.move_to_end(key)
        return line

    def width(self, text: str, *, size_px: int, weight: int = 500, rtl: bool = False) -> int:
        """The advance of the text in pixels; draws nothing."""
        text = self.drawable(text)
        key = (text, size_px, weight, rtl)
        with self._lock:
            if key in self._lines:
                return self._lines[key].width_px
            known = self._widths.get(key)
            if known is None:
                known = self._widths[key] = round(self._font(size_px, weight).getlength(text, **_SHAPING[rtl]))
                _keep_recent(self._widths, _PIECES_KEPT)
            return known

    def wrap(
        self, text: str, *, width_px: int, size_px: int, weight: int = 500, rtl: bool = False, balance: bool = False
    ) -> tuple[str, ...]:
        """The text broken into lines of at most `width_px`; none for a blank text.

        Breaks at spaces and line ends, never at no-break spaces. An isolated value stays in one piece unless it is
        wider than a line; then each of its parts is isolated again. A word wider than a line is broken.
        With `balance` the lines are about equally long, as headlines and centred sentences want.
        """
        key = (text, width_px, size_px, weight, rtl, balance)
        with self._lock:
            lines = self._wrapped.get(key)
            if lines is None:

                def fits_in(column_px: int) -> Fits:
                    return lambda line: self.width(line, size_px=size_px, weight=weight, rtl=rtl) <= column_px

                lines = balanced(text, width_px, fits_in) if balance else broken(text, fits_in(width_px))
                self._wrapped[key] = lines
                _keep_recent(self._wrapped, _PIECES_KEPT)
            return lines

    def forget(self) -> None:
        """Keep no word of what was set: somebody's name may be among it."""
        with self._lock:
            for kept in (self._lines, self._widths, self._wrapped):
                kept.clear()
            self._bytes = 0

    def drawable(self, text: str, *, strict: bool = False) -> str:
        """The text with everything replaced that the font cannot draw; runs of it become one middle dot.

        Raises:
            MissingGlyph: with `strict`, instead of replacing.
        """
        if self._drawable.issuperset(text):
            return text
        kept = ""
        for character in unicodedata.normalize("NFC", text):
            if character in self._drawable or (character in _JOINERS and kept[-1:].isalpha()):
                kept += character
            elif strict:
                raise MissingGlyph(character, text)
            else:
                kept += _instead(character, after=kept[-1:])
        return kept

    def _set(self, text: str, size_px: int, weight: int, *, rtl: bool) -> Line:
        font = self._font(size_px, weight)
        ascent, descent = font.getmetrics()
        width = self.width(text, size_px=size_px, weight=weight, rtl=rtl)
        # Tails and stacked marks may leave the box of advance and ascent: draw with room, then cut to what is used.
        room = size_px // 2 + 2
        image = Image.new("L", (width + 2 * room, ascent + descent + 2 * room), 0)
        draw = ImageDraw.Draw(image)
        draw.text((room, room + ascent), text, fill=255, font=font, anchor="ls", **_SHAPING[rtl])
        x0, y0, x1, y1 = image.getbbox() or (room, room, room, room)
        left, right = max(0, room - x0), max(0, x1 - room - width)
        ascent, descent = max(ascent, ascent + room - y0), max(descent, y1 - room - ascent)
        box = (room - left, room + font.getmetrics()[0] - ascent, room + max(1, width) + right)
        image = image.crop((*box, box[1] + ascent + descent))
        return Line(image, width, ascent, descent, left)

    def _font(self, size_px: int, weight: int) -> ImageFont.FreeTypeFont:
        key = (size_px, weight)
        font = self._fonts.get(key)
        if font is None:
            file = self._files.get(weight)
            if file is None:
                raise ValueError(f"weight {weight}: choose one of {', '.join(map(str, WEIGHTS))}")
            font = ImageFont.truetype(file, size_px, layout_engine=ImageFont.Layout.RAQM)
            self._fonts[key] = font
            _keep_recent(self._fonts, _FONTS_KEPT)
        self._fonts.move_to_end(key)
        return font

    def _make_room(self) -> None:
        while self._bytes > self._cache_bytes and len(self._lines) > 1:
            _, line = self._lines.popitem(last=False)
            self._bytes -= _cost(line)


def require_raqm() -> None:
    """Nothing, where Pillow can shape and order Arabic.

    Raises:
        NoRaqm: it cannot; the message names what to install.
    """
    if not features.check("raqm"):
        raise NoRaqm("Pillow cannot shape Arabic on this machine (no RAQM): apt install libfribidi0")


def characters_of(file: Path) -> frozenset[str]:
    """The characters that a TrueType font has a glyph for, read from its `cmap` table (OpenType 1.9, format 4).

    Raises:
        NoFont: no such file, or no table that can be read.
    """
    try:
        font = file.read_bytes()
        tables = {font[at : at + 4]: struct.unpack_from(">II", font, at + 8) for at in _table_records(font)}
        start, _ = tables[b"cmap"]
        subtables = (struct.unpack_from(">HHI", font, start + 4 + 8 * i) for i in range(_u16(font, start + 2)))
        offset = next(start + at for platform, encoding, at in subtables if (platform, encoding) == (3, 1))
        if _u16(font, offset) != 4:
            raise NoFont(f"{file}: its character table is not of format 4; take the font that came with kiosk")
        return frozenset(c for c in map(chr, _mapped(font, offset)) if unicodedata.category(c) != "Cc")
    except (OSError, KeyError, StopIteration, struct.error) as error:
        raise NoFont(f"{file}: missing or not a usable font; install kiosk again ({error!r})") from error


def _table_records(font: bytes) -> range:
    return range(12, 12 + 16 * _u16(font, 4), 16)


def _u16(font: bytes, at: int) -> int:
    value: int = struct.unpack_from(">H", font, at)[0]
    return value


def _mapped(font: bytes, offset: int) -> Iterator[int]:
    """Code points of a format 4 subtable whose glyph is not 0, the missing one."""
    segments = _u16(font, offset + 6) // 2
    ends, starts = offset + 14, offset + 16 + 2 * segments
    deltas, ranges = starts + 2 * segments, starts + 4 * segments
    for i in range(segments):
        end, start, delta, step = (_u16(font, at + 2 * i) for at in (ends, starts, deltas, ranges))
        for code in range(start, min(end, 0xFFFE) + 1):
            glyph = code if step == 0 else _u16(font, ranges + 2 * i + step + 2 * (code - start))
            if glyph and (glyph + delta) & 0xFFFF:
                yield code


def _cost(line: Line) -> int:
    return line.image.width * line.image.height + _LINE_OVERHEAD_BYTES


def _keep_recent(kept: OrderedDict[Any, Any], most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)


def _instead(character: str, *, after: str) -> str:
    """What stands for a character that the font lacks."""
    category = unicodedata.category(character)
    if category in {"Cc", "Zs", "Zl", "Zp"}:
        return " "
    if category in {"Cf", "Mn", "Me"} or after == REPLACEMENT:
        return ""
    return REPLACEMENT
