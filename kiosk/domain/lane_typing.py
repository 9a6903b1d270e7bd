"""The typed way in: eight digits, or appointment number and last four digits of the phone, or a walk-in's name.

Nothing of a booking is shown before what was typed fits it whole; five misses in ten minutes, and the person comes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.domain.codes import DIGITS_LENGTH, typed_digits, typed_number
from kiosk.domain.facts import Way
from kiosk.domain.lane_arrival import arrive
from kiosk.domain.lane_choices import (
    LONGEST_EMAIL,
    LONGEST_PHONE,
    LONGEST_WORDS,
    is_email,
    is_phone,
    masked_email,
    masked_phone,
)
from kiosk.domain.lane_inputs import Chime
from kiosk.domain.lane_state import Screen, State, Typing
from kiosk.domain.lane_turn import Turn

PHONE_LENGTH = 4
LONGEST_NUMBER = 20
LONGEST_NAME = 40
LONGEST = {
    Screen.DIGITS: DIGITS_LENGTH,
    Screen.PHONE: PHONE_LENGTH,
    Screen.NUMBER: LONGEST_NUMBER,
    Screen.NEW_PHONE: LONGEST_PHONE,
    Screen.EMAIL: LONGEST_EMAIL,
    Screen.WORDS: LONGEST_WORDS,
}
LATIN_KEYS = ("QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM")
SPANISH_KEYS = ("QWERTYUIOP", "ASDFGHJKLÑ", "ZXCVBNMÁÉÍÓÚ")
ARABIC_KEYS = ("ضصثقفغعهخحج", "شسيبلاتنمكط", "ذءؤرىةوزظد", "أإآئ")
DIGIT_KEYS = "1234567890"
_LETTERS = frozenset("".join((*LATIN_KEYS, *SPANISH_KEYS, *ARABIC_KEYS, DIGIT_KEYS, "-'.,@_،")))
TYPING_SCREENS = (
    Screen.DIGITS,
    Screen.NUMBER,
    Screen.PHONE,
    Screen.NAME,
    Screen.WORDS,
    Screen.NEW_PHONE,
    Screen.EMAIL,
)


BEFORE = {
    Screen.PHONE: Screen.NUMBER,
    Screen.NUMBER: Screen.DIGITS,
    Screen.WORDS: Screen.CONCERN,
    Screen.NEW_PHONE: Screen.CONTACT,
    Screen.EMAIL: Screen.CONTACT,
}


def targets(state: State) -> frozenset[str]:
    """What can be touched on a screen where something is typed."""
    digits = {f"digit.{one}" for one in DIGIT_KEYS} | {"erase", "back"}
    letters = {f"letter.{one}" for one in _LETTERS} | {"erase", "back", "continue", "keyboard", "space"}
    offered: dict[Screen, set[str]] = {
        Screen.DIGITS: digits | {"camera", "by_number"},
        Screen.PHONE: digits | {"camera"},
        Screen.NUMBER: letters | digits,
        Screen.NAME: letters,
        Screen.WORDS: letters,
        Screen.EMAIL: (letters | digits) - {"space", "keyboard"},
        Screen.NEW_PHONE: digits | {"continue"},
    }
    found = offered.get(state.screen)
    return frozenset(found or ())


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
            walk_in(turn, _as_name(typing.text))
        case "continue" if screen is Screen.WORDS:
            turn.customer(draft_words=" ".join(typing.text.split()))
            turn.show(Screen.CONCERN)
        case "continue" if screen in (Screen.NEW_PHONE, Screen.EMAIL):
            _contact(turn, typing.text)


def walk_in(turn: Turn, name: str) -> None:
    """Somebody without an appointment: checked in and paged at once, then asked for the reason alone."""
    turn.meet(Way.WALK_IN, "", name=name)
    turn.accept(Screen.CONCERN)


def _contact(turn: Turn, text: str) -> None:
    """Another phone or e-mail, if it can be one."""
    customer, is_phone_page = turn.state.customer, turn.state.screen is Screen.NEW_PHONE
    if customer is None or customer.contact is None:
        return
    if not (is_phone(text) if is_phone_page else is_email(text)):
        turn.change(typing=replace(turn.state.typing, wrong=True))
        turn.effects.append(Chime("not_ours"))
        return
    part: dict[str, Any] = {"phone": text} if is_phone_page else {"email": text}
    turn.send("change_contact", visit_id=customer.visit_id, **part)
    masked = {"phone": masked_phone(text)} if is_phone_page else {"email": masked_email(text)}
    turn.customer(contact=replace(customer.contact, **masked))
    turn.show(Screen.CONTACT)


def begin(turn: Turn, screen: Screen) -> None:
    """Open the typed way, or say why it is closed for a minute."""
    if turn.is_locked() and screen in (Screen.DIGITS, Screen.NUMBER, Screen.PHONE):
        turn.show_with_help(Screen.LOCKED)
        return
    turn.change(typing=Typing(arabic=turn.state.language == "ar"))
    turn.show(screen)


def _typed(turn: Turn, sign: str) -> None:
    typing, screen = turn.state.typing, turn.state.screen
    longest = LONGEST.get(screen, LONGEST_NAME)
    if screen in (Screen.WORDS, Screen.EMAIL):
        sign = sign if screen is Screen.WORDS and not typing.text else sign.lower()
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
    before = BEFORE.get(turn.state.screen)
    if before is None:
        turn.wipe()
        return
    turn.change(typing=Typing(text=turn.state.typing.number))
    turn.show(before)  # what was typed of a page of answers is gone with it


def _as_name(text: str) -> str:
    """The name as names are written: the keyboard has capitals only."""
    return " ".join(part.capitalize() for part in text.split())
