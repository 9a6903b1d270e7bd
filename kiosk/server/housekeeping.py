"""What the hub does in quiet moments: tell systemd that it lives, look at its clock, tidy, forget old command ids.

Nothing here is needed for a visit; nothing that must happen at a time is here (views carry their own timers).
"""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select

from kiosk.memory import give_back
from kiosk.server import schema
from kiosk.server.appointments.phones import country_code
from kiosk.server.database import Database
from kiosk.server.errors import Busy
from kiosk.server.hub import Hub
from kiosk.server.prepared import Prepared
from kiosk.service_notify import Service

ROUND_S = 5.0
LONGEST_PUT_OFF = 12  # rounds
A_NUMBER = "+12015550123"
KEPT = timedelta(days=90)
AT_ONCE = 500
log = logging.getLogger(__name__)
_c = schema.command.c
_OLD = (
    select(_c.command_id)
    .where(_c.store_id == bindparam("store_id"), _c.at < bindparam("before", type_=_c.at.type))
    .limit(AT_ONCE)
)
_FORGET = Prepared(delete(schema.command).where(_c.store_id == bindparam("store_id"), _c.command_id.in_(_OLD)))


class Housekeeping:
    """A task of the hub's loop."""

    def __init__(self, hub: Hub, service: Service | None = None) -> None:
        """Nothing runs before `run`."""
        self._hub = hub
        self._service = service or Service()
        self._seen = self._tidied = -1
        self._put_off = 0

    async def run(self) -> None:
        """Until cancelled."""
        round_s = min(ROUND_S, self._service.beat_s or ROUND_S)
        await asyncio.to_thread(country_code, A_NUMBER)  # loads what the day's first customer would wait for
        while True:
            self._service.alive(time.monotonic())
            await asyncio.sleep(round_s)
            await asyncio.to_thread(self._hub.look_at_clock)
            if self._is_time_to_tidy(self._hub.seq):
                await asyncio.to_thread(self._tidy)

    def _is_time_to_tidy(self, seq: int) -> bool:
        """Something was done since the last time, but nothing just now: who checks in would wait for the disk."""
        is_quiet, self._seen = seq == self._seen, seq
        if seq == self._tidied:
            return False
        self._put_off += 1
        if not is_quiet and self._put_off < LONGEST_PUT_OFF:
            return False
        self._tidied, self._put_off = seq, 0
        return True

    def _tidy(self) -> None:
        try:
            self._hub.database.checkpoint()
            forget_commands(self._hub.database, self._hub.store.store_id, self._hub.clock.now())
            give_back()
        except Busy:
            log.info("no quiet moment to tidy; later")
        except Exception:  # tidying can wait; the beat that keeps the hub alive cannot
            log.exception("the database could not be tidied; later")


def forget_commands(database: Database, store_id: str, at: datetime) -> None:
    """Forget ids of commands that nobody sends again: a device that was away for ninety days is not coming back."""
    with database.write(store_id) as connection:
        _FORGET.run(connection, store_id=store_id, before=at - KEPT)
