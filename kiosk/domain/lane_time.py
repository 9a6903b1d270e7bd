"""What time does to the lane's conversation: the half second of *Got it*, two seconds for the hub, the idle limit.

`next_wake` says when; between two wakes nothing happens by itself, so an idle lane sleeps.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from kiosk.domain.lane_arrival import decide_alone, unheard
from kiosk.domain.lane_inputs import Chime
from kiosk.domain.lane_state import HelpCall, Link, PaperState, Pending, Screen, State
from kiosk.domain.lane_turn import HELP_COUNTS_FOR, READ_FOR, Turn

SLOW_AFTER = timedelta(milliseconds=400)
REPLY_WITHIN = timedelta(seconds=2)
TICKET_STAYS_S = 180.0
KEPT_FOR = timedelta(minutes=10)
NOTICE_STAYS = timedelta(seconds=15)
TONE_EVERY_S = 10


def is_closed(state: State) -> bool:
    """Can this lane check nobody in: it has never heard of the dealership, or something in it is broken?"""
    return state.view is None or bool(state.faults) or state.link is Link.OTHER_VERSION


def next_wake(state: State) -> datetime | None:
    """When the state changes next though nothing happens; then it wants a Ticked."""
    wakes: list[datetime | None] = [at + KEPT_FOR for _, at in state.kept]
    if state.help:
        wakes.append(_ends_at(state.help))
    if state.pending:
        wakes.append(state.pending.since + (REPLY_WITHIN if state.pending.is_slow else SLOW_AFTER))
    wakes.append(_unheard_at(state))
    if state.screen is Screen.READ and state.then and state.shown_at:
        wakes.append(state.shown_at + READ_FOR)
    if state.screen is Screen.LOCKED:
        wakes.append(state.locked_until)
    if state.taken_back and state.shown_at:
        wakes.append(state.shown_at + NOTICE_STAYS)
    if state.asked_at and state.seconds_left is not None:
        wakes.append(state.asked_at + timedelta(seconds=state.rules.countdown_s - state.seconds_left + 1))
    else:
        wakes.append(_idle_at(state))
    return min((at for at in wakes if at), default=None)


def ticked(turn: Turn) -> None:
    """Do what is due."""
    state, at = turn.state, turn.at
    if state.pending and at >= state.pending.since + REPLY_WITHIN:
        decide_alone(turn)
    elif state.pending and not state.pending.is_slow and at >= state.pending.since + SLOW_AFTER:
        turn.change(pending=Pending(state.pending.number, state.pending.since, is_slow=True))
    unheard_at = _unheard_at(state)
    if unheard_at and at >= unheard_at:
        unheard(turn)
    _notices(turn)
    _idle(turn)


def _unheard_at(state: State) -> datetime | None:
    """When a check-in that the hub has not answered counts as made alone."""
    customer = state.customer
    waits = customer and customer.is_visit and not customer.outcome and not customer.offline and not state.pending
    return customer.arrived_at + REPLY_WITHIN if customer and waits else None


def leave(turn: Turn) -> None:
    """Nobody is there, or somebody is done: print what is owed, and leave nothing on the screen."""
    turn.end()
    turn.wipe(Screen.OUT if is_closed(turn.state) else Screen.SCAN)


def _notices(turn: Turn) -> None:
    """What stands for a while only."""
    state, at = turn.state, turn.at
    if state.screen is Screen.READ and state.then and state.shown_at and at >= state.shown_at + READ_FOR:
        turn.show(state.then)
    if state.screen is Screen.LOCKED and not turn.is_locked():
        turn.wipe()
    if state.taken_back and state.shown_at and at >= state.shown_at + NOTICE_STAYS:
        turn.change(taken_back=False)
    if state.help and at >= _ends_at(state.help):
        turn.change(help=None)
    turn.change(kept=tuple(one for one in turn.state.kept if at < one[1] + KEPT_FOR))


def _ends_at(call: HelpCall) -> datetime:
    """When a call for help counts as over: somebody has come, or it may be called again."""
    return call.at + (KEPT_FOR if call.offline else HELP_COUNTS_FOR)


def _idle(turn: Turn) -> None:
    state, at = turn.state, turn.at
    if state.asked_at:
        _count_down(turn, state.asked_at)
        return
    due = _idle_at(state)
    if due is None or at < due:
        return
    if _would_be_lost(state):
        turn.change(asked_at=at, seconds_left=ceil(state.rules.countdown_s))
        turn.effects.append(Chime("still_there"))
    else:
        leave(turn)


def _count_down(turn: Turn, asked_at: datetime) -> None:
    left_s = turn.state.rules.countdown_s - (turn.at - asked_at).total_seconds()
    if left_s <= 0:
        leave(turn)
    elif ceil(left_s) != turn.state.seconds_left:
        turn.change(seconds_left=ceil(left_s))
        if ceil(left_s) % TONE_EVERY_S == 0:
            turn.effects.append(Chime("still_there"))


def _idle_at(state: State) -> datetime | None:
    """When nobody having touched anything ends what is on the screen, or brings the question."""
    since = max((one for one in (state.shown_at, state.touched_at) if one), default=None)
    rests = state.screen in (Screen.SCAN, Screen.READ, Screen.OUT) and not state.chose_language
    rests = rests and state.companion is None
    if since is None or rests or state.pending:
        return None
    longest_s = max(TICKET_STAYS_S, state.rules.idle_s) if state.screen is Screen.TICKET else state.rules.idle_s
    return since + timedelta(seconds=longest_s)


def _would_be_lost(state: State) -> bool:
    """Is there anything of a person that wiping the screen would take away?"""
    customer = state.customer
    if customer and customer.ended:
        return customer.paper is not PaperState.PRINTED
    return customer is not None or bool(state.typing.text or state.typing.number)
