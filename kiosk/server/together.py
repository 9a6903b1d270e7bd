"""Commands that are kept together: while others wait to write, one commit, one wait for the disk, serves several.

Each is a savepoint of its own: one that fails leaves the others whole. Nobody is answered before the commit, and
whoever writes alone commits at once.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine import RootTransaction
from sqlalchemy.exc import DatabaseError

from kiosk.server.errors import Busy

MOST = 32
LOOKS_AGAIN_S = 0.05
log = logging.getLogger(__name__)


@dataclass
class _Group:
    """Commands under way to one commit."""

    transaction: RootTransaction
    members: int = 0
    after: list[Callable[[], None]] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)
    error: BaseException | None = None


class Together:
    """The one way to a connection that writes. `most`: how many commands one commit may serve."""

    def __init__(self, most: int = MOST, settle: Callable[[BaseException], None] = lambda _error: None) -> None:
        """Nobody writes yet.

        Args:
            settle: called with what ended a transaction, while nobody else can write: it leaves a connection on which
                the next command can begin.
        """
        self._most, self._settle = most, settle
        self._lock = threading.Lock()
        self._counting = threading.Lock()
        self._waiting = 0
        self._group: _Group | None = None

    def acquire(self, timeout_s: float) -> bool:
        """Wait for one's turn; whoever has it calls `command` or `release`."""
        with self._counting:
            self._waiting += 1
        try:
            return self._lock.acquire(timeout=timeout_s)
        finally:
            with self._counting:
                self._waiting -= 1

    def acquire_in_peace(self) -> bool:
        """The turn, only if nobody has it and nothing waits for its commit."""
        if not self._lock.acquire(blocking=False):
            return False
        if self._group is None:
            return True
        self._lock.release()
        return False

    def release(self) -> None:
        """The turn is over, and nothing was done in it."""
        self._lock.release()

    def when_kept(self, what: Callable[[], None]) -> None:
        """For the command that has its turn: done right after the commit, in the order of the commands."""
        if self._group:
            self._group.after.append(what)

    @contextmanager
    def command(self, connection: Connection, begin: Callable[[], RootTransaction]) -> Iterator[None]:
        """The turn of one command; it is kept, or has left nothing, when this ends. Needs `acquire` before.

        Raises:
            Busy: the commit that was shared with others failed; alone, its own error.
        """
        try:
            group = self._joined(connection, begin)
        except BaseException as error:
            try:
                if self._group is None:
                    self._settle(error)
            finally:
                self._lock.release()
            raise
        mark = len(group.after)
        try:
            yield
        except BaseException as error:
            del group.after[mark:]
            try:
                self._undo(group, connection, error)
            finally:
                self._lock.release()
            raise
        group.members += 1
        self._pass_on(group)
        if group.error:
            if group.members == 1:
                raise group.error
            raise Busy("the database cannot take it now; send it again in a moment") from group.error

    def _joined(self, connection: Connection, begin: Callable[[], RootTransaction]) -> _Group:
        if self._group is None:
            self._group = _Group(begin())
        elif self._group.members:
            _raw(connection).execute("SAVEPOINT command")
        return self._group

    def _undo(self, group: _Group, connection: Connection, error: BaseException) -> None:
        """Take back this command alone; the others are kept, unless the database has given up all of them."""
        if not group.members:
            self._group = None
            self._roll_back(group, error)
            return
        raw = _raw(connection)
        if not raw.in_transaction:  # the disk is full, say: SQLite has taken back everything
            self._fail(group, error)
            return
        try:
            raw.execute("ROLLBACK TO command")
            raw.execute("RELEASE command")
        except BaseException as lost:  # noqa: BLE001 - whatever it is, the others are not kept, and are told
            self._fail(group, lost)
        else:
            if not self._waiting:
                self._finish(group)

    def _pass_on(self, group: _Group) -> None:
        """Let the next one join, or commit for all; then it is known how that went."""
        if not self._waiting or group.members >= self._most:
            try:
                self._finish(group)
            finally:
                self._lock.release()
            return
        self._lock.release()
        while not group.done.wait(LOOKS_AGAIN_S):  # whoever waited may have given up
            if self._lock.acquire(blocking=False):
                try:
                    if self._group is group:
                        self._finish(group)
                finally:
                    self._lock.release()

    def _finish(self, group: _Group) -> None:
        self._group = None
        try:
            group.transaction.commit()
        except Exception as error:  # noqa: BLE001 - every member of the group raises it
            self._fail(group, error)
            return
        for one in group.after:
            try:
                one()
            except Exception:  # what was committed is committed; the next reading sees it
                log.exception("after a commit")
        group.done.set()

    def _fail(self, group: _Group, error: BaseException) -> None:
        self._group = None
        group.error = error
        try:
            self._roll_back(group, error)
        finally:
            group.done.set()

    def _roll_back(self, group: _Group, error: BaseException) -> None:
        """Nothing of the group stays: also where its commit has failed, after which SQLAlchemy takes it for over."""
        with suppress(DatabaseError):
            group.transaction.rollback()
        self._settle(error)


def _raw(connection: Connection) -> Any:
    return connection.connection.driver_connection
