"""The lane without the hub: it goes on, prints, and sends later what happened, as it happened, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from bookings import Books
from shop_day import ShopDay
from shop_things import Lane

pytestmark = pytest.mark.story


@pytest.fixture
def closed_shop(tmp_path: Path) -> Iterator[ShopDay]:
    """Tuesday, nine o'clock; Ana and Ben are expected, and have their codes; no device runs yet."""
    with ShopDay(tmp_path, "2026-11-24 09:00") as one:
        one.books(Books("7001", "09:00", "Ana"), Books("7002", "09:15", "Ben"))
        for name in ("Ana", "Ben"):
            one.customer(name).gets_a_code()
        yield one


@pytest.fixture
def shop(closed_shop: ShopDay) -> ShopDay:
    """The same with lane and desks."""
    return closed_shop.opens()


def answers(lane: Lane) -> None:
    """Two touches."""
    lane.sees_nothing()
    lane.touch("confirm").shows("permission").touch("permission.yes").shows("ticket")


def test_a_check_in_goes_on_when_the_hub_goes(shop: ShopDay) -> None:
    """The cable is pulled in mid-conversation: ticket and number are the same, and the hub hears the rest later."""
    shop.customer("Ana").holds_up_code()
    shop.lane.shows("hello").says("Ana")
    shop.visit("A-001")

    shop.cable.pull()
    answers(shop.lane)
    shop.printer.prints(1)
    assert shop.visit("A-001")["permission"] is None
    shop.cable.plug_in()

    assert shop.visit("A-001", permission="yes", ticket_state="confirmed")["confirmed"]
    assert len(shop.log.entries("VisitCheckedIn")) == 1


def test_a_whole_check_in_without_the_hub_is_sent_later_with_its_own_time(shop: ShopDay) -> None:
    """Scanned at 09:10 without the hub, heard of at 09:30: the visit began at 09:10, under the number on the paper."""
    shop.cable.pull()
    shop.lane.is_alone()
    shop.clock.goes_to("2026-11-24 09:10")

    shop.customer("Ben").holds_up_code()
    shop.lane.shows("hello").says("Ben")
    answers(shop.lane)
    assert "A-001" in shop.lane.words
    shop.printer.prints(1)
    assert shop.staff["visits"] == []
    shop.clock.goes_to("2026-11-24 09:30")
    shop.cable.plug_in()

    visit = shop.visit("A-001", permission="yes", ticket_state="confirmed")
    assert (visit["name"], shop.wall(visit["arrived_at"]), visit["confirmed"]) == ("Ben Reyes", "09:10", True)
    shop.desk("marta").says("new")
    assert len(shop.log.entries("VisitCheckedIn")) == 1
    assert len(shop.printer.tickets) == 1


def test_a_hub_that_went_unnoticed_hears_the_right_time_too(shop: ShopDay) -> None:
    """The cable goes a moment before the scan, and the lane still thinks that it is heard: the visit's time is the scan's."""
    shop.clock.goes_to("2026-11-24 09:10")
    shop.cable.pull()

    shop.customer("Ben").holds_up_code()
    shop.lane.shows("hello").says("Ben")
    shop.clock.goes_to("2026-11-24 09:30")
    shop.cable.plug_in()

    assert shop.wall(shop.visit("A-001")["arrived_at"]) == "09:10"
    assert len(shop.log.entries("VisitCheckedIn")) == 1


@pytest.mark.parametrize("off", [timedelta(hours=-3), timedelta(minutes=40)], ids=["slow", "fast"])
def test_a_lane_whose_clock_is_wrong_tells_the_right_time(closed_shop: ShopDay, off: timedelta) -> None:
    """A lane without a clock of its own after a power cut: arrivals are the hub's time, and a stranger's code stays strange."""
    shop = closed_shop
    shop.lane_is_off = off
    shop.opens()

    shop.lane.sees("0" * 26)
    shop.lane.shows("unknown").touch("show_another").shows("scan")
    shop.clock.goes_to("2026-11-24 09:12")
    shop.customer("Ben").holds_up_code()
    shop.lane.shows("hello").says("Ben")

    visit = shop.visit("A-001")
    assert (visit["name"], shop.wall(visit["arrived_at"]), visit["confirmed"]) == ("Ben Reyes", "09:12", True)


def test_a_code_that_only_the_hub_knows_is_taken_at_its_word(shop: ShopDay) -> None:
    """Without the hub a code of ours that the lane has never seen checks in, and the hub finds out whose it is."""
    shop.cable.pull()
    shop.lane.is_alone()
    ana = shop.customer("Ana")
    ana.gets_a_code()

    ana.holds_up_code()
    shop.lane.shows("permission")
    assert "Ana" not in shop.lane.words
    shop.lane.sees_nothing()
    shop.lane.touch("permission.yes").shows("ticket").says("A-001")
    shop.cable.plug_in()

    assert shop.visit("A-001", permission="yes")["name"] == "Ana Reyes"


def test_two_lanes_without_the_hub_and_one_code_make_one_visit(tmp_path: Path, database: str) -> None:
    """Both lanes gave a number: the first stays, the other leads to the same visit, and there is one page."""
    with ShopDay(tmp_path, own_processes=("lane-b",), database=database) as shop:
        shop.books(Books("7001", "10:30", "Ana"))
        ana = shop.customer("Ana")
        ana.gets_a_code()
        other = shop.second_lane()
        shop.opens()
        other.shows("scan")
        shop.cable.pull()

        for lane in (shop.lane, other):
            lane.sees(ana.code)
            lane.shows("hello")
            answers(lane)
        shop.cable.plug_in()

        visit = shop.visit("A-001")
        shop.until("B-001 leads to nobody", lambda: shop.visit("A-001")["aliases"] or shop.visit("B-001")["aliases"])
        assert shop.visit("A-001")["visit_id"] == shop.visit("B-001")["visit_id"] == visit["visit_id"]
        assert len(shop.log.entries("VisitCheckedIn")) == 1
        assert len(shop.log.entries("PageOpened")) == 1


def test_a_hub_that_is_killed_in_mid_check_in_counts_it_once(tmp_path: Path, database: str) -> None:
    """kill -9 while the check-in is under way: after the restart there is one visit, one page and one ticket."""
    with ShopDay(tmp_path, own_processes=("hub",), database=database) as shop:
        shop.books(Books("7001", "10:30", "Ana"))
        shop.customer("Ana").gets_a_code()
        shop.opens()

        shop.customer("Ana").holds_up_code()
        shop.lane.shows("read")
        shop.kills("hub")
        shop.lane.shows("hello").says("Ana")
        answers(shop.lane)
        shop.printer.prints(1)
        shop.starts("hub")

        shop.visit("A-001", permission="yes", ticket_state="confirmed")
        shop.desk("marta").says("new")
        assert len(shop.log.entries("VisitCheckedIn")) == 1
        assert len(shop.log.entries("PageOpened")) == 1
        assert len(shop.printer.tickets) == 1
