"""The hub in one object: do a command, compute a view, read a visit. Screens and the wire both go through it.

Thread-safe. It owns no thread and no loop; `on_change` is called after every commit by the thread that committed.
"""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select

from kiosk.domain.delivery import Line
from kiosk.domain.facts import to_us
from kiosk.domain.store import Store
from kiosk.server import access, commands, schema, views
from kiosk.server.access import Principal
from kiosk.server.answers import answer
from kiosk.server.asked import Asked
from kiosk.server.body import Body
from kiosk.server.clock import Clock
from kiosk.server.commands import Done
from kiosk.server.database import Database
from kiosk.server.errors import Answered as Refusal
from kiosk.server.errors import NotFound
from kiosk.server.json_text import json_bytes
from kiosk.server.links import Links
from kiosk.server.logs import about
from kiosk.server.neighbours import Neighbours, Ours
from kiosk.server.postgresql import PostgreSQL
from kiosk.server.prepared import Prepared
from kiosk.server.reaching import Reaching
from kiosk.server.snapshot import Booked, Snapshot, Stay
from kiosk.server.snapshots import Snapshots, find_booking, find_stay, read_bookings
from kiosk.server.views import follow, staff
from kiosk.server.views.parts import Since, next_change
from kiosk.server.visits import looking
from kiosk.server.visits.lines import lines_of

