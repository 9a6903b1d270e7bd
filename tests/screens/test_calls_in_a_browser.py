"""An advisor without a desk is called by the screen: title, sound after the first touch, a notice over other windows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect
from screen_shop import STORE, says
from test_in_a_browser import browser, live, press, somebody  # noqa: F401 - the browser and the hub that serves it

from kiosk.language import Ltr, language

pytestmark = pytest.mark.browser
# What the page does with the browser's own loudspeaker and notices, written down as it happens.
LISTEN = """
window.notices = [];
window.Notification = class {
  static permission = "granted";
  static requestPermission() { window.asked = true; return Promise.resolve("granted"); }
  constructor(title, options) { this.title = title; window.notices.push(["shown", title, options.tag]); }
  close() { window.notices.push(["closed", this.title]); }
};
window.tones = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) { window.tones += 1; return start.apply(this, when); };
"""


@pytest.fixture
def without_desk(live):  # noqa: F811
    """Marta has no desk lamp: her screen is all that calls her."""
    shop, address = live
    first, *others = STORE.advisors
    shop.hub.store = replace(STORE, advisors=(replace(first, desk=None), *others))
    shop.hub._snapshots._store = shop.hub.store
    shop.book(shop.booking("1", "Lucía Campos"))
    return shop, address


@pytest.mark.parametrize("code", ["en", "es", "ar"])
def test_a_screen_calls_like_a_desk(browser, without_desk, code):  # noqa: F811
    """Title, two tones and a notice when somebody comes; all of it ends when the call is answered."""
    shop, address = without_desk

    with somebody(browser, address, "advisor/marta", code, 1280) as page:
        page.add_init_script(LISTEN)
        page.goto(f"{address}/advisor")
        page.locator("#sound").click()
        expect(page.locator("#sound")).to_be_hidden()
        visit_id = shop.arrive("1")
        title = language(code).text("staff.call.title", ticket=Ltr("A-001"))
        expect(page).to_have_title(f"\u25cf {title}")
        page.wait_for_function("window.tones === 2")

        assert page.evaluate("window.notices") == [["shown", title, "kiosk-call"]]
        press(page, f"acknowledge-{shop.visit(visit_id)['pages'][0]['page_id']}")
        expect(page.locator("#calls")).not_to_have_attribute("data-pattern", "new")

    assert says("staff.sound", code)


def test_the_screen_tells_the_hub_which_calls_it_shows(browser, without_desk):  # noqa: F811
    """Whoever has no desk is reached by the screen: the hub hears from it, and does not send the call on."""
    shop, address = without_desk

    with somebody(browser, address, "advisor/marta", "en", 1280) as page:
        with page.expect_response("**/api/1/commands/report_lamp") as first:
            page.goto(f"{address}/advisor")
        with page.expect_response("**/api/1/commands/report_lamp") as second:
            visit_id = shop.arrive("1")
        answers = (first.value.status, second.value.status)

    page_id = shop.visit(visit_id)["pages"][0]["page_id"]
    assert answers == (200, 200)
    assert page_id in shop.hub.snapshot().shown["marta"].page_ids


def test_notices_are_asked_for_only_by_the_key(browser, without_desk):  # noqa: F811
    """No question appears by itself: the reader presses the key for sound and notices."""
    _, address = without_desk

    with somebody(browser, address, "advisor/marta", "en", 390) as page:
        page.add_init_script(LISTEN.replace('permission = "granted"', 'permission = "default"'))
        page.goto(f"{address}/advisor")
        page.locator("h1").first.click()
        asked_before = page.evaluate("window.asked === true")
        page.locator("#sound").click()
        page.wait_for_function("window.asked === true")

    assert asked_before is False


@pytest.mark.parametrize("code", ["en", "es", "ar"])
@pytest.mark.parametrize("width", [390, 1280])
def test_long_names_and_numbers_stay_on_the_page(browser, live, width, code, tmp_path):  # noqa: F811
    """An advisor's name of two hundred characters and a ticket of twelve push nothing over the edge."""
    shop, address = live
    first, *others = STORE.advisors
    long = replace(first.name, en="Maximiliana " * 16 + "Ruiz", es="Maximiliana " * 16 + "Ruiz", ar="ماكسيميليانا " * 16)
    shop.hub.store = replace(STORE, advisors=(replace(first, name=long), *others))
    shop.hub._snapshots._store = shop.hub.store
    shop.book(shop.booking("1", "Lucía Campos"))
    visit_id = shop.arrive("1")
    page_id = shop.visit(visit_id)["pages"][0]["page_id"]
    shop.do("advisor/marta", "acknowledge", page_id=page_id, advisor_id="marta")
    shop.do("advisor/marta", "begin_write_up", visit_id=visit_id, advisor_id="marta")

    with somebody(browser, address, "manager/manager", code, width) as page:
        for path in ("/manager/times", "/manager"):
            page.goto(f"{address}{path}")
            expect(page.locator("h1").first).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
            page.screenshot(path=Path(tmp_path) / "page.png", full_page=True)
