"""The printed ticket: what its pixels show, and the bytes that carry them."""

from __future__ import annotations

from dataclasses import replace

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops
from printed import NotAllowed, commands, picture

from kiosk import samples
from kiosk.domain.papers import ticket
from kiosk.language import CODES
from kiosk.raster import BAND_LINES, PAPER_DOTS, PaperTooNarrow, code_image, code_matrix, escpos_bytes, raster
from kiosk.typeset import Typesetter

TYPESETTER = Typesetter()
WIDTHS = sorted(PAPER_DOTS.values())
MARGINS = {576: 8, 384: 4}
LONGEST = "Maria Fernanda de los Ángeles " * 10


def drawn(code: str = "en", width: int = 576, **told: object) -> Image.Image:
    """The sample ticket with some of it told otherwise."""
    paper = ticket(replace(samples.ticket(code), **told))
    return raster(paper, width_dots=width, typesetter=TYPESETTER)


def ink(image: Image.Image, box: tuple[int, int, int, int] | None = None) -> int:
    """How many black pixels there are."""
    return (image.crop(box) if box else image).convert("L").histogram()[0]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_printed_code_can_be_scanned(code, width):
    """A decoder reads the address from the very bytes that the printer gets."""
    paper = picture(escpos_bytes(drawn(code, width)))

    assert [found.text for found in zxingcpp.read_barcodes(paper)] == [samples.FOLLOW_ADDRESS]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_code_has_whole_modules_and_four_quiet_ones(width):
    """Each module is exactly 9 dots, and around the code there is nothing for 36 dots."""
    image = drawn(width=width).convert("L")
    code = code_image(samples.FOLLOW_ADDRESS, module_dots=9)
    left = (width - code.width) // 2

    tops = [
        top
        for top in range(image.height - code.height)
        if ImageChops.difference(image.crop((left, top, left + code.width, top + code.height)), code).getbbox() is None
    ]

    assert len(tops) == 1
    assert code.width == (len(code_matrix(samples.FOLLOW_ADDRESS)) + 8) * 9


@pytest.mark.parametrize(("host", "modules"), [(24, 29), (38, 33)])
def test_a_short_address_keeps_the_code_small(host, modules):
    """A host of up to 24 characters fits version 3 of the code, as the layout expects."""
    assert len(code_matrix(f"HTTPS://{'A' * host}/C/{'7' * 26}")) == modules


def test_a_code_too_long_for_the_paper_is_refused():
    """On 58 mm a code of 122 characters is printed; a longer one would be too small to scan, and the error says so."""
    longest = f"HTTPS://{'A' * 114}"

    read = zxingcpp.read_barcodes(drawn(width=384, follow_address=longest).convert("L"))

    assert [found.text for found in read] == [longest]
    with pytest.raises(PaperTooNarrow, match="choose a shorter public_url"):
        drawn(width=384, follow_address=f"{longest}A")


def test_a_width_without_a_layout_is_refused():
    """There are two widths of paper."""
    with pytest.raises(PaperTooNarrow, match="512 dots: choose 384 or 576"):
        drawn(width=512)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "told", [{}, {"advisor": LONGEST, "store": LONGEST, "booked": (LONGEST,) * 8, "number": "A-10177"}]
)
def test_nothing_leaves_the_margins(code, width, told):
    """Whatever is told, no pixel falls outside the printable part."""
    image, margin = drawn(code, width, **told), MARGINS[width]

    assert ink(image, (0, 0, margin, image.height)) == 0
    assert ink(image, (width - margin, 0, width, image.height)) == 0
    assert image.mode == "1"


def test_long_words_end_in_an_ellipsis_after_three_lines():
    """A name of 300 characters does not make a ticket of half a metre."""
    usual, long = drawn(), drawn(advisor=LONGEST)

    assert long.height - usual.height == 2 * round(58 * 1.2)
    assert drawn(advisor=LONGEST * 2).height == long.height


@pytest.mark.parametrize("code", CODES)
def test_eight_pieces_of_work_are_all_printed(code):
    """What was booked is never cut; each piece is a line of its own."""
    two, eight = drawn(code), drawn(code, booked=samples.ticket(code).booked * 4)

    assert eight.height - two.height == 6 * (round(31 * 1.4) if code == "ar" else 35) + 6 * 6


