"""A board as a web page, for a smart television: `/board/<name>`, made of the same view and rules as the Pi's.

The address says what stands in a Pi's settings file (docs/boards.md). static/board.js turns pages and languages, says
when the hub is not heard, and asks for the page again when something changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from unicodedata import bidirectional

from flask import render_template, request
from markupsafe import Markup

from kiosk.domain.board import STAGES, Board, LaneRow, Only, Row, board_from
from kiosk.domain.board_mood import Mood, mood
from kiosk.domain.facts import to_us
from kiosk.language import CODES, Language, Ltr, language
from kiosk.server.errors import BadRequest
from kiosk.server.markup import said
from kiosk.server.screens import day as days
from kiosk.server.screens import page

if TYPE_CHECKING:
    from datetime import date, datetime

    from kiosk.domain.store import StoreLogo

pages = page.staff_pages("board", __name__)
THEMES = ("light", "dark", "contrast")
VIEWS = {"visits": "board", "lanes": "lane-board"}
AFTER_HOURS = frozenset({"ready", "call", "lock"})
DAYS_OF_THE_WEEK = 7
GROUNDS = {"light": ("#ECF1F2", "#C3CED3"), "dark": ("#0A131A", "#14191D"), "contrast": ("#000000",)}
"""What a header stands on in each theme, with a link and without."""
PAD = 0.16
"""Of the logo's height: from its plate's edge to it."""
_VALUE = "\uffff"

Fact = tuple[str, str, str]
"""Icon, words and value; the value may be empty."""


@dataclass(frozen=True)
class Asked:
    """What the address of a board says; every part has the default of a Pi's settings.

    Attributes:
        distance_m: of the farthest seat. width_mm: of the television's picture.
        dark_after_minutes: after closing, -1 never.
    """

    shows: str
    languages: tuple[str, ...]
    theme: str
    distance_m: float
    width_mm: float
    turn_s: float
    only: Only
    dark_after_minutes: int

    @property
    def dark_after(self) -> timedelta | None:
        """How long after closing the page goes black."""
        return None if self.dark_after_minutes < 0 else timedelta(minutes=self.dark_after_minutes)


def asked() -> Asked:
    """The settings in the address.

    Raises:
        BadRequest: one of them cannot be; the message names it.
    """
    return Asked(
        shows=_one_of("shows", tuple(VIEWS)),
        languages=_some_of("languages", CODES) or ("en",),
        theme=_one_of("theme", THEMES),
        distance_m=_number("distance_m", 5.0, 1, 30),
        width_mm=_number("width_mm", 1210.0, 80, 4000),
        turn_s=_number("turn_s", 10.0, 5, 120),
        only=Only(_some_of("lanes", tuple("ABCDEFGHJKLMNPQRSTUVWXYZ")), _some_of("stages", STAGES)),
        dark_after_minutes=int(_number("dark_after_minutes", 60, -1, 720)),
    )


def _one_of(name: str, allowed: tuple[str, ...]) -> str:
    value = request.args.get(name, allowed[0])
    if value not in allowed:
        raise BadRequest(f"{name}: one of {', '.join(allowed)}")
    return value


def _some_of(name: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    values = tuple(one for one in request.args.get(name, "").split(",") if one)
    if any(one not in allowed for one in values):
        raise BadRequest(f"{name}: of {', '.join(allowed)}, with commas between")
    return values


def _number(name: str, otherwise: float, least: float, most: float) -> float:
    try:
        value = float(request.args.get(name, otherwise))
    except ValueError:
        value = least - 1
    if not least <= value <= most:
        raise BadRequest(f"{name}: a number from {least:g} to {most:g}")
    return value


@pages.get("/board/<name>")
def board(name: str) -> str:
    """The page."""
    wanted, hub = asked(), page.the_hub()
    view_name = f"{VIEWS[wanted.shows]}/{name}"
    now = hub.clock.now()
    told = board_from(hub.view(view_name), wanted.only)
    values: dict[str, Any] = {
        "asked": wanted,
        "stream": f"/api/1/views/{view_name}/stream",
        "now_ms": to_us(now) // 1000,
        "mood": mood(told, now, wanted.dark_after),
        "Mood": Mood,
        "icon_of": days.ICONS,
        "board": told,
        "colour": told.brand_colour,
        "logo": placed(hub.store.logo, wanted.theme, is_closed=mood(told, now, wanted.dark_after) is Mood.CLOSED),
        "sides": [Side(told, language(code, clock=told.clock), now) for code in wanted.languages],
    }
    return render_template("board/board.html", **values)


@dataclass(frozen=True)
class Placed:
    """The logo as the header draws it: in pixels of its own, with the colour of its plate, or None."""

    key: str
    width: int
    height: int
    pad: int
    plate: str | None
    says_name: bool


@lru_cache(maxsize=8)
def placed(logo: StoreLogo | None, theme: str, *, is_closed: bool) -> Placed | None:
    """The logo on a theme's grounds, the ones without a link included; None without one."""
    if logo is None:
        return None
    from kiosk.store_logo import opened  # a store without a logo needs no pictures

    known = opened(logo.key, logo.png)
    grounds = GROUNDS["dark"] if is_closed and theme != "contrast" else GROUNDS[theme]
    plate = next(filter(None, (known.plate_on(one) for one in grounds)), None)
    width, height = known.image.size
    pad = round(height * PAD) if plate else 0
    return Placed(known.key, width + 2 * pad, height + 2 * pad, pad, plate, known.says_name)


