"""How every device is: paired or not, heard or silent, what it told last, and what is wrong with it in one message.

The words are in the catalogues (`fleet.*`); who may look is in access.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from kiosk.domain.facts import from_us, to_us
from kiosk.server.body import Body
from kiosk.server.devices import tokens
from kiosk.server.prepared import Prepared
from kiosk.server.schema_devices import device_report

if TYPE_CHECKING:
    from kiosk.server.asked import Asked
    from kiosk.server.hub import Hub
    from kiosk.server.ledger import Ledger

SILENT_AFTER = timedelta(seconds=30)
CLOCK_OFF = timedelta(seconds=5)
LONG_QUEUE = 20
LITTLE_DISK_MB = 200
MOST_TRUSTED = 8
# What needs a person most comes first.
KNOWN_TROUBLE = (
    *("paper_out", "cover_open", "unplugged", "timeout", "offline", "camera_gone", "camera_covered"),
    *("screen_gone", "touch_gone", "hand_scanner_gone", "folder", "quarantine", "paper_near_end"),
    *("ring_stuck", "no_sound", "no_voice"),
)
_r = device_report.c


@dataclass(frozen=True)
class DeviceNow:
    """One device at one moment.

    Attributes:
        name: as its principal, such as lane/A.
        paired_at: None: it has no token (any more), or works on the hub's own machine.
        heard_at: when its last stream was there; None: not since the hub began.
        told: its last report, as docs/wire.md has it; told_at: when that came.
        clock_offset: how far its clock is ahead of the hub's; None: it has told nothing yet.
        wrong: message of what is wrong, `fleet.wrong.<what>`, with its values; None: nothing.
    """

    name: str
    paired_at: datetime | None
    is_online: bool
    is_silent: bool
    heard_at: datetime | None
    version: str
    told: Mapping[str, Any]
    told_at: datetime | None
    clock_offset: timedelta | None
    trouble: tuple[str, ...]
    wrong: tuple[str, Mapping[str, Any]] | None

    @property
    def kind(self) -> str:
        """lane, pager or board."""
        return self.name.partition("/")[0]

    @property
    def called(self) -> str:
        """Its name without its kind."""
        return self.name.partition("/")[2]

    @property
    def held(self) -> int:
        """How many things it had not told the hub when it told last: what a revocation leaves behind on it."""
        return int(self.told.get("queue", 0)) + int(self.told.get("quarantined", 0))


def keep_report(ledger: Ledger, asked: Asked) -> None:
    """Keep what a device tells of itself beside version and trouble. It makes no news: no view shows it."""
    body = asked.body
    told: dict[str, Any] = {"trusted": _trusted(body)}
    for name in ("queue", "quarantined", "disk_free_mb"):
        if body.has(name):
            told[name] = body.whole(name)
    if body.has("last_scan_at"):
        told["last_scan_at"] = to_us(body.instant("last_scan_at"))
    if body.has("clock_set"):
        told["clock_set"] = body.flag("clock_set")
    for name in ("printer", "paper"):
        if body.has(name):
            told[name] = body.id(name)
    offset = asked.sent_at - ledger.at
    row = {
        "name": str(asked.who),
        "told": told,
        "at": ledger.at,
        "clock_offset_us": offset // timedelta(microseconds=1),
    }
    _keep(ledger.connection.dialect.name).run(ledger.connection, store_id=ledger.store.store_id, **row)


def _trusted(body: Body) -> list[str]:
    return body.hashes("trusted", most=MOST_TRUSTED) if body.has("trusted") else []


_KEEP: dict[str, Prepared] = {}


def _keep(dialect: str) -> Prepared:
    """Insert, or take the place of what it told before."""
    if dialect not in _KEEP:
        into = (postgresql if dialect == "postgresql" else sqlite).insert(device_report)
        fields = ("told", "clock_offset_us", "at")
        values = {name: bindparam(name, type_=_r[name].type) for name in ("store_id", "name", *fields)}
        replaced = {name: into.excluded[name] for name in fields}
        _KEEP[dialect] = Prepared(
            into.values(**values).on_conflict_do_update(index_elements=["store_id", "name"], set_=replaced)
        )
    return _KEEP[dialect]


def fleet(hub: Hub, at: datetime) -> list[DeviceNow]:
    """Every device that is paired, or has been heard and was not revoked; those with something wrong first."""
    snapshot, links = hub.snapshot(at), hub.links
    with hub.database.read() as connection:
        paired = tokens.living(connection, hub.store.store_id)
        revoked = tokens.revoked(connection, hub.store.store_id) - paired.keys()
        reports = _reports(connection, hub.store.store_id)
    known = {one.name: one for one in snapshot.devices}
    names = (paired.keys() | known.keys() | links.by_name.keys()) - revoked
    found = []
    for name in names:
        link, report, row = links.by_name.get(name), reports.get(name), known.get(name)
        is_online = bool(link and link.streams)
        told_at = report.at if report else None
        heard_at = at if is_online else max((one for one in (link and link.seen_at, told_at) if one), default=None)
        is_silent = not is_online and (heard_at is None or at - heard_at >= SILENT_AFTER)
        offset = timedelta(microseconds=report.clock_offset_us) if report else None
        now = DeviceNow(
            name=name,
            paired_at=paired[name].made_at if name in paired else None,
            is_online=is_online,
            is_silent=is_silent,
            heard_at=heard_at,
            version=row.version if row else "",
            told=report.told if report else {},
            told_at=told_at,
            clock_offset=offset,
            trouble=row.trouble if row else (),
            wrong=None,
        )
        found.append(replace(now, wrong=_wrong(now)))
    return sorted(found, key=lambda one: (one.wrong is None, one.kind, one.called))


def trusted_by_all(hub: Hub) -> list[frozenset[str]]:
    """Which authorities each paired device trusts, by its last report."""
    with hub.database.read() as connection:
        paired = tokens.living(connection, hub.store.store_id)
        reports = _reports(connection, hub.store.store_id)
    return [frozenset(reports[name].told.get("trusted", ()) if name in reports else ()) for name in paired]


def _reports(connection: Connection, store_id: str) -> dict[str, Any]:
    rows = connection.execute(select(_r.name, _r.told, _r.clock_offset_us, _r.at).where(_r.store_id == store_id))
    return {row.name: row for row in rows}


def _wrong(one: DeviceNow) -> tuple[str, Mapping[str, Any]] | None:
    """The first thing that a person has to see to."""
    return next(_all_wrong(one), None)


def _all_wrong(one: DeviceNow) -> Iterator[tuple[str, Mapping[str, Any]]]:
    told = one.told
    if one.is_silent:
        yield ("silent", {"at": one.heard_at}) if one.heard_at else ("never", {})
    yield from ((code, {}) for code in KNOWN_TROUBLE if code in one.trouble)
    yield from (("other", {"code": code}) for code in one.trouble)
    if told.get("quarantined"):
        yield "quarantine", {}
    if told.get("disk_free_mb", LITTLE_DISK_MB) < LITTLE_DISK_MB:
        yield "disk", {"free": told["disk_free_mb"]}
    if told.get("queue", 0) > LONG_QUEUE:
        yield "queue", {"n": told["queue"]}
    if one.clock_offset is not None and abs(one.clock_offset) > CLOCK_OFF:
        yield "clock", {"offset": one.clock_offset}


def as_json(one: DeviceNow) -> dict[str, Any]:
    """A device as the wire has it."""
    shown = ("queue", "quarantined", "disk_free_mb", "last_scan_at", "printer", "paper", "clock_set")
    told = {name: one.told.get(name) for name in shown}
    return {
        "name": one.name,
        "paired_at": to_us(one.paired_at) if one.paired_at else None,
        "online": one.is_online,
        "silent": one.is_silent,
        "heard_at": to_us(one.heard_at) if one.heard_at else None,
        "version": one.version,
        "trouble": list(one.trouble),
        "clock_offset_us": one.clock_offset // timedelta(microseconds=1) if one.clock_offset is not None else None,
        "wrong": one.wrong[0] if one.wrong else None,
        **told,
    }


def last_scan(one: DeviceNow) -> datetime | None:
    """When a lane read a code last."""
    at = one.told.get("last_scan_at")
    return from_us(at) if isinstance(at, int) else None
