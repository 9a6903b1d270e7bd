"""A telephone's contact: it rings from the first closure to the end of a pause that is longer than any bell's."""

from __future__ import annotations

import pytest

from kiosk.hardware.ringing import LONGEST_S, PAUSE_S, SPIKE_S, Ringing


def heard(*edges):
    """A contact after these edges: (is_down, at_s)."""
    ringing = Ringing()
    for is_down, at_s in edges:
        ringing.edge(is_down=is_down, at_s=at_s)
    return ringing


def test_it_rings_while_the_contact_is_closed():
    """From the moment at which it closed."""
    ringing = heard((True, 10.0))

    assert [ringing.since_s(at_s) for at_s in (10.0, 10.0 + SPIKE_S, 60.0)] == [None, 10.0, 10.0]


def test_it_rings_through_the_pauses_of_a_bell():
    """Two seconds of sound, four of silence, again: one call, since its beginning."""
    ringing = heard((True, 10.0), (False, 12.0), (True, 16.0), (False, 18.0))

    assert ringing.since_s(21.9) == 10.0


def test_it_ends_when_nobody_rings_any_more():
    """After the longest pause; the next call begins anew."""
    ringing = heard((True, 10.0), (False, 12.0))
    assert ringing.since_s(12.0 + PAUSE_S) is None

    ringing.edge(is_down=True, at_s=50.0)

    assert ringing.since_s(51.0) == 50.0


def test_a_contact_that_stays_closed_is_given_up():
    """After two minutes it says nothing more, and that it is stuck; open for a bell's pause, it is well again and rings anew."""
    ringing = heard((True, 10.0))
    given_up = [(ringing.since_s(at_s), ringing.is_stuck(at_s)) for at_s in (9.9 + LONGEST_S, 10 + LONGEST_S, 5000.0)]
    ringing.edge(is_down=False, at_s=6000.0)
    after = [ringing.is_stuck(at_s) for at_s in (6000.0 + PAUSE_S / 2, 6000.0 + PAUSE_S)]

    ringing.edge(is_down=True, at_s=7000.0)

    assert given_up == [(10.0, False), (None, True), (None, True)]
    assert after == [True, False]
    assert (ringing.since_s(7001.0), ringing.is_stuck(7001.0)) == (7000.0, False)


def test_a_bell_that_never_ends_is_given_up_too():
    """A contact that chatters in the rhythm of a bell all night is as stuck as one that stays closed."""
    ringing = heard(*((n % 2 == 0, 10.0 + 3 * n) for n in range(50)))

    assert (ringing.since_s(157.5), ringing.is_stuck(157.5)) == (None, True)


def test_a_spike_is_no_call():
    """A contact that closes for a few milliseconds says nothing."""
    ringing = heard((True, 10.0), (False, 10.0 + SPIKE_S / 2))

    assert ringing.since_s(10.1) is None
    assert ringing.next_at_s(10.1) is None


@pytest.mark.parametrize("hertz", [16, 20, 25])
def test_a_bell_that_is_felt_as_pulses_rings_too(hertz):
    """A detector that follows the ringing current closes 16 to 25 times a second."""
    half_s = 0.5 / hertz
    edges = [(n % 2 == 0, 10 + n * half_s) for n in range(20)]

    assert heard(*edges).since_s(10.5) == 10.0


def test_it_says_when_to_ask_again():
    """When a closure counts, then before its pause is over, then when the call has ended."""
    ringing = heard((True, 10.0))
    first = ringing.next_at_s(10.0)
    ringing.since_s(first)
    ringing.edge(is_down=False, at_s=12.0)

    assert (first, ringing.next_at_s(12.0)) == (10.0 + SPIKE_S, 12.0 + PAUSE_S)
