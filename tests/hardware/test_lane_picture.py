"""The shop's drawn camera: as hard to read as a real one, and no harder."""

from __future__ import annotations

import pytest
from scan_pictures import OURS

from kiosk.hardware.decoder import ROUND, Decoder
from kiosk.hardware.showing import is_dark
from kiosk.hardware.simulated.lane_picture import Look, covered, picture


def read(look: Look) -> bool:
    """Whether the scanner reads it, second looks included."""
    frame, decoder = picture(look), Decoder()
    return any(decoder.read(frame) == look.text for _ in range(ROUND))


@pytest.mark.parametrize(
    "look",
    [
        Look(OURS),
        Look(OURS, angle=-90),
        Look(OURS, angle=35, tilt=40),
        Look(OURS, tilt=-50),
        Look(OURS, blur=0.3),
        Look(OURS, glare=0.6),
        Look(OURS, brightness=0.1),
        Look(OURS, distance=2),
        Look(OURS, dark_mode=True, angle=180),
        Look("wifi:somebody else", angle=20),
        Look("7" * 60, distance=0.7),
    ],
    ids=str,
)
def test_what_a_camera_would_read_is_read(look: Look) -> None:
    """Turned, tilted, a little blurred, dim, dark, farther away: the code on the phone is the real one and is read."""
    assert read(look)


@pytest.mark.parametrize(
    "look",
    [Look(OURS, blur=1), Look(OURS, glare=1), Look(OURS, distance=9), Look("x" * 2000), Look("x" * 9000)],
    ids=str,
)
def test_what_no_camera_would_read_is_not(look: Look) -> None:
    """Out of focus, washed out, too far, too dense, or more than any code holds: nothing is read, and nothing fails."""
    assert not read(look)


def test_an_empty_lane_is_neither_dark_nor_a_code() -> None:
    """Without a phone there is a lane to see."""
    frame = picture(Look())

    assert not is_dark(frame)
    assert Decoder().read(frame) is None


def test_a_covered_lens_is_dark() -> None:
    """A hand on the lens leaves what the scanner calls covered."""
    assert is_dark(covered())


def test_a_look_is_always_the_same_picture() -> None:
    """The noise stands still too: the same look is the same bytes."""
    assert picture(Look(OURS, angle=3)).grey == picture(Look(OURS, angle=3)).grey
