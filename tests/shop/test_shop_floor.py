"""The whole shop as `make demo` runs it: processes, page and browser; and what is left of it afterwards."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
OPENS_WITHIN_S = 60
STARTS_WITHIN_MS = 120_000
WITHIN_MS = 45_000
ENDS_WITHIN_S = 60
LONG_PRESS_MS = 1900  # in the middle between one second and three, whatever the way to the pins takes

expect.set_options(timeout=WITHIN_MS)
pytestmark = [pytest.mark.story, pytest.mark.browser]


@dataclass
class OpenShop:
    """A shop that runs, and its page's address."""

    process: subprocess.Popen[str]
    address: str
    folder: Path

    def close(self) -> int:
        """Ctrl-C; the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(ENDS_WITHIN_S)


def opened(folder: Path, *more: str) -> OpenShop:
    """Start `kiosk shop` and wait until it says its address."""
    words = [sys.executable, "-m", "kiosk", "shop", "--port", "0", "--folder", str(folder), *more]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, start_new_session=True)
    line = process.stdout.readline() if process.stdout else ""
    found = re.search(r"http://\S+", line)
    assert found, f"the shop said {line!r} instead of its address"
    return OpenShop(process, found[0], folder)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenShop]:
    """One shop for all tests of this file."""
    one = opened(tmp_path_factory.mktemp("shop"))
    yield one
    if one.process.poll() is None:
        one.close()
    if one.process.stdout:
        one.process.stdout.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"], timeout=STARTS_WITHIN_MS
        )
        yield one
        one.close()


@contextlib.contextmanager
def looked_at(browser: Browser, shop: OpenShop) -> Iterator[Page]:
    """The shop floor, open in a browser; a fault in its script or its policy fails the test."""
    one = browser.new_page(viewport={"width": 1280, "height": 1000})
    faults: list[str] = []
    one.on("pageerror", lambda error: faults.append(str(error)))
    one.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    one.set_default_timeout(WITHIN_MS)
    one.goto(f"{shop.address}?lang=en")
    expect(one.locator(".phone").first).to_be_visible(timeout=WITHIN_MS)
    yield one
    one.close()
    assert faults == []


@pytest.fixture
def page(browser: Browser, shop: OpenShop) -> Iterator[Page]:
    """The floor of the shop of this file."""
    with looked_at(browser, shop) as one:
        yield one


@pytest.fixture
def new_shop(tmp_path: Path) -> Iterator[OpenShop]:
    """A shop for one test, which may end it."""
    one = opened(tmp_path / "shop")
    yield one
    if one.process.poll() is None:
        one.close()
    if one.process.stdout:
        one.process.stdout.close()


@pytest.fixture
def new_page(browser: Browser, new_shop: OpenShop) -> Iterator[Page]:
    """The floor of a shop that has just opened: its lane waits for the first customer."""
    with looked_at(browser, new_shop) as one:
        yield one


def lit_desk(page: Page) -> str:
    """The name of the advisor whose lamp calls."""
    page.locator(".desk.new").first.wait_for()
    return page.locator(".desk.new b").first.inner_text()


def test_a_phone_held_up_lights_one_desk_and_ends_in_the_papers(page: Page) -> None:
    """From the phone to the delivery papers, everything happens on the page: lamp, button, ticket, stages, papers."""
    page.locator(".phone").first.click()
    desk = page.locator(".desk", has_text=lit_desk(page))
    ticket = desk.locator("bdi").first.inner_text()
    desk.locator(".press").click()
    expect(desk).to_have_class(re.compile("coming"))
    desk.locator(".press").click(delay=LONG_PRESS_MS)
    expect(page.locator(".row", has_text=ticket)).to_contain_text("With the advisor")

    for step in ("Into service", "To quality check", "Pass, ready", "Hand over"):
        page.locator(".row", has_text=ticket).get_by_role("button", name=step).click()

    papers = page.locator("#papers a", has_text=ticket)
    expect(papers).to_be_visible()
    told = httpx.get(papers.get_attribute("href") or "", cookies={"kiosk_principal": "cashier/shop"})
    assert told.content.startswith(b"%PDF")


def test_the_lane_hears_the_mouse(new_page: Page) -> None:
    """Help on the lane's first picture is touched with the mouse, and a lamp answers."""
    glass = new_page.locator("#screen-lane")
    expect(glass).to_have_attribute("src", re.compile("/screen/lane"))
    box = glass.bounding_box()
    assert box

    new_page.mouse.click(box["x"] + box["width"] * 0.78, box["y"] + box["height"] * 0.943)

    lit_desk(new_page)


def test_a_device_that_is_ended_comes_back(page: Page) -> None:
    """The page says at once that the board has ended, and that it runs again."""
    board = page.locator(".device", has_text="Waiting-room board")

    board.get_by_role("button").click()

    expect(board).to_contain_text("ended")
    expect(board).to_contain_text("running again", timeout=WITHIN_MS)


def test_a_pulled_cable_makes_the_desks_say_that_they_do_not_know(page: Page) -> None:
    """Without the hub no desk looks as if nobody waited; with it the truth is back."""
    switch = page.locator(".switch", has_text="Hub unreachable")

    switch.click()
    expect(page.locator(".desk.unknown")).to_have_count(2)
    switch.click()

    expect(page.locator(".desk.unknown")).to_have_count(0)


@pytest.mark.parametrize("code", ["en", "es", "ar"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_never_scrolls_sideways(browser: Browser, shop: OpenShop, code: str, width: int) -> None:
    """In every language, on a phone and on a desk, the page is as wide as the window."""
    page = browser.new_page(viewport={"width": width, "height": 800})

    page.goto(f"{shop.address}?lang={code}")
    page.locator(".phone").first.wait_for()

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_other_pages_cannot_steer_the_shop(shop: OpenShop) -> None:
    """A page of another origin gets nowhere with the shop's verbs."""
    told = httpx.post(f"{shop.address}do/take_away", json={}, headers={"Sec-Fetch-Site": "cross-site"})

    assert told.status_code == httpx.codes.BAD_REQUEST


def test_a_word_that_means_nothing_is_refused(shop: OpenShop) -> None:
    """A verb that the shop floor does not have, and one with wrong values, are answered with a sentence."""
    unknown = httpx.post(f"{shop.address}do/explode", json={})
    wrong = httpx.post(f"{shop.address}do/touch", json={"phase": "down"})

    assert (unknown.status_code, wrong.status_code) == (409, 400)
    assert "explode" in unknown.json()["message"]


def test_a_taken_port_is_one_sentence(shop: OpenShop) -> None:
    """A second shop on the same port says which port is taken."""
    port = shop.address.rstrip("/").rpartition(":")[2]

    told = subprocess.run(
        [sys.executable, "-m", "kiosk", "shop", "--port", port], capture_output=True, text=True, check=False, timeout=OPENS_WITHIN_S
    )

    assert told.returncode == 2
    assert f"port {port}" in told.stderr
    assert len(told.stderr.splitlines()) == 1


def test_after_ctrl_c_nothing_is_left(new_shop: OpenShop) -> None:
    """Ctrl-C ends every process and frees every port."""
    inside = subprocess.run(
        ["pgrep", "-f", str(new_shop.folder)], capture_output=True, text=True, check=False
    ).stdout.split()
    port = int(new_shop.address.rstrip("/").rpartition(":")[2])

    status = new_shop.close()

    assert status == 0
    assert [pid for pid in inside if Path(f"/proc/{pid}").exists() and int(pid) != os.getpid()] == []
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
