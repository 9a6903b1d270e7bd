"""Reading the store into snapshots, cheaply: what did not change since the last one is not read again."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Text, and_, bindparam, or_, select, type_coerce

from kiosk.domain.lane_choices import read_transport
from kiosk.domain.store import Store
from kiosk.domain.visit import Stage, Visit
from kiosk.server import schema, schema_desks
from kiosk.server.folded import from_json
from kiosk.server.ledger import Change
from kiosk.server.prepared import Prepared
from kiosk.server.returning import NEVER, Before, EarlierVisits
from kiosk.server.rows import page_of, presences
from kiosk.server.snapshot import (
    LANE_KEEPS,
    Booked,
    DeviceReport,
    Party,
    Plan,
    Shown,
    Snapshot,
    Stay,
    asked_keys,
    asked_words,
    minutes,
    roster_days,
)

CLOSED_KEPT = timedelta(hours=36)
WITHDRAWN_KEPT = LANE_KEEPS  # no screen lists them any longer
_NEVER = datetime.max.replace(tzinfo=UTC)
_S: Any = bindparam("store_id")


@dataclass(frozen=True)
class _Known:
    """The visits as they were at `seq`, with the bookings of `booked_seq`; of closed ones, when each is let go."""

    seq: int
    booked_seq: int
    by_id: Mapping[str, Stay]
    goes: Mapping[str, datetime]

    @cached_property
    def goes_first_at(self) -> datetime:
        """When the next one is let go."""
        return min(self.goes.values(), default=_NEVER)


class Snapshots:
    """Keeps the newest snapshot, and what of it can be used for the next. Thread-safe."""

    def __init__(self, store: Store, public_url: str) -> None:
        """Nothing is read yet."""
        self._store = store
        self._public_url = public_url
        self._lock = threading.Lock()
        self._last: Snapshot | None = None
        self._stays = _Known(-1, -1, {}, {})
        self._plan = Plan()
        self._booked: tuple[tuple[int, tuple[date, date]], Mapping[str, Booked]] | None = None

    def take(self, connect: Any, seq: int, at: datetime) -> Snapshot:
        """A snapshot at `seq` or later; `connect()` opens a reading transaction if there is none that will do."""
        days = roster_days(self._store, at)
        with self._lock:
            last = self._last
            if last is None or last.seq < seq or last.days != days:
                with connect() as connection:
                    self._last = last = self._read(connection, at, days)
            elif self._stays.goes_first_at <= at:
                known = self._stays
                stays, goes = dict(known.by_id), dict(known.goes)
                _let_go(stays, goes, at)
                self._stays = replace(known, by_id=stays, goes=goes)
                self._last = last = replace(last, stays=stays, _lamps={})
            return last

    def advance(self, change: Change, at: datetime) -> None:
        """Go on from the newest snapshot by what a command has written, if that is all that a snapshot shows of it.

        A check-in of a known appointment and every step of a visit go this way, and nothing is read at all.
        """
        with self._lock:
            last, known = self._last, self._stays
            if last is None or not change.is_plain or last.seq != change.before:
                return
            if last.days != roster_days(self._store, at):
                return
            stays, goes = dict(known.by_id), dict(known.goes)
            for visit_id, visit in change.visits.items():
                stay = _moved_on(stays.get(visit_id), visit, last)
                if stay is None:
                    return
                _put(stays, goes, stay, at)
            _let_go(stays, goes, at)
            self._stays = _Known(change.seq, known.booked_seq, stays, goes)
            counters = {**last.counters, **change.counters}
            self._last = replace(last, seq=change.seq, stays=stays, counters=counters, _lamps={})

    def _read(self, connection: Connection, at: datetime, days: tuple[date, date]) -> Snapshot:
        store_id = self._store.store_id
        row = _STORE.first(connection, store_id=store_id)
        booked = self._read_bookings(connection, row.booked_seq, days)
        return Snapshot(
            store=self._store,
            public_url=self._public_url,
            seq=row.seq,
            generation=row.generation,
            days=days,
            presence=presences(_PRESENCE.all(connection, store_id=store_id), self._store, at),
            stays=self._read_stays(connection, row.seq, row.booked_seq, at),
            bookings=booked,
            calls=tuple(page_of(one) for one in _CALLS.all(connection, store_id=store_id)),
            devices=tuple(_device(one) for one in _DEVICES.all(connection, store_id=store_id)),
            room_checked_at=row.room_checked_at,
            plan=self._plan,
            counters={one.lane: one.last for one in _COUNTERS.all(connection, store_id=store_id)},
            shown={
                one.advisor_id: Shown(frozenset(one.page_ids), one.beat)
                for one in _LAMPS.all(connection, store_id=store_id)
            },
            gates={one.lane: one.opened_at for one in _GATES.all(connection, store_id=store_id)},
        )

    def _read_stays(self, connection: Connection, seq: int, booked_seq: int, at: datetime) -> Mapping[str, Stay]:
        """Visits open or just closed. Only those with new facts are read again, all after a change of bookings."""
        store_id, known = self._store.store_id, self._stays
        if known.booked_seq == booked_seq:
            stays, goes = dict(known.by_id), dict(known.goes)
            rows = _NEW_STAYS.all(connection, store_id=store_id, seq=known.seq)
        else:
            stays, goes = {}, {}
            rows = _STAYS.all(connection, store_id=store_id, since=at - CLOSED_KEPT)
        for row in rows:
            _put(stays, goes, _stay(row, self._store), at)
        _let_go(stays, goes, at)
        self._stays = _Known(seq, booked_seq, stays, goes)
        return stays

    def _read_bookings(self, connection: Connection, booked_seq: int, days: tuple[date, date]) -> Mapping[str, Booked]:
        key = (booked_seq, days)
        if self._booked is None or self._booked[0] != key:
            self._booked = (key, read_bookings(connection, self._store, days))
        return self._booked[1]


def _put(stays: dict[str, Stay], goes: dict[str, datetime], stay: Stay, at: datetime) -> None:
    """A visit as it is now, and when it is let go, if it is closed."""
    visit = stay.visit
    stays[visit.visit_id] = stay
    goes.pop(visit.visit_id, None)
    if not stay.is_open:
        kept = WITHDRAWN_KEPT if visit.stage is Stage.WITHDRAWN else CLOSED_KEPT
        goes[visit.visit_id] = (visit.since(visit.stage) or at) + kept


def _let_go(stays: dict[str, Stay], goes: dict[str, datetime], at: datetime) -> None:
    """Visits that were closed long ago are read one by one, when somebody asks."""
    for visit_id in [one for one, goes_at in goes.items() if goes_at <= at]:
        del stays[visit_id], goes[visit_id]


def _moved_on(old: Stay | None, visit: Visit, last: Snapshot) -> Stay | None:
    """The visit with its people, as they are known already; None if they must be read."""
    if old:
        return replace(old, visit=visit) if _of(old.visit) == _of(visit) else None
    booked = last.bookings.get(visit.appointment_id or "")
    if booked is None or _of(visit) != (
        booked.appointment_id,
        booked.person_id,
        booked.vehicle_id,
        booked.note_id,
        booked.operations,
        None,
    ):
        return None
    planned = minutes(visit.operations, last.store)
    return Stay(visit, booked.party, booked.asked, booked.concern, "", planned, booked.promised_at)


def _of(visit: Visit) -> tuple[Any, ...]:
    """All that says who it is and what they asked for."""
    return (
        visit.appointment_id,
        visit.person_id,
        visit.vehicle_id,
        visit.note_id,
        visit.operations,
        visit.said_note_id,
    )


def read_bookings(connection: Connection, store: Store, days: tuple[date, date]) -> Mapping[str, Booked]:
    """The appointments of these days (both inclusive), by id, in order of time."""
    first = datetime.combine(days[0], time(), store.zone)
    end = datetime.combine(days[1] + timedelta(days=1), time(), store.zone)
    values = {"store_id": store.store_id, "first": first, "end": end}
    codes = {row.appointment_id: (row.token_hash,) for row in _CODES.all(connection, **values)}
    typed: dict[str, dict[str, str]] = {}
    for row in _TYPED.all(connection, **values):
        typed.setdefault(row.appointment_id, {})[row.form] = row.typed_hash
    before = _BEFORE.read(connection, store, first=first, end=end)
    return {
        row.appointment_id: booked_of(
            row,
            store,
            codes.get(row.appointment_id, ()),
            typed.get(row.appointment_id, {}).values(),
            before.get(row.appointment_id, NEVER),
        )
        for row in _BOOKINGS.all(connection, **values)
    }


def find_booking(connection: Connection, store: Store, appointment_id: str) -> Booked | None:
    """One appointment of any day, without its codes; None if there is none."""
    row = _ONE_BOOKING.first(connection, store_id=store.store_id, appointment_id=appointment_id)
    return booked_of(row, store) if row else None


def find_stay(connection: Connection, store: Store, visit_id: str) -> Stay | None:
    """One visit, however long ago it ended; None if there is none."""
    row = _ONE_STAY.first(connection, store_id=store.store_id, visit_id=visit_id)
    return _stay(row, store) if row else None


def _stay(row: Any, store: Store) -> Stay:
    visit = from_json(json.loads(row.raw) if isinstance(row.raw, str) else row.raw)
    asked = asked_words(visit.operations, row.asked, store)
    planned = minutes(visit.operations, store)
    return Stay(visit, party_of(row), asked, row.words or "", row.said or "", planned, row.promised_at)


def booked_of(
    row: Any, store: Store, codes: Iterable[str] = (), typed: Iterable[str] = (), before: Before = NEVER
) -> Booked:
    """An appointment's row, joined with person, vehicle and note, as a value."""
    operations = tuple(row.operation_codes)
    is_whole = bool(row.phone_e164 and row.email and row.contact_method)
    return Booked(
        appointment_id=row.appointment_id,
        number=row.number,
        starts_at=row.starts_at,
        is_cancelled=row.is_cancelled,
        language=row.language or store.default_language,
        advisor_id=row.advisor_id,
        operations=operations,
        party=party_of(row),
        asked=asked_words(operations, row.operations, store),
        asked_keys=asked_keys(operations, row.operations, store),
        concern=row.words or "",
        promised_at=row.promised_at,
        code_hashes=tuple(codes),
        typed_hashes=tuple(typed),
        kept_aside=row.kept_at is not None,
        person_id=row.person_id,
        vehicle_id=row.vehicle_id,
        note_id=row.note_id,
        transport=read_transport(row.transport),
        due=before.due(store, operations, row.starts_at.astimezone(store.zone).date()),
        asks_contact=before.asks_contact(is_whole=is_whole, at=row.starts_at),
    )


