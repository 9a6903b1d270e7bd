"""From a visit to its delivery papers: what the database knows as a Delivery, made, printed, and noted in its row.

`Deliveries.after_make_papers` runs once the command `make_papers` is safe, `told_again` when it comes once more; the
cashier's key and the wire share both. Papers are made and printed once, however often somebody asks.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, select, update

from kiosk.domain.delivery import Delivery, NextVisit
from kiosk.domain.store import LANGUAGES
from kiosk.server import schema
from kiosk.server.cups import PrintingFailed
from kiosk.server.errors import Busy, NotFound
from kiosk.server.pdf import LONGEST_RENDERING_S, RenderingFailed
from kiosk.server.visits.lines import lines_of

if TYPE_CHECKING:
    from kiosk.domain.store import Store
    from kiosk.domain.visit import Visit
    from kiosk.server.documents import Documents
    from kiosk.server.hub import Hub

RENDERING = "rendering"
INTERRUPTED = "interrupted"
REMEMBERED = 200  # papers whose answer is kept in memory, should it not have got into their row
LONGEST_TALK_WITH_CUPS_S = 60.0
log = logging.getLogger(__name__)

_v, _p, _c = schema.visit.c, schema.paper.c, schema.vehicle.c
_VIN = (
    select(_c.vin)
    .select_from(
        schema.visit.join(schema.vehicle, and_(_c.store_id == _v.store_id, _c.vehicle_id == _v.vehicle_id)),
    )
    .where(_v.store_id == bindparam("store_id"), _v.visit_id == bindparam("visit_id"))
)
_PAPER = select(_p.visit_id, _p.language, _p.made_at, _p.print_job, _p.trouble).where(
    _p.store_id == bindparam("store_id"), _p.paper_id == bindparam("paper_id")
)
_OTHERS = select(_p.paper_id, _p.print_job).where(
    _p.store_id == bindparam("store_id"),
    _p.visit_id == bindparam("visit_id"),
    _p.paper_id != bindparam("paper_id"),
    _p.trouble.is_(None),
)


@dataclass(frozen=True)
class Out:
    """What came of papers: the printer's job, or why there is none; neither where they are downloaded."""

    job: str | None
    trouble: str | None


