"""The staff's and the customer's pages in a real browser, at two widths, in three languages, over real HTTP and a live stream.

Any breach of the pages' seal, any script error and any page that scrolls sideways fails the test.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from screen_shop import NOW, Shop, open_shop, says

from kiosk.language import Ltr, language

pytestmark = pytest.mark.browser
CHROMIUM = "/usr/bin/chromium"
WIDTHS = (1280, 390)
LANGUAGES = ("en", "es", "ar")
PATIENCE_MS = 45_000  # a busy machine is slow, not broken; nobody waits longer than it takes
STARTS_WITHIN_MS = 120_000
expect.set_options(timeout=PATIENCE_MS)
WIDE = 1000


class MovedClock:
    """A clock that runs, from 10:31 in the shop on."""

    def __init__(self) -> None:
        self.ahead = NOW - datetime.now(UTC)

    def now(self) -> datetime:
        """This moment of the shop."""
        return datetime.now(UTC) + self.ahead

    @property
    def at(self) -> datetime:
        """The same; setting it moves the clock."""
        return self.now()

    @at.setter
    def at(self, at: datetime) -> None:
        self.ahead = at - datetime.now(UTC)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"], timeout=STARTS_WITHIN_MS)
        yield opened
        opened.close()


@pytest.fixture
def live(tmp_path) -> Iterator[tuple[Shop, str]]:
    """A hub that serves on a free loopback port, and its address."""
    shop = open_shop(tmp_path, MovedClock())
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(shop.app, log_level="error", lifespan="on", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield shop, f"http://127.0.0.1:{listener.getsockname()[1]}"
    shop.app.feed.end_streams()
    server.should_exit = True
    thread.join(PATIENCE_MS / 1000)
    listener.close()
    shop.hub.database.close()


@contextmanager
def somebody(
    browser: Browser, address: str, who: str | None, code: str, width: int, forgiven: str = "-"
) -> Iterator[Page]:
    """A person's own browser. Whatever it complains about fails the test, unless it holds what is `forgiven`."""
    context: BrowserContext = browser.new_context(viewport={"width": width, "height": 844}, has_touch=width < WIDE)
    cookies = {"kiosk_language": code} | ({"kiosk_principal": who} if who else {})
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    complaints: list[str] = []
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.wait_for_load_state()
    assert page.evaluate("document.fonts.ready.then(() => document.documentElement.scrollWidth - innerWidth)") <= 0, "the page scrolls sideways"
    context.close()
    assert [one for one in complaints if forgiven not in one] == []


def press(page: Page, form_id: str) -> None:
    """Press the key that can be seen."""
    page.locator(f"form[id='{form_id}'] button").locator("visible=true").first.click()


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_from_the_call_to_the_hand_over(browser, live, width, code):
    """An advisor is called while the page is open, moves the visit on to ready; the cashier prints and hands over."""
    shop, address = live
    shop.book(shop.booking("1", "Lucía Campos", language=code))

    with somebody(browser, address, "advisor/marta", code, width) as page:
        page.goto(f"{address}/advisor")
        expect(page.locator("#list")).to_contain_text(says("staff.nobody_waits", code))
        visit_id = shop.arrive("1")
        page_id = shop.visit(visit_id)["pages"][0]["page_id"]
        expect(page.locator(f"#list #call-{page_id}")).to_be_visible()
        expect(page).to_have_title(f"\u25cf {language(code).text('staff.call.title', ticket=Ltr('A-001'))}")

        press(page, f"acknowledge-{page_id}")
        press(page, f"greet-{visit_id}-call")
        press(page, f"begin_write_up-{visit_id}-call")
        for key in ("begin_service", "ask_customer"):
            press(page, f"{key}-{visit_id}")
        page.locator(f"form[id='record_answer-{visit_id}'] button[value=yes]").click()
        for key in ("begin_quality_check", "pass_quality_check"):
            press(page, f"{key}-{visit_id}")
        expect(page.locator(".chip.ready")).to_be_visible()

    with somebody(browser, address, "cashier/1", code, width) as page:
        page.goto(f"{address}/cashier")
        page.locator(f"#row-{visit_id}").click()
        with page.expect_download() as downloading:
            press(page, f"deliver-{visit_id}")
        expect(page.locator(".notice.good")).to_contain_text(says("cashier.done_download", code))
        pdf = downloading.value.path().read_bytes()

    assert pdf.startswith(b"%PDF-")
    assert shop.visit(visit_id)["stage"] == "handed_over"


