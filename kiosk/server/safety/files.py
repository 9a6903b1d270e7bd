"""Writing files whole or not at all, for those alone who may read them, also when root's command writes them.

Everything in the hub's folder is its user's; papers may be read by its group too, which is nginx's workers.
"""

from __future__ import annotations

import filecmp
import os
import pwd
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from kiosk.durable import sync_folder

PART = ".part"
SCRATCH = ".safety-"
LEFT_AFTER_S = 6 * 3600  # no backup takes that long
HUB_USER = "kiosk-hub"  # of kiosk-hub.service, made by systemd/kiosk.sysusers.conf
OWN, SETTINGS_MODE, PAPER = 0o600, 0o640, 0o640
OWN_FOLDER, HUB_FOLDER, PAPERS_FOLDER = 0o700, 0o710, 0o750


@contextmanager
def written_whole(path: Path, mode: int = OWN) -> Iterator[BinaryIO]:
    """A file to write into; it has its name only when all of it is on the disk."""
    part = path.with_name(path.name + PART)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, OWN), "wb") as content:
            os.fchmod(content.fileno(), mode)
            yield content
            content.flush()
            os.fsync(content.fileno())
        belongs_here(part)
        part.replace(path)
        sync_folder(path.parent)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def copy_whole(source: Path, to: Path, mode: int = OWN) -> None:
    """A copy, whole or not at all."""
    with source.open("rb") as content, written_whole(to, mode) as copy:
        shutil.copyfileobj(content, copy)


def is_same(one: Path, other: Path) -> bool:
    """Whether both say the same, to the byte."""
    return one.is_file() and other.is_file() and filecmp.cmp(one, other, shallow=False)


def make_folder(path: Path, mode: int = OWN_FOLDER) -> None:
    """A folder of the hub's own, with those above it that are missing."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(mode=mode, exist_ok=True)
        belongs_here(path)


def make_hub_folder(path: Path) -> None:
    """[hub] folder itself, as the hub's unit makes it: where root makes it, it is the hub's user's."""
    if path.is_dir():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir()
    path.chmod(HUB_FOLDER)
    if os.geteuid() == 0 and (user := _hub_user()):
        os.chown(path, user.pw_uid, user.pw_gid)


def write_settings(content: bytes, to: Path) -> None:
    """A settings file, as systemd/kiosk.tmpfiles.conf wants it: root writes it, the hub's user reads it."""
    to.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(to, SETTINGS_MODE) as written:
        written.write(content)
    if os.geteuid() == 0 and (user := _hub_user()):
        os.chown(to, 0, user.pw_gid)


def belongs_here(path: Path) -> None:
    """What root makes in the hub's folder belongs to whom the folder belongs."""
    around = path.parent.stat()
    with suppress(PermissionError):
        os.chown(path, around.st_uid, around.st_gid)


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A folder for what is half done, beside the data: what stands in the clear never leaves the hub's own disk.

    What a power cut has left of an earlier one goes with the next.
    """
    make_hub_folder(folder)
    for left in folder.glob(f"{SCRATCH}*"):
        with suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > LEFT_AFTER_S:
                shutil.rmtree(left, ignore_errors=True)
    made = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=folder))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _hub_user() -> pwd.struct_passwd | None:
    """The unit's user; None on a machine that has none."""
    try:
        return pwd.getpwnam(HUB_USER)
    except KeyError:
        return None