class _Turn:
    """Who is just making some papers; `out` when they are made."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.out: Out | None = None


@dataclass(frozen=True)
class Deliveries:
    """The papers of one hub's visits."""

    hub: Hub
    documents: Documents
    _turns: dict[str, _Turn] = field(default_factory=dict)
    _turning: threading.Lock = field(default_factory=threading.Lock)

    def delivery(self, visit_id: str, language: str | None = None, *, is_copy: bool = False) -> Delivery:
        """What the papers of a visit say now, in its customer's language or another.

        Raises:
            NotFound: there is no such visit.
        """
        stay = self.hub.stay(visit_id)
        if stay is None:
            raise NotFound(f"no visit {visit_id}")
        store, visit, party = self.hub.store, stay.visit, stay.party
        spoken = language if language in LANGUAGES else visit.language
        booked = self.hub.booking(visit.appointment_id) if visit.appointment_id else None
        advisor = store.advisor(visit.advisor_id or "")
        now = self.hub.clock.now()
        with self.hub.database.read() as connection:
            lines = lines_of(connection, store, visit, spoken)
            vin = connection.scalar(_VIN, {"store_id": store.store_id, "visit_id": visit.visit_id})
        return Delivery(
            language=spoken,
            clock=store.clock,
            zone=store.zone,
            currency=store.currency,
            store=store.name.in_(spoken),
            number=visit.ticket,
            arrived_at=visit.arrived_at,
            printed_at=now,
            store_address=store.address,
            store_phone=store.phone,
            store_registration=store.registration,
            appointment_number=booked.number if booked else None,
            customer=party.name or None,
            vehicle=party.car or None,
            plate=party.plate or None,
            vin=vin or None,
            advisor=advisor.name.in_(spoken) if advisor else None,
            lines=lines,
            next_visit=next_visit(store, visit, spoken, now),
            is_copy=is_copy,
        )

    def after_make_papers(self, _hub: Hub, result: dict[str, Any]) -> dict[str, Any]:
        """Draw and print the papers that a command has just promised.

        Returns:
            The command's result with `url`, `printed` (the job's name, or None) and `trouble`: None, or why nothing
            came out (`rendering`, or a code of PrintingFailed). Papers without `rendering` trouble can be downloaded.
        """
        return self._told(result, is_again=False)

    def told_again(self, _hub: Hub, result: dict[str, Any]) -> dict[str, Any]:
        """The same for a command that has come before, because its answer was lost or has not come yet.

        What is under way is waited for; what was cut off is done now. Where nobody knows whether a printer has had
        them, nothing is printed a second time, and the trouble is `interrupted`.

        Raises:
            Busy: another process of the hub may be at it.
            NotFound: their time is over.
        """
        return self._told(result, is_again=True)

    def _told(self, result: dict[str, Any], *, is_again: bool) -> dict[str, Any]:
        paper_id = result["paper_id"]
        turn = self._turn(paper_id)
        with turn.lock:
            if turn.out is None:
                turn.out = (self._found(paper_id) if is_again else None) or self._made(paper_id)
        return result | {"url": f"/papers/{paper_id}.pdf", "printed": turn.out.job, "trouble": turn.out.trouble}

    def _turn(self, paper_id: str) -> _Turn:
        with self._turning:
            turn = self._turns.setdefault(paper_id, _Turn())
            while len(self._turns) > REMEMBERED:
                over = next((one for one, other in self._turns.items() if other.out), None)
                if over is None:
                    break
                del self._turns[over]
            return turn

    def _found(self, paper_id: str) -> Out | None:
        """What came of papers of which this process knows nothing; None: nothing yet."""
        row = self._row(paper_id)
        if row.print_job or row.trouble:
            return Out(row.print_job, row.trouble)
        is_made = self.documents.find(paper_id) is not None
        if is_made and not self.documents.prints:
            return Out(None, None)
        longest_s = LONGEST_RENDERING_S + self.documents.papers.timeout_s + LONGEST_TALK_WITH_CUPS_S
        if self.hub.database.is_shared and self.hub.clock.now() - row.made_at < timedelta(seconds=longest_s):
            raise Busy("the papers may still be printing; ask again in a moment")
        return Out(None, INTERRUPTED) if is_made else None

    def _made(self, paper_id: str) -> Out:
        job, trouble = None, None
        try:
            self.documents.make(paper_id, self._promised(paper_id))
            job = self.documents.print(paper_id) if self.documents.prints else None
        except (RenderingFailed, OSError) as failed:  # OSError: the disk is full, or the folder is not ours
            log.warning("papers %s: %s", paper_id, failed)
            trouble = RENDERING
        except PrintingFailed as failed:
            log.warning("papers %s: %s", paper_id, failed)
            trouble = failed.code
        try:
            self._note(paper_id, job, trouble)
        except Busy as busy:  # what came out has come out, noted or not
            log.warning("papers %s: %s", paper_id, busy)
        return Out(job, trouble)

    def _row(self, paper_id: str) -> Any:
        with self.hub.database.read() as connection:
            row = connection.execute(_PAPER, self._key(paper_id)).first()
        if row is None:
            raise NotFound("the time of these papers is over")
        return row

    def _promised(self, paper_id: str) -> Delivery:
        row = self._row(paper_id)
        with self.hub.database.read() as connection:
            others = connection.execute(_OTHERS, self._key(paper_id) | {"visit_id": row.visit_id}).all()
        given = any(one.print_job or self.documents.find(one.paper_id) for one in others)
        return self.delivery(row.visit_id, row.language, is_copy=given)

    def _key(self, paper_id: str) -> dict[str, str]:
        return {"store_id": self.hub.store.store_id, "paper_id": paper_id}

    def _note(self, paper_id: str, job: str | None, trouble: str | None) -> None:
        row = and_(_p.store_id == self.hub.store.store_id, _p.paper_id == paper_id)
        with self.hub.database.write(self.hub.store.store_id) as connection:
            connection.execute(update(schema.paper).where(row).values(print_job=job, trouble=trouble))


def next_visit(store: Store, visit: Visit, language: str, at: datetime) -> NextVisit | None:
    """The first work of the catalogue that comes round again, counted from today; None if none does."""
    found = [one for one in (store.operation(code) for code in visit.operations) if one and one.next_visit_days]
    first = min(found, key=lambda one: one.next_visit_days or 0, default=None)
    if first is None:
        return None
    on = at.astimezone(store.zone).date() + timedelta(days=first.next_visit_days or 0)
    return NextVisit(first.name.in_(language), on)
