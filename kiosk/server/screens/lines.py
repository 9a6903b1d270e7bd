"""The lines of work for the delivery papers on one plain form; the totals come from the domain while one types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from flask import make_response, redirect, render_template, request
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from kiosk.domain.delivery import MOST_PERCENT, MOST_QUANTITY, PERCENT_PLACES, QUANTITY_PLACES, Line, totals
from kiosk.language import Ltr
from kiosk.server.access import CASHIER
from kiosk.server.errors import Answered, BadRequest, NotFound, RulesRefuse
from kiosk.server.markup import said
from kiosk.server.screens import amounts, page
from kiosk.server.screens import day as days
from kiosk.server.screens.advisor import around
from kiosk.server.screens.keys import send
from kiosk.server.visits.lines import LONGEST_LINE, MOST_CENTS

pages = page.staff_pages("lines", __name__)
SPARE_ROWS = 2
COLUMNS = ("text", "quantity", "unit", "tax", "warranty")


@dataclass(frozen=True)
class Row:
    """A row of the form as it was typed."""

    text: str = ""
    quantity: str = ""
    unit: str = ""
    tax: str = ""
    warranty: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether the row is left out: no words and no price."""
        return not self.text.strip() and not self.unit.strip()


@dataclass(frozen=True)
class Fault:
    """What is wrong with which row: a message of the catalogue and the row's number, from 1."""

    message: str
    n: int
    column: str


@pages.get("/visits/<visit_id>/lines")
def form(visit_id: str) -> str:
    """The lines as they stand."""
    revision, lines = page.the_hub().lines(visit_id)
    return _page(visit_id, [_row(one) for one in lines], revision)


@pages.post("/visits/<visit_id>/lines")
def keep(visit_id: str) -> Response | str:
    """Write the lines anew; what cannot be taken stands again as it was typed, with the reason."""
    rows = typed_rows(request.form)
    lines, faults = read(rows, page.the_hub().store.currency)
    revision = _whole(request.form.get("revision"))
    if faults:
        return make_response(_page(visit_id, rows, revision, faults=faults), 400)
    body = {"visit_id": visit_id, "revision": revision, "lines": [_body(one) for one in lines]}
    try:
        send("edit_lines", body)
    except RulesRefuse as refused:
        if refused.code != "stale":
            return redirect(f"{_back(visit_id)}?refused={refused.code}", 303)
        newest, theirs = page.the_hub().lines(visit_id)
        return make_response(_page(visit_id, rows, newest, theirs=theirs), 409)
    except Answered as answered:
        return redirect(f"{_back(visit_id)}?refused={answered.code}", 303)
    return redirect(f"{_back(visit_id)}?saved=lines", 303)


@pages.post("/visits/<visit_id>/lines/totals")
def sums(visit_id: str) -> Response | str:
    """The totals of what is typed now, as a piece of a page; nothing is kept."""
    rows = typed_rows(request.form)
    lines, faults = read(rows, page.the_hub().store.currency)
    if "whole" in request.form:  # pressed without script
        return _page(visit_id, rows, _whole(request.form.get("revision")), faults=faults)
    hub = page.the_hub()
    known = page.known(hub.store, page.spoken(), hub.clock.now())
    html = render_template("staff/totals.html", **known, lines=lines, totals=totals(lines), faults=faults, say=say)
    return make_response(html, 400 if faults else 200)


def typed_rows(form: MultiDict[str, str]) -> list[Row]:
    """The rows of the form, empty ones at the end left out."""
    columns = [form.getlist(name) for name in COLUMNS]
    rows = [Row(*cells) for cells in zip(*columns, strict=False)]
    while rows and rows[-1].is_empty:
        rows.pop()
    return rows


def read(rows: list[Row], currency: str) -> tuple[tuple[Line, ...], list[Fault]]:
    """The lines that the rows say, and what cannot be read. Empty rows are left out."""
    lines: list[Line] = []
    faults: list[Fault] = []
    for n, row in enumerate(rows, 1):
        if row.is_empty:
            continue
        wrong = list(_faults(row, n, currency))
        faults += wrong
        if not wrong:
            lines.append(_line(row, currency))
    return tuple(lines), faults


def _faults(row: Row, n: int, currency: str) -> Iterator[Fault]:
    if not 0 < len(row.text.strip()) <= LONGEST_LINE:
        yield Fault("staff.lines.no_text", n, "text")
    quantity = _quantity(row)
    if quantity is None or not 0 <= quantity <= MOST_QUANTITY or quantity != round(quantity, QUANTITY_PLACES):
        yield Fault("staff.lines.bad_quantity", n, "quantity")
    price = amounts.cents(row.unit, currency) if row.unit.strip() else 0
    if price is None or abs(price) > MOST_CENTS:
        yield Fault("staff.lines.bad_price", n, "unit")
    tax = amounts.percent(row.tax)
    if tax is None or not 0 <= tax <= MOST_PERCENT or tax != round(tax, PERCENT_PLACES):
        yield Fault("staff.lines.bad_tax", n, "tax")


def _quantity(row: Row) -> Decimal | None:
    return amounts.number(row.quantity) if row.quantity.strip() else Decimal(1)


def _line(row: Row, currency: str) -> Line:
    return Line(
        text=" ".join(row.text.split()),
        quantity=_quantity(row) or Decimal(0),
        unit_cents=amounts.cents(row.unit, currency) or 0,
        tax_percent=amounts.percent(row.tax) or Decimal(0),
        warranty=row.warranty.strip() or None,
    )


def _body(line: Line) -> dict[str, Any]:
    return {
        "text": line.text,
        "quantity": str(line.quantity),
        "unit_cents": line.unit_cents,
        "tax_percent": str(line.tax_percent),
        "warranty": line.warranty,
    }


def _row(line: Line) -> Row:
    """A line as the form shows it: plain digits, a point for decimals."""
    places = get_currency_precision(page.the_hub().store.currency)
    unit = f"{Decimal(line.unit_cents).scaleb(-places):.{places}f}"
    return Row(line.text, f"{line.quantity:f}", unit, f"{line.tax_percent:f}", line.warranty or "")


def say(fault: Fault) -> Markup:
    """A fault in words."""
    example = Ltr(f"1250.{'0' * get_currency_precision(page.the_hub().store.currency)}".rstrip("."))
    return said(page.spoken().text(fault.message, n=fault.n, example=example))


def _page(
    visit_id: str, rows: list[Row], revision: int, *, faults: list[Fault] | None = None, theirs: tuple[Line, ...] = ()
) -> str:
    hub = page.the_hub()
    view = hub.staff_page(visit_id)
    shown = days.find(view, visit_id)
    if shown is None:  # it has left the list
        raise NotFound(f"no visit {visit_id}")
    lines, _ = read(rows, hub.store.currency)
    return page.show(
        "staff/lines.html",
        title="staff.lines.title",
        visit=shown,
        rows=[*rows, *(Row() for _ in range(SPARE_ROWS))],
        revision=revision,
        faults=faults or [],
        theirs=theirs,
        lines=lines,
        totals=totals(lines),
        say=say,
        leave=_back(visit_id),
        **around(view),
    )


def _back(visit_id: str) -> str:
    return f"/cashier/{visit_id}" if page.who().kind == CASHIER else f"/advisor/visits/{visit_id}"


def _whole(written: str | None) -> int:
    if written is None or not written.isdecimal():
        raise BadRequest("revision: must be the number that the page was given")
    return int(written)
