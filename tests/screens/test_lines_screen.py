"""The form of work and prices: totals from the domain, nobody's typing lost."""

from __future__ import annotations

import pytest
from screen_shop import form, says, words_of

from kiosk.language import Ltr
from kiosk.server.screens.lines import Row, read

TYPED = {"text": ["Brake pads", "Oil", ""], "quantity": ["1", "4,5", ""], "unit": ["3,480.00", "12.50", ""], "tax": ["16", "8.875", ""], "warranty": ["", "", ""]}  # fmt: skip


@pytest.fixture
def visit_id(shop):
    """A visit in the shop."""
    shop.book(shop.booking("1", "Lucía Campos"))
    visit_id = shop.arrive("1")
    shop.move_to(visit_id, "in_service")
    return visit_id


def test_the_catalogue_fills_the_form(shop, visit_id):
    """Until somebody edits them, the lines are what was booked, with the catalogue's prices."""
    page = shop.screen("advisor/marta", "es").open(f"/visits/{visit_id}/lines")

    assert 'value="30,000 mile service"' in page.text  # in the customer's language
    assert 'value="289.95"' in page.text
    assert "$309.16" in page.text


def test_kept_lines_are_read_back_to_the_cent(shop, visit_id):
    """What is typed here and there is kept exactly, and the totals are the domain's."""
    marta = shop.screen("advisor/marta")
    path = f"/visits/{visit_id}/lines"

    page = _send(marta, path, TYPED)
    lines = shop.app.flask.extensions["deliveries"].delivery(visit_id).lines

    assert page.request.path == f"/advisor/visits/{visit_id}"
    assert [(one.text, str(one.quantity), one.unit_cents, str(one.tax_percent)) for one in lines] == [
        ("Brake pads", "1", 348000, "16"),
        ("Oil", "4.5", 1250, "8.875"),
    ]
    assert "$4,098.04" in page.text


def test_totals_come_while_typing(shop, visit_id):
    """The totals of a form that is not kept yet: a piece of a page, and nothing is written."""
    marta = shop.screen("advisor/marta")

    answer = marta.client.post(f"/visits/{visit_id}/lines/totals", data=TYPED)

    assert "$4,098.04" in answer.text
    assert "<html" not in answer.text
    assert shop.visit(visit_id)["lines_revision"] == 0


@pytest.mark.parametrize(
    ("column", "typed", "message"),
    [
        ("text", " ", "staff.lines.no_text"),
        ("quantity", "minus one", "staff.lines.bad_quantity"),
        ("quantity", "1.2345", "staff.lines.bad_quantity"),
        ("unit", "12.505", "staff.lines.bad_price"),
        ("unit", "9" * 20, "staff.lines.bad_price"),
        ("tax", "101", "staff.lines.bad_tax"),
    ],
)
def test_what_cannot_be_read_stays_as_typed_with_the_reason(shop, visit_id, column, typed, message):
    """A wrong figure is named by its line; everything that was typed stands there still."""
    marta = shop.screen("advisor/marta")
    values = {**TYPED, column: [typed, *TYPED[column][1:]]}

    page = _send(marta, f"/visits/{visit_id}/lines", values)

    assert page.status_code == 400
    assert says(message, n=1, example=Ltr("1250.00")) in words_of(page.text)
    assert f'value="{typed}"' in page.text
    assert 'value="Oil"' in page.text
    assert shop.visit(visit_id)["lines_revision"] == 0


def test_two_people_who_write_lines_see_each_others(shop, visit_id):
    """Whoever keeps lines that have changed meanwhile is told, keeps the typing, and can then keep it knowingly."""
    path = f"/visits/{visit_id}/lines"
    marta, omar = shop.screen("advisor/marta"), shop.screen("advisor/omar")
    old = omar.open(path)
    _send(marta, path, TYPED)

    page = _send(omar, path, {**TYPED, "text": ["Other pads", "Oil", ""]}, seen=old)
    again = _send(omar, path, {**TYPED, "text": ["Other pads", "Oil", ""]}, seen=page)

    assert page.status_code == 409
    assert says("staff.lines.changed") in page.text
    assert "Brake pads" in page.text
    assert 'value="Other pads"' in page.text
    assert again.request.path == f"/advisor/visits/{visit_id}"
    assert shop.visit(visit_id)["lines_revision"] == 2


def test_a_warranty_survives_the_form(shop, visit_id):
    """Changing a price does not lose what the catalogue promises for the line."""
    marta = shop.screen("advisor/marta")
    path = f"/visits/{visit_id}/lines"

    _send(marta, path, {**TYPED, "warranty": ["12 months", "", ""]})

    assert shop.app.flask.extensions["deliveries"].delivery(visit_id).warranties == (("Brake pads", "12 months"),)


def test_empty_rows_are_left_out():
    """Rows without words and price are no lines, wherever they stand."""
    lines, faults = read([Row(), Row("Oil", "", "12.50", ""), Row(quantity="3")], "USD")

    assert [one.text for one in lines] == ["Oil"]
    assert faults == []


def test_lines_of_a_visit_that_has_left_cannot_be_edited(shop, visit_id):
    """After the hand-over the lines stand as they are on paper."""
    shop.do("advisor/marta", "begin_quality_check", visit_id=visit_id)
    shop.do("advisor/marta", "pass_quality_check", visit_id=visit_id)
    shop.do("cashier/1", "hand_over", visit_id=visit_id)
    marta = shop.screen("advisor/marta")

    page = _send(marta, f"/visits/{visit_id}/lines", TYPED)

    assert says("staff.error.out_of_order") in page.text
    assert shop.visit(visit_id)["lines_revision"] == 0


def _send(screen, path, values, seen=None):
    """Press *keep* on the form as it stands, with these columns."""
    page = seen or screen.open(path)
    _, fields = form(page.text, "lines")
    hidden = {name: fields[name] for name in ("command", "revision")}
    return screen.client.post(path, data={**hidden, **values}, follow_redirects=True)