def test_an_arabic_ticket_is_mirrored_as_a_whole():
    """The mark stands at the right, and the labels too."""
    english, arabic = drawn("en"), drawn("ar")
    left, right = (8, 8, 92, 92), (484, 8, 568, 92)

    assert ink(english, left) > 3 * ink(english, right)
    assert ink(arabic, right) > 3 * ink(arabic, left)


@pytest.mark.parametrize("code", ["es", "ar"])
def test_the_number_is_the_same_picture_in_all_languages(code):
    """A-017 is never turned round nor moved aside by the language around it."""
    number = drawn("en").crop((40, 205, 536, 330)).convert("L")
    other = drawn(code).convert("L")

    found = [
        top
        for top in range(300)
        if ImageChops.difference(other.crop((40, top, 536, top + number.height)), number).getbbox() is None
    ]

    assert ink(number) > 15_000
    assert len(found) == 1


@pytest.mark.parametrize("width", WIDTHS)
def test_a_number_with_more_digits_still_fits_its_box(width):
    """A-1017 is set smaller rather than cut."""
    image = drawn(width=width, number="A-101789")

    assert ink(image, (0, 0, MARGINS[width], image.height)) == 0
    assert picture(escpos_bytes(image)).width == width


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_copy_has_a_black_bar(code, width):
    """COPY stands white on black across the paper."""
    copy = drawn(code, width, is_copy=True)
    bar = copy.crop((MARGINS[width] + 30, 100, width - MARGINS[width] - 30, 200)).convert("L")

    darkest = max(ink(bar, (0, y, bar.width, y + 1)) for y in range(bar.height))

    assert darkest == bar.width
    assert copy.height > drawn(code, width).height


def test_the_bytes_are_the_picture():
    """What the printer draws from the bytes is the image, pixel for pixel."""
    image = drawn("ar")

    assert ImageChops.difference(picture(escpos_bytes(image)), image.convert("L")).getbbox() is None


@pytest.mark.parametrize("width", WIDTHS)
def test_the_stream_is_reset_bands_feed_cut(width):
    """Bands of at most 256 lines, because small printers have small buffers."""
    found = commands(escpos_bytes(drawn(width=width)))

    names = [name for name, _ in found]
    assert names == ["reset", *["raster"] * (len(found) - 3), "feed", "cut"]
    assert all(int.from_bytes(command[6:8], "little") <= BAND_LINES for name, command in found if name == "raster")


@settings(max_examples=40)
@given(
    st.text(
        alphabet=st.one_of(st.sampled_from("\x00\x10\x1b\x1d\x1c@v0VJ!\n\r\u202e\u2069"), st.characters()), max_size=60
    ),
    st.sampled_from(CODES),
    st.sampled_from(WIDTHS),
)
def test_nothing_that_is_typed_reaches_the_printer_as_a_command(typed, code, width):
    """Names, work and numbers full of control bytes print as pixels: the stream holds the allowed commands only."""
    told = {"advisor": typed, "store": typed, "booked": (typed, "x" + typed), "number": typed[:8], "lane": typed[:3]}

    found = commands(escpos_bytes(drawn(code, width, **told)))

    assert {name for name, _ in found} == {"reset", "raster", "feed", "cut"}


def test_this_check_finds_a_stray_byte():
    """The parser that these tests rely on refuses what a ticket may not hold."""
    sent = escpos_bytes(drawn())

    with pytest.raises(NotAllowed, match="at byte 2"):
        commands(sent[:2] + b"A" + sent[2:])
    with pytest.raises(NotAllowed, match="raster ends 18336 bytes too early"):
        commands(sent[: 2 + 8 + 96])


@pytest.mark.parametrize("image", [Image.new("L", (576, 8)), Image.new("1", (570, 8))])
def test_only_whole_bytes_of_one_bit_are_sent(image):
    """Grey, or a width that does not fill its bytes, would come out as noise."""
    with pytest.raises(ValueError, match="1-bit and a multiple of 8 is needed"):
        escpos_bytes(image)
