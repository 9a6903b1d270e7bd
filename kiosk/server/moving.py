"""A store's way from a SQLite file to a PostgreSQL server: every row, compared afterwards, in one transaction.

The file is only read, and stays as it is. Both are held alone meanwhile: no hub runs on either.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Table, inspect, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

from kiosk.server import schema
from kiosk.server.columns import Document
from kiosk.server.database import Database, new_generation
from kiosk.server.errors import Busy, DatabaseUnusable
from kiosk.server.postgresql import PostgreSQL
from kiosk.server.proof import untold

AT_ONCE = 1000
_DIGEST_BITS = 256


@dataclass(frozen=True)
class Content:
    """What a table holds: how many rows, and a digest of all of them, whatever their order."""

    rows: int
    digest: int


@dataclass(frozen=True)
class Moved:
    """What has been moved."""

    stores: int
    visits: int
    facts: int
    rows: int


def must_be_empty(target: str) -> None:
    """Look at a server before anything is made there.

    Raises:
        DatabaseUnusable: there are tables of somebody else's.
    """
    backend = PostgreSQL(make_url(target), timeout_s=5.0)
    engine = backend.ears()
    try:
        with engine.connect() as connection:
            tables = inspect(connection).get_table_names()
    except DatabaseError as error:
        raise backend.unusable(error) from error
    finally:
        engine.dispose()
    if tables and "alembic_version" not in tables:
        raise DatabaseUnusable(
            f"{backend.name}: has tables of another program ({tables[0]}); name an empty database, createdb makes one"
        )


def move(source: Database, target: Database, say: Callable[[str], None] = lambda _: None) -> Moved:
    """Copy every row, compare both sides, give each store a new generation; then, and only then, keep it.

    Args:
        target: opened alone, without a row in any table.
        say: told how far it is, a table at a time.

    Raises:
        DatabaseUnusable: the target has rows already, or the two sides differ. Nothing is kept then.
    """
    contents: dict[str, Content] = {}
    try:
        with source.read() as old, target.write() as new:
            _refuse_rows(new, target.name)
            for table in schema.metadata.sorted_tables:
                _copy(table, old, new)
                contents[table.name] = _compared(table, old, new, target.name)
                say(f"{table.name}: {contents[table.name].rows} rows")
            _prove(new, source.name)
            _begin_anew(new)
    except Busy as busy:
        raise DatabaseUnusable(f"{target.name}: went away; nothing was moved, begin again ({busy})") from busy
    target.learn()
    counted = {name: one.rows for name, one in contents.items()}
    return Moved(counted["store"], counted["visit"], counted["event"], sum(counted.values()))


def content(table: Table, connection: Connection) -> Content:
    """Everything in a table, in one number; the same on both databases for the same rows."""
    rows, total = 0, 0
    documents = [isinstance(one.type, Document) for one in table.c]
    for row in _rows(table, connection):
        values = [_canonical(one) if is_document else one for one, is_document in zip(row, documents, strict=True)]
        words = json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
        total = (total + int.from_bytes(hashlib.sha256(words).digest())) % (1 << _DIGEST_BITS)
        rows += 1
    return Content(rows, total)


def _copy(table: Table, old: Connection, new: Connection) -> None:
    names = ", ".join(f'"{one.name}"' for one in table.c)
    raw: Any = new.connection.driver_connection
    driver: Any = new.dialect.loaded_dbapi
    try:
        with raw.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
            for row in _rows(table, old):
                copy.write_row(row)
    except (driver.DataError, driver.IntegrityError) as error:
        said = str(error).splitlines()[0]
        raise DatabaseUnusable(f"{table.name}: a row cannot be held there ({said}); nothing was moved") from error


def _compared(table: Table, old: Connection, new: Connection, name: str) -> Content:
    was, now = content(table, old), content(table, new)
    if was != now:
        raise DatabaseUnusable(
            f"{name}: {table.name} holds {now.rows} rows there and {was.rows} here, or others; nothing was moved"
        )
    return now


def _prove(new: Connection, name: str) -> None:
    with closing(untold(new)) as visits:
        found = next(visits, None)
    if found:
        raise DatabaseUnusable(
            f"{name}: visit {found[1]} of {found[0]} is not what its log tells; "
            "nothing was moved, restore the newest backup first"
        )


def _begin_anew(new: Connection) -> None:
    """Nobody who knew the old database takes this one for it."""
    for store_id in new.scalars(select(schema.store.c.store_id)).all():
        fresh = {"generation": new_generation()}
        new.execute(update(schema.store).where(schema.store.c.store_id == store_id).values(fresh))


def _rows(table: Table, connection: Connection) -> Iterator[tuple[Any, ...]]:
    """The rows as the driver has them: whole numbers and text, a document as its text."""
    is_sqlite = connection.dialect.name == "sqlite"
    columns = [f'"{one.name}"{"::text" if isinstance(one.type, Document) and not is_sqlite else ""}' for one in table.c]
    raw: Any = connection.connection.driver_connection
    cursor = raw.cursor() if is_sqlite else raw.cursor(name="rows")  # a named one stays on the server
    try:
        cursor.execute(f'SELECT {", ".join(columns)} FROM "{table.name}"')  # noqa: S608 - names of schema.py
        while some := cursor.fetchmany(AT_ONCE):
            yield from some
    finally:
        cursor.close()


def _canonical(document: str | None) -> Any:
    """A document without the spelling of its numbers and the order of its keys, which PostgreSQL does not keep."""
    return None if document is None else json.loads(document, parse_float=_number, parse_int=_number)


def _number(written: str) -> str:
    return str(Decimal(written).normalize())


def _refuse_rows(connection: Connection, name: str) -> None:
    for table in schema.metadata.sorted_tables:
        if connection.execute(select(table).limit(1)).first():
            raise DatabaseUnusable(f"{name}: {table.name} has rows already; name an empty database, createdb makes one")
