"""The simulated printer itself: it draws what was sent, to the dot, and calls everything else a fault."""

from __future__ import annotations

import logging
import socket
from typing import TYPE_CHECKING

import pytest
from escpos.printer import Dummy
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageOps
from printing import FEED_DOTS, shows, ticket, ticket_picture
from scan_pictures import OURS

from kiosk.hardware.decoder import Decoder
from kiosk.hardware.ports import Frame
from kiosk.hardware.simulated.escpos_commands import Command, Commands, PrinterLanguageError
from kiosk.hardware.simulated.paper import LONGEST_DOTS, Sheet
from kiosk.hardware.simulated.printer import Piece, SimulatedPrinter

if TYPE_CHECKING:
    from collections.abc import Iterator


def printed(content: bytes, paper_mm: int = 80) -> list[Piece]:
    """What falls into the tray for these bytes."""
    pieces: list[Piece] = []
    sheet, commands = Sheet(paper_mm, lambda image, is_whole: pieces.append(Piece(image, is_whole))), Commands()
    for command in commands.feed(content):
        if command.name != "status_now":
            sheet.obey(command)
    commands.end()
    sheet.torn_off()
    return pieces


def dummy() -> Dummy:
    """A sender of python-escpos that keeps its bytes."""
    logging.getLogger("escpos").setLevel(logging.ERROR)
    return Dummy()


def read(piece: Piece) -> str | None:
    """The text of the code on the paper."""
    return Decoder().read(Frame(piece.image.width, piece.image.height, piece.image.tobytes()))


def test_a_ticket_is_drawn_to_the_dot() -> None:
    """Not one dot of our own ticket is wrong, and it is cut once."""
    pieces = printed(ticket(7))

    assert [piece.is_whole for piece in pieces] == [True]
    assert shows(pieces[0], ticket_picture(7))


@pytest.mark.parametrize("way", ["bitImageRaster", "graphics", "bitImageColumn"])
def test_every_way_of_sending_a_picture_is_drawn_to_the_dot(way: str) -> None:
    """The three ways in which python-escpos sends a picture come out alike."""
    picture = ticket_picture(3, width_dots=384, height_dots=240)
    sender = dummy()
    if way == "bitImageColumn":
        sender._raw(b"\x1b3\x18")
    sender.image(picture, impl=way, center=False)

    image = printed(sender.output)[0].image

    assert ImageChops.difference(image.crop((0, 0, *picture.size)), picture.convert("L")).getbbox() is None


@pytest.mark.parametrize("native", [True, False])
def test_a_printed_code_can_be_read(native: bool) -> None:
    """A code that the printer draws itself, and one that comes as a picture, lead to the same text."""
    sender = dummy()
    sender.qr(OURS, native=native, size=6, center=not native)
    sender.cut()

    assert read(printed(sender.output)[0]) == OURS


def test_text_leaves_ink_where_it_is_aligned() -> None:
    """Letters stand at the start, in the middle and at the end of the line, and doubled ones are twice as high."""
    pieces = [printed(b"\x1b@\x1ba" + bytes([where]) + b"A-017\n\x1dV\x00")[0].image for where in (0, 1, 2)]
    boxes = [ImageOps.invert(image).getbbox() for image in pieces]
    double = ImageOps.invert(printed(b"\x1b!\x30A-017\n\x1dV\x00")[0].image).getbbox()

    assert all(boxes)
    assert boxes[0][0] < boxes[1][0] < boxes[2][0]
    assert double[3] - double[1] == pytest.approx(2 * (boxes[0][3] - boxes[0][1]), abs=3)


