"""What the doctor looks at in a hub alone: its store, its database, its names, and whether it is backed up."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.commands._checks import ANSWER_WITHIN_S, Look, State, folder

if TYPE_CHECKING:
    from kiosk import settings as s
    from kiosk.server.synchronised import ClockWatch


def of_hub(settings: s.Settings, hub: s.Hub) -> Iterator[tuple[str, Look]]:
    """What the hub's settings name, each with the way to look at it."""
    yield "store", lambda: store(hub)
    yield "database", lambda: database(hub.database)
    yield "folder", lambda: folder(hub.folder)
    yield "backup", lambda: backup(settings, hub)
    yield "clock", lambda: clock(hub)
    if settings.web:
        yield "web", lambda: names(settings)


def store(hub: s.Hub) -> Iterator[tuple[State, str]]:
    """The store's catalogue."""
    from kiosk.settings import SettingsError, load_store

    try:
        found = load_store(hub.store_file)
    except SettingsError as error:
        for problem in error.problems:
            yield State.FAILED, problem
        return
    counted = f"{len(found.advisors)} advisors, {len(found.operations)} operations, {found.bays} bays"
    yield State.OK, f"{found.name.en}: {counted}, {found.zone.key}"


def database(url: str) -> Iterator[tuple[State, str]]:
    """The hub's database as it is now: nothing is made, and nothing is migrated."""
    from sqlalchemy.engine import make_url

    from kiosk.server.running import hub_runs_on

    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        parsed = parsed.set(drivername="postgresql+psycopg") if parsed.drivername == "postgresql" else parsed
        name = parsed.set(drivername="postgresql").render_as_string(hide_password=True)
    elif not (path := Path(parsed.database or "")).exists():
        for state, words in folder(str(path.parent)):
            is_sound = state is not State.FAILED
            yield (
                (State.ADVICE, f"{path}: not made yet; kiosk hub makes it when it starts")
                if is_sound
                else (state, words)
            )
        return
    else:
        name = str(path)
        parsed = parsed.set(database=f"file:{path}").update_query_dict({"mode": "ro", "uri": "true"})
    yield from _revision(parsed, name)
    if hub_runs_on(url):
        yield State.OK, "a hub runs on it"


def _revision(url: Any, name: str) -> Iterator[tuple[State, str]]:
    """Can it be read, is it whole, and is it of this version?"""
    from sqlalchemy import create_engine
    from sqlalchemy.exc import DatabaseError, SQLAlchemyError

    from kiosk.server.migrating import version_of
    from kiosk.server.postgresql import HALF_RESTORED_REMEDY, PostgreSQL, is_half_restored
    from kiosk.server.schema import VERSION

    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            is_whole = engine.dialect.name != "sqlite" or (
                connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() == "ok"
            )
            version = version_of(connection)
            is_half = engine.dialect.name == "postgresql" and is_half_restored(connection)
    except SQLAlchemyError as error:
        if isinstance(error, DatabaseError) and url.get_backend_name() == "postgresql":
            raise PostgreSQL(url, ANSWER_WITHIN_S).unusable(error) from error
        said = str(getattr(error, "orig", error)).strip().splitlines()[0]
        yield State.FAILED, f"{name}: {said}; is it running, and may this user read it?"
        return
    finally:
        engine.dispose()
    if is_half:
        yield State.FAILED, f"{name}: {HALF_RESTORED_REMEDY}"
    elif not is_whole:
        yield State.FAILED, f"{name}: damaged; keep the file and restore the newest backup"
    elif version == VERSION:
        yield State.OK, f"{name}: whole, of this version"
    else:
        yield State.ADVICE, f"{name}: of version {version or 'none'}; kiosk hub brings it to {VERSION} when it starts"


