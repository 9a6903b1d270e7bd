"""What a busy hub looks up is found by an index, however many visits there ever were."""

from __future__ import annotations

from contextlib import closing

import pytest
from hub_shop import HandClock, Shop, a_booking
from sqlalchemy.dialects import sqlite

from kiosk.server import ledger, snapshots
from kiosk.server.database import Database
from kiosk.server.prepared import Prepared
from kiosk.server.screens import times
from kiosk.server.visits import bookings, codes, looking
from prove._past import fill

MODULES = (ledger, snapshots, looking, codes, bookings, times)
ALL = [
    pytest.param(one, id=f"{module.__name__.rpartition('.')[2]}{name}")
    for module in MODULES
    for name, one in vars(module).items()
    if isinstance(one, Prepared) and one._statement.is_select
]
# Tables that hold a day, not years: a row for each advisor, lane or device.
SMALL = {"presence", "device", "desk_lamp", "lane_gate", "ticket_counter", "open_ticket", "store", "CONSTANT"}
UNKNOWN = {"code", "typed_code"}  # the made past has none, so the planner begins with them


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    """The connection of a hub with thousands of visits behind it, which has looked at them when it was opened."""
    path = tmp_path_factory.mktemp("past") / "hub.db"
    fill(path, 3000)
    with closing(Database(f"sqlite:///{path}")) as database:
        yield database._connection.connection.driver_connection


def plan_of(prepared, raw):
    """What SQLite would do, in its own words."""
    statement = prepared._statement.compile(dialect=sqlite.dialect())
    values = [statement.params.get(name) or "1" for name in statement.positiontup]
    return [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", values)]


def looked_up(database, table):
    """How the codes of these days are found in a table, by those who read."""
    with database.read() as connection:
        plan = plan_of(snapshots._TYPED, connection.connection.driver_connection)
    return next(one for one in plan if one.split()[1] == table)


@pytest.mark.parametrize("prepared", ALL)
def test_a_statement_looks_for_more_than_its_store(prepared, raw):
    """One that knew nothing but the store would read everything that ever was."""
    plan = plan_of(prepared, raw)

    wide = [one for one in plan if one.startswith("SCAN") or one.endswith("(store_id=?)")]
    assert not [one for one in wide if one.split()[1] not in SMALL | UNKNOWN], plan


@pytest.mark.parametrize("prepared", ALL)
def test_a_statement_is_not_compiled_anew_at_each_run(prepared):
    """SQLite does that where the condition of an index comes as a value; so a statement says it in its own words."""
    values = prepared._statement.compile(dialect=sqlite.dialect()).params.values()

    assert "withdrawn" not in values


def test_the_first_import_is_known_to_the_planner_at_once(tmp_path):
    """On its first day too a hub looks for a day's codes one by one, and does not read all of them for each."""
    with closing(Database(f"sqlite:///{tmp_path}/hub.db")) as database:
        shop = Shop(database, HandClock())
        before = looked_up(database, "typed_code")

        shop.book(*(a_booking(f"R{number}") for number in range(300)))

        after = looked_up(database, "typed_code")

    assert before.endswith("(store_id=?)")
    assert after.endswith("(store_id=? AND appointment_id=?)")
