"""A check-in through the hub beside a bare loop that commits as many rows of the same size to the same disk.

The bare loop has no index, no rule and no network: it is what the disk itself takes. Both run in turns, so that a disk
that is slow this minute is slow for both.
"""

from __future__ import annotations

import re
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench._figures import Figure, median, percentile, timed_ms
from bench._hub import DISK, EXAMPLES, LANE, Caller, booking, by_code, running_hub
from kiosk.server.database import Database
from kiosk.server.visits.bookings import book_all
from kiosk.settings import load_store

TITLE = "Check-in: answered by the hub, its transaction safe on disk"
TURNS, IN_A_TURN = 15, 20
STANDING = 40  # visits that are open all the while, as on a busy day
MORE_P50_MS, MORE_P99_MS, TIMES_P99 = 3, 8, 3


def measure() -> Iterator[Figure]:
    """One lane, one code after the other; what a turn has checked in is taken back before the next."""
    writes = writes_of_a_check_in()
    hub_ms: list[float] = []
    bare_ms: list[float] = []
    with running_hub() as hub, tempfile.TemporaryDirectory(dir=DISK) as folder:
        caller, bare = Caller(hub.url), Bare(Path(folder) / "bare.db", writes)
        codes = caller.book(STANDING + TURNS * IN_A_TURN)
        for number in range(STANDING):
            caller.command(LANE, "check_in", **by_code(codes[number], number + 1))
        for first in range(STANDING, len(codes), IN_A_TURN):
            bare_ms += [timed_ms(bare.commit) for _ in range(IN_A_TURN)]
            arrivals = [by_code(codes[number], number + 1) for number in range(first, first + IN_A_TURN)]
            hub_ms += [caller.timed(LANE, "check_in", **arrival)[1] for arrival in arrivals]
            for arrival in arrivals:
                caller.command(LANE, "withdraw_check_in", visit_id=arrival["visit_id"])
        caller.close()
        bare.close()
    bare_p50, bare_p99 = median(bare_ms), percentile(bare_ms, 99)
    yield Figure("bare loop, p50", bare_p50, remark=f"{len(writes)} statements a commit")
    yield Figure("bare loop, p99", bare_p99)
    yield Figure("hub, p50", median(hub_ms), limit=bare_p50 + MORE_P50_MS, remark=f"bare + {MORE_P50_MS} ms")
    limit = TIMES_P99 * bare_p99 + MORE_P99_MS
    yield Figure("hub, p99", percentile(hub_ms, 99), limit=limit, remark=f"{TIMES_P99} x bare + {MORE_P99_MS} ms")


class Bare:
    """The bare loop, set up as the hub's database is."""

    def __init__(self, path: Path, writes: list[tuple[bool, int]]) -> None:
        self._writes = writes
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        for table in range(len(writes)):
            self._connection.execute(f"CREATE TABLE t{table} (id INTEGER PRIMARY KEY, content TEXT)")
            self._connection.execute(f"INSERT INTO t{table} (content) VALUES ('')")

    def commit(self) -> None:
        """As many rows of the same size, in one transaction."""
        run = self._connection.execute
        run("BEGIN IMMEDIATE")
        for table, (is_new, size) in enumerate(self._writes):
            content = "x" * size
            if is_new:
                run(f"INSERT INTO t{table} (content) VALUES (?)", (content,))
            else:
                run(f"UPDATE t{table} SET content = ? WHERE id = 1", (content,))
        run("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def writes_of_a_check_in() -> list[tuple[bool, int]]:
    """Each row that one check-in writes: whether it is new, and the size of its values in characters."""
    from kiosk.server.app import create_app
    from kiosk.settings import Hub, Settings

    store = load_store(EXAMPLES / "store.toml")
    now = datetime.now(UTC)
    traced: list[str] = []
    with tempfile.TemporaryDirectory(dir=DISK) as folder:
        database = Database(f"sqlite:///{folder}/hub.db")
        try:
            book_all(
                database, store, [booking(1, now)], source="bench", at=now, actor="manager/bench", command_id="0" * 32
            )
            hub = create_app(database, store, Settings(hub=Hub(folder=folder, sign_in=False))).hub
            token = hub.command("show_code", "manager/bench", "1" * 32, now, {"number": "000001"})["token"]
            raw: Any = database._connection.connection.dbapi_connection
            raw.set_trace_callback(traced.append)
            hub.command("check_in", LANE, "2" * 32, now, by_code(token, 1))
            raw.set_trace_callback(None)
        finally:
            database.close()
    writes = [statement for statement in traced if re.match(r"\s*(INSERT|UPDATE)\b", statement, re.IGNORECASE)]
    return [(statement.lstrip()[:6].upper() == "INSERT", len(values_of(statement))) for statement in writes]


def values_of(statement: str) -> str:
    """What follows the statement's own words: the values."""
    return re.split(r"\bVALUES\b|\bSET\b", statement, maxsplit=1, flags=re.IGNORECASE)[-1]