@dataclass(frozen=True)
class Side:
    """The board in one language, in words and times that only need to be put somewhere."""

    board: Board
    words: Language
    now: datetime

    @property
    def today(self) -> date:
        """The date on the store's wall."""
        return self.now.astimezone(self.board.zone).date()

    @property
    def name(self) -> str:
        """The dealership's."""
        return self.board.name.in_(self.words.code)

    def text(self, message_id: str, /, **values: object) -> str:
        """A message."""
        return self.words.text(message_id, **values)

    def place(self, row: Row) -> str:
        """The cashier's desk of a ready visit."""
        return self.words.text("board.cashier", n=Ltr(row.place)) if row.place else ""

    def time(self, at: datetime) -> str:
        """The time on the store's wall."""
        return self.words.time(at, self.board.zone)

    def day(self, at: datetime) -> str:
        """Nothing for today, *Tomorrow*, the day of the week within six days, the date beyond."""
        away = (at.astimezone(self.board.zone).date() - self.today).days
        if away == 0:
            return ""
        if 1 < away < DAYS_OF_THE_WEEK:
            return self.words.weekday(at.astimezone(self.board.zone).date())
        return self.words.day(at, self.board.zone, self.today)

    def old_time(self, row: Row) -> str:
        """The estimate that the customer knew, where its time alone cannot be mistaken for another day's."""
        if row.was_at is None or row.completion_at is None:
            return ""
        was_on, on = (one.astimezone(self.board.zone).date() for one in (row.was_at, row.completion_at))
        return self.time(row.was_at) if was_on in {on, self.today} else ""

    def stops(self, row: Row) -> list[tuple[str, str]]:
        """The five stops of the visit line."""
        return days.stops(row.stage)

    def who(self, lane: LaneRow) -> str:
        """Who comes to a lane."""
        if lane.advisor:
            return lane.advisor.in_(self.words.code)
        return self.words.text("board.being_called" if lane.ticket else "board.lane_free")

    def lane(self, letter: str) -> Markup:
        """*Lane* and its letter on a tile."""
        return _set(self.words.text("board.lane", lane=Ltr(_VALUE)), "tile", letter)

    @property
    def as_of(self) -> Markup:
        """*As of* with an empty place for the time, which static/board.js fills."""
        return _set(self.words.text("board.as_of", time=Ltr(_VALUE)), "at", "")

    @property
    def facts(self) -> list[Fact]:
        """Icon, words and value of what waiting customers like to know."""
        facts = [one for one in self._told if one[0] not in AFTER_HOURS]
        checked_at = self.board.room_checked_at
        if checked_at and checked_at.astimezone(self.board.zone).date() == self.today:
            facts.insert(0, ("check", self.words.text("board.room_checked"), self.time(checked_at)))
        if self.board.open_today:
            hours = " ".join(f"{opens}–{closes}" for opens, closes in self.board.open_today)
            facts.insert(0, ("clock", self.words.text("board.open_today"), Ltr(hours)))
        return facts

    @property
    def after_hours(self) -> list[Fact]:
        """What is worth knowing when nobody is there."""
        return [one for one in self._told if one[0] in AFTER_HOURS]

    @property
    def _told(self) -> list[Fact]:
        return [(icon, *_split(text.in_(self.words.code))) for icon, text in self.board.facts]

    @property
    def opening(self) -> str:
        """When the shop opens again."""
        at = self.board.opens_at
        if at is None:
            return self.words.text("board.welcome", dealer=self.name)
        away = (at.astimezone(self.board.zone).date() - self.today).days
        if away <= 0:
            return self.words.text("board.open_from", time=self.time(at))
        if away == 1:
            return self.words.text("board.open_tomorrow", time=self.time(at))
        return self.words.text("board.open_on", day=self.words.day(at, self.board.zone, self.today), time=self.time(at))


def _split(text: str) -> tuple[str, str]:
    """A fact's words before and after its colon; a value without Arabic letters reads from left to right."""
    label, colon, value = text.partition(": ")
    if not colon:
        return text, ""
    is_rtl = any(bidirectional(letter) in {"R", "AL"} for letter in value)
    return label, value if is_rtl else Ltr(value)


def _set(text: str, css_class: str, value: str) -> Markup:
    """A message as HTML, with the value that stands in it set in a way of its own."""
    before, after = str(said(text)).split(f'<bdi dir="ltr">{_VALUE}</bdi>')
    inside = Markup('<b class="{}" dir="ltr">{}</b>').format(css_class, value)
    return Markup("<span>{}</span>{}<span>{}</span>").format(Markup(before), inside, Markup(after))  # noqa: S704 - escaped by said()