def backup(settings: s.Settings, hub: s.Hub) -> Iterator[tuple[State, str]]:
    """Whether backups can be made and opened, where they go, and which is the newest."""
    from kiosk.server.safety.backups import Backups, Places

    places = Places.of(settings, Path(hub.folder))
    try:
        yield from _backup_folder(places.backups, is_own=not (settings.backup and settings.backup.folder))
        if not places.keys.is_ready:
            remedy = "sudo -u kiosk-hub kiosk backup new-key makes it and shows it once"
            yield State.ADVICE, f"there is no recovery key, so no backup is made; {remedy}"
    except PermissionError as error:
        yield State.FAILED, f"{error.filename}: this user may not look there; run the check as root"
        return
    newest = next(iter(Backups(places).all()), None)
    if newest:
        yield State.OK, f"the newest is {newest.path}, of {newest.made_at:%Y-%m-%d %H:%M} UTC"
    else:
        yield State.ADVICE, f"{places.backups}: no backup yet; kiosk backup now makes one"


def _backup_folder(path: Path, *, is_own: bool) -> Iterator[tuple[State, str]]:
    from kiosk.server.safety.mounted import missing_mount

    if is_own:
        remedy = "name a stick or a network drive in [backup] folder"
        yield State.ADVICE, f"{path}: on the hub's own machine, and lost with it; {remedy}"
    elif not path.is_dir():
        remedy = "plug the stick in and mount it, or correct [backup] folder"
        yield State.FAILED, f"{path}: is not there, so no backup is made; {remedy}"
    elif point := missing_mount(path):
        remedy = f"plug the stick in, and: mount {point}"
        yield State.FAILED, f"{path}: nothing is mounted at {point}, so no backup is made; {remedy}"
    elif not os.access(path, os.W_OK | os.X_OK):
        yield State.FAILED, f"{path}: this user cannot write there; make it the hub's: chown kiosk-hub: {path}"


def clock(hub: s.Hub, watch: ClockWatch | None = None) -> Iterator[tuple[State, str]]:
    """Whether completions are estimated by this machine's clock."""
    from kiosk.server.synchronised import ClockWatch, Synchronised

    if hub.clock == "trusted":
        yield State.OK, "right by other means, as [hub] clock says"
        return
    said = (watch or ClockWatch()).state()
    if said is Synchronised.NO:
        remedy = "name a time server (NTP= in /etc/systemd/timesyncd.conf), or say clock = trusted in [hub]"
        yield State.ADVICE, f"it follows no time server, so no completion is estimated; {remedy}"
    elif said is Synchronised.YES:
        yield State.OK, "it follows a time server"
    else:
        yield State.OK, "this machine does not say whether its clock is set; it is taken for right"


def names(settings: s.Settings) -> Iterator[tuple[State, str]]:
    """Whether the store's authority, as it was made, may speak for all of [web] names."""
    from cryptography import x509

    from kiosk.server.devices.assembly import authority_folder
    from kiosk.server.devices.authority import may_speak_for

    public = authority_folder(settings) / "ca.crt"
    wanted = settings.web.names if settings.web else ()
    try:
        authority = x509.load_pem_x509_certificate(public.read_bytes())
    except FileNotFoundError:
        yield State.ADVICE, f"{public}: not made yet; kiosk hub makes it for {', '.join(wanted)} when it starts"
        return
    except (OSError, ValueError):
        yield State.FAILED, f"{public}: cannot be read; run the check as the hub's user or as root"
        return
    beyond = [one for one in wanted if not may_speak_for(authority, one)]
    if not beyond:
        yield State.OK, f"the store's authority speaks for {', '.join(wanted)}"
    elif len(beyond) < len(wanted):
        remedy = "make its successor with: kiosk pair new-authority"
        yield State.ADVICE, f"names: the store's authority was not made to speak for {', '.join(beyond)}; {remedy}"
    else:
        remedy = "keep a name of before beside it, or: kiosk pair new-authority --now, and pair every device anew"
        yield State.FAILED, f"names: the store's authority was not made to speak for {', '.join(beyond)}; {remedy}"
