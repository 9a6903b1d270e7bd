"""A page that somebody has left open, in a real browser: when the session is over, nothing of it stays on the screen."""

from __future__ import annotations

import pytest
from doors_house import PASSWORD, opened, served_by
from playwright.sync_api import sync_playwright

from kiosk.server.staff.signing_in import Place, SigningIn

PATIENCE_MS = 60_000


@pytest.fixture
def desk(migrated, tmp_path):
    """The hub, what ends Marta's sessions, and her browser with the manager's page open."""
    house = opened(migrated, tmp_path)
    marta = house.person("marta", "manager")
    token = SigningIn(house.people).by_password("marta", PASSWORD, Place("127.0.0.1")).token
    with served_by(house.app) as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"], timeout=PATIENCE_MS
        )
        context = chromium.new_context()
        context.add_cookies([{"name": "kiosk_session", "value": token, "url": address}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{address}/manager")
        page.wait_for_selector("a.me")
        yield house, marta, page
        chromium.close()
    house.app.hub.database.close()


@pytest.mark.parametrize("how", ["ended by an administrator", "idle for too long"])
def test_a_page_leaves_when_its_session_is_over(desk, how):
    """The page lies open and nobody touches it: it gives way to the sign-in by itself."""
    house, marta, page = desk

    if how == "idle for too long":
        house.clock.later(hours=5)
    else:
        house.people.disable("administrator/x", marta.account_id)
    page.wait_for_url("**/?wanted=**")

    assert page.locator("input[name=password]").count() + page.locator("a[href*='with=password']").count() > 0
    assert page.locator("a.me").count() == 0
