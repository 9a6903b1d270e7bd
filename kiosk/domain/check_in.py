"""The lane's conversation: `step(state, input, supply) -> (state, effects)`, pure and total.

The scan is the check-in: the roster decides, the ticket number is drawn here, and the advisor is paged before anything
is asked. The ticket prints when the conversation ends. Every screen offers *Help*. Without the hub the lane goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from kiosk.domain import lane_answers as answers
from kiosk.domain import lane_typing as typed
from kiosk.domain.codes import ForeignCode, read_code
from kiosk.domain.facts import Way
from kiosk.domain.lane_arrival import arrive, queued, replied, unheard
from kiosk.domain.lane_inputs import (
    CameraChanged,
    Chime,
    Effect,
    FaultsChanged,
    Hold,
    Input,
    LinkChanged,
    PaperChanged,
    PrinterChanged,
    Queued,
    Replied,
    RosterChanged,
    Scanned,
    Slip,
    Supply,
    Ticked,
    Touched,
)
from kiosk.domain.lane_state import UNSEEN, Link, Screen, State
from kiosk.domain.lane_time import is_closed, leave, next_wake, ticked
from kiosk.domain.lane_turn import Turn, slip_of
from kiosk.domain.lane_view import LaneView

__all__ = ["is_closed", "lamp_is_on", "looks_for_codes", "next_wake", "offered", "step"]

TOUCH_AFTER = timedelta(milliseconds=300)
ALWAYS = frozenset({"help", "language.en", "language.es", "language.ar"})
TURNS = frozenset({"page", "languages"})
"""What turns to another page of the same: *More*, and the languages where there is no room for their switch."""

ANOTHER_WAY = frozenset({"show_another", "type_it", "no_code"})
OFFERED: Mapping[Screen, frozenset[str]] = {
    Screen.SCAN: frozenset({"type_number", "no_appointment", "no_code", "privacy"}),
    Screen.READ: frozenset(),
    Screen.TICKET: frozenset({"done"}),
    Screen.AGAIN: frozenset({"print_again", "done"}),
    Screen.PICKUP: frozenset({"done"}),
    Screen.OTHER_DAY: frozenset({"help_today", "come_back"}),
    Screen.CANCELLED: ANOTHER_WAY,
    Screen.FINISHED: ANOTHER_WAY,
    Screen.UNKNOWN: ANOTHER_WAY,
    Screen.OTHER_STORE: ANOTHER_WAY,
    Screen.NO_CODE: frozenset({"type_number", "by_number", "no_appointment", "privacy", "back"}),
    Screen.PRIVACY: frozenset({"back"}),
    Screen.LOCKED: frozenset({"camera"}),
    Screen.HELP: frozenset({"back"}),
    Screen.LANGUAGES: frozenset({"back"}),
    Screen.OUT: frozenset(),
}
ANSWERS = answers.ENDS_A_QUESTION | {
    "not_me", "take_back", "advisor_helps", "done", "next_car", "print_again", "help_today", "come_back", "finish",
}  # fmt: skip
"""Targets that a finger meant for the screen before must not hit."""

UNDER_WAY = (Screen.READ, *answers.SCREENS)
"""Screens of a conversation that another code does not interrupt."""


LOOKING = (Screen.SCAN, Screen.NO_CODE, Screen.HELP)
"""Pages of nobody on which a phone that is held up is read."""


def step(state: State, heard: Input, supply: Supply) -> tuple[State, tuple[Effect, ...]]:
    """The state after one input, and what is to be done, in order.

    It never raises, whatever is scanned, typed or answered, and in whatever order.
    """
    turn = Turn(state, heard.at, supply)
    _hear(turn, heard)
    _open_or_close(turn)
    owes = owed(turn.state)
    if owed(state) != owes:
        turn.effects.append(Hold(owes))
    return turn.state, tuple(turn.effects)


def owed(state: State) -> Slip | None:
    """The ticket that a customer has been promised and has not got."""
    customer = state.customer
    return slip_of(state) if customer and customer.is_visit and not customer.ended else None


def offered(state: State) -> frozenset[str]:
    """Everything that may be touched now; a small screen may show less of it at once."""
    always = ALWAYS | ({"listen"} if state.rules.has_voice else set())
    if state.seconds_left is not None:
        return always | {"more_time", "finish"}
    if state.screen is not Screen.READ:  # half a second has no other page
        always |= TURNS
    if state.screen in typed.TYPING_SCREENS:
        return always | typed.targets(state)
    if state.screen in answers.SCREENS:
        return always | answers.targets(state)
    return always | OFFERED[state.screen] | _offered_besides(state)


def _offered_besides(state: State) -> frozenset[str]:
    """What a page offers only to some."""
    customer = state.customer
    if state.screen is Screen.TICKET and customer and customer.second_car:
        return frozenset({"next_car"})
    if state.screen is Screen.HELP and customer and customer.is_visit and not customer.ended:
        return frozenset({"advisor_helps"})
    return frozenset()


def looks_for_codes(state: State) -> bool:
    """Is the camera looked at now?"""
    return state.customer is None and state.screen in LOOKING and state.seconds_left is None


def lamp_is_on(state: State) -> bool:
    """Does somebody in this lane wait for an advisor?"""
    waiting = state.view is not None and any(one.stage == "checked_in" for one in state.view.visits)
    return waiting or bool(state.kept) or state.help is not None


def _hear(turn: Turn, heard: Input) -> None:  # noqa: C901 - one case for each kind of input, nothing else
    match heard:
        case Scanned():
            _scanned(turn, heard.text)
        case Touched():
            _touched(turn, heard.target)
        case Replied():
            replied(turn, heard)
        case Queued():
            queued(turn, heard.number)
        case RosterChanged():
            _roster(turn, heard.view)
        case LinkChanged():
            _linked(turn, heard.link)
        case PrinterChanged():
            turn.change(printer_trouble=heard.trouble)
        case PaperChanged():
            _paper(turn, heard)
        case CameraChanged():
            turn.change(sight=heard.sight, hint=heard.hint)
        case FaultsChanged():
            _broke(turn, heard.faults)
        case Ticked():
            ticked(turn)


def _linked(turn: Turn, link: Link) -> None:
    turn.change(link=link)
    if link is not Link.UP:
        unheard(turn)


def _broke(turn: Turn, faults: tuple[str, ...]) -> None:
    """Something makes the lane unusable, or nothing does any more."""
    came = UNSEEN & set(faults) - set(turn.state.faults)
    customer = turn.state.customer
    if came and customer and customer.is_visit and not customer.ended:
        turn.call_help()
        answers.finish(turn)
    turn.change(faults=faults)


def _paper(turn: Turn, heard: PaperChanged) -> None:
    if turn.state.customer and turn.state.customer.visit_id == heard.visit_id:
        turn.customer(paper=heard.paper)


def _scanned(turn: Turn, text: str) -> None:
    state = turn.state
    if state.view is None or is_closed(state) or state.screen in UNDER_WAY or state.pending:
        return
    if state.customer and state.customer.is_visit and not state.customer.ended:
        return
    seen = turn.supply.digest(text)
    if state.screen in (Screen.HELP, Screen.NO_CODE) and seen == state.seen:
        return  # the phone that led here is still held up
    code = read_code(text)
    turn.change(touched_at=turn.at, seen=seen)
    if isinstance(code, ForeignCode):
        turn.effects.append(Chime("not_ours"))
        turn.show_with_help(Screen.UNKNOWN)
        return
    digest = turn.supply.digest(code.token)
    if code.host and not state.view.booking(digest) and code.host != _host(state.view.store.public_url):
        turn.effects.append(Chime("not_ours"))
        turn.show_with_help(Screen.OTHER_STORE)
        return
    language, chose, listens = state.language, state.chose_language, state.listens
    turn.wipe()
    turn.change(language=language, chose_language=chose, seen=seen, listens=listens)
    turn.effects.append(Chime("read"))
    turn.show(Screen.READ)
    arrive(turn, Way.CODE, digest)


def _touched(turn: Turn, target: str) -> None:  # noqa: C901, PLR0912 - one case for each kind of target, nothing else
    state = turn.state
    if target not in offered(state) or _came_too_soon(turn, target):
        return
    turn.change(touched_at=turn.at, asked_at=None, seconds_left=None, taken_back=False)
    if target == "finish":
        leave(turn)
    elif target == "more_time":
        return
    elif target == "page":
        turn.change(page=state.page + 1)
    elif target == "listen":
        turn.change(listens=True, asked_to_speak=state.asked_to_speak + 1)
    elif target == "help":
        _help(turn)
    elif target.startswith("language."):
        _choose_language(turn, target.removeprefix("language."))
    elif target == "languages":
        if state.screen is not Screen.LANGUAGES:
            turn.change(back=state.back if state.screen is Screen.HELP else state.screen)
            turn.show(Screen.LANGUAGES)
    elif target == "advisor_helps":
        turn.call_help()
        answers.finish(turn)
    elif state.screen in typed.TYPING_SCREENS:
        typed.touch(turn, target)
    elif state.screen in answers.SCREENS:
        answers.touch(turn, target)
    else:
        _answer(turn, target)


def _came_too_soon(turn: Turn, target: str) -> bool:
    """Was the finger on its way before this question stood on the screen?"""
    since = turn.state.asked_at or turn.state.shown_at
    return target in ANSWERS and since is not None and timedelta() <= turn.at - since < TOUCH_AFTER


def _answer(turn: Turn, target: str) -> None:  # noqa: C901 - one case for each key, nothing else
    match target:
        case "type_number" | "type_it":
            typed.begin(turn, Screen.DIGITS)
        case "by_number":
            typed.begin(turn, Screen.NUMBER)
        case "no_appointment" if turn.state.companion or not turn.state.rules.has_keyboard:
            typed.walk_in(turn, turn.state.companion or "")
        case "no_appointment":
            typed.begin(turn, Screen.NAME)
        case "help_today":
            turn.show_with_help(Screen.HELP)
        case "no_code":
            turn.show(Screen.NO_CODE)
        case "privacy":
            turn.show(Screen.PRIVACY)
        case "show_another" | "come_back" | "done" | "camera":
            turn.wipe()
        case "next_car":
            answers.next_car(turn)
        case "print_again":
            turn.print_copy()
        case "back":
            _back(turn)


def _roster(turn: Turn, view: LaneView) -> None:
    known = {one.visit_id for one in view.visits}
    turn.change(view=view, kept=tuple(one for one in turn.state.kept if one[0] not in known))
    customer = turn.state.customer
    visit = view.visit(customer.visit_id) if customer else None
    if customer and visit and customer.outcome:
        if visit.stage != "checked_in" and turn.state.screen is Screen.TICKET and not customer.second_car:
            turn.wipe()  # the advisor stands there and writes it up
        else:
            turn.customer(advisor=visit.advisor, completion_at=visit.completion_at)
    booking = view.booking(customer.digest) if customer else None
    if turn.state.screen is Screen.AGAIN and booking and booking.state == "handed_over":
        turn.customer(outcome="finished")  # said again by a roster that had not heard of it yet
        turn.show_with_help(Screen.FINISHED)
    if turn.state.screen is Screen.SCAN and not turn.state.chose_language:
        turn.change(language=view.store.languages[0])


def _help(turn: Turn) -> None:
    here = turn.state.screen
    turn.call_help()
    if here not in (Screen.HELP, Screen.READ):
        turn.change(back=turn.state.back if here is Screen.LANGUAGES else here)
        turn.show(Screen.HELP)


def _back(turn: Turn) -> None:
    """From *Help* and the languages back to what was there; from a page of choices back to the camera."""
    state = turn.state
    returns = state.screen in (Screen.HELP, Screen.LANGUAGES) and state.back not in (Screen.SCAN, Screen.OUT)
    if returns:
        turn.change(back=Screen.SCAN)
        turn.show(state.back)
    else:
        leave(turn)


def _choose_language(turn: Turn, language: str) -> None:
    state = turn.state
    turn.change(language=language, chose_language=True)
    if language != state.language and state.customer and state.customer.is_visit:
        turn.send("choose_language", visit_id=state.customer.visit_id, language=language)
    if state.screen is Screen.LANGUAGES:
        turn.change(back=Screen.SCAN)
        turn.show(state.back)


def _open_or_close(turn: Turn) -> None:
    """Out of service exactly while the lane can check nobody in.

    A hub of another version waits until the customer has finished. A lane that can write nothing down stops at once:
    what it would go on to say would not be true.
    """
    state = turn.state
    if is_closed(state):
        nobody = state.customer is None or (bool(state.faults) and not state.customer.ended)
        if nobody and state.screen not in (Screen.HELP, Screen.LANGUAGES, Screen.OUT):
            turn.wipe(Screen.OUT)
        elif nobody and state.customer:
            turn.change(customer=None, back=Screen.SCAN)
    elif state.screen is Screen.OUT:
        turn.wipe()


def _host(address: str) -> str:
    """The host of an address such as https://service.example:8443, "" of none."""
    return address.partition("://")[2].lower()
