"""Passwords and PINs: what they must be, and their argon2id hashes, made in a thread that nobody else waits for.

One hash takes tens of milliseconds and 19 MiB on purpose. One is made at a time, by a thread of low priority, and few
may wait: somebody who hammers at the door does not slow a check-in.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kiosk.server.errors import BadRequest, Busy

T = TypeVar("T")
SHORTEST, LONGEST = 10, 128
PIN = re.compile(r"[0-9]{6}")
TIME_COST, MEMORY_KIB = 2, 19 * 1024  # the least that OWASP advises for argon2id; 26 ms on a small server
MOST_WAITING = 8
NICE = 10
COMMON = Path(__file__).with_name("common_passwords.txt")  # the first 32 bits of each one's SHA-256
CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
STAIRS = "01234567890123456789", "98765432109876543210"


class Passwords:
    """Makes and compares hashes. Thread-safe; the caller waits for its turn."""

    def __init__(self) -> None:
        """No thread runs before the first hash."""
        self._hasher = PasswordHasher(time_cost=TIME_COST, memory_cost=MEMORY_KIB, parallelism=1)
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="passwords", initializer=_be_nice)
        self._places = threading.BoundedSemaphore(MOST_WAITING)

    def hashed(self, secret: str) -> str:
        """The hash of a password or PIN, with its own salt.

        Raises:
            Busy: too many are waiting already.
        """
        return self._in_turn(lambda: self._hasher.hash(secret))

    def fits(self, secret: str, hashed: str | None) -> bool:
        """Whether this secret has that hash. None, where no account is: the same work, and it does not fit."""
        return self._in_turn(lambda: self._verified(secret, hashed or _nobodys(self._hasher)) and hashed is not None)

    def is_outdated(self, hashed: str) -> bool:
        """Whether a hash was made with other parameters than today's: it is made anew when its password is typed."""
        return self._hasher.check_needs_rehash(hashed)

    def close(self) -> None:
        """Take no more."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _verified(self, secret: str, hashed: str) -> bool:
        try:
            return self._hasher.verify(hashed, secret)
        except (VerificationError, InvalidHashError):
            return False

    def _in_turn(self, work: Callable[[], T]) -> T:
        if not self._places.acquire(blocking=False):
            raise Busy("many people are signing in just now; try again in a moment")
        try:
            return self._worker.submit(work).result()
        finally:
            self._places.release()


def check_password(password: str, *, not_in_it: tuple[str, ...] = ()) -> None:
    """Refuse a password that somebody would guess. Any characters will do, and no kind of them is asked for.

    Args:
        not_in_it: names of the person and the store; a password that is little more than one of them is refused.

    Raises:
        BadRequest: too_short, too_long, too_common or too_like_a_name.
    """
    if len(password) < SHORTEST:
        raise BadRequest(f"password: at least {SHORTEST} characters", code="too_short")
    if len(password) > LONGEST:
        raise BadRequest(f"password: at most {LONGEST} characters", code="too_long")
    plain = password.casefold()
    if _is_common(plain) or len(set(plain)) < 4 or _is_stairs(plain):
        raise BadRequest("password: one of those that are tried first; choose another", code="too_common")
    for name in not_in_it:
        word = name.casefold().strip()
        if len(word) > 2 and word in plain and len(plain.replace(word, "")) <= SHORTEST // 2:
            raise BadRequest("password: little more than a name; choose another", code="too_like_a_name")


def check_pin(pin: str) -> None:
    """Refuse a PIN that is not six digits, or one that is tried first.

    Raises:
        BadRequest: bad_pin or easy_pin.
    """
    if not PIN.fullmatch(pin):
        raise BadRequest("pin: six digits", code="bad_pin")
    pairs = {pin[:2], pin[2:4], pin[4:]}
    if len(set(pin)) < 3 or _is_stairs(pin) or len(pairs) == 1 or pin[:3] == pin[3:] or pin in {"112233", "121314"}:
        raise BadRequest("pin: one of those that are tried first; choose another", code="easy_pin")


def new_password() -> str:
    """A password drawn by the hub, 80 bits, easy to read out: four groups of four."""
    return "-".join(drawn(4) for _ in range(4))


def drawn(length: int) -> str:
    """Random characters of Crockford's base 32: five bits each, none that looks like another."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(length))


@cache
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text("ascii").split())


def _is_common(plain: str) -> bool:
    bare = plain.strip("0123456789!?.-_ ")
    return any(hashlib.sha256(one.encode()).hexdigest()[:8] in _common() for one in {plain, bare} if len(one) >= 8)


def _is_stairs(text: str) -> bool:
    return any(text in stairs for stairs in STAIRS)


@cache
def _nobodys(hasher: PasswordHasher) -> str:
    """A hash that nothing fits, made as all others are."""
    return hasher.hash(secrets.token_hex(16))


def _be_nice() -> None:
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
