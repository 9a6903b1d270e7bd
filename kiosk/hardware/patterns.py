"""What a desk's lamp and buzzer say, second by second: rhythm first, colour second, at most two flashes a second.

Pure: a pattern and the time since it began give the signal of that moment. Which pattern is shown, kiosk.domain.paging
decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from kiosk.domain.paging import Pattern
from kiosk.hardware.ports import PagerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kiosk.settings import PatternSetting

_US = 1_000_000
DIM = 0.3
RINGING, OPEN = "ringing", "open"  # of a lane's bell and gate


class Colour(StrEnum):
    """The colours that a lamp has."""

    BLUE = "blue"
    RED = "red"
    GREEN = "green"
    WHITE = "white"
    AMBER = "amber"


@dataclass(frozen=True)
class Signal:
    """One moment of a lamp and its buzzer. `level` is 0 (dark) to 1."""

    colour: Colour | None = None
    level: float = 0.0
    buzzer: bool = False


@dataclass(frozen=True)
class Rhythm:
    """How a pattern goes.

    Attributes:
        lamp: when it is lit, in seconds of the period, from (inclusive) and to.
        lamp_period_s: after which the lamp begins anew; None: the first stretch lasts for ever.
        beeps: the same for the buzzer.
        beeps_period_s: None: once, at the beginning.
    """

    colour: Colour | None = None
    level: float = 1.0
    lamp: tuple[tuple[float, float], ...] = ()
    lamp_period_s: float | None = None
    beeps: tuple[tuple[float, float], ...] = ()
    beeps_period_s: float | None = None


def _beeps(length_s: float, *begins_s: float) -> tuple[tuple[float, float], ...]:
    return tuple((begin_s, round(begin_s + length_s, 3)) for begin_s in begins_s)


STEADY = ((0.0, 1.0),)
RHYTHMS: Mapping[str, Rhythm] = {
    Pattern.DARK: Rhythm(),
    Pattern.NEW: Rhythm(Colour.BLUE, lamp=STEADY, beeps=_beeps(0.12, 0.0, 0.3)),
    Pattern.INSISTING: Rhythm(Colour.BLUE, 1.0, ((0.0, 1.0),), 1.5, _beeps(0.12, 0.0, 0.3, 0.6), 6.0),
    Pattern.ESCALATED: Rhythm(Colour.RED, 1.0, ((0.0, 0.35), (0.7, 1.05)), 2.0, _beeps(0.4, 0.0), 4.0),
    Pattern.COMING: Rhythm(Colour.BLUE, DIM, STEADY),
    Pattern.CASHIER: Rhythm(Colour.GREEN, 1.0, ((0.0, 2.0), (2.5, 3.0)), 4.0, (*_beeps(0.25, 0.0), *_beeps(0.12, 2.5))),
    Pattern.PHONE: Rhythm(Colour.WHITE, 1.0, ((0.0, 2.0),), 6.0, _beeps(0.2, 0.0, 0.4), 6.0),
    Pattern.UNKNOWN: Rhythm(Colour.AMBER, 1.0, ((0.0, 0.5),), 4.0),
}
OF_OUTPUTS: Mapping[str, Rhythm] = {
    RINGING: Rhythm(beeps=_beeps(1.5, 0.0), beeps_period_s=10.0),
    OPEN: Rhythm(Colour.WHITE, lamp=STEADY),
}
# A relay cannot dim. "You are coming" is then a lit lamp that winks, which no other pattern does.
WINKING = Rhythm(Colour.BLUE, 1.0, ((0.0, 2.7),), 3.0)


def chosen_rhythms(settings: Iterable[PatternSetting] = ()) -> Mapping[str, Rhythm]:
    """The rhythms of lamps and outputs, with what the settings say otherwise."""
    said = {one.name: _said(one) for one in settings}
    return {**RHYTHMS, **OF_OUTPUTS, **said}


def _said(one: PatternSetting) -> Rhythm:
    """A rhythm as the settings write it: lengths of time, turn by turn."""
    beeps = _stretches(one.beeps_ms)
    return Rhythm(
        colour=Colour(one.colour),
        level=one.level_percent / 100,
        lamp=_stretches(one.lamp_ms) or STEADY,
        lamp_period_s=sum(one.lamp_ms) / 1000 or None,
        beeps=beeps,
        beeps_period_s=one.beeps_every_ms / 1000 if beeps and one.beeps_every_ms else None,
    )


def _stretches(turns_ms: Sequence[int]) -> tuple[tuple[float, float], ...]:
    turns = pairwise(accumulate(turns_ms, initial=0))
    return tuple((begins / 1000, ends / 1000) for n, (begins, ends) in enumerate(turns) if n % 2 == 0)


def rhythm(pattern: str, *, can_dim: bool = True, rhythms: Mapping[str, Rhythm] = RHYTHMS) -> Rhythm:
    """The rhythm of a pattern.

    Raises:
        PagerError: there is no such pattern.
    """
    found = rhythms.get(pattern)
    if found is None:
        message = f"lamp pattern {pattern}: unknown; there are {', '.join(rhythms)}"
        raise PagerError(message)
    return WINKING if pattern == Pattern.COMING and found.lamp == STEADY and not can_dim else found


def signal(pattern: str, elapsed_s: float, *, can_dim: bool = True, rhythms: Mapping[str, Rhythm] = RHYTHMS) -> Signal:
    """What lamp and buzzer do `elapsed_s` after the pattern began.

    Raises:
        PagerError: there is no such pattern.
    """
    goes = rhythm(pattern, can_dim=can_dim, rhythms=rhythms)
    is_lit = _is_within(goes.lamp, _lamp_period_us(goes), elapsed_s)
    buzzer = _is_within(goes.beeps, _period_us(goes.beeps_period_s), elapsed_s)
    return Signal(goes.colour, goes.level, buzzer) if is_lit else Signal(buzzer=buzzer)


def next_change_s(
    pattern: str, elapsed_s: float, *, can_dim: bool = True, rhythms: Mapping[str, Rhythm] = RHYTHMS
) -> float | None:
    """When after its beginning the signal changes next; None: never again.

    Raises:
        PagerError: there is no such pattern.
    """
    goes = rhythm(pattern, can_dim=can_dim, rhythms=rhythms)
    turns = (
        _next_turn_us(goes.lamp, goes.lamp_period_s, elapsed_s) if goes.lamp_period_s else None,
        _next_turn_us(goes.beeps, goes.beeps_period_s, elapsed_s),
    )
    return min((turn / _US for turn in turns if turn is not None), default=None)


def is_quiet(hours: str, now: time) -> bool:
    """Whether no buzzer may sound at this time of day; `hours` as in the settings, `19:00-07:30` or empty."""
    if not hours:
        return False
    begins, ends = (time.fromisoformat(one) for one in hours.split("-"))
    return begins <= now < ends if begins <= ends else now >= begins or now < ends


# Whole microseconds: a moment on the edge of a beep is on one side of it, whatever floats make of 4.5 % 1.5.
def _period_us(period_s: float | None) -> int | None:
    return None if period_s is None else round(period_s * _US)


def _lamp_period_us(goes: Rhythm) -> int | None:
    return _period_us(goes.lamp_period_s) if goes.lamp_period_s else 0


def _is_within(stretches: tuple[tuple[float, float], ...], period_us: int | None, elapsed_s: float) -> bool:
    """Whether the moment lies in a stretch. Period 0: there is no end to the first one; None: they come once."""
    if period_us == 0:
        return bool(stretches)
    at_us = round(elapsed_s * _US) % period_us if period_us else round(elapsed_s * _US)
    return any(round(begin * _US) <= at_us < round(end * _US) for begin, end in stretches)


def _next_turn_us(stretches: tuple[tuple[float, float], ...], period_s: float | None, elapsed_s: float) -> int | None:
    at_us, period_us = round(elapsed_s * _US), _period_us(period_s)
    turns = [round(turn * _US) for stretch in stretches for turn in stretch]
    if not period_us:
        return min((turn for turn in turns if turn > at_us), default=None)
    began_us = at_us // period_us * period_us
    later = (began_us + lap * period_us + turn for lap in (0, 1) for turn in turns)
    return min((turn for turn in later if turn > at_us), default=None)
