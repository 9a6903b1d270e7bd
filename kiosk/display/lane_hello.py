"""The questions: what we know, to be confirmed, and the permission to inspect; and the same code again.

The advisor is on the way before anything is asked. Permission is not sold: two equal keys, nothing preselected.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.display.lane_blocks import CarPlan, Review, Row, Stub
from kiosk.display.lane_page import Form, Frame, Grid, Key, Page, page
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
        headline=greeting(
            c, told, customer, grid.room.w if grid.form is not Form.WIDE else grid.columns(grid.room)[1].w
        ),
        lead=told(WELCOMES[customer.timing]) if customer.timing in WELCOMES else "",
        block=Review(
            _rows(told, customer, paired=not grid.form.is_small, with_completion=grid.form is not Form.UPRIGHT)
        ),
        strip=None if customer.offline else told.person(),
        notice=told.offline_notice() if customer.offline else None,
        keys=((confirm,), (not_me, helps)),
        steps=(1, 2),
        strip_first=True,
        needs_block=True,
        fills=grid.form is Form.WIDE,
    )
    if grid.form is Form.WIDE:
        shown = replace(shown, keys=((confirm,), (not_me, helps)))
    if grid.form.is_small:
        shown = _paged(c, grid, told, shown, (confirm, helps, not_me))
    page(c, grid, frame, shown)


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
    )
    page(c, grid, frame, shown)


def again(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """The same code again: its ticket, and a copy on request."""
    customer = told.state.customer
    printing = customer is not None and customer.paper is PaperState.QUEUED
    shown = Page(
        headline=told("ticket.again"),
        lead=told("ticket.printing" if printing else "again.text"),
        block=_stub(told),
        strip=told.person(),
        keys=(
            (Key(told("ticket.print_again"), "print_again", icon="printer"),),
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
    page(c, grid, frame, shown)


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
        name = shorter or (name[: max(1, len(name) - 3)] if len(name) > 4 else "")  # noqa: PLR2004
        name = name.rstrip("… ") + ("…" if not shorter and name else "")
    return told("camera.read_nameless")


def _stub(told: Told) -> Stub | None:
    return Stub(told("ticket.number"), told.ticket(), told.ready()) if told.ticket() else None


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
    if not paired:
        rows.append(ticket)
    return tuple(rows)


def _asked(told: Told, customer: Customer) -> tuple[str, ...]:
    asked = tuple(told.of(one) for one in customer.asked)
    if len(asked) <= MOST_ASKED:
        return asked
    more = len(asked) - MOST_ASKED + 1
    return (*asked[: MOST_ASKED - 1], told.words.plural("hello.and_more", more))


def _paged(c: Composition, grid: Grid, told: Told, shown: Page, keys: tuple[Key, Key, Key]) -> Page:
    """On a small panel two or three rows at a time beside two keys, then the other choices."""
    confirm, helps, not_me = keys
    more = Key(told("common.more"), "page", icon_end="forward")
    rows = shown.block.rows if isinstance(shown.block, Review) else ()
    chunks = _chunks(c, grid, shown, rows)
    if grid.form is Form.TABLET and len(chunks) == 1:
        return replace(shown, block=Review(chunks[0]), keys=((confirm,), (helps,), (not_me,)), fills=True)
    index = told.state.page % (len(chunks) + 1)
    if index == len(chunks):
        return replace(shown, block=None, strip=None, notice=None, lead="", keys=((helps, not_me), (more,)))
    return replace(shown, block=Review(chunks[index]), lead="", keys=((confirm,), (more,)), fills=True)


def _chunks(c: Composition, grid: Grid, shown: Page, rows: tuple[Row, ...]) -> list[tuple[Row, ...]]:
    """The rows in as many pages as their least heights need."""
    room = grid.room
    head = c.paragraph_height(shown.headline, room.w, size_px=c.look.type_px("headline"), weight=700, headline=True)
    height = room.bottom - grid.top - head - 2 * grid.gap
    width = grid.columns(room)[0].w
    found: list[tuple[Row, ...]] = []
    for row in rows:
        taller = Review((*found[-1], row)) if found else None
        if taller and taller.least(c, width) <= height:
            found[-1] = taller.rows
        else:
            found.append((row,))
    return found
