"""Several hub processes on one PostgreSQL database: that a store has moved on, and which devices listen where.

Each process has one connection that listens. A commit wakes all of them (the trigger is in schema.py); which devices a
process hears it says itself, whenever that changes and every few seconds. A lost connection is made anew, and whatever
came meanwhile is looked up: nobody relies on a notice that may not come.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import select
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from kiosk.domain.facts import from_us, to_us
from kiosk.server.links import Link, Links

STORES, DEVICES = "kiosk_store", "kiosk_devices"
BEAT_S = 5.0
GONE_AFTER_S = 16.0
AGAIN_S = 1.0
IN_A_NOTICE = 60  # devices; PostgreSQL takes less than 8,000 bytes
_STOP, _TELL = b"s", b"t"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ours:
    """What a process needs of its own hub.

    Attributes:
        heard: the store has this `seq` now. links: the devices that listen here.
        changed: other devices listen elsewhere now.
    """

    store_id: str
    heard: Callable[[int], None]
    links: Callable[[], Links]
    changed: Callable[[], None]
    now: Callable[[], datetime]


class Neighbours:
    """The other processes of one store's hub. Runs in a thread of its own from `start` to `stop`."""

    def __init__(self, ears: Engine, ours: Ours) -> None:
        """Nothing is connected before `start`."""
        self._ears, self._ours = ears, ours
        self._driver: Any = ears.dialect.loaded_dbapi
        self._me = secrets.token_hex(4)
        self._others: dict[str, tuple[Links, float]] = {}
        self._coming: dict[str, dict[str, Link]] = {}
        self._reads, self._tells = os.pipe()
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="neighbours", daemon=True)
        self.is_listening = threading.Event()

    @property
    def links(self) -> tuple[Links, ...]:
        """The devices that listen at each other process."""
        return tuple(links for links, _ in list(self._others.values()))

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Say goodbye and end."""
        self._is_stopping = True
        os.write(self._tells, _STOP)
        self._thread.join()
        self._ears.dispose()
        os.close(self._reads)
        os.close(self._tells)

    def tell(self) -> None:
        """Other devices listen here now; any thread may say so."""
        with suppress(OSError):
            os.write(self._tells, _TELL)

    def _run(self) -> None:
        is_known = False
        while not self._is_stopping:
            try:
                with self._ears.connect() as connection:
                    is_known = False
                    self._listen(connection)
            except (DBAPIError, self._driver.Error, OSError) as error:
                if not is_known:
                    log.warning("no news of other hub processes (%s); trying again", str(error).splitlines()[0])
                is_known = True
            finally:
                self.is_listening.clear()
            if not self._is_stopping:
                select.select([self._reads], [], [], AGAIN_S)
                self._drained()

    def _listen(self, connection: Connection) -> None:
        raw: Any = connection.connection.driver_connection
        raw.add_notify_handler(lambda notice: self.hear(notice.channel, notice.payload))
        for channel in (STORES, DEVICES):
            raw.execute(f"LISTEN {channel}")
        self._look(raw)
        self._say(raw, {"hello": True})
        self._say_links(raw)
        self.is_listening.set()
        beat_s = time.monotonic() + BEAT_S
        while not self._is_stopping:
            ready, _, _ = select.select([raw.fileno(), self._reads], [], [], max(0.0, beat_s - time.monotonic()))
            if raw.fileno() in ready:
                self._take(raw)
            if self._reads in ready and _TELL in self._drained():
                self._say_links(raw)
            if time.monotonic() >= beat_s:
                beat_s = time.monotonic() + BEAT_S
                self._look(raw)
                self._say_links(raw)
                self.forget(time.monotonic())
        self._say(raw, {"gone": True})

    def _drained(self) -> bytes:
        """What this process was told through its own pipe since it looked last."""
        ready, _, _ = select.select([self._reads], [], [], 0)
        return os.read(self._reads, 4096) if ready else b""

    def _take(self, raw: Any) -> None:
        raw.pgconn.consume_input()
        while notice := raw.pgconn.notifies():
            self.hear(notice.relname.decode(), notice.extra.decode())

    def _look(self, raw: Any) -> None:
        """Where the store stands: finds a dead connection out, and what a lost one did not tell."""
        row = raw.execute("SELECT seq FROM store WHERE store_id = %s", (self._ours.store_id,)).fetchone()
        if row:
            self._ours.heard(row[0])

    def _say_links(self, raw: Any) -> None:
        links = list(self._ours.links().by_name.items())
        parts = [links[at : at + IN_A_NOTICE] for at in range(0, len(links), IN_A_NOTICE)] or [[]]
        for number, part in enumerate(parts, 1):
            told = {name: [link.streams, to_us(link.seen_at)] for name, link in part}
            self._say(raw, {"devices": told, "part": number, "of": len(parts)})

    def _say(self, raw: Any, what: Mapping[str, Any]) -> None:
        words = json.dumps({"process": self._me, "store": self._ours.store_id, **what}, separators=(",", ":"))
        raw.execute("SELECT pg_notify(%s, %s)", (DEVICES, words))

    def hear(self, channel: str, payload: str) -> None:
        """A notice of another process, or one of our own."""
        if channel == STORES:
            seq, _, store_id = payload.partition(" ")
            if store_id == self._ours.store_id:
                self._ours.heard(int(seq))
            return
        told = json.loads(payload)
        process = told["process"]
        if told["store"] != self._ours.store_id or process == self._me:
            return
        if "devices" in told:
            self._hear_devices(process, told)
        elif "gone" in told:
            self._lose(process)
        else:
            self.tell()  # somebody is new and wants to know who listens here

    def _hear_devices(self, process: str, told: Mapping[str, Any]) -> None:
        if told["part"] == 1:
            self._coming[process] = {}
        coming = self._coming.setdefault(process, {})
        coming |= {name: Link(streams, from_us(seen_us)) for name, (streams, seen_us) in told["devices"].items()}
        if told["part"] < told["of"]:
            return
        before = self._others.get(process)
        self._others[process] = (Links(self._ours.now(), coming), time.monotonic())
        if before is None or before[0].by_name != coming:
            self._ours.changed()

    def forget(self, now_s: float) -> None:
        """A process that says nothing any more was killed: its devices are nowhere until they come back."""
        for process, (_, heard_s) in list(self._others.items()):
            if now_s - heard_s > GONE_AFTER_S:
                self._lose(process)

    def _lose(self, process: str) -> None:
        self._coming.pop(process, None)
        if self._others.pop(process, None):
            self._ours.changed()
