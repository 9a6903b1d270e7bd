"""The board's measures: every size follows from the viewing distance and the panel; what gives way on a narrow one.

Letters never shrink and the stage word never goes: the old time, the footer's fact and the visit line go first, then a
row takes two lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kiosk.display.brand import brand_px, says_name
from kiosk.display.theme import STALE, STALE_DARK, Panel, Theme, board_type_px
from kiosk.domain.board import MOST_ROWS, STAGES, Freshness

if TYPE_CHECKING:
    from datetime import date, datetime, timedelta

    from kiosk.display.layout import Look
    from kiosk.domain.board import Board
    from kiosk.store_logo import Logo
    from kiosk.typeset import Typesetter

CALLED_PER_DISTANCE = 82


@dataclass(frozen=True)
class BoardScreen:
    """One screen of the waiting room or of the lanes.

    Attributes:
        viewing_distance_m: from the farthest seat; every capital is at least a 120th of it high.
        languages: shown in turn, each for all pages.
        turn_s: seconds a page stands.
        dark_after: how long after closing the screen goes black; None: never.
        logo: the dealership's, None for the drawn mark.
    """

    panel: Panel
    theme: Theme
    viewing_distance_m: float
    languages: tuple[str, ...]
    typesetter: Typesetter
    turn_s: float = 10.0
    dark_after: timedelta | None = None
    logo: Logo | None = None


@dataclass(frozen=True)
class Measures:
    """Sizes in pixels for one look, all of them multiples of the text's size; `across` is the pixel shift.

    `name` is the dealership's: where a panel hangs upright and it is long, the header is two lines high. `grown` is how
    many times its least size a text has where there is room; the margins stay.
    """

    look: Look
    viewing_distance_m: float
    across: int = 0
    name: str = ""
    grown: float = 1.0

    @property
    def start(self) -> int:
        """Column at which everything begins; it wanders a little with the pixel shift."""
        return self.side + self.across

    @property
    def end(self) -> int:
        """Column at which everything ends."""
        return self.look.panel.width_px - self.side + self.across

    @cached_property
    def text(self) -> int:
        """The text's size: the least on the board."""
        return round(board_type_px(self.look.panel, self.viewing_distance_m, arabic=self.look.is_rtl) * self.grown)

    @cached_property
    def latin(self) -> int:
        """The text's size in Latin letters, from which the spaces are taken in every language."""
        return round(board_type_px(self.look.panel, self.viewing_distance_m) * self.grown)

    @cached_property
    def figure(self) -> int:
        """Ticket and time."""
        return round(self.latin * 1.2)

    @cached_property
    def called(self) -> int:
        """Least size of the ticket being called: 0.7 degrees, and twice that of a row's."""
        least = self.look.panel.type_px(self.viewing_distance_m * 1000 / CALLED_PER_DISTANCE)
        return max(least, 2 * self.figure)

    @cached_property
    def side(self) -> int:
        """Margin at the sides."""
        return round(board_type_px(self.look.panel, self.viewing_distance_m) * 0.8)

    @cached_property
    def gap(self) -> int:
        """Between the columns of a row."""
        return round(self.latin * 0.57)

    @cached_property
    def hair(self) -> int:
        """Thickness of the lines between rows."""
        return max(2, round(self.latin * 0.043))

    @cached_property
    def disc(self) -> int:
        """The stage's disc."""
        return round(self.latin * 1.06)

    @cached_property
    def header(self) -> int:
        """Height of the header."""
        return round(self.latin * ((1.77 if self.look.is_rtl else 1.65) + 1.2 * (len(self.name_lines) == 2)))

    @cached_property
    def mark(self) -> int:
        """Height of the mark, and of the logo at most."""
        return round(self.latin * 1.2)

    @cached_property
    def most_logo(self) -> int:
        """Width of the logo at most: a lettering may take all that the clock leaves, up to five times its height."""
        return min(self.head, 5 * self.mark)

    @cached_property
    def head(self) -> int:
        """What the clock leaves of the header's width."""
        widest = "10:00 p. m." if self.look.language.clock == "12h" else "00:00"
        clock = self.look.width(widest, round(self.latin * 1.31), 700)
        return self.look.panel.width_px - 2 * self.side - self.gap - clock

    @cached_property
    def name_lines(self) -> tuple[str, ...]:
        """The name beside the clock: in one line, in two on an upright panel, or cut; none when a word is too wide."""
        if says_name(self.look):
            return ()
        taken = brand_px(self.look, self.mark, self.most_logo, self.look.theme.ground)[0]
        room = self.head - taken - round(self.latin * 0.4)
        setter, rtl = self.look.typesetter, self.look.is_rtl
        if any(self.look.width(word, self.text, 600) > room for word in self.name.split()):
            return ()
        lines = setter.wrap(self.name, width_px=room, size_px=self.text, weight=600, rtl=rtl)
        if len(lines) > 1 and self.look.panel.height_px < self.look.panel.width_px:
            lines = (" ".join(lines),)
        if len(lines) > 2:
            lines = (lines[0], " ".join(lines[1:]))
        return tuple(one for one in (self.look.shortened(line, room, self.text, 600) for line in lines) if one)

    @cached_property
    def footer(self) -> int:
        """Height of the footer."""
        return round(self.latin * 1.5)

    @cached_property
    def caption(self) -> int:
        """Height of the strip over the rows in progress."""
        return round(self.latin * (1.36 if self.look.is_rtl else 1.2))

    @cached_property
    def lift(self) -> int:
        """How much higher Arabic stands in a strip of its own: its letters reach further down than up."""
        return round(self.latin * 0.07) if self.look.is_rtl else 0

    @cached_property
    def ticket_column(self) -> int:
        """Width of the widest ticket number."""
        return self.look.typesetter.width("A-000", size_px=self.figure, weight=700)

    def time_column(self, clock_width: str) -> int:
        """Width of the widest time."""
        return self.look.width(clock_width, self.figure, 700)

    @cached_property
    def stage_column(self) -> int:
        """Width of the longest stage in this language, in the weight that it is shown in."""
        words = ((self.look.language.text(f"stage.{one}"), 700 if one == "ready" else 500) for one in STAGES)
        return max(self.look.width(word, self.text, weight) for word, weight in words)

    def pitch(self, *, two_lines: bool) -> int:
        """Least height of a row."""
        if two_lines:
            return round(self.latin * (3.1 if self.look.is_rtl else 2.8))
        return round(self.latin * (1.5 if self.look.is_rtl else 1.35))

    def rows_in(self, height: int, *, two_lines: bool) -> int:
        """How many rows that height holds, at least one and at most eight."""
        return max(1, min(MOST_ROWS, height // self.pitch(two_lines=two_lines)))


@dataclass(frozen=True)
class Told:
    """What a board tells, in which sizes, and the moment that decides what is today."""

    m: Measures
    board: Board
    now: datetime

    @property
    def today(self) -> date:
        """The date on the store's wall."""
        return self.day_of(self.now)

    def day_of(self, at: datetime) -> date:
        """The date of an instant on the store's wall."""
        return at.astimezone(self.board.zone).date()


@dataclass(frozen=True)
class RowForm:
    """How the rows of a page are set: with the whole visit line, with its disc alone, or in two lines."""

    two_lines: bool
    line_px: int

    @property
    def has_line(self) -> bool:
        """Are all five stops shown?"""
        return self.line_px > 0


def row_form(measures: Measures, words_px: int) -> RowForm:
    """The richest form in which a row fits whose stage and last column take `words_px` together."""
    width = measures.look.panel.width_px - 2 * measures.side
    fixed = measures.ticket_column + words_px + 3 * measures.gap
    line = round(measures.latin * 4.7)
    if fixed + line <= width:
        return RowForm(two_lines=False, line_px=line)
    return RowForm(two_lines=fixed + measures.disc > width, line_px=0)


def theme_of(theme: Theme, freshness: Freshness) -> Theme:
    """The screen's theme, drained of colour when what it shows is stale."""
    if freshness is not Freshness.STALE or theme.name == "contrast":
        return theme
    return STALE_DARK if theme.name == "dark" else STALE
