"""The typed way in: digits, number and phone, and the limit of five."""

from __future__ import annotations

import pytest
from lane_spec import LUCIA_DIGITS, WORDS_OF_LUCIA, digest

from kiosk.domain.lane_state import Screen


def test_the_eighth_digit_goes_on(lane):
    """Eight right digits are a check-in, without any *Enter*."""
    lane.touch("type_number")

    lane.type(LUCIA_DIGITS)

    assert lane.screen is Screen.HELLO
    assert lane.sent("check_in")[0].body["typed_hash"] == digest(f"digits:{LUCIA_DIGITS}")
    assert lane.sent("check_in")[0].body["way"] == "typed"


def test_seven_digits_show_nothing_of_the_booking(lane):
    """Nothing of a booking is on the lane before what was typed fits it whole."""
    lane.touch("type_number")

    lane.type(LUCIA_DIGITS[:7])

    assert lane.state.customer is None


def test_number_and_phone_fit_together(lane):
    """The appointment number with the last four digits of the phone is as good as the code."""
    lane.touch("type_number", "by_number", "letter.A")
    lane.type("1044")
    lane.touch("continue")

    lane.type("0117")

    assert lane.screen is Screen.HELLO


def test_the_right_number_alone_tells_nothing(lonely):
    """A right number with a wrong phone is a miss like any other."""
    lonely.touch("type_number", "by_number", "letter.A")
    lonely.type("1044")
    lonely.touch("continue")

    lonely.type("9999")

    assert lonely.state.customer is None
    assert lonely.state.typing.wrong


def test_wrong_digits_stay_and_the_next_one_begins_anew(lane):
    """The customer sees what was typed; typing goes on with the first digit."""
    lane.touch("type_number")
    lane.type("12345678")
    lane.reply("check_in", outcome="unknown")
    stayed = lane.state.typing.text

    lane.type("4")

    assert (stayed, lane.state.typing.text) == ("12345678", "4")


def test_digits_that_only_the_hub_knows_are_asked_of_it(lane):
    """A booking made a minute ago is found too."""
    lane.touch("type_number")
    lane.type("12345678")

    lane.reply("check_in", outcome="checked_in", first_name="Yara")

    assert lane.screen is Screen.HELLO


def miss(lane, times):
    """Type digits that nothing fits."""
    for _ in range(times):
        lane.type("12345678")
        if lane.sent("check_in"):
            lane.reply("check_in", outcome="unknown")


def test_five_misses_bring_the_person(lane):
    """The fifth miss in ten minutes closes the typed way for a minute, and an advisor is on the way."""
    lane.touch("type_number")

    miss(lane, 5)

    assert lane.screen is Screen.LOCKED
    assert lane.sent("ask_for_help")


def test_four_misses_do_not(lane):
    """Four misses are a bad day, not an attack."""
    lane.touch("type_number")

    miss(lane, 4)

    assert lane.screen is Screen.DIGITS


def test_the_typed_way_is_closed_for_a_minute(lane):
    """Within the minute *Type my number* leads to the same screen, afterwards it is open again."""
    lane.touch("type_number")
    miss(lane, 5)
    lane.touch("camera", "type_number")
    within = lane.screen

    lane.wait(61)
    lane.touch("type_number")

    assert (within, lane.screen) == (Screen.LOCKED, Screen.DIGITS)


def test_misses_are_forgotten_after_ten_minutes(lane):
    """Four misses in the morning do not count in the afternoon."""
    lane.touch("type_number")
    miss(lane, 4)
    lane.wait(601)
    lane.touch("type_number")

    miss(lane, 1)

    assert lane.screen is Screen.DIGITS


@pytest.mark.parametrize("digits", ["0000000" + str(n) for n in range(5)])
def test_offline_digits_that_nothing_fits_are_a_miss(lonely, digits):
    """Typed digits, unlike a token, may be a slip: without the hub they are not accepted."""
    lonely.touch("type_number")

    lonely.type(digits)

    assert lonely.state.typing.wrong
    assert not lonely.sent("check_in")


def test_what_was_typed_is_wiped_with_the_screen(lane):
    """The next customer finds empty cells."""
    lane.touch("type_number")
    lane.type("1234")

    lane.wait(95)

    assert lane.screen is Screen.SCAN
    assert not lane.state.typing.text


def test_help_keeps_what_was_typed(lane):
    """Calling for help is no reason to type again."""
    lane.touch("type_number")
    lane.type("1234")

    lane.touch("help", "back")

    assert lane.state.typing.text == "1234"


def test_nothing_of_a_booking_is_in_the_typing(lane):
    """The screen of digits holds digits and nothing else."""
    lane.touch("type_number")
    lane.type(LUCIA_DIGITS[:7])

    told = repr(lane.state.typing)

    assert not [word for word in WORDS_OF_LUCIA if word in told]
