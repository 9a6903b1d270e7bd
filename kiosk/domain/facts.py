"""What has happened, as frozen values in the past tense.

A fact holds ids, codes, times, numbers and yes or no, never a name, a phone, a plate or words that somebody typed:
those live beside the log, referred to by id, and can be blanked without touching it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, get_args, get_type_hints

from kiosk.domain.terms import PageReason as PageReason  # noqa: PLC0414 - who knows the facts knows their words
from kiosk.domain.terms import Permission as Permission  # noqa: PLC0414
from kiosk.domain.terms import Timing as Timing  # noqa: PLC0414
from kiosk.domain.terms import Transport as Transport  # noqa: PLC0414
from kiosk.domain.terms import Way as Way  # noqa: PLC0414

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def to_us(at: datetime) -> int:
    """Microseconds since 1970 in UTC, the wire's and the store's form of an instant."""
    return (at - EPOCH) // MICROSECOND


def from_us(us: int) -> datetime:
    """The aware UTC instant of `us` microseconds since 1970."""
    return EPOCH + us * MICROSECOND


def read_instant(us: int | None) -> datetime | None:
    """As `from_us`; None stays None."""
    return None if us is None else from_us(us)


@dataclass(frozen=True)
class Fact:
    """The root of all facts."""


@dataclass(frozen=True)
class VisitCheckedIn(Fact):
    """A customer stands in the lane; the visit begins (S08).

    `device_at` is when the code was read, by the lane's own clock, set right where it says how long it had to wait.
    Who it is, with which car, and what they said are ids of rows beside the log.
    """

    ticket: str
    lane: str | None
    appointment_id: str | None
    language: str
    advisor_id: str | None
    operations: tuple[str, ...]
    way: Way
    timing: Timing
    device_at: datetime
    confirmed: bool = True
    offline: bool = False
    person_id: str | None = None
    vehicle_id: str | None = None
    note_id: str | None = None


@dataclass(frozen=True)
class CheckInConfirmed(Fact):
    """A check-in that an offline lane could not confirm has found its appointment, or staff vouch for it.

    With an appointment the visit takes over what was booked.
    """

    appointment_id: str | None
    advisor_id: str | None = None
    operations: tuple[str, ...] = ()
    person_id: str | None = None
    vehicle_id: str | None = None


@dataclass(frozen=True)
class CheckInWithdrawn(Fact):
    """*That is not me*: the page closes, the number is burnt."""


@dataclass(frozen=True)
class TicketAliased(Fact):
    """A second number that was given to the same visit; board, cashier and scan accept it."""

    ticket: str


@dataclass(frozen=True)
class TicketRenumbered(Fact):
    """Two open visits would have had one number (a cloned card): this one goes on as `ticket`, and staff are told.

    `given` is the number that the customer may hold on paper; it is no alias, for it leads to the other visit.
    """

    given: str
    ticket: str


@dataclass(frozen=True)
class LanguageChosen(Fact):
    """The customer reads another language than the booking said."""

    language: str


@dataclass(frozen=True)
class DetailsConfirmed(Fact):
    """The customer said that what we know of them is right (S11)."""


@dataclass(frozen=True)
class PermissionAnswered(Fact):
    """May we inspect your car (S09b)."""

    answer: Permission


@dataclass(frozen=True)
class ConcernsNoted(Fact):
    """What the customer wants looked at besides: codes of the short list, and a note with their own words (S09a)."""

    concerns: tuple[str, ...]
    note_id: str | None = None


@dataclass(frozen=True)
class MaintenanceAnswered(Fact):
    """Maintenance that is due: the customer wants it done today, or not today (S12)."""

    operation: str
    accepted: bool


@dataclass(frozen=True)
class TransportChosen(Fact):
    """What the customer does meanwhile (S07, S16)."""

    transport: Transport


@dataclass(frozen=True)
class ContactMethodChosen(Fact):
    """How the customer wants to be reached; `none`: in none of the ways that were offered (S11)."""

    method: str


@dataclass(frozen=True)
class ContactChanged(Fact):
    """Another phone number or e-mail address was given: `part` says which, the person's row has it (S11)."""

    person_id: str
    part: str


@dataclass(frozen=True)
class ContactConfirmed(Fact):
    """The customer said that phone, e-mail and way of contact are right (S11)."""


@dataclass(frozen=True)
class PageOpened(Fact):
    """A call for an advisor. `advisors`: whom it reaches first; empty = nobody is in, the manager's screen has it."""

    page_id: str
    reason: PageReason
    advisors: tuple[str, ...]


@dataclass(frozen=True)
class PageAcknowledged(Fact):
    """An advisor said *I am coming*; the other lamps go dark."""

    page_id: str
    advisor_id: str


@dataclass(frozen=True)
class PageHandedOn(Fact):
    """An advisor passed the page to others (two short presses)."""

    page_id: str
    advisors: tuple[str, ...]


