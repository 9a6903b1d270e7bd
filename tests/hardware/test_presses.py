"""What one button means, with contacts that bounce."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk.hardware.ports import Press
from kiosk.hardware.presses import BOUNCE_S, DOUBLE_WITHIN_S, Presses

SHORT, DOUBLE, LONG, HOLD = Press
STEP_S = 0.005


def meant(*holds: tuple[float, float], bounces: bool = False, until_s: float = 10.0) -> list[tuple[Press, float]]:
    """What is told, and when, for a button that is down in these stretches of time."""
    button, told = Presses(), []
    edges = sorted((at_s, is_down) for hold in holds for at_s, is_down in zip(hold, (True, False), strict=True))
    if bounces:
        edges = sorted(
            (at_s + n * 0.002, is_down if n % 2 == 0 else not is_down) for at_s, is_down in edges for n in range(5)
        )
    for step in range(round(until_s / STEP_S)):
        now_s = step * STEP_S
        while edges and edges[0][0] <= now_s:
            at_s, is_down = edges.pop(0)
            told += [(press, at_s) for press in button.due(at_s)]
            button.edge(is_down=is_down, at_s=at_s)
        told += [(press, now_s) for press in button.due(now_s)]
    return told


def words(told: list[tuple[Press, float]]) -> list[Press]:
    """What was told, without its times."""
    return [press for press, _ in told]


def test_a_short_press_is_told_as_soon_as_the_button_is_let_go() -> None:
    """Somebody waits for the answer: nothing is waited for but the end of the bouncing."""
    told = meant((1.0, 1.1))

    assert words(told) == [SHORT]
    assert abs(told[0][1] - 1.1 - BOUNCE_S) <= 2 * STEP_S


def test_the_second_of_two_taps_makes_a_double_press() -> None:
    """A third one begins anew."""
    assert words(meant((1.0, 1.1), (1.3, 1.4))) == [SHORT, DOUBLE]
    assert words(meant((1.0, 1.1), (1.3, 1.4), (1.6, 1.7))) == [SHORT, DOUBLE, SHORT]
    assert words(meant((1.0, 1.1), (1.1 + DOUBLE_WITHIN_S + STEP_S, 1.6))) == [SHORT, SHORT]


def test_two_presses_apart_are_two() -> None:
    """What lies farther apart than a double press is two short ones."""
    assert words(meant((1.0, 1.1), (2.0, 2.1))) == [SHORT, SHORT]


def test_held_for_a_second_is_long_when_it_is_let_go() -> None:
    """A long press is told at its end, because it may still become a hold."""
    told = meant((1.0, 2.5))

    assert words(told) == [LONG]
    assert 2.5 <= told[0][1] <= 2.5 + BOUNCE_S + STEP_S


def test_held_for_three_seconds_is_told_while_it_is_held() -> None:
    """A hold is told at three seconds and nothing more when it is let go."""
    told = meant((1.0, 6.0))

    assert words(told) == [HOLD]
    assert abs(told[0][1] - 4.0) <= 2 * STEP_S


def test_a_tap_before_a_long_press_is_not_lost() -> None:
    """Tap, then hold: a short press and a long one."""
    assert words(meant((1.0, 1.1), (1.3, 2.6))) == [SHORT, LONG]
    assert words(meant((1.0, 1.1), (1.3, 5.0))) == [SHORT, HOLD]


def test_contacts_may_bounce() -> None:
    """Contacts that bounce for ten milliseconds are one press, whatever kind it is."""
    assert words(meant((1.0, 1.2), bounces=True)) == [SHORT]
    assert words(meant((1.0, 1.1), (1.3, 1.4), bounces=True)) == [SHORT, DOUBLE]
    assert words(meant((1.0, 2.5), bounces=True)) == [LONG]
    assert words(meant((1.0, 6.0), bounces=True)) == [HOLD]


def test_a_spark_is_no_press() -> None:
    """A contact that closes for a moment, as a relay beside it may make it, is nothing."""
    assert meant((1.0, 1.0 + BOUNCE_S / 2)) == []


@given(st.lists(st.tuples(st.floats(0.03, 4), st.floats(0.03, 2)), max_size=8))
def test_every_press_means_something_and_something_was_pressed(presses: list[tuple[float, float]]) -> None:
    """Nothing is told without a press, no press is told twice, and none is lost."""
    at_s, holds = 0.5, []
    for down_s, up_s in presses:
        holds.append((at_s, at_s + down_s))
        at_s += down_s + up_s

    told = words(meant(*holds, until_s=at_s + 1))

    assert len(told) == len(holds)


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 2)), max_size=30))
def test_sleeping_until_the_next_moment_misses_nothing(edges: list[tuple[bool, float]]) -> None:
    """Asked only at its own `next_at_s`, a button tells the same as when it is asked all the time."""

    def told(always: bool) -> list[Press]:
        button, now_s, found = Presses(), 0.0, []
        for is_down, pause_s in [*edges, (False, 5.0), (False, 5.0)]:
            ends_s = now_s + pause_s
            while True:
                turn_s = min(now_s + STEP_S, button.next_at_s or ends_s) if always else button.next_at_s
                if turn_s is None or turn_s >= ends_s:
                    break
                now_s = max(now_s, turn_s)
                found += button.due(now_s)
                if not always and button.next_at_s is not None and button.next_at_s <= turn_s:
                    raise AssertionError("the same moment comes again for ever")
            now_s = ends_s
            found += button.due(now_s)
            button.edge(is_down=is_down, at_s=now_s)
        return found

    assert told(always=False) == told(always=True)
