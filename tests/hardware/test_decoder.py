"""What the decoder reads, and how hard it looks."""

from __future__ import annotations

import statistics
import time

import numpy as np
import pytest
from PIL import Image, ImageOps
from scan_pictures import FOREIGN, OURS, code_picture, empty_frame, frame_with, noisy

from bench._camera_frames import CODES_PX, TROUBLES, Trial, trial
from kiosk.hardware.decoder import ROUND, Decoder
from kiosk.hardware.ports import LONGEST_TEXT, Frame
from kiosk.hardware.second_looks import LOOKS, Look


def whole(picture: Image.Image) -> Frame:
    """A picture as a frame of its own size."""
    return Frame(picture.width, picture.height, picture.tobytes())


def test_a_code_is_read_at_once() -> None:
    """A clear code is read in the first frame that shows it."""
    frame = frame_with(code_picture(OURS))

    text = Decoder().read(frame)

    assert text == OURS


@pytest.mark.parametrize("turned", [0, 20, 90, 180, 270])
def test_a_phone_may_be_held_any_way(turned: int) -> None:
    """A code is read however the phone is turned."""
    picture = code_picture(OURS).rotate(turned, expand=True, fillcolor=255)

    text = Decoder().read(frame_with(picture))

    assert text == OURS


def test_a_dark_screen_is_read() -> None:
    """A phone in dark mode shows white on black, and is read all the same."""
    text = Decoder().read(frame_with(ImageOps.invert(code_picture(OURS))))

    assert text == OURS


def test_an_empty_lane_reads_nothing() -> None:
    """Where there is no code there is no text, in no look."""
    decoder = Decoder()

    texts = {decoder.read(empty_frame()) for _ in range(9)}

    assert texts == {None}


def flickering(picture: Image.Image) -> Frame:
    """A frame in which a lamp has left every second band of rows nearly dark."""
    rows = np.frombuffer(frame_with(picture).grey, np.uint8).reshape(480, 640)
    light = np.where((np.arange(480) // 9 % 2)[:, None], 1.0, 0.16)
    return Frame(640, 480, (rows * light).astype(np.uint8).tobytes())


def test_a_frame_without_a_code_gets_one_more_look_and_each_time_another() -> None:
    """A code under bands is read by the look that evens rows, and by none of the others."""
    frame = flickering(code_picture(OURS))

    read = [look.name for look in LOOKS if Decoder((look,)).read(frame) == OURS]

    assert read == ["flicker"]


def test_every_look_has_its_turn() -> None:
    """Frames without a code go through all second looks, one a frame, and begin anew."""
    tried: list[int] = []
    looks = tuple(Look(str(n), lambda grey, n=n: tried.append(n)) for n in range(3))  # type: ignore[misc]
    decoder = Decoder(looks)

    for _ in range(7):
        decoder.read(empty_frame())

    assert tried == [0, 1, 2, 0, 1, 2, 0]
    assert decoder.missed == 7


def test_a_noisy_code_is_read_within_one_round() -> None:
    """A phone's pixels and a sensor's grain hide a code from the first look, not from all."""
    decoder, frame = Decoder(), frame_with(noisy(code_picture(OURS, module_px=6), 0.68))

    read = [decoder.read(frame) for _ in range(ROUND)]

    assert read[0] is None
    assert OURS in read


def test_ours_wins_over_a_larger_code_of_somebody_else() -> None:
    """An advertisement beside our code in the same e-mail does not hide it."""
    frame = frame_with(code_picture(FOREIGN, module_px=8), code_picture(OURS, module_px=5))

    assert Decoder().read(frame) == OURS


def test_the_largest_of_other_systems_codes_wins() -> None:
    """Of codes that are not ours the nearest to the camera is told."""
    frame = frame_with(code_picture("SMALL", module_px=4), code_picture("LARGE", module_px=10))

    assert Decoder().read(frame) == "LARGE"


def test_three_kilobytes_are_read_whole() -> None:
    """The fullest code there is comes through whole."""
    content = "0123456789" * 300

    text = Decoder().read(whole(code_picture(content, module_px=5)))

    assert text == content
    assert len(content) < LONGEST_TEXT


@pytest.mark.parametrize("content", [bytes(range(256)), b"\x1b@\x1dV\x00 cut", b"\xff\xfe\x00\x01" * 40])
def test_a_binary_code_is_text_without_control_characters(content: bytes) -> None:
    """Bytes of another system's code reach the lane as words such as <ESC>, never as commands."""
    text = Decoder().read(whole(code_picture(content)))

    assert text
    assert not [one for one in text if ord(one) < 32 and one != "\n"]


@pytest.mark.parametrize(("width_px", "height_px"), [(1, 1), (1, 480), (2, 2), (640, 1)])
def test_a_frame_of_any_size_is_looked_at(width_px: int, height_px: int) -> None:
    """A tiny picture is a picture without a code, not a fault."""
    decoder, frame = Decoder(), Frame(width_px, height_px, bytes(width_px * height_px))

    assert [decoder.read(frame) for _ in range(ROUND)] == [None] * ROUND


@pytest.mark.parametrize("frame", [frame_with(code_picture(OURS)), empty_frame()], ids=["code", "none"])
def test_a_frame_costs_ten_milliseconds_at_most(frame: Frame) -> None:
    """Looking at a 640x480 frame takes a median of 10 ms of processor time, with a code in it or without."""
    decoder, costs_ms = Decoder(), []

    for _ in range(10 * ROUND):
        began = time.thread_time()
        decoder.read(frame)
        costs_ms.append((time.thread_time() - began) * 1000)

    assert statistics.median(costs_ms) <= 10


@pytest.mark.parametrize("trouble", [one for one in TROUBLES if one != "cracks"])
def test_what_is_barely_troubled_is_read(trouble: str) -> None:
    """The mildest grade of each trouble of the bench's frames is read, whatever the code's size in the frame."""
    for code_px in CODES_PX:
        assert is_read(trial(trouble, code_px, 0.0)), code_px


def test_a_cracked_glass_is_read_where_the_corners_are_whole() -> None:
    """Three cracks leave most codes readable; one that runs through a finder pattern does not."""
    mild = [trial("cracks", code_px, grade) for code_px in CODES_PX for grade in (0.0, 1 / 11)]

    assert sum(is_read(one) for one in mild) >= len(mild) / 2


def is_read(one: Trial) -> bool:
    """Whether the lane reads it within one round."""
    decoder = Decoder()
    return one.text in [decoder.read(one.frame) for _ in range(ROUND)]
