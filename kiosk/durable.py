"""What is there whole or not at all, also when the power goes: keys, tokens, certificates, a device's own rows.

What is large, and written piece by piece, is server/safety/files.py's.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def replace_file(file: Path, content: bytes, owner: tuple[int, int] | None = None) -> None:
    """Put new content in a file's place, readable by its owner alone; on the disk when this returns.

    Args:
        owner: user and group, where root writes for somebody else.

    Raises:
        OSError: it cannot be written; what was there is still there.
    """
    fresh = file.with_name(file.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        if owner:
            os.fchown(out.fileno(), *owner)
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)
    sync_folder(file.parent)


@contextmanager
def together(db: sqlite3.Connection) -> Iterator[None]:
    """What is done inside waits for the disk once, and is all there after a power cut or not at all.

    Args:
        db: one that begins no transactions by itself (`isolation_level=None`); used by nobody else meanwhile.
    """
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        db.rollback()  # nothing, where SQLite has already done it
        raise


def sync_folder(folder: Path) -> None:
    """The names in it are on the disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
