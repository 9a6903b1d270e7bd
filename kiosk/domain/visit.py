"""A visit: its stages, the table of allowed moves, and the fold of its facts.

Use-cases are pure functions that answer with facts or raise `Refused`; `apply` folds a fact into a Visit. Nothing here
knows a database, a clock or a word that anybody reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import reduce

from kiosk.domain import facts as f
from kiosk.domain.changed import changed
from kiosk.domain.paging import Page
from kiosk.domain.visit_folds import confirmed, maintained, with_pages

TAKE_BACK_S = 600
LONGEST_OFFLINE = timedelta(days=7)


class Stage(StrEnum):
    """Where a visit is. The first six are those that the public board may show."""

    CHECKED_IN = "checked_in"
    WITH_ADVISOR = "with_advisor"
    IN_SERVICE = "in_service"
    WAITING_FOR_ANSWER = "waiting_for_answer"
    QUALITY_CHECK = "quality_check"
    READY = "ready"
    HANDED_OVER = "handed_over"
    WITHDRAWN = "withdrawn"

    @property
    def is_open(self) -> bool:
        """Whether the visit still has its number and its place on the board."""
        return self not in (Stage.HANDED_OVER, Stage.WITHDRAWN)


class Refused(Exception):
    """A use-case that the rules do not allow now. `code` is for machines, the message for the person who asked."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Recorded:
    """A fact with its envelope, as the log keeps it."""

    visit_id: str
    at: datetime
    actor: str
    fact: f.Fact


@dataclass(frozen=True)
class Step:
    """One move of the visit, kept so that its maker can take it back, with what the move wrote over.

    Attributes:
        before: the stage it came from.
        since_before: since when the visit had been in the new stage, if it came there again.
        greeted_before, advisor_before, approved_before: as they were.
        advisor_id: whose step it is, if the fact says so; a desk's button makes it in the advisor's name.
    """

    kind: str
    at: datetime
    actor: str
    before: Stage
    since_before: datetime | None = None
    greeted_before: datetime | None = None
    advisor_before: str | None = None
    approved_before: bool | None = None
    advisor_id: str | None = None

    def is_of(self, actor: str) -> bool:
        """Whether `actor` made this step, or the button of their desk did."""
        return actor == self.actor or (self.advisor_id is not None and actor == f"advisor/{self.advisor_id}")


@dataclass(frozen=True)
class Visit:
    """A car's stay in the dealership, folded from its facts.

    Attributes:
        steps: moves not taken back, oldest first.
        entered: since when the visit is in each stage that it has reached (the last time).
        fixed_at: completion set by staff; told_at: the one that the customer knows.
        given: the number on the customer's paper where another visit has it too; `ticket` is then another one.
        person_id, vehicle_id, note_id: rows beside the log that say who, which car, and what was said.
        concerns, said_note_id: what the customer added at the lane: codes, and a note with their own words.
        initials: the customer agrees to see them on the board. touched_at: when anything but a page happened last.
        accepted, declined: maintenance that was due, by the catalogue's codes.
    """

    visit_id: str
    ticket: str
    lane: str | None
    appointment_id: str | None
    language: str
    advisor_id: str | None
    operations: tuple[str, ...]
    way: f.Way
    timing: f.Timing
    arrived_at: datetime
    confirmed: bool
    stage: Stage = Stage.CHECKED_IN
    aliases: tuple[str, ...] = ()
    pages: tuple[Page, ...] = ()
    steps: tuple[Step, ...] = ()
    entered: tuple[tuple[Stage, datetime], ...] = ()
    permission: f.Permission | None = None
    greeted_at: datetime | None = None
    write_up_at: datetime | None = None
    fixed_at: datetime | None = None
    told_at: datetime | None = None
    ticket_state: str | None = None
    lines_revision: int = 0
    paper_id: str | None = None
    approved: bool | None = None
    given: str | None = None
    person_id: str | None = None
    vehicle_id: str | None = None
    note_id: str | None = None
    details_confirmed: bool = False
    contact_confirmed: bool = False
    concerns: tuple[str, ...] = ()
    said_note_id: str | None = None
    accepted: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()
    transport: f.Transport | None = None
    contact_method: str | None = None
    initials: bool = False
    touched_at: datetime | None = field(default=None, compare=False)

    @property
    def service_begun_at(self) -> datetime | None:
        """Since when the car takes a bay: the first time, however often it waited for an answer or failed its check."""
        return next((one.at for one in self.steps if one.kind == "ServiceBegun"), None)

    @property
    def tickets(self) -> tuple[str, ...]:
        """Every number that leads to this visit, its own first."""
        return (self.ticket, *self.aliases)

    def since(self, stage: Stage) -> datetime | None:
        """Since when the visit is, or when it last came, in `stage`; None if never or taken back."""
        return dict(self.entered).get(stage)

    def page(self, page_id: str) -> Page | None:
        """The open page with this id, or None."""
        return next((one for one in self.pages if one.page_id == page_id), None)


