"""A lane's commands by the numbers that the conversation gives them: sent, answered, waited for.

A customer stands before the screen: after two seconds without an answer the lane goes on, and the command stays in the
outbox. How things travel is hub_client's.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kiosk.domain import lane_inputs as heard
from kiosk.domain.codes import token_from_bits
from kiosk.domain.facts import from_us, to_us
from kiosk.hub_client import ANSWER_WITHIN_S, Answer, HubClient, Refusal, Reply

if TYPE_CHECKING:
    from kiosk.device import Loop
    from kiosk.steady_clock import HubTime

AWAITED = frozenset({"check_in", "ask_for_help"})
"""Commands for whose answer a customer stands there."""

TOKEN_BITS = 128


class Chance:
    """Ids, tokens and hashes for the conversation."""

    def new_id(self) -> str:
        """32 hex digits, never twice."""
        return secrets.token_hex(16)

    def new_token(self) -> str:
        """A new token for a customer's code."""
        return token_from_bits(secrets.randbits(TOKEN_BITS))

    def digest(self, text: str) -> str:
        """SHA-256 in hex."""
        return hashlib.sha256(text.encode()).hexdigest()


class LaneCommands:
    """What is under way to the hub. Used by the loop's thread, but for `answered`."""

    def __init__(self, loop: Loop, now: HubTime, hear: Callable[[heard.Input], None]) -> None:
        """`hear` is the conversation's ear; it is called in the loop's thread."""
        self._loop, self._now, self._hear = loop, now, hear
        self._numbers: dict[str, int] = {}
        self._awaited: dict[int, float] = {}

    def send(self, effect: heard.Send, client: HubClient) -> None:
        """Send what is to be kept through the outbox; a question that is worth nothing later, once.

        Raises:
            sqlite3.Error: the outbox cannot be written.
        """
        body = dict(effect.body)
        if "device_at" in body:  # beside the command's own time, by the same clock
            body["device_at"] = to_us(self._now.by_steady(from_us(body["device_at"])))
        if not effect.keep:
            asked = (effect.number, effect.kind, body, client)
            threading.Thread(target=self._ask, args=asked, name="ask", daemon=True).start()
            return
        command_id = secrets.token_hex(16)
        self._numbers[command_id] = effect.number
        if effect.kind in AWAITED:
            self._awaited[effect.number] = time.monotonic() + ANSWER_WITHIN_S
        client.post(effect.kind, body, command_id=command_id)

    def answered(self, answer: Answer) -> None:
        """The hub has answered a command that was kept; any thread."""

        def hear() -> None:
            number = self._numbers.pop(answer.command_id, None)
            if number is not None:
                self._awaited.pop(number, None)
                self._hear(_replied(self._now(), number, answer))

        self._loop.put(hear)

    def overdue(self) -> None:
        """What the hub has not answered in time is kept, and the lane goes on."""
        late = [number for number, until_s in self._awaited.items() if time.monotonic() >= until_s]
        for number in late:
            del self._awaited[number]
            self._hear(heard.Queued(self._now(), number))

    def due_in_s(self) -> float:
        """How long until something is overdue; infinite where nothing is waited for."""
        return max(0.0, min(self._awaited.values(), default=float("inf")) - time.monotonic())

    def _ask(self, number: int, kind: str, body: dict[str, Any], client: HubClient) -> None:
        answer = client.ask(kind, body)
        now = self._now()
        self._loop.put(lambda: self._hear(_replied(now, number, answer)))


def _replied(now: datetime, number: int, answer: Answer | None) -> heard.Input:
    match answer:
        case Reply():
            return heard.Replied(now, number, answer.result)
        case Refusal():
            return heard.Replied(now, number, {}, answer.code)
        case None:
            return heard.Queued(now, number)
