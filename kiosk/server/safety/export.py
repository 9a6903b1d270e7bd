"""All that the hub knows of one customer, for that customer: one JSON object in plain words of the tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, select

from kiosk.server import schema
from kiosk.server.safety.erasure import Found


def export(connection: Connection, store_id: str, found: Found) -> dict[str, Any]:
    """Every row that belongs to the customer; times as ISO 8601 in UTC. Papers are named only."""
    visits = _rows(connection, store_id, schema.visit, "visit_id", found.visit_ids)
    return {
        "persons": _rows(connection, store_id, schema.person, "person_id", found.person_ids),
        "vehicles": _rows(connection, store_id, schema.vehicle, "vehicle_id", found.vehicle_ids),
        "notes": _rows(connection, store_id, schema.note, "note_id", found.note_ids),
        "appointments": _rows(connection, store_id, schema.appointment, "appointment_id", found.appointment_ids),
        "visits": [{**one, "facts": _facts(connection, store_id, one["visit_id"])} for one in visits],
        "lines": _rows(connection, store_id, schema.line, "visit_id", found.visit_ids),
        "papers": _rows(connection, store_id, schema.paper, "visit_id", found.visit_ids),
    }


def _rows(connection: Connection, store_id: str, table: Table, key: str, ids: Iterable[str]) -> list[dict[str, Any]]:
    query = select(table).where(table.c.store_id == store_id, table.c[key].in_(tuple(ids)))
    return [_plain(row) for row in connection.execute(query).mappings()]


def _facts(connection: Connection, store_id: str, visit_id: str) -> list[dict[str, Any]]:
    event = schema.event.c
    query = select(event.kind, event.at, event.actor, event.data).where(
        event.store_id == store_id, event.visit_id == visit_id
    )
    return [_plain(row) for row in connection.execute(query.order_by(event.seq)).mappings()]


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    left_out = {"store_id", "folded"}  # whose store it is, and what the facts say already
    return {
        str(name): value.isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
        if name not in left_out
    }
