"""The pages behind *Change or add something*, and the contact where it must be asked: what each says and offers.

How rows are laid out is in lane_list.py. Maintenance that is due has two equal keys: it is not sold either.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.display.lane_blocks import Sign
from kiosk.display.lane_grid import Frame, Grid
from kiosk.display.lane_keys import Key
from kiosk.display.lane_list import ListPage, list_page
from kiosk.display.lane_page import Page, page
from kiosk.display.lane_rows import Choice, Group
from kiosk.domain.facts import Way
from kiosk.domain.lane_choices import CONCERNS, METHODS, WAYS
from kiosk.domain.lane_state import Screen
from kiosk.language import Ltr, harmless

if TYPE_CHECKING:
    from kiosk.display.lane_words import Told
    from kiosk.display.layout import Composition
    from kiosk.domain.lane_state import Customer

CONCERN_ICONS = {
    "service": "service",
    "noise": "speaker",
    "warning_light": "alert",
    "brakes": "brake",
    "tires": "tire",
    "battery": "battery",
    "climate": "snow",
    "drives_oddly": "gauge",
}
WAY_ICONS = {"wait": "cup", "shuttle": "bus", "loaner": "car", "ride": "call", "picked_up": "person"}
SHORT = {
    Screen.CHANGE: "change.headline_short",
    Screen.CONTACT: "contact.headline_short",
    Screen.TRANSPORT: "review.transport_label",
}
METHOD_WORDS = {
    "text_message": ("contact.by_text", "message"),
    "phone_call": ("contact.by_call", "call"),
    "email": ("contact.by_email", "mail"),
    "whatsapp": ("contact.by_whatsapp", "message"),
    "none": ("contact.by_none", ""),
}


def change(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """What can be changed, with what stands there now."""
    customer = told.state.customer
    if customer is None:
        return
    rows = [Choice(told("hello.asked_for"), "change.concern", "service", asked_for(told, customer), "forward")]
    if customer.contact:
        rows.append(Choice(told("change.contact"), "change.contact", "phone", reached(told, customer), "forward"))
    if customer.due:
        rows.append(Choice(told("change.maintenance"), "change.due", "calendar", due_names(told, customer), "forward"))
    rows.append(Choice(told("transport.headline"), "change.transport", "bus", way(told, customer), "forward"))
    second = Choice(told("change.second_car"), "change.second_car", "car", told("change.own_ticket"), "plus")
    rows.append(replace(second, chosen=customer.second_car))
    _list(c, grid, frame, told, told("change.headline"), (Group(tuple(rows)),), Key(told("change.done"), "change.done"))


def contact(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """Phone and e-mail, masked, and the preferred way of contact."""
    customer = told.state.customer
    if customer is None or customer.contact is None:
        return
    known = customer.contact
    unknown = told("contact.unknown")
    phone = Choice(kept_ltr(known.phone) or unknown, "contact.phone", "phone", told("contact.phone"), "pen")
    email = Choice(kept_ltr(known.email) or unknown, "contact.address", "mail", told("contact.email"), "pen")
    if not told.state.rules.has_keyboard:
        email = replace(email, disabled=True, second=told("contact.with_advisor"), end_icon="")
    ways = []
    for method in METHODS:
        words, icon = METHOD_WORDS[method]
        ways.append(Choice(told(words), f"contact.{method}", icon, chosen=known.method == method))
    groups = (Group((phone, email)), Group(tuple(ways), told("contact.preferred"), 2))
    main = Key(told("contact.confirm"), "contact.confirm", icon_end="forward")
    is_question = told.state.returns is Screen.SCAN
    headline = told("contact.headline")
    _list(c, grid, frame, told, headline, groups, main, steps=(2, 3) if is_question else None)


def concern(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """The short list, several at once, and the customer's own words."""
    customer = told.state.customer
    if customer is None:
        return
    rows = tuple(
        Choice(told(f"concern.{one}"), f"concern.{one}", CONCERN_ICONS[one], chosen=one in customer.draft)
        for one in CONCERNS
    )
    groups = [Group(rows, columns=2)]
    if told.state.rules.has_keyboard:
        quoted = f"“{said(customer.draft_words)}”" if customer.draft_words else ""
        text = quoted or told("concern.own_words")
        groups.append(
            Group((Choice(text, "concern.words", "message", told("concern.own_words") if quoted else "", "pen"),))
        )
    part = told.state.returns in (Screen.HELLO, Screen.CHANGE)
    main = Key(told("concern.add" if part else "common.continue"), "concern.add", icon="check" if part else "")
    back = Key(told("common.back"), "back", icon="back") if part else Key(told("hello.advisor_helps"), "advisor_helps")
    began_here = customer.way is Way.WALK_IN and not part
    out = Key(told("walk_in.take_back"), "take_back", icon="cross") if began_here else None
    headline = told("concern.headline")
    _list(c, grid, frame, told, headline, tuple(groups), main, back=back, beside=out, lead=told("concern.text"))


