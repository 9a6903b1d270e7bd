"""The lines of a visit for its delivery papers, revision by revision, and the papers made of them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Connection, bindparam, select

from kiosk.domain import facts as f
from kiosk.domain.delivery import Line
from kiosk.domain.store import Store
from kiosk.domain.visit import Refused, Visit
from kiosk.server import schema
from kiosk.server.asked import Asked
from kiosk.server.body import Body
from kiosk.server.errors import BadRequest
from kiosk.server.ledger import Ledger, new_id
from kiosk.server.prepared import Prepared

MOST_LINES = 200
LONGEST_LINE = 300
MOST_CENTS = 100_000_000_000
_LINES = Prepared(
    select(schema.line)
    .where(
        schema.line.c.store_id == bindparam("store_id"),
        schema.line.c.visit_id == bindparam("visit_id"),
        schema.line.c.revision == bindparam("revision"),
    )
    .order_by(schema.line.c.position)
)


def lines_of(connection: Connection, store: Store, visit: Visit, language: str | None = None) -> tuple[Line, ...]:
    """The lines as they stand; until somebody has edited them, those of the catalogue in `language` (the visit's)."""
    if visit.lines_revision == 0:
        return from_catalogue(store, visit.operations, language or visit.language)
    key = {"store_id": store.store_id, "visit_id": visit.visit_id, "revision": visit.lines_revision}
    return tuple(_line(row) for row in _LINES.all(connection, **key))


def from_catalogue(store: Store, operations: tuple[str, ...], language: str) -> tuple[Line, ...]:
    """One line for each operation that the catalogue knows."""
    found = (store.operation(code) for code in operations)
    return tuple(
        Line(
            text=one.name.in_(language),
            quantity=Decimal(1),
            unit_cents=one.price_cents,
            tax_percent=Decimal(str(one.tax_percent)),
            warranty=one.warranty.in_(language) if one.warranty else None,
        )
        for one in found
        if one
    )


def edit_lines(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """Write the lines anew. Who has not seen the newest revision is told so, and nobody's work is lost."""
    visit = ledger.visit(asked.body.id("visit_id"))
    seen = asked.body.whole("revision")
    lines = [_read(one, n) for n, one in enumerate(asked.body.items("lines", most=MOST_LINES))]
    if seen != visit.lines_revision:
        raise Refused("stale", f"somebody else has written the lines of {visit.ticket} meanwhile; look at them again")
    if not visit.stage.is_open:
        raise Refused("out_of_order", f"{visit.ticket} has been handed over or withdrawn; its lines stand")
    revision = visit.lines_revision + 1
    key = {"visit_id": visit.visit_id, "revision": revision}
    ledger.add_all(schema.line, [{**key, "position": n, **_row(one)} for n, one in enumerate(lines)])
    ledger.record(visit.visit_id, (f.LinesEdited(revision),))
    return {"revision": revision}


def make_papers(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    """Delivery papers of the lines as they stand. The page itself is drawn, and printed, after this is safe."""
    visit = ledger.visit(asked.body.id("visit_id"))
    language = asked.body.language() if asked.body.has("language") else visit.language
    paper_id = new_id()
    ledger.add(
        schema.paper,
        paper_id=paper_id,
        visit_id=visit.visit_id,
        language=language,
        lines_revision=visit.lines_revision,
        made_at=ledger.at,
        actor=ledger.actor,
    )
    ledger.record(visit.visit_id, (f.PapersMade(paper_id),))
    return {"paper_id": paper_id, "visit_id": visit.visit_id}


@dataclass(frozen=True)
class _Fixed:
    """A decimal as a whole number of its smallest parts."""

    places: int

    def to_whole(self, number: Decimal) -> int:
        return int(number.scaleb(self.places))

    def to_decimal(self, whole: int) -> Decimal:
        return Decimal(whole).scaleb(-self.places).normalize() + 0


QUANTITY = _Fixed(3)
PERCENT = _Fixed(4)


def _read(fields: Any, n: int) -> Line:
    body = Body(fields, f"body.lines[{n}]")
    try:
        return Line(
            text=body.text("text", longest=LONGEST_LINE),
            quantity=_decimal(body.number("quantity")),
            unit_cents=body.whole("unit_cents", least=-MOST_CENTS, most=MOST_CENTS),
            tax_percent=_decimal(body.number("tax_percent")),
            warranty=body.text_or("warranty", longest=LONGEST_LINE) or None,
        )
    except ValueError as error:
        raise BadRequest(f"body.lines[{n}]: {error}") from error


def _decimal(number: float | str) -> Decimal:
    """Exactly what was written: 8.875 is 8.875, not its nearest binary fraction, and 9 x 0.001 is 0.009."""
    try:
        return Decimal(str(round(number, 9) if isinstance(number, float) else number).strip())
    except InvalidOperation as error:
        raise ValueError(f"{number}: not a number") from error


def _row(line: Line) -> dict[str, Any]:
    return {
        "text": line.text,
        "quantity_thousandths": QUANTITY.to_whole(line.quantity),
        "unit_cents": line.unit_cents,
        "tax_ten_thousandths": PERCENT.to_whole(line.tax_percent),
        "warranty": line.warranty,
    }


def _line(row: Any) -> Line:
    return Line(
        text=row.text,
        quantity=QUANTITY.to_decimal(row.quantity_thousandths),
        unit_cents=row.unit_cents,
        tax_percent=PERCENT.to_decimal(row.tax_ten_thousandths),
        warranty=row.warranty,
    )
