"""The boards: which visits and lanes the public sees, in which order, on which page, and how fresh it is.

Pure values and rules. No words, nothing private: ticket, coarse stage, estimated completion, cashier's desk, advisor.
Which picture is due is board_mood.py, what is called board_calls.py; how it looks is `kiosk.display.board`.
The instants in a view are microseconds, here they are aware UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from kiosk.domain.facts import EPOCH, from_us, read_instant
from kiosk.domain.store import LANGUAGES, Words

if TYPE_CHECKING:
    from kiosk.domain.board_mood import Mood

STAGES = ("ready", "quality_check", "waiting_for_answer", "in_service", "with_advisor", "checked_in")
"""The stages that the public may see, in the order of the board's rows."""

UNKNOWN_STAGE = "with_advisor"
MOST_ROWS = 8
SIGN_AFTER_S = 10.0
STALE_AFTER_S = 60.0
FACT_S = 20.0
LONGEST_INITIALS = 8


@dataclass(frozen=True)
class Row:
    """One open visit as everybody may see it.

    Attributes:
        stage: one of STAGES; anything else is shown as `with_advisor`.
        completion_at: the estimated completion, None when it is not known.
        was_at: the estimate that the customer knew before, where it is another one.
        place: the cashier's desk of a ready visit.
        changed_at: when the stage last changed.
        initials: of a customer who agreed to see them here; empty otherwise. language: the customer's own.
    """

    ticket: str
    stage: str
    completion_at: datetime | None
    was_at: datetime | None
    place: str | None
    changed_at: datetime
    initials: str = ""
    language: str | None = None

    @property
    def is_ready(self) -> bool:
        """May the car be fetched?"""
        return self.stage == "ready"


def public_row(row: Row, cashier: str | None = None) -> Row:
    """The row as the public may see it: a known stage, a place when ready, an old time where it tells something.

    `cashier` is the desk that a ready visit without one of its own is sent to.
    """
    stage = row.stage if row.stage in STAGES else UNKNOWN_STAGE
    ready = stage == "ready"
    was_at = None if ready or row.was_at == row.completion_at or row.completion_at is None else row.was_at
    return replace(
        row,
        stage=stage,
        completion_at=None if ready else row.completion_at,
        was_at=was_at,
        place=(row.place or cashier) if ready else None,
    )


