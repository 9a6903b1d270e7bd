"""Putting a backup in place: on a new machine, or after the database was found damaged.

A restored store has a new generation, so devices know it for another one and send again what they sent in the last
24 hours; numbers that staff gave out are not given out twice; erasures that came after the backup are done again.
Nothing is thrown away: what stood in the place before is kept aside.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, create_engine, insert, inspect, select, update
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError

from kiosk.server import schema, schema_safety
from kiosk.server.database import Database, new_generation
from kiosk.server.errors import DatabaseDamaged
from kiosk.server.safety import archive, erasure
from kiosk.server.safety.archive import DATABASE, FOLDER, SETTINGS, STORE_FILE, Manifest
from kiosk.server.safety.backups import Backups, Places, postgresql
from kiosk.server.safety.errors import RestoreRefused, SafetyError
from kiosk.server.safety.files import copy_whole, make_folder, scratch, sync_folder
from kiosk.server.safety.keys import Keys

STAFF_SERIES = "S"
STAFF_NUMBERS_SKIPPED = 50  # more than a desk gives out in the hours that a backup may be old
LAST_NUMBER = 999


@dataclass
class Restored:
    """What was done.

    Attributes:
        backup_at: of the backup. seqs: store -> what it had reached.
        kept_aside: where the files lie that stood in the place before. not_replaced: files that were left as they are.
    """

    backup_at: datetime
    seqs: dict[str, int]
    kept_aside: Path | None = None
    not_replaced: list[Path] = field(default_factory=list)
    erased_again: int = 0


def restore(places: Places, path: Path, now: datetime, *, key: str | None, replaces: bool = False) -> Restored:
    """Put a backup in place. No hub may run.

    Args:
        places: where the hub's settings have them.
        key: the recovery key; None: this machine's own.
        replaces: there may be a database file already; it is kept aside. On PostgreSQL it must be empty in any case.

    Raises:
        RestoreRefused: a hub runs, there is a database, or the backup is of the other kind of database.
        WrongKey, BackupDamaged: see backups.py.
    """
    with _alone(places), Backups(places).opened(path, key) as (manifest, inside):
        _must_fit(places, manifest)
        if places.is_sqlite and places.database_file.exists() and not replaces:
            remedy = "--replace keeps it aside and puts the backup in its place"
            raise RestoreRefused(f"{places.database_file}: there is a database already; {remedy}")
        if not places.is_sqlite:
            _must_be_empty(places.database)
        restored = Restored(_time(manifest), {name: one["seq"] for name, one in manifest.stores.items()})
        aside = places.folder / f"aside-{now.astimezone(UTC).strftime('%Y%m%dT%H%M%SZ')}"
        _put_folder(inside / FOLDER, places.folder, aside)
        _put_settings(inside, places, restored)
        _put_database(inside / DATABASE, places, aside, beside=path.parent, restored=restored, now=now)
        restored.kept_aside = aside if aside.exists() else None
        return restored


def mend(places: Places, now: datetime, say: Callable[[str], None]) -> Callable[[DatabaseDamaged], None]:
    """What the hub does when it finds its database damaged at start: keep it aside, restore the newest good backup.

    Only the database is put back: papers, photos and certificates lie beside it and are newer.
    """

    def mend_now(damaged: DatabaseDamaged) -> None:
        backups = Backups(places).all()
        if not backups:
            raise damaged
        say(str(damaged))
        for backup in backups:
            try:
                with Backups(places).opened(backup.path) as (manifest, inside):
                    _must_fit(places, manifest)
                    restored = Restored(_time(manifest), {name: one["seq"] for name, one in manifest.stores.items()})
                    aside = places.folder / f"aside-{now.astimezone(UTC).strftime('%Y%m%dT%H%M%SZ')}"
                    _put_database(
                        inside / DATABASE, places, aside, beside=backup.path.parent, restored=restored, now=now
                    )
            except SafetyError as error:
                say(f"{backup.path}: cannot be used ({error}); trying the one before")
                continue
            except OSError as error:  # with an older one what is newest would be lost for want of room
                reason = (error.strerror or str(error)).lower()
                remedy = "see that the disk has room and the backup can be read, and start the hub again"
                raise RestoreRefused(
                    f"{places.database_file}: damaged, and {backup.path} was not put in its place ({reason}); {remedy}"
                ) from error
            when = f"{restored.backup_at:%Y-%m-%d %H:%M} UTC"
            say(f"the damaged database lies in {aside}; restored is the backup of {when} ({backup.path})")
            say("devices send their last 24 hours again; /manager/restored lists what may be missing")
            return
        say(f"no backup in {places.backups} is good; put one there, or kiosk restore FILE --key KEY --replace")
        raise damaged

    return mend_now


def bring_settings(path: Path, settings: Path, key: str | None) -> None:
    """On a machine that has no settings: the backup's, with the store's catalogue beside them.

    Raises:
        WrongKey, BackupDamaged: see backups.py.
    """
    make_folder(settings.parent)
    with scratch(settings.parent) as room:
        tar, inside = room / "tar", room / "inside"
        with path.open("rb") as sealed, tar.open("wb") as plain:
            Keys(room).decrypt(sealed, plain, key)
        inside.mkdir()
        with tar.open("rb") as written:
            archive.unpack(written, inside)
        for name, to in ((SETTINGS, settings), (STORE_FILE, settings.with_name(STORE_FILE))):
            if (inside / name).is_file() and not to.exists():
                copy_whole(inside / name, to)


@contextmanager
def _alone(places: Places) -> Iterator[None]:
    """No hub runs on this database meanwhile."""
    if not places.is_sqlite:
        yield
        return
    path = places.database_file
    make_folder(path.parent)
    with path.with_name(path.name + ".lock").open("wb") as hold:
        try:
            fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RestoreRefused(f"{path}: a hub runs on this database; stop it first") from None
        yield


def _must_fit(places: Places, manifest: Manifest) -> None:
    kind = "sqlite" if places.is_sqlite else "postgresql"
    if manifest.kind != kind:
        raise RestoreRefused(
            f"the backup is of a {manifest.kind} database and [hub] database names {kind}: restore it where it fits,"
            " then move it with kiosk migrate-data"
        )


def _must_be_empty(url: URL) -> None:
    """A database of a server cannot be kept aside, and hubs may be writing to it."""
    name = url.render_as_string()
    engine = create_engine(url.set(drivername="postgresql+psycopg"))
    try:
        tables = inspect(engine).get_table_names()
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise RestoreRefused(f"{name}: cannot be opened ({reason}); createdb makes an empty one") from error
    finally:
        engine.dispose()
    if tables:
        remedy = "make an empty one with createdb, name it in [hub] database, and restore into that"
        raise RestoreRefused(f"{name}: is not empty, and nothing is restored over it; {remedy}")


def _put_folder(source: Path, folder: Path, aside: Path) -> None:
    """Papers, photos, certificates. A file that is there already goes aside.

    The backup's list of erasures is left out: the one that is there is newer, and the backup's database has its own.
    """
    for path in sorted(source.rglob("*")) if source.is_dir() else ():
        name = path.relative_to(source)
        if not path.is_file() or name == Path(erasure.ERASURES):
            continue
        to = folder / name
        if to.exists():
            make_folder((aside / name).parent)
            shutil.move(to, aside / name)
        make_folder(to.parent)
        copy_whole(path, to)


def _put_settings(inside: Path, places: Places, restored: Restored) -> None:
    """Settings are put where there are none; others are somebody's decision and stay."""
    for name, to in ((SETTINGS, places.settings), (STORE_FILE, places.store_file)):
        source = inside / name
        if not source.is_file() or (to.exists() and to.read_bytes() == source.read_bytes()):
            continue
        if to.exists():
            restored.not_replaced.append(to)
        make_folder(to.parent)
        copy_whole(source, to.with_name(f"{to.name}.from-backup") if to.exists() else to)


