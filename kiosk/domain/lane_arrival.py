"""Somebody arrives with a code or typed digits: the roster decides, or the hub is asked, or the lane decides alone.

A booking of today is checked in at once. What the roster cannot decide is asked of the hub, two seconds at most.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kiosk.domain.facts import Way
from kiosk.domain.lane_inputs import Chime, Replied
from kiosk.domain.lane_state import Link, Screen
from kiosk.domain.lane_turn import Turn
from kiosk.domain.lane_view import Booking, read_advisor

ENDINGS = {
    "again": Screen.AGAIN,
    "pickup": Screen.PICKUP,
    "other_day": Screen.OTHER_DAY,
    "cancelled": Screen.CANCELLED,
    "finished": Screen.FINISHED,
}
"""Answers of the hub that make no visit, and the screen that tells it."""


def arrive(turn: Turn, way: Way, digest: str) -> None:
    """Somebody is here with a code, or typed digits, of this hash."""
    booking = turn.meet(way, digest)
    made = any(one.digest == digest for one in turn.state.made)
    if booking and booking.state == "booked" and not made:
        if _is_today(turn, booking):
            turn.accept(Screen.HELLO)
        else:
            turn.show_next(Screen.OTHER_DAY)
    elif turn.state.link is Link.UP:
        turn.ask_hub()
    else:
        decide_alone(turn)


def decide_alone(turn: Turn) -> None:
    """The hub cannot be asked: what the lane itself knows decides, and a code that it does not know is accepted."""
    customer, view = turn.state.customer, turn.state.view
    turn.change(pending=None)
    if customer is None or view is None:
        return
    made = next((one for one in turn.state.made if one.digest == customer.digest), None)
    booking = view.booking(customer.digest)
    state = booking.state if booking else ""
    known = booking if booking and state == "checked_in" and booking.ticket else made
    if known and state != "handed_over":  # what the lane remembers of its own is older than the hand-over
        turn.give_number_back()
        visit_id = known.visit_id or customer.visit_id
        turn.customer(outcome="again", ticket=known.ticket or "", visit_id=visit_id, follow_token="")
        turn.show_next(Screen.AGAIN)
    elif state in ("cancelled", "handed_over"):
        turn.give_number_back()
        turn.show_with_help(Screen.CANCELLED if state == "cancelled" else Screen.FINISHED)
    elif customer.way is Way.CODE:
        _accept_unasked(turn, Screen.HELLO if booking else Screen.PERMISSION)
    else:
        turn.give_number_back()
        turn.missed()


def replied(turn: Turn, reply: Replied) -> None:
    """The hub's answer to a command."""
    state = turn.state
    if state.help and state.help.number == reply.number:
        _help_heard(turn, reply)
        return
    customer = state.customer
    if customer is None or reply.number not in customer.numbers or customer.outcome == "checked_in":
        return
    if customer.outcome and not customer.is_visit:
        return  # the screen tells of a visit, or of none, that this question has not made
    outcome = "refused" if reply.refused else str(reply.result.get("outcome"))
    if outcome == "again" and not customer.outcome and reply.result.get("visit_id") == customer.visit_id:
        outcome = "checked_in"
    if outcome != "checked_in" and reply.number != customer.numbers[-1]:
        return  # the lane has gone on alone and told so; the answer to that counts
    turn.change(pending=None, kept=tuple(one for one in state.kept if one[0] != customer.visit_id))
    try:
        _judged(turn, outcome, reply.result)
    except (KeyError, TypeError, ValueError, AttributeError):  # an answer that this version does not understand
        turn.show_with_help(Screen.HELP)


def unheard(turn: Turn) -> None:
    """The link has gone, or two seconds are over: a check-in that the hub has not answered is told as a lone lane's."""
    customer = turn.state.customer
    if customer and customer.numbers and customer.is_visit and not customer.outcome and not customer.offline:
        queued(turn, customer.numbers[-1])
    if turn.state.help and not turn.state.help.heard:
        turn.change(help=replace(turn.state.help, offline=True))


def queued(turn: Turn, number: int) -> None:
    """The hub has not answered a command in time."""
    state = turn.state
    if state.help and state.help.number == number:
        turn.change(help=replace(state.help, offline=True))
    customer = state.customer
    if customer is None or number not in customer.numbers or customer.outcome:
        return
    if state.pending:
        decide_alone(turn)
    elif customer.is_visit and not customer.offline:
        turn.send_check_in(keep=True, offline=True)  # the fact of a lane that stands alone, which is never refused
        turn.keep_here()


def _judged(turn: Turn, outcome: str, result: Mapping[str, Any]) -> None:
    """The hub has decided about the customer on the screen."""
    customer = turn.state.customer
    if customer is None:
        return
    if outcome == "checked_in":
        _checked_in(turn, result)
    elif customer.ended:
        turn.customer(outcome=outcome, offline=False)  # the paper is out; staff see what became of it
    elif outcome in ENDINGS:
        _ended_by(turn, outcome, result)
    elif outcome == "unknown" and customer.way is Way.TYPED and not customer.is_visit:
        turn.give_number_back()
        turn.missed()
    else:
        turn.give_number_back()
        turn.effects.append(Chime("not_ours"))
        turn.show_with_help(Screen.UNKNOWN if outcome == "unknown" else Screen.HELP)


def _checked_in(turn: Turn, result: Mapping[str, Any]) -> None:
    customer = turn.state.customer
    if customer is None:
        return
    turn.learn(result)
    turn.customer(outcome="checked_in", offline=False, ticket=str(result.get("ticket") or customer.ticket))
    if not customer.is_visit:
        turn.speak(str(result.get("language") or ""))
        turn.became_visit()
        known = customer.first_name or result.get("first_name")
        turn.show_next(Screen.HELLO if known else Screen.PERMISSION)


def _ended_by(turn: Turn, outcome: str, result: Mapping[str, Any]) -> None:
    """There is no new visit: the screen says what there is instead."""
    customer = turn.state.customer
    if customer is None:
        return
    turn.give_number_back()
    turn.learn(result)
    ticket = str(result.get("ticket") or "")
    visit_id = str(result.get("visit_id") or customer.visit_id)
    turn.customer(outcome=outcome, is_visit=False, offline=False, ticket=ticket, visit_id=visit_id)
    turn.speak(str(result.get("language") or ""))
    if outcome in ("cancelled", "finished"):
        turn.show_with_help(ENDINGS[outcome])
    else:
        turn.show_next(ENDINGS[outcome])


def _accept_unasked(turn: Turn, then: Screen) -> None:
    """Check in without the hub's word, to be confirmed; a question that it may have heard counts as the same visit."""
    customer = turn.state.customer
    if customer is None or customer.number_before is None:
        turn.accept(then)
        return
    turn.send_check_in(keep=True, offline=True)
    turn.became_visit()
    turn.keep_here()
    turn.show_next(then)


def _help_heard(turn: Turn, reply: Replied) -> None:
    call = turn.state.help
    if call is None:
        return
    try:
        advisor = read_advisor(reply.result.get("advisor"))
    except (KeyError, TypeError, AttributeError):
        advisor = None
    nobody_in = bool(reply.result.get("nobody_in")) or reply.refused is not None
    turn.change(help=replace(call, advisor=advisor, heard=True, offline=False, nobody_in=nobody_in))


def _is_today(turn: Turn, booking: Booking) -> bool:
    view = turn.state.view
    if view is None:
        return False
    zone = view.store.zone
    today = view.today_on if turn.state.link is Link.UP else turn.at.astimezone(zone).date()
    return booking.starts_at.astimezone(zone).date() == today
