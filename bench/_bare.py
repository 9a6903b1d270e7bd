"""The bare loop: the very rows of real check-ins, into the hub's own tables and indexes, one commit each.

No rule, no thread, no network and no reading: what the driver and the disk take. What is written has been noted before,
from a hub that checked the same customers in; so each commit has the statements and the values of one check-in.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

from bench._hub import EXAMPLES, LANE, MANAGER, booking, by_code
from kiosk.server import prepared
from kiosk.server.app import create_app
from kiosk.server.appointments.wire import booking_to_json
from kiosk.server.database import Database
from kiosk.settings import Hub, Settings, load_store

STANDING = 40  # visits that are open all the while, as on a busy day
Statement = tuple[str, Sequence[Any]]


@dataclass(frozen=True)
class CheckIns:
    """What check-ins write.

    Attributes:
        before: the database as it was before the first of them.
        writes: of each check-in, its statements with their values.
    """

    before: Path
    writes: list[list[Statement]]

    def __str__(self) -> str:
        """As a remark beside the figure."""
        return f"the same {len(self.writes[0])} writes a commit, into the same tables"


def noted_check_ins(folder: Path, number: int) -> CheckIns:
    """Check so many customers in at a hub without a network, below `folder`."""
    store, now = load_store(EXAMPLES / "store.toml"), datetime.now(UTC)
    before, writes = folder / "before.db", []
    with closing(Database(f"sqlite:///{folder}/noted.db")) as database:
        hub = create_app(database, store, Settings(hub=Hub(folder=str(folder), sign_in=False))).hub

        def command(kind: str, who: str, **body: Any) -> dict[str, Any]:
            return hub.command(kind, who, token_hex(16), datetime.now(UTC), body)

        everybody = [booking_to_json(booking(one, now)) for one in range(STANDING + number)]
        command("import_appointments", MANAGER, source="bench", bookings=everybody)
        codes = [command("show_code", MANAGER, number=f"{one:06}")["token"] for one in range(STANDING + number)]
        for place, code in enumerate(codes, 1):
            if place == STANDING + 1:
                _copied(database, before)
            with _noted() as noted:
                command("check_in", LANE, **by_code(code, place))
            writes.append(noted)
    return CheckIns(before, writes[STANDING:])


class Bare:
    """A database file of its own, set up as the hub's is, and one noted check-in after the other."""

    def __init__(self, path: Path, check_ins: CheckIns) -> None:
        shutil.copyfile(check_ins.before, path)
        self._coming = iter(check_ins.writes)
        self._connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "wal_autocheckpoint=4000"):
            self._connection.execute(f"PRAGMA {pragma}")

    def commit(self) -> None:
        """The rows of the next check-in, in one transaction."""
        run = self._connection.execute
        run("BEGIN IMMEDIATE")
        for sql, values in next(self._coming):
            run(sql, values)
        run("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _copied(database: Database, path: Path) -> None:
    raw: Any = database._connection.connection.dbapi_connection
    with closing(sqlite3.connect(path)) as copy:
        raw.backup(copy)


@contextmanager
def _noted() -> Iterator[list[Statement]]:
    """The writes that are run meanwhile, all of which go through `prepared`."""
    found: list[Statement] = []
    honest = prepared._cursor

    class Noting:
        """A cursor that tells what it writes."""

        def __init__(self, cursor: Any) -> None:
            self._cursor = cursor

        def execute(self, sql: str, values: Sequence[Any] = ()) -> Any:
            if re.match(r"\s*(INSERT|UPDATE|DELETE)\b", sql, re.IGNORECASE):
                found.append((sql, values))
            return self._cursor.execute(sql, values)

        def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> Any:
            found.extend((sql, values) for values in rows)
            return self._cursor.executemany(sql, rows)

    prepared._cursor = lambda connection: Noting(honest(connection))
    try:
        yield found
    finally:
        prepared._cursor = honest