def transport(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """Wait, shuttle, loaner, a ride, picked up: one of them."""
    customer = told.state.customer
    if customer is None:
        return
    name = told.advisor(customer.advisor)
    second = {
        "ride": told("transport.advisor_calls", advisor=name) if name else "",
        "picked_up": told("transport.nothing_more"),
    }
    rows = tuple(
        Choice(
            told(f"transport.{one}"),
            f"transport.{one}",
            WAY_ICONS[one],
            second.get(one, ""),
            chosen=one in customer.draft,
        )
        for one in WAYS
    )
    main = Key(told("transport.done"), "transport.done", icon="check")
    _list(c, grid, frame, told, told("transport.headline"), (Group(rows),), main)


def maintenance(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """One piece of work that is due: today or not today, two equal keys."""
    customer = told.state.customer
    if customer is None or not customer.due:
        return
    due = customer.due[min(len(customer.draft), len(customer.due) - 1)]
    yes = Key(told("maintenance.yes"), "due.yes", icon="check", is_tall=True)
    no = Key(told("maintenance.no"), "due.no", icon="cross", is_tall=True)
    small = grid.form.is_small
    shown = Page(
        headline=told.of(due.name),
        lead=told("maintenance.headline"),
        block=None if small else Sign("service"),
        keys=((yes,), (no,)),
        block_at_end=True,
        needs_block=True,
    )
    page(c, grid, frame, shown)


def _list(  # noqa: PLR0917 - what the page says, after what every page has
    c: Composition,
    grid: Grid,
    frame: Frame,
    told: Told,
    headline: str,
    groups: tuple[Group, ...],
    main: Key,
    *,
    back: Key | None = None,
    beside: Key | None = None,
    lead: str = "",
    steps: tuple[int, int] | None = None,
) -> None:
    shown = ListPage(
        headline,
        groups,
        replace(main, main=True, icon=main.icon or ("" if main.icon_end else "check")),
        Key(told("common.more"), "page"),
        told(SHORT[told.state.screen]) if told.state.screen in SHORT else "",
        back or Key(told("common.back"), "back", icon="back"),
        beside,
        lead,
        steps,
        told.state.page,
    )
    list_page(c, grid, frame, shown)


# ---- what stands there now


def kept_ltr(value: str) -> str:
    """A masked phone or address, which is read from left to right in every language; "" stays empty."""
    return f"\u2066{value}\u2069" if value else ""


def listed(told: Told, words: list[str]) -> str:
    """Several things in one line."""
    return ("، " if told.words.is_rtl else ", ").join(words)


def said(words: str) -> str:
    """The customer's own words keep their own direction."""
    return f"\u2068{harmless(words)}\u2069"


def asked_for(told: Told, customer: Customer) -> str:
    """Booked work and added concerns in one line."""
    booked = [told.of(one) for one in customer.asked]
    added = [told(f"concern.{one}") for one in customer.concerns]
    return listed(told, [*booked, *added, *([said(customer.own_words)] if customer.own_words else [])])


def reached(told: Told, customer: Customer) -> str:
    """How we reach the customer: the way, and the end of the address."""
    known = customer.contact
    if known is None:
        return ""
    address = known.email if known.method == "email" else known.phone
    if not known.method or known.method == "none":
        return kept_ltr(known.phone or known.email) if known.phone or known.email else told("review.not_chosen")
    words = told(METHOD_WORDS[known.method][0]) if known.method in METHOD_WORDS else ""
    if not words or not address:
        return words or kept_ltr(address)
    return told("review.contact", method=words, address=Ltr(address))


def reached_short(told: Told, customer: Customer) -> tuple[str, str, str]:
    """For the review: the icon and the name of the way, and the address."""
    known = customer.contact
    words, icon = METHOD_WORDS.get(known.method if known else "", ("review.contact_label", "phone"))
    if known is None or known.method == "none":
        return "phone", told("review.contact_label"), told("contact.by_none")
    address = known.email if known.method == "email" else known.phone
    return icon, told(words), kept_ltr(address or known.phone or known.email) or told("contact.unknown")


def due_names(told: Told, customer: Customer) -> str:
    """What is due again, without what was declined."""
    declined = {one for one, accepted in customer.due_answers if not accepted}
    return listed(told, [told.of(one.name) for one in customer.due if one.operation not in declined])


def way(told: Told, customer: Customer) -> str:
    """Transport as booked or chosen."""
    known = customer.transport in WAYS
    return told(f"transport.{customer.transport}") if known else told("review.not_chosen")
