"""How long customers waited, advisor by advisor, on one day: for the manager, live while it is today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from flask import request
from sqlalchemy import and_, bindparam, or_, select

from kiosk.domain.facts import PageReason
from kiosk.domain.greeting_times import Arrived, Called, times
from kiosk.domain.visit import Stage
from kiosk.server import schema
from kiosk.server.folded import from_json
from kiosk.server.prepared import Prepared
from kiosk.server.screens import page
from kiosk.server.screens.advisor import around

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from kiosk.domain.store import Store
    from kiosk.domain.visit import Visit

pages = page.staff_pages("times", __name__)
DAYS_OFFERED = 7
_v, _p, _a = schema.visit.c, schema.page.c, schema.appointment.c
_S: Any = bindparam("store_id")
_FIRST: Any = bindparam("first", type_=_v.arrived_at.type)
_END: Any = bindparam("end", type_=_v.arrived_at.type)
# What has ended before a day's morning was not of that day: so the indexes on what is open and what ended last do. Each
# side names the store for itself: only so SQLite looks in its index for both, and not at every visit ever.
_VISITS = Prepared(
    select(_v.folded, _a.starts_at)
    .select_from(
        schema.visit.outerjoin(
            schema.appointment, and_(_a.store_id == _v.store_id, _a.appointment_id == _v.appointment_id)
        )
    )
    .where(
        or_(
            and_(_v.store_id == _S, _v.is_open == 1),
            and_(_v.store_id == _S, _v.is_open == 0, _v.closed_at >= _FIRST),
        ),
        _v.arrived_at >= _FIRST,
        _v.arrived_at < _END,
    )
)
_PAGES = Prepared(
    select(_p.reason, _p.opened_at, _p.acknowledged_by, _p.acknowledged_at).where(
        _p.store_id == _S,
        or_(_p.closed_at.is_(None), _p.closed_at >= _FIRST),
        _p.opened_at >= _FIRST,
        _p.opened_at < _END,
    )
)


@dataclass(frozen=True)
class Column:
    """One measure as the page heads it."""

    name: str
    message: str
    explains: str


COLUMNS = (
    Column("to_answer", "paging.times.to_answer", "paging.times.to_answer_text"),
    Column("to_greeting", "paging.times.to_greeting", "paging.times.to_greeting_text"),
    Column("to_write_up", "paging.times.to_write_up", "paging.times.to_write_up_text"),
    Column("s08", "paging.times.s08", "paging.times.s08_text"),
)


@pages.get("/manager/times")
def of_a_day() -> str:
    """One day of the last seven; any other day is today."""
    hub = page.the_hub()
    today = hub.clock.now().astimezone(hub.store.zone).date()
    days = [today - timedelta(days=n) for n in range(DAYS_OFFERED)]
    on = next((one for one in days if one.isoformat() == request.args.get("on")), today)
    with hub.database.read() as connection:
        visits, calls = read_day(connection, hub.store, on)
    everybody, *each = times([one.advisor_id for one in hub.store.advisors], visits, calls)
    return page.show(
        "staff/times.html",
        title="paging.times.title",
        days=[(one.isoformat(), noon(one, hub.store), one == on) for one in days],
        on=on.isoformat(),
        today=today,
        columns=COLUMNS,
        everybody=everybody,
        each=each,
        people={one.advisor_id: one.name for one in hub.store.advisors},
        **around(hub.staff_page()),
    )


def noon(on: date, store: Store) -> datetime:
    """A moment of that day, whatever summer time does."""
    return datetime.combine(on, time(12), store.zone)


def read_day(connection: Connection, store: Store, on: date) -> tuple[list[Arrived], list[Called]]:
    """The visits that arrived on this day of the store, and the pages that were opened or handed on."""
    first = datetime.combine(on, time(), store.zone)
    end = datetime.combine(on + timedelta(days=1), time(), store.zone)
    between = {"store_id": store.store_id, "first": first, "end": end}
    visits = [(from_json(row.folded), row.starts_at) for row in _VISITS.all(connection, **between)]
    return (
        [_arrived(visit, starts_at) for visit, starts_at in visits if visit.stage is not Stage.WITHDRAWN],
        [
            Called(row.acknowledged_by, PageReason(row.reason), row.opened_at, row.acknowledged_at)
            for row in _PAGES.all(connection, **between)
        ],
    )


def _arrived(visit: Visit, starts_at: datetime | None) -> Arrived:
    return Arrived(visit.advisor_id, visit.arrived_at, visit.greeted_at, visit.write_up_at, starts_at)
