"""The settings of pins: [gpio], [[desk]], [[output]] and [[pattern]], and what must fit together in them.

What the patterns look like by default is in kiosk.hardware.patterns; files and other sections are in settings.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kiosk.tables import setting
from kiosk.values import quiet_hours

COLOURS = ("red_pin", "green_pin", "blue_pin")
PINS = {"led": ("lamp_pin",), "rgb": COLOURS, "tower": COLOURS}
PATTERNS = ("coming", "new", "insisting", "escalated", "cashier", "phone", "unknown")
SHORTEST_MS = 20
MOST_FLASHES = 2  # in any second; more may hurt people with photosensitive epilepsy
Problem = tuple[str, str, str]
"""Where, key, and the sentence."""

_PIN = {"at_least": 0, "at_most": 27}


@dataclass(frozen=True, kw_only=True)
class Gpio:
    """[gpio]: the pins of a pager, or of a lane with a lamp."""

    factory: str = setting(
        "how pins are reached: lgpio on a Pi, mock in the shop", default="lgpio", one_of=("lgpio", "mock")
    )
    quiet_hours: str = setting(
        "hours without buzzer and bell, such as 19:00-07:30; empty: none",
        default="",
        parse=quiet_hours,
        says="two times, or empty",
    )


@dataclass(frozen=True, kw_only=True)
class Desk:
    """[[desk]]: one advisor's lamp, buzzer and button, at a pager. Pin numbers are BCM."""

    advisor: str = setting(
        "id of the advisor in store.toml", pattern=r"[a-z0-9_-]{1,32}", says="1 to 32 small letters, digits, - or _"
    )
    lamp_kind: str = setting(
        "led (one colour), rgb or tower (red, green, blue or amber by relay)",
        default="rgb",
        one_of=("led", "rgb", "tower"),
    )
    lamp_pin: int | None = setting("pin of a one-colour lamp", default=None, **_PIN)
    red_pin: int | None = setting("pin of red", default=None, **_PIN)
    green_pin: int | None = setting("pin of green", default=None, **_PIN)
    blue_pin: int | None = setting("pin of blue", default=None, **_PIN)
    buzzer_kind: str = setting(
        "active (sounds when switched) or tonal (needs a frequency)", default="active", one_of=("active", "tonal")
    )
    buzzer_pin: int | None = setting("pin of the buzzer", default=None, **_PIN)
    loudness_percent: int = setting(
        "loudness of the buzzer; 0: silent; an active one knows 0 and 100 only", default=100, at_least=0, at_most=100
    )
    button_pin: int | None = setting("pin of the button, to ground", default=None, **_PIN)
    ring_pin: int | None = setting(
        "pin of a contact to ground that closes while this desk's telephone rings", default=None, **_PIN
    )


@dataclass(frozen=True, kw_only=True)
class Output:
    """[[output]]: one relay at a pager that belongs to a lane."""

    kind: str = setting(
        "lane_lamp (goes with the lane's calls), lane_bell (rings while nobody is in) or gate (staff open it)",
        one_of=("lane_lamp", "lane_bell", "gate"),
    )
    lane: str = setting("letter of the lane", pattern=r"[A-HJ-NP-RT-Z]", says="one capital letter except I, O and S")
    pin: int = setting("pin of the relay", **_PIN)
    open_s: float = setting("how long a gate is kept open", default=10.0, at_least=0.2, at_most=300)

    @property
    def name(self) -> str:
        """As the pager calls it."""
        return f"{self.kind}/{self.lane}"


@dataclass(frozen=True, kw_only=True)
class PatternSetting:
    """[[pattern]]: another rhythm for what a lamp and its buzzer say. Whatever sounds is always seen as well."""

    name: str = setting("which pattern", one_of=PATTERNS)
    colour: str = setting("colour, where the lamp has several", one_of=("blue", "red", "green", "white", "amber"))
    level_percent: int = setting("brightness", default=100, at_least=10, at_most=100)
    lamp_ms: tuple[int, ...] = setting(
        "lit, dark, lit, dark and so on, again and again; empty: always lit",
        default=(),
        at_least=SHORTEST_MS,
        at_most=60000,
    )
    beeps_ms: tuple[int, ...] = setting(
        "sounds, silent, sounds and so on; empty: no sound", default=(), at_least=SHORTEST_MS, at_most=10000
    )
    beeps_every_ms: int = setting("when they begin again; 0: they come once", default=0, at_least=0, at_most=600000)


