"""Two lanes scan one customer's code at the same instant."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from typing import Any

from bench._hub import Caller as Staff
from bench._hub import by_code
from prove import _book
from prove._counts import Count, Say
from prove._shop import Caller, shop_of

TITLE = "Two lanes, one code, the same instant"
NUMBER = 1000
SHORT = 40
LANES = ("A", "B")


def prove(number: int, say: Say) -> Iterator[Count]:
    """Both lanes send as soon as a barrier opens; each draws a visit and a ticket number of its own."""
    answers: list[dict[str, dict[str, Any]]] = []
    with shop_of("race") as hubs:
        hubs.begin()
        staff = Staff(f"http://127.0.0.1:{hubs.port}")
        codes = staff.book(number)
        say(f"{number} customers have their codes")
        lanes = {letter: Caller(hubs.port, f"lane/{letter}") for letter in LANES}
        for turn, code in enumerate(codes):
            answers.append(_at_once(lanes, code, turn % 999 + 1))
            staff.command("advisor/marta", "withdraw_check_in", visit_id=answers[-1]["A"]["visit_id"])
        staff.close()
        for lane in lanes.values():
            lane.close()
        hubs.end_life()
        book = _book.read(hubs.database)
    same_visit = sum(one["A"]["visit_id"] == one["B"]["visit_id"] for one in answers)
    same_ticket = sum(one["A"]["ticket"] == one["B"]["ticket"] for one in answers)
    one_page = sum(book.pages[one["A"]["visit_id"]] == 1 for one in answers)
    yield Count("both lanes were told the same visit", same_visit, exactly=number)
    yield Count("both lanes were told the same ticket", same_ticket, exactly=number)
    yield Count("visits in the database", len(book.visits), exactly=number)
    yield Count("visits with one page", one_page, exactly=number)
    yield Count("things there by half", len(book.halves), exactly=0)


def _at_once(lanes: dict[str, Caller], code: str, number: int) -> dict[str, dict[str, Any]]:
    """What each lane was answered."""
    told: dict[str, dict[str, Any]] = {}
    gate = threading.Barrier(len(lanes))

    def scan(letter: str, lane: Caller) -> None:
        body = by_code(code, number) | {"ticket": f"{letter}-{number:03}"}
        command_id = secrets.token_hex(16)
        gate.wait()
        told[letter] = lane.until_answered("check_in", command_id, body)["result"]

    hands = [threading.Thread(target=scan, args=one) for one in lanes.items()]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    return told
