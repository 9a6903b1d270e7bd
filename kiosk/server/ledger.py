"""One transaction of the hub: it loads visits, takes facts, folds them, and writes log, rows and `seq` together at the end.

The only place that writes `event`, `visit` and `page`. What the facts are is decided by the rules in the domain.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

from kiosk.domain import facts as f
from kiosk.domain import visit as rules
from kiosk.domain.paging import Page, Paging
from kiosk.domain.store import Presence, Store
from kiosk.domain.visit import Recorded, Visit
from kiosk.server import schema
from kiosk.server.errors import NotFound
from kiosk.server.folded import from_json, to_json

_VISIT = select(schema.visit.c.folded).where(
    schema.visit.c.store_id == bindparam("store_id"), schema.visit.c.visit_id == bindparam("visit_id")
)
_REAL_ID = select(schema.visit_alias.c.visit_id).where(
    schema.visit_alias.c.store_id == bindparam("store_id"), schema.visit_alias.c.proposed_id == bindparam("visit_id")
)
_PAGE = select(schema.page).where(
    schema.page.c.store_id == bindparam("store_id"), schema.page.c.page_id == bindparam("page_id")
)
_PRESENCE = select(schema.presence.c.advisor_id, schema.presence.c.presence).where(
    schema.presence.c.store_id == bindparam("store_id")
)
_TAKE_SEQ = (
    update(schema.store)
    .where(schema.store.c.store_id == bindparam("of_store"))
    .values(seq=schema.store.c.seq + bindparam("steps"))
    .returning(schema.store.c.seq)
)
_ADD_EVENTS = insert(schema.event)
_ADD_VISIT = insert(schema.visit)
_CHANGE_VISIT = update(schema.visit).where(
    schema.visit.c.store_id == bindparam("of_store"), schema.visit.c.visit_id == bindparam("of_visit")
)
_ADD_PAGE = insert(schema.page)
_CHANGE_PAGE = update(schema.page).where(
    schema.page.c.store_id == bindparam("of_store"), schema.page.c.page_id == bindparam("of_page")
)
_TAKE_NUMBER = insert(schema.open_ticket)
_FREE_NUMBER = delete(schema.open_ticket).where(
    schema.open_ticket.c.store_id == bindparam("of_store"), schema.open_ticket.c.ticket == bindparam("of_ticket")
)
_TICKETS = select(schema.open_ticket.c.ticket).where(schema.open_ticket.c.store_id == bindparam("store_id"))
_SET_BOOKED = (
    update(schema.store).where(schema.store.c.store_id == bindparam("of_store")).values(booked_seq=schema.store.c.seq)
)


@dataclass(frozen=True)
class Event:
    """A fact on its way into the log. `visit_id` is None for a fact of the store."""

    visit_id: str | None
    fact: f.Fact
    lane: str | None = None


class Ledger:
    """The hands of one command. Nothing is written before `flush`, except what a use-case inserts by itself."""

    def __init__(self, connection: Connection, store: Store, at: datetime, actor: str, command_id: str | None) -> None:
        """Facts recorded here happen at `at` and are `actor`'s."""
        self.connection = connection
        self.store = store
        self.at = at
        self.actor = actor
        self.command_id = command_id
        self.bookings_changed = False
        self._events: list[Event] = []
        self._visits: dict[str, Visit] = {}
        self._before: dict[str, frozenset[str]] = {}  # numbers that led to a visit when it was loaded; absent = new
        self._touched: set[str] = set()

    # --- reading

    def visit(self, visit_id: str) -> Visit:
        """The visit with this id, or with the id that a lane had proposed for it.

        Raises:
            NotFound: there is none.
        """
        found = self.find_visit(visit_id)
        if found is None:
            raise NotFound(f"no visit {visit_id}")
        return found

    def find_visit(self, visit_id: str) -> Visit | None:
        """As `visit`, or None."""
        if visit_id in self._visits:
            return self._visits[visit_id]
        folded = self.scalar(_VISIT, visit_id=visit_id)
        if folded is None:
            real = self.scalar(_REAL_ID, visit_id=visit_id)
            return self.find_visit(real) if real else None
        visit = self._visits[visit_id] = from_json(folded)
        self._before[visit_id] = _numbers(visit)
        return visit

    def open_tickets(self) -> frozenset[str]:
        """Every number, alias included, that leads to an open visit."""
        return frozenset(self.connection.scalars(_TICKETS, {"store_id": self.store.store_id}))

    def page(self, page_id: str) -> Any:
        """The row of a page, open or closed.

        Raises:
            NotFound: there is none.
        """
        row = self.connection.execute(_PAGE, {"store_id": self.store.store_id, "page_id": page_id}).first()
        if row is None:
            raise NotFound(f"no page {page_id}")
        return row

    def paging(self) -> Paging:
        """The paging rules with everybody's presence now."""
        rows = self.connection.execute(_PRESENCE, {"store_id": self.store.store_id})
        return Paging(self.store, {one.advisor_id: Presence(one.presence) for one in rows})

    def scalar(self, statement: Any, **values: Any) -> Any:
        """The first column of the first row, or None."""
        return self.connection.scalar(statement, {"store_id": self.store.store_id, **values})

    # --- writing

    def add(self, table: Table, **values: Any) -> None:
        """One row of this store."""
        self.connection.execute(insert(table), {"store_id": self.store.store_id, **values})

    def change(self, table: Table, key: dict[str, Any], **values: Any) -> None:
        """Set columns of the rows of this store that have `key`."""
        where = [table.c.store_id == self.store.store_id, *(table.c[name] == value for name, value in key.items())]
        self.connection.execute(update(table).where(*where).values(**values))

    def begin(self, visit_id: str, fact: f.VisitCheckedIn) -> Visit:
        """A new visit."""
        self._visits[visit_id] = rules.begin(Recorded(visit_id, self.at, self.actor, fact))
        self._events.append(Event(visit_id, fact))
        self._touched.add(visit_id)
        return self._visits[visit_id]

    def record(self, visit_id: str, facts: Iterable[f.Fact]) -> Visit:
        """Facts of a visit, in order; the answer is the visit after them."""
        visit = self.visit(visit_id)
        for fact in facts:
            visit = rules.apply(visit, Recorded(visit.visit_id, self.at, self.actor, fact))
            self._events.append(Event(visit.visit_id, fact))
            self._touched.add(visit.visit_id)
        self._visits[visit.visit_id] = visit
        return visit

    def record_for_store(self, fact: f.Fact, lane: str | None = None) -> None:
        """A fact that belongs to no visit: presence, or a call for help from an idle lane."""
        self._events.append(Event(None, fact, lane))

    def flush(self) -> int:
        """Write what was recorded; the answer is the store's new `seq`."""
        store_id = self.store.store_id
        steps = max(1, len(self._events))
        seq = int(self.connection.scalar(_TAKE_SEQ, {"of_store": store_id, "steps": steps}))
        if self.bookings_changed:
            self.connection.execute(_SET_BOOKED, {"of_store": store_id})
        if self._events:
            first = seq - steps + 1
            self._write_events(first)
            self._write_visits({one.visit_id: first + n for n, one in enumerate(self._events)})
            self._write_pages()
        return seq

    def _write_events(self, first: int) -> None:
        rows = [
            {
                "store_id": self.store.store_id,
                "seq": first + n,
                "visit_id": one.visit_id,
                "kind": type(one.fact).__name__,
                "at": self.at,
                "actor": self.actor,
                "data": f.to_data(one.fact),
                "command_id": self.command_id,
            }
            for n, one in enumerate(self._events)
        ]
        self.connection.execute(_ADD_EVENTS, rows)

    def _write_visits(self, last: dict[str | None, int]) -> None:
        for visit_id in sorted(self._touched):
            visit = self._visits[visit_id]
            row = visit_row(visit, last[visit_id])
            if visit_id in self._before:
                self.connection.execute(_CHANGE_VISIT, {"of_store": self.store.store_id, "of_visit": visit_id, **row})
            else:
                self.connection.execute(_ADD_VISIT, {"store_id": self.store.store_id, "visit_id": visit_id, **row})
            self._write_numbers(visit, self._before.get(visit_id, frozenset()))

    def _write_numbers(self, visit: Visit, before: frozenset[str]) -> None:
        """The numbers that lead to an open visit; a second visit with one of them is refused by the table itself."""
        now = _numbers(visit)
        for ticket in sorted(before - now):
            self.connection.execute(_FREE_NUMBER, {"of_store": self.store.store_id, "of_ticket": ticket})
        if now - before:
            rows = [
                {"store_id": self.store.store_id, "ticket": one, "visit_id": visit.visit_id}
                for one in sorted(now - before)
            ]
            self.connection.execute(_TAKE_NUMBER, rows)

    def _write_pages(self) -> None:
        for one in self._events:
            if isinstance(one.fact, f.PageOpened):
                lane = self._visits[one.visit_id].lane if one.visit_id else one.lane
                self.connection.execute(
                    _ADD_PAGE,
                    {
                        "store_id": self.store.store_id,
                        "visit_id": one.visit_id,
                        "lane": lane,
                        **opened(one.fact, self.at),
                    },
                )
            elif isinstance(one.fact, f.PageAcknowledged | f.PageHandedOn | f.PageClosed):
                key = {"of_store": self.store.store_id, "of_page": one.fact.page_id}
                self.connection.execute(_CHANGE_PAGE.values(**page_change(one.fact, self.at)), key)


