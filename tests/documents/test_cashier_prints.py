"""The cashier's key with a real CUPS behind it: the car is handed over when the documents lie in the printer."""

from __future__ import annotations

import pytest
from screen_shop import NOW, SetClock, open_shop, paper_of, ready_visit, says

from kiosk.settings import Papers


@pytest.fixture
def printing_shop(tmp_path, print_shop):
    """A shop whose documents go to a real CUPS queue."""
    papers = Papers(queue="desk", server=print_shop.server, timeout_s=2)
    opened = open_shop(tmp_path, SetClock(NOW), papers=papers)
    yield opened
    opened.hub.database.close()


def test_printed_then_handed_over(printing_shop, print_shop):
    """One key, and the paper lies in the printer; the visit is closed."""
    visit_id = ready_visit(printing_shop)
    cashier = printing_shop.screen("cashier/1")

    page = cashier.press(cashier.open(f"/cashier/{visit_id}"), f"deliver-{visit_id}")

    assert says("cashier.done_printed") in page.text
    assert len(print_shop.papers()) == 1
    assert printing_shop.visit(visit_id)["stage"] == "handed_over"


def test_without_paper_the_car_stays_and_the_page_says_what_to_do(printing_shop, print_shop):
    """A printer that is away: nothing is handed over, nothing prints later, and the way on is on the page."""
    visit_id = ready_visit(printing_shop)
    cashier = printing_shop.screen("cashier/1")
    print_shop.take_printer_away()

    failed = cashier.press(cashier.open(f"/cashier/{visit_id}"), f"deliver-{visit_id}")
    stage = printing_shop.visit(visit_id)["stage"]
    waiting = print_shop.jobs_waiting()
    print_shop.bring_printer_back()
    printed = cashier.press(failed, f"deliver-{visit_id}")

    assert says("cashier.failed") in failed.text
    assert "A-001" in failed.text
    assert (stage, waiting) == ("ready", "")
    assert says("cashier.done_printed") in printed.text
    assert printing_shop.visit(visit_id)["stage"] == "handed_over"


def test_going_on_without_the_printer_keeps_the_documents(printing_shop, print_shop):
    """The documents that did not print can be opened, and the car can go."""
    visit_id = ready_visit(printing_shop)
    cashier = printing_shop.screen("cashier/1")
    print_shop.take_printer_away()
    failed = cashier.press(cashier.open(f"/cashier/{visit_id}"), f"deliver-{visit_id}")

    page = cashier.press(failed, f"without-{visit_id}")

    assert cashier.open(f"/papers/{paper_of(page)}.pdf").data.startswith(b"%PDF-")
    assert printing_shop.visit(visit_id)["stage"] == "handed_over"
