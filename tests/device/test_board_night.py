"""What a board remembers of the night: until when it is dark, believed as long as its clock can be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from device_floor import NOW

from kiosk.board_night import TRUSTED_FOR_S, Night

OPENS_AT = NOW + timedelta(hours=10)


def after_a_restart(folder, now):
    """The memory of the next start, at another moment."""
    return Night(folder, lambda: now)


@pytest.fixture
def dark(tmp_path):
    """A folder in which a board went dark until the morning."""
    Night(tmp_path, lambda: NOW).told(OPENS_AT, is_dark=True)
    return tmp_path


@pytest.mark.parametrize(("hours", "lasts"), [(1, True), (9.4, True), (9.6, False), (24, False)])
def test_it_lasts_until_half_an_hour_before_the_shop_opens(dark, hours, lasts):
    """By the machine's own clock, for the hub has not been heard."""
    assert after_a_restart(dark, NOW + timedelta(hours=hours)).lasts(3600.0) is lasts


def test_without_a_clock_it_is_believed_for_a_minute(dark):
    """A Pi that does not know the time yet keeps the screen dark until the hub should have answered, and no longer."""
    night = after_a_restart(dark, None)

    assert (night.lasts(TRUSTED_FOR_S - 1), night.lasts(TRUSTED_FOR_S + 1)) == (True, False)


def test_a_board_that_was_light_begins_light(dark):
    """Whatever was kept before."""
    Night(dark, lambda: NOW).told(None, is_dark=False)

    assert not after_a_restart(dark, NOW).lasts(1.0)


@pytest.mark.parametrize("kept", ["", "tomorrow", "9" * 40])
def test_a_file_that_nobody_can_read_is_no_night(tmp_path, kept):
    """After a cut in the middle of writing the board shows what it knows."""
    (tmp_path / "dark-until").write_text(kept, "ascii")

    assert not after_a_restart(tmp_path, NOW).lasts(1.0)


def test_a_folder_that_cannot_be_written_is_no_crash(tmp_path):
    """The night is dark all the same; a restart may light it for a moment."""
    Night(tmp_path / "gone", lambda: NOW).told(OPENS_AT, is_dark=True)

    assert not (tmp_path / "gone").exists()
