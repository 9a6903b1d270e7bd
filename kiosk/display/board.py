"""A board, of the waiting room or of the lanes: state -> Scene; pages and languages in turn, black at night.

What is shown when is decided in kiosk.domain.board*, how large in board_look.py; the parts of the picture are
board_frame.py, board_band.py, board_rows.py, board_lanes.py and board_rest.py. Nothing here has a clock:
`BoardState` brings the time.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from kiosk.display.board_band import call_out, call_px, no_connection, no_connection_px
from kiosk.display.board_frame import footer, header
from kiosk.display.board_lanes import in_two_lines, lane_call, lane_call_px, lane_rows, lanes_on_pages
from kiosk.display.board_look import BoardScreen, Measures, Told, theme_of
from kiosk.display.board_rest import closed, fact_rows, footer_facts, quiet_pages, waiting, welcome
from kiosk.display.board_rows import form_of, rows_and_caption
from kiosk.display.layout import Composition, Look
from kiosk.display.scene import Fill, Rect, Scene
from kiosk.display.theme import DARK
from kiosk.domain.board import (
    FACT_S,
    Board,
    Freshness,
    Glance,
    freshness,
    pages,
    to_the_minute,
    turn,
)
from kiosk.domain.board_calls import Calls
from kiosk.domain.board_mood import Mood, mood
from kiosk.language import language as language_of

if TYPE_CHECKING:
    from kiosk.domain.board import LaneRow, Row

__all__ = ["TEXT_CACHE_BYTES", "BoardScreen", "BoardState", "darkness", "glance", "is_dark", "scene"]

TEXT_CACHE_BYTES = 4 * 1024 * 1024
"""Enough for two pages in every language; give a board's Typesetter no more, or its process outgrows 80 MB."""

BLACK = "#000000"
DARKNESS = datetime(1970, 1, 1, tzinfo=UTC)
"""The one moment at which all nights look alike."""

SHIFTS = ((0, 0), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1))


@dataclass(frozen=True)
class BoardState:
    """What a board knows at one moment.

    Attributes:
        board: the last view, None before the first.
        now: the hub's clock: `hub_now` of the view and the time that has passed since.
        silent_s: seconds since the hub was last heard.
        calls: folded with kiosk.domain.board.called.
        seconds: since this board began; turns pages, languages and facts.
    """

    board: Board | None
    now: datetime
    silent_s: float = 0.0
    calls: Calls = field(default_factory=Calls)
    seconds: float = 0.0


def scene(state: BoardState, screen: BoardScreen, language: str | None = None) -> Scene:
    """The board at this moment; the very same Scene as long as nothing that it shows has changed.

    `language` shows one language alone instead of the screen's languages in turn.
    """
    return _composed(state.board, glance(state, screen, language), screen)


def darkness(screen: BoardScreen) -> Scene:
    """The black picture of the night."""
    return Scene((screen.panel.width_px, screen.panel.height_px), BLACK, ())


def is_dark(shown: Scene) -> bool:
    """Is this the black picture of the night?"""
    return shown.ground == BLACK and not shown.items


