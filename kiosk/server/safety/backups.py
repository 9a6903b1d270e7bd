"""Making a backup while the hub works, reading it back, listing and rotating them.

A backup is one encrypted file `backup-<time>.age` in the folder of `[backup]`: database, the hub's folder (papers,
photos, the store's certificate authority), settings. When to make one is hourly.py's business, using one restore.py's.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import URL, make_url

from kiosk.domain.facts import to_us
from kiosk.server.safety import archive
from kiosk.server.safety.archive import DATABASE, FOLDER, GROUP, LOGO, SETTINGS, STORE_FILE, Manifest
from kiosk.server.safety.errors import BackupDamaged, BackupFailed
from kiosk.server.safety.files import HUB_USER, PART, make_folder, scratch, written_whole
from kiosk.server.safety.keys import Keys
from kiosk.server.safety.mounted import missing_mount
from kiosk.server.sqlite_file import what_is_wrong

if TYPE_CHECKING:
    from kiosk.settings import Settings

KEYS_FOLDER = "keys"
OWN_FOLDER = "backups"
HOURLY_FOR = timedelta(days=2)
DAILY_FOR = timedelta(days=30)
_FILE = re.compile(r"backup-(\d{8}T\d{6}Z)\.age")
_STAMP = "%Y%m%dT%H%M%SZ"
NO_TOOL = "is not on this machine; apt install postgresql-client"


@dataclass(frozen=True)
class Backup:
    """One file. `made_at` is in its name."""

    path: Path
    made_at: datetime
    size: int


@dataclass(frozen=True)
class Places:
    """Where a hub keeps what is backed up, and where its backups go.

    Attributes:
        database: its address. folder: [hub] folder. settings, store_file: the two files.
        backups: the folder or the stick. group: the hub's own file, where it serves several stores.
    """

    database: URL
    folder: Path
    settings: Path
    store_file: Path
    backups: Path
    group: Path | None = None

    @classmethod
    def of(cls, settings: Settings, file: Path, group: Path | None = None) -> Places:
        """As the settings have it."""
        from kiosk import settings as kiosk_settings

        hub = settings.section(kiosk_settings.Hub)
        if hub.stores:
            which = f"{settings.source}: leads to several stores; name the file of one: {' or '.join(hub.stores)}"
            raise kiosk_settings.SettingsError((which,))
        chosen = settings.backup.folder if settings.backup else ""
        folder = Path(hub.folder)
        backups = Path(chosen or folder / OWN_FOLDER)
        return cls(make_url(hub.database), folder, file, Path(hub.store_file), backups, group)

    @property
    def keys(self) -> Keys:
        """The hub's keys."""
        return Keys(self.folder / KEYS_FOLDER)

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is one file."""
        return self.database.get_backend_name() == "sqlite"

    @property
    def database_file(self) -> Path:
        """That file."""
        return Path(self.database.database or "")


class Backups:
    """The backups of one hub."""

    def __init__(self, places: Places) -> None:
        """Nothing is looked at yet."""
        self.places = places

    def make(self, now: datetime) -> Backup:
        """A backup of this moment, written whole, read back, and only then given its name. The hub may be working.

        Raises:
            NoRecoveryKey: nobody could open it.
            BackupFailed: the folder is away or full, or what was written cannot be read back.
        """
        self.places.keys.fingerprint()
        path = self.places.backups / f"backup-{now.astimezone(UTC).strftime(_STAMP)}.age"
        try:
            self._folder_must_be_there()
            with scratch(self.places.folder) as room:
                copy, tar = room / "copy", room / "tar"
                stores = self._copy_database(copy)
                kind = "sqlite" if self.places.is_sqlite else "postgresql"
                manifest = Manifest(to_us(now), version("service-lane"), kind, stores, group=self._group())
                with tar.open("wb") as written:
                    archive.write(written, manifest, self._files(copy))
                copy.unlink()
                with tar.open("rb") as plain, written_whole(path) as sealed:
                    self.places.keys.encrypt(plain, sealed)
                    sealed.flush()
                    tar.unlink()
                    with self.opened(path.with_name(path.name + PART)):
                        pass  # what lies there was opened again: only now does it get its name
        except (OSError, sqlite3.Error, BackupDamaged) as error:
            reason = (getattr(error, "strerror", None) or str(error)).lower()
            remedy = "see that the folder or stick is there and has room"
            if isinstance(error, PermissionError):
                remedy = f"make it the hub's: chown {HUB_USER}: {self.places.backups}"
            raise BackupFailed(f"{self.places.backups}: no backup was made ({reason}); {remedy}") from error
        return self._backup(path)

    def all(self) -> list[Backup]:
        """Those that lie in the folder, the newest first."""
        try:
            found = [one for one in self.places.backups.iterdir() if _FILE.fullmatch(one.name)]
        except OSError:
            return []
        return sorted((self._backup(one) for one in found), key=lambda one: one.made_at, reverse=True)

    def rotate(self, now: datetime) -> list[Backup]:
        """Keep all of two days and the newest of each day for thirty; the others go. The newest of all stays anyway."""
        gone = []
        days: set[str] = set()
        for each in self.all():
            day = each.made_at.strftime("%Y%m%d")
            is_newest_of_day = day not in days
            days.add(day)
            age = now - each.made_at
            if age > HOURLY_FOR and not (is_newest_of_day and age <= DAILY_FOR) and len(days) > 1:
                each.path.unlink()
                gone.append(each)
        return gone

    def verify(self, path: Path, key: str | None = None) -> Manifest:
        """Open a backup, hash every file in it, and let SQLite look through the database.

        Raises:
            WrongKey, BackupDamaged: it could not be restored.
        """
        with self.opened(path, key) as (manifest, _):
            return manifest

    @contextmanager
    def opened(self, path: Path, key: str | None = None) -> Iterator[tuple[Manifest, Path]]:
        """What is in a backup, in a folder that goes away afterwards.

        Raises:
            WrongKey, BackupDamaged: it cannot be used.
        """
        with scratch(self.places.folder) as room:
            tar, inside = room / "tar", room / "inside"
            with path.open("rb") as sealed, tar.open("wb") as plain:
                self.places.keys.decrypt(sealed, plain, key)
            inside.mkdir()
            with tar.open("rb") as written:
                manifest = archive.unpack(written, inside)
            tar.unlink()
            if wrong := _what_is_wrong(manifest.kind, inside / DATABASE):
                raise BackupDamaged(f"{path}: the database in it is damaged ({wrong})")
            yield manifest, inside

    def missing(self) -> str:
        """What is not there of the folder or stick that backups go to; empty: nothing, and for the hub's own folder."""
        folder = self.places.backups
        if self._is_own_folder():
            return ""
        if not folder.is_dir():
            return "the folder is not there"
        point = missing_mount(folder)
        return f"nothing is mounted at {point}" if point else ""

    def _folder_must_be_there(self) -> None:
        """A stick that is not plugged in must not become a folder on the hub's own disk."""
        if self._is_own_folder():
            make_folder(self.places.backups)
        elif missing := self.missing():
            raise FileNotFoundError(2, missing, str(self.places.backups))

    def _is_own_folder(self) -> bool:
        return self.places.backups == self.places.folder / OWN_FOLDER

    def _copy_database(self, to: Path) -> dict[str, dict[str, Any]]:
        """A copy as of one moment; each store's seq and generation in it."""
        if self.places.is_sqlite:
            return _copy_sqlite(self.places.database_file, to)
        return _dump_postgresql(self.places.database, to)

    def _files(self, database: Path) -> Iterator[tuple[str, Path]]:
        yield DATABASE, database
        store_file = self.places.store_file
        settings = ((SETTINGS, self.places.settings), (GROUP, self.places.group))
        named = (*settings, (STORE_FILE, store_file), (LOGO, logo_of(store_file)))
        yield from ((name, path) for name, path in named if path and path.is_file())
        for path in sorted(self.places.folder.rglob("*")):
            if path.is_file() and not path.is_symlink() and not self._is_left_out(path):
                yield f"{FOLDER}/{path.relative_to(self.places.folder).as_posix()}", path

    def _group(self) -> list[str]:
        """How the hub's own file is called, and this store's below its folder; nothing where the hub has one store."""
        group = self.places.group
        names = [group.name, os.path.relpath(self.places.settings, group.absolute().parent)] if group else []
        return names if all(map(archive.is_name, names)) else []

    def _is_left_out(self, path: Path) -> bool:
        """The database itself, other backups, the machine's own keys, and what is half written."""
        first = path.relative_to(self.places.folder).parts[0]
        is_database = self.places.is_sqlite and path.name.startswith(self.places.database_file.name)
        is_within = self.places.backups in path.parents
        return (
            is_database
            or is_within
            or first in {OWN_FOLDER, KEYS_FOLDER}
            or first.startswith(".")
            or path.suffix == PART
        )

    def _backup(self, path: Path) -> Backup:
        stamp = path.name.removeprefix("backup-").removesuffix(".age")
        return Backup(path, datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC), path.stat().st_size)


