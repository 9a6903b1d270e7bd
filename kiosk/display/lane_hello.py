"""The questions: what we know, to be confirmed, and the permission to inspect; and the same code again.

The advisor is on the way before anything is asked. Permission is not sold: two equal keys, nothing preselected.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.display.lane_blocks import CarPlan, Stub
from kiosk.display.lane_grid import Form, Frame, Grid
from kiosk.display.lane_keys import Key
from kiosk.display.lane_page import Page, page
from kiosk.display.lane_review import Review, Row
from kiosk.display.scene import Icon, Rect
from kiosk.domain.facts import Timing
from kiosk.domain.lane_state import PaperState
from kiosk.language import Ltr

if TYPE_CHECKING:
    from kiosk.display.lane_words import Told
    from kiosk.display.layout import Composition
    from kiosk.domain.lane_state import Customer

MOST_ASKED = 4
WELCOMES = {Timing.EARLY: "early.headline", Timing.LATE: "late.headline"}


def hello(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """Greeting, who comes, what we know; right, not me, or an advisor helps."""
    customer = told.state.customer
    if customer is None:
        return
    confirm = Key(told("hello.confirm"), "confirm", main=True, icon_end="" if grid.form is Form.TINY else "forward")
    not_me = Key(told("hello.not_me"), "not_me")
    helps = Key(told("hello.advisor_helps"), "advisor_helps")
    shown = Page(
        headline=greeting(c, told, customer, _greeting_room(c, grid)),
        lead=told(WELCOMES[customer.timing]) if customer.timing in WELCOMES else "",
        block=Review(_rows(told, customer, paired=not grid.form.is_small, with_completion=grid.form is Form.WIDE)),
        strip=None if customer.offline else told.person(),
        notice=told.offline_notice() if customer.offline else None,
        keys=((confirm,), (not_me, helps)),
        steps=(1, 2),
        strip_first=True,
        needs_block=True,
        fills=grid.form is Form.WIDE,
    )
    if grid.form.is_small:
        shown = _paged(c, grid, told, shown, (confirm, helps, not_me))
        _ticket_at_end(c, grid, told)
    elif grid.form is Form.WIDE and c.look.panel.size_class == "M":
        shown = _in_two(told, shown, (confirm, helps, not_me))
    page(c, grid, frame, shown)


def _ticket_at_end(c: Composition, grid: Grid, told: Told) -> None:
    """The ticket's number beside the greeting, where it has no row of its own."""
    size = c.look.type_px("text")
    middle = grid.top + c.pitch(size if grid.form is Form.TINY else c.look.type_px("headline"), headline=True) // 2
    end = grid.size[0] - grid.side
    number = c.text(told.ticket(), end, middle, size_px=size, weight=700, align="end", rtl=False)
    icon = round(size * 1.05)
    c.add(Icon(Rect(number.x - icon - c.look.px(2), middle - icon // 2, icon, icon), "ticket", c.look.theme.ink_2))


def permission(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """May we inspect your car: two equal keys."""
    yes = Key(told("permission.yes"), "permission.yes", icon="check", is_tall=True)
    no = Key(told("permission.no"), "permission.no", icon="cross", is_tall=True)
    customer = told.state.customer
    small = grid.form.is_small
    shown = Page(
        headline=told("permission.headline"),
        lead=told("permission.text"),
        block=None if small else CarPlan(),
        notice=told.offline_notice() if customer and customer.offline and not small else None,
        keys=((yes,), (no,)),
        steps=(2, 2),
        block_at_end=True,
        stacked=grid.form is Form.TINY,
    )
    page(c, grid, frame, shown)


def again(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """The same code again: its ticket, and a copy on request."""
    customer = told.state.customer
    printing = customer is not None and customer.paper is PaperState.QUEUED
    shown = Page(
        headline=told("ticket.again"),
        lead=told("ticket.printing" if printing else "again.text"),
        block=_stub(told, alone=grid.form.is_small),
        strip=replace(told.person(), second="") if grid.form.is_small else told.person(),
        keys=(
            (
                Key(
                    told("ticket.print_short" if grid.form.is_small else "ticket.print_again"),
                    "print_again",
                    icon="printer",
                ),
            ),
            (Key(told("ticket.done"), "done", main=True),),
        ),
        needs_block=True,
    )
    page(c, grid, frame, shown)


def pickup(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """The car is ready: to the cashier."""
    desks = told.store.cashiers if told.store else ()
    one_desk = len(desks) == 1
    shown = Page(
        headline=told("pickup.headline"),
        lead=told("pickup.text_desk", n=Ltr(desks[0])) if one_desk else told("pickup.text"),
        block=Stub(told("ticket.number"), told.ticket()) if told.ticket() else None,
        strip=replace(told.person(), text=told("pickup.told"), second="", initial="", icon="card"),
        keys=((Key(told("ticket.done"), "done", main=True),),),
        needs_block=True,
    )
    if grid.form is Form.TINY:
        shown = replace(shown, block=None, strip=None)
    page(c, grid, frame, shown)


def _greeting_room(c: Composition, grid: Grid) -> int:
    if grid.form is Form.WIDE:
        return grid.columns(grid.room)[1].w
    return grid.room.w - (c.look.px(42) if grid.form.is_small else 0)


def greeting(c: Composition, told: Told, customer: Customer, width: int) -> str:
    """*Hello* with the first name; of a long one as many words as two lines hold."""
    size = c.look.type_px("headline")
    name = customer.first_name
    while name:
        said = told("hello.headline", name=name)
        lines = 1 if c.look.panel.size_class == "S" else 2
        if len(c.wrapped(said, width, size_px=size, weight=700)) <= lines:
            return said
        shorter = name.rpartition(" ")[0]
        name = shorter or (name[: max(1, len(name) - 3)] if len(name) > 4 else "")
        name = name.rstrip("… ") + ("…" if not shorter and name else "")
    return told("camera.read_nameless")


def _stub(told: Told, *, alone: bool) -> Stub | None:
    """The ticket, with its estimated completion where there is room for it."""
    return Stub(told("ticket.number"), told.ticket(), () if alone else told.ready()) if told.ticket() else None


def _rows(told: Told, customer: Customer, *, paired: bool, with_completion: bool) -> tuple[Row, ...]:
    """What we know, one row each; what is not known has none."""
    ticket = Row("ticket", told("ticket.number"), (told.ticket(),))
    rows: list[Row] = []
    if customer.starts_at:
        booked = Row("calendar", told("hello.appointment"), (told.when(customer.starts_at),))
        rows += [replace(booked, beside=ticket)] if paired else [booked]
    elif paired:
        rows.append(ticket)
    if customer.car:
        plate = f"··· {customer.plate_end}" if customer.plate_end else ""
        rows.append(Row("car", told("hello.car"), (customer.car,), plate))
    if customer.asked:
        rows.append(Row("service", told("hello.asked_for"), _asked(told, customer)))
    if customer.completion_at and with_completion:
        ready = told.when(customer.completion_at)
        rows.append(Row("clock", told("common.estimated_completion"), (ready,)))
    return tuple(rows)


def _asked(told: Told, customer: Customer) -> tuple[str, ...]:
    asked = tuple(told.of(one) for one in customer.asked)
    if len(asked) <= MOST_ASKED:
        return asked
    more = len(asked) - MOST_ASKED + 1
    return (*asked[: MOST_ASKED - 1], told.words.plural("hello.and_more", more))


def _in_two(told: Told, shown: Page, keys: tuple[Key, Key, Key]) -> Page:
    """On a 15.6-inch panel the other choices are one key away."""
    confirm, helps, not_me = keys
    more = Key(told("common.more"), "page")
    if told.state.page % 2:
        return replace(shown, strip=None, lead="", notice=None, keys=((helps,), (not_me,), (more,)))
    return replace(shown, keys=((confirm,), (more,)))


def _paged(c: Composition, grid: Grid, told: Told, shown: Page, keys: tuple[Key, Key, Key]) -> Page:
    """On a small panel as many rows as there is room for, then the rest and the other choices."""
    confirm, helps, not_me = keys
    more = Key(told("common.more"), "page")
    rows = shown.block.rows if isinstance(shown.block, Review) else ()
    if grid.form is Form.TINY:
        rows = tuple(replace(row, lines=(line,)) for row in rows for line in row.lines)
    whole = replace(shown, lead="", strip=None, keys=((confirm,), (helps,), (not_me,)), fills=True)
    if grid.form is Form.TABLET and _has_room(c, grid, whole, rows, 0.55):
        return whole
    chunks = _chunks(c, grid, shown, rows)
    index = told.state.page % (len(chunks) + 1)
    if index == len(chunks):
        return replace(shown, block=None, strip=None, notice=None, lead="", keys=((helps, not_me), (more,)))
    shown = replace(shown, block=Review(chunks[index]), lead="", strip=None, notice=None)
    return replace(shown, keys=((confirm, more),), fills=True, stacked=True, small_headline=grid.form is Form.TINY)


def _has_room(c: Composition, grid: Grid, shown: Page, rows: tuple[Row, ...], share: float) -> bool:
    """Do all rows stand beside the keys, each value in two lines at most?"""
    width = grid.columns(grid.room, share)[0].w
    room = _card_height(c, grid, shown)
    return Review(rows).whole(c, width) <= room


def _card_height(c: Composition, grid: Grid, shown: Page) -> int:
    head = c.look.type_px("text" if grid.form is Form.TINY else "headline")
    used = c.paragraph_height(shown.headline, grid.room.w, size_px=head, weight=700, headline=True)
    return grid.room.bottom - grid.top - used - grid.gap


def _chunks(c: Composition, grid: Grid, shown: Page, rows: tuple[Row, ...]) -> list[tuple[Row, ...]]:
    """The rows in as many pages as they need, below the headline and above one row of keys."""
    height = _card_height(c, grid, shown) - grid.key - grid.lip - 2 * grid.gap
    width = grid.room.w
    found: list[tuple[Row, ...]] = []
    for row in rows:
        taller = Review((*found[-1], row)) if found else None
        if taller and taller.whole(c, width) <= height:
            found[-1] = taller.rows
        else:
            found.append((row,))
    return found
