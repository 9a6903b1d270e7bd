"""Putting what is in a backup into its place: whole or not at all, and what stood there is kept aside.

The hub's folder and the database file. Settings are chosen.py's; what is done to the database before is anew.py's.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from kiosk.durable import sync_folder
from kiosk.server.safety.erasure import ERASURES
from kiosk.server.safety.files import (
    OWN,
    OWN_FOLDER,
    PAPER,
    PAPERS_FOLDER,
    copy_whole,
    is_same,
    make_folder,
)
from kiosk.server.safety.shut_out import SHUT_OUT

PAPERS = "papers"
LISTS = frozenset({Path(ERASURES), Path(SHUT_OUT)})


def put_folder(source: Path, folder: Path, aside: Path) -> None:
    """Papers, photos, certificates. A file that is there already goes aside, unless it is the same.

    The backup's lists are left out: those that are there are newer, and the backup's database has its own.
    """
    for path in sorted(source.rglob("*")) if source.is_dir() else ():
        name = path.relative_to(source)
        to = folder / name
        if not path.is_file() or name in LISTS or is_same(path, to):
            continue
        if to.exists():
            make_folder((aside / name).parent)
            shutil.move(to, aside / name)
        is_paper = name.parts[0] == PAPERS
        make_folder(to.parent, PAPERS_FOLDER if is_paper else OWN_FOLDER)
        copy_whole(path, to, PAPER if is_paper else OWN)
    if (papers := folder / PAPERS).is_dir():
        papers.chmod(PAPERS_FOLDER)


def put_in_place(source: Path, file: Path, aside: Path) -> None:
    """The new file lies whole beside the old one before that is touched, and takes its place in one move.

    Whatever fails, a file stands there: with none the next start would make an empty database. Cut off in between, the
    new one lies there under its name of before, and restore.finish takes it from there.
    """
    new = new_of(file)
    moved: list[Path] = []
    try:
        if source != new:
            copy_whole(source, new)
        for path in logs_of(file):
            if path.exists():
                make_folder(aside)
                shutil.move(path, aside / path.name)
                moved.append(path)
        if file.exists():
            make_folder(aside)
            _keep(file, aside / file.name)
        new.replace(file)
        sync_folder(file.parent)
    except OSError:
        for path in moved:
            shutil.move(aside / path.name, path)
        if source != new and new.is_file():  # else it is the only copy, and the next start tries again
            new.unlink()
        raise


def new_of(file: Path) -> Path:
    """A database on its way into its place, whole."""
    return file.with_name(f"{file.name}.new")


def logs_of(file: Path) -> tuple[Path, Path]:
    """What SQLite keeps beside a database file."""
    return file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")


def _keep(file: Path, to: Path) -> None:
    """A second name for it, or on another disk a copy."""
    try:
        to.hardlink_to(file)
    except OSError:
        copy_whole(file, to)
    sync_folder(to.parent)
