"""One showing is one scan, and a covered lens is told from a dark moment."""

from __future__ import annotations

from scan_pictures import dark_frame, empty_frame

from kiosk.hardware.ports import Frame
from kiosk.hardware.showing import COVERED_AFTER_S, GONE_AFTER_S, Lens, Showing, is_dark


def test_a_code_that_stays_is_told_once() -> None:
    """A phone that stays before the camera for a minute is one scan."""
    showing = Showing()

    told = [showing.see("A", at_s=n / 10, looking=True) for n in range(600)]

    assert told == [True] + [False] * 599


def test_frames_that_miss_the_code_do_not_make_it_new() -> None:
    """A shaking hand loses the code for half a second, and it is still the same showing."""
    showing = Showing()
    showing.see("A", 0.0, looking=True)
    showing.see(None, 0.5, looking=True)

    assert not showing.see("A", 0.9, looking=True)


def test_a_code_that_was_taken_away_is_told_again() -> None:
    """Who takes the phone away and holds it up again has scanned again."""
    showing = Showing()
    showing.see("A", 0.0, looking=True)
    showing.see(None, GONE_AFTER_S, looking=True)

    assert showing.see("A", GONE_AFTER_S + 0.1, looking=True)


def test_another_code_is_told_at_once() -> None:
    """The next phone does not wait for the first to be forgotten."""
    showing = Showing()
    showing.see("A", 0.0, looking=True)

    assert showing.see("B", 0.1, looking=True)


def test_nothing_is_told_while_resting() -> None:
    """A code before a resting camera waits for the scan screen, and is told then."""
    showing = Showing()

    told = [showing.see("A", 0.0, looking=False), showing.see("A", 0.5, looking=True)]

    assert told == [False, True]


def test_a_code_left_before_the_camera_does_not_check_in_twice() -> None:
    """A phone that stays through the ticket screen and the rest is not a new scan when the scan screen is back."""
    showing = Showing()
    showing.see("A", 0.0, looking=True)
    for n in range(1, 100):
        showing.see("A", n / 2, looking=False)

    assert not showing.see("A", 50.0, looking=True)


def test_a_code_taken_away_at_rest_is_new_afterwards() -> None:
    """What happened to the phone while another screen was shown is known too."""
    showing = Showing()
    showing.see("A", 0.0, looking=True)
    showing.see(None, 0.5, looking=False)
    showing.see(None, 1.0, looking=False)

    assert showing.see("A", 1.5, looking=True)


def test_a_covered_lens_is_told_after_a_second() -> None:
    """Dark without a shape for a second is a covered lens; until then it is a moment."""
    lens = Lens()

    marked = [lens.judged(dark_frame(), at_s).is_covered for at_s in (0.0, 0.5, COVERED_AFTER_S)]

    assert marked == [False, False, True]


def test_a_free_lens_is_never_marked() -> None:
    """One frame with light in it starts the count anew."""
    lens = Lens()
    lens.judged(dark_frame(), 0.0)
    lens.judged(empty_frame(), 0.9)

    assert not lens.judged(dark_frame(), 1.1).is_covered


def test_a_covered_picture_that_stands_still_is_marked_once() -> None:
    """Whoever draws each frame object once draws a covered lens once."""
    lens, frame = Lens(), dark_frame()
    lens.judged(frame, 0.0)

    marked = [lens.judged(frame, 1.0 + n) for n in range(3)]

    assert marked[0].is_covered
    assert marked[0] is marked[1] is marked[2]


def test_a_dim_room_with_a_lamp_in_it_is_not_covered() -> None:
    """A night lane is dark too, but something in it has a shape."""
    rows = bytes(640 * 400) + bytes([200]) * (640 * 80)

    assert not is_dark(Frame(640, 480, rows))