@pytest.mark.parametrize("width", WIDTHS)
def test_lines_are_typed_with_their_totals(browser, live, width):
    """Totals follow the typing, a row is added and taken out, and what is kept is what was typed."""
    shop, address = live
    shop.book(shop.booking("1", "Lucía Campos"))
    visit_id = shop.arrive("1")
    shop.move_to(visit_id, "in_service")

    with somebody(browser, address, "advisor/marta", "en", width) as page:
        page.goto(f"{address}/visits/{visit_id}/lines")
        rows = page.locator("#lines tbody tr")
        rows.nth(1).locator("[name=text]").fill("Brake pads")
        rows.nth(1).locator("[name=unit]").fill("100")
        expect(page.locator("#totals .total").last).to_contain_text("$409.16")
        rows.nth(0).locator("[data-take]").click()
        expect(page.locator("#totals .total").last).to_contain_text("$100.00")
        page.locator("#add").click()
        expect(rows).to_have_count(3)
        page.locator("#lines .go").click()
        expect(page.locator("#detail")).to_contain_text("$100.00")

    lines = shop.app.flask.extensions["deliveries"].delivery(visit_id).lines
    assert [(one.text, one.unit_cents) for one in lines] == [("Brake pads", 10000)]


def test_a_change_elsewhere_does_not_disturb_who_is_typing(browser, live):
    """The page takes over what others did, and keeps the words and the place of whoever is typing in it."""
    shop, address = live
    shop.book(shop.booking("1", "Lucía Campos"), shop.booking("2", "Grace Okafor"))
    visit_id = shop.arrive("1")

    with somebody(browser, address, "advisor/marta", "en", 1280) as page:
        page.goto(f"{address}/advisor/visits/{visit_id}")
        page.locator("details summary").click()
        page.locator("details [name=reason]").type("a part is")
        shop.arrive("2")
        expect(page.locator("#list")).to_contain_text("Grace Okafor")
        page.keyboard.type(" late")

        expect(page.locator("details [name=reason]")).to_have_value("a part is late")


def test_a_lost_link_is_told_and_found_again(browser, live):
    """Without the hub the page says within seconds that it is old; when the link is back, it is fresh again."""
    shop, address = live

    with somebody(browser, address, "advisor/marta", "en", 1280) as page:
        page.goto(f"{address}/advisor")
        expect(page.locator("#list")).to_be_visible()
        page.evaluate("() => { window.realFetch = fetch; window.fetch = () => Promise.reject(new Error('cut')); }")
        shop.app.feed.end_streams()
        expect(page.locator("#offline")).to_be_visible()
        shop.app.feed.is_ending = False
        page.evaluate("() => { window.fetch = window.realFetch; }")
        expect(page.locator("#offline")).to_be_hidden()


def test_an_unanswered_call_reaches_the_manager_by_itself(browser, live):
    """Nobody presses anything: after the limit the call stands on the manager's open page."""
    shop, address = live
    shop.book(shop.booking("1", "Lucía Campos"))
    visit_id = shop.arrive("1")
    arrived_at, page_id = shop.clock.now(), shop.visit(visit_id)["pages"][0]["page_id"]

    with somebody(browser, address, "manager/manager", "en", 1280) as page:
        page.goto(f"{address}/manager")
        expect(page.locator(f"#call-{page_id}")).to_have_count(0)
        shop.clock.at = arrived_at + timedelta(seconds=119)
        shop.app.feed.wake()  # it looks at the clock anew; the last second is the hub's own to wait for
        expect(page.locator(f"#call-{page_id}")).to_be_visible()


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_customers_code_becomes_the_progress(browser, live, code):
    """The page with the code, its digits from the part of the address that no browser sends, turns by itself."""
    shop, address = live
    shop.book(shop.booking("1", "Lucía Campos", language=code))
    drawn = shop.do("manager/manager", "show_code", appointment_id=shop.appointment_id("1"))

    with somebody(browser, address, None, code, 390) as page:
        page.goto(f"{address}/C/{drawn['token']}#{drawn['digits']}")
        expect(page.locator(".digits")).to_have_text(drawn["digits"])
        expect(page.locator("#typed")).to_be_hidden()
        shop.arrive("1", language=code)
        expect(page.locator("main .top")).to_contain_text("A-001")
        expect(page.locator("li.now")).to_contain_text(says("stage.checked_in", code))


