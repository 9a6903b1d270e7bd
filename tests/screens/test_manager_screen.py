"""The manager's figures and devices."""

from __future__ import annotations

import re

import pytest
from screen_shop import says, words_of

from kiosk.language import Ltr


def figures(html):
    """The large figures of the page, in order."""
    return re.findall(r'class="figure">(?:<time[^>]*>)?\s*<bdi dir="ltr">([\d:]+)<', html)


def test_median_and_longest_are_of_today(shop):
    """Three greetings after 1, 2 and 6 minutes: the one in the middle and the longest; then how long to the write-up."""
    for number, minutes in (("1", 1), ("2", 2), ("3", 6)):
        shop.book(shop.booking(number, f"Customer {number}"))
        visit_id = shop.arrive(number)
        shop.later(minutes=minutes)
        shop.do("advisor/marta", "greet", visit_id=visit_id, advisor_id="marta")
        shop.later(seconds=30)
        shop.do("advisor/marta", "begin_write_up", visit_id=visit_id, advisor_id="marta")

    page = shop.screen("manager/manager").open("/manager")

    assert figures(page.text) == ["2:00", "6:00", "0:30", "0:30"]
    assert words_of(page.text).count("3 visits") == 2


def test_yesterday_does_not_count(shop):
    """Figures begin anew each morning."""
    shop.book(shop.booking("1", "Lucía Campos"))
    shop.move_to(shop.arrive("1"), "in_service")
    shop.later(hours=24)

    page = shop.screen("manager/manager").open("/manager")

    assert figures(page.text) == []
    assert page.text.count(says("manager.counted.zero")) == 2


def test_a_visit_handed_over_today_still_counts(shop):
    """A car that has left has been greeted all the same."""
    shop.book(shop.booking("1", "Lucía Campos"))
    visit_id = shop.arrive("1")
    shop.later(minutes=3)
    shop.move_to(visit_id, "ready")
    shop.do("cashier/1", "hand_over", visit_id=visit_id)
    shop.later(hours=2)

    page = shop.screen("manager/manager").open("/manager")

    assert figures(page.text)[:2] == ["3:00", "3:00"]


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_the_longest_wait_runs(shop, language):
    """Whoever has waited longest without a greeting is a running figure."""
    shop.book(shop.booking("1", "Lucía Campos"))
    shop.arrive("1")
    shop.later(seconds=370)

    page = shop.screen("manager/manager", language).open("/manager")

    assert figures(page.text) == ["6:10"]


def test_devices_in_trouble_come_first_with_what_to_do(shop):
    """A silent device is never fine; a known fault has its sentence, an unknown one its code."""
    shop.do("board/hall", "report_device", version="1", trouble=[])
    shop.do("lane/A", "report_device", version="1", trouble=["paper_out", "warp_core"])
    shop.later(seconds=30)

    page = shop.screen("manager/manager").open("/manager")

    assert says("manager.trouble.paper_out") in page.text
    assert "warp_core" in page.text
    assert words_of(page.text).count(says("manager.silent", time=Ltr("10:31"))) == 2


def test_without_devices_the_page_says_so(shop):
    """An empty list is a sentence."""
    assert says("manager.no_devices") in shop.screen("manager/manager").open("/manager").text
