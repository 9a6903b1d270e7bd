"""Who was shut out: revoked device tokens and shared screens, disabled accounts. By ids and hashes alone.

The list lies beside the backups and in the hub's folder, so that a restored backup, in which they could still come in,
shuts them out again before anybody opens it. A database that is being replaced is asked as well, as far as it can tell.
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Engine, Table, create_engine, insert, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from kiosk.domain.facts import from_us, to_us
from kiosk.server import schema_devices, schema_staff
from kiosk.server.safety import list_files

SHUT_OUT = "shut-out.json"
WIDTH = 4  # of a row of that list: an Ended
log = logging.getLogger(__name__)
_TOKEN, _SCREEN, _ACCOUNT = schema_devices.device_token, schema_staff.shared_screen, schema_staff.account
# Of each table: what names a row, and since when it opens nothing.
ENDS: Mapping[str, tuple[Table, Column[Any], Column[Any]]] = {
    "device_token": (_TOKEN, _TOKEN.c.token_hash, _TOKEN.c.revoked_at),
    "shared_screen": (_SCREEN, _SCREEN.c.screen_id, _SCREEN.c.revoked_at),
    "account": (_ACCOUNT, _ACCOUNT.c.account_id, _ACCOUNT.c.disabled_at),
}
Ended = list[Any]  # [store, table, id, microseconds]


@dataclass(frozen=True)
class Told:
    """What a database that is being replaced still tells.

    Attributes:
        ended: who was shut out. rows: table -> its rows, where the table is whole; they are newer than a backup's.
    """

    ended: Sequence[Ended] = ()
    rows: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)


def listed(connection: Connection) -> list[Ended]:
    """Everybody who was shut out."""
    found: list[Ended] = []
    for name, (table, key, since) in ENDS.items():
        rows = connection.execute(select(table.c.store_id, key, since).where(since.is_not(None)).order_by(since, key))
        found += [[row[0], name, row[1], to_us(row[2])] for row in rows]
    return found


def read_lists(folders: Iterable[Path]) -> list[Ended]:
    """What the lists in these folders say."""
    found = (one for folder in folders for one in list_files.read(folder / SHUT_OUT, WIDTH))
    return [one for one in found if one[1] in ENDS]


def again(connection: Connection, ended: Iterable[Ended], since: datetime) -> int:
    """Shut out once more who was shut out after `since`; the answer is how many could still have come in.

    What was revoked stays revoked. Whoever was disabled before the backup may have been let in again before it.
    """
    count = 0
    for store_id, name, one, at_us in ended:
        table, key, column = ENDS[name]
        if from_us(at_us) > since:
            mine = (table.c.store_id == store_id, key == one, column.is_(None))
            count += connection.execute(update(table).where(*mine).values({column.name: from_us(at_us)})).rowcount
    return count


def told_by(file: Path, room: Path) -> Told:
    """What a SQLite file that may be damaged still tells. It is copied first: looking changes nothing of it."""
    copy = room / "asked.db"
    try:
        for end in ("", "-wal"):
            source = file.with_name(file.name + end)
            if source.is_file():
                shutil.copyfile(source, copy.with_name(copy.name + end))
    except OSError as error:
        log.warning("%s: is not asked who was shut out (%s)", file, (error.strerror or str(error)).lower())
        return Told()
    if not copy.is_file():
        return Told()
    engine = create_engine(f"sqlite:///{copy}")
    ended: list[Ended] = []
    rows: dict[str, list[Mapping[str, Any]]] = {}
    try:
        for name, (table, key, since) in ENDS.items():
            found, is_whole = _rows(engine, copy, table)
            over = [one for one in found if one[since.name]]
            ended += [[one["store_id"], name, one[key.name], to_us(one[since.name])] for one in over]
            if is_whole:
                rows[name] = found
    finally:
        engine.dispose()
        copy.unlink()
    return Told(ended, rows)


def take_over(connection: Connection, told: Told, stores: Iterable[str]) -> None:
    """Rows of whole tables take the place of the backup's: devices paired and passwords changed since then stay so."""
    wanted = set(stores)
    for name, rows in told.rows.items():
        table, key, _ = ENDS[name]
        for row in rows:
            if row["store_id"] not in wanted:
                continue
            _put(connection, table, key, row)


def _put(connection: Connection, table: Table, key: Column[Any], row: Mapping[str, Any]) -> None:
    mine = (table.c.store_id == row["store_id"], key == row[key.name])
    try:
        with connection.begin_nested():
            if not connection.execute(update(table).where(*mine).values(**row)).rowcount:
                connection.execute(insert(table).values(**row))
    except IntegrityError:
        log.warning("%s: a row that does not fit the backup was left out", table.name)


def _rows(engine: Engine, copy: Path, table: Table) -> tuple[list[Mapping[str, Any]], bool]:
    """As many rows as can be read, and whether the table is whole."""
    found: list[Mapping[str, Any]] = []
    try:
        with engine.connect() as connection:
            found.extend(dict(row) for row in connection.execute(select(table)).mappings())  # those before the damage
        with closing(sqlite3.connect(copy)) as raw:
            said = raw.execute(f"PRAGMA integrity_check({table.name})").fetchone()[0]
    except (DatabaseError, sqlite3.Error, ValueError, TypeError, OverflowError):
        return found, False
    return found, said == "ok"
