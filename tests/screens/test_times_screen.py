"""How long customers waited, advisor by advisor and day by day, as the manager reads it."""

from __future__ import annotations

import re

import pytest
from screen_shop import says, words_of


def a_customer(shop, number, advisor, minutes):
    """Somebody books, comes, is answered after a minute, greeted after `minutes`, written up half a minute later."""
    shop.book(shop.booking(number, f"Customer {number}", advisor_code=advisor))
    visit_id = shop.arrive(number)
    shop.later(minutes=1)
    page_id = shop.visit(visit_id)["pages"][0]["page_id"]
    shop.do(f"advisor/{advisor}", "acknowledge", page_id=page_id, advisor_id=advisor)
    shop.later(minutes=minutes - 1)
    shop.do(f"advisor/{advisor}", "greet", visit_id=visit_id, advisor_id=advisor)
    shop.later(seconds=30)
    shop.do(f"advisor/{advisor}", "begin_write_up", visit_id=visit_id, advisor_id=advisor)


def rows(html):
    """Of each row its medians, in the order of the columns."""
    found = re.findall(r"<tr class=.*?</tr>", html, re.DOTALL)
    return [re.findall(r'class="median">.*?<bdi dir="ltr">([\d:]+)<', one, re.DOTALL) for one in found]


def test_each_advisor_has_a_row_and_everybody_the_first(shop):
    """Call to answer, arrival to greeting, greeting to write-up, and what S08 asks for: booked time to write-up."""
    a_customer(shop, "1", "marta", 2)
    a_customer(shop, "2", "omar", 6)

    page = shop.screen("manager/manager").open("/manager/times")

    assert rows(page.text) == [
        ["1:00", "4:00", "0:30", "4:30"],
        ["1:00", "2:00", "0:30", "2:30"],
        ["1:00", "6:00", "0:30", "6:30"],
    ]


def test_another_day_is_read_from_the_book(shop):
    """Tomorrow today is yesterday: its figures are still there, and today's page is empty."""
    a_customer(shop, "1", "marta", 2)
    day = f"{shop.clock.now():%Y-%m-%d}"
    shop.later(hours=24)
    manager = shop.screen("manager/manager")

    before = manager.open(f"/manager/times?on={day}")

    assert rows(before.text)[0] == ["1:00", "2:00", "0:30", "2:30"]
    assert says("paging.times.nothing") in manager.open("/manager/times").text


@pytest.mark.parametrize("on", ["2020-01-01", "tomorrow", "", "2026-11-24T10:00", "1" * 500])
def test_a_day_that_is_not_offered_is_today(shop, on):
    """Whatever stands in the address, there is a page."""
    a_customer(shop, "1", "marta", 2)

    page = shop.screen("manager/manager").open(f"/manager/times?on={on}")

    assert rows(page.text)[0] == ["1:00", "2:00", "0:30", "2:30"]


def test_who_withdrew_is_not_counted(shop):
    """Somebody who was not meant waited for nobody."""
    shop.book(shop.booking("1", "Lucía Campos"))
    visit_id = shop.arrive("1")
    shop.do("lane/A", "withdraw_check_in", visit_id=visit_id)

    page = shop.screen("manager/manager").open("/manager/times")

    assert says("paging.times.nothing") in page.text


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_the_page_speaks_the_managers_language(shop, language):
    """Headings, days and names."""
    a_customer(shop, "1", "marta", 2)

    page = shop.screen("manager/manager", language).open("/manager/times")

    assert says("paging.times.title", language) in page.text
    assert {"en": "Marta", "es": "Marta", "ar": "مارتا"}[language] in words_of(page.text)


def test_only_the_manager_reads_it(shop):
    """An advisor's times are not for the other advisors."""
    assert shop.screen("advisor/marta").client.get("/manager/times").status_code == 403


def test_the_overview_leads_there_and_tells_of_a_call_that_no_desk_has_shown(shop):
    """Beside the call stands whose desk failed."""
    running = [0.0]
    from kiosk.server.reaching import UNSHOWN_AFTER_S, Reaching

    shop.hub.reaching = Reaching(lambda: running[0])
    shop.do("pager/one", "report_lamp", advisor_id="marta", page_ids=[])
    shop.book(shop.booking("1", "Lucía Campos"))
    shop.arrive("1")
    manager = shop.screen("manager/manager")
    manager.open("/manager")

    running[0] = UNSHOWN_AFTER_S

    page = manager.open("/manager")
    assert 'href="/manager/times"' in page.text
    assert says("paging.unshown", names="Marta") in words_of(page.text)
