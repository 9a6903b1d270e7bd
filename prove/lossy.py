"""Half of everything between a lane and the hub is lost: the lane's real outbox over a line that drops."""

from __future__ import annotations

import contextlib
import random
import secrets
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kiosk.domain.facts import to_us
from kiosk.hub_client import Answer, HubClient, Reply
from prove import _book
from prove._counts import Count, Say
from prove._shop import shop_of

TITLE = "A line that loses half: check-ins from two lanes' outboxes"
NUMBER = 400
SHORT = 60
LANES = ("A", "B")
LOST = 0.5
PATIENCE_S = 300.0
RETRY_S = (0.005, 0.02)  # a lane's own pauses are longer; what counts is how often it fails


class LossyLine:
    """A TCP line to the hub. Half the connections lose something: the way there, a part of it, or the answer."""

    def __init__(self, port: int, dice: random.Random) -> None:
        """Carries from its own port to `port`."""
        self._to, self._dice = port, dice
        self._door = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._door.getsockname()[1]
        self.lost = {"request": 0, "half a request": 0, "answer": 0}
        self.carried = 0
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._open, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """No more connections."""
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._thread.join()

    def _open(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                here, _ = self._door.accept()
                threading.Thread(target=self._carry, args=(here,), daemon=True).start()

    def _fate(self) -> str:
        with self._lock:
            if self._dice.random() >= LOST:
                self.carried += 1
                return ""
            fate = self._dice.choice(tuple(self.lost))
            self.lost[fate] += 1
            return fate

    def _carry(self, here: socket.socket) -> None:
        """One connection is one command and its answer."""
        with here, contextlib.suppress(OSError):
            here.settimeout(10)
            request = _whole(here)
            fate = self._fate()
            if fate == "request":
                return
            with socket.create_connection(("127.0.0.1", self._to), timeout=10) as there:
                there.sendall(request[: len(request) // 2] if fate == "half a request" else request)
                if fate == "half a request":
                    return
                answer = b"".join(iter(lambda: there.recv(65536), b""))
            if fate != "answer":
                here.sendall(answer)


def _whole(here: socket.socket) -> bytes:
    """A request with its body."""
    request = b""
    while b"\r\n\r\n" not in request:
        request += _more(here)
    head, _, body = request.partition(b"\r\n\r\n")
    lines = [line.partition(b":") for line in head.lower().split(b"\r\n")]
    size = next(int(value) for name, _, value in lines if name == b"content-length")
    while len(body) < size:
        body += _more(here)
    return head + b"\r\n\r\n" + body


def _more(here: socket.socket) -> bytes:
    part = here.recv(65536)
    if not part:
        raise ConnectionResetError
    return part


class Answers:
    """What the outboxes were told, until there are enough."""

    def __init__(self, wanted: int) -> None:
        """Nothing yet."""
        self._wanted, self._lock = wanted, threading.Lock()
        self.told: dict[str, Answer] = {}
        self.are_all_here = threading.Event()

    def __call__(self, answer: Answer) -> None:
        """One answer."""
        with self._lock:
            self.told[answer.command_id] = answer
            if len(self.told) >= self._wanted:
                self.are_all_here.set()


def prove(number: int, say: Say) -> Iterator[Count]:
    """Each lane posts its check-ins at once, as after an outage; the outbox has the rest of the work."""
    answers = Answers(number)
    with shop_of("lossy") as hubs:
        hubs.begin()
        line = LossyLine(hubs.port, random.Random(number))  # noqa: S311 - the same losses in every run
        lanes = {lane: _lane(line.port, lane, hubs.folder, answers) for lane in LANES}
        for each in range(number):
            lane = LANES[each % len(LANES)]
            lanes[lane].post("check_in", _guest(lane, each // len(LANES) + 1))
        say(f"{number} check-ins lie in the outboxes")
        answers.are_all_here.wait(PATIENCE_S)
        left = sum(lane.outbox.waiting() + len(lane.outbox.quarantined()) for lane in lanes.values())
        for one in lanes.values():
            one.close()
        line.close()
        hubs.end_life()
        book = _book.read(hubs.database)
    losses = sum(line.lost.values())
    yield Count("check-ins sent", number, exactly=number)
    yield Count("tries", line.carried + losses, at_least=number)
    yield Count(
        "of them lost", losses, at_least=number // 4, remark=", ".join(f"{n} {what}" for what, n in line.lost.items())
    )
    yield Count(
        "check-ins that were answered", sum(isinstance(one, Reply) for one in answers.told.values()), exactly=number
    )
    yield Count("left in the outboxes", left, exactly=0)
    yield Count("visits", len(book.visits), exactly=number)
    yield Count("check-ins that count twice", sum(times > 1 for times in book.check_ins.values()), exactly=0)
    yield Count("visits without exactly one page", sum(book.pages[one] != 1 for one in book.visits), exactly=0)
    yield Count("things there by half", len(book.halves), exactly=0)


def _lane(port: int, lane: str, folder: Path, answers: Answers) -> HubClient:
    address, outbox = f"http://127.0.0.1:{port}", folder / f"outbox-{lane}.db"
    return HubClient(address, f"lane/{lane}", outbox, on_answer=answers, retry_s=RETRY_S)


def _guest(lane: str, number: int) -> dict[str, Any]:
    who = {"way": "walk_in", "name": f"Guest {lane}{number}", "language": "en", "ticket": f"{lane}-{number:03}"}
    return who | {"visit_id": secrets.token_hex(16), "device_at": to_us(datetime.now(UTC))}
