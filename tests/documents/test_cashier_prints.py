"""The cashier's key with a real CUPS behind it: the car is handed over when the documents lie in the printer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from screen_shop import NOW, STORE, SetClock, Shop, open_shop, paper_of, ready_visit, says

from kiosk.server.app import create_app
from kiosk.server.hub import Hub
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


def open_shop_again(shop):
    """Another process of the hub, on the same database and folder."""
    return Shop(create_app(shop.hub.database, STORE, shop.app.flask.extensions["settings"], shop.clock), shop.clock)


def asks(shop, command_id, visit_id):
    """The command as a wire that has heard no answer sends it."""
    return shop.hub.command("make_papers", "cashier/1", command_id, NOW, {"visit_id": visit_id, "language": "en"})


def died_at_once(shop, command_id, visit_id):
    """A hub that was killed right after the command was safe; the papers' id."""
    other = Hub(shop.hub.database, shop.hub.store, shop.clock)
    return other.command("make_papers", "cashier/1", command_id, NOW, {"visit_id": visit_id, "language": "en"})["paper_id"]


def test_a_question_that_comes_again_is_answered_as_the_first(printing_shop, print_shop):
    """An answer that was lost on the way is told again, and one paper lies in the printer."""
    visit_id = ready_visit(printing_shop)
    first = asks(printing_shop, "c" * 32, visit_id)

    again = asks(printing_shop, "c" * 32, visit_id)

    assert again == first
    assert (first["url"], first["trouble"]) == (f"/papers/{first['paper_id']}.pdf", None)
    assert first["printed"].startswith("desk-")
    assert len(print_shop.papers()) == 1


def test_what_stands_in_the_row_is_told_by_a_hub_that_was_started_since(printing_shop, print_shop):
    """The answer does not hang on the process that made the papers."""
    visit_id = ready_visit(printing_shop)
    print_shop.take_printer_away()
    first = asks(printing_shop, "c" * 32, visit_id)
    print_shop.bring_printer_back()
    started = open_shop_again(printing_shop)

    again = asks(started, "c" * 32, visit_id)

    assert again == first
    assert first["trouble"] == "no_answer"
    assert print_shop.papers() == []


def test_two_who_ask_at_once_get_one_paper(printing_shop, print_shop):
    """A key pressed twice, or a question sent again while the first one prints: both wait, and hear the same."""
    visit_id = ready_visit(printing_shop)
    with ThreadPoolExecutor(4) as hands:
        answers = list(hands.map(lambda _: asks(printing_shop, "c" * 32, visit_id), range(4)))

    assert all(one == answers[0] for one in answers)
    assert len(print_shop.papers()) == 1


def test_papers_that_a_dead_hub_has_only_promised_are_made_and_printed(printing_shop, print_shop):
    """It was killed between the command and the page: nothing had come out."""
    visit_id = ready_visit(printing_shop)
    paper_id = died_at_once(printing_shop, "c" * 32, visit_id)

    again = asks(printing_shop, "c" * 32, visit_id)

    assert (again["paper_id"], again["trouble"]) == (paper_id, None)
    assert len(print_shop.papers()) == 1


def test_papers_that_a_dead_hub_may_have_printed_are_not_printed_again(printing_shop, print_shop):
    """They were made, and nobody knows what the printer has had: somebody is asked to look, and can go on."""
    visit_id = ready_visit(printing_shop)
    deliveries = printing_shop.app.flask.extensions["deliveries"]
    paper_id = died_at_once(printing_shop, "c" * 32, visit_id)
    deliveries.documents.make(paper_id, deliveries.delivery(visit_id))

    again = asks(printing_shop, "c" * 32, visit_id)

    page = printing_shop.screen("cashier/1").open(f"/cashier/{visit_id}?trouble={again['trouble']}&paper={paper_id}")
    assert (again["printed"], again["trouble"]) == (None, "interrupted")
    assert print_shop.papers() == []
    assert says("cashier.unsure") in page.text
    assert says("cashier.failed.interrupted") in page.text
    assert f"without-{visit_id}" in page.text
