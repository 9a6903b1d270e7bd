"""Whether a hub works on a database just now, asked from outside; nothing is opened, made or changed."""

from __future__ import annotations

import fcntl
from pathlib import Path

from sqlalchemy import create_engine, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from kiosk.server.postgresql import CONNECT_S, HUBS


def hub_runs_on(address: str) -> bool:
    """Whether a hub holds it. Of a server that does not answer, or a file that may not be read, nobody knows: no.

    Args:
        address: as [hub] database has it.
    """
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "")
        return _is_locked(path.with_name(path.name + ".lock"))
    known = url.set(drivername="postgresql+psycopg")
    engine = create_engine(known, poolclass=NullPool, connect_args={"connect_timeout": CONNECT_S})
    try:
        with engine.connect() as connection:
            return not connection.scalar(select(func.pg_try_advisory_xact_lock(HUBS)))
    except SQLAlchemyError:
        return False
    finally:
        engine.dispose()


def _is_locked(path: Path) -> bool:
    try:
        with path.open("rb") as hold:
            fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
