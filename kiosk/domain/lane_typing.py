"""The typed way in: eight digits, or appointment number and last four digits of the phone, or a walk-in's name.

Nothing of a booking is shown before what was typed fits it whole; five misses in ten minutes, and the person comes.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.codes import DIGITS_LENGTH, typed_digits, typed_number
from kiosk.domain.facts import Way
from kiosk.domain.lane_arrival import arrive
from kiosk.domain.lane_state import Screen, State, Typing
from kiosk.domain.lane_turn import Turn

PHONE_LENGTH = 4
LONGEST_NUMBER = 20
LONGEST_NAME = 40
LONGEST = {Screen.DIGITS: DIGITS_LENGTH, Screen.PHONE: PHONE_LENGTH, Screen.NUMBER: LONGEST_NUMBER}
LATIN_KEYS = ("QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM")
SPANISH_KEYS = ("QWERTYUIOP", "ASDFGHJKLÑ", "ZXCVBNMÁÉÍÓÚ")
ARABIC_KEYS = ("ضصثقفغعهخحج", "شسيبلاتنمكط", "ذءؤرىةوزظد", "أإآئ")
DIGIT_KEYS = "1234567890"
_LETTERS = frozenset("".join((*LATIN_KEYS, *SPANISH_KEYS, *ARABIC_KEYS, DIGIT_KEYS, "-'")))
TYPING_SCREENS = (Screen.DIGITS, Screen.NUMBER, Screen.PHONE, Screen.NAME)


def targets(state: State) -> frozenset[str]:
    """What can be touched on a screen where something is typed."""
    digits = {f"digit.{one}" for one in DIGIT_KEYS} | {"erase", "back"}
    letters = {f"letter.{one}" for one in _LETTERS} | {"erase", "back", "continue", "keyboard", "space"}
    match state.screen:
        case Screen.DIGITS:
            return frozenset(digits | {"camera", "by_number", "languages"})
        case Screen.PHONE:
            return frozenset(digits | {"camera", "languages"})
        case Screen.NUMBER:
            return frozenset(letters | digits | {"languages"})
        case Screen.NAME:
            return frozenset(letters | {"languages"})
    return frozenset()


def touch(turn: Turn, target: str) -> None:  # noqa: C901 - one case for each kind of key, nothing else
    """One key of the pad or the keyboard."""
    typing, screen = turn.state.typing, turn.state.screen
    kind, _, sign = target.partition(".")
    if turn.state.pending:
        return
    match kind:
        case "digit" | "letter":
            _typed(turn, sign)
        case "space":
            _typed(turn, " ")
        case "erase":
            turn.change(typing=replace(typing, text=typing.text[:-1], wrong=False))
        case "keyboard":
            turn.change(typing=replace(typing, arabic=not typing.arabic))
        case "back":
            _back(turn)
        case "camera":
            turn.wipe()
        case "by_number":
            turn.change(typing=Typing())
            turn.show(Screen.NUMBER)
        case "continue" if screen is Screen.NUMBER and typing.text.strip():
            turn.change(typing=Typing(number=typing.text.strip()))
            turn.show(Screen.PHONE)
        case "continue" if screen is Screen.NAME and typing.text.strip():
            turn.change(typing=Typing())
            turn.meet(Way.WALK_IN, "", name=_as_name(typing.text))
            turn.accept(Screen.PERMISSION)


def begin(turn: Turn, screen: Screen) -> None:
    """Open the typed way, or say why it is closed for a minute."""
    if turn.is_locked():
        turn.show_with_help(Screen.LOCKED)
        return
    turn.change(typing=Typing(arabic=turn.state.language == "ar"))
    turn.show(screen)


def _typed(turn: Turn, sign: str) -> None:
    typing, screen = turn.state.typing, turn.state.screen
    longest = LONGEST.get(screen, LONGEST_NAME)
    full = typing.wrong and screen in (Screen.DIGITS, Screen.PHONE)  # wrong digits stay until the next one is typed
    text = sign if full else (typing.text + sign)[:longest]
    turn.change(typing=replace(typing, text=text, wrong=False))
    if len(text) == longest and screen is Screen.DIGITS:
        _look_up(turn, f"digits:{typed_digits(text)}")
    elif len(text) == longest and screen is Screen.PHONE:
        _look_up(turn, f"number:{typed_number(typing.number, text)}")


def _look_up(turn: Turn, canonical: str) -> None:
    """What was typed is whole: find it here, or ask the hub."""
    arrive(turn, Way.TYPED, turn.supply.digest(canonical))


def _back(turn: Turn) -> None:
    before = {Screen.PHONE: Screen.NUMBER, Screen.NUMBER: Screen.DIGITS}.get(turn.state.screen)
    if before is None:
        turn.wipe()
        return
    turn.change(typing=Typing(text=turn.state.typing.number))
    turn.show(before)


def _as_name(text: str) -> str:
    """The name as names are written: the keyboard has capitals only."""
    return " ".join(part.capitalize() for part in text.split())
