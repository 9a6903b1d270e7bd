"""What the ticket's page says, and the parts that its forms share: the sentence, the paper, the visit's line.

Where all that stands is decided in lane_ticket.py (upright) and lane_ticket_wide.py (every other panel).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.display.lane_grid import Form, Grid
from kiosk.display.lane_hero import Hero
from kiosk.display.lane_page import Notice
from kiosk.display.lane_words import initial_of
from kiosk.display.scene import Rect
from kiosk.display.stages import labelled_visit_line
from kiosk.domain.lane_state import PaperState
from kiosk.domain.lane_turn import advisor_at, follow_address
from kiosk.domain.lane_view import StoreView

if TYPE_CHECKING:
    from kiosk.display.lane_words import Told
    from kiosk.display.layout import Composition

LEAST_FACE_MM = 18.8
"""Across a face whose initial is a letter of 7.3 mm."""

STOP_IDS = ("checked_in", "with_advisor", "in_service", "quality_check", "ready")


@dataclass(frozen=True)
class Paper:
    """What is said of the paper ticket: where it is, or that there is none, with the code that it would carry."""

    icon: str
    bold: str
    text: str = ""
    address: str = ""
    is_missing: bool = False


Below = tuple[Paper, Notice | None]
"""What is said below the stub."""


def hero_of(told: Told) -> Hero:
    """The sentence of this moment."""
    customer = told.state.customer
    stay = told("ticket.stay")
    someone = (told("ticket.hero_someone"), told("ticket.hero_someone_short"))
    if customer and customer.offline:
        return Hero((told("offline.headline"),), told("offline.text"), icon="bell", calls=True)
    name = told.advisor(customer.advisor) if customer else ""
    if customer and name and customer.outcome:
        lead = told("person.second_called") if told.visit and told.visit.escalated else stay
        sentences = (told("ticket.hero", advisor=name), told("ticket.hero_long", advisor=name), *someone)
        return Hero(sentences, lead, initial=initial_of(name))
    if customer and customer.nobody_in:
        return _nobody(told)
    at = advisor_at(customer) if customer else None
    if at is None:
        return Hero(someone, stay)
    time = told.time(at)
    return Hero((told("ticket.hero_at", time=time), told("ticket.hero_at_short", time=time)), stay, icon="clock")


def _nobody(told: Told) -> Hero:
    """No advisor is in: reception knows, or the shop is shut."""
    opens_at = told.store.opens_at if told.store else None
    if opens_at:
        return Hero((told("ticket.hero_closed"),), told("ticket.opens", when=told.when(opens_at)), icon="clock")
    return Hero((told("ticket.hero_nobody"),), told("ticket.nobody"), icon="bell")


def paper_of(told: Told) -> Paper:
    """What is known of the paper."""
    state, customer = told.state, told.state.customer
    missing = state.printer_trouble is not None or (customer is not None and customer.paper is PaperState.FAILED)
    printed = customer is not None and customer.paper is PaperState.PRINTED
    address = _address(told.store, customer.follow_token if customer else "")
    if missing and not printed:
        text = told("no_paper.text" if address else "no_paper.text_plain")
        return Paper("printer", told("no_paper.headline", ticket=told.ticket()), text, address, is_missing=True)
    if printed:
        return Paper("down", told("ticket.take_it" if address else "ticket.take_it_plain"))
    return Paper("printer", told("ticket.printing"))


def _address(store: StoreView | None, token: str) -> str:
    return follow_address(store.public_url, token) if store and token else ""


def beside_tear(told: Told) -> tuple[str, ...]:
    """Beside the tear: when the car is ready; without the hub who was booked, if anybody."""
    customer = told.state.customer
    if customer and customer.offline and customer.completion_at is None and customer.advisor:
        return (told("ticket.your_advisor"), told.advisor(customer.advisor))
    return told.ready()


def done_key(told: Told) -> tuple[str, str]:
    """The page's one key: *Done*, or the second car of this customer."""
    customer = told.state.customer
    if customer and customer.second_car:
        return told("ticket.next_car_short"), "next_car"
    return told("ticket.done"), "done"


def stop_labels(told: Told) -> tuple[str, ...]:
    """The five stops' words."""
    return tuple(told(f"stage_short.{one}") for one in STOP_IDS)


def disc_px(grid: Grid) -> int:
    """Size of the disc of the present stop."""
    return grid.px(21 if grid.form is Form.UPRIGHT else 17)


def visit_line(c: Composition, grid: Grid, told: Told, rect: Rect) -> None:
    """The visit's line with its words, from the top of `rect`."""
    labelled_visit_line(c, rect, "checked_in", stop_labels(told), disc_px=disc_px(grid))


def line_height(c: Composition, grid: Grid, told: Told, width: int) -> int:
    """Height that it takes."""
    size = c.look.type_px("caption")
    room = (width - disc_px(grid)) // 4 - c.look.px(1.5)
    rooms = [round(room * 0.82) if index in {0, 4} else room for index in range(5)]
    said = stop_labels(told)
    labels = [c.wrapped(one, across, size_px=size, weight=600) for one, across in zip(said, rooms, strict=True)]
    if any(" ".join(lines) != " ".join(label.split()) for lines, label in zip(labels, said, strict=True)):
        return c.size[1]  # no word is broken inside: rather no line
    lines = max(len(one) for one in labels)
    return disc_px(grid) + c.look.px(3) + lines * round(size * (1.4 if c.look.is_rtl else 1.12))
