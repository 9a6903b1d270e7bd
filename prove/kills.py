"""The hub is killed in the middle of check-ins, again and again, while clients go on trying."""

from __future__ import annotations

import itertools
import random
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bench._hub import Caller as Staff
from bench._hub import by_code
from kiosk.domain.facts import to_us
from prove import _book
from prove._counts import Count, Say
from prove._shop import Caller, Hubs, shop_of

TITLE = "kill -9 of the hub mid check-in, clients retrying"
NUMBER = 1000
SHORT = 200
LANES = ("A", "B", "C", "D")  # of which each client is one
CODES = 400  # every second customer has a code while they last
LONGEST_LIFE_S = 0.03  # after the first answer of a life
MOST_OPEN = 5  # visits of one client that stand open at a time


@dataclass
class Client:
    """One lane's customers, one after the other: each command is sent until it is answered."""

    lane: str
    caller: Caller
    codes: Iterator[str]
    acknowledged: dict[str, dict[str, Any]] = field(default_factory=dict)  # by the check-in's command id
    withdrawn: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    answers: int = 0
    replays: int = 0

    def work(self, over: threading.Event) -> None:
        """Until told."""
        standing: list[str] = []
        try:
            for number in itertools.count(1):
                if over.is_set():
                    return
                command_id = secrets.token_hex(16)
                told = self._send("check_in", command_id, self._body(number))
                self.acknowledged[command_id] = told["result"]
                standing.append(told["result"]["visit_id"])
                if len(standing) > MOST_OPEN:
                    gone = standing.pop(0)
                    self._send("withdraw_check_in", secrets.token_hex(16), {"visit_id": gone})
                    self.withdrawn.add(gone)
        except Exception as error:  # noqa: BLE001 - counted: a client that gives up has been lost
            self.faults.append(f"{type(error).__name__}: {error}")

    def _send(self, kind: str, command_id: str, body: dict[str, Any]) -> dict[str, Any]:
        told = self.caller.until_answered(kind, command_id, body)
        self.answers += 1
        self.replays += told["replayed"]
        return told

    def _body(self, number: int) -> dict[str, Any]:
        code = next(self.codes, None) if number % 2 else None
        ticket = {"ticket": f"{self.lane}-{(number - 1) % 999 + 1:03}"}
        if code:
            return by_code(code, 1) | ticket
        now = {"visit_id": secrets.token_hex(16), "device_at": to_us(datetime.now(UTC))}
        return {"way": "walk_in", "language": "en", "name": f"Guest {self.lane}{number}", **now, **ticket}


def prove(number: int, say: Say) -> Iterator[Count]:
    """Every life of the hub ends by SIGKILL, at a random moment of its first check-ins."""
    dice = random.Random(number)  # noqa: S311 - the same moments in every run
    with shop_of("kills") as hubs:
        hubs.begin()
        staff = Staff(f"http://127.0.0.1:{hubs.port}")
        codes = iter(staff.book(min(CODES, number)))
        staff.close()
        clients = [Client(lane, Caller(hubs.port, f"lane/{lane}"), codes) for lane in LANES]
        lives_s = _kill(hubs, clients, number, dice, say)
        book = _book.read(hubs.database)
    yield from _counted(clients, book)
    yield Count("kills", number, exactly=number)
    yield Count("from a hub's begin to its first answer, middle", sorted(lives_s)[number // 2] * 1000, "ms")


def _kill(hubs: Hubs, clients: list[Client], number: int, dice: random.Random, say: Say) -> list[float]:
    """How long each life took to answer."""
    over = threading.Event()
    hands = [threading.Thread(target=client.work, args=(over,)) for client in clients]
    for hand in hands:
        hand.start()
    lives_s = []
    try:
        for kill in range(number):
            heard = sum(client.answers for client in clients)
            began_s = time.monotonic()
            while sum(client.answers for client in clients) == heard and any(hand.is_alive() for hand in hands):
                time.sleep(0.001)
            lives_s.append(time.monotonic() - began_s)
            time.sleep(dice.uniform(0, LONGEST_LIFE_S))
            hubs.kill()
            hubs.begin()
            if kill % 100 == 99:
                say(f"{kill + 1} kills, {sum(client.answers for client in clients)} commands acknowledged")
    finally:
        over.set()
        for hand in hands:
            hand.join()
        for client in clients:
            client.caller.close()
    hubs.end_life()
    return lives_s


def _counted(clients: list[Client], book: _book.Book) -> Iterator[Count]:
    """What was acknowledged beside what is there."""
    told = {command_id: one for client in clients for command_id, one in client.acknowledged.items()}
    lost = [
        one for command_id, one in told.items() if not book.check_ins[command_id] or one["visit_id"] not in book.visits
    ]
    doubled = [command_id for command_id, times in book.check_ins.items() if times > 1]
    pages = [one for one in told.values() if book.pages[one["visit_id"]] != 1]
    yield Count("check-ins acknowledged", len(told), at_least=1)
    yield Count("answers that had been lost: the command was done before", sum(one.replays for one in clients))
    yield Count("clients that gave up", sum(len(one.faults) for one in clients), exactly=0)
    yield Count("acknowledged check-ins that are lost", len(lost), exactly=0)
    yield Count("check-ins that count twice", len(doubled), exactly=0)
    yield Count("visits that nobody was told of", len(book.visits) - len(told), exactly=0)
    yield Count("visits without exactly one page", len(pages), exactly=0)
    yield Count("things there by half", len(book.halves), exactly=0)
    yield Count("databases that SQLite finds damaged", int(not book.is_sound), exactly=0)
