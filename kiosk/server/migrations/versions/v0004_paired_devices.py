"""Paired devices: tokens, pairings under way, join files, and what each device told last."""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, Index, MetaData, PrimaryKeyConstraint, Table, Text

from kiosk.server.columns import Document, Id, Instant, Whole

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Table("store", metadata, Column("store_id", Id, primary_key=True))


def _table(name: str, key: str, *columns: Any) -> Table:
    parts = [Column("store_id", Id, nullable=False), *columns, PrimaryKeyConstraint("store_id", key)]
    parts.append(ForeignKeyConstraint(["store_id"], ["store.store_id"]))
    return Table(name, metadata, *parts, sqlite_strict=True, sqlite_with_rowid=False)


def _has(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, nullable=False)


def _may(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, nullable=True)


device_token = _table(
    "device_token",
    "token_hash",
    _has("token_hash", Id),
    _has("name", Id),
    _has("key_fingerprint", Id),
    _has("made_at", Instant),
    _has("made_by", Id),
    _may("revoked_at", Instant),
    _may("revoked_by", Id),
)
Index(None, device_token.c.store_id, device_token.c.name, device_token.c.revoked_at)

pairing = _table(
    "pairing",
    "pairing_id",
    _has("pairing_id", Id),
    _has("name", Id),
    _has("version", Id),
    _has("commitment", Id),
    _has("hub_nonce", Id),
    _may("public_key", Text),
    _may("device_nonce", Id),
    _may("code", Id),
    _has("begun_at", Instant),
    _has("expires_at", Instant),
    _has("tries", Whole),
    _may("approved_at", Instant),
    _may("approved_by", Id),
    _may("refused_at", Instant),
    _may("ended_at", Instant),
)
Index(None, pairing.c.store_id, pairing.c.expires_at)

join_file = _table(
    "join_file",
    "secret_hash",
    _has("secret_hash", Id),
    _has("name", Id),
    _has("made_at", Instant),
    _has("made_by", Id),
    _has("expires_at", Instant),
    _may("used_at", Instant),
)

device_report = _table(
    "device_report",
    "name",
    _has("name", Id),
    _has("told", Document),
    _has("clock_offset_us", Whole),
    _has("at", Instant),
)

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the four tables."""
    metadata.create_all(op.get_bind(), tables=[device_token, pairing, join_file, device_report])
