"""Commands as they come over the wire: those that have come meanwhile are done one after the other, for one commit.

While one lot is on its way to the disk the next gathers. One thread does them all: many would only take turns, at the
database and at Python's own lock. A command that is refused leaves the others of its lot whole.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from kiosk.server.access import Principal
from kiosk.server.asked import Asked
from kiosk.server.body import Body
from kiosk.server.commands import Done
from kiosk.server.errors import Answered, BadRequest, Busy
from kiosk.server.hub import Answered as Kept
from kiosk.server.hub import Hub
from kiosk.server.json_text import json_bytes

MOST = 32
COMMAND_ID = re.compile(r"[0-9a-f]{32}")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sent:
    """A command before anybody has read it."""

    kind: str
    who: Principal
    body: bytes

    def asked(self, hub: Hub) -> Asked:
        """What it asks for.

        Raises:
            Answered: BadRequest, NotAllowed or NotFound.
        """
        sent = _json(self.body)
        envelope = Body(sent, "request")
        command_id = envelope.text("id", longest=64)
        if not COMMAND_ID.fullmatch(command_id):
            raise BadRequest("request.id: must be 32 hex digits, drawn by the sender before the first try")
        waited = envelope.lasting("waited_us") if envelope.has("waited_us") else None
        return hub.asked(self.kind, self.who, command_id, envelope.instant("at"), sent.get("body"), waited=waited)


Answer = bytes | BaseException
Told = asyncio.Future[bytes]
Waiting = tuple[Sent, Told]


class Several:
    """The commands of one hub, as they come to its loop. What they need a thread for, one thread does.

    While commands wait, that thread goes from lot to lot by itself: the loop answers those of the last one meanwhile.
    """

    def __init__(self, hub: Hub) -> None:
        """No thread is started before the first command."""
        self._hub = hub
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="command")
        self._lock = threading.Lock()  # for what follows: the loop adds, the thread takes
        self._waiting: list[Waiting] = []
        self._is_busy = self._is_closed = False

    async def answer(self, sent: Sent) -> bytes:
        """Do a command, with those that wait at the same time; its answer as it goes over the wire.

        Raises:
            Answered: it is refused.
        """
        loop = asyncio.get_running_loop()
        told: Told = loop.create_future()
        with self._lock:
            if self._is_closed:
                raise _ending()
            self._waiting.append((sent, told))
            begins, self._is_busy = not self._is_busy, True
        if begins:
            loop.call_soon(self._begin)  # whatever has come in the same moment goes with it
        return await told

    def close(self) -> None:
        """Take no further commands; those that have begun are finished, the others' senders come again."""
        with self._lock:
            self._is_closed = True
        self._worker.shutdown(wait=False, cancel_futures=True)
        for _, told in self._taken(len(self._waiting)):
            _tell(told, _ending())

    def _begin(self) -> None:
        if self._is_closed:
            return
        try:
            self._worker.submit(self._work)
        except RuntimeError:  # the machine has no thread left just now; whoever comes next tries again
            log.exception("no thread for commands")
            while lot := self._taken(MOST):
                for _, told in lot:
                    _tell(told, Busy("the hub has too much to do; send it again in a moment"))

    def _work(self) -> None:
        """In the thread: one lot after the other, until nobody waits."""
        while lot := self._taken(MOST):
            try:
                answered = answers(self._hub, [sent for sent, _ in lot])
            except BaseException as failed:  # whoever comes next is not left to wait for a thread that has gone
                log.exception("%d commands failed", len(lot))
                answered = [failed for _ in lot]
            if all(isinstance(one, Busy) for one in answered):  # who has waited beside them has waited long enough
                late = self._taken(len(self._waiting))
                lot, answered = lot + late, answered + [answered[0] for _ in late]
            self._give([(told, answer) for (_, told), answer in zip(lot, answered, strict=True)])

    def _taken(self, most: int) -> list[Waiting]:
        with self._lock:
            lot, self._waiting = self._waiting[:most], self._waiting[most:]
            self._is_busy = bool(lot)
            return lot

    def _give(self, answered: Sequence[tuple[Told, Answer]]) -> None:
        """To the loop that each has come to: the hub's, but for one that begins while another ends."""
        for loop in {told.get_loop() for told, _ in answered}:
            try:
                loop.call_soon_threadsafe(self._given, [one for one in answered if one[0].get_loop() is loop])
            except RuntimeError:  # it has ended, and those who asked with it; what was done is news all the same
                self._hub.tell_news()

    def _given(self, answered: Sequence[tuple[Told, Answer]]) -> None:
        for told, answer in answered:
            _tell(told, answer)
        self._hub.tell_news()  # after the answers: whoever asked has waited longest


