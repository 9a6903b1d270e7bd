"""The key for a lane's gate: on the advisor's day, of the lanes that have one alone, and what its press becomes."""

from __future__ import annotations

import pytest
from screen_shop import says, words_of

from kiosk.language import Ltr

LANGUAGES = ("en", "es", "ar")


@pytest.mark.parametrize("who", ["advisor/marta", "manager/manager"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_key_opens_the_gate(shop, who, language):
    """Pressed once, the lane's signal says that the gate was opened now, and the page says when."""
    screen = shop.screen(who, language)
    page = screen.open("/advisor")
    before = shop.hub.view("lane-signal/A")["gate_age_s"]

    after = screen.press(page, "open_gate-A")

    assert says("paging.gate.open", language, lane=Ltr("A")) in words_of(page.text)
    assert (before, shop.hub.view("lane-signal/A")["gate_age_s"]) == (None, 0.0)
    assert says("paging.gate.opened", language, time=Ltr("10:31")) in words_of(after.text)


def test_only_lanes_with_a_gate_have_a_key(shop):
    """Lane B has none."""
    page = shop.screen("advisor/marta").open("/advisor").text

    assert "open_gate-A" in page
    assert "open_gate-B" not in page


def test_yesterdays_opening_is_not_told(shop):
    """*Opened at 10:31* is of today; the next morning the key stands alone."""
    screen = shop.screen("advisor/marta")
    screen.press(screen.open("/advisor"), "open_gate-A")

    shop.later(hours=24)

    assert "Opened at" not in words_of(screen.open("/advisor").text)


def test_the_key_is_for_the_desks_alone(shop):
    """A cashier has neither the page nor the command."""
    screen = shop.screen("cashier/1")
    day = shop.screen("advisor/marta").open("/advisor")

    refused = screen.press(day, "open_gate-A")

    assert screen.open("/advisor").status_code == 403
    assert "refused" in refused.request.url or refused.status_code == 403
    assert shop.hub.view("lane-signal/A")["gate_age_s"] is None
