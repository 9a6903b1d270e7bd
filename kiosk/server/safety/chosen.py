"""By which settings a restored hub runs: the machine's own where somebody has written them, else the backup's.

What `kiosk install` has put there as an example is nobody's word and gives way. Nothing is in its place before the
database is: a restore that fails leaves the machine as it was.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kiosk import settings as kiosk_settings
from kiosk.server.safety import archive
from kiosk.server.safety.archive import LOGO, SETTINGS, STORE_FILE
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


@contextmanager
def chosen(backup: Path, settings: Path, key: str | None, is_example: IsExample) -> Iterator[Chosen]:
    """The choice for this machine; nothing has changed when it is left, unless `put` was called.

    Args:
        settings: where the hub's settings stand, or will.
        is_example: whether a file is as `kiosk install` has put it there.

    Raises:
        WrongKey, BackupDamaged: see backups.py. SettingsError: those that would be used cannot be.
        RestoreRefused: neither the machine nor the backup has them.
    """
    with room_in(settings.parent):
        inside = _settings_in(backup, settings, key, is_example)
    trial = settings.with_name(settings.name + FROM_BACKUP)
    is_brought = settings_are_missing(settings, is_example)
    try:
        if is_brought and SETTINGS not in inside:
            raise RestoreRefused(f"{settings}: is missing, and the backup has none; write it, and restore again")
        if is_brought:
            with room_in(settings.parent):
                write_settings(inside[SETTINGS], trial)  # beside: what it names beside itself is found there
        loaded = kiosk_settings.load(trial if is_brought else settings)
        yield _choice(Places.of(loaded, settings), inside, is_example, is_brought=is_brought)
    finally:
        if is_brought:
            trial.unlink(missing_ok=True)


def settings_are_missing(path: Path, is_example: IsExample) -> bool:
    """Whether nobody has written these settings yet."""
    return not path.exists() or is_example(path)


def _settings_in(backup: Path, settings: Path, key: str | None, is_example: IsExample) -> dict[str, bytes]:
    """The settings that are in a backup. Nothing else of it is written anywhere."""
    folder = kiosk_settings.Hub().folder
    if not settings_are_missing(settings, is_example):
        folder = kiosk_settings.load(settings).section(kiosk_settings.Hub).folder
    wanted = {SETTINGS, STORE_FILE, LOGO}
    with scratch_beside(settings) as room, Keys(Path(folder) / KEYS_FOLDER).opened(backup, key) as plain:
        archive.unpack(plain, room, wanted.__contains__)
        return {path.name: path.read_bytes() for path in room.iterdir() if path.name in wanted}


@contextmanager
def scratch_beside(settings: Path) -> Iterator[Path]:
    """A folder beside the settings, which may be the first thing on this machine."""
    settings.parent.mkdir(parents=True, exist_ok=True)
    with scratch(settings.parent) as room:
        yield room


def _choice(places: Places, inside: Mapping[str, bytes], is_example: IsExample, *, is_brought: bool) -> Chosen:
    brought: dict[Path, bytes] = {places.settings: inside[SETTINGS]} if is_brought else {}
    beside: dict[Path, bytes] = {}
    if not is_brought and inside.get(SETTINGS) not in {None, places.settings.read_bytes()}:
        beside[places.settings] = inside[SETTINGS]
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
