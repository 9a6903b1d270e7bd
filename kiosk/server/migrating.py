"""Bringing a database to the newest version of its tables. The steps themselves are in migrations/versions/.

Alembic is loaded only where there is a step to make: a hub that starts as it ended does without.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, inspect

from kiosk.server import schema
from kiosk.server.errors import DatabaseUnusable

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(connection: Connection, name: str, *, may_change: Callable[[], bool] = lambda: True) -> None:
    """Bring the database to the newest version, within the caller's transaction.

    Args:
        name: of the database, for messages.
        may_change: asked before the first step: whether nobody else works on the tables.

    Raises:
        DatabaseUnusable: it is of a version that this program does not know, or others work on an older one.
    """
    version = version_of(connection)
    if version == schema.VERSION:
        return
    if version is not None and not _knows(version):
        raise DatabaseUnusable(
            f"{name}: written by a newer version of kiosk ({version}); install that one or restore a backup"
        )
    if not may_change():
        raise DatabaseUnusable(
            f"{name}: of version {version or 'none'}, and another hub of that version runs on it; "
            f"stop all of its hubs, start one of this version, then the others"
        )
    _upgrade(connection)


def version_of(connection: Connection) -> str | None:
    """The version of the tables; None where there are none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if version is None else str(version)


def _knows(version: str) -> bool:
    from alembic.script import ScriptDirectory

    return version in {one.revision for one in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
