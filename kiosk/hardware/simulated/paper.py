"""Commands of a receipt printer as ink on paper: draws what a real one would print, and lets it fall at each cut.

576 dots for 80 mm, 384 for 58 mm, 8 dots a millimetre. Pictures only; paper that ends and covers that open are
printer.py's.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import qrcode
from PIL import Image, ImageDraw, ImageFont

import kiosk
from kiosk.hardware.simulated.escpos_commands import CUT_AFTER_FEED, PrinterLanguageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.hardware.simulated.escpos_commands import Command

WIDTH_DOTS = {80: 576, 58: 384}
LINE_DOTS = 34
CELL_DOTS = (12, 24)
TAB_CELLS = 8
BLANK = 255
LONGEST_DOTS = 40_000
CENTRED, AT_END = (1, 49), (2, 50)
CORRECTIONS = {48: 1, 49: 0, 50: 3, 51: 2}  # L M Q H in ESC/POS, as the qrcode library numbers them
DOUBLE_HIGH, DOUBLE_WIDE = 0x10, 0x20


@cache
def font() -> ImageFont.FreeTypeFont:
    """The letters of the simulated printer itself; tickets bring their own as pictures."""
    return ImageFont.truetype(str(Path(kiosk.__file__).parent / "fonts" / "IBMPlexSansArabic-Medium.ttf"), 18)


class Sheet:
    """The paper between two cuts."""

    def __init__(self, paper_mm: int, on_cut: Callable[[Image.Image, bool], None]) -> None:
        """A fresh roll; `on_cut` gets each piece of paper (mode L, 0 is ink), and whether it was cut, as it falls."""
        self.width_dots = WIDTH_DOTS[paper_mm]
        self._on_cut = on_cut
        self._code, self._module_dots, self._correction = b"", 3, 1
        self._picture: Image.Image | None = None
        self._image, self._length_dots = Image.new("L", (self.width_dots, 1024), BLANK), 0
        self._initialise()

    def obey(self, command: Command) -> None:
        """Do what the command says.

        Raises:
            PrinterLanguageError: it cannot be done on this paper.
        """
        match command.name:
            case "text" | "HT" | "columns":
                self._line.append(self._piece(command))
            case "LF":
                self._end_line()
            case "feed_lines":
                self._end_line()
                self._feed(self._spacing_dots * (command.values[0] - 1))
            case "feed_dots":
                self._print_line()
                self._feed(command.values[0])
            case "cut":
                self._cut(command)
            case "initialise" | "align" | "style" | "default_spacing" | "spacing":
                self._set(command)
            case _:
                self._picture_or_code(command)

    def _set(self, command: Command) -> None:
        match command.name:
            case "initialise":
                self._initialise()
            case "align":
                self._aligned = command.values[0]
            case "style":
                self._style = command.values[0]
            case "default_spacing":
                self._spacing_dots = LINE_DOTS
            case "spacing":
                self._spacing_dots = command.values[0]

    def needs_dots(self, command: Command) -> int:
        """About how much paper the command uses, for a roll that may end within it."""
        match command.name:
            case "raster":
                return int.from_bytes(command.values[3:5], "little")
            case "feed_dots":
                return command.values[0]
            case "LF":
                return self._spacing_dots
        return 0

    def torn_off(self) -> None:
        """What hangs out of the printer is torn off: a piece without a cut."""
        if self._length_dots:
            self._fall(is_whole=False)

    def _picture_or_code(self, command: Command) -> None:
        content = command.content
        match command.name:
            case "raster":
                self._print_raster(command)
            case "store_picture":
                self._picture = _stored(command)
            case "print_picture":
                if self._picture is not None:
                    self._place(self._picture, command)
            case "code_module":
                self._module_dots = max(1, min(16, (content or b"\x03")[0]))
            case "code_correction":
                self._correction = CORRECTIONS.get((content or b"0")[0], 1)
            case "store_code":
                self._code = content[1:]
            case "print_code":
                self._place(self._drawn_code(command), command)

    # -- lines of text and columns -------------------------------------------------------------------------------------

    def _initialise(self) -> None:
        self._spacing_dots, self._aligned, self._style = LINE_DOTS, 0, 0
        self._line: list[Image.Image] = []

    def _piece(self, command: Command) -> Image.Image:
        if command.name == "columns":
            return _columns(command)
        if command.name == "HT":
            used = sum(one.width for one in self._line)
            tab = TAB_CELLS * CELL_DOTS[0]
            return Image.new("L", (tab - used % tab, 1), BLANK)
        letters = command.content.decode("cp437")
        piece = Image.new("L", (CELL_DOTS[0] * len(letters), CELL_DOTS[1]), BLANK)
        draw = ImageDraw.Draw(piece)
        for n, letter in enumerate(letters):
            draw.text(((n + 0.5) * CELL_DOTS[0], CELL_DOTS[1] - 6), letter, font=font(), fill=0, anchor="ms")
        wide, high = 1 + bool(self._style & DOUBLE_WIDE), 1 + bool(self._style & DOUBLE_HIGH)
        return _scaled(piece, wide, high)

    def _print_line(self) -> int:
        """Print what the line holds; how high it was."""
        pieces, self._line = self._line, []
        if not pieces:
            return 0
        high = max(one.height for one in pieces)
        whole = Image.new("L", (min(self.width_dots, sum(one.width for one in pieces)), high), BLANK)
        left = 0
        for one in pieces:
            whole.paste(one, (left, high - one.height))
            left += one.width
        self._put(whole)
        return high

    def _end_line(self) -> None:
        self._feed(self._spacing_dots - self._print_line())

    # -- pictures and codes --------------------------------------------------------------------------------------------

    def _print_raster(self, command: Command) -> None:
        row_bytes, rows = int.from_bytes(command.values[1:3], "little"), int.from_bytes(command.values[3:5], "little")
        mode = command.values[0] & 3
        picture = _bits(command.content, row_bytes * 8, rows)
        self._place(_scaled(picture, 1 + mode % 2, 1 + mode // 2), command)

    def _drawn_code(self, command: Command) -> Image.Image:
        code = qrcode.QRCode(error_correction=self._correction, border=0, box_size=self._module_dots)
        code.add_data(self._code)
        try:
            code.make()
        except (ValueError, qrcode.exceptions.DataOverflowError) as error:
            message = f"byte {command.offset}: {len(self._code)} bytes do not fit into a code"
            raise PrinterLanguageError(message) from error
        drawn: Image.Image = code.make_image().get_image()
        return drawn.convert("L")

    def _place(self, picture: Image.Image, command: Command) -> None:
        if picture.width > self.width_dots:
            message = f"byte {command.offset}: a picture {picture.width} dots wide on paper of {self.width_dots}"
            raise PrinterLanguageError(message)
        self._print_line()
        self._put(picture)

    def _put(self, picture: Image.Image) -> None:
        free = self.width_dots - picture.width
        left = free // 2 if self._aligned in CENTRED else free if self._aligned in AT_END else 0
        top = self._length_dots
        self._feed(picture.height)
        self._image.paste(picture, (left, top))

    # -- the paper itself ----------------------------------------------------------------------------------------------

    def _feed(self, dots: int) -> None:
        self._length_dots += max(0, dots)
        if self._length_dots > LONGEST_DOTS:
            self._length_dots = 0
            message = f"{LONGEST_DOTS // 8000} m of paper without a cut"
            raise PrinterLanguageError(message)
        if self._length_dots > self._image.height:
            longer = Image.new("L", (self.width_dots, self._length_dots * 2), BLANK)
            longer.paste(self._image)
            self._image = longer

    def _cut(self, command: Command) -> None:
        self._print_line()
        if command.values[0] in CUT_AFTER_FEED:
            self._feed(command.values[1])
        self._fall(is_whole=True)

    def _fall(self, *, is_whole: bool) -> None:
        piece = self._image.crop((0, 0, self.width_dots, self._length_dots))
        self._image.paste(BLANK, (0, 0, *self._image.size))
        self._length_dots = 0
        self._on_cut(piece, is_whole)


def _bits(content: bytes, width: int, height: int) -> Image.Image:
    """Bits, 1 is ink, as a picture."""
    if not width or not height:
        return Image.new("L", (width, height), BLANK)
    return Image.frombytes("1", (width, height), content, "raw", "1;I").convert("L")


def _scaled(picture: Image.Image, wide: int, high: int) -> Image.Image:
    """Each dot as so many; a picture without dots stays one."""
    return picture.resize((picture.width * wide, picture.height * high)) if all(picture.size) else picture


def _stored(command: Command) -> Image.Image:
    """The picture of GS ( L function 112: tone, two scales, colour, width and height, then its bits."""
    head, content = command.content[:8], command.content[8:]
    width, height = int.from_bytes(head[4:6], "little"), int.from_bytes(head[6:8], "little")
    needed = (width + 7) // 8 * height
    if len(content) < needed:
        message = f"byte {command.offset}: the picture needs {needed} bytes and has {len(content)}"
        raise PrinterLanguageError(message)
    picture = _bits(content[:needed], width, height)
    return _scaled(picture, max(1, min(2, head[1])), max(1, min(2, head[2])))


def _columns(command: Command) -> Image.Image:
    """ESC *: columns of 8 or 24 dots, top bit first; 8-dot modes print 3 times as high, single ones twice as wide."""
    mode, columns = command.values[0], int.from_bytes(command.values[1:3], "little")
    deep = 8 if mode in (0, 1) else 24
    picture = _bits(command.content, deep, columns).transpose(Image.Transpose.TRANSPOSE)
    return _scaled(picture, 2 if mode in (0, 32) else 1, 24 // deep)