def in_order(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Ready visits first, the longest ready on top; then by stage, the next to be finished on top."""

    def key(row: Row) -> tuple[int, datetime, str]:
        never = datetime.max.replace(tzinfo=UTC)
        when = row.changed_at if row.is_ready else (row.completion_at or never)
        return STAGES.index(row.stage), when, row.ticket

    return tuple(sorted((public_row(row) for row in rows), key=key))


def pages(rows: Sequence[Row], per_page: int) -> tuple[tuple[Row, ...], ...]:
    """The rows (in order) in pages of at most `per_page`, at least one page. Rows never shrink, there are more pages.

    Ready visits stand on every page. Where they would leave less than half of it to the others, they take turns too.
    """
    per_page = max(1, min(per_page, MOST_ROWS))
    ready, others = [row for row in rows if row.is_ready], [row for row in rows if not row.is_ready]
    if not ready or not others or per_page == 1:
        return _chunks([*ready, *others], per_page) or ((),)
    room = max(min(len(ready), per_page // 2), per_page - len(others))
    ready_pages, other_pages = _chunks(ready, room), _chunks(others, per_page - min(room, len(ready)))
    count = max(len(ready_pages), len(other_pages))
    return tuple(ready_pages[n % len(ready_pages)] + other_pages[n % len(other_pages)] for n in range(count))


def _chunks(rows: Sequence[Row], size: int) -> tuple[tuple[Row, ...], ...]:
    return tuple(tuple(rows[at : at + size]) for at in range(0, len(rows), size))


class Freshness(StrEnum):
    """How far what is shown can be trusted."""

    LIVE = "live"
    SIGN = "sign"
    STALE = "stale"


def freshness(silent_s: float) -> Freshness:
    """From the seconds since the hub was last heard: a sign after 10 s, drained and with a sentence after 60 s."""
    if silent_s >= STALE_AFTER_S:
        return Freshness.STALE
    return Freshness.SIGN if silent_s >= SIGN_AFTER_S else Freshness.LIVE


@dataclass(frozen=True)
class LaneRow:
    """One lane as everybody may see it.

    Attributes:
        ticket: of the car that stands there, None while the lane is free.
        advisor: who comes or looks after it, None while nobody has said so.
        called_at: when somebody said *I am coming*. language: the customer's own.
    """

    lane: str
    ticket: str | None
    advisor: Words | None = None
    called_at: datetime | None = None
    language: str | None = None


@dataclass(frozen=True)
class Only:
    """What a board leaves out: tickets of other lanes, other stages. Empty: it leaves out nothing."""

    lanes: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()

    def shows(self, row: Row) -> bool:
        """Is this visit one of the board's?"""
        return self.shows_lane(row.ticket.partition("-")[0]) and (not self.stages or row.stage in self.stages)

    def shows_lane(self, lane: str) -> bool:
        """Is this lane, or its tickets, one of the board's?"""
        return not self.lanes or lane in self.lanes


EVERYTHING = Only()


@dataclass(frozen=True)
class Board:
    """The view `board/<name>` or `lane-board/<name>` as a board reads it; unknown fields are ignored.

    Attributes:
        view_id: "<generation>.<seq>"; hub_now: the hub's clock when it made the view.
        facts: icon and words for the footer and the quiet hours.
        opens_at: next opening while the shop is shut, None while it is open.
        open_today: today's spans on the wall clock, "HH:MM".
        rows: in order, public. lanes: in the store's order; empty on a waiting-room board.
        room_checked_at: when staff last looked after the waiting room (S15).
        languages: the store's own, its default first.
        logo: key of its logo, "" for none.
    """

    view_id: str
    hub_now: datetime
    name: Words
    brand_colour: str
    clock: str
    zone: ZoneInfo
    facts: tuple[tuple[str, Words], ...] = ()
    opens_at: datetime | None = None
    open_today: tuple[tuple[str, str], ...] = ()
    rows: tuple[Row, ...] = field(default=())
    lanes: tuple[LaneRow, ...] = ()
    room_checked_at: datetime | None = None
    languages: tuple[str, ...] = LANGUAGES
    logo: str = ""


def board_from(view: Mapping[str, Any], only: Only = EVERYTHING) -> Board:
    """The board in a decoded view, without what `only` leaves out.

    Raises KeyError, TypeError or ValueError when something needed is missing or of another kind.
    """
    store = view["store"]
    cashiers = store.get("cashiers") or [None]
    told = view["lanes"] if "lanes" in view else view["rows"]  # neither: no view of a board
    rows = () if "lanes" in view else in_order(public_row(_row(one), cashiers[0]) for one in told)
    lanes = [_lane(one) for one in told] if "lanes" in view else []
    return Board(
        view_id=str(view["id"]),
        hub_now=from_us(view["hub_now"]),
        name=_words(store["name"]),
        brand_colour=str(store.get("brand_colour", "#0E3A47")),
        clock=str(store.get("clock", "24h")),
        zone=ZoneInfo(store["zone"]),
        facts=tuple((str(one["icon"]), _words(one["words"])) for one in store.get("facts", ())),
        opens_at=read_instant(store.get("opens_at")),
        open_today=tuple((str(opens), str(closes)) for opens, closes in store.get("open_today", ())),
        rows=tuple(one for one in rows if only.shows(one)),
        lanes=tuple(one for one in lanes if only.shows_lane(one.lane)),
        room_checked_at=read_instant(view.get("room_checked_at")),
        languages=tuple(one for one in store.get("languages", LANGUAGES) if one in LANGUAGES) or LANGUAGES,
        logo=str(store.get("logo") or ""),
    )


def _lane(one: Mapping[str, Any]) -> LaneRow:
    ticket, advisor, called_at = one.get("ticket"), one.get("advisor"), one.get("called_at")
    return LaneRow(
        lane=str(one["lane"]),
        ticket=None if ticket is None else str(ticket),
        advisor=_words(advisor["name"]) if advisor and called_at is not None else None,
        called_at=read_instant(called_at),
        language=one.get("language"),
    )


def _row(one: Mapping[str, Any]) -> Row:
    place = one.get("place")
    return Row(
        ticket=str(one["ticket"]),
        stage=str(one["stage"]),
        completion_at=read_instant(one.get("completion_at")),
        was_at=read_instant(one.get("was_at")),
        place=None if place is None else str(place),
        changed_at=read_instant(one.get("changed_at")) or EPOCH,
        initials=str(one.get("initials") or "")[:LONGEST_INITIALS],
        language=one.get("language"),
    )


def _words(one: Mapping[str, str]) -> Words:
    return Words(**{code: str(one[code]) for code in LANGUAGES})


@dataclass(frozen=True)
class Glance:
    """Everything that decides what the board shows at one moment. Equal glances look the same: nothing is drawn.

    Attributes:
        minute: the clock, to the minute. as_of: to the minute, when what is shown was last known to be true.
        rows: those of the present page. page, pages: which one, of how many.
        call: the row being called. fact: which of the store's facts. shift: step of the slow pixel shift.
        swapped: header and footer have changed sides, as they do each hour. lanes, lane_call: on a lane board.
    """

    language: str
    mood: Mood
    freshness: Freshness
    minute: datetime
    as_of: datetime
    rows: tuple[Row, ...]
    page: int
    pages: int
    call: Row | None
    fact: int
    shift: int
    swapped: bool = False
    lanes: tuple[LaneRow, ...] = ()
    lane_call: LaneRow | None = None


def turn(seconds: float, turn_s: float, page_counts: Sequence[int]) -> tuple[int, int]:
    """Language (an index) and page due `seconds` after the start: all pages in one language, then the next language.

    `page_counts` says how many pages there are in each language; a language with larger letters may need more.
    """
    step = int(seconds // turn_s) % sum(page_counts)
    for language, count in enumerate(page_counts):
        if step < count:
            return language, step
        step -= count
    raise ValueError("page_counts: at least one page is needed")


def to_the_minute(at: datetime) -> datetime:
    """The instant without its seconds."""
    return at.replace(second=0, microsecond=0)
