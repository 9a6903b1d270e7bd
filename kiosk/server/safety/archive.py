"""The inside of a backup: a tar with a list of what is in it, each file with its size and hash.

`write` makes one from named files; `unpack` reads one into a folder and believes nothing: every name is checked against
the list, no path leads out of the folder, every file must be what the list says. Also where only a few are wanted.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO

from kiosk.server.safety.errors import BackupDamaged

LIST = "backup.json"
FORMAT = 1
DATABASE, STORE_FILE, SETTINGS, LOGO, FOLDER = "database", "store.toml", "hub.toml", "logo", "folder"
GROUP = "group.toml"
_NAME = re.compile(r"(?!.*(?:^|/)\.\.?(?:/|$))[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*")
CHUNK = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself.

    Attributes:
        made_at: microseconds since 1970. version: of the program. kind: sqlite or postgresql.
        stores: each store's seq and generation. files: name -> [size, sha256].
        group: where a hub serves several stores, the names of its own file and of this store's beside it.
    """

    made_at: int
    version: str
    kind: str
    stores: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, list[Any]] = field(default_factory=dict)
    format: int = FORMAT
    group: list[str] = field(default_factory=list)


def is_name(written: str) -> bool:
    """Whether it is a path that stays below its folder, of plain letters."""
    return _NAME.fullmatch(written) is not None


def write(to: BinaryIO, manifest: Manifest, files: Iterable[tuple[str, Path]]) -> Manifest:
    """A tar of these files, the list last, because only then every hash is known."""
    listed = dict(manifest.files)
    with tarfile.open(fileobj=to, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for name, path in files:
            if not _NAME.fullmatch(name):
                continue  # not one of the hub's own names
            try:
                content = path.open("rb")
            except FileNotFoundError:
                continue  # its time was over a moment ago
            with content:
                entry = tarfile.TarInfo(name)
                entry.size = path.stat().st_size
                entry.mode = 0o600
                hashing = _Hashing(content)
                tar.addfile(entry, hashing)
                listed[name] = [entry.size, hashing.digest.hexdigest()]
        whole = Manifest(**{**asdict(manifest), "files": listed})
        text = json.dumps(asdict(whole), indent=1).encode()
        entry = tarfile.TarInfo(LIST)
        entry.size = len(text)
        tar.addfile(entry, io.BytesIO(text))
    return whole


def unpack(source: BinaryIO, folder: Path, wanted: Callable[[str], bool] = lambda _: True) -> Manifest:
    """The files into an empty folder.

    Args:
        wanted: which; the others are compared with the list too, and kept nowhere.

    Raises:
        BackupDamaged: it is no backup, of a newer format, or something in it is not what its list says.
    """
    found: dict[str, list[Any]] = {}
    told: dict[str, Any] | None = None
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            for entry in tar:
                content = tar.extractfile(entry) if entry.isreg() else None
                if content is None or not _NAME.fullmatch(entry.name):
                    raise BackupDamaged(f"no backup of the hub: it has {entry.name!r} in it")
                if entry.name == LIST:
                    told = json.load(content)
                    continue
                to = folder / entry.name if wanted(entry.name) else Path(os.devnull)
                found[entry.name] = [entry.size, _copied(content, to)]
    except (tarfile.TarError, ValueError, FileExistsError, EOFError) as error:
        raise BackupDamaged(f"no backup of the hub, or damaged ({error})") from error
    if told is None or not isinstance(told.get("files"), dict):
        raise BackupDamaged("no backup of the hub: it has no list of what is in it")
    if told.get("format") != FORMAT:
        raise BackupDamaged("written by another version of kiosk; restore it with that version")
    if not all(map(is_name, told.get("group", ()))):
        raise BackupDamaged("no backup of the hub: its settings lay in no folder of a hub's")
    if told["files"] != found:
        wrong = sorted(
            name for name in found.keys() | told["files"].keys() if told["files"].get(name) != found.get(name)
        )
        raise BackupDamaged(f"damaged: {', '.join(wrong[:3])} is not what the backup's list says")
    return Manifest(**told)


def _copied(content: IO[bytes], to: Path) -> str:
    """The hash of what was written."""
    to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with to.open("wb" if to == Path(os.devnull) else "xb") as written:
        while part := content.read(CHUNK):
            digest.update(part)
            written.write(part)
    return digest.hexdigest()


class _Hashing(io.RawIOBase):
    """A file that is hashed as it is read."""

    def __init__(self, source: BinaryIO) -> None:
        """Nothing is read yet."""
        super().__init__()
        self._source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next part."""
        part = self._source.read(size)
        self.digest.update(part)
        return part
