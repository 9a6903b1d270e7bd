"""What slows down whoever guesses passwords: a wait that grows with the misses, and that never locks anybody out.

Misses are counted for an account at one address, for an address, and for an account from anywhere. The last grows late
and stays short: strangers cannot keep a person away. A browser in which that person has signed in before is counted by
itself alone. Counts are in memory: a restart forgives, and a hub of several processes counts in each.
"""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

FORGIVEN_AFTER = timedelta(minutes=15)
MOST_KEPT = 10_000


@dataclass(frozen=True)
class Growth:
    """How a wait grows: nothing for the `free` first misses, then 1, 2, 4 ... seconds, at most `most_s`."""

    free: int
    most_s: int

    def after(self, misses: int) -> timedelta:
        """The wait that so many misses bring."""
        steps = misses - self.free
        return timedelta(seconds=min(2 ** min(steps - 1, 16), self.most_s) if steps > 0 else 0)


PAIR = Growth(free=3, most_s=60)
ADDRESS = Growth(free=10, most_s=60)
ACCOUNT = Growth(free=20, most_s=5)
KNOWN = Growth(free=5, most_s=30)


@dataclass(frozen=True)
class Miss:
    """How often somebody missed, and when last."""

    count: int
    at: datetime


@dataclass(frozen=True)
class Attempt:
    """Who tries, from where.

    Attributes:
        account: as it was typed, whether there is one or not.
        address: the machine that asks.
        known: the hash of the browser's own token, where that account has signed in with it before.
    """

    account: str
    address: str
    known: str = ""

    def counted(self) -> dict[tuple[str, str], Growth]:
        """What is counted of it."""
        if self.known:
            return {("known", self.known): KNOWN}
        place = _place(self.address)
        return {
            ("pair", f"{self.account}@{place}"): PAIR,
            ("address", place): ADDRESS,
            ("account", self.account): ACCOUNT,
        }


class Delays:
    """The misses of the last quarter of an hour. Thread-safe."""

    def __init__(self) -> None:
        """Nobody has missed."""
        self._lock = threading.Lock()
        self._misses: OrderedDict[tuple[str, str], Miss] = OrderedDict()

    def wait(self, attempt: Attempt, at: datetime) -> timedelta:
        """How long this one has to wait before it is looked at; zero: not at all."""
        with self._lock:
            waits = [self._wait(key, growth, at) for key, growth in attempt.counted().items()]
        return max(waits)

    def missed(self, attempt: Attempt, at: datetime) -> None:
        """It was wrong."""
        with self._lock:
            for key in attempt.counted():
                known = self._recent(key, at)
                self._misses[key] = Miss((known.count if known else 0) + 1, at)
                self._misses.move_to_end(key)
            while len(self._misses) > MOST_KEPT:
                self._misses.popitem(last=False)

    def hit(self, attempt: Attempt) -> None:
        """It was right: what was counted for this person here is forgotten, what the address did elsewhere is not."""
        with self._lock:
            for key in attempt.counted():
                if key[0] in {"pair", "known"}:
                    self._misses.pop(key, None)

    def _wait(self, key: tuple[str, str], growth: Growth, at: datetime) -> timedelta:
        known = self._recent(key, at)
        return max(known.at + growth.after(known.count) - at, timedelta()) if known else timedelta()

    def _recent(self, key: tuple[str, str], at: datetime) -> Miss | None:
        known = self._misses.get(key)
        return known if known and at - known.at < FORGIVEN_AFTER else None


def _place(address: str) -> str:
    """The address; of IPv6 its network, for a machine has billions of addresses there."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
