"""The questions: what we know, to be confirmed, and the permission to inspect; and the same code again.

The advisor is on the way before anything is asked. Permission is not sold: two equal keys, nothing preselected.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.display import lane_change
from kiosk.display.lane_blocks import CarPlan, Stub
from kiosk.display.lane_grid import Form, Frame, Grid
from kiosk.display.lane_keys import Key
from kiosk.display.lane_number import number_px, ticket_at_end
from kiosk.display.lane_page import Page, page
from kiosk.display.lane_review import Review, Row
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
    changes = Key(told("hello.change"), "change", icon="" if grid.form.is_small else "plus")
    not_me = Key(told("hello.not_me"), "not_me")
    helps = Key(told("hello.advisor_helps"), "advisor_helps")
    share = _card_share(c, grid)
    rows = _rows(c, told, customer, _card_width(grid, share), paired=not grid.form.is_small)
    shown = Page(
        headline=greeting(c, told, customer, _greeting_room(c, grid, share)),
        lead=told(WELCOMES[customer.timing]) if customer.timing in WELCOMES else "",
        block=Review(rows, frame.pressed, not grid.low_from),
        strip=None if customer.offline else told.person(),
        notice=told.offline_notice() if customer.offline else None,
        keys=((confirm,), (changes,), (not_me, helps)),
        steps=(1, _questions(customer)),
        number="" if grid.form.is_small else told.ticket(),
        strip_first=True,
        needs_block=True,
        fills=True,
        share=share,
    )
    if grid.form.is_small:
        shown = _paged(c, grid, told, shown, (confirm, changes, helps, not_me))
        _ticket_at_end(c, grid, told)
    elif c.look.panel.size_class == "M" or (grid.form is Form.WIDE and customer.offline):
        shown, c.pages = _in_two(told, shown, (confirm, changes, helps, not_me)), 2
    page(c, grid, frame, shown)


def _questions(customer: Customer) -> int:
    """How many will really be asked."""
    return 3 if customer.contact and customer.asks_contact else 2


def _ticket_at_end(c: Composition, grid: Grid, told: Told) -> None:
    """The ticket's number beside the greeting, where it has no row of its own."""
    size = c.look.type_px("text" if grid.form is Form.TINY else "headline")
    ticket_at_end(c, told.ticket(), grid.size[0] - grid.side, grid.top + c.pitch(size, headline=True) // 2)


def permission(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """May we inspect your car: two equal keys."""
    yes = Key(told("permission.yes"), "permission.yes", icon="check", is_tall=True)
    no = Key(told("permission.ask"), "permission.ask", icon="advisor", is_tall=True)
    customer = told.state.customer
    small = grid.form.is_small
    if grid.form is Form.TINY:  # every millimetre is for the words
        yes, no = replace(yes, icon=""), replace(no, icon="")
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
        strip=told.person(),
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
        shown = replace(shown, block=None)
    page(c, grid, frame, shown)


def _card_share(c: Composition, grid: Grid) -> float:
    """Of two columns the card has the larger on a 15.6-inch panel: what was booked is read in full."""
    return 0.53 if grid.form is Form.WIDE and c.look.panel.size_class == "M" else 0.5


def _card_width(grid: Grid, share: float) -> int:
    return grid.columns(grid.room, share)[0].w if grid.form is Form.WIDE else grid.room.w


def _greeting_room(c: Composition, grid: Grid, share: float) -> int:
    """What the ticket's number at the end leaves."""
    if grid.form.is_small:
        return grid.room.w - number_px(c)
    width = grid.columns(grid.room, share)[1].w if grid.form is Form.WIDE else grid.room.w
    return width - number_px(c)


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


def _rows(c: Composition, told: Told, customer: Customer, width: int, *, paired: bool) -> tuple[Row, ...]:
    """What we know, one row each, each with its way to change it; what is not known has none."""
    rows: list[Row] = []
    if customer.car:
        plate = f"··· {customer.plate_end}" if customer.plate_end else ""
        rows.append(Row("car", told("hello.car"), (customer.car,), plate))
    if customer.asked or customer.concerns or customer.own_words:
        rows.append(Row("service", told("hello.asked_for"), _asked(told, customer), change="change.concern"))
    if due := lane_change.due_names(told, customer):
        rows.append(Row("calendar", told("maintenance.headline"), (due,), change="change.due"))
    if customer.contact:
        icon, label, said = lane_change.reached_short(told, customer)
        rows.append(Row(icon, label, (said,), change="change.contact"))
    way = Row("bus", told("review.transport_label"), (lane_change.way(told, customer),), change="change.transport")
    if customer.completion_at is None:
        return (*rows, way)
    ready = Row("clock", told("common.estimated_completion"), (told.when(customer.completion_at),))
    if not paired:
        return (*rows, way, ready)
    pair = replace(ready, label="", beside=replace(way, label=""))  # the icons say it
    return Review((*rows, pair)).parted(c, width).rows


def _asked(told: Told, customer: Customer) -> tuple[str, ...]:
    added = [told(f"concern.{one}") for one in customer.concerns]
    added += [lane_change.said(customer.own_words)] if customer.own_words else []
    asked = (*(told.of(one) for one in customer.asked), *added)
    if len(asked) <= MOST_ASKED:
        return asked
    more = len(asked) - MOST_ASKED + 1
    return (*asked[: MOST_ASKED - 1], told.words.plural("hello.and_more", more))


def _in_two(told: Told, shown: Page, keys: tuple[Key, Key, Key, Key]) -> Page:
    """On a 15.6-inch panel the rarer choices are one key away."""
    confirm, changes, helps, not_me = keys
    more = Key(told("common.more"), "page")
    if told.state.page % 2:
        return replace(shown, keys=((helps,), (not_me, more)))
    return replace(shown, keys=((confirm,), (replace(changes, icon=""), more)))


def _paged(c: Composition, grid: Grid, told: Told, shown: Page, keys: tuple[Key, Key, Key, Key]) -> Page:
    """On a small panel as many rows as there is room for, then the rest and the other choices."""
    confirm, changes, helps, not_me = keys
    more = Key(told("common.more"), "page")
    rows = shown.block.rows if isinstance(shown.block, Review) else ()
    if grid.form is Form.TINY:
        rows = tuple(replace(row, lines=(*row.lines, row.plate) if row.plate else row.lines, plate="") for row in rows)
        rows = tuple(replace(row, lines=(line,)) for row in rows for line in row.lines)
    rows = tuple(replace(row, change="") for row in rows)
    chunks = _chunks(c, grid, shown, rows)
    c.pages = len(chunks) + 1
    index = told.state.page % c.pages
    strip, notice = shown.strip, shown.notice
    c.gives_up(shown.lead, *((strip.text, strip.second) if strip else ()))
    c.gives_up(*((notice.bold, notice.sentence) if notice else ()))
    if index == len(chunks):
        return replace(shown, block=None, strip=None, notice=None, lead="", keys=((changes, helps), (not_me, more)))
    shown = replace(shown, block=Review(chunks[index]), lead="", strip=None, notice=None)
    return replace(shown, keys=((confirm, more),), fills=True, stacked=True, small_headline=grid.form is Form.TINY)


def _card_height(c: Composition, grid: Grid, shown: Page) -> int:
    head = c.look.type_px("text" if grid.form is Form.TINY else "headline")
    used = c.paragraph_height(shown.headline, grid.room.w, size_px=head, weight=700, headline=True)
    return grid.room.bottom - grid.top - used - grid.gap


def _chunks(c: Composition, grid: Grid, shown: Page, rows: tuple[Row, ...]) -> list[tuple[Row, ...]]:
    """The rows in as many pages as they need, below the headline and above one row of keys."""
    height = _card_height(c, grid, shown) - grid.key - grid.lip - 2 * grid.gap
    width = grid.room.w
    found: list[tuple[Row, ...]] = [()]
    for row in rows:
        rest = row.lines
        while rest:
            here = found[-1]
            counts = range(len(rest), 0, -1)
            fits = (one for one in counts if Review((*here, _of(row, rest, one))).whole(c, width) <= height)
            count = next(fits, 0 if here else 1)
            if count:
                found[-1] = (*here, _of(row, rest, count))
                rest = rest[count:]
            if rest:
                found.append(())
    return found


def _of(row: Row, lines: tuple[str, ...], count: int) -> Row:
    """The row with so many of these lines; what it says besides stands at its end."""
    is_whole = count == len(lines)
    return replace(row, lines=lines[:count], plate=row.plate if is_whole else "")
