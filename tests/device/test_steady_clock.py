"""The device's clock: a jump of the machine's clock is none of it, and the hub's time is known without it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.steady_clock import HubTime, SteadyClock

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Machine:
    """A machine's wall clock, and what really passes."""

    def __init__(self) -> None:
        self.wall = NOON
        self.passed_s = 100.0

    def passes(self, how_long: timedelta) -> None:
        """Time goes by, on both."""
        self.wall += how_long
        self.passed_s += how_long.total_seconds()

    def clock(self) -> SteadyClock:
        """A clock that begins now."""
        return SteadyClock(lambda: self.wall, lambda: self.passed_s)


@pytest.fixture
def machine() -> Machine:
    """At noon."""
    return Machine()


@pytest.mark.parametrize("jump", [timedelta(days=-3650), timedelta(hours=-1), timedelta(days=20)])
def test_a_jump_of_the_machines_clock_is_not_noticed(machine: Machine, jump: timedelta) -> None:
    """The network tells the Pi another time in mid-conversation: nothing that is measured gets longer or shorter."""
    clock = machine.clock()
    machine.passes(HOUR)

    machine.wall += jump
    machine.passes(HOUR)

    assert clock() == NOON + 2 * HOUR


def test_what_the_hub_says_counts_when_somebody_agrees(machine: Machine) -> None:
    """A conversation under way is not measured by two clocks: the hub's time is taken over between two of them."""
    time = HubTime(machine.clock())

    time.hear(NOON + 3 * HOUR)
    before = time()
    time.agree()

    assert (before, time()) == (NOON, NOON + 3 * HOUR)


def test_a_word_that_lay_somewhere_does_not_set_the_time_back(machine: Machine) -> None:
    """A view that the hub had made an hour ago comes late: the freshest of the last ones says what time it is."""
    time = HubTime(machine.clock())
    time.hear(NOON + HOUR)
    time.hear(NOON)

    time.agree()

    assert time() == NOON + HOUR


def test_a_hub_that_was_put_right_is_followed(machine: Machine) -> None:
    """Five views in a row that say the same are believed, also where the time goes back."""
    time = HubTime(machine.clock())
    time.hear(NOON + HOUR)
    time.agree()

    for _ in range(5):
        time.hear(NOON)
    time.agree()

    assert time() == NOON


def test_a_moment_can_be_told_by_the_steady_clock(machine: Machine) -> None:
    """What a command says of its time is by the clock that also says how long the command waited."""
    time = HubTime(machine.clock())
    time.hear(NOON + HOUR)
    time.agree()

    assert time.by_steady(time()) == NOON