def answers(hub: Hub, lot: Sequence[Sent]) -> list[Answer]:
    """In a thread: the answer to each of these, or why it is refused; the hub's `tell_news` must follow."""
    read = [_asked(hub, one) for one in lot]
    told = iter(_answered(hub, [one for one in read if isinstance(one, Asked)]))
    return [next(told) if isinstance(one, Asked) else one for one in read]


def alone(hub: Hub, asked: Asked) -> bytes:
    """A command by itself.

    Raises:
        Answered: it is refused.
    """
    return _written(hub.do(asked))


def _asked(hub: Hub, sent: Sent) -> Asked | Exception:
    try:
        return sent.asked(hub)
    except Exception as error:  # noqa: BLE001 - it is the answer to this command
        return error


def _answered(hub: Hub, lot: list[Asked]) -> list[Answer]:
    if len(lot) < 2:
        return [_alone(hub, one) for one in lot]
    now = hub.clock.now()
    found: list[Done | Exception] = []
    try:
        with hub.database.write(hub.store.store_id) as connection:
            found += [_done_or_refused(hub, connection, one, now) for one in lot]
    except Busy as busy:
        return [busy for _ in lot]
    except Exception:  # one of them has broken it for all, at the commit perhaps
        log.exception("%d commands could not be kept together; each is tried alone", len(lot))
        return [_alone(hub, one) for one in lot]
    return [_told(hub, asked, one, now) for asked, one in zip(lot, found, strict=True)]


def _done_or_refused(hub: Hub, connection: Connection, asked: Asked, now: datetime) -> Done | Exception:
    """One of several in a transaction: what the rules have against it is its own matter."""
    cursor = connection.connection.cursor()
    cursor.execute("SAVEPOINT one")
    try:
        done = hub.do_within(connection, asked, now)
    except Answered as refused:
        cursor.execute("ROLLBACK TO one")
        cursor.execute("RELEASE one")
        return refused
    cursor.execute("RELEASE one")
    return done


def _told(hub: Hub, asked: Asked, done: Done | Exception, now: datetime) -> Answer:
    if isinstance(done, Exception):
        return done
    try:
        return _written(hub.told(asked, done, now))
    except Exception as error:  # noqa: BLE001 - it is the answer to this command
        return error


def _alone(hub: Hub, asked: Asked) -> Answer:
    try:
        return _written(hub.do_quietly(asked))
    except Exception as error:  # noqa: BLE001 - it is the answer to this command
        return error


def _written(told: Kept) -> bytes:
    """As it goes over the wire."""
    return json_bytes({"seq": told.seq, "replayed": told.replayed, "result": told.result})


def _tell(told: Told, answer: Answer) -> None:
    if told.cancelled():
        return  # whoever asked has gone
    if isinstance(answer, bytes):
        told.set_result(answer)
    else:
        told.set_exception(_fault(answer))


def _fault(failed: BaseException) -> Exception:
    """What may be raised where somebody waits: there a StopIteration or the end of a thread would be something else."""
    if isinstance(failed, Exception) and not isinstance(failed, StopIteration):
        return failed
    return RuntimeError(f"a command ended with {type(failed).__name__}")


def _ending() -> Busy:
    return Busy("the hub is ending; send it again in a moment")


def _json(body: bytes) -> Any:
    try:
        return json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise BadRequest("request: must be JSON") from None


def _no_constant(name: str) -> Any:
    raise ValueError(name)
