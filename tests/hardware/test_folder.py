"""A folder of pictures in place of a camera."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from scan_pictures import FOREIGN, OURS, code_picture

from kiosk.hardware.decoder import Decoder
from kiosk.hardware.folder import HELD_UP_S, FolderCamera
from kiosk.hardware.ports import Frame, ScannerError
from kiosk.settings import Scanner

if TYPE_CHECKING:
    from pathlib import Path


def test_pictures_are_held_up_in_turn(tmp_path: Path) -> None:
    """Each picture stands for its time, in the order of names, and then from the first again."""
    code_picture(OURS).save(tmp_path / "1.png")
    code_picture(FOREIGN).save(tmp_path / "2.jpg")
    (tmp_path / "README.txt").write_text("no picture")
    now_s = [0.0]
    camera, decoder, texts = FolderCamera(Scanner(folder=str(tmp_path)), lambda: now_s[0]), Decoder(), []

    for turn in range(3):
        now_s[0] = turn * HELD_UP_S
        frame = camera.next_frame(1.0)
        assert isinstance(frame, Frame)
        texts.append(decoder.read(frame))

    assert texts == [OURS, FOREIGN, OURS]


def test_a_picture_that_is_held_is_one_frame(tmp_path: Path) -> None:
    """While it stands still it is one object of a camera's size, so nothing is drawn twice."""
    code_picture(OURS, module_px=9).save(tmp_path / "1.png")
    camera = FolderCamera(Scanner(folder=str(tmp_path)))

    first, second = camera.next_frame(1.0), camera.next_frame(1.0)

    assert first is second
    assert first is not None
    assert (first.width_px, first.height_px) == (640, 480)


@pytest.mark.parametrize(
    ("folder", "said"), [("", "name the folder"), ("missing", "No such file"), (".", "no picture in it")]
)
def test_a_folder_that_does_not_serve_names_the_setting(tmp_path: Path, folder: str, said: str) -> None:
    """No name, no folder, no picture: each says which setting to mend."""
    path = str(tmp_path / folder) if folder else ""

    with pytest.raises(ScannerError, match=rf"\[scanner\] folder.*{said}"):
        FolderCamera(Scanner(folder=path))


def test_a_picture_that_is_none_is_named(tmp_path: Path) -> None:
    """A text with a picture's name is told by its path."""
    (tmp_path / "1.png").write_text("no")

    with pytest.raises(ScannerError, match=r"1\.png: not a picture"):
        FolderCamera(Scanner(folder=str(tmp_path))).next_frame(1.0)
