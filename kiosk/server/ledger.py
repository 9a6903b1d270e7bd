"""One transaction of the hub: it loads visits, takes facts, folds them, and writes log, rows and `seq` together.

The only place that writes `event`, `visit` and `page`. What the facts are is decided by the rules in the domain.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from kiosk.domain import facts as f
from kiosk.domain import visit as rules
from kiosk.domain.paging import Paging
from kiosk.domain.store import Store
from kiosk.domain.visit import Recorded, Visit
from kiosk.server import schema
from kiosk.server.errors import NotFound
from kiosk.server.folded import from_json
from kiosk.server.prepared import Prepared
from kiosk.server.rows import opened, page_change, presences, visit_row

_V, _ALIAS, _PAGES = schema.visit.c, schema.visit_alias.c, schema.page.c
_COUNTER, _OPEN = schema.ticket_counter.c, schema.open_ticket.c
_STORE_ID: Any = bindparam("store_id")
_REAL_ID = select(_ALIAS.visit_id).where(_ALIAS.store_id == _STORE_ID, _ALIAS.proposed_id == bindparam("visit_id"))
_VISIT = Prepared(
    select(_V.visit_id, _V.folded).where(
        _V.store_id == _STORE_ID,
        or_(_V.visit_id == bindparam("visit_id"), _V.visit_id == _REAL_ID.scalar_subquery()),
    )
)
_PAGE = Prepared(select(schema.page).where(_PAGES.store_id == _STORE_ID, _PAGES.page_id == bindparam("page_id")))
_PRESENCE = Prepared(
    select(schema.presence.c.advisor_id, schema.presence.c.presence, schema.presence.c.at).where(
        schema.presence.c.store_id == _STORE_ID
    )
)
_TICKETS = Prepared(select(_OPEN.ticket).where(_OPEN.store_id == _STORE_ID))
_NUMBER = Prepared(
    select(
        select(_COUNTER.last)
        .where(_COUNTER.store_id == _STORE_ID, _COUNTER.lane == bindparam("series"))
        .scalar_subquery()
        .label("last"),
        select(_OPEN.visit_id)
        .where(_OPEN.store_id == _STORE_ID, _OPEN.ticket == bindparam("ticket"))
        .scalar_subquery()
        .label("taken"),
    )
)
_SEQ = Prepared(select(schema.store.c.seq).where(schema.store.c.store_id == _STORE_ID))
_TAKE_SEQ = Prepared(
    update(schema.store)
    .where(schema.store.c.store_id == _STORE_ID)
    .values(seq=schema.store.c.seq + bindparam("steps"))
    .returning(schema.store.c.seq)
)
_SET_BOOKED = Prepared(
    update(schema.store).where(schema.store.c.store_id == _STORE_ID).values(booked_seq=schema.store.c.seq)
)
_FREE_NUMBER = Prepared(
    delete(schema.open_ticket).where(_OPEN.store_id == _STORE_ID, _OPEN.ticket == bindparam("ticket"))
)


@dataclass(frozen=True)
class Event:
    """A fact on its way into the log. `visit_id` is None for a fact of the store."""

    visit_id: str | None
    fact: f.Fact
    lane: str | None = None


@dataclass(frozen=True)
class Change:
    """What a command has written, as far as a snapshot can go on from it.

    Attributes:
        before, seq: the store's `seq` before and after.
        visits: every visit with new facts. counters: series whose last number is another one.
        is_plain: nothing else was written that a snapshot shows.
    """

    before: int
    seq: int
    visits: Mapping[str, Visit]
    counters: Mapping[str, int]
    is_plain: bool


# Tables of which a snapshot shows nothing but what is in the visits themselves.
PLAIN = frozenset(
    {
        "event",
        "visit",
        "visit_alias",
        "open_ticket",
        "page",
        "ticket_counter",
        "code",
        "note",
        "line",
        "paper",
        "command",
    }
)


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
        self._tables: set[str] = set()
        self._counters: dict[str, int] = {}
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
        row = self.row(_VISIT, visit_id=visit_id)
        if row is None:
            return None
        if row.visit_id not in self._visits:
            visit = self._visits[row.visit_id] = from_json(row.folded)
            self._before[row.visit_id] = _numbers(visit)
        return self._visits[row.visit_id]

    def number(self, series: str, ticket: str) -> tuple[int | None, bool]:
        """The last number of a series, None for none, and whether a ticket leads to an open visit."""
        row = self.row(_NUMBER, series=series, ticket=ticket)
        return row.last, row.taken is not None

    def is_taken(self, ticket: str) -> bool:
        """Whether this number, alias included, leads to an open visit."""
        return self.number("", ticket)[1]

    def open_tickets(self) -> frozenset[str]:
        """Every number, alias included, that leads to an open visit."""
        return frozenset(one.ticket for one in self.rows(_TICKETS))

    def page(self, page_id: str) -> Any:
        """The row of a page, open or closed.

        Raises:
            NotFound: there is none.
        """
        row = self.row(_PAGE, page_id=page_id)
        if row is None:
            raise NotFound(f"no page {page_id}")
        return row

    def paging(self) -> Paging:
        """The paging rules with everybody's presence now."""
        return Paging(self.store, presences(self.rows(_PRESENCE), self.store, self.at))

    def seq(self) -> int:
        """The store's `seq` before this command."""
        return int(self.scalar(_SEQ))

    @property
    def has_written(self) -> bool:
        """Whether any row was added or changed."""
        return bool(self._tables)

    def change_at(self, seq: int) -> Change:
        """What was written by the time that `flush` has answered `seq`."""
        is_of_visits = not self.bookings_changed and all(one.visit_id for one in self._events)
        return Change(
            before=seq - max(1, len(self._events)),
            seq=seq,
            visits={one: self._visits[one] for one in self._touched},
            counters=self._counters,
            is_plain=is_of_visits and self._tables <= PLAIN,
        )

    def rows(self, statement: Prepared, **values: Any) -> list[Any]:
        """The rows of this store that a statement finds."""
        return statement.all(self.connection, store_id=self.store.store_id, **values)

    def row(self, statement: Prepared, **values: Any) -> Any:
        """The first of them, or None."""
        return statement.first(self.connection, store_id=self.store.store_id, **values)

    def scalar(self, statement: Prepared, **values: Any) -> Any:
        """Its first column, or None."""
        return statement.scalar(self.connection, store_id=self.store.store_id, **values)

    # --- writing

    def add(self, table: Table, **values: Any) -> None:
        """One row of this store."""
        self.add_all(table, [values])

    def add_all(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Rows of this store, all with the same columns."""
        if rows:
            self._tables.add(table.name)
            statement = _insert_into(table, tuple(rows[0]))
            statement.run_many(self.connection, [{"store_id": self.store.store_id, **one} for one in rows])

    def add_once(self, table: Table, **values: Any) -> None:
        """One row of this store, unless there is one with its key already."""
        self._tables.add(table.name)
        statement = _insert_once(table, tuple(values), self.connection.dialect.name)
        statement.run(self.connection, store_id=self.store.store_id, **values)

    def change(self, table: Table, key: dict[str, Any], **values: Any) -> int:
        """Set columns of the rows of this store that have `key`; the answer is how many."""
        self._tables.add(table.name)
        statement = _update_of(table, tuple(key), tuple(values))
        of = {f"of_{name}": value for name, value in key.items()}
        return statement.run(self.connection, of_store_id=self.store.store_id, **of, **values)

    def set_number(self, series: str, last: int, *, is_first: bool) -> None:
        """How far a series of ticket numbers has come."""
        self._counters[series] = last
        if is_first:
            self.add(schema.ticket_counter, lane=series, last=last)
        else:
            self.change(schema.ticket_counter, {"lane": series}, last=last)

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
        steps = max(1, len(self._events))
        seq = int(self.scalar(_TAKE_SEQ, steps=steps))
        if self.bookings_changed:
            _SET_BOOKED.run(self.connection, store_id=self.store.store_id)
        if self._events:
            first = seq - steps + 1
            self._write_events(first)
            self._write_visits({one.visit_id: first + n for n, one in enumerate(self._events)})
            self._write_pages()
        return seq

    def _write_events(self, first: int) -> None:
        rows = [
            {
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
        self.add_all(schema.event, rows)

    def _write_visits(self, last: dict[str | None, int]) -> None:
        for visit_id in sorted(self._touched):
            visit = self._visits[visit_id]
            row = visit_row(visit, last[visit_id])
            if visit_id in self._before:
                self.change(schema.visit, {"visit_id": visit_id}, **row)
            else:
                self.add(schema.visit, visit_id=visit_id, **row)
            self._write_numbers(visit, self._before.get(visit_id, frozenset()))

    def _write_numbers(self, visit: Visit, before: frozenset[str]) -> None:
        """The numbers that lead to an open visit; a second visit with one of them is refused by the table itself."""
        now = _numbers(visit)
        for ticket in sorted(before - now):
            _FREE_NUMBER.run(self.connection, store_id=self.store.store_id, ticket=ticket)
        rows = [{"ticket": one, "visit_id": visit.visit_id} for one in sorted(now - before)]
        self.add_all(schema.open_ticket, rows)

    def _write_pages(self) -> None:
        for one in self._events:
            if isinstance(one.fact, f.PageOpened):
                lane = self._visits[one.visit_id].lane if one.visit_id else one.lane
                self.add(schema.page, visit_id=one.visit_id, lane=lane, **opened(one.fact, self.at))
            elif isinstance(one.fact, f.PageAcknowledged | f.PageHandedOn | f.PageClosed):
                self.change(schema.page, {"page_id": one.fact.page_id}, **page_change(one.fact, self.at))


@cache
def _insert_into(table: Table, columns: tuple[str, ...]) -> Prepared:
    return Prepared(insert(table), ("store_id", *columns))


@cache
def _insert_once(table: Table, columns: tuple[str, ...], dialect: str) -> Prepared:
    into = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return Prepared(into(table).on_conflict_do_nothing(), ("store_id", *columns))


@cache
def _update_of(table: Table, key: tuple[str, ...], values: tuple[str, ...]) -> Prepared:
    where = [table.c[name] == bindparam(f"of_{name}") for name in ("store_id", *key)]
    return Prepared(update(table).where(*where).values({name: bindparam(name) for name in values}))


def new_id() -> str:
    """128 random bits as 32 hex digits."""
    return secrets.token_hex(16)


def _numbers(visit: Visit) -> frozenset[str]:
    """The numbers that lead to a visit while it is open."""
    return frozenset(visit.tickets) if visit.stage.is_open else frozenset()
