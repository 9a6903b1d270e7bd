"""A restore that finds no room, or may not write: told in one sentence, with the folder and what to do."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from kiosk.server.errors import Busy, DatabaseDamaged, DatabaseUnusable
from kiosk.server.safety.backups import Places
from kiosk.server.safety.errors import RestoreRefused

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
SHUT = (errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR)


@contextmanager
def with_room(places: Places) -> Iterator[None]:
    """While files and a database are put into the hub's folder.

    Raises:
        RestoreRefused: the disk is full, or this user may not write there.
    """
    try:
        with room_in(places.folder):
            yield
    except (Busy, DatabaseUnusable) as error:
        if not places.is_sqlite or isinstance(error, DatabaseDamaged):
            raise
        raise _refused(places.folder, error) from error


@contextmanager
def room_in(folder: Path) -> Iterator[None]:
    """While files are put into a folder; raises as `with_room`."""
    try:
        yield
    except OSError as error:
        if error.errno not in {*FULL, *SHUT}:
            raise
        raise _refused(folder, error) from error


def reason(error: BaseException) -> str:
    """The nearest cause, as the disk or SQLite tells it."""
    nearest = error
    while isinstance(nearest, Busy | DatabaseUnusable | SQLAlchemyError) and nearest.__cause__:
        nearest = nearest.__cause__
    return (getattr(nearest, "strerror", None) or str(nearest)).lower()


def _refused(folder: Path, error: Exception) -> RestoreRefused:
    file = getattr(error, "filename", None)
    place = folder if file is None or Path(str(file)).is_relative_to(folder) else Path(str(file))
    remedy = "see that this user may write there and the disk has room, and restore again"
    return RestoreRefused(f"{place}: the backup was not put in place ({reason(error)}); {remedy}")
