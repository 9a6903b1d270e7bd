"""Codes for customers: drawn from `secrets`, shown once, kept as hashes only."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from sqlalchemy import bindparam, select

from kiosk.domain import codes
from kiosk.server import schema
from kiosk.server.asked import Asked
from kiosk.server.errors import BadRequest, NotFound
from kiosk.server.ledger import Ledger
from kiosk.server.prepared import Prepared
from kiosk.server.visits import looking

_BY_NUMBER = Prepared(
    select(schema.appointment.c.appointment_id, schema.appointment.c.starts_at).where(
        schema.appointment.c.store_id == bindparam("store_id"), schema.appointment.c.number == bindparam("number")
    )
)
_TYPED = Prepared(
    select(schema.typed_code.c.typed_hash).where(
        schema.typed_code.c.store_id == bindparam("store_id"), schema.typed_code.c.typed_hash == bindparam("hash")
    )
)


def show_code(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """Draw a new code for an appointment. Earlier ones stay valid: the e-mail of last week must open the door too.

    The token and the digits are told in `secret`, which is answered once and never kept.
    """
    appointment_id = _appointment_id(ledger, asked)
    token = codes.token_from_bits(secrets.randbits(128))
    digits = _free_digits(ledger)
    ledger.add(schema.code, token_hash=hashed(token), appointment_id=appointment_id, made_at=ledger.at)
    add_typed(ledger, f"digits:{digits}", appointment_id)
    ledger.bookings_changed = True
    return {"appointment_id": appointment_id, "secret": {"token": token, "digits": digits}}


def add_typed(ledger: Ledger, form: str, appointment_id: str) -> None:
    """A typed way in: `digits:<8 digits>` or `number:<NUMBER>/<last four of the phone>`; only its hash is kept."""
    kind = form.partition(":")[0]
    ledger.add(schema.typed_code, typed_hash=hashed(form), appointment_id=appointment_id, form=kind, made_at=ledger.at)


def hashed(text: str) -> str:
    """SHA-256 in lower-case hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def number_form(number: str, phone_e164: str | None) -> str | None:
    """What is hashed for an appointment number with the end of the phone; None without a phone."""
    typed = codes.typed_number(number, (phone_e164 or "")[-4:])
    return f"number:{typed}" if typed else None


def _appointment_id(ledger: Ledger, asked: Asked) -> str:
    if asked.body.has("appointment_id"):
        return looking.appointment(ledger, asked.body.id("appointment_id")).appointment_id
    if not asked.body.has("number"):
        raise BadRequest("body.appointment_id: missing; or name the appointment's number")
    number = asked.body.text("number", longest=200)
    # Two systems may use one number: the latest is meant. Ordered by the database, it would read all in order of time.
    found = max(ledger.rows(_BY_NUMBER, number=number), key=lambda one: one.starts_at, default=None)
    if found is None:
        raise NotFound(f"no appointment with the number {number}")
    return str(found.appointment_id)


def _free_digits(ledger: Ledger) -> str:
    """Eight digits that no other appointment has."""
    while True:
        digits = f"{secrets.randbelow(10**codes.DIGITS_LENGTH):0{codes.DIGITS_LENGTH}d}"
        if ledger.scalar(_TYPED, hash=hashed(f"digits:{digits}")) is None:
            return digits