def logo_of(store_file: Path, content: bytes | None = None) -> Path | None:
    """The picture that a store's file names, or will name with this content; without it the file cannot be used."""
    try:
        written = tomllib.loads((content or store_file.read_bytes()).decode("utf-8-sig"))
        name = written["store"]["logo"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return store_file.parent / name if isinstance(name, str) and name else None


def _what_is_wrong(kind: str, database: Path) -> str | None:
    """With the copy in a backup: SQLite looks through every page, PostgreSQL's own tool reads a dump to its end."""
    if not database.is_file():
        return "missing"
    if kind == "sqlite":
        return what_is_wrong(database)
    if shutil.which("pg_restore") is None:
        raise BackupFailed(f"pg_restore {NO_TOOL}")
    try:
        run_tool("pg_restore", "--file=/dev/null", str(database))
    except BackupFailed as error:
        return str(error)
    return None


def _copy_sqlite(path: Path, to: Path) -> dict[str, dict[str, Any]]:
    """By SQLite's own backup, in one step: it waits for no writer and no writer for it."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as source, closing(sqlite3.connect(to)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        if copy.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
            raise BackupDamaged("the database itself is damaged")
        rows = copy.execute("SELECT store_id, seq, generation FROM store").fetchall()
    return {store_id: {"seq": seq, "generation": generation} for store_id, seq, generation in rows}


def _dump_postgresql(url: URL, to: Path) -> dict[str, dict[str, Any]]:
    """By pg_dump, at the very moment at which the stores' figures are read: both see one snapshot."""
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import DatabaseError

    from kiosk.server.postgresql import HALF_RESTORED_REMEDY, is_half_restored

    engine = create_engine(url.set(drivername="postgresql+psycopg"), isolation_level="REPEATABLE READ")
    try:
        with engine.connect() as connection:
            if is_half_restored(connection):
                raise BackupFailed(f"{url.render_as_string()}: {HALF_RESTORED_REMEDY}")
            rows = connection.execute(text("SELECT store_id, seq, generation FROM store")).all()
            snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
            postgresql("pg_dump", url, "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={to}")
    except DatabaseError as error:
        raise BackupFailed(f"the database cannot be read ({str(error.orig).strip().splitlines()[0]})") from error
    finally:
        engine.dispose()
    return {row.store_id: {"seq": row.seq, "generation": row.generation} for row in rows}


def postgresql(tool: str, url: URL, *words: str) -> None:
    """Run one of PostgreSQL's own tools on this database. The password comes by its environment, never on its line.

    Raises:
        BackupFailed: it is not on this machine, or fails.
    """
    plain = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    run_tool(tool, f"--dbname={plain}", *words, password=url.password)


def run_tool(tool: str, *words: str, password: object = None) -> None:
    """One of PostgreSQL's tools; raises as `postgresql`."""
    environment = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    try:
        done = subprocess.run([tool, *words], capture_output=True, text=True, check=False, env=environment)
    except FileNotFoundError:
        raise BackupFailed(f"{tool} {NO_TOOL}") from None
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise BackupFailed(f"{tool} failed: {said[-1] if said else done.returncode}")
