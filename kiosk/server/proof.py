"""The proof that a store is whole: every visit's row is what the log alone tells of it.

For whoever has moved or restored a database. Reads a visit at a time: a million of them need no more memory than one.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select

from kiosk.domain import facts as f
from kiosk.domain.visit import Recorded, fold
from kiosk.server import schema
from kiosk.server.rows import visit_row

AT_ONCE = 1000
_e, _v = schema.event.c, schema.visit.c


def untold(connection: Connection) -> Generator[tuple[str, str], None, None]:
    """Store and id of each visit whose row differs from its log, lacks one, or lacks the row."""
    visits = select(schema.visit).order_by(_v.store_id, _v.visit_id)
    facts = (
        select(_e.store_id, _e.visit_id, _e.seq, _e.kind, _e.at, _e.actor, _e.data)
        .where(_e.visit_id.is_not(None))
        .order_by(_e.store_id, _e.visit_id, _e.seq)
    )
    with closing(_read(connection, visits)) as rows, closing(_read(connection, facts)) as logs:
        row = next(rows, None)
        for key, log in groupby(logs, key=_key):
            while row is not None and _key(row) < key:
                yield _key(row)
                row = next(rows, None)
            if row is None or _key(row) != key:
                yield key
                continue
            if not _tells(list(log), row):
                yield key
            row = next(rows, None)
        while row is not None:
            yield _key(row)
            row = next(rows, None)


def _tells(log: list[Any], row: Any) -> bool:
    """Whether these facts make this row."""
    visit = fold(Recorded(one.visit_id, one.at, one.actor, f.from_data(one.kind, one.data)) for one in log)
    told = visit_row(visit, log[-1].seq)
    return {name: getattr(row, name) for name in told} == told


def _key(row: Any) -> tuple[str, str]:
    return row.store_id, row.visit_id


def _read(connection: Connection, query: Any) -> Generator[Any, None, None]:
    with connection.execute(query.execution_options(yield_per=AT_ONCE)) as result:
        yield from result
