"""Views as odd as they may come: of a newer hub, eighty rows, twelve characters, two hundred letters; never a crash."""

from __future__ import annotations

import pytest

from kiosk.display.board import BoardState, scene
from kiosk.display.board_samples import MORNING, STORE
from kiosk.display.paint import paint
from kiosk.domain.board import MOST_ROWS, board_from
from kiosk.domain.board_calls import Calls
from kiosk.domain.facts import to_us
from kiosk.language import plain

LANGUAGES = ("en", "es", "ar")


def row(ticket, stage="in_service", **more):
    """A visit as the hub tells it."""
    times = {"completion_at": to_us(MORNING), "was_at": None, "place": None, "changed_at": to_us(MORNING)}
    return {"ticket": ticket, "stage": stage} | times | more


def shown(wall, code="en", **view):
    """A view's picture, and the words in it."""
    told = {"id": "1.1", "hub_now": to_us(MORNING), "store": STORE} | view
    drawn = scene(BoardState(board_from(told), MORNING, calls=Calls(begun=True)), wall, code)
    return drawn, [plain(line.text) for line in drawn.texts()]


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_newer_hub_is_understood(wall, typesetter, code):
    """Fields that nobody knows are passed over, an unknown stage is *with the advisor*, another icon is no reason to fail."""
    rows = [row("A-001", "washing", robot={"name": "R2"}, colour="#FF0000"), row("A-002")]
    store = STORE | {"weather": "sunny", "languages": ["fr", "en", "es", "ar"]}

    drawn, words = shown(wall, code, rows=rows, store=store, protocol=7, weather=[1, 2, 3])

    assert {"A-001", "A-002"} <= set(words)
    paint(drawn, typesetter)


@pytest.mark.parametrize("code", LANGUAGES)
def test_eighty_rows_go_to_pages(wall, code):
    """No more rows at once than can be read, whatever waits."""
    _, words = shown(wall, code, rows=[row(f"A-{number:03}") for number in range(80)])

    assert 1 <= sum(word.startswith("A-") for word in words) <= MOST_ROWS


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_ticket_of_twelve_characters_is_whole(wall, code):
    """It is never cut: it is what a customer looks for."""
    drawn, words = shown(wall, code, rows=[row("LANE-A-00017"), row("LANE-A-00018", "ready", place="1")])

    assert {"LANE-A-00017", "LANE-A-00018"} <= set(words)
    assert all(line.rect.x >= 0 and line.rect.end <= wall.panel.width_px for line in drawn.texts())


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", ["W" * 200, "Maria " * 33, "م" * 200])
def test_an_advisors_name_of_two_hundred_letters_ends_in_an_ellipsis(wall, code, name):
    """On its row, on the panel."""
    lanes = [{"lane": "A", "ticket": "A-017", "advisor": {"name": dict.fromkeys(LANGUAGES, name)}, "called_at": to_us(MORNING)}]

    drawn, words = shown(wall, code, lanes=lanes)

    assert any(word.endswith("…") for word in words)
    assert all(line.rect.x >= 0 and line.rect.end <= wall.panel.width_px for line in drawn.texts())


@pytest.mark.parametrize("view", [{}, {"rows": None}, {"rows": [{}]}, {"rows": [row("A-1") | {"changed_at": "now"}]}, {"lanes": 5}])
def test_what_is_no_view_is_refused_before_it_is_shown(view):
    """The board keeps what it had, and goes stale with it."""
    told = {"id": "1.1", "hub_now": to_us(MORNING), "store": STORE} | view

    with pytest.raises((KeyError, TypeError, ValueError)):
        board_from(told)
