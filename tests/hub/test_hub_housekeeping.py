"""What the hub does in quiet moments, and that a failure there never ends it."""

from __future__ import annotations

import asyncio
import sqlite3
from types import SimpleNamespace

import pytest

from kiosk.server.housekeeping import LONGEST_PUT_OFF, Housekeeping
from kiosk.service_notify import Service

pytestmark = pytest.mark.storage
LONGEST_S = 60.0


class FailingDatabase:
    """A database whose log cannot be copied into its file: the card has a bad spot."""

    def __init__(self, hub):
        self._hub = hub

    def checkpoint(self):
        self._hub.seq += 1  # something else has happened meanwhile
        raise sqlite3.OperationalError("disk I/O error")


def test_a_tidying_that_fails_is_logged_and_tried_again(caplog):
    """The task goes on: with its end the hub would no longer say that it lives, and would be restarted for it."""
    hub = SimpleNamespace(seq=1, look_at_clock=lambda: None)
    hub.database = FailingDatabase(hub)
    watched = Service({"WATCHDOG_USEC": "2000"})

    async def run():
        task = asyncio.create_task(Housekeeping(hub, watched).run())
        async with asyncio.timeout(LONGEST_S):
            while hub.seq < 4 and not task.done():  # noqa: ASYNC110 - the database tells nobody
                await asyncio.sleep(0)
        is_over = task.done()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return is_over

    assert asyncio.run(run()) is False
    assert [one.message for one in caplog.records][:3] == ["the database could not be tidied; later"] * 3


def test_tidying_waits_for_a_quiet_moment():
    """Whoever checks in would wait while the disk is busy with it; what was tidied is not tidied again."""
    keeper = Housekeeping(SimpleNamespace(seq=0))

    due = [keeper._is_time_to_tidy(seq) for seq in (1, 2, 2, 2)]

    assert due == [False, False, True, False]


def test_tidying_does_not_wait_for_ever():
    """In a shop that is never quiet the log would grow without an end."""
    keeper = Housekeeping(SimpleNamespace(seq=0))

    due = [keeper._is_time_to_tidy(seq) for seq in range(1, LONGEST_PUT_OFF + 1)]

    assert due == [False] * (LONGEST_PUT_OFF - 1) + [True]
