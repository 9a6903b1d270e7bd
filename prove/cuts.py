"""The power goes at any moment of a hub's writing: the real schema, the real statements, a modelled disk.

A session of the hub, of commands one by one and of several for one commit, is recorded down to its file operations
(`_disk.py`). Each cut picks a moment and lets the disk hold all that was synced and any part of the rest; SQLite must
then open it, whole, with every acknowledged command. The same session with synchronous=OFF is the control: there the
model must find losses, or it finds nothing.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import sqlite3
import tempfile
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench._hub import DISK, EXAMPLES, booking, by_code
from kiosk.domain.facts import to_us
from kiosk.errors import KioskError
from kiosk.server.access import principal
from kiosk.server.appointments.wire import booking_to_json
from kiosk.server.clock import SystemClock
from kiosk.server.database import Database
from kiosk.server.errors import NotFound
from kiosk.server.hub import Hub
from kiosk.server.several import Sent, answers
from kiosk.store_file import load_store
from prove import _book
from prove._counts import Count, Say
from prove._disk import Disk, Recorder, Step

TITLE = "Power cut at any moment of the hub's writing, modelled below SQLite on the real schema and statements"
NUMBER = 10_000
SHORT = 2_000
CUTS_A_SESSION = 1_000
CONTROL_SHARE = 20  # of so many cuts one is made for the control
CARS = 6
AT_ONCE = 3  # guests of whom one commit keeps all
CHECKPOINT_EVERY = 5  # commands


@dataclass(frozen=True)
class Session:
    """What a hub did. `trace` has a mark after each command that was acknowledged, with its id."""

    folder: Path
    before: dict[str, bytes]
    trace: list[Step]


@dataclass
class Found:
    """What came out of some cuts."""

    cuts: int = 0
    corrupt: int = 0
    halves: int = 0
    losing: int = 0  # cuts that lost at least one acknowledged command
    most_lost: int = 0
    doubled: int = 0
    bad: int = 0  # cuts that lost something or left the database corrupt


def prove(number: int, say: Say) -> Iterator[Count]:
    """Sessions one after the other, each cut at moments drawn by dice."""
    found, control = Found(), Found()
    session = 0
    while found.cuts < number:
        session += 1
        _cut(_recorded(is_synced=True), found, min(CUTS_A_SESSION, number - found.cuts), session)
        say(f"{found.cuts} cuts, {found.losing} lost something, {found.corrupt} corrupt")
    _cut(_recorded(is_synced=False), control, max(1, number // CONTROL_SHARE), session)
    yield Count("cuts", found.cuts, exactly=number)
    yield Count("cuts that lost an acknowledged command", found.losing, exactly=0)
    yield Count("cuts after which the database is corrupt", found.corrupt, exactly=0)
    yield Count("cuts that left something half done", found.halves, exactly=0)
    yield Count("cuts after which something counts twice", found.doubled, exactly=0)
    yield Count("control, synchronous=OFF: cuts", control.cuts, exactly=max(1, number // CONTROL_SHARE))
    yield Count(
        "control: cuts that lost something or left it corrupt", control.bad, at_least=1, remark="the model finds losses"
    )


def _recorded(*, is_synced: bool) -> Session:
    """A morning at the counter on a database of its own, recorded."""
    DISK.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="prove-cuts-", dir=DISK) as name:
        folder = Path(name)
        path = folder / "hub.db"
        Database(f"sqlite:///{path}").close()
        before = {str(path): path.read_bytes()}
        with Recorder() as recorder:
            database = Database(f"sqlite:///{path}")
            try:
                if not is_synced:
                    raw: Any = database._connection.connection.dbapi_connection
                    raw.execute("PRAGMA synchronous=OFF")
                _morning(database, recorder)
            finally:
                database.close()
        return Session(folder, before, recorder.trace)


def _morning(database: Database, recorder: Recorder) -> None:
    """Bookings, codes, check-ins with and without code, write-ups, prices, steps; the log is tidied now and then."""
    clock = SystemClock()
    now = clock.now()
    hub = Hub(database, load_store(EXAMPLES / "store.toml"), clock)
    done = 0

    def do(kind: str, who: str, **body: Any) -> dict[str, Any]:
        nonlocal done
        command_id = secrets.token_hex(16)
        result = hub.command(kind, who, command_id, now, body)
        recorder.mark(command_id)
        done += 1
        if done % CHECKPOINT_EVERY == 0:
            database.checkpoint()
        return result

    bookings = [booking_to_json(booking(one, now)) for one in range(CARS)]
    do("import_appointments", "manager/ali", source="bench", bookings=bookings)
    for car in range(CARS):
        token = do("show_code", "manager/ali", number=f"{car:06}")["token"]
        visit_id = do("check_in", "lane/A", **by_code(token, car + 1))["visit_id"]
        do("begin_write_up", "advisor/marta", visit_id=visit_id, advisor_id="marta")
        do("withdraw_check_in", "advisor/marta", visit_id=do("check_in", "lane/B", **_guest(car))["visit_id"])
        do("begin_service", "advisor/marta", visit_id=visit_id)
        _together(hub, [_guest(CARS + AT_ONCE * car + place) for place in range(AT_ONCE)], recorder)


def _together(hub: Hub, guests: list[dict[str, Any]], recorder: Recorder) -> None:
    """Check-ins that came while another was on its way, and one command between them that is refused."""
    ids = [secrets.token_hex(16) for _ in guests]
    lot = [_sent("check_in", command_id, guest) for command_id, guest in zip(ids, guests, strict=True)]
    nobody = {"visit_id": secrets.token_hex(16)}
    _, refused, *_ = told = answers(hub, [lot[0], _sent("withdraw_check_in", secrets.token_hex(16), nobody), *lot[1:]])
    if not isinstance(refused, NotFound) or not all(isinstance(one, bytes) for one in told if one is not refused):
        raise RuntimeError(f"the lot was answered otherwise: {told}")
    for command_id in ids:
        recorder.mark(command_id)


def _sent(kind: str, command_id: str, body: dict[str, Any]) -> Sent:
    wire = {"id": command_id, "at": to_us(datetime.now(UTC)), "body": body}
    return Sent(kind, principal("lane/B"), json.dumps(wire).encode())


def _guest(number: int) -> dict[str, Any]:
    walk_in = {"way": "walk_in", "name": f"Guest {number}", "language": "en", "ticket": f"B-{number + 1:03}"}
    return walk_in | {"visit_id": secrets.token_hex(16), "device_at": to_us(datetime.now(UTC))}


def _cut(session: Session, found: Found, number: int, seed: int) -> None:
    """So many cuts at random moments, in their order, so that the disk is walked through once."""
    dice = random.Random(seed)  # noqa: S311 - the same moments in every run
    moments = sorted(dice.randrange(len(session.trace) + 1) for _ in range(number))
    marks = [at for at, step in enumerate(session.trace) if step.kind == "mark"]
    disk = Disk(session.before)
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - a folder of our own in it
    at = 0
    with tempfile.TemporaryDirectory(prefix="prove-cut-", dir=memory) as name:
        for moment in moments:
            for step in session.trace[at:moment]:
                disk.take(step)
            at = moment
            acknowledged = [session.trace[mark].file for mark in marks[: bisect_right(marks, moment - 1)]]
            _judge(disk.after_cut(dice), Path(name), acknowledged, found)


def _judge(files: dict[str, bytes], folder: Path, acknowledged: list[str], found: Found) -> None:
    """Open what is left as a hub would after the power is back, and count."""
    for old in folder.iterdir():
        old.unlink()
    for name, content in files.items():
        (folder / Path(name).name).write_bytes(content)
    found.cuts += 1
    try:
        book = _book.read(folder / "hub.db")
    except (sqlite3.DatabaseError, KioskError, ArithmeticError, LookupError, TypeError, ValueError):  # unreadable
        found.corrupt += 1
        found.bad += 1
        return
    lost = len(set(acknowledged) - book.commands)
    found.corrupt += not book.is_sound
    found.bad += not book.is_sound or bool(lost)
    found.halves += bool(book.halves)
    found.losing += bool(lost)
    found.most_lost = max(found.most_lost, lost)
    found.doubled += any(times > 1 for times in book.check_ins.values())
