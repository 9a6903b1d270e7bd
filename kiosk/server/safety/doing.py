"""Two commands of the hub: blank one customer, and tick off the list of what a restore may have lost."""

from __future__ import annotations

from typing import Any

from kiosk.server.asked import Asked
from kiosk.server.errors import BadRequest, NotAllowed, NotFound
from kiosk.server.ledger import Ledger
from kiosk.server.safety import erasure, missing

CONSOLE = "command-line"
MOST_PERSONS = 1000


def erase_customer(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """Blank everything personal that hangs on these persons' rows and visits; on the hub's own console only."""
    who = asked.body.items("person_ids", most=MOST_PERSONS)
    visits = asked.body.items("visit_ids", most=MOST_PERSONS) if asked.body.has("visit_ids") else []
    if not (who or visits) or not all(isinstance(one, str) for one in (*who, *visits)):
        raise BadRequest("body.person_ids, body.visit_ids: must be lists of ids, with at least one")
    if asked.who.name != CONSOLE:
        raise NotAllowed("a customer is erased on the hub's own console: kiosk erase")
    store_id = ledger.store.store_id
    found = erasure.of_people(ledger.connection, store_id, who, visits)
    blanked = erasure.blank(ledger.connection, store_id, found, ledger.at)
    erasure.remember(ledger.connection, store_id, found, ledger.at, ledger.actor)
    ledger.bookings_changed = True  # every snapshot is read anew: the names are in it
    return {"rows": blanked, "visits": len(found.visit_ids), "appointments": len(found.appointment_ids)}


def tick_off_restore(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """Somebody has gone through the list of the restore at `restored_at`, and of those before it."""
    restored_at = asked.body.instant("restored_at")
    restores = missing.tick_off(ledger.connection, ledger.store.store_id, restored_at, ledger.at, ledger.actor)
    if not restores:
        raise NotFound("no restore of that time waits to be looked at")
    ledger.bookings_changed = True
    return {"restores": restores}
