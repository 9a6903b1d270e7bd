"""What the hub keeps at hand of visits that are over, and that the rest is still found."""

from __future__ import annotations

import pytest
from hub_shop import READY

pytestmark = pytest.mark.storage


def test_a_withdrawn_visit_is_at_hand_while_a_screen_shows_it(shop, clock):
    """Two minutes, though nothing else happens; whoever asks for it later finds it in the database."""
    visit_id = shop.walk_in()["visit_id"]
    shop.do("withdraw_check_in", "lane/A", visit_id=visit_id)
    clock.later(minutes=1, seconds=59)
    assert visit_id in shop.hub.snapshot().stays

    clock.later(seconds=1)

    assert not shop.hub.snapshot().stays
    assert shop.hub.stay(visit_id).visit.stage == "withdrawn"
    shop.check_snapshot()


def test_a_page_about_a_withdrawn_visit_has_it_for_ten_minutes(shop, clock):
    """Whoever withdrew the wrong one takes it back there, though the hub has let it go; a foreign id finds nothing."""
    visit_id = shop.walk_in()["visit_id"]
    shop.do("withdraw_check_in", "lane/A", visit_id=visit_id)
    clock.later(minutes=9, seconds=59)
    (told,) = shop.hub.staff_page(visit_id)["visits"]
    clock.later(seconds=1)

    assert (told["visit_id"], told["stage"], told["can_take_back"]) == (visit_id, "withdrawn", True)
    assert shop.hub.staff_page(visit_id)["visits"] == []
    assert shop.hub.staff_page("no id\0")["visits"] == []


def test_a_car_that_was_handed_over_is_at_hand_until_the_next_evening(shop, clock):
    """Thirty-six hours; then it is let go, whether or not anything happens."""
    visit_id = shop.walk(shop.checked_in(), *READY, "hand_over")
    clock.later(hours=35, minutes=59)
    assert visit_id in shop.hub.snapshot().stays

    clock.later(minutes=1)

    assert not shop.hub.snapshot().stays
    shop.check_snapshot()
