"""Who is called, how insistently, and whether the lamps tell the truth whatever was restarted in between."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from bookings import Books
from shop_day import MANAGER, ShopDay

from kiosk.server.reaching import UNSHOWN_AFTER_S, Reaching

pytestmark = pytest.mark.story


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[ShopDay]:
    """Tuesday, nine o'clock: Ana is booked with Marta; Omar's desk is the next one."""
    with ShopDay(tmp_path, "2026-11-24 09:00") as one:
        one.books(Books("7001", "09:00", "Ana"))
        one.opens()
        yield one


def ana_is_here(shop: ShopDay) -> None:
    """Ana has scanned, and Marta's desk calls."""
    shop.customer("Ana").holds_up_code()
    shop.desk("marta").says("new")


def test_an_unanswered_page_insists_then_calls_the_next_desk_and_the_manager(shop: ShopDay) -> None:
    """After 60 s the desk insists; after 120 s the next desk and the manager's screen have the page too."""
    ana_is_here(shop)

    shop.clock.passes(seconds=60)
    shop.desk("marta").says("insisting")
    shop.desk("omar").says("dark")
    shop.clock.passes(seconds=60)

    shop.desk("omar").says("escalated").glows("red")
    shop.desk("marta").says("insisting")
    assert shop.view("staff")["visits"][0]["pages"][0]["escalated"]


def test_the_first_to_press_has_the_page(shop: ShopDay) -> None:
    """Once somebody presses, everybody else's desk is dark, and the lane knows who is coming."""
    ana_is_here(shop)
    shop.clock.passes(seconds=121)
    shop.desk("omar").says("escalated")

    shop.desk("omar").press()

    shop.desk("omar").says("coming")
    shop.desk("marta").says("dark").glows("dark")
    (told,) = shop.view("lane/A", "lane/A")["visits"]
    assert (told["coming"], told["advisor"]["advisor_id"]) == (True, "omar")


def test_with_nobody_in_the_manager_has_it_and_no_name_is_told(shop: ShopDay) -> None:
    """When no advisor is in, the page is the manager's at once, and the customer is promised nobody by name."""
    for advisor in ("marta", "omar"):
        shop.does(MANAGER, "set_presence", advisor_id=advisor, presence="off")

    shop.customer("Ana").holds_up_code()
    shop.lane.shows("hello").touch("confirm").shows("permission").touch("permission.ask").shows("ticket")

    assert shop.view("staff")["visits"][0]["pages"][0]["escalated"]
    for one in ("marta", "omar"):
        shop.desk(one).says("dark")
    assert "Marta" not in shop.lane.words
    assert "Omar" not in shop.lane.words


def test_a_desk_that_comes_back_shows_the_truth_at_once(shop: ShopDay) -> None:
    """A pager that was off while the page grew old lights up in the page's present state, without anything happening."""
    ana_is_here(shop)
    shop.stops("pager-omar")
    shop.clock.passes(seconds=125)

    shop.starts("pager-omar")

    shop.desk("omar").says("escalated").glows("red")


def test_the_time_goes_on_while_the_hub_is_away(shop: ShopDay) -> None:
    """Without the hub the desks say that they do not know; when it is back, the page is as old as it really is."""
    ana_is_here(shop)
    shop.stops("hub")
    shop.desk("marta").says("unknown").glows("amber")
    shop.desk("omar").says("unknown")
    shop.clock.passes(seconds=125)

    shop.starts("hub")

    shop.desk("omar").says("escalated")
    shop.desk("marta").says("insisting")


def test_a_desk_without_current_loses_no_call(shop: ShopDay) -> None:
    """Marta's pager lies dead: within 30 s the next desk is called, and the manager reads whose desk did not show it."""
    running, hub = RunningTime(), shop.roles["hub"].app.hub
    hub.reaching = Reaching(running)
    shop.until("marta's desk has never spoken", lambda: "marta" in hub.snapshot().shown)
    shop.stops("pager-marta")
    shop.customer("Ana").holds_up_code()
    shop.visit("A-001", stage="checked_in")

    running.ahead_s = UNSHOWN_AFTER_S
    shop.clock.passes(seconds=0)

    shop.desk("omar").says("escalated").glows("red")
    shop.until("nobody is told", lambda: shop.visit("A-001")["pages"][0]["unshown"] == ["marta"])
    assert UNSHOWN_AFTER_S <= 30


def test_two_presses_hand_the_customer_to_the_next_desk(shop: ShopDay) -> None:
    """Marta is busy and presses twice: Omar is called, and her desk is dark."""
    ana_is_here(shop)

    shop.desk("marta").press_twice()

    shop.desk("omar").says("new")
    shop.desk("marta").says("dark").glows("dark")


def test_a_desk_says_away_with_its_button_and_the_call_goes_on(shop: ShopDay) -> None:
    """Held for three seconds: Marta is away, what waits for her is Omar's, and the manager's list says so."""
    ana_is_here(shop)

    shop.desk("marta").hold()

    shop.desk("omar").says("new")
    shop.until("not away", lambda: [one["presence"] for one in shop.staff["advisors"]][:2] == ["away", "in"])


class RunningTime:
    """The machine's running time, which can be put forward."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead_s
