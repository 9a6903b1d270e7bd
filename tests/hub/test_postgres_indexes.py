"""On PostgreSQL too, what a hub looks up while people wait is found by an index that knows more than the store."""

from __future__ import annotations

import json
import re
from contextlib import closing
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import insert, select

from kiosk.server import ledger, schema, snapshots
from kiosk.server.columns import Instant
from kiosk.server.database import Database
from kiosk.server.prepared import Prepared
from kiosk.server.returning import EarlierVisits
from kiosk.server.screens import times
from kiosk.server.visits import bookings, codes, looking
from prove._past import fill

pytestmark = pytest.mark.storage
MODULES = (ledger, snapshots, looking, codes, bookings, times)
# Tables in which every visit leaves a row; the others have one for each advisor, lane or device. The past here has no codes.
GROWING = {"visit", "event", "appointment", "person", "vehicle", "page", "note", "command", "line", "paper", "visit_alias"}


def statements():
    """Every statement that is compiled once, and those of who was here before."""
    for module in MODULES:
        for name, one in vars(module).items():
            if isinstance(one, Prepared) and one._statement.is_select:
                yield pytest.param(one, id=f"{module.__name__.rpartition('.')[2]}{name}")
            if isinstance(one, EarlierVisits):
                yield pytest.param(one._done, id=f"earlier{name}_done")
                yield pytest.param(one._seen, id=f"earlier{name}_seen")


@pytest.fixture(scope="module")
def full(postgres_server, tmp_path_factory):
    """A database with thousands of visits behind it on the server, and known to its planner."""
    path = tmp_path_factory.mktemp("past") / "hub.db"
    fill(path, 3000)
    url = postgres_server.makes("indexed")
    with closing(Database(f"sqlite:///{path}")) as source, closing(Database(url)) as database:
        with source.read() as old, database.write() as new:
            for table in schema.metadata.sorted_tables:
                rows = [dict(one._mapping) for one in old.execute(select(table))]
                if rows:
                    new.execute(insert(table), rows)
        database.learn()
        yield database
    postgres_server.drops("indexed")


def nodes(plan):
    yield plan
    for one in plan.get("Plans", ()):
        yield from nodes(one)


def planned(connection, prepared):
    """The plan for somebody of today, in a store of this name."""
    compiled = prepared._for(connection)
    kinds = {name: one.type for name, one in prepared._statement.compile(dialect=connection.dialect).binds.items()}
    values = {name: sample(kind) for name, kind in kinds.items() if name not in compiled.constants}
    cursor = connection.connection.cursor()
    cursor.execute("SET LOCAL enable_seqscan = off")
    told = cursor.execute(f"EXPLAIN (FORMAT JSON) {compiled.sql}", compiled.arguments(values)).fetchone()[0]
    return (told if isinstance(told, list) else json.loads(told))[0]["Plan"]


def sample(kind):
    """A value of this kind."""
    if isinstance(kind, Instant):
        return datetime.now(UTC)
    return {int: 10**9, bool: True, date: datetime.now(UTC).date()}.get(kind.python_type, "valley")


@pytest.mark.parametrize("prepared", list(statements()))
def test_a_statement_finds_its_rows_by_an_index(prepared, full):
    """No table that grows is read through, and no index is read for the store alone."""
    with full.read() as connection:
        plan = planned(connection, prepared)

    through = [one for one in nodes(plan) if one.get("Relation Name") in GROWING and not (one.get("Index Cond") or one["Node Type"] == "Bitmap Heap Scan")]
    alone = [one for one in nodes(plan) if re.fullmatch(r"\(+store_id = [^)]*\)+", one.get("Index Cond", "")) and one.get("Relation Name", one.get("Index Name", "")) in GROWING]
    assert through == []
    assert alone == []
