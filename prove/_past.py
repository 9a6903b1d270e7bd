"""A hub's past, made in minutes: one real visit, from booking to hand-over, told a million times, other ids and times.

Kept for each visit: its row, person, vehicle, appointment, page and three facts. Command ids are not: a hub forgets
them after ninety days. Every phone and VIN is another, every visit lies two minutes before the one that follows.
"""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench._hub import EXAMPLES, booking, by_code
from kiosk.server.appointments.wire import booking_to_json
from kiosk.server.clock import SystemClock
from kiosk.server.database import Database
from kiosk.server.hub import Hub
from kiosk.store_file import load_store

APART_US = 120 * 1_000_000
CACHE_KB = 400_000
FACTS = 3  # of each visit: the first, its page, the last
STEPS = ("begin_write_up", "begin_service", "begin_quality_check", "pass_quality_check", "hand_over")
KINDS = ("visit_id", "person_id", "vehicle_id", "note_id", "appointment_id", "page_id")
TABLES = ("person", "vehicle", "appointment", "visit", "page")


def fill(path: Path, number: int) -> None:
    """A database with so many visits behind it. `path` is made."""
    database = Database(f"sqlite:///{path}")
    try:
        _one_visit(database)
    finally:
        database.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode=OFF")  # nobody else is there, and what fails is made anew
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute(f"PRAGMA cache_size=-{CACHE_KB}")
        connection.execute("PRAGMA temp_store=MEMORY")
        connection.execute("BEGIN")
        indexes = _without_indexes(connection)
        _multiply(connection, number)
        for one in indexes:  # a row at a time each would grow in its own order, half of its pages empty
            connection.execute(one)
        connection.execute("COMMIT")
        connection.execute("PRAGMA locking_mode=NORMAL")
        connection.execute("PRAGMA journal_mode=WAL")


def _without_indexes(connection: sqlite3.Connection) -> list[str]:
    """Away with them; how each is made again."""
    found = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN "
        f"({', '.join(repr(one) for one in (*TABLES, 'event'))})"
    ).fetchall()
    for row in found:
        connection.execute(f"DROP INDEX {row['name']}")
    return [row["sql"] for row in found]


def _one_visit(database: Database) -> None:
    """From booking to hand-over, two hundred days ago."""

    class Then(SystemClock):
        def now(self) -> datetime:
            return datetime.now(UTC) - timedelta(days=200)

    hub = Hub(database, load_store(EXAMPLES / "store.toml"), Then())
    at = hub.clock.now()

    def do(kind: str, **body: Any) -> dict[str, Any]:
        who = "lane/A" if kind == "check_in" else "manager/ali"
        return hub.command(kind, who, secrets.token_hex(16), at, body)

    do("import_appointments", source="bench", bookings=[booking_to_json(booking(0, at))])
    token = do("show_code", number="000000")["token"]
    visit_id = do("check_in", **by_code(token, 1))["visit_id"]
    for step in STEPS:
        do(step, visit_id=visit_id, **({"advisor_id": "marta"} if step == "begin_write_up" else {}))


def _multiply(connection: sqlite3.Connection, number: int) -> None:
    rows = {table: dict(connection.execute(f"SELECT * FROM {table}").fetchone()) for table in TABLES}
    ids = {kind: row[kind] for row in rows.values() for kind in KINDS if row.get(kind)}
    count = (
        f"WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {number - 1}), "
        "count(n, h) AS (SELECT n, printf('%030x', n) FROM number)"
    )
    seq = connection.execute("SELECT max(seq) FROM event").fetchone()[0]
    for table, row in rows.items():
        own = {
            "phone_e164": "printf('+1201%07d', n)",
            "vin": "printf('1FM5K8D8%09d', n)",
            "number": "printf('P%07d', n)",
            "seq": f"{seq} + n * {FACTS}",
        }
        columns = ", ".join(row)
        values = ", ".join(_value(name, value, ids, own) for name, value in row.items())
        connection.execute(f"{count} INSERT INTO {table} ({columns}) SELECT {values} FROM count")
    _multiply_facts(connection, count, ids, seq)
    connection.execute("UPDATE store SET seq = (SELECT max(seq) FROM event)")


def _multiply_facts(connection: sqlite3.Connection, count: str, ids: dict[str, str], seq: int) -> None:
    """The first fact, the page's and the last, for each visit."""
    facts = connection.execute("SELECT * FROM event WHERE visit_id IS NOT NULL ORDER BY seq").fetchall()
    page = next(row for row in facts if row["kind"] == "PageOpened")
    for place, row in enumerate((facts[0], page, facts[-1])):
        own = {"seq": f"{seq} + (n - 1) * {FACTS} + {place + 1}", "command_id": "NULL"}
        values = ", ".join(_value(name, row[name], ids, own) for name in row.keys())  # noqa: SIM118 - a Row is no dict
        connection.execute(f"{count} INSERT INTO event ({', '.join(row.keys())}) SELECT {values} FROM count")


def _value(name: str, value: Any, ids: dict[str, str], own: dict[str, str]) -> str:
    """A column of the n-th copy."""
    if name in own:
        return own[name]
    if name.endswith("_at") or name == "at":
        return "NULL" if value is None else f"{value} - n * {APART_US}"
    if not isinstance(value, str):
        return "NULL" if value is None else str(value)
    places = {one: place for place, one in enumerate(ids.values(), 1)}
    parts = [one for one in re.split(f"({'|'.join(places)})", value) if one]
    quoted = [f"'{places[one]:02x}' || h" if one in places else "'" + one.replace("'", "''") + "'" for one in parts]
    return " || ".join(quoted) or "''"


def size_of(path: Path) -> str:
    """In a word."""
    return json.dumps(round(path.stat().st_size / 1e6)) + " MB"
