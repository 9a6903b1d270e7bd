"""Pictures in files: every kind that people send, and everything that is none."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps
from scan_pictures import OURS, code_picture

from kiosk.hardware.ports import ScannerError
from kiosk.hardware.scanner import read_still
from kiosk.hardware.stills import LONGEST_SIDE_PX, still

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "YCbCr", "I;16", "I", "F", "LAB", "HSV"])
def test_every_kind_of_picture_is_read(tmp_path: Path, mode: str) -> None:
    """Palettes, transparency, 16 bits, printer's colours: a code is read in all of them."""
    picture = code_picture(OURS)
    if mode in ("I;16", "I", "F"):
        whole = picture.convert("I").point(lambda value: value * 200)
        picture = (
            whole
            if mode == "I"
            else Image.frombytes(
                "I;16", whole.size, b"".join(int(value).to_bytes(2, "little") for value in whole.get_flattened_data())
            )
            if mode == "I;16"
            else whole.convert("F")
        )
    elif mode in ("LAB", "HSV"):
        picture = Image.merge(mode, [picture] * 3) if mode == "LAB" else picture.convert("RGB").convert("HSV")
    else:
        picture = picture.convert(mode)
    path = tmp_path / "code.tif"
    (picture.convert("RGB") if mode == "HSV" else picture).save(path)

    assert read_still(path) == OURS


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "gif", "bmp", "tif", "pgm", "avif"])
def test_every_format_is_read(tmp_path: Path, suffix: str) -> None:
    """A screenshot, a photograph and a fax are pictures."""
    path = tmp_path / f"code.{suffix}"
    code_picture(OURS).save(path)

    assert read_still(path) == OURS


def test_a_photograph_is_turned_as_its_camera_says(tmp_path: Path) -> None:
    """A picture whose EXIF says it lies on its side stands upright in the frame."""
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "turned.jpg"
    Image.new("L", (80, 40), 200).save(path, exif=exif)

    frame = still(path)

    assert (frame.width_px, frame.height_px) == (40, 80)


def test_what_is_transparent_is_white(tmp_path: Path) -> None:
    """A code drawn in black on nothing is black on white."""
    nothing = Image.new("RGBA", code_picture(OURS).size)
    nothing.paste((0, 0, 0, 255), mask=ImageOps.invert(code_picture(OURS)))
    path = tmp_path / "clear.png"
    nothing.save(path)

    assert read_still(path) == OURS


def test_a_huge_photograph_is_made_smaller(tmp_path: Path) -> None:
    """No frame is longer than LONGEST_SIDE_PX, so no picture takes the memory away."""
    path = tmp_path / "huge.png"
    Image.new("1", (9000, 100)).save(path)

    frame = still(path)

    assert frame.width_px == LONGEST_SIDE_PX
    assert len(frame.grey) == frame.width_px * frame.height_px


def test_a_decompression_bomb_is_refused(tmp_path: Path) -> None:
    """A small file that would unfold to gigabytes is refused before it is unfolded."""
    path = tmp_path / "bomb.png"
    Image.new("1", (30000, 3000)).save(path)

    with pytest.raises(ScannerError, match=r"bomb\.png: too many pixels"):
        still(path)


def test_a_bomb_beyond_pillows_own_limit_is_refused_the_same(tmp_path: Path) -> None:
    """The library's own refusal reads like ours."""
    path = tmp_path / "bomb.gif"
    Image.new("1", (1, 1)).save(path)
    content = bytearray(path.read_bytes())
    content[6:10] = b"\xff\xff\xff\xff"
    path.write_bytes(content)

    with pytest.raises(ScannerError, match=r"bomb\.gif: too many pixels"):
        still(path)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("text.png", b"not a picture at all", "not a picture"),
        ("empty.png", b"", "not a picture"),
        ("letter.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not a picture"),
        ("half.png", b"half", "a damaged picture"),
    ],
)
def test_what_is_no_picture_is_named(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    """A file that is no whole picture is an error that names it; nothing that could run a program is opened."""
    path = tmp_path / name
    if content == b"half":
        code_picture(OURS).save(path)
        content = path.read_bytes()[:200]
    path.write_bytes(content)

    with pytest.raises(ScannerError, match=rf"{name}: {said}"):
        still(path)


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    """A missing file, a folder and a pipe are told at once; nothing waits for a pipe."""
    with pytest.raises(ScannerError, match=r"nothing\.png: no such file"):
        still(tmp_path / "nothing.png")
    os.mkfifo(tmp_path / "pipe.png")
    for path in (tmp_path, tmp_path / "pipe.png"):
        with pytest.raises(ScannerError, match="not a file"):
            still(path)


@given(st.data())
@settings(max_examples=60)
def test_no_damaged_picture_does_more_than_be_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """A picture with any bytes changed is read, or refused with a ScannerError."""
    path = tmp_path_factory.mktemp("damaged") / "picture"
    suffix = data.draw(st.sampled_from(["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"]))
    code_picture("X", module_px=2).save(path, format=suffix)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)

    frame = None
    with contextlib.suppress(ScannerError):
        frame = still(path)

    assert frame is None or len(frame.grey) == frame.width_px * frame.height_px
