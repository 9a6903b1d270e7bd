"""The customer's answers after the check-in: what is right, what is to change or be added, and the permission.

Each answer is a command of its own and can be skipped; nothing is asked twice. What can be chosen is in
lane_choices.py, how something is typed in lane_typing.py.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain import lane_typing as typed
from kiosk.domain.facts import Permission, Way
from kiosk.domain.lane_choices import CONCERNS, METHODS, WAYS
from kiosk.domain.lane_state import Screen, State, Typing
from kiosk.domain.lane_turn import Turn

ASKING = (Screen.HELLO, Screen.CONTACT, Screen.PERMISSION, Screen.CHANGE, Screen.CONCERN, Screen.MAINTENANCE)
SCREENS = (*ASKING, Screen.TRANSPORT)
"""Screens of a customer who is checked in and still answers."""

ENDS_A_QUESTION = frozenset(
    {
        "confirm",
        "change.done",
        "contact.confirm",
        "concern.add",
        "transport.done",
        "due.yes",
        "due.no",
        "permission.yes",
        "permission.ask",
    }
)


def targets(state: State) -> frozenset[str]:
    """What can be touched on a screen of answers."""
    customer = state.customer
    if customer is None:
        return frozenset()
    types = state.rules.has_keyboard
    changes = {"change.concern", "change.transport", "change.second_car"}
    changes |= {"change.contact"} if customer.contact else set()
    changes |= {"change.due"} if customer.due else set()
    ways = {"back"} if _is_part_of_review(state) else {"advisor_helps"}
    ways |= {"take_back"} if customer.way is Way.WALK_IN and not _is_part_of_review(state) else set()
    offered: dict[Screen, set[str]] = {
        Screen.HELLO: {"confirm", "not_me", "advisor_helps", "change", *changes - {"change.second_car"}},
        Screen.CHANGE: {"change.done", "back", *changes},
        Screen.CONTACT: {"contact.confirm", "contact.phone", "back", *(f"contact.{one}" for one in METHODS)},
        Screen.CONCERN: {"concern.add", *ways, *(f"concern.{one}" for one in CONCERNS)},
        Screen.TRANSPORT: {"transport.done", "back", *(f"transport.{one}" for one in WAYS)},
        Screen.MAINTENANCE: {"due.yes", "due.no", "back"},
        Screen.PERMISSION: {"permission.yes", "permission.ask"},
    }
    typed_ones = {Screen.CONTACT: {"contact.address"}, Screen.CONCERN: {"concern.words"}} if types else {}
    return frozenset(offered.get(state.screen, set()) | typed_ones.get(state.screen, set()))


def touch(turn: Turn, target: str) -> None:  # noqa: C901, PLR0912 - one case for each key, nothing else
    """One key of such a screen."""
    kind, _, which = target.partition(".")
    match target:
        case "not_me" | "take_back":
            turn.take_back()
        case "confirm" | "change.done":
            _confirm(turn)
        case "change":
            turn.show(Screen.CHANGE)
        case "change.second_car":
            customer = turn.state.customer
            turn.customer(second_car=not (customer and customer.second_car))
        case "contact.confirm":
            _contact_confirmed(turn)
        case "contact.phone":
            typed.begin(turn, Screen.NEW_PHONE)
        case "contact.address":
            typed.begin(turn, Screen.EMAIL)
        case "concern.words":
            words = turn.state.customer.draft_words if turn.state.customer else ""
            typed.begin(turn, Screen.WORDS)
            turn.change(typing=replace(turn.state.typing, text=words))
        case "concern.add":
            _concerns_told(turn)
        case "transport.done":
            _transport_told(turn)
        case "due.yes" | "due.no":
            _due_answered(turn, accepted=which == "yes")
        case "back":
            _back(turn)
        case _ if kind == "change":
            _open(turn, which)
        case _ if kind == "contact":
            _method_chosen(turn, which)
        case _ if kind == "concern":
            _toggle(turn, which)
        case _ if kind == "transport":
            turn.customer(draft=(which,))
        case _ if kind == "permission":
            turn.customer(permission=Permission(which))
            turn.send("answer_permission", visit_id=_visit_id(turn), answer=which)
            finish(turn)


def finish(turn: Turn) -> None:
    """Nothing more is asked: the ticket."""
    turn.end()
    turn.show(Screen.TICKET)


def next_car(turn: Turn) -> None:
    """The second car of the same customer: its own code, its own visit; language and name are not asked again."""
    state, customer = turn.state, turn.state.customer
    turn.end()
    turn.wipe()
    turn.change(language=state.language, chose_language=True, companion=customer.first_name if customer else "")


def _is_part_of_review(state: State) -> bool:
    """Is this page opened from what we know, and not a question on its own?"""
    return state.returns in (Screen.HELLO, Screen.CHANGE)


def _visit_id(turn: Turn) -> str | None:
    return turn.state.customer.visit_id if turn.state.customer else None


def _confirm(turn: Turn) -> None:
    customer = turn.state.customer
    if customer is None:
        return
    turn.send("confirm_details", visit_id=customer.visit_id)
    if customer.contact and customer.asks_contact:
        turn.change(returns=Screen.SCAN)
        turn.show(Screen.CONTACT)
    elif customer.permission is None:
        turn.show(Screen.PERMISSION)
    else:
        finish(turn)


def _open(turn: Turn, which: str) -> None:
    """One of the pages behind *Change or add something*, with what stands there now."""
    customer = turn.state.customer
    if customer is None:
        return
    turn.change(returns=turn.state.screen)
    match which:
        case "concern":
            turn.customer(draft=customer.concerns, draft_words=customer.own_words)
            turn.show(Screen.CONCERN)
        case "transport":
            turn.customer(draft=(customer.transport,) if customer.transport else ())
            turn.show(Screen.TRANSPORT)
        case "contact":
            turn.show(Screen.CONTACT)
        case "due":
            turn.customer(draft=())
            turn.show(Screen.MAINTENANCE)


def _return(turn: Turn) -> None:
    turn.customer(draft=(), draft_words="")
    turn.show(turn.state.returns if _is_part_of_review(turn.state) else Screen.HELLO)


def _back(turn: Turn) -> None:
    if turn.state.screen is Screen.CHANGE:
        turn.show(Screen.HELLO)
    else:
        _return(turn)


def _toggle(turn: Turn, code: str) -> None:
    draft = turn.state.customer.draft if turn.state.customer else ()
    turn.customer(draft=tuple(one for one in draft if one != code) if code in draft else (*draft, code))


def _concerns_told(turn: Turn) -> None:
    customer = turn.state.customer
    if customer is None:
        return
    told = (customer.draft, customer.draft_words)
    if told != (customer.concerns, customer.own_words):
        codes = [one for one in CONCERNS if one in customer.draft]
        turn.send("note_concerns", visit_id=customer.visit_id, concerns=codes, words=customer.draft_words)
        turn.customer(concerns=tuple(codes), own_words=customer.draft_words)
    if customer.way is Way.WALK_IN and not _is_part_of_review(turn.state):
        turn.customer(draft=(), draft_words="")
        finish(turn)
    else:
        _return(turn)


def _transport_told(turn: Turn) -> None:
    customer = turn.state.customer
    if customer and customer.draft and customer.draft[0] != customer.transport:
        turn.send("choose_transport", visit_id=customer.visit_id, transport=customer.draft[0])
        turn.customer(transport=customer.draft[0])
    _return(turn)


def _due_answered(turn: Turn, *, accepted: bool) -> None:
    """One after the other; after the last one back to where it was opened."""
    customer = turn.state.customer
    if customer is None or len(customer.draft) >= len(customer.due):
        _return(turn)
        return
    code = customer.due[len(customer.draft)].operation
    turn.send("answer_maintenance", visit_id=customer.visit_id, operation=code, accepted=accepted)
    answers = tuple(one for one in customer.due_answers if one[0] != code)
    turn.customer(due_answers=(*answers, (code, accepted)), draft=(*customer.draft, code))
    if len(customer.draft) + 1 == len(customer.due):
        _return(turn)
    else:
        turn.change(shown_at=turn.at)


def _method_chosen(turn: Turn, method: str) -> None:
    customer = turn.state.customer
    if customer is None or customer.contact is None or customer.contact.method == method:
        return
    turn.send("choose_contact_method", visit_id=customer.visit_id, method=method)
    turn.customer(contact=replace(customer.contact, method=method))


def _contact_confirmed(turn: Turn) -> None:
    turn.send("confirm_contact", visit_id=_visit_id(turn))
    turn.customer(asks_contact=False)
    turn.change(typing=Typing())
    if _is_part_of_review(turn.state):
        _return(turn)
    elif turn.state.customer and turn.state.customer.permission is None:
        turn.show(Screen.PERMISSION)
    else:
        finish(turn)