def glance(state: BoardState, screen: BoardScreen, language: str | None = None) -> Glance:
    """What the board shows at this moment, reduced to what makes a difference."""
    codes = (language,) if language else screen.languages
    board, fresh = state.board, freshness(state.silent_s)
    minute = to_the_minute(state.now)
    heard = state.now.timestamp() - state.silent_s
    as_of = to_the_minute(datetime.fromtimestamp(heard, state.now.tzinfo)) if fresh is not Freshness.LIVE else minute
    if board is None:
        index, _ = turn(state.seconds, screen.turn_s, [1] * len(codes))
        begun = Mood.BUSY if state.silent_s < 2 else Mood.EMPTY
        return Glance(codes[index], begun, fresh, minute, as_of, (), 0, 1, None, 0, 0)
    due = mood(board, state.now, screen.dark_after)
    if due is Mood.DARK:
        return Glance(codes[0], due, Freshness.LIVE, DARKNESS, DARKNESS, (), 0, 1, None, 0, 0)
    call = _called(board, state) if due is Mood.BUSY else None
    lane_call = _lane_called(board, state) if due is Mood.BUSY else None
    today = state.now.astimezone(board.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    moment = Moment(due, fresh, call, today, lane_call)
    paged = [_pages(board, screen, code, moment) for code in codes]
    index, page = turn(state.seconds, screen.turn_s, [len(one) for one in paged])
    return Glance(
        language=codes[index],
        mood=due,
        freshness=fresh,
        minute=minute,
        as_of=as_of,
        rows=paged[index][page] if not board.lanes else (),
        page=page,
        pages=len(paged[index]),
        call=call,
        fact=int(state.seconds // FACT_S),
        shift=int(minute.timestamp() // 60) % len(SHIFTS),
        swapped=bool(int(minute.timestamp() // 3600) % 2),
        lanes=paged[index][page] if board.lanes else (),
        lane_call=lane_call,
    )


def _called(board: Board, state: BoardState) -> Row | None:
    return next((row for row in board.rows if row.ticket == state.calls.current), None)


def _lane_called(board: Board, state: BoardState) -> LaneRow | None:
    called = state.calls.current
    return next((row for row in board.lanes if called and row.ticket == called), None)


class Moment(NamedTuple):
    """What decides, beside the view, how many rows a page holds; it changes seldom, so that pages can be kept."""

    mood: Mood
    freshness: Freshness
    call: Row | None
    today: datetime
    lane_call: LaneRow | None


@lru_cache(maxsize=32)
def _pages(board: Board, screen: BoardScreen, code: str, moment: Moment) -> tuple[tuple[Any, ...], ...]:
    """The pages of rows or lanes in one language; the one being called stands in the call-out alone."""
    measures = _measures(board, screen, code, moment.mood, moment.freshness)
    if moment.mood is not Mood.BUSY:
        return ((),) * quiet_pages(Told(measures, board, moment.today), moment.mood)
    if board.lanes:
        return _lane_pages(board, measures, moment)
    rows = [row for row in board.rows if row != moment.call]
    form, is_stale = form_of(Told(measures, board, moment.today), rows), moment.freshness is Freshness.STALE
    height = screen.panel.height_px - measures.header - measures.footer
    height -= no_connection_px(measures) if is_stale else 0
    height -= call_px(measures, moment.call) if moment.call else 0
    height -= measures.caption if any(not row.is_ready for row in rows) else 0
    if (moment.call or is_stale) and height < measures.pitch(two_lines=form.two_lines):
        return ((),)
    return pages(rows, measures.rows_in(height, two_lines=form.two_lines))


def _lane_pages(board: Board, measures: Measures, moment: Moment) -> tuple[tuple[LaneRow, ...], ...]:
    rows = [row for row in board.lanes if row != moment.lane_call]
    height = measures.look.panel.height_px - measures.header - measures.footer
    height -= no_connection_px(measures) if moment.freshness is Freshness.STALE else 0
    height -= lane_call_px(measures, moment.lane_call) if moment.lane_call else 0
    if moment.lane_call and height < measures.pitch(two_lines=in_two_lines(measures, rows)):
        return ((),)
    return lanes_on_pages(measures, rows, height)


def _measures(board: Board, screen: BoardScreen, code: str, due: Mood, fresh: Freshness) -> Measures:
    theme = theme_of(screen.theme, fresh)
    if due is Mood.CLOSED:
        theme = screen.theme if screen.theme.name == "contrast" else DARK
    words = language_of(code, clock=board.clock)
    look = Look(theme.branded(board.brand_colour), screen.panel, words, screen.typesetter, logo=screen.logo)
    return Measures(look, screen.viewing_distance_m, name=board.name.in_(code))


@lru_cache(maxsize=2)
def _composed(board: Board | None, shown: Glance, screen: BoardScreen) -> Scene:
    if shown.mood is Mood.DARK:
        return darkness(screen)
    if board is None:
        theme = theme_of(screen.theme, Freshness.STALE)
        look = Look(theme, screen.panel, language_of(shown.language), screen.typesetter)
        return waiting(Measures(look, screen.viewing_distance_m), begun=shown.mood is Mood.BUSY)
    measures = _measures(board, screen, shown.language, shown.mood, shown.freshness)
    unit = max(1, round(measures.latin * 0.03))
    across, down = (step * unit for step in SHIFTS[shown.shift])
    return _framed(Told(replace(measures, across=across), board, shown.minute), shown, down)


def _framed(told: Told, shown: Glance, down: int) -> Scene:
    """Header, what is told between, footer; `down` is the pixel shift."""
    measures = told.m
    c = Composition(measures.look)
    top, bottom = measures.header + down, c.size[1] - measures.footer + down
    header(c, told, top, swapped=shown.swapped)
    if shown.mood is Mood.CLOSED:
        closed(c, told, Rect(0, top, c.size[0], c.size[1] - top))
        return c.scene()
    if shown.freshness is Freshness.STALE:
        top = no_connection(c, measures, top)
    room, foot = Rect(0, top, c.size[0], bottom - top), Rect(0, bottom, c.size[0], c.size[1] - bottom)
    if shown.mood is Mood.EMPTY:
        welcome(c, told, room, shown.page)
        footer(c, told, foot, shown)
    elif told.board.lanes:
        _lanes(c, told, room, shown)
        stay = ("car", measures.look.language.text("board.stay"))
        footer(c, told, foot, shown, stay if shown.freshness is not Freshness.STALE else None)
    else:
        shows_facts = _visits(c, told, room, shown)
        facts = () if shows_facts or shown.freshness is Freshness.STALE else footer_facts(told)
        footer(c, told, foot, shown, facts[shown.fact % len(facts)] if facts else None)
    return c.scene()


def _visits(c: Composition, told: Told, room: Rect, shown: Glance) -> bool:
    """The call-out and the rows; where few leave room, the store's facts. Were those shown?"""
    measures = told.m
    if shown.call:
        room = call_out(c, measures, room, shown.call, alone=not shown.rows and len(told.board.rows) > 1)
    room = rows_and_caption(c, told, room, shown)
    if room.h > measures.hair:
        c.add(Fill(Rect(room.x, room.y, room.w, measures.hair), measures.look.theme.line))
    return shown.freshness is not Freshness.STALE and fact_rows(c, told, room)


def _lanes(c: Composition, told: Told, room: Rect, shown: Glance) -> None:
    """The newest call and the lanes."""
    if shown.lane_call:
        room = lane_call(c, told.m, room, shown.lane_call, alone=not shown.lanes)
    room = lane_rows(c, told, room, shown)
    if room.h > told.m.hair:
        c.add(Fill(Rect(room.x, room.y, room.w, told.m.hair), told.m.look.theme.line))
