"""Staff accounts, sessions, enrolled screens, known browsers and the code for the first administrator."""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, Index, MetaData, PrimaryKeyConstraint, Table, Text

from kiosk.server.columns import Document, Flag, Id, Instant, Whole

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
store = Table("store", metadata, Column("store_id", Id, primary_key=True))


def _table(name: str, key: tuple[str, ...], *columns: Any) -> Table:
    parts = [Column("store_id", Id, nullable=False), *columns, PrimaryKeyConstraint("store_id", *key)]
    parts.append(ForeignKeyConstraint(["store_id"], ["store.store_id"]))
    return Table(name, metadata, *parts, sqlite_strict=True, sqlite_with_rowid=False)


def _refers(column: str, to: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["store_id", column], [f"{to}.store_id", f"{to}.{column}"], deferrable=True, initially="DEFERRED"
    )


def _has(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, nullable=False)


def _may(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, nullable=True)


account = _table(
    "account",
    ("account_id",),
    _has("account_id", Id),
    _has("user_name", Text),
    _has("display_name", Text),
    _may("advisor_id", Id),
    _has("roles", Document),
    _has("password_hash", Text),
    _has("password_at", Instant),
    _may("password_until", Instant),
    _may("pin_hash", Text),
    _has("made_at", Instant),
    _has("made_by", Id),
    _may("disabled_at", Instant),
)
Index("ux_account_user_name", account.c.store_id, account.c.user_name, unique=True)

shared_screen = _table(
    "shared_screen",
    ("screen_id",),
    _has("screen_id", Id),
    _has("name", Text),
    _has("token_hash", Id),
    _has("made_at", Instant),
    _has("made_by", Id),
    _may("revoked_at", Instant),
)
Index("ux_shared_screen_token", shared_screen.c.store_id, shared_screen.c.token_hash, unique=True)

staff_session = _table(
    "staff_session",
    ("token_hash",),
    _has("token_hash", Id),
    _has("session_id", Id),
    _has("account_id", Id),
    _may("screen_id", Id),
    _has("browser", Text),
    _has("made_at", Instant),
    _has("seen_at", Instant),
    _may("password_at", Instant),
    _may("ended_at", Instant),
    _refers("account_id", "account"),
    _refers("screen_id", "shared_screen"),
)
Index(None, staff_session.c.store_id, staff_session.c.account_id, staff_session.c.ended_at)

pin_miss = _table(
    "pin_miss",
    ("screen_id", "account_id"),
    _has("screen_id", Id),
    _has("account_id", Id),
    _has("misses", Whole),
    _refers("screen_id", "shared_screen"),
    _refers("account_id", "account"),
)

known_browser = _table(
    "known_browser",
    ("token_hash",),
    _has("token_hash", Id),
    _has("account_id", Id),
    _has("made_at", Instant),
    _refers("account_id", "account"),
)

first_code = _table(
    "first_code",
    ("code_hash",),
    _has("code_hash", Id),
    _has("made_at", Instant),
    _has("expires_at", Instant),
    _may("used_at", Instant),
    _has("is_disabled", Flag),
)

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    metadata.create_all(op.get_bind(), tables=[table for table in metadata.sorted_tables if table is not store])