def test_feeds_make_the_paper_longer() -> None:
    """Lines, dots and the feed of the cut add up to the length of the piece."""
    content = b"\x1b@\n\x1b3\x10\n\x1bd\x03\x1bJ\x05\x1b2\n\x1dVB\x09"

    assert printed(content)[0].image.height == 34 + 16 + 3 * 16 + 5 + 34 + 9


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x1b@\x1bp\x00\x19\xfa", "byte 2: 1b 70 is no command"),
        (b"Hello\x1dB\x01", "byte 5: 1d 42 is no command"),
        (b"\x1dV\x07", "byte 0: 1d 56 07 is no command"),
        (b"\x1dv1\x00\x01\x00\x01\x00\x00", "byte 0: 1d 76 31"),
        (b"\x1b*\x05\x01\x00\x00", "byte 0: 1b 2a 05"),
        (b"\x1d(Z\x02\x000\x00", "byte 0: 1d 28 5a"),
        (b"\x00", "byte 0: 00 is no command"),
        (b"\x1b@\x1dv0\x00\x48\x00\x90\x01" + bytes(100), "byte 2: the stream ends within a command, after 108 bytes"),
        (b"\x1dv0\x00\x49\x00\x01\x00" + bytes(73), "byte 0: a picture 584 dots wide on paper of 576"),
        (b"\x1d(k\x03\x001Q0", None),
        (b"\x1bd\xff" * 10, "m of paper without a cut"),
    ],
)
def test_what_is_no_command_is_told_with_its_place(content: bytes, said: str | None) -> None:
    """A wrong byte is an error that names the byte; an empty code is none."""
    if said is None:
        printed(content)
        return

    with pytest.raises(PrinterLanguageError, match=said):
        printed(content)


def test_58_mm_paper_is_384_dots_wide() -> None:
    """A ticket for the wide roll is refused on the narrow one, as it would lose its edge."""
    with pytest.raises(PrinterLanguageError, match="576 dots wide on paper of 384"):
        printed(ticket(), paper_mm=58)


@given(st.binary(max_size=200), st.lists(st.integers(1, 40), max_size=30))
@settings(max_examples=300)
def test_the_cut_of_the_stream_does_not_matter(content: bytes, cuts: list[int]) -> None:
    """The same bytes in any pieces are the same commands, or the same fault."""

    def taken(pieces: list[bytes]) -> tuple[list[Command], str]:
        commands, found = Commands(), []
        try:
            for piece in pieces:
                found += commands.feed(piece)
        except PrinterLanguageError as fault:
            return joined(found), str(fault)
        return joined(found), ""

    pieces, rest = [], content
    for size in cuts:
        pieces.append(rest[:size])
        rest = rest[size:]

    assert taken([*pieces, rest]) == taken([content])


def joined(found: list[Command]) -> list[Command]:
    """Letters come in as many commands as pieces; they print alike."""
    merged: list[Command] = []
    for one in found:
        if merged and one.name == merged[-1].name == "text":
            merged[-1] = Command("text", merged[-1].offset, b"", merged[-1].content + one.content)
        else:
            merged.append(one)
    return merged


WORDS = st.one_of(
    st.sampled_from([b"\x1b@", b"\n", b"\r", b"\t", b"\x1b2", b"\x1dV\x00", b"\x1dVB\x10"]),
    st.sampled_from([b"\x1d(L\x02\x0002", b"\x1d(k\x03\x001Q0"]),
    st.builds(lambda n: b"\x1ba" + bytes([n]), st.integers(0, 255)),
    st.builds(lambda n: b"\x1bd" + bytes([n]), st.integers(0, 255)),
    st.builds(lambda n: b"\x1bJ" + bytes([n]), st.integers(0, 255)),
    st.builds(lambda n: b"\x1b3" + bytes([n]), st.integers(0, 255)),
    st.builds(lambda n: b"\x1b!" + bytes([n]), st.integers(0, 255)),
    st.builds(lambda n: b"\x1d(k\x03\x001C" + bytes([n]), st.integers(0, 255)),
    st.builds(lambda n: b"\x1d(k\x03\x001E" + bytes([n]), st.integers(0, 255)),
    st.binary(max_size=40).map(lambda text: bytes(one | 0x20 for one in text)),
    st.binary(max_size=60).map(lambda text: b"\x1d(k" + (len(text) + 3).to_bytes(2, "little") + b"1P0" + text),
    st.builds(
        lambda mode, wide, high: b"\x1dv0" + bytes([mode, wide, 0, high, 0]) + b"\xa5" * (wide * high),
        st.integers(0, 3), st.integers(0, 80), st.integers(0, 20),
    ),
    st.builds(
        lambda mode, columns: b"\x1b*" + bytes([mode, columns, 0]) + b"\x5a" * (columns * (1 if mode < 2 else 3)),
        st.sampled_from([0, 1, 32, 33]), st.integers(0, 255),
    ),
)  # fmt: skip


