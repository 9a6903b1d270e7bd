"""The ticket as a document of blocks: what stands on it and in which order, not how it looks.

Blocks hold phrases, not finished words: a message of the catalogue with its values, something typed, a moment.
language.py finds the words and raster.py draws them. The papers at delivery are in delivery.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Typed:
    """Words that people wrote: a name, a piece of work. Drawn as they are, whatever they hold."""

    text: str


@dataclass(frozen=True)
class Fixed:
    """A value that reads left to right in every language: a ticket number, a lane's letter."""

    text: str


@dataclass(frozen=True)
class TimeOfDay:
    """The time on the shop's wall."""

    at: datetime


@dataclass(frozen=True)
class DayAndTime:
    """A near moment as people say it, seen from the day of printing: today, 15:30."""

    at: datetime


@dataclass(frozen=True)
class DateAndTime:
    """A moment that must stay right in a drawer: weekday, date with year, time."""

    at: datetime


@dataclass(frozen=True)
class Said:
    """A message of the catalogue with the phrases that stand in it."""

    message_id: str
    values: tuple[tuple[str, Phrase], ...] = ()


Phrase: TypeAlias = Said | Typed | Fixed | TimeOfDay | DayAndTime | DateAndTime


def said(message_id: str, /, **values: Phrase) -> Said:
    """A message with its values, for example "paper.about" with time=TimeOfDay(at)."""
    return Said(message_id, tuple(values.items()))


@dataclass(frozen=True)
class Heading:
    """The dealership at the top: its mark, its name, and where in it."""

    name: Phrase
    below: Phrase


@dataclass(frozen=True)
class CopyBar:
    """White on black: this paper has been printed before."""

    word: Phrase
    when: Phrase


@dataclass(frozen=True)
class TicketNumber:
    """The number, as large as the paper allows."""

    label: Phrase
    number: Fixed


@dataclass(frozen=True)
class Highlight:
    """What the customer looks for next: who comes, when the car is ready."""

    label: Phrase
    value: Phrase
    note: Phrase | None = None


@dataclass(frozen=True)
class LabelValue:
    """A label with one or more values under each other."""

    label: Phrase
    values: tuple[Phrase, ...]


class Stroke(StrEnum):
    """How a rule is drawn."""

    SOLID = "solid"
    DASHED = "dashed"
    HEAVY = "heavy"


@dataclass(frozen=True)
class Rule:
    """A line across the paper."""

    stroke: Stroke


@dataclass(frozen=True)
class Code:
    """A code to scan, with the sentences above and below it."""

    title: Phrase
    content: str
    note: Phrase


@dataclass(frozen=True)
class Note:
    """The last sentence."""

    text: Phrase


Block: TypeAlias = Heading | CopyBar | TicketNumber | Highlight | LabelValue | Rule | Code | Note


@dataclass(frozen=True)
class Paper:
    """A document in one language.

    Attributes:
        language: "en", "es" or "ar".
        clock: "24h" or "12h".
        zone: the shop's.
        printed_at: what "today" is counted from.
        blocks: from top to bottom.
    """

    language: str
    clock: str
    zone: ZoneInfo
    printed_at: datetime
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Ticket:
    """What a ticket tells.

    Attributes:
        language, clock, zone: as in Paper.
        store: name of the dealership in that language.
        number: "A-017".
        arrived_at: when the customer checked in.
        printed_at: now.
        lane: the lane's letter; None for a visit that staff opened.
        advisor: name of the advisor who comes; None = the next one free.
        advisor_at: about when the advisor comes, or None.
        booked: what is to be done, in the customer's language or words.
        is_booked: whether that was booked; otherwise it is the reason for coming.
        completion_at: estimated completion as of now; None = not known yet.
        follow_address: web address of this visit for the customer; None while there is no such screen.
        is_copy: whether this ticket has been printed before.
    """

    language: str
    clock: str
    zone: ZoneInfo
    store: str
    number: str
    arrived_at: datetime
    printed_at: datetime
    lane: str | None = None
    advisor: str | None = None
    advisor_at: datetime | None = None
    booked: tuple[str, ...] = ()
    is_booked: bool = True
    completion_at: datetime | None = None
    follow_address: str | None = None
    is_copy: bool = False


def ticket(told: Ticket) -> Paper:
    """The ticket as a paper. What is not known is said to be not known, never left out."""
    blocks: list[Block] = [_heading(told)]
    if told.is_copy:
        blocks.append(CopyBar(said("paper.copy"), said("paper.printed_again", time=TimeOfDay(told.printed_at))))
    blocks += [TicketNumber(said("paper.ticket"), Fixed(told.number))]
    blocks += [_who(told), Rule(Stroke.SOLID), _when(told), Rule(Stroke.SOLID)]
    blocks += [LabelValue(said("paper.checked_in"), (DateAndTime(told.arrived_at),)), Rule(Stroke.DASHED)]
    blocks += [_what(told), Rule(Stroke.DASHED)]
    if told.follow_address is not None:
        blocks.append(Code(said("paper.follow"), told.follow_address, said("paper.follow_text")))
    blocks += [Rule(Stroke.HEAVY), Note(said("paper.keep"))]
    return Paper(told.language, told.clock, told.zone, told.printed_at, tuple(blocks))


def _heading(told: Ticket) -> Heading:
    place = said("paper.service") if told.lane is None else said("paper.service_lane", lane=Fixed(told.lane))
    return Heading(Typed(told.store), place)


def _who(told: Ticket) -> Highlight:
    who: Phrase = said("paper.next_free") if told.advisor is None else Typed(told.advisor)
    note = None if told.advisor_at is None else said("paper.about", time=TimeOfDay(told.advisor_at))
    return Highlight(said("paper.advisor"), who, note)


def _when(told: Ticket) -> Highlight:
    label = said("paper.estimated_completion")
    if told.completion_at is None:
        return Highlight(label, said("paper.not_known"), said("paper.advisor_tells"))
    return Highlight(label, DayAndTime(told.completion_at), said("paper.we_tell_changes"))


def _what(told: Ticket) -> LabelValue:
    label = said("paper.booked") if told.is_booked else said("paper.reason")
    values = tuple(Typed(work) for work in told.booked if work.strip())
    return LabelValue(label, values or (said("paper.not_known"),))
