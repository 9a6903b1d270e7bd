"""The disk is full, the database is locked, the printer is dead: refused with a time to come back, and nothing lost."""

from __future__ import annotations

import contextlib
import itertools
import resource
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from kiosk.domain.facts import to_us
from prove import _book
from prove._counts import Count, Say
from prove._shop import Caller, Hubs, Unanswered, shop_of

TITLE = "Disk full, database locked, printer dead: 5xx with Retry-After, nothing lost, back by itself"
NUMBER = 40
SHORT = 4
LANES = ("A", "B", "C", "D")
NO_PRINTER = '[papers]\nqueue = "counter"\nserver = "127.0.0.1:9"\ntimeout_s = 1.0\n'
Fault = Callable[[Hubs], contextlib.AbstractContextManager[None]]


def prove(number: int, say: Say) -> Iterator[Count]:
    """In each trouble four lanes send check-ins; when it is over, the same ones again."""
    with shop_of("faults") as hubs:
        hubs.add_settings(NO_PRINTER)
        hubs.begin(with_screens=True)
        lanes = [Lane(hubs.port, letter) for letter in LANES]
        for name, fault in (("disk full", _full), ("database locked", _locked)):
            say(name)
            yield from _in_trouble(hubs, lanes, number, name, fault)
        say("printer dead")
        yield from _with_a_dead_printer(hubs, lanes, number)
        sent = sum(lane.sent for lane in lanes)
        for lane in lanes:
            lane.caller.close()
        hubs.end_life()
        book = _book.read(hubs.database)
    yield Count("check-ins sent in all", sent)
    yield Count("visits afterwards", len(book.visits), exactly=sent)
    yield Count("check-ins that count twice", sum(times > 1 for times in book.check_ins.values()), exactly=0)
    yield Count("things there by half", len(book.halves), exactly=0)
    yield Count("databases that SQLite finds damaged", int(not book.is_sound), exactly=0)


class Lane:
    """One lane and what it has sent."""

    def __init__(self, port: int, letter: str) -> None:
        """Nothing sent."""
        self.letter, self.caller, self.sent = letter, Caller(port, f"lane/{letter}"), 0

    def guest(self) -> tuple[str, dict[str, Any]]:
        """The next check-in, with its command's id."""
        self.sent += 1
        who = {"way": "walk_in", "name": "Guest", "language": "en", "ticket": f"{self.letter}-{self.sent:03}"}
        body = who | {"visit_id": secrets.token_hex(16), "device_at": to_us(datetime.now(UTC))}
        return secrets.token_hex(16), body


@contextlib.contextmanager
def _full(hubs: Hubs) -> Iterator[None]:
    """No file of the hub may grow any more; the kernel refuses the write as a full disk does."""
    soft, hard = resource.prlimit(hubs.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(hubs.pid, resource.RLIMIT_FSIZE, (1, hard))
    try:
        yield
    finally:
        resource.prlimit(hubs.pid, resource.RLIMIT_FSIZE, (soft, hard))


@contextlib.contextmanager
def _locked(hubs: Hubs) -> Iterator[None]:
    """Another program writes in the hub's database and does not end."""
    with contextlib.closing(sqlite3.connect(hubs.database, isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")


def _in_trouble(hubs: Hubs, lanes: list[Lane], number: int, name: str, fault: Fault) -> Iterator[Count]:
    """Check-ins during the trouble and again after it."""
    sent = [[lane.guest() for _ in range(number // len(lanes))] for lane in lanes]
    with ThreadPoolExecutor(len(lanes)) as pool:
        with fault(hubs):
            refusals = list(itertools.chain(*pool.map(_refusals, lanes, sent)))
        answered = sum(pool.map(_answered, lanes, sent))
    told = [one for one in refusals if one.status == 503 and one.retry_after]
    total = len(lanes) * (number // len(lanes))
    yield Count(f"{name}: refused with 503 and Retry-After", len(told), exactly=total)
    yield Count(f"{name}: answered when it was over, without a restart", answered, exactly=total)


def _refusals(lane: Lane, sent: list[tuple[str, dict[str, Any]]]) -> list[Unanswered]:
    refusals = []
    for command_id, body in sent:
        try:
            lane.caller.once("check_in", command_id, body)
        except Unanswered as error:
            refusals.append(error)
    return refusals


def _answered(lane: Lane, sent: list[tuple[str, dict[str, Any]]]) -> int:
    return sum("seq" in lane.caller.until_answered("check_in", *one) for one in sent)


def _with_a_dead_printer(hubs: Hubs, lanes: list[Lane], number: int) -> Iterator[Count]:
    """The cashier's papers do not come out and say so; check-ins go on as ever."""
    cashier = Caller(hubs.port, "manager/ali")
    first = lanes[0].guest()
    visit_id = lanes[0].caller.until_answered("check_in", *first)["result"]["visit_id"]
    with ThreadPoolExecutor(len(lanes) + 1) as pool:
        papers = pool.submit(cashier.until_answered, "make_papers", secrets.token_hex(16), {"visit_id": visit_id})
        sent = [[lane.guest() for _ in range(number // len(lanes))] for lane in lanes]
        refusals = list(itertools.chain(*pool.map(_refusals, lanes, sent)))
        trouble = papers.result()["result"]["trouble"]
    cashier.close()
    yield Count("printer dead: check-ins refused", len(refusals), exactly=0)
    yield Count("printer dead: papers that tell it", int(bool(trouble)), exactly=1, remark=str(trouble))
