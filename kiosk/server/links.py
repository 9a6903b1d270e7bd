"""Which devices are listening now: a device is there while one of its streams is open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

SILENT_AFTER = timedelta(seconds=10)


@dataclass(frozen=True)
class Link:
    """One device's streams.

    Attributes:
        streams: how many are open.
        seen_at: when the first of them was opened, or the last one was lost.
    """

    streams: int
    seen_at: datetime


@dataclass(frozen=True)
class Links:
    """All devices that have been heard since the hub started. A new value for every change."""

    started_at: datetime
    by_name: Mapping[str, Link] = field(default_factory=dict)

    def opened(self, name: str, at: datetime) -> Links:
        """One more stream of this device."""
        link = self.by_name.get(name)
        seen_at = link.seen_at if link and link.streams else at
        return self._with(name, Link((link.streams if link else 0) + 1, seen_at))

    def lost(self, name: str, at: datetime) -> Links:
        """One stream fewer."""
        link = self.by_name[name]
        return self._with(name, Link(link.streams - 1, link.seen_at if link.streams > 1 else at))

    def is_silent(self, name: str, at: datetime) -> bool:
        """Whether nothing has been heard of this device for ten seconds; a hub that just started gives them time."""
        link = self.by_name.get(name)
        if link and link.streams:
            return False
        return at - max(link.seen_at if link else self.started_at, self.started_at) >= SILENT_AFTER

    def next_change(self, at: datetime) -> datetime | None:
        """When a device begins to count as silent, or None."""
        ends = [max(one.seen_at, self.started_at) + SILENT_AFTER for one in self.by_name.values() if not one.streams]
        return min((one for one in (*ends, self.started_at + SILENT_AFTER) if one > at), default=None)

    def joined(self, others: Iterable[Links]) -> Links:
        """With the devices that listen at other processes of the hub."""
        by_name = dict(self.by_name)
        for one in others:
            for name, link in one.by_name.items():
                known = by_name.get(name)
                streams = link.streams + (known.streams if known else 0)
                by_name[name] = Link(streams, max(link.seen_at, known.seen_at) if known else link.seen_at)
        return replace(self, by_name=by_name)

    def _with(self, name: str, link: Link) -> Links:
        return replace(self, by_name={**self.by_name, name: link})