@given(st.lists(WORDS, max_size=30))
@settings(max_examples=150)
def test_any_commands_make_paper_or_a_fault(words: list[bytes]) -> None:
    """Whatever order commands come in, they print on paper of one width and sane length, or are told as a fault."""
    try:
        pieces = printed(b"".join(words))
    except PrinterLanguageError:
        return
    assert all(piece.image.width == 576 and piece.image.height <= LONGEST_DOTS for piece in pieces)


@pytest.fixture
def world() -> Iterator[SimulatedPrinter]:
    """A printer on a free port."""
    world = SimulatedPrinter()
    yield world
    world.close()


def talk(world: SimulatedPrinter, content: bytes, answers: int) -> bytes:
    """Send, and read so many answers."""
    with socket.create_connection(("127.0.0.1", world.port), timeout=60) as connection:
        connection.sendall(content)
        got = b""
        while len(got) < answers and (piece := connection.recv(answers - len(got))):
            got += piece
        return got


def test_it_answers_as_the_data_sheet_says(world: SimulatedPrinter) -> None:
    """Healthy, near its end, out of paper, cover open: the bits of DLE EOT 1, 2 and 4."""
    ask = b"\x10\x04\x01\x10\x04\x02\x10\x04\x04"
    healthy = talk(world, ask, 3)
    world.come_near_the_end()
    near = talk(world, ask, 3)
    world.run_out_of_paper()
    out = talk(world, ask, 3)
    world.load_paper()
    world.open_cover()
    opened = talk(world, ask, 3)

    assert [healthy, near, out, opened] == [b"\x12\x12\x12", b"\x12\x12\x1e", b"\x1a\x32\x7e", b"\x1a\x16\x12"]


def test_the_answer_behind_a_ticket_comes_after_it(world: SimulatedPrinter) -> None:
    """GS r is answered in its turn: with paper out not at all, with new paper after the ticket."""
    world.run_out_of_paper(after_dots=300)
    with socket.create_connection(("127.0.0.1", world.port), timeout=60) as connection:
        connection.sendall(ticket() + b"\x1dr\x01\x10\x04\x04")
        first = connection.recv(1)
        before = len(world.pieces)
        world.load_paper()
        second = connection.recv(1)

    assert first == b"\x72"
    assert before == 0
    assert second == b"\x00"
    assert shows(world.pieces[0], ticket_picture())


def test_a_fault_of_the_program_breaks_the_link(world: SimulatedPrinter) -> None:
    """Rubbish is kept as a fault and never confirmed."""
    with pytest.raises(ConnectionResetError):
        talk(world, b"\x1b@\x1b\x7f\x1dr\x01", 1)

    assert [str(fault) for fault in world.faults] == ["byte 2: 1b 7f is no command of this printer"]


def test_a_png_of_the_paper_is_a_picture(world: SimulatedPrinter, tmp_path: object) -> None:
    """What falls can be shown on a page."""
    del tmp_path
    talk(world, ticket(5) + b"\x1dr\x01", 1)

    assert world.pieces[0].png.startswith(b"\x89PNG")
    assert isinstance(world.pieces[0].image, Image.Image)
    assert world.pieces[0].image.height == 700 + FEED_DOTS
