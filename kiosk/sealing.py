"""Keeping words on a disk so that the disk alone does not tell them: AES-256-GCM, and a key that ends after a while.

What this protects from, and what not, is in docs/lane-offline.md. Whose words they are is the caller's.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.domain.facts import from_us, to_us

KEY_BYTES = 32
NONCE_BYTES = 12
SALT_BYTES = 16
CLOCK_MAY_BE_OFF = timedelta(minutes=5)
SERIAL_NUMBER = Path("/sys/firmware/devicetree/base/serial-number")
MACHINE_ID = Path("/etc/machine-id")


def encrypted(key: bytes, words: str, about: str) -> bytes:
    """The words so that only the key tells them; each time other bytes.

    Args:
        key: 32 bytes.
        words: any text.
        about: what they are; who decrypts must say the same.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, words.encode(), about.encode())


def decrypted(key: bytes, content: bytes, about: str) -> str | None:
    """The words; None with another key, for something else, or where a single bit was changed."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], about.encode()).decode()
    except (InvalidTag, ValueError):  # ValueError: too short to be anything
        return None


def machine_secret() -> bytes:
    """What this machine knows and its card does not: a Pi's serial number. Elsewhere the machine-id, on the disk."""
    for file in (SERIAL_NUMBER, MACHINE_ID):
        try:
            told = file.read_bytes().strip(b"\0\n ")
        except OSError:
            continue
        if told:
            return told
    return b"no machine"


@dataclass(frozen=True)
class Sealed:
    """A key as it lies on the disk. Both times are part of what is protected: changed, it opens no more."""

    salt: bytes
    content: bytes
    sealed_at: datetime
    good_until: datetime


def sealed(key: bytes, machine: bytes, at: datetime, for_how_long: timedelta) -> Sealed:
    """The key, to be opened on this machine, until then."""
    salt, until = os.urandom(SALT_BYTES), at + for_how_long
    return Sealed(salt, encrypted(_of_machine(machine, salt), key.hex(), _times(at, until)), at, until)


def opened(seal: Sealed, machine: bytes, at: datetime) -> bytes | None:
    """The key; None on another machine, when the time is over, or by a clock that stands before the sealing."""
    if not seal.sealed_at - CLOCK_MAY_BE_OFF <= at < seal.good_until:
        return None
    told = decrypted(_of_machine(machine, seal.salt), seal.content, _times(seal.sealed_at, seal.good_until))
    return bytes.fromhex(told) if told else None


def from_numbers(salt: bytes, content: bytes, sealed_us: int, good_until_us: int) -> Sealed:
    """A seal as a row of a file has it."""
    return Sealed(salt, content, from_us(sealed_us), from_us(good_until_us))


def _of_machine(machine: bytes, salt: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), KEY_BYTES, salt, b"service lane roster").derive(machine)


def _times(at: datetime, until: datetime) -> str:
    return f"{to_us(at)} {to_us(until)}"
