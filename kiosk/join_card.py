"""The join file that an administrator put on a device's card: taken once into the device's own folder, then wiped.

The boot partition can be read by whoever holds the card, so nothing stays there: `take` runs before the roles start.
The role itself joins with what was taken (device_pairing.py), however long the hub is away, and wipes that too.
"""

from __future__ import annotations

import os
import pwd
from pathlib import Path

from kiosk.durable import replace_file, sync_folder
from kiosk.errors import KioskError
from kiosk.pairing import LONGEST_JOIN_FILE, JoinFile, JoinFileUnusable, read_join_file

CARD = Path("/boot/firmware/kiosk-join.json")
SETTINGS = Path("/etc/kiosk")
NAME = "join.json"
USER = "kiosk"


class NotTaken(KioskError):
    """The file is not this device's, or could not be kept; the message says what to do."""


def take(card: Path = CARD, settings_folder: Path = SETTINGS, user: str = USER) -> Path:
    """Move the join file from the card into the folder of the role that it is for; where it lies now.

    Args:
        settings_folder: has `<role>.toml` of each role of this machine.
        user: whose file it becomes, if root does this.

    Raises:
        NotTaken: no role of this machine is meant, or it is no join file (both are wiped); or it could not be kept (it
            stays on the card).
    """
    try:
        with card.open("rb") as content:
            written = content.read(LONGEST_JOIN_FILE + 1)
    except OSError as error:
        raise NotTaken(f"{card}: {(error.strerror or 'unreadable').lower()}") from error
    try:
        folder = _folder_for(read_join_file(written.decode("utf-8", "replace")), settings_folder)
    except KioskError as error:
        wipe(card)
        raise NotTaken(f"{card}: {error}; the file was wiped") from error
    try:
        kept = _kept(written, folder, user)
    except OSError as error:
        why = (error.strerror or "unusable").lower()
        raise NotTaken(f"{folder}: {why}; the join file stays on the card") from error
    wipe(card)
    return kept


def waiting(device_folder: Path) -> JoinFile | None:
    """The join file that was taken for a device and not used yet; one that is none is wiped."""
    file = device_folder / NAME
    try:
        return read_join_file(file.read_text("utf-8", "replace"))
    except OSError:
        return None
    except JoinFileUnusable:
        wipe(file)
        return None


def used(device_folder: Path) -> None:
    """It opens nothing any more."""
    wipe(device_folder / NAME)


def wipe(file: Path) -> None:
    """Overwrite and remove. What a card's own electronics keep elsewhere is good once, and for 24 hours.

    Raises:
        NotTaken: it cannot be written.
    """
    try:
        with file.open("r+b") as content:
            content.write(bytes(os.fstat(content.fileno()).st_size))
            content.flush()
            os.fsync(content.fileno())
        file.unlink()
        sync_folder(file.parent)
    except FileNotFoundError:
        return
    except OSError as error:
        raise NotTaken(f"{file}: {(error.strerror or 'unusable').lower()}; remove it by hand") from error


def _folder_for(join: JoinFile, settings_folder: Path) -> Path:
    """The folder of the role that the file names.

    Raises:
        KioskError: this machine has no such role, or its settings cannot be read.
    """
    from kiosk import settings as kiosk_settings

    role, _, name = join.name.partition("/")
    file = settings_folder / f"{role}.toml"
    if role not in {"lane", "pager", "board"} or not file.exists():
        raise NotTaken(f"the join file is for {join.name}, and this machine is no {role}")
    settings = kiosk_settings.load(file)
    device = settings.section(kiosk_settings.Device)
    called = settings.lane.letter if settings.lane else device.name
    if called != name:
        raise NotTaken(f"the join file is for {join.name}, and {file} is of {role}/{called}")
    return Path(device.folder)


def _kept(written: bytes, folder: Path, user: str) -> Path:
    """The file in the role's folder, on the disk when this returns, readable by the role's user alone."""
    owner = _owner(user)
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True)
        if owner:
            os.chown(folder, *owner)
    kept = folder / NAME
    replace_file(kept, written, owner)
    return kept


def _owner(user: str) -> tuple[int, int] | None:
    """The user and group of the roles, where root does this; None: whoever does it keeps it."""
    if os.geteuid() != 0:
        return None
    try:
        found = pwd.getpwnam(user)
    except KeyError:
        return None
    return found.pw_uid, found.pw_gid