@dataclass(frozen=True)
class PageClosed(Fact):
    """Nobody needs to come any more."""

    page_id: str


@dataclass(frozen=True)
class CustomerGreeted(Fact):
    """The advisor stands before the customer (S08)."""

    advisor_id: str | None


@dataclass(frozen=True)
class WriteUpBegun(Fact):
    """The write-up has begun (S08)."""

    advisor_id: str | None


@dataclass(frozen=True)
class ServiceBegun(Fact):
    """The car is in the shop."""


@dataclass(frozen=True)
class CustomerAsked(Fact):
    """Work waits for the customer's answer (S19)."""


@dataclass(frozen=True)
class AnswerReceived(Fact):
    """The customer has answered."""

    approved: bool


@dataclass(frozen=True)
class QualityCheckBegun(Fact):
    """The last job is done; somebody checks it (S24)."""


@dataclass(frozen=True)
class QualityCheckFailed(Fact):
    """Back to the shop."""


@dataclass(frozen=True)
class QualityCheckPassed(Fact):
    """The car is ready for pickup (S24, S26)."""


@dataclass(frozen=True)
class VisitHandedOver(Fact):
    """The customer has the car and the papers; the visit ends (S28)."""


@dataclass(frozen=True)
class StepTakenBack(Fact):
    """A wrong step was taken back; clocks count from the corrected time. `step` is the kind of the fact undone."""

    step: str
    note_id: str | None = None


@dataclass(frozen=True)
class CompletionChanged(Fact):
    """Staff set the estimated completion by hand; the reason's words are a note."""

    completion_at: datetime
    note_id: str


@dataclass(frozen=True)
class CompletionTold(Fact):
    """The estimated completion that the customer has on paper or was told."""

    completion_at: datetime


@dataclass(frozen=True)
class TicketReported(Fact):
    """What became of a printed ticket: queued, sent, confirmed, failed, unknown. Only `confirmed` means printed."""

    job_id: str
    state: str
    copy: bool = False


@dataclass(frozen=True)
class LinesEdited(Fact):
    """The work's lines for the delivery papers were written anew, as revision `revision`."""

    revision: int


@dataclass(frozen=True)
class PapersMade(Fact):
    """Delivery papers were made (S28)."""

    paper_id: str


@dataclass(frozen=True)
class RoomChecked(Fact):
    """Somebody of the staff has looked after the waiting room (S15): what was as it should be. A fact of the store."""

    clean: bool
    seats: bool
    coffee: bool
    temperature: bool


@dataclass(frozen=True)
class InitialsAllowed(Fact):
    """The customer agrees to see their initials on the board, or no longer does."""

    allowed: bool


@dataclass(frozen=True)
class AdvisorPresent(Fact):
    """An advisor is in, with a customer, away or off today. A fact of the store, not of a visit."""

    advisor_id: str
    presence: str


@dataclass(frozen=True)
class GateOpened(Fact):
    """Staff opened a lane's gate. A fact of the store."""

    lane: str


@dataclass(frozen=True)
class AppointmentBooked(Fact):
    """An appointment came in. A fact of the store, as are its changes: there is no visit yet."""

    appointment_id: str


@dataclass(frozen=True)
class AppointmentChanged(Fact):
    """A newer export says something else of an appointment; `kept_aside`: its visit had begun, so only shown."""

    appointment_id: str
    kept_aside: bool = False


@dataclass(frozen=True)
class AppointmentCancelled(Fact):
    """The appointment will not take place."""

    appointment_id: str
    kept_aside: bool = False


KINDS: dict[str, type[Fact]] = {
    one.__name__: one
    for one in list(globals().values())
    if isinstance(one, type) and issubclass(one, Fact) and one is not Fact
}


def to_data(fact: Fact) -> dict[str, Any]:
    """The fact's fields as JSON values: instants as microseconds, tuples as lists."""
    return {name: _plain(getattr(fact, name)) for name in _names(type(fact).__name__)}


def from_data(kind: str, data: dict[str, Any]) -> Fact:
    """The fact that `to_data` wrote. Fields that this version does not know are ignored.

    Raises:
        KeyError: a kind that this version does not know.
    """
    hints = _hints(kind)
    return KINDS[kind](**{name: _typed(hints[name], value) for name, value in data.items() if name in hints})


@cache
def _names(kind: str) -> tuple[str, ...]:
    return tuple(one.name for one in fields(KINDS[kind]))


@cache
def _hints(kind: str) -> dict[str, Any]:
    hints = get_type_hints(KINDS[kind])
    return {one.name: hints[one.name] for one in fields(KINDS[kind])}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return to_us(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value


def _typed(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    options = [one for one in get_args(hint) if one is not type(None)] if not isinstance(hint, type) else [hint]
    if hint is datetime:
        return from_us(value)
    if isinstance(value, list):
        return tuple(value)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(value)
    return from_us(value) if datetime in options else value
