"""What the hub knows of somebody who was here before: work that is due again, and whether the contact must be asked.

Computed from handed-over visits of the same VIN and from what was said of the same phone; nothing is guessed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Text, and_, func, select, type_coerce

from kiosk.domain.store import Store
from kiosk.server import schema
from kiosk.server.prepared import Prepared

CONFIRMED_FOR = timedelta(days=365)


@dataclass(frozen=True)
class Before:
    """What came before an appointment.

    Attributes:
        done: operation -> the day on which it was done to this car last.
        confirmed_at: when the contact was last said to be right; seen_at: since when this phone is known.
    """

    done: Mapping[str, date]
    confirmed_at: datetime | None = None
    seen_at: datetime | None = None

    def due(self, store: Store, booked: tuple[str, ...], on: date) -> tuple[str, ...]:
        """Operations that are due again and not booked, in the catalogue's order."""
        return tuple(
            one.code
            for one in store.operations
            if one.next_visit_days
            and one.code in self.done
            and one.code not in booked
            and self.done[one.code] + timedelta(days=one.next_visit_days) <= on
        )

    def asks_contact(self, *, is_whole: bool, at: datetime) -> bool:
        """Something is missing or a year old; whoever has said within a year that it is right is not asked."""
        if self.confirmed_at and at - self.confirmed_at < CONFIRMED_FOR:
            return False
        return not is_whole or (self.seen_at is not None and at - self.seen_at > CONFIRMED_FOR)


NEVER = Before({})


_a, _p, _c, _v = schema.appointment, schema.person, schema.vehicle, schema.visit
_a2, _p2, _c2 = _a.alias("earlier"), _p.alias("same_phone"), _c.alias("same_car")


def _done(in_days: Any) -> Prepared:
    same_car = and_(_c2.c.store_id == _c.c.store_id, _c2.c.vin == _c.c.vin)
    of_car = and_(_a2.c.store_id == _c2.c.store_id, _a2.c.vehicle_id == _c2.c.vehicle_id)
    stood = and_(_v.c.stage == "handed_over", schema.STANDS)  # said besides: see there
    became = and_(_v.c.store_id == _a2.c.store_id, _v.c.appointment_id == _a2.c.appointment_id, stood)
    own = and_(_c.c.store_id == _a.c.store_id, _c.c.vehicle_id == _a.c.vehicle_id)
    joined = _a.join(_c, own).join(_c2, same_car).join(_a2, of_car).join(_v, became)
    columns = (_a.c.appointment_id, _v.c.closed_at, type_coerce(_v.c.folded, Text).label("raw"))
    return Prepared(select(*columns).select_from(joined).where(in_days, _c.c.vin.is_not(None)))


def _seen(in_days: Any) -> Prepared:
    same_phone = and_(_p2.c.store_id == _p.c.store_id, _p2.c.phone_e164 == _p.c.phone_e164)
    of_phone = and_(_a2.c.store_id == _p2.c.store_id, _a2.c.person_id == _p2.c.person_id)
    own = and_(_p.c.store_id == _a.c.store_id, _p.c.person_id == _a.c.person_id)
    joined = _a.join(_p, own).join(_p2, same_phone).join(_a2, of_phone)
    columns = (
        _a.c.appointment_id,
        func.max(_p2.c.confirmed_at, type_=_p2.c.confirmed_at.type).label("confirmed_at"),
        func.min(_a2.c.booked_at, type_=_a2.c.booked_at.type).label("seen_at"),
    )
    chosen = select(*columns).select_from(joined).where(in_days, _p.c.phone_e164.is_not(None))
    return Prepared(chosen.group_by(_a.c.appointment_id))


class EarlierVisits:
    """Reads what came before the appointments that a condition names."""

    def __init__(self, in_days: Any) -> None:
        """`in_days`: the condition, on the table of appointments."""
        self._done, self._seen = _done(in_days), _seen(in_days)

    def read(self, connection: Connection, store: Store, **values: Any) -> Mapping[str, Before]:
        """By appointment; those of whom nothing is known are left out."""
        done: dict[str, dict[str, date]] = {}
        for row in self._done.all(connection, store_id=store.store_id, **values):
            folded = json.loads(row.raw) if isinstance(row.raw, str) else row.raw
            on = row.closed_at.astimezone(store.zone).date()
            of_car = done.setdefault(row.appointment_id, {})
            for code in folded["operations"]:
                of_car[code] = max(on, of_car.get(code, on))
        rows = self._seen.all(connection, store_id=store.store_id, **values)
        seen = {row.appointment_id: (row.confirmed_at, row.seen_at) for row in rows}
        return {one: Before(done.get(one, {}), *seen.get(one, (None, None))) for one in done.keys() | seen.keys()}