def party_of(row: Any) -> Party:
    """Person and vehicle of a joined row."""
    made = " ".join(one for one in (row.make, row.model) if one) if row.make is not None else ""
    year = str(row.year) if row.year else ""
    return Party(
        name=row.display_name or "",
        first_name=row.first_name or "",
        phone=row.phone_e164,
        email=row.email,
        contact=row.contact_method,
        car=", ".join(one for one in (made, year) if one),
        plate=row.plate or "",
    )


def _device(row: Any) -> DeviceReport:
    trouble = list(row.trouble) + (
        [row.printer_trouble] if row.printer_trouble and row.printer_trouble not in row.trouble else []
    )
    return DeviceReport(row.name, row.version, tuple(trouble), row.reported_at)


_v, _a, _p, _c, _n = schema.visit, schema.appointment, schema.person, schema.vehicle, schema.note
_PARTY = (
    _p.c.display_name,
    _p.c.first_name,
    _p.c.phone_e164,
    _p.c.email,
    _p.c.contact_method,
    _p.c.language,
    _c.c.make,
    _c.c.model,
    _c.c.year,
    _c.c.plate,
    _n.c.words,
)


def _joined(base: Any, of: Any) -> Any:
    """`base` with its person, vehicle and note, where there are any."""
    joined = base
    for other, key in ((_p, "person_id"), (_c, "vehicle_id"), (_n, "note_id")):
        joined = joined.outerjoin(other, and_(other.c.store_id == of.c.store_id, other.c[key] == of.c[key]))
    return joined


