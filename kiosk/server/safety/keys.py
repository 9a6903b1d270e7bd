"""Who can open a backup: whoever has the recovery key, and this machine itself. The only file that imports pyrage.

The recovery key is an age identity (X25519); the hub keeps its public half only. The machine's own key lies in the
hub's folder and in no backup: with it a backup is read back after it was written, and a damaged database is replaced
without waking anybody. Whoever has this machine has all that is in its backups anyway.
"""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from kiosk.server.safety.errors import BackupDamaged, NoRecoveryKey, WrongKey
from kiosk.server.safety.files import make_folder, written_whole

RECIPIENT = "recovery.pub"
MACHINE_KEY = "machine.key"
SECRET_BEGINS = "AGE-SECRET-KEY-1"  # noqa: S105 - how every such key begins


class Keys:
    """The keys in one folder, readable by the hub's user alone."""

    def __init__(self, folder: Path) -> None:
        """Nothing is read yet."""
        self._folder = folder

    def new_recovery_key(self) -> str:
        """Draw a recovery key and keep its public half. Backups made before open with the key before."""
        from pyrage import x25519

        key = str(x25519.Identity.generate())
        self.take(key)
        return key

    def take(self, key: str) -> None:
        """Make backups for this recovery key from now on: only its public half is kept.

        Raises:
            WrongKey: it is none.
        """
        self._write(RECIPIENT, f"{identity_of(key).to_public()}\n")

    @property
    def is_ready(self) -> bool:
        """Whether there is a recovery key."""
        return (self._folder / RECIPIENT).is_file()

    def fingerprint(self) -> str:
        """The public half, by which a key on paper can be told from another.

        Raises:
            NoRecoveryKey: none was made yet.
        """
        try:
            return (self._folder / RECIPIENT).read_text("ascii").strip()
        except FileNotFoundError:
            raise NoRecoveryKey from None

    def encrypt(self, plain: BinaryIO, sealed: BinaryIO) -> None:
        """Write what is read, for both keys.

        Raises:
            NoRecoveryKey: none was made yet.
        """
        import pyrage

        recipients = [pyrage.x25519.Recipient.from_str(self.fingerprint()), self._machine().to_public()]
        pyrage.encrypt_io(cast("io.BufferedIOBase", plain), cast("io.BufferedIOBase", sealed), recipients)

    def decrypt(self, sealed: BinaryIO, plain: BinaryIO, key: str | None = None) -> None:
        """Write what is read, opened with `key`, or with this machine's own.

        Raises:
            WrongKey: it does not open it, or this machine has no key.
            BackupDamaged: it is no encrypted file, or changed since it was written.
        """
        import pyrage

        try:
            pyrage.decrypt_io(
                cast("io.BufferedIOBase", sealed),
                cast("io.BufferedIOBase", plain),
                [identity_of(key) if key else self._machine(may_draw=False)],
            )
        except pyrage.DecryptError as error:
            if "No matching keys" in str(error):
                whose = "this recovery key" if key else "this machine's own key; give the recovery key"
                raise WrongKey(f"the backup does not open with {whose}") from None
            raise BackupDamaged(f"no backup of the hub, or damaged ({error})") from None
        except OSError as error:
            if error.errno is not None:  # the disk, not what stands on it
                raise
            raise BackupDamaged(f"the backup is damaged ({error})") from None

    @contextmanager
    def opened(self, path: Path, key: str | None = None) -> Iterator[BinaryIO]:
        """What an encrypted file holds, read as it is opened and written nowhere; raises as `decrypt`."""
        source, sink = os.pipe()
        failed: list[BaseException] = []

        def open_it() -> None:
            try:
                with os.fdopen(sink, "wb") as plain, path.open("rb") as sealed:
                    self.decrypt(sealed, plain, key)
            except BrokenPipeError:
                pass  # the reader has seen enough
            except BaseException as error:  # noqa: BLE001 - told to the reader
                failed.append(error)

        opening = threading.Thread(target=open_it, name="decrypting", daemon=True)
        opening.start()
        try:
            with os.fdopen(source, "rb") as plain:
                yield plain
        except BackupDamaged:
            opening.join()
            if not failed:
                raise
        opening.join()
        if failed:
            raise failed[0]

    def _machine(self, *, may_draw: bool = True) -> Any:
        from pyrage import x25519

        path = self._folder / MACHINE_KEY
        if not path.exists():
            if not may_draw:
                raise WrongKey("this machine has no key of its own; give the recovery key with --key")
            self._write(MACHINE_KEY, f"{x25519.Identity.generate()}\n")
        return identity_of(path.read_text("ascii"))

    def _write(self, name: str, text: str) -> None:
        make_folder(self._folder)
        with written_whole(self._folder / name) as written:
            written.write(text.encode("ascii"))


def identity_of(text: str) -> Any:
    """A key as it was typed or scanned: capitals or not, spaces and line ends forgiven.

    Raises:
        WrongKey: it is none.
    """
    from pyrage import IdentityError, x25519

    written = "".join(text.split()).upper()
    try:
        return x25519.Identity.from_str(written)
    except IdentityError:
        raise WrongKey(f"that is no recovery key; one begins with {SECRET_BEGINS} and has 74 characters") from None
