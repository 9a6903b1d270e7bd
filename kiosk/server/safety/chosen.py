"""By which settings a restored hub runs: the machine's own where somebody has written them, else the backup's.

What `kiosk install` has put there as an example is nobody's word and gives way. Nothing is in its place before the
database is: a restore that fails leaves the machine as it was.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from kiosk import settings as kiosk_settings
from kiosk.server.safety import archive
from kiosk.server.safety.archive import GROUP, LOGO, SETTINGS, STORE_FILE
from kiosk.server.safety.backups import KEYS_FOLDER, Places, logo_of
from kiosk.server.safety.errors import RestoreRefused
from kiosk.server.safety.files import scratch, write_settings
from kiosk.server.safety.keys import Keys
from kiosk.server.safety.room import room_in

FROM_BACKUP = ".from-backup"
IsExample = Callable[[Path], bool]


@dataclass(frozen=True)
class Chosen:
    """The settings, and what a restore still has to do to them.

    Attributes:
        places: where they have everything. store_id: of the store that the hub will serve.
        brought: files of the backup that are to be put in place. beside: those that lie beside the machine's own.
    """

    places: Places
    store_id: str
    brought: Mapping[Path, bytes] = field(default_factory=dict)
    beside: Mapping[Path, bytes] = field(default_factory=dict)

    def put(self) -> tuple[list[Path], list[Path]]:
        """Last of all: the backup's files in their places, or beside; the answer is both."""
        for to, content in self.brought.items():
            write_settings(content, to)
        for to, content in self.beside.items():
            write_settings(content, to.with_name(to.name + FROM_BACKUP))
        return list(self.brought), list(self.beside)

    def waits_for(self) -> list[Path]:
        """Settings of the same hub's other stores that are not there: without them it does not start."""
        group = self.places.group
        names = kiosk_settings.load(group).section(kiosk_settings.Hub).stores if group and group.is_file() else ()
        files = [(group or Path()).absolute().parent / one for one in names]
        return [one for one in files if not one.exists()]


@dataclass(frozen=True)
class _Inside:
    """The settings that are in a backup: their content by what they are, and whose they are.

    Attributes:
        names: of the hub's own file and of the store's, where that hub served several; else empty.
    """

    content: Mapping[str, bytes]
    names: Sequence[str]
    stores: frozenset[str]


@contextmanager
def chosen(
    backup: Path, settings: Path, key: str | None, is_example: IsExample, store_id: str | None = None
) -> Iterator[Chosen]:
    """The choice for this machine; nothing has changed when it is left, unless `put` was called.

    Args:
        settings: where the hub's settings stand, or will; of a hub of several stores its own file, or the store's.
        is_example: whether a file is as `kiosk install` has put it there.
        store_id: which store, where somebody has said so.

    Raises:
        WrongKey, BackupDamaged: see backups.py. SettingsError: those that would be used cannot be.
        RestoreRefused: neither the machine nor the backup has them, or the backup is not of that store.
    """
    with room_in(settings.parent):
        inside = _settings_in(backup, _stores_own(settings, is_example, store_id) or settings, key, is_example)
    if store_id and store_id not in inside.stores:
        raise RestoreRefused(f"{backup}: is of {' and '.join(sorted(inside.stores)) or 'no store'}, not of {store_id}")
    file, group = _two_files(settings, inside, is_example, store_id)
    trial = file.with_name(file.name + FROM_BACKUP)
    is_brought = settings_are_missing(file, is_example)
    try:
        if is_brought and SETTINGS not in inside.content:
            raise RestoreRefused(f"{file}: is missing, and the backup has none; write it, and restore again")
        if is_brought:
            with room_in(file.parent):
                write_settings(inside.content[SETTINGS], trial)  # beside: what it names beside itself is found there
        loaded = kiosk_settings.load(trial if is_brought else file)
        yield _choice(Places.of(loaded, file, group), inside.content, is_example)
    finally:
        if is_brought:
            trial.unlink(missing_ok=True)


