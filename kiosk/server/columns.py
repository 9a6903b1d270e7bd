"""The types of the hub's columns, the same on SQLite (STRICT) and PostgreSQL.

SQLite's STRICT tables take INTEGER, REAL, TEXT and BLOB and nothing else, so none of SQLAlchemy's richer types is used.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

from kiosk.domain.facts import from_us, to_us
from kiosk.server.json_text import json_text

Whole = BigInteger().with_variant(Integer(), "sqlite")


class Id(TypeDecorator[str]):
    """An id, a code or another short name: TEXT, ordered by its bytes on every server."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL would order by the server's language."""
        return Text(collation="C") if dialect.name == "postgresql" else dialect.type_descriptor(Text())


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept as whole microseconds since 1970 in UTC. A naive one is refused."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """INTEGER on SQLite, BIGINT elsewhere."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> int | None:
        """To microseconds."""
        return None if value is None else to_us(value)

    def process_result_value(self, value: int | None, _dialect: Dialect) -> datetime | None:
        """From microseconds."""
        return None if value is None else from_us(value)


class Flag(TypeDecorator[bool]):
    """Yes or no, kept as 1 or 0."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: bool | None, _dialect: Dialect) -> int | None:  # noqa: FBT001 - the library's own
        """To 1 or 0."""
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, _dialect: Dialect) -> bool | None:
        """From 1 or 0."""
        return None if value is None else bool(value)


class Document(TypeDecorator[Any]):
    """A JSON value: TEXT on SQLite, JSONB on PostgreSQL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """JSONB where there is one."""
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """To text; PostgreSQL's driver writes its own."""
        if value is None or dialect.name == "postgresql":
            return value
        return json_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """From text; PostgreSQL's driver has read it already."""
        return json.loads(value) if isinstance(value, str) and dialect.name != "postgresql" else value


class Cents(TypeDecorator[int]):
    """Money in whole minor units of the store's currency."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """INTEGER on SQLite, BIGINT elsewhere."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())
