"""What a customer changes or adds at the lane: concerns, maintenance that is due, transport, and how we reach them.

Each answer is a command of its own; the last one counts. Words, phones and addresses go into rows beside the log.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from kiosk.domain import facts as f
from kiosk.domain.lane_choices import CONCERNS, LONGEST_EMAIL, LONGEST_WORDS, METHODS, is_email, is_phone
from kiosk.domain.people import ContactMethod
from kiosk.domain.visit import Visit
from kiosk.server import schema
from kiosk.server.appointments.phones import PhoneReader
from kiosk.server.asked import Asked
from kiosk.server.errors import BadRequest
from kiosk.server.ledger import Ledger, new_id
from kiosk.server.prepared import Prepared
from kiosk.server.safety.erasure import is_erased
from kiosk.server.visits.check_in import add_note

LONGEST_WRITTEN_PHONE = 40
_WORDS = Prepared(
    select(schema.note.c.words).where(
        schema.note.c.store_id == bindparam("store_id"), schema.note.c.note_id == bindparam("note_id")
    )
)
_BLANKED = Prepared(
    select(schema.person.c.blanked_at).where(
        schema.person.c.store_id == bindparam("store_id"), schema.person.c.person_id == bindparam("person_id")
    )
)


def note_concerns(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """What is to be looked at besides: codes of the short list, and the customer's own words (S09a)."""
    visit = ledger.visit(asked.body.id("visit_id"))
    codes = asked.body.items("concerns", most=len(CONCERNS))
    if not all(isinstance(one, str) and one in CONCERNS for one in codes):
        raise BadRequest(f"body.concerns: each must be one of {', '.join(CONCERNS)}")
    words = asked.body.text_or("words", longest=LONGEST_WORDS)
    if words and is_erased(ledger.connection, ledger.store.store_id, visit.visit_id):
        words = ""  # an erased customer stays erased, whatever a lane tells later
    before = ledger.scalar(_WORDS, note_id=visit.said_note_id) if visit.said_note_id else ""
    concerns = tuple(dict.fromkeys(codes))
    if (concerns, words) == (visit.concerns, before or ""):
        return {}
    note_id = visit.said_note_id if words == before else add_note(ledger, "said", words) if words else None
    ledger.record(visit.visit_id, (f.ConcernsNoted(concerns, note_id),))
    return {}


def answer_maintenance(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """Maintenance that is due: today or not today (S12). What is accepted is work of this visit from now on."""
    visit = ledger.visit(asked.body.id("visit_id"))
    operation = asked.body.text("operation", longest=40)
    if ledger.store.operation(operation) is None:
        raise BadRequest("body.operation: must be a code of the store's catalogue")
    accepted = asked.body.flag("accepted")
    is_news = operation not in (visit.accepted if accepted else visit.declined)
    ledger.record(visit.visit_id, (f.MaintenanceAnswered(operation, accepted),) if is_news else ())
    return {}


def choose_transport(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """What the customer does meanwhile (S07, S16)."""
    visit = ledger.visit(asked.body.id("visit_id"))
    chosen = asked.body.member("transport", f.Transport)
    ledger.record(visit.visit_id, () if visit.transport is chosen else (f.TransportChosen(chosen),))
    return {}


def choose_contact_method(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """How the customer wants to be reached (S11)."""
    visit = ledger.visit(asked.body.id("visit_id"))
    method = asked.body.one_of("method", METHODS)
    if visit.contact_method == method:
        return {}
    if visit.person_id:
        known = method if method in list(ContactMethod) else None
        _change_person(ledger, visit.person_id, contact_method=known)
    ledger.record(visit.visit_id, (f.ContactMethodChosen(method),))
    return {}


def change_contact(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """Another phone number or another e-mail address (S11)."""
    visit = ledger.visit(asked.body.id("visit_id"))
    if asked.body.has("phone"):
        written = asked.body.text("phone", longest=LONGEST_WRITTEN_PHONE)
        if not is_phone(written):
            raise BadRequest("body.phone: must be a telephone number")
        phone = PhoneReader(ledger.store.country).read(written, "phone")
        dialled = {"phone_e164": phone.e164} if phone.e164 else {}  # what cannot be dialled replaces no number that can
        return _reached(ledger, visit, "phone", phone_written=written, **dialled)
    email = asked.body.text("email", longest=LONGEST_EMAIL)
    if not is_email(email):
        raise BadRequest("body.email: must be an e-mail address")
    return _reached(ledger, visit, "email", email=email.lower())


def confirm_contact(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """The customer said that phone, e-mail and way of contact are right: for a year nobody asks again (S11)."""
    visit = ledger.visit(asked.body.id("visit_id"))
    if visit.person_id:
        _change_person(ledger, visit.person_id, confirmed_at=ledger.at)
    ledger.record(visit.visit_id, () if visit.contact_confirmed else (f.ContactConfirmed(),))
    return {}


def _reached(ledger: Ledger, visit: Visit, part: str, **columns: Any) -> dict[str, Any]:
    person_id = visit.person_id
    if is_erased(ledger.connection, ledger.store.store_id, visit.visit_id):
        return {}
    if person_id:
        _change_person(ledger, person_id, **columns)
    else:
        person_id = new_id()
        nameless = {"display_name": "", "first_name": "", "last_name": "", "phone_written": "", **columns}
        ledger.add(schema.person, person_id=person_id, language=visit.language, **nameless)
    ledger.record(visit.visit_id, (f.ContactChanged(person_id, part),))
    return {}


def _change_person(ledger: Ledger, person_id: str, **columns: Any) -> None:
    if ledger.scalar(_BLANKED, person_id=person_id):
        return  # an erased customer stays erased, whatever a lane tells later
    ledger.change(schema.person, {"person_id": person_id}, **columns)
    ledger.bookings_changed = True