def problems_of_pins(desks: Sequence[Desk], outputs: Sequence[Output], gpio: Gpio | None) -> Iterator[Problem]:
    """Every lamp has its pins, no pin serves two things, no advisor has two desks, no lane two gates."""
    used: dict[int, str] = {}
    for number, desk in enumerate(desks, 1):
        yield from _problems_of_desk(f"[[desk]] {number}", desk, used)
    for number, output in enumerate(outputs, 1):
        yield from _taken(used, f"[[output]] {number}", "pin", output.pin)
    for advisor, times in Counter(desk.advisor for desk in desks).items():
        if times > 1:
            yield "[[desk]]", "advisor", f"{advisor} has {times} desks here; an advisor sits at one"
    for name, times in Counter((output.kind, output.lane) for output in outputs).items():
        if times > 1:
            yield "[[output]]", "kind", f"lane {name[1]} has {times} of kind {name[0]} here; one can feed several"
    if (desks or outputs) and not gpio:
        yield "", "[gpio]", f"missing; {'desks' if desks else 'outputs'} are reached through its pins"


def _problems_of_desk(where: str, desk: Desk, used: dict[int, str]) -> Iterator[Problem]:
    for key in PINS[desk.lamp_kind]:
        if getattr(desk, key) is None:
            yield where, key, f'missing; a lamp of lamp_kind = "{desk.lamp_kind}" needs it'
    for key in ("lamp_pin", *COLOURS, "buzzer_pin", "button_pin", "ring_pin"):
        yield from _taken(used, where, key, getattr(desk, key))
    if desk.buzzer_kind == "active" and 0 < desk.loudness_percent < 100:
        remedy = "an active buzzer is on or off: take 0, 100, or a tonal one"
        yield where, "loudness_percent", f"{desk.loudness_percent} cannot be had; {remedy}"


def problems_of_patterns(patterns: Sequence[PatternSetting]) -> Iterator[Problem]:
    """None twice, none that flashes too often, and sounds that fit into their time."""
    for number, one in enumerate(patterns, 1):
        where = f"[[pattern]] {number}"
        if len(one.lamp_ms) % 2:
            yield where, "lamp_ms", "must have an even number of times: each lit one is followed by a dark one"
        elif _flashes(one.lamp_ms) > MOST_FLASHES:
            yield where, "lamp_ms", f"flashes more than {MOST_FLASHES} times in a second, which can make people ill"
        if one.beeps_ms and not len(one.beeps_ms) % 2:
            yield where, "beeps_ms", "must have an odd number of times: it ends with a sound"
        if one.beeps_every_ms and sum(one.beeps_ms) + SHORTEST_MS > one.beeps_every_ms:
            yield where, "beeps_every_ms", f"{one.beeps_every_ms} is too short for beeps of {sum(one.beeps_ms)} ms"
        if one.name == "unknown" and not one.lamp_ms:
            yield where, "lamp_ms", 'missing; "unknown" must blink: a steady lamp would look like a call'
    for name, times in Counter(one.name for one in patterns).items():
        if times > 1:
            yield "[[pattern]]", "name", f"{name} is there {times} times"


def _taken(used: dict[int, str], where: str, key: str, pin: int | None) -> Iterator[Problem]:
    if pin in used:
        yield where, key, f"pin {pin} is taken already by {used[pin]}"
    elif pin is not None:
        used[pin] = f"{where} {key}"


def _flashes(lamp_ms: Sequence[int]) -> int:
    """How often the lamp comes on within a second, at most."""
    if not lamp_ms:
        return 0
    begins, at_ms = [], 0
    while at_ms < 2000 + sum(lamp_ms):
        for n, length_ms in enumerate(lamp_ms):
            if n % 2 == 0:
                begins.append(at_ms)
            at_ms += length_ms
    return max(sum(first <= one < first + 1000 for one in begins) for first in begins)
