"""Small files that are there whole or not at all, also when the power goes: keys, tokens, certificates, join files.

What is large, and written piece by piece, is server/safety/files.py's.
"""

from __future__ import annotations

import os
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


def sync_folder(folder: Path) -> None:
    """The names in it are on the disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