_STORE = Prepared(select(schema.store).where(schema.store.c.store_id == _S))
_PRESENCE = Prepared(
    select(schema.presence.c.advisor_id, schema.presence.c.presence, schema.presence.c.at).where(
        schema.presence.c.store_id == _S
    )
)
_CALLS = Prepared(
    select(schema.page)
    .where(schema.page.c.store_id == _S, schema.page.c.visit_id.is_(None), schema.page.c.closed_at.is_(None))
    .order_by(schema.page.c.opened_at, schema.page.c.page_id)
)
_LAMPS = Prepared(select(schema_desks.desk_lamp).where(schema_desks.desk_lamp.c.store_id == _S))
_GATES = Prepared(select(schema_desks.lane_gate).where(schema_desks.lane_gate.c.store_id == _S))
_DEVICES = Prepared(select(schema.device).where(schema.device.c.store_id == _S).order_by(schema.device.c.name))
_COUNTERS = Prepared(
    select(schema.ticket_counter.c.lane, schema.ticket_counter.c.last).where(schema.ticket_counter.c.store_id == _S)
)
# Each side names store and state for itself: only so SQLite looks in its index for both, and not at every visit ever.
_RECENT = or_(
    and_(_v.c.store_id == _S, _v.c.is_open == 1),
    and_(_v.c.store_id == _S, _v.c.is_open == 0, _v.c.closed_at > bindparam("since", type_=_v.c.closed_at.type)),
)
_said = _n.alias("said")
_stays = select(
    _said.c.words.label("said"),
    _v.c.visit_id,
    _v.c.seq,
    type_coerce(_v.c.folded, Text).label("raw"),
    _a.c.operations.label("asked"),
    _a.c.promised_at,
    *_PARTY,
).select_from(
    _joined(
        _v.outerjoin(_a, and_(_a.c.store_id == _v.c.store_id, _a.c.appointment_id == _v.c.appointment_id)), _v
    ).outerjoin(_said, and_(_said.c.store_id == _v.c.store_id, _said.c.note_id == _v.c.said_note_id))
)
_STAYS = Prepared(_stays.where(_RECENT))
_NEW_STAYS = Prepared(_stays.where(_v.c.store_id == _S, _v.c.seq > bindparam("seq")))
_ONE_STAY = Prepared(_stays.where(_v.c.store_id == _S, _v.c.visit_id == bindparam("visit_id")))
_booking = select(_a, schema.kept_aside.c.at.label("kept_at"), *_PARTY).select_from(
    _joined(_a, _a).outerjoin(
        schema.kept_aside,
        and_(schema.kept_aside.c.store_id == _a.c.store_id, schema.kept_aside.c.appointment_id == _a.c.appointment_id),
    )
)
_IN_DAYS = and_(
    _a.c.store_id == _S,
    _a.c.starts_at >= bindparam("first", type_=_a.c.starts_at.type),
    _a.c.starts_at < bindparam("end", type_=_a.c.starts_at.type),
)
_BEFORE = EarlierVisits(_IN_DAYS)
_BOOKINGS = Prepared(_booking.where(_IN_DAYS).order_by(_a.c.starts_at, _a.c.number, _a.c.appointment_id))
_ONE_BOOKING = Prepared(_booking.where(_a.c.store_id == _S, _a.c.appointment_id == bindparam("appointment_id")))


def _valid_codes(table: Any, *columns: Any) -> Prepared:
    """The codes of these days' appointments, the newest last."""
    same = and_(table.c.store_id == _a.c.store_id, table.c.appointment_id == _a.c.appointment_id)
    return Prepared(
        select(table.c.appointment_id, *columns)
        .select_from(table.join(_a, same))
        .where(_IN_DAYS, table.c.revoked_at.is_(None))
        .order_by(table.c.made_at, *columns)
    )


_CODES = _valid_codes(schema.code, schema.code.c.token_hash)
_TYPED = _valid_codes(schema.typed_code, schema.typed_code.c.typed_hash, schema.typed_code.c.form)
