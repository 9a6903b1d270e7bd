"""From a visit to its delivery papers: what the database knows as a Delivery, made, printed, and noted in its row.

`Deliveries.after_make_papers` runs once the command `make_papers` is safe: the cashier's key and the wire share it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, select, update

from kiosk.domain.delivery import Delivery, NextVisit
from kiosk.domain.store import LANGUAGES
from kiosk.server import schema
from kiosk.server.cups import PrintingFailed
from kiosk.server.errors import Busy, NotFound
from kiosk.server.pdf import RenderingFailed
from kiosk.server.visits.lines import lines_of

if TYPE_CHECKING:
    from kiosk.domain.store import Store
    from kiosk.domain.visit import Visit
    from kiosk.server.documents import Documents
    from kiosk.server.hub import Hub

RENDERING = "rendering"
log = logging.getLogger(__name__)

_v, _p, _c = schema.visit.c, schema.paper.c, schema.vehicle.c
_VIN = (
    select(_c.vin)
    .select_from(
        schema.visit.join(schema.vehicle, and_(_c.store_id == _v.store_id, _c.vehicle_id == _v.vehicle_id)),
    )
    .where(_v.store_id == bindparam("store_id"), _v.visit_id == bindparam("visit_id"))
)
_PAPER = select(_p.visit_id, _p.language).where(
    _p.store_id == bindparam("store_id"), _p.paper_id == bindparam("paper_id")
)
_OTHERS = select(_p.paper_id, _p.print_job).where(
    _p.store_id == bindparam("store_id"),
    _p.visit_id == bindparam("visit_id"),
    _p.paper_id != bindparam("paper_id"),
    _p.trouble.is_(None),
)


@dataclass(frozen=True)
class Deliveries:
    """The papers of one hub's visits."""

    hub: Hub
    documents: Documents

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
        paper_id = result["paper_id"]
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
        return result | {"url": f"/papers/{paper_id}.pdf", "printed": job, "trouble": trouble}

    def _promised(self, paper_id: str) -> Delivery:
        key = {"store_id": self.hub.store.store_id, "paper_id": paper_id}
        with self.hub.database.read() as connection:
            row = connection.execute(_PAPER, key).one()
            others = connection.execute(_OTHERS, key | {"visit_id": row.visit_id}).all()
        given = any(one.print_job or self.documents.find(one.paper_id) for one in others)
        return self.delivery(row.visit_id, row.language, is_copy=given)

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