# kind of fact -> the stages it may come in, the stage it leads to
MOVES: Mapping[str, tuple[frozenset[Stage], Stage]] = {
    "WriteUpBegun": (frozenset({Stage.CHECKED_IN}), Stage.WITH_ADVISOR),
    "ServiceBegun": (frozenset({Stage.WITH_ADVISOR}), Stage.IN_SERVICE),
    "CustomerAsked": (frozenset({Stage.IN_SERVICE}), Stage.WAITING_FOR_ANSWER),
    "AnswerReceived": (frozenset({Stage.WAITING_FOR_ANSWER}), Stage.IN_SERVICE),
    "QualityCheckBegun": (frozenset({Stage.IN_SERVICE}), Stage.QUALITY_CHECK),
    "QualityCheckFailed": (frozenset({Stage.QUALITY_CHECK}), Stage.IN_SERVICE),
    "QualityCheckPassed": (frozenset({Stage.QUALITY_CHECK}), Stage.READY),
    "VisitHandedOver": (frozenset({Stage.READY}), Stage.HANDED_OVER),
    "CheckInWithdrawn": (frozenset({Stage.CHECKED_IN}), Stage.WITHDRAWN),
}

# what staff call each move; the order is that of the keys on their screens
STEPS: Mapping[str, type[f.Fact]] = {
    "begin_write_up": f.WriteUpBegun,
    "begin_service": f.ServiceBegun,
    "ask_customer": f.CustomerAsked,
    "record_answer": f.AnswerReceived,
    "begin_quality_check": f.QualityCheckBegun,
    "fail_quality_check": f.QualityCheckFailed,
    "pass_quality_check": f.QualityCheckPassed,
    "hand_over": f.VisitHandedOver,
    "withdraw_check_in": f.CheckInWithdrawn,
}


_PAGE_FACTS = (f.PageOpened, f.PageAcknowledged, f.PageHandedOn, f.PageClosed)


def next_steps(stage: Stage) -> tuple[str, ...]:
    """The steps that the move table allows in `stage`, in the order of the keys."""
    return tuple(name for name, fact in STEPS.items() if stage in MOVES[fact.__name__][0])


def move(visit: Visit, fact: f.Fact) -> tuple[f.Fact, ...]:
    """The facts of one step: the move itself, and the closing of pages that nobody needs any more.

    Raises:
        Refused: `out_of_order`, the move is not in the table for the visit's stage.
    """
    allowed, to = MOVES[type(fact).__name__]
    if visit.stage not in allowed:
        raise Refused(
            "out_of_order", f"{visit.ticket} is {visit.stage.replace('_', ' ')}: this step does not come next"
        )
    return (fact, *(f.PageClosed(one.page_id) for one in visit.pages if _ends(one, to)))


def greet(visit: Visit, advisor_id: str | None) -> tuple[f.Fact, ...]:
    """The advisor stands before the customer; said twice, it counts once."""
    if visit.stage is not Stage.CHECKED_IN:
        raise Refused("out_of_order", f"{visit.ticket} has been greeted already")
    return () if visit.greeted_at else (f.CustomerGreeted(advisor_id),)


