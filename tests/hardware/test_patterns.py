"""The chart of lamp states, second by second."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.paging import Pattern
from kiosk.hardware.patterns import DIM, RHYTHMS, Colour, Signal, chosen_rhythms, is_quiet, next_change_s, signal
from kiosk.hardware.ports import PagerError
from kiosk.settings import PatternSetting

# The chart: for each pattern its colour, when the lamp is lit and when the buzzer sounds in the first eight seconds.
CHART: dict[str, tuple[Colour | None, list[tuple[float, float]], list[tuple[float, float]]]] = {
    "dark": (None, [], []),
    "new": (Colour.BLUE, [(0, 8)], [(0, 0.12), (0.3, 0.42)]),
    "insisting": (
        Colour.BLUE,
        [(0, 1), (1.5, 2.5), (3, 4), (4.5, 5.5), (6, 7), (7.5, 8)],
        [(0, 0.12), (0.3, 0.42), (0.6, 0.72), (6, 6.12), (6.3, 6.42), (6.6, 6.72)],
    ),
    "escalated": (
        Colour.RED,
        [(0, 0.35), (0.7, 1.05), (2, 2.35), (2.7, 3.05), (4, 4.35), (4.7, 5.05), (6, 6.35), (6.7, 7.05)],
        [(0, 0.4), (4, 4.4)],
    ),
    "coming": (Colour.BLUE, [(0, 8)], []),
    "cashier": (Colour.GREEN, [(0, 2), (2.5, 3), (4, 6), (6.5, 7)], [(0, 0.25), (2.5, 2.62)]),
    "phone": (Colour.WHITE, [(0, 2), (6, 8)], [(0, 0.2), (0.4, 0.6), (6, 6.2), (6.4, 6.6)]),
    "unknown": (Colour.AMBER, [(0, 0.5), (4, 4.5)], []),
}  # fmt: skip
EVERY = st.sampled_from(sorted(RHYTHMS))


def within(moment_s: float, stretches: list[tuple[float, float]]) -> bool:
    """Whether the moment lies in one of the stretches."""
    return any(begin <= moment_s < end for begin, end in stretches)


@pytest.mark.parametrize("pattern", CHART)
def test_the_first_eight_seconds_are_those_of_the_chart(pattern: str) -> None:
    """Every hundredth of a second of lamp and buzzer is as drawn."""
    colour, lamp, beeps = CHART[pattern]

    for hundredths in range(800):
        at_s = hundredths / 100
        shown = signal(pattern, at_s)
        assert bool(shown.level) == within(at_s, lamp), at_s
        assert shown.buzzer == within(at_s, beeps), at_s
        assert shown.colour == (colour if shown.level else None)


def test_every_pattern_of_the_rules_has_a_rhythm() -> None:
    """What the rules of paging can say, a lamp can show."""
    assert set(RHYTHMS) == set(Pattern) == set(CHART)


@pytest.mark.parametrize("pattern", RHYTHMS)
@pytest.mark.parametrize("can_dim", [True, False])
def test_no_lamp_flashes_more_than_twice_a_second(pattern: str, can_dim: bool) -> None:
    """In any second of two minutes a lamp comes on twice at most."""
    lit = [bool(signal(pattern, n / 100, can_dim=can_dim).level) for n in range(12_000)]
    flashes = [n for n in range(1, len(lit)) if lit[n] and not lit[n - 1]]

    assert all(third - first >= 100 for first, third in zip(flashes, flashes[2:], strict=False))


@pytest.mark.parametrize("pattern", ["insisting", "escalated", "phone"])
def test_what_is_urgent_sounds_again(pattern: str) -> None:
    """After a minute the buzzer of an urgent page still comes; that of a new one came once."""
    later = [signal(pattern, 60 + n / 100).buzzer for n in range(1000)]

    assert any(later)
    assert not any(signal("new", 60 + n / 100).buzzer for n in range(1000))


def test_coming_is_dim_and_winks_where_nothing_can_be_dimmed() -> None:
    """On relays, which are on or off, an acknowledged page is lit with a wink every three seconds."""
    assert signal("coming", 5.0) == Signal(Colour.BLUE, DIM)
    assert signal("coming", 5.0, can_dim=False) == Signal(Colour.BLUE, 1.0)
    assert signal("coming", 5.8, can_dim=False) == Signal()


def test_patterns_can_be_told_apart_without_colour() -> None:
    """On a lamp of one colour no two patterns look alike over eight seconds."""
    looks = {
        (can_dim, tuple(signal(pattern, n / 100, can_dim=can_dim).level for n in range(800)))
        for pattern in RHYTHMS
        for can_dim in (True, False)
    }

    assert len(looks) == 2 * len(RHYTHMS)


@given(EVERY, st.floats(0, 1e6), st.booleans())
def test_nothing_changes_before_the_next_change(pattern: str, elapsed_s: float, can_dim: bool) -> None:
    """Between now and the next change the signal stays; whoever sleeps until then misses nothing."""
    now = signal(pattern, elapsed_s, can_dim=can_dim)
    turn_s = next_change_s(pattern, elapsed_s, can_dim=can_dim)
    ends_s = elapsed_s + 30 if turn_s is None else turn_s
    between = [elapsed_s + (ends_s - elapsed_s) * n / 50 for n in range(50)]

    assert ends_s > elapsed_s - 1e-6
    assert all(signal(pattern, at_s, can_dim=can_dim) == now for at_s in between if at_s < ends_s - 1e-5)


@given(EVERY, st.booleans())
def test_sleeping_from_change_to_change_ends(pattern: str, can_dim: bool) -> None:
    """The changes of an hour are few enough for a small computer, and each is later than the last."""
    at_s, turns = 0.0, 0
    while at_s < 3600 and (turn_s := next_change_s(pattern, at_s, can_dim=can_dim)) is not None:
        assert turn_s > at_s
        at_s, turns = turn_s, turns + 1

    assert turns <= 3600 * 3


def test_an_unknown_pattern_is_named() -> None:
    """A word that is no pattern is refused with the words that are."""
    with pytest.raises(PagerError, match=r"disco: unknown; there are dark, new"):
        signal("disco", 0.0)


@pytest.mark.parametrize(
    ("hours", "now", "quiet"),
    [
        ("", time(3), False),
        ("19:00-07:30", time(19), True),
        ("19:00-07:30", time(3), True),
        ("19:00-07:30", time(7, 29, 59), True),
        ("19:00-07:30", time(7, 30), False),
        ("19:00-07:30", time(12), False),
        ("12:00-13:00", time(12, 30), True),
        ("12:00-13:00", time(13), False),
        ("12:00-12:00", time(12), False),
    ],
)
def test_quiet_hours_may_go_over_midnight(hours: str, now: time, quiet: bool) -> None:
    """From the first time to the second, of the same day or of the next."""
    assert is_quiet(hours, now) is quiet


def test_settings_may_say_it_in_another_rhythm() -> None:
    """What the dealership writes is what the lamp does, turn by turn; the other patterns stay as they are."""
    own = PatternSetting(
        name="new", colour="green", level_percent=50, lamp_ms=(1000, 500), beeps_ms=(200, 100, 200), beeps_every_ms=3000
    )

    rhythms = chosen_rhythms([own])

    def at(seconds: float) -> Signal:
        return signal("new", seconds, rhythms=rhythms)

    assert at(0.0) == Signal(Colour.GREEN, 0.5, buzzer=True)
    assert at(0.25) == Signal(Colour.GREEN, 0.5, buzzer=False)
    assert at(0.4) == Signal(Colour.GREEN, 0.5, buzzer=True)
    assert at(1.2) == Signal()
    assert at(1.5).colour is Colour.GREEN
    assert at(3.0).buzzer
    assert signal("insisting", 2.0, rhythms=rhythms) == signal("insisting", 2.0)


def test_a_pattern_of_the_settings_may_be_steady_and_sound_once() -> None:
    """Without times the lamp stays lit; without a period the beeps come once."""
    rhythms = chosen_rhythms([PatternSetting(name="escalated", colour="white", beeps_ms=(300,))])

    lit = [signal("escalated", n / 10, rhythms=rhythms) for n in range(600)]

    assert {one.colour for one in lit} == {Colour.WHITE}
    assert sum(one.buzzer for one in lit) == 3


def test_whatever_sounds_can_also_be_seen() -> None:
    """People who do not hear see it: no pattern of a desk sounds in a period in which its lamp stays dark."""
    for name, goes in RHYTHMS.items():
        assert not goes.beeps or goes.lamp, name
