"""The logo on the board's web page and at its address: the store's file, on a plate where the theme needs one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.display.theme import CONTRAST, DARK, LIGHT, STALE, STALE_DARK
from kiosk.server.screens.board import GROUNDS
from kiosk.store_logo import prepared

TELEVISION = {"Kiosk-Principal": "board/tv"}
READY = prepared(Path(__file__).parents[2] / "examples" / "valley-logo.png")


@pytest.fixture
def branded(shop):
    """A shop whose store has a logo."""
    shop.hub.store = replace(shop.hub.store, logo=READY)
    shop.get = lambda path, **asked: shop.app.flask.test_client().get(path, headers=TELEVISION, query_string=asked)
    return shop


def test_the_grounds_are_the_themes():
    """A header of the page stands on what a header of the Pi's board stands on."""
    pairs = {"light": (LIGHT, STALE), "dark": (DARK, STALE_DARK), "contrast": (CONTRAST,)}

    assert {name: tuple(one.ground for one in themes) for name, themes in pairs.items()} == GROUNDS


@pytest.mark.parametrize(("theme", "has_plate"), [("light", False), ("dark", True), ("contrast", True)])
@pytest.mark.parametrize("code", ["en", "es", "ar"])
def test_the_page_has_the_logo(branded, theme, has_plate, code):
    """In the place of the mark, beside the name, with a plate where it would not be seen."""
    told = branded.get("/board/tv", theme=theme, languages=code).get_data(as_text=True)

    assert f'href="/logo/{READY.key}.png"' in told
    assert 'class="mark"' not in told
    assert ('fill="#FFFFFF"' in told) is has_plate
    assert branded.hub.store.name.in_(code) in told


def test_the_address_gives_the_picture(branded):
    """Once and for long: another logo has another address."""
    answer = branded.get(f"/logo/{READY.key}.png")

    assert (answer.mimetype, answer.data == READY.png) == ("image/png", True)
    assert answer.cache_control.max_age > 1_000_000
    assert branded.get("/logo/0123456789abcdef.png").status_code == 404


def test_without_one_there_is_the_mark(shop):
    """And nothing at any address."""
    client = shop.app.flask.test_client()

    assert 'class="mark"' in client.get("/board/tv", headers=TELEVISION).get_data(as_text=True)
    assert client.get(f"/logo/{READY.key}.png", headers=TELEVISION).status_code == 404
