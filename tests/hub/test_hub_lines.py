"""The lines for the delivery papers, revision by revision, and the papers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hub_shop import READY, a_booking

from kiosk.domain.appointment import OperationAsked
from kiosk.domain.delivery import totals
from kiosk.server import schema
from kiosk.server.errors import BadRequest, NotFound, RulesRefuse

pytestmark = pytest.mark.storage

LINE = {"text": "Brake pads, front", "quantity": 1.5, "unit_cents": 4990, "tax_percent": 8.875}


def edit(shop, visit_id, revision, *lines, who="advisor/marta"):
    return shop.do("edit_lines", who, visit_id=visit_id, revision=revision, lines=list(lines))


def test_until_somebody_writes_them_the_lines_are_the_catalogues(shop):
    """In the customer's language, or in another that is asked for."""
    shop.book(a_booking("R1", operations=(OperationAsked("LOF"), OperationAsked("", "A rattle"), OperationAsked("TIR"))))
    visit_id = shop.scan(shop.code_for("R1"))["visit_id"]

    revision, spanish = shop.hub.lines(visit_id)
    _, english = shop.hub.lines(visit_id, "en")

    assert revision == 0
    assert [one.text for one in spanish] == ["Cambio de aceite", "Llantas"]
    first = english[0]
    assert (first.text, first.unit_cents, first.tax_percent, first.warranty) == ("Oil change", 6995, Decimal("8.875"), "12 months")


def test_lines_come_back_exactly_as_they_were_written(shop):
    """No cent and no digit of a tax rate is lost, and the totals are the domain's."""
    visit_id = shop.checked_in()

    edit(shop, visit_id, 0, LINE, {**LINE, "text": "Discount", "quantity": "0.125", "unit_cents": -1000, "tax_percent": "0", "warranty": "30 days"})

    revision, lines = shop.hub.lines(visit_id)
    assert revision == 1
    assert [(one.quantity, one.unit_cents, one.tax_percent, one.warranty) for one in lines] == [
        (Decimal("1.5"), 4990, Decimal("8.875"), None),
        (Decimal("0.125"), -1000, Decimal(0), "30 days"),
    ]
    assert totals(lines).total_cents == 7485 + 664 - 125


def test_two_people_at_once_lose_nothing(shop):
    """Who has not seen the newest revision is told so; the first one's work stands."""
    visit_id = shop.checked_in()
    edit(shop, visit_id, 0, LINE)

    with pytest.raises(RulesRefuse) as refused:
        edit(shop, visit_id, 0, {**LINE, "text": "Mine"}, who="cashier/ana")

    assert refused.value.code == "stale"
    assert [one.text for one in shop.hub.lines(visit_id)[1]] == ["Brake pads, front"]


def test_earlier_revisions_are_kept(shop):
    """What stood on papers that were given away can be read again."""
    visit_id = shop.checked_in()
    edit(shop, visit_id, 0, LINE)
    edit(shop, visit_id, 1, {**LINE, "text": "Better"})

    assert sorted((one["revision"], one["text"]) for one in shop.everything(schema.line)) == [(1, "Brake pads, front"), (2, "Better")]


def test_a_visit_may_have_no_lines_at_all(shop):
    """Emptied on purpose is not the catalogue again."""
    visit_id = shop.checked_in()

    edit(shop, visit_id, 0)

    assert shop.hub.lines(visit_id) == (1, ())


def test_what_was_handed_over_stands(shop):
    """After the hand-over nobody rewrites the bill."""
    visit_id = shop.walk(shop.checked_in(), *READY, "hand_over")

    with pytest.raises(RulesRefuse):
        edit(shop, visit_id, 0, LINE)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", ""),
        ("text", "x" * 301),
        ("quantity", -1),
        ("quantity", "1.0001"),
        ("quantity", "NaN"),
        ("quantity", True),
        ("quantity", "much"),
        ("quantity", 1e300),
        ("unit_cents", 1.5),
        ("unit_cents", 10**12),
        ("tax_percent", 100.1),
        ("tax_percent", -1),
        ("tax_percent", "8,875"),
        ("tax_percent", None),
        ("warranty", 5),
    ],
)
def test_a_line_that_cannot_be_is_named(shop, field, value):
    """The error says which line and what is wrong; nothing of the others is written."""
    visit_id = shop.checked_in()

    with pytest.raises(BadRequest, match=r"body.lines\[1\]"):
        edit(shop, visit_id, 0, LINE, {**LINE, field: value})

    assert shop.everything(schema.line) == []


@pytest.mark.parametrize("lines", [None, "x", {}, [1], ["x"], [{}] * 201])
def test_lines_are_a_list_of_lines(shop, lines):
    """Anything else is a bad request."""
    visit_id = shop.checked_in()

    with pytest.raises(BadRequest):
        shop.do("edit_lines", "advisor/marta", visit_id=visit_id, revision=0, lines=lines)


def test_lines_of_a_visit_that_nobody_knows(shop):
    """Not found, not empty."""
    with pytest.raises(NotFound):
        shop.hub.lines("f" * 32)


def test_papers_remember_what_they_were_made_of(shop):
    """Language and revision at that moment; the visit knows its newest papers."""
    visit_id = shop.walk(shop.checked_in(), *READY)
    edit(shop, visit_id, 0, LINE)

    made = shop.do("make_papers", "cashier/ana", visit_id=visit_id, language=None)

    paper = shop.everything(schema.paper)[0]
    assert (paper["paper_id"], paper["language"], paper["lines_revision"], paper["actor"]) == (made["paper_id"], "es", 1, "cashier/ana")
    assert shop.staff(visit_id)["paper_id"] == made["paper_id"]


def test_what_happens_after_the_commit_is_told_in_the_answer_and_done_once(shop):
    """Printing comes when the papers are safe; a repeated command is told what came of it, and prints nothing again."""
    printed = []

    def printing(_hub, result):
        printed.append(result["paper_id"])
        return result | {"printed": "job-1", "url": f"/papers/{result['paper_id']}.pdf"}

    shop.hub.after_commit["make_papers"] = printing
    shop.hub.after_repeat["make_papers"] = lambda _hub, result: result | {"printed": "job-1", "url": f"/papers/{result['paper_id']}.pdf"}
    body = {"visit_id": shop.checked_in(), "language": "en"}

    first = shop.send("make_papers", "cashier/ana", "c" * 32, body)
    second = shop.send("make_papers", "cashier/ana", "c" * 32, body)

    assert first["printed"] == "job-1"
    assert second == first
    assert printed == [first["paper_id"]]