def acknowledge(visit: Visit, page_id: str, advisor_id: str) -> tuple[f.Fact, ...]:
    """*I am coming*. The first to press has the page; a later press by another changes nothing."""
    page = visit.page(page_id)
    return (f.PageAcknowledged(page_id, advisor_id),) if page and not page.acknowledged_by else ()


def hand_on(visit: Visit, page_id: str, advisors: tuple[str, ...]) -> tuple[f.Fact, ...]:
    """Pass a page to others; its time counts anew. A page that is closed stays closed."""
    return (f.PageHandedOn(page_id, advisors),) if visit.page(page_id) else ()


def close_page(visit: Visit, page_id: str) -> tuple[f.Fact, ...]:
    """Nobody needs to come any more; a page that is closed already stays so.

    Raises:
        Refused: `write_up_ends_it`, a customer who has checked in would be forgotten.
    """
    page = visit.page(page_id)
    if page and page.reason is f.PageReason.CHECK_IN and visit.stage is Stage.CHECKED_IN:
        raise Refused("write_up_ends_it", f"{visit.ticket} waits in the lane: this call ends when the write-up begins")
    return (f.PageClosed(page_id),) if page else ()


def open_page(visit: Visit, page_id: str, reason: f.PageReason, advisors: tuple[str, ...]) -> tuple[f.Fact, ...]:
    """Call an advisor; an open, unanswered page for the same reason is left as it is: one page, however often asked."""
    if any(one.reason is reason and not one.acknowledged_by for one in visit.pages):
        return ()
    return (f.PageOpened(page_id, reason, advisors),)


def take_back(
    visit: Visit, actor: str, at: datetime, *, is_manager: bool, has_reason: bool, note_id: str | None = None
) -> tuple[f.Fact, ...]:
    """Undo the last step: its maker for ten minutes, later a manager with a reason.

    Raises:
        Refused: `nothing_to_take_back`, `not_yours`, `reason_needed`.
    """
    if not visit.steps:
        raise Refused("nothing_to_take_back", f"{visit.ticket} has no step to take back")
    last = visit.steps[-1]
    own = last.is_of(actor) and at - last.at <= timedelta(seconds=TAKE_BACK_S)
    if not own and not is_manager:
        raise Refused(
            "not_yours", "only its maker, within ten minutes, or a manager with a reason can take this step back"
        )
    if not own and not has_reason:
        raise Refused("reason_needed", "a manager takes a step back with a reason")
    return (f.StepTakenBack(last.kind, note_id),)


def begin(recorded: Recorded) -> Visit:
    """The visit that a VisitCheckedIn opens."""
    fact = recorded.fact
    if not isinstance(fact, f.VisitCheckedIn):
        message = f"a visit begins with VisitCheckedIn, not {type(fact).__name__}"
        raise TypeError(message)
    return Visit(
        visit_id=recorded.visit_id,
        ticket=fact.ticket,
        lane=fact.lane,
        appointment_id=fact.appointment_id,
        language=fact.language,
        advisor_id=fact.advisor_id,
        operations=fact.operations,
        way=fact.way,
        timing=fact.timing,
        arrived_at=_arrival(fact, recorded.at),
        confirmed=fact.confirmed,
        entered=((Stage.CHECKED_IN, recorded.at),),
        person_id=fact.person_id,
        vehicle_id=fact.vehicle_id,
        note_id=fact.note_id,
        touched_at=recorded.at,
    )


def _arrival(fact: f.VisitCheckedIn, at: datetime) -> datetime:
    """When the customer came: by the lane's clock if it was offline, unless that clock cannot be right."""
    believable = fact.offline and at - LONGEST_OFFLINE <= fact.device_at <= at
    return fact.device_at if believable else at


def fold(log: Iterable[Recorded]) -> Visit:
    """The visit that a whole log tells of. The first fact is its VisitCheckedIn."""
    first, *rest = log
    return reduce(apply, rest, begin(first))