def _put_database(
    source: Path, places: Places, aside: Path, *, beside: Path, restored: Restored, now: datetime
) -> None:
    """Made ready where nobody looks, then put in place in one move: a half restored database is never opened."""
    lists = (beside, places.backups, places.folder)
    if not places.is_sqlite:
        postgresql("pg_restore", places.database, "--no-owner", "--single-transaction", str(source))
        _make_ready(places.database, now, restored, lists)
        return
    _make_ready(places.database.set(database=str(source)), now, restored, lists)
    _put_in_place(source, places.database_file, aside)


def _put_in_place(source: Path, file: Path, aside: Path) -> None:
    """The new file lies whole beside the old one before that is touched, and takes its place in one move.

    Whatever fails or is cut off, a file stands there: with none the next start would make an empty database.
    """
    new = file.with_name(f"{file.name}.new")
    moved: list[Path] = []
    try:
        copy_whole(source, new)
        for path in (file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
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
        if new.is_file():
            new.unlink()
        raise


def _keep(file: Path, to: Path) -> None:
    """A second name for it, or on another disk a copy."""
    try:
        to.hardlink_to(file)
    except OSError:
        copy_whole(file, to)
    sync_folder(to.parent)


def _make_ready(url: URL, now: datetime, restored: Restored, lists: tuple[Path, ...]) -> None:
    """To the newest version, a new generation, numbers raised, erasures done again."""
    database = Database(url.render_as_string(hide_password=False))
    try:
        with database.write() as connection:
            for store_id, seq in restored.seqs.items():
                _begin_anew(connection, store_id, seq, now, restored.backup_at)
            restored.erased_again = erasure.again(connection, lists, now)
    finally:
        database.close()


def _begin_anew(connection: Connection, store_id: str, seq: int, now: datetime, backup_at: datetime) -> None:
    store, counter = schema.store, schema.ticket_counter
    connection.execute(
        update(store).where(store.c.store_id == store_id).values(generation=new_generation(), seq=store.c.seq + 1)
    )
    rows = connection.execute(select(counter.c.lane, counter.c.last).where(counter.c.store_id == store_id)).all()
    counters = {row.lane: row.last for row in rows}
    skipped = (counters.get(STAFF_SERIES, 0) + STAFF_NUMBERS_SKIPPED - 1) % LAST_NUMBER + 1
    if STAFF_SERIES in counters:
        of_staff = (counter.c.store_id == store_id, counter.c.lane == STAFF_SERIES)
        connection.execute(update(counter).where(*of_staff).values(last=skipped))
    else:
        connection.execute(insert(counter).values(store_id=store_id, lane=STAFF_SERIES, last=skipped))
    connection.execute(
        insert(schema_safety.restoration).values(
            store_id=store_id, restored_at=now, backup_at=backup_at, backup_seq=seq, counters=counters
        )
    )


def _time(manifest: Manifest) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=manifest.made_at)
