"""Putting a backup in place: on a new machine, or after the database was found damaged.

Nothing is thrown away: what stood in the place before is kept aside. By which settings is chosen.py's, how files come
into their places placing.py's, what a restored database begins its new life with anew.py's.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk.server.errors import Busy, DatabaseDamaged, DatabaseUnusable
from kiosk.server.safety import shut_out
from kiosk.server.safety.anew import Again, Before, make_ready
from kiosk.server.safety.archive import DATABASE, FOLDER, Manifest
from kiosk.server.safety.backups import Backups, Places, postgresql
from kiosk.server.safety.chosen import Chosen
from kiosk.server.safety.errors import RestoreRefused, SafetyError
from kiosk.server.safety.files import belongs_here, make_folder, make_hub_folder, scratch
from kiosk.server.safety.filling import filling
from kiosk.server.safety.placing import new_of, put_folder, put_in_place
from kiosk.server.safety.room import reason, with_room


@dataclass
class Restored:
    """What was done.

    Attributes:
        backup_at: of the backup. seqs: store -> what it had reached.
        kept_aside: where the files lie that stood in the place before.
        brought: settings that came with the backup. stayed: settings that were left as they are.
        has_key: this machine takes the recovery key that was given for its own backups from now on.
        waits_for: settings of other stores of the same hub, which are not there yet.
    """

    backup_at: datetime
    seqs: dict[str, int]
    again: Again = field(default_factory=lambda: Again(0, 0))
    kept_aside: Path | None = None
    brought: list[Path] = field(default_factory=list)
    stayed: list[Path] = field(default_factory=list)
    has_key: bool = False
    waits_for: list[Path] = field(default_factory=list)


def restore(chosen: Chosen, path: Path, now: datetime, *, key: str | None, replaces: bool = False) -> Restored:
    """Put a backup in place. No hub may run. The settings come last: until then no hub finds what is half done.

    Args:
        chosen: the settings by which it will run, see chosen.py.
        key: the recovery key; None: this machine's own.
        replaces: there may be a database file already; it is kept aside. On PostgreSQL it must be empty in any case.

    Raises:
        RestoreRefused: a hub runs, there is a database, or the backup is of another store or kind of database.
        WrongKey, BackupDamaged: see backups.py.
    """
    places = chosen.places
    with with_room(places):
        make_hub_folder(places.folder)
    with with_room(places), _alone(places), Backups(places).opened(path, key) as (manifest, inside):
        _must_fit(places, manifest)
        _must_be_of(chosen, manifest)
        if places.is_sqlite and places.database_file.exists() and not replaces:
            remedy = "--replace keeps it aside and puts the backup in its place"
            raise RestoreRefused(f"{places.database_file}: there is a database already; {remedy}")
        restored = _restored(manifest)
        aside = _aside(places, now)
        with nullcontext() if places.is_sqlite else filling(places.database):
            put_folder(inside / FOLDER, places.folder, aside)
            restored.again = _put_database(inside / DATABASE, places, aside, restored, path.parent, now)
        restored.kept_aside = aside if aside.exists() else None
        if key and not places.keys.is_ready:
            places.keys.take(key)
            restored.has_key = True
        restored.brought, restored.stayed = chosen.put()
        restored.waits_for = chosen.waits_for()
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
            aside = _aside(places, now)
            try:
                with Backups(places).opened(backup.path) as (manifest, inside):
                    _must_fit(places, manifest)
                    restored = _restored(manifest)
                    _put_database(inside / DATABASE, places, aside, restored, backup.path.parent, now, is_damaged=True)
            except SafetyError as error:
                say(f"{backup.path}: cannot be used ({error}); trying the one before")
                continue
            # with an older one what is newest would be lost for want of room
            except (OSError, Busy, DatabaseUnusable) as error:
                remedy = "see that the disk has room and the backup can be read, and start the hub again"
                why = f"{backup.path} was not put in its place ({reason(error)})"
                raise RestoreRefused(f"{places.database_file}: damaged, and {why}; {remedy}") from error
            when = f"{restored.backup_at:%Y-%m-%d %H:%M} UTC"
            say(f"the damaged database lies in {aside}; restored is the backup of {when} ({backup.path})")
            say("devices send their last 24 hours again; /manager/restored lists what may be missing")
            return
        say(f"no backup in {places.backups} is good; put one there, or kiosk restore FILE --key KEY --replace")
        raise damaged

    return mend_now


def finish(places: Places, now: datetime, say: Callable[[str], None]) -> None:
    """A restore that was cut off between its last two moves is brought to its end, before anybody opens the database.

    Raises:
        RestoreRefused: a hub runs on it.
    """
    if not places.is_sqlite or not new_of(places.database_file).is_file():
        return
    with _alone(places):
        put_in_place(new_of(places.database_file), places.database_file, _aside(places, now))
    say(f"{places.database_file}: a restore was cut off; it is done now")


@contextmanager
def _alone(places: Places) -> Iterator[None]:
    """No hub runs on this database meanwhile."""
    if not places.is_sqlite:
        yield
        return
    path = places.database_file
    make_folder(path.parent)
    held = path.with_name(path.name + ".lock")
    with held.open("wb") as hold:
        belongs_here(held)
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


def _must_be_of(chosen: Chosen, manifest: Manifest) -> None:
    """A store's file of another store would make the hub serve an empty store beside everything that was restored."""
    if chosen.store_id not in manifest.stores:
        whose = ", ".join(sorted(manifest.stores)) or "no store"
        raise RestoreRefused(
            f"the backup is of {whose}, and {chosen.places.store_file} names {chosen.store_id}: correct its [store] id,"
            " or move that file away and the backup brings its own"
        )


def _put_database(  # noqa: PLR0917 - what a restore is about
    source: Path,
    places: Places,
    aside: Path,
    restored: Restored,
    beside: Path,
    now: datetime,
    *,
    is_damaged: bool = False,
) -> Again:
    """Made ready where nobody looks, then put in place in one move: a half restored database is never opened.

    On a server it is marked until the last step.

    Args:
        beside: the folder of the backup, where its lists lie too.
    """
    lists = (beside, places.backups, places.folder)
    if not places.is_sqlite:
        postgresql("pg_restore", places.database, "--no-owner", "--exit-on-error", "--single-transaction", str(source))
        return make_ready(places.database, Before(restored.backup_at, restored.seqs, lists), now)
    with scratch(places.folder) as room:
        told = shut_out.told_by(places.database_file, room)
    kept = str(aside) if places.database_file.exists() else ""
    before = Before(restored.backup_at, restored.seqs, lists, told, damaged=is_damaged, kept_aside=kept)
    again = make_ready(places.database.set(database=str(source)), before, now)
    put_in_place(source, places.database_file, aside)
    return again


def _restored(manifest: Manifest) -> Restored:
    made_at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=manifest.made_at)
    return Restored(made_at, {name: one["seq"] for name, one in manifest.stores.items()})


def _aside(places: Places, now: datetime) -> Path:
    return places.folder / f"aside-{now.astimezone(UTC).strftime('%Y%m%dT%H%M%SZ')}"
