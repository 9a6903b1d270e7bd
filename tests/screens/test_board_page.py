"""The board as a web page: the same view, words and rules as on a Pi's screen, and nothing private in its source."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from screen_shop import says

from kiosk.display.theme import CONTRAST, DARK, LIGHT, STALE, STALE_DARK
from kiosk.server.screens.board import THEMES

STATIC = Path(__file__).parents[2] / "kiosk" / "server" / "static"
TELEVISION = {"Kiosk-Principal": "board/tv"}
LANGUAGES = ("en", "es", "ar")


def page(shop, **asked):
    """The page as a television gets it."""
    return shop.app.flask.test_client().get("/board/tv", headers=TELEVISION, query_string=asked)


def text(shop, **asked):
    """Its source."""
    return page(shop, **asked).get_data(as_text=True)


@pytest.fixture
def busy(shop):
    """One car ready, one in service, one just arrived."""
    shop.book(*(shop.booking(n, "Zebulon Quux") for n in "123"))
    visits = [shop.arrive(n) for n in "123"]
    shop.move_to(visits[0], "ready")
    shop.move_to(visits[1], "in_service")
    shop.visits = visits
    return shop


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_page_says_what_the_board_says(busy, code):
    """Tickets, stages and the cashier's desk stand in the page in its language."""
    told = text(busy, languages=code)

    assert all(ticket in told for ticket in ("A-001", "A-002", "A-003"))
    assert all(says(f"stage.{stage}", code) in told for stage in ("ready", "in_service", "checked_in"))
    assert f'dir="{"rtl" if code == "ar" else "ltr"}"' in told


def test_nobodys_name_stands_in_it(busy):
    """The source of a page that anybody in the room could read holds no name, car, plate or telephone."""
    told = text(busy, languages="en,es,ar") + text(busy, shows="lanes")

    assert [word for word in ("Zebulon", "Quux", "Ford", "Explorer", "555") if word in told] == []


def test_each_language_has_its_side(busy):
    """Several languages are there at once, for the page to turn without asking again."""
    assert re.findall(r'<section lang="(\w+)"', text(busy, languages="es,ar")) == ["es", "ar"]


def test_lanes_of_its_own(busy):
    """A board of another lane shows none of this one's tickets."""
    assert "A-002" not in text(busy, lanes="B")
    assert "A-002" in text(busy, lanes="A,B")


def test_the_lane_board_is_a_page_too(busy):
    """Which number stands in which lane, that somebody is being called, and which lane is free."""
    told = text(busy, shows="lanes")

    assert "A-003" in told
    assert says("board.being_called", "en") in told
    assert says("board.lane_free", "en") in told


def test_an_empty_board_welcomes(shop):
    """Without a visit there is the welcome and today's hours, and no row."""
    told = text(shop)

    assert 'data-mood="empty"' in told
    assert "07:00–12:00" in told
    assert '<ul class="going' not in told


def test_a_board_at_night_is_black(shop):
    """Long after closing the page has nothing to show."""
    shop.clock.at = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)  # 23:00 in the shop

    told = text(shop)

    assert 'data-mood="dark"' in told
    assert "<section" not in told


def test_after_closing_it_says_when(shop):
    """Just after closing the page says when the shop opens again."""
    shop.clock.at = datetime(2026, 11, 24, 23, 0, tzinfo=UTC) + timedelta(minutes=20)  # 18:20

    assert says("board.open_tomorrow", "en", time="07:00") in re.sub(r"<[^>]+>", "", text(shop))


@pytest.mark.parametrize(
    "asked",
    [{"languages": "fr"}, {"theme": "pink"}, {"distance_m": "far"}, {"distance_m": "99"}, {"stages": "lost"}],
)
def test_an_address_that_cannot_be_is_refused(shop, asked):
    """Who puts the television up is told at once, instead of a board that is not what the address says."""
    assert page(shop, **asked).status_code == 400


def test_a_customer_has_no_board(shop):
    """Without a pairing or a sign-in the page is not shown: it asks who is there."""
    answer = shop.app.flask.test_client().get("/board/tv")

    assert 'id="board"' not in answer.get_data(as_text=True)


def test_its_colours_are_the_themes():
    """Every colour of the page is one of the themes', whose contrasts are measured."""
    known = {
        value.upper()
        for theme in (LIGHT, DARK, CONTRAST, STALE, STALE_DARK)
        for value in vars(theme).values()
        if str(value).startswith("#")
    }

    used = set(re.findall(r"#[0-9A-F]{6}", (STATIC / "board.css").read_text("utf-8")))

    assert used - known == set()
    assert set(THEMES) == {"light", "dark", "contrast"}
