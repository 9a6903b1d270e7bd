"""Which calls each desk's lamp shows, and when a lane's gate was opened last."""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, PrimaryKeyConstraint

from kiosk.server.columns import Document, Id, Instant, Whole

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """To this version."""
    _make(
        "desk_lamp",
        Column("advisor_id", Id, nullable=False),
        Column("page_ids", Document, nullable=False),
        Column("beat", Whole, nullable=False),
    )
    _make("lane_gate", Column("lane", Id, nullable=False), Column("opened_at", Instant, nullable=False))


def _make(name: str, key: Column[Any], *columns: Column[Any]) -> None:
    op.create_table(
        name,
        Column("store_id", Id, nullable=False),
        key,
        *columns,
        PrimaryKeyConstraint("store_id", key.name, name=f"pk_{name}"),
        ForeignKeyConstraint(["store_id"], ["store.store_id"], name=f"fk_{name}_store_id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
