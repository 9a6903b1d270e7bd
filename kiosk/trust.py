"""Whom a device trusts, and by what the hub knows it: pinned authorities, its key, its token, in its own folder.

A connection is checked against the pinned authorities alone: chain and name always, dates once the clock is set.
"""

from __future__ import annotations

import base64
import os
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from kiosk.durable import replace_file
from kiosk.errors import KioskError
from kiosk.pairing import certificate_fingerprint

NO_CHECK_TIME = 0x200000  # OpenSSL's X509_V_FLAG_NO_CHECK_TIME; Python has no name for it
SYNCHRONISED = Path("/run/systemd/timesync/synchronized")
MOST_AUTHORITIES = 4


class TrustUnusable(KioskError):
    """The device's trust folder cannot be read or written."""


def clock_is_set() -> bool:
    """Whether this machine's clock has been set from the network since it started.

    systemd-timesyncd says so by a file; where there is none, dates are left unchecked: chain, name and pin still hold.
    """
    return SYNCHRONISED.exists()


@dataclass(frozen=True)
class Trust:
    """What a paired device has.

    Attributes:
        authorities: certificates in PEM, the pinned ones.
        token: what it is known by; never shown, never logged.
        name: as which device, such as lane/A.
        hub: the address at which it was paired.
    """

    authorities: tuple[str, ...]
    token: str
    name: str
    hub: str

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """Of the pinned authorities."""
        return tuple(certificate_fingerprint(one) for one in self.authorities)


class TrustFolder:
    """`trust` in a device's folder."""

    def __init__(self, device_folder: Path) -> None:
        """Nothing is read yet."""
        self.folder = device_folder / "trust"

    def load(self) -> Trust | None:
        """What is kept, or None: this device is not paired.

        Raises:
            TrustUnusable: the folder cannot be read.
        """
        try:
            token, name, hub = (self.folder / "token").read_text("ascii").split()
            return Trust(_certificates((self.folder / "authorities.pem").read_text("ascii")), token, name, hub)
        except (FileNotFoundError, ValueError):
            return None
        except OSError as error:
            raise self._unusable(error) from error

    def keep(self, trust: Trust) -> None:
        """Keep all of it, on the disk when this returns; the token last, for without it there is nothing."""
        self.keep_authorities(trust.authorities)
        self._write("token", f"{trust.token} {trust.name} {trust.hub}\n")

    def keep_authorities(self, authorities: Iterable[str]) -> None:
        """Trust these from now on."""
        self._write("authorities.pem", "".join(authorities))

    def forget(self) -> None:
        """Not paired any more: the hub has revoked it. The key stays, the authorities too."""
        try:
            (self.folder / "token").unlink(missing_ok=True)
        except OSError as error:
            raise self._unusable(error) from error

    def key(self) -> DeviceKey:
        """The device's own key, made at the first time."""
        file = self.folder / "key.pem"
        try:
            return DeviceKey(file.read_bytes())
        except FileNotFoundError:
            made = DeviceKey.new()
            self._write("key.pem", made.pem.decode())
            return made
        except OSError as error:
            raise self._unusable(error) from error

    def _write(self, name: str, content: str) -> None:
        """Replace a file; where root does it, by `kiosk pair`, the role must be able to read it."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            owner = None
            if os.geteuid() == 0:
                around = self.folder.parent.stat()
                owner = around.st_uid, around.st_gid
                os.chown(self.folder, *owner)
            replace_file(self.folder / name, content.encode("ascii"), owner)
        except OSError as error:
            raise self._unusable(error) from error

    def _unusable(self, error: OSError) -> TrustUnusable:
        return TrustUnusable(
            f"{self.folder}: {(error.strerror or 'unusable').lower()}; it belongs to the program's user"
        )


class DeviceKey:
    """An Ed25519 key that never leaves the device."""

    def __init__(self, pem: bytes) -> None:
        """From its file."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        key = load_pem_private_key(pem, password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TrustUnusable("trust/key.pem: not a key of this version; remove it and pair the device again")
        self.pem = pem
        self._key = key

    @classmethod
    def new(cls) -> DeviceKey:
        """A fresh one."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        made = Ed25519PrivateKey.generate()
        return cls(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    @property
    def public(self) -> str:
        """The public key in base64."""
        return base64.b64encode(self._key.public_key().public_bytes_raw()).decode()

    def signature(self, message: bytes) -> str:
        """In base64."""
        return base64.b64encode(self._key.sign(message)).decode()


def context_for(authorities: Iterable[str], *, clock: Callable[[], bool] = clock_is_set) -> ssl.SSLContext:
    """What checks a connection: these authorities and no other, the name, and the dates if the clock is set."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    for one in authorities:
        context.load_verify_locations(cadata=one)
    look_at_the_clock(context, clock=clock)
    return context


def look_at_the_clock(context: ssl.SSLContext, *, clock: Callable[[], bool] = clock_is_set) -> None:
    """Check dates from now on if the clock is set; before each connection, for it is set while the device runs."""
    flags = int(context.verify_flags)
    context.verify_flags = ssl.VerifyFlags(flags & ~NO_CHECK_TIME if clock() else flags | NO_CHECK_TIME)


def _certificates(text: str) -> tuple[str, ...]:
    end = "-----END CERTIFICATE-----\n"
    found = tuple(one + end for one in text.split(end) if "BEGIN CERTIFICATE" in one)
    if not found:
        raise ValueError(text)
    return found[:MOST_AUTHORITIES]


class Secured:
    """A paired device's connection: what checks it, and what it shows. Any thread."""

    def __init__(self, folder: TrustFolder, trust: Trust, *, clock: Callable[[], bool] = clock_is_set) -> None:
        """`trust`: as the folder has it."""
        self._folder = folder
        self._clock = clock
        self._authorities = trust.authorities
        self.authorization = f"Bearer {trust.token}"
        self.context = context_for(trust.authorities, clock=clock)

    @property
    def fingerprints(self) -> list[str]:
        """Of the authorities that this device trusts."""
        return [certificate_fingerprint(one) for one in self._authorities]

    def before_connecting(self) -> None:
        """Check dates from the moment on at which this machine's clock is set."""
        look_at_the_clock(self.context, clock=self._clock)

    def adopt(self, authorities: object) -> None:
        """What the hub told over a connection that was checked: trust its successor too, and let go of a former one.

        An authority that is let go of is forgotten at the next start. A list that is none changes nothing.
        """
        if not isinstance(authorities, list) or not 1 <= len(authorities) <= MOST_AUTHORITIES:
            return
        told = tuple(authorities)
        if told == self._authorities or not all(isinstance(one, str) and "BEGIN CERTIFICATE" in one for one in told):
            return
        try:
            for one in told:
                if one not in self._authorities:
                    self.context.load_verify_locations(cadata=one)
        except ssl.SSLError:
            return
        self._folder.keep_authorities(told)
        self._authorities = told
