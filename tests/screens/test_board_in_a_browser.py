"""The board in a real browser, wide and upright, in three languages: live, whole, without a script error or a scroll bar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from noticing import Noticing
from playwright.sync_api import Browser, Page, expect
from screen_shop import says
from test_in_a_browser import PATIENCE_MS, browser, live

pytestmark = pytest.mark.browser
__all__ = ["browser", "live"]
SIZES = {"wide": (1920, 1080, 1660, 5), "upright": (1080, 1920, 685, 4)}
LANGUAGES = ("en", "es", "ar")
WHOLE = """() => {
  const cut = [], board = document.getElementById("board");
  if (document.documentElement.scrollHeight > innerHeight || document.documentElement.scrollWidth > innerWidth) cut.push("scrolls");
  for (const one of board.querySelectorAll("section:not([hidden]) li:not([hidden]), section:not([hidden]) .ticket")) {
    const box = one.getBoundingClientRect();
    if (!box.width) continue;
    if (box.right > innerWidth + 1 || box.left < -1 || box.bottom > innerHeight + 1) cut.push(one.textContent.trim());
    if (one.matches("li") && one.scrollWidth > one.clientWidth + 1) cut.push(`too wide: ${one.textContent.trim()}`);
  }
  return cut;
}"""
SMALL = """(least) => [...document.querySelectorAll("section:not([hidden]) *")]
  .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) && one.checkVisibility() && !one.matches(".face"))
  .filter((one) => parseFloat(getComputedStyle(one).fontSize) < least - 1).map((one) => one.outerHTML.slice(0, 90))"""


@contextmanager
def television(browser: Browser, address: str, size: str, asked: str) -> Iterator[Page]:
    """A smart television. Whatever it complains about fails the test."""
    width, height, mm, distance_m = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height})
    context.add_cookies([{"name": "kiosk_principal", "value": "board/tv", "url": address}])
    complaints: list[str] = []
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{address}/board/tv?width_mm={mm}&distance_m={distance_m}&{asked}")
    yield page
    context.close()
    assert complaints == []


def settles(page: Page, faults: str, *about: int) -> None:
    """What the script finds wrong is nothing, once the letters have come and the page has made room for them."""
    Noticing().until(
        "the page is not whole", lambda: not page.evaluate(faults, *about), lambda: page.evaluate(faults, *about)
    )


def ten_visits(shop):
    """Ten visits in every stage; the answer is their ids."""
    numbers = [str(n) for n in range(1, 11)]
    shop.book(*(shop.booking(n, f"Customer {n}") for n in numbers))
    visits = [shop.arrive(n) for n in numbers]
    for visit_id, stage in zip(visits, ("ready", "quality_check", "in_service", "with_advisor"), strict=False):
        shop.move_to(visit_id, stage)
    shop.do("advisor/marta", "ask_customer", visit_id=visits[2])
    shop.clock.at = shop.clock.now() + timedelta(seconds=20)  # what was ready before is not called any more
    return visits


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_the_board_is_whole_and_live(browser, live, size, code):
    """Nothing is cut, no letter is below its size, and a car that becomes ready is called without anybody touching it."""
    shop, address = live
    visits = ten_visits(shop)
    width, _, mm, distance_m = SIZES[size]

    with television(browser, address, size, f"languages={code}") as page:
        expect(page.locator("section:not([hidden]) .going li:not([hidden])").first).to_be_visible()
        shop.do("quality/q", "pass_quality_check", visit_id=visits[1])
        called = page.locator("section:not([hidden]) .call")
        expect(called).to_contain_text(re.compile(f"A-002.*{re.escape(says('stage.ready', code))}"))

        settles(page, WHOLE)
        settles(page, SMALL, round(distance_m * 1000 / 120 / 0.698 * width / mm))


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_lane_board_calls(browser, live, code):
    """An advisor who says *I am coming* stands large beside ticket and lane at once."""
    shop, address = live
    shop.book(shop.booking("1", "Lucía Campos"))
    visit_id = shop.arrive("1")

    with television(browser, address, "wide", f"shows=lanes&languages={code}") as page:
        expect(page.locator(".lanes li").first).to_contain_text("A-001")
        page_id = shop.visit(visit_id)["pages"][0]["page_id"]
        shop.do("advisor/marta", "acknowledge", page_id=page_id, advisor_id="marta")
        expect(page.locator(".call .who")).to_contain_text("مارتا" if code == "ar" else "Marta")

        settles(page, WHOLE)


def test_a_lost_link_dims_the_board_and_a_found_one_brings_it_back(browser, live):
    """A minute after the hub was heard last the page says so without its colours; it is right again when the hub is."""
    shop, address = live
    ten_visits(shop)

    with television(browser, address, "wide", "languages=en") as page:
        expect(page.locator(".going li:not([hidden])").first).to_be_visible()
        page.evaluate("() => { window.realFetch = fetch; window.fetch = () => Promise.reject(new Error('cut')); }")
        shop.app.feed.end_streams()
        page.evaluate(
            "() => { const was = window.realNow = performance.now.bind(performance); let ahead = 0;"
            " performance.now = () => was() + (ahead += 20000); }"
        )
        expect(page.locator("html[data-stale] .cut")).to_be_visible()
        shop.app.feed.is_ending = False
        page.evaluate("() => { performance.now = window.realNow; window.fetch = window.realFetch; }")
        expect(page.locator("html:not([data-stale]) .going li:not([hidden])").first).to_be_visible()


def test_languages_take_turns(browser, live):
    """A page with two languages shows the second after the first, and both whole."""
    shop, address = live
    ten_visits(shop)

    with television(browser, address, "wide", "languages=en,ar&turn_s=5") as page:
        expect(page.locator("section[lang=en]")).to_be_visible()
        page.evaluate(
            "() => { const was = performance.now.bind(performance), from = was(); performance.now = () => was() + 10000; }"
        )
        expect(page.locator("section[lang=ar]")).to_be_visible(timeout=PATIENCE_MS)

        settles(page, WHOLE)