def new_id() -> str:
    """128 random bits as 32 hex digits."""
    return secrets.token_hex(16)


def visit_row(visit: Visit, seq: int) -> dict[str, Any]:
    """The columns of a visit's row, all but its key."""
    closed = visit.since(visit.stage) if not visit.stage.is_open else None
    return {
        "seq": seq,
        "ticket": visit.ticket,
        "lane": visit.lane,
        "stage": visit.stage.value,
        "is_open": visit.stage.is_open,
        "appointment_id": visit.appointment_id,
        "person_id": visit.person_id,
        "vehicle_id": visit.vehicle_id,
        "note_id": visit.note_id,
        "arrived_at": visit.arrived_at,
        "closed_at": closed,
        "folded": to_json(visit),
    }


def opened(fact: f.PageOpened, at: datetime) -> dict[str, Any]:
    """The columns of a new page."""
    return {
        "page_id": fact.page_id,
        "reason": fact.reason.value,
        "opened_at": at,
        "advisors": list(fact.advisors),
        "acknowledged_by": None,
        "acknowledged_at": None,
        "closed_at": None,
    }


def page_change(fact: f.Fact, at: datetime) -> dict[str, Any]:
    """What a fact changes in the row of its page."""
    match fact:
        case f.PageAcknowledged():
            return {"acknowledged_by": fact.advisor_id, "acknowledged_at": at}
        case f.PageHandedOn():
            return {"advisors": list(fact.advisors), "acknowledged_by": None, "acknowledged_at": None, "opened_at": at}
    return {"closed_at": at}


def page_of(row: Any) -> Page:
    """A page row as the rules know it."""
    return Page(
        page_id=row.page_id,
        visit_id=row.visit_id,
        reason=f.PageReason(row.reason),
        opened_at=row.opened_at,
        advisors=tuple(row.advisors),
        acknowledged_by=row.acknowledged_by,
        acknowledged_at=row.acknowledged_at,
        lane=row.lane,
    )


def _numbers(visit: Visit) -> frozenset[str]:
    """The numbers that lead to a visit while it is open."""
    return frozenset(visit.tickets) if visit.stage.is_open else frozenset()