def apply(visit: Visit, recorded: Recorded) -> Visit:  # noqa: C901, PLR0911, PLR0912 - one case a fact, each a line
    """The visit after one more fact. A fact that says nothing about the visit leaves it as it is."""
    fact, at = recorded.fact, recorded.at
    visit = visit if isinstance(fact, _PAGE_FACTS) else changed(visit, touched_at=at)
    moved = _moved(visit, recorded) if type(fact).__name__ in MOVES else visit
    match fact:
        case f.CheckInConfirmed():
            return confirmed(moved, fact)
        case f.TicketRenumbered():
            return changed(moved, ticket=fact.ticket, given=fact.given)
        case f.TicketAliased():
            return changed(moved, aliases=(*moved.aliases, fact.ticket))
        case f.LanguageChosen():
            return changed(moved, language=fact.language)
        case f.DetailsConfirmed():
            return changed(moved, details_confirmed=True)
        case f.PermissionAnswered():
            return changed(moved, permission=fact.answer)
        case f.InitialsAllowed():
            return changed(moved, initials=fact.allowed)
        case f.ConcernsNoted():
            return changed(moved, concerns=fact.concerns, said_note_id=fact.note_id)
        case f.MaintenanceAnswered():
            return maintained(moved, fact)
        case f.TransportChosen():
            return changed(moved, transport=fact.transport)
        case f.ContactMethodChosen():
            return changed(moved, contact_method=fact.method)
        case f.ContactChanged():
            return changed(moved, person_id=fact.person_id)
        case f.ContactConfirmed():
            return changed(moved, contact_confirmed=True)
        case f.CustomerGreeted():
            return changed(moved, greeted_at=at, advisor_id=fact.advisor_id or moved.advisor_id)
        case f.WriteUpBegun():
            greeted = moved.greeted_at or at
            return changed(moved, write_up_at=at, greeted_at=greeted, advisor_id=fact.advisor_id or moved.advisor_id)
        case f.AnswerReceived():
            return changed(moved, approved=fact.approved)
        case f.CompletionChanged():
            return changed(moved, fixed_at=fact.completion_at)
        case f.CompletionTold():
            return changed(moved, told_at=fact.completion_at)
        case f.TicketReported():
            return changed(moved, ticket_state=fact.state)
        case f.LinesEdited():
            return changed(moved, lines_revision=fact.revision)
        case f.PapersMade():
            return changed(moved, paper_id=fact.paper_id)
        case f.StepTakenBack():
            return _taken_back(moved)
    return with_pages(moved, recorded)


def _moved(visit: Visit, recorded: Recorded) -> Visit:
    kind = type(recorded.fact).__name__
    to = MOVES[kind][1]
    step = Step(
        kind,
        recorded.at,
        recorded.actor,
        before=visit.stage,
        since_before=visit.since(to),
        greeted_before=visit.greeted_at,
        advisor_before=visit.advisor_id,
        approved_before=visit.approved,
        advisor_id=getattr(recorded.fact, "advisor_id", None),
    )
    entered = (*((s, t) for s, t in visit.entered if s is not to), (to, recorded.at))
    return changed(visit, stage=to, steps=(*visit.steps, step), entered=entered)


def _taken_back(visit: Visit) -> Visit:
    last = visit.steps[-1]
    entered = dict(visit.entered)
    del entered[visit.stage]
    if last.since_before:
        entered[visit.stage] = last.since_before
    begun = last.kind == "WriteUpBegun"
    return changed(
        visit,
        stage=last.before,
        steps=visit.steps[:-1],
        entered=tuple(entered.items()),
        write_up_at=None if begun else visit.write_up_at,
        greeted_at=last.greeted_before if begun else visit.greeted_at,
        advisor_id=last.advisor_before if begun else visit.advisor_id,
        approved=last.approved_before,
    )


def _ends(page: Page, to: Stage) -> bool:
    """Whether a page ends with the move to `to`: every page at the end, the lane's pages when the write-up begins."""
    return not to.is_open or (to is Stage.WITH_ADVISOR and page.reason is not f.PageReason.PICKUP)
