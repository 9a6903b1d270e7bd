"""Erasures that were asked for, and restorations."""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, MetaData, PrimaryKeyConstraint, Table, Text

from kiosk.server.columns import Document, Flag, Id, Instant, Whole

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Table("store", metadata, Column("store_id", Id, primary_key=True))


def _table(name: str, key: tuple[str, ...], *columns: Any) -> Table:
    parts = [Column("store_id", Id, nullable=False), *columns, PrimaryKeyConstraint("store_id", *key)]
    parts.append(ForeignKeyConstraint(["store_id"], ["store.store_id"]))
    return Table(name, metadata, *parts, sqlite_strict=True, sqlite_with_rowid=False)


def _has(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, nullable=False)


erasure = _table(
    "erasure",
    ("table_name", "row_id"),
    _has("table_name", Id),
    _has("row_id", Id),
    _has("at", Instant),
    _has("actor", Id),
)

restoration = _table(
    "restoration",
    ("restored_at",),
    _has("restored_at", Instant),
    _has("backup_at", Instant),
    _has("backup_seq", Whole),
    _has("counters", Document),
    _has("damaged", Flag),
    _has("kept_aside", Text),
    Column("seen_at", Instant, nullable=True),
    Column("seen_by", Id, nullable=True),
)

blanked_until = _table("blanked_until", ("kind",), _has("kind", Id), _has("until", Instant))

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """To this version."""
    metadata.create_all(op.get_bind(), tables=[erasure, restoration, blanked_until])