def _stores_own(settings: Path, is_example: IsExample, store_id: str | None) -> Path | None:
    """The file of a store that a hub's file leads to; None where that cannot be told from what is there."""
    for file in _leads_to(settings, is_example) if store_id else ():
        with suppress(kiosk_settings.SettingsError, RestoreRefused, OSError):
            if _store_id(Path(kiosk_settings.load(file).section(kiosk_settings.Hub).store_file), None) == store_id:
                return file
    return None


def _leads_to(settings: Path, is_example: IsExample) -> list[Path]:
    """The stores' files, where this is the file of a hub that serves several."""
    if settings_are_missing(settings, is_example):
        return []
    names = kiosk_settings.load(settings).section(kiosk_settings.Hub).stores
    return [settings.absolute().parent / one for one in names]


def _two_files(
    settings: Path, inside: _Inside, is_example: IsExample, store_id: str | None
) -> tuple[Path, Path | None]:
    """The store's file and, where its hub serves several, that hub's own."""
    group_name, own_name = inside.names or ("", "")
    files = _leads_to(settings, is_example)
    if files:
        own = _stores_own(settings, is_example, store_id) or settings.absolute().parent / own_name
        if own not in files:
            known = " or ".join(str(one) for one in files)
            raise RestoreRefused(f"{settings}: leads to several stores; name the file of the right one: {known}")
        return own, settings
    if group_name and settings.name == Path(own_name).name:
        folder = settings.absolute().parents[len(Path(own_name).parts) - 1]
        return settings, folder / group_name
    if group_name and settings_are_missing(settings, is_example):
        return settings.parent / own_name, settings
    return settings, None


def settings_are_missing(path: Path, is_example: IsExample) -> bool:
    """Whether nobody has written these settings yet."""
    return not path.exists() or is_example(path)


def _settings_in(backup: Path, settings: Path, key: str | None, is_example: IsExample) -> _Inside:
    """The settings that are in a backup. Nothing else of it is written anywhere."""
    folder = kiosk_settings.Hub().folder
    if not settings_are_missing(settings, is_example):
        folder = kiosk_settings.load(settings).section(kiosk_settings.Hub).folder
    wanted = {SETTINGS, GROUP, STORE_FILE, LOGO}
    with scratch_beside(settings) as room, Keys(Path(folder) / KEYS_FOLDER).opened(backup, key) as plain:
        manifest = archive.unpack(plain, room, wanted.__contains__)
        content = {path.name: path.read_bytes() for path in room.iterdir() if path.name in wanted}
    return _Inside(content, manifest.group, frozenset(manifest.stores))


@contextmanager
def scratch_beside(settings: Path) -> Iterator[Path]:
    """A folder beside the settings, which may be the first thing on this machine."""
    settings.parent.mkdir(parents=True, exist_ok=True)
    with scratch(settings.parent) as room:
        yield room


def _choice(places: Places, inside: Mapping[str, bytes], is_example: IsExample) -> Chosen:
    brought: dict[Path, bytes] = {}
    beside: dict[Path, bytes] = {}
    for file, content in ((places.settings, inside.get(SETTINGS)), (places.group, inside.get(GROUP))):
        if file is None or content is None:
            continue
        if settings_are_missing(file, is_example):
            brought[file] = content
        elif content != file.read_bytes():
            beside[file] = content
    store_file, store = places.store_file, inside.get(STORE_FILE)
    if settings_are_missing(store_file, is_example):
        if store is None:
            raise RestoreRefused(f"{store_file}: is missing, and the backup has none; write it, and restore again")
        brought[store_file] = store
        logo = logo_of(store_file, store)
        if logo and LOGO in inside and not logo.exists():
            brought[logo] = inside[LOGO]
    elif store not in {None, store_file.read_bytes()}:
        beside[store_file] = store or b""
    return Chosen(places, _store_id(store_file, brought.get(store_file)), brought, beside)


def _store_id(store_file: Path, content: bytes | None) -> str:
    """Of a store's file; whether all of it can be used, the hub says when it starts."""
    try:
        written = tomllib.loads((content or store_file.read_bytes()).decode("utf-8-sig"))
        return str(written["store"]["id"])
    except (ValueError, KeyError, TypeError) as error:
        raise RestoreRefused(f"{store_file}: does not name its store ([store] id); kiosk check tells more") from error
