"""A board's voice: which clips say a call, in which order, and that every one of them is made."""

from __future__ import annotations

import pytest

from kiosk.board_voice import Said, clips, texts
from kiosk.voice import texts as all_texts

LANGUAGES = ("en", "es", "ar")
READY = (("ticket", "A-017"), ("n", "2"))


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_ticket_is_spelled_in_its_place(code):
    """*Number A 0 1 7. Your car is ready ... 2*: letters and digits one by one, without the stroke."""
    names = clips(Said(code, "spoken.ready", READY))

    ticket = [f"sign.{one}" for one in "A017"]
    assert names == ["spoken.ready-1", *ticket, "spoken.ready-2", "sign.2"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_lane_is_said_without_the_name(code):
    """Names of people have no clips: number and lane are said, who comes stands on the board."""
    names = clips(Said(code, "spoken.lane", (("ticket", "B-004"), ("lane", "B"))))

    assert names == ["spoken.lane-1", *(f"sign.{one}" for one in "B004"), "spoken.lane-2", "sign.B"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_clip_of_a_call_is_made(code):
    """What a call needs is among the clips that the command makes, with words to speak and no placeholder in them."""
    made = dict(all_texts(code))

    assert set(clips(Said(code, "spoken.ready", READY))) <= set(made)
    assert all(text.strip() and "QQ" not in text and "{" not in text for _, text in texts(code))
