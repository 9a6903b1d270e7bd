"""Writing files whole or not at all, for the hub's user alone, also when an administrator's command writes them."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

PART = ".part"


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write into; it has its name only when all of it is on the disk."""
    part = path.with_name(path.name + PART)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as content:
            yield content
            content.flush()
            os.fsync(content.fileno())
        belongs_here(part)
        part.replace(path)
        sync_folder(path.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def copy_whole(source: Path, to: Path) -> None:
    """A copy, whole or not at all."""
    with source.open("rb") as content, written_whole(to) as copy:
        shutil.copyfileobj(content, copy)


def make_folder(path: Path) -> None:
    """A folder of the hub's own, with those above it that are missing."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)
        belongs_here(path)


def belongs_here(path: Path) -> None:
    """What root makes in the hub's folder belongs to whom the folder belongs."""
    around = path.parent.stat()
    with suppress(PermissionError):
        os.chown(path, around.st_uid, around.st_gid)


def sync_folder(folder: Path) -> None:
    """The names in it are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A folder for what is half done, beside the data: what stands in the clear never leaves the hub's own disk."""
    make_folder(folder)
    made = Path(tempfile.mkdtemp(prefix=".safety-", dir=folder))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