FAINT = """() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = parts(colour).map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((parts(colour)[3] ?? 1) === 1) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const faint = [];
  for (const one of document.body.querySelectorAll("*")) {
    const says = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const is_field = one.matches("input, select");
    if (!(says || is_field) || !one.checkVisibility() || one.closest(".unseen, .skip, svg")) continue;
    const [a, b] = [light(getComputedStyle(one).color), light(ground(one))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 7) faint.push(`${ratio.toFixed(1)} ${one.outerHTML.slice(0, 90)}`);
  }
  return faint;
}"""


def test_every_word_stands_out_from_its_ground(browser, live):
    """The contrast of every text that can be seen, as the browser itself draws it, is at least 7:1 on every page."""
    shop, address = live
    shop.book(
        *(shop.booking(n, f"Customer {n}") for n in "1234"),
        shop.booking("5", "Ana", starts_at=shop.clock.now() + timedelta(hours=1)),
    )
    visits = [shop.arrive(n) for n in "1234"]
    shop.move_to(visits[1], "ready")
    shop.move_to(visits[2], "in_service")
    shop.do("advisor/marta", "ask_customer", visit_id=visits[2])
    page_id = shop.visit(visits[3])["pages"][0]["page_id"]
    shop.do("advisor/marta", "acknowledge", page_id=page_id, advisor_id="marta")
    shop.do("lane/A", "report_ticket", visit_id=visits[0], job_id="j", state="failed", copy=False, trouble="paper_out")
    told_at = shop.visit(visits[0])["completion_at"]
    shop.do("lane/A", "end_conversation", visit_id=visits[0], completion_at=told_at)
    shop.do("advisor/marta", "change_completion", visit_id=visits[0], completion_at=told_at + 3600 * 10**6, reason="x")
    codes = [shop.do("manager/manager", "show_code", appointment_id=shop.appointment_id(n))["token"] for n in "1235"]
    pages = {
        "advisor/marta": [
            "/",
            "/advisor",
            "/appointments",
            f"/visits/{visits[0]}/lines",
            *(f"/advisor/visits/{one}" for one in visits),
        ],
        "cashier/1": ["/cashier", f"/cashier/{visits[1]}", f"/cashier/{visits[1]}?trouble=no_answer", "/advisor"],
        "manager/manager": ["/manager", f"/advisor/visits/{visits[2]}"],
        None: [*(f"/C/{token}" for token in codes)],
    }
    shop.clock.at = shop.clock.now() + timedelta(seconds=130)

    for who, paths in pages.items():
        with somebody(browser, address, who, "en", 1280 if who else 390, forgiven="403") as page:
            for path in paths:
                page.goto(address + path)

                assert page.evaluate(FAINT) == [], path


@pytest.mark.parametrize("width", WIDTHS)
def test_everything_is_large_enough_to_touch(browser, live, width):
    """Every key, link and field of the staff's pages is at least 48 px high, and wide enough for a finger."""
    shop, address = live
    shop.book(
        shop.booking("1", "Lucía Campos"),
        shop.booking("2", "Ana Ruiz", starts_at=shop.clock.now() + timedelta(hours=1)),
    )
    visit_id = shop.arrive("1")
    small = """() => [...document.querySelectorAll('button, summary, select, input:not([type=hidden]), .key, .go, .row, nav a')]
      .filter(one => one.offsetParent && !one.closest('.unseen') && !one.matches('.skip'))
      .map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
      .filter(([, box]) => box.height < 47.5 || box.width < 40).map(([html, box]) => `${html} ${box.width}x${box.height}`)"""

    with somebody(browser, address, "manager/manager", "en", width) as page:
        for path in (
            "/",
            "/advisor",
            f"/advisor/visits/{visit_id}",
            "/appointments",
            f"/visits/{visit_id}/lines",
            "/cashier",
            "/manager",
        ):
            page.goto(address + path)

            assert page.evaluate(small) == [], path


def test_the_whole_day_works_by_keyboard(browser, live):
    """From the first Tab (straight to the work) to a pressed key, nothing needs a mouse."""
    shop, address = live
    shop.book(shop.booking("1", "Lucía Campos", starts_at=shop.clock.now() + timedelta(minutes=20)))

    with somebody(browser, address, "advisor/marta", "en", 1280) as page:
        page.goto(f"{address}/advisor")
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")

        expect(page.locator(".chip.checked_in").first).to_be_visible()
