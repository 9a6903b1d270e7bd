"""The hub's log read from its database by somebody else: its facts, and the visits that they tell of, told once more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, create_engine, select
from sqlalchemy.pool import NullPool

from kiosk.domain.facts import from_data
from kiosk.domain.visit import Recorded, Visit, fold
from kiosk.server import schema
from kiosk.server.rows import visit_row


@dataclass(frozen=True)
class Entry:
    """One fact as the log has it."""

    seq: int
    visit_id: str | None
    kind: str
    at: datetime
    actor: str
    data: dict[str, Any]


class LogBook:
    """Reads the database at `url`, beside the hub."""

    def __init__(self, url: str) -> None:
        self._url = url.replace("postgresql://", "postgresql+psycopg://", 1)

    def empty(self) -> None:
        """Everything in a PostgreSQL database is gone."""
        engine = create_engine(self._url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            for statement in ("DROP SCHEMA public CASCADE", "CREATE SCHEMA public"):
                connection.exec_driver_sql(statement)
        engine.dispose()

    def entries(self, kind: str = "") -> list[Entry]:
        """Facts in their order, all or of one kind."""
        e = schema.event.c
        with self._reading() as connection:
            rows = connection.execute(select(e.seq, e.visit_id, e.kind, e.at, e.actor, e.data).order_by(e.seq)).all()
        return [one for one in (Entry(*row) for row in rows) if kind in ("", one.kind)]

    def visits(self) -> dict[str, Visit]:
        """Every visit, told anew from the log alone."""
        logs: dict[str, list[Recorded]] = {}
        for one in self.entries():
            if one.visit_id:
                fact = from_data(one.kind, one.data)
                logs.setdefault(one.visit_id, []).append(Recorded(one.visit_id, one.at, one.actor, fact))
        return {visit_id: fold(log) for visit_id, log in logs.items()}

    def check(self) -> None:
        """Every visit's stored row is what the log tells, and there is no row without a log."""
        last = {one.visit_id: one.seq for one in self.entries() if one.visit_id}
        told = {visit_id: visit_row(visit, last[visit_id]) for visit_id, visit in self.visits().items()}
        with self._reading() as connection:
            rows = connection.execute(select(schema.visit)).mappings().all()
        stored = {row["visit_id"]: {key: row[key] for key in told.get(row["visit_id"], row)} for row in rows}
        assert stored == told

    def every_word(self, table: str) -> str:
        """Everything that stands in a table, as one text."""
        with self._reading() as connection:
            rows = connection.exec_driver_sql(f"SELECT * FROM {table}").fetchall()
        return "\n".join(str(tuple(row)) for row in rows)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        engine = create_engine(self._url, poolclass=NullPool)
        with engine.connect() as connection:
            yield connection
        engine.dispose()