_STORED_SEQ = Prepared(select(schema.store.c.seq).where(schema.store.c.store_id == bindparam("store_id")))
AN_ID = re.compile(r"[0-9a-f]{32}")
log = logging.getLogger(__name__)
AfterCommit = Callable[["Hub", dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Answered:
    """The answer to a command, as the wire has it."""

    seq: int
    replayed: bool
    result: dict[str, Any]


@dataclass(frozen=True)
class Viewed:
    """A view at one moment.

    Attributes:
        view_id: "<generation>.<seq>".
        content: without the envelope; ages are `Since` values.
        next_change_at: when it may be another one though nothing happens.
    """

    view_id: str
    at: datetime
    content: dict[str, Any]
    next_change_at: datetime

    def fingerprint(self) -> bytes:
        """Equal for two views that say the same, whenever they were computed."""
        return json_bytes(self.content, lambda age: to_us(age.at))

    def envelope(self) -> dict[str, Any]:
        """What stands before the content on the wire."""
        return {"id": self.view_id, "hub_now": to_us(self.at), "next_change_at": to_us(self.next_change_at)}

    def line(self) -> bytes:
        """The whole view as JSON in one line."""

        def seconds(age: Since) -> float:
            return max(0.0, round((self.at - age.at).total_seconds(), 1))

        return json_bytes(self.envelope() | self.content, seconds)

    def as_sent(self) -> dict[str, Any]:
        """The whole view as a device reads it: ages are seconds."""
        sent: dict[str, Any] = json.loads(self.line())
        return sent


class Hub:
    """One store's hub."""

    def __init__(
        self,
        database: Database,
        store: Store,
        clock: Clock,
        *,
        public_url: str = "",
        clock_is_right: Callable[[], bool] = lambda: True,
    ) -> None:
        """Make the store's row if this database has none yet.

        Args:
            clock_is_right: asked now and then; while it is not, no completion is estimated.
        """
        self.database = database
        self.store = store
        self.clock = clock
        self.public_url = public_url
        self._clock_is_right = clock_is_right
        self.makes_promises = clock_is_right()
        self._unpromised: tuple[Snapshot, Snapshot] | None = None
        self.own_links = Links(clock.now())
        self.neighbours: Neighbours | None = None
        self.reaching = Reaching()
        self.on_change: list[Callable[[], None]] = []
        self.after_commit: dict[str, AfterCommit] = {}
        self.after_repeat: dict[str, AfterCommit] = {}
        database.ensure_store(store.store_id, clock.now())
        self._snapshots = Snapshots(store, public_url)
        self._has_news = False
        self._seq = 0
        self._seq_lock = threading.Lock()

    def command(
        self, kind: str, who: Principal | str, command_id: str, at: datetime, body: dict[str, Any]
    ) -> dict[str, Any]:
        """Do a command and tell its result, as docs/wire.md lists them.

        Args:
            who: a principal, or one as written: "advisor/ruiz".
            command_id: 32 hex digits drawn by the sender; the same id counts once.
            at: the sender's clock.

        Raises:
            Answered (errors.py): BadRequest, NotAllowed, NotFound, RulesRefuse, IdReused, Busy.
        """
        return self.answer(kind, who, command_id, at, body).result

    def answer(
        self,
        kind: str,
        who: Principal | str,
        command_id: str,
        at: datetime,
        body: Any,
        *,
        waited: timedelta | None = None,
    ) -> Answered:
        """As `command`, with `seq` and whether it had been done before.

        Args:
            waited: how long the command lay at its sender's, by the clock of `at`; None: the sender does not say.
        """
        return self.do(self.asked(kind, who, command_id, at, body, waited=waited))

    def asked(
        self,
        kind: str,
        who: Principal | str,
        command_id: str,
        at: datetime,
        body: Any,
        *,
        waited: timedelta | None = None,
    ) -> Asked:
        """A command that there is, and that this principal may send.

        Raises:
            Answered (errors.py): BadRequest, NotAllowed or NotFound.
        """
        principal = who if isinstance(who, Principal) else access.principal(who)
        if kind not in commands.COMMANDS:
            raise NotFound(f"no command {kind}")
        access.check_command(principal, kind)
        return Asked(kind, principal, command_id, at, Body(body), waited)

    def do(self, asked: Asked) -> Answered:
        """Do a command in a transaction of its own, and let everybody know."""
        try:
            return self.do_quietly(asked)
        finally:
            self.tell_news()

    def do_quietly(self, asked: Asked) -> Answered:
        """As `do`; whoever watches hears of it at `tell_news`, which must follow."""
        now = self.clock.now()
        with self.database.write(self.store.store_id) as connection:
            done = self.do_within(connection, asked, now)
        if asked.kind == "import_appointments":
            self.database.learn()
        return self.told(asked, done, now)

    def do_within(self, connection: Connection, asked: Asked, now: datetime) -> Done:
        """Do a command within the caller's transaction; when it is kept, `told` must follow."""
        with about(**self._ids(asked)):
            try:
                done = commands.do(connection, self.store, now, asked, asked.body.fields)
            except Refusal as refused:
                log.info("command refused", extra={"status": refused.status, "code": refused.code})
                raise
        self.database.when_kept(lambda: self._kept(done, now))
        return done

    def told(self, asked: Asked, done: Done, now: datetime) -> Answered:
        """The answer to a command that is kept; `tell_news` must follow, though there is no answer."""
        if done.is_news:
            self._has_news = True  # never taken back here: another thread may owe news of its own
        with about(**self._ids(asked, done)):
            if done.is_news:
                log.info("command done", extra={"seq": done.seq})
            return Answered(done.seq, done.replayed, self._result(asked.kind, done, now))

    def tell_news(self) -> None:
        """Whoever watches hears of what was done; from any thread."""
        if self._has_news:
            self._has_news = False
            self._tell()

    def _ids(self, asked: Asked, done: Done | None = None) -> dict[str, str]:
        """By which the log knows a command: what a device calls an id and is none does not get there."""
        of = (done.result.get("visit_id") if done else None) or asked.body.fields.get("visit_id")
        visit_id = of if isinstance(of, str) and AN_ID.fullmatch(of) else ""
        command_id = asked.command_id if AN_ID.fullmatch(asked.command_id) else ""
        who = {"kind": asked.kind, "actor": str(asked.who)}
        return {"store": self.store.store_id, "command_id": command_id, "visit_id": visit_id, **who}

    def _kept(self, done: Done, now: datetime) -> None:
        """A command is safe: the snapshot goes on by it, in the order of the commits."""
        if done.change:
            self._snapshots.advance(done.change, now)
        with self._seq_lock:
            self._seq = max(self._seq, done.seq)

    def _result(self, kind: str, done: Done, now: datetime) -> dict[str, Any]:
        result = answer(kind, done, self, now)
        after = (self.after_repeat if done.replayed else self.after_commit).get(kind)
        return after(self, result) if after else result

    @property
    def links(self) -> Links:
        """Which devices listen, at this process of the hub or at another."""
        return self.own_links.joined(self.neighbours.links) if self.neighbours else self.own_links

    def heard(self, seq: int) -> None:
        """Another process has moved the store on to `seq`; nothing happens if that was known here."""
        with self._seq_lock:
            if seq <= self._seq:
                return
            self._seq = seq
        self._tell()

    def join_neighbours(self) -> None:
        """Begin to hear of other processes, if the database is one that several may use."""
        if isinstance(self.database.backend, PostgreSQL):
            ours = Ours(self.store.store_id, self.heard, lambda: self.own_links, self._tell, self.clock.now)
            self.neighbours = Neighbours(self.database.backend.ears(), ours)
            self.neighbours.start()

    def leave_neighbours(self) -> None:
        """Hear of nobody any more."""
        neighbours, self.neighbours = self.neighbours, None
        if neighbours:
            neighbours.stop()

    def _tell(self) -> None:
        for listener in self.on_change:
            listener()

    @property
    def seq(self) -> int:
        """The store's `seq` after the last command of this process; 0 before the first."""
        return self._seq

    # --- reading

    def snapshot(self, at: datetime | None = None) -> Snapshot:
        """The store as it is now, at least as new as the last command of this hub, whichever process did it."""
        now = at or self.clock.now()
        return self.reaching.judged(self.books(now), now)

    def books(self, at: datetime | None = None) -> Snapshot:
        """As `snapshot`, without looking whether calls reach a lamp: for what is told of visits and bookings alone."""
        seq = max(self._seq, self._stored_seq()) if self.database.is_shared else self._seq
        snapshot = self._snapshots.take(self.database.read, seq, at or self.clock.now())
        return snapshot if self.makes_promises else self._without_promises(snapshot)

    def look_at_clock(self) -> None:
        """Promise times from now on, or no longer, as the machine's clock is right or not."""
        is_right = self._clock_is_right()
        if is_right != self.makes_promises:
            self.makes_promises = is_right
            self._tell()

    def _without_promises(self, snapshot: Snapshot) -> Snapshot:
        known = self._unpromised
        if known is None or known[0] is not snapshot:
            known = self._unpromised = (snapshot, replace(snapshot, makes_promises=False, _lamps={}))
        return known[1]

    def _stored_seq(self) -> int:
        with self.database.read() as connection:
            return int(_STORED_SEQ.scalar(connection, store_id=self.store.store_id))

    def view(self, name: str) -> dict[str, Any]:
        """A view with its envelope, as a device receives it. Who may see it is not asked here.

        Raises:
            NotFound: there is none of this name.
        """
        return self.viewed(name).as_sent()

    def staff_page(self, visit_id: str | None = None) -> dict[str, Any]:
        """The view `staff` as a page reads it: of the visits closed a moment ago only `visit_id`, if it is one."""
        now = self.clock.now()
        snapshot = self.snapshot(now)
        about = snapshot.stays.get(visit_id or "")
        if about is None and visit_id and AN_ID.fullmatch(visit_id):
            about = self.stay(visit_id)
        content = staff.staff_page(snapshot, about, now, self.links)
        return Viewed(snapshot.view_id, now, content, next_change(snapshot, now, self.links)).as_sent()

    def viewed(self, name: str, at: datetime | None = None) -> Viewed:
        """A view at `at` (now)."""
        now = at or self.clock.now()
        snapshot = self.snapshot(now)
        return self.viewed_in(snapshot, name, now, next_change(snapshot, now, self.links))

    def viewed_in(self, snapshot: Snapshot, name: str, at: datetime, changes_at: datetime) -> Viewed:
        """A view of a snapshot that the caller has already."""
        family, _, rest = name.partition("/")
        if family == "follow":
            content = self._follow(snapshot, rest, at)
        else:
            content = views.build(snapshot, name, at, self.links)
        return Viewed(snapshot.view_id, at, content, changes_at)

    def stay(self, visit_id: str) -> Stay | None:
        """A visit with its party, open or not; None if there is none."""
        known = self.books().stays.get(visit_id)
        if known:
            return known
        with self.database.read() as connection:
            return find_stay(connection, self.store, visit_id)

    def booking(self, appointment_id: str) -> Booked | None:
        """An appointment of any day; None if there is none."""
        known = self.books().bookings.get(appointment_id)
        if known:
            return known
        with self.database.read() as connection:
            return find_booking(connection, self.store, appointment_id)

    def lines(self, visit_id: str, language: str | None = None) -> tuple[int, tuple[Line, ...]]:
        """The revision of a visit's lines and the lines; revision 0 is the catalogue's, in `language` (the visit's).

        Raises:
            NotFound: no such visit.
        """
        stay = self.stay(visit_id)
        if stay is None:
            raise NotFound(f"no visit {visit_id}")
        with self.database.read() as connection:
            return stay.visit.lines_revision, lines_of(connection, self.store, stay.visit, language)

    def appointments(self, on: date) -> list[dict[str, Any]]:
        """The appointments of one day, as the staff view lists them."""
        snapshot = self.snapshot()
        if snapshot.days[0] <= on <= snapshot.days[1]:
            known = snapshot.bookings.values()
            booked = [one for one in known if one.starts_at.astimezone(self.store.zone).date() == on]
        else:
            with self.database.read() as connection:
                booked = list(read_bookings(connection, self.store, (on, on)).values())
        return [staff.appointment_part(snapshot, one) for one in booked]

    def _follow(self, snapshot: Snapshot, token_hash: str, at: datetime) -> dict[str, Any]:
        """What a code leads to: the visit, or the appointment while there is none."""
        with self.database.read() as connection:
            code = looking.find_code(connection, self.store, token_hash, at)
            if code is None:
                raise NotFound("this code leads to no visit")
            visit_id = code.visit_id
            stay = (snapshot.stays.get(visit_id) or find_stay(connection, self.store, visit_id)) if visit_id else None
            booked = find_booking(connection, self.store, code.appointment_id) if code.appointment_id else None
        if stay:
            return follow.follow_visit(snapshot, stay, at)
        if booked:
            return follow.follow_booking(snapshot, booked, at)
        raise NotFound("this code leads to no visit")
