"""Tickets when the printer fails: the number stays in sight, the staff know, and each ticket comes out once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from bookings import Books
from shop_day import ShopDay

from kiosk.shop.setup import NAMES

pytestmark = pytest.mark.story

LANE = "lane/A"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[ShopDay]:
    """Tuesday, nine o'clock; Ana and Ben are expected."""
    with ShopDay(tmp_path, "2026-11-24 09:00") as one:
        one.books(Books("7001", "09:00", "Ana"), Books("7002", "09:15", "Ben"))
        yield one


def checks_in(shop: ShopDay, name: str) -> None:
    """The customer scans and answers the lane."""
    shop.customer(name).holds_up_code()
    shop.lane.shows("hello").says(name)
    shop.lane.sees_nothing()
    shop.lane.touch("confirm").shows("permission").touch("permission.yes").shows("ticket")


def troubled(shop: ShopDay, trouble: str) -> None:
    """Wait until the staff's screens say so."""
    shop.until(f"the staff do not know of {trouble}", lambda: trouble in shop.trouble(LANE), lambda: shop.staff)


def mended(shop: ShopDay) -> None:
    """Wait until the staff's screens say nothing is wrong."""
    shop.until("the staff still see trouble", lambda: shop.trouble(LANE) == [], lambda: shop.trouble(LANE))


def test_without_paper_the_number_stays_on_the_screen_and_prints_later(shop: ShopDay) -> None:
    """Paper out: check-in waits for nobody, the staff know, the lane keeps the number; with a new roll it prints once."""
    shop.opens()
    shop.printer.outside.run_out_of_paper()

    checks_in(shop, "Ana")
    shop.desk("marta").says("new")
    troubled(shop, "paper_out")
    shop.clock.passes(minutes=4)
    shop.lane.says("A-001")
    assert shop.lane.screen == "ticket"
    assert shop.visit("A-001")["ticket_state"] != "confirmed"
    assert shop.printer.tickets == []
    shop.printer.outside.load_paper()

    shop.visit("A-001", ticket_state="confirmed")
    mended(shop)
    assert [one.piece.is_whole for one in shop.printer.tickets] == [True]


def test_an_unplugged_printer_prints_when_it_is_back(shop: ShopDay) -> None:
    """Unplugged: two customers are checked in all the same; plugged in again, both tickets come out, each once."""
    shop.opens()
    shop.printer.outside.unplug()

    checks_in(shop, "Ana")
    troubled(shop, "unplugged")
    shop.lane.touch("done").shows("scan")
    checks_in(shop, "Ben")
    assert shop.visit("A-002")["stage"] == "checked_in"
    shop.printer.outside.plug_in()

    for ticket in ("A-001", "A-002"):
        shop.visit(ticket, ticket_state="confirmed")
    mended(shop)
    assert [one.piece.is_whole for one in shop.printer.tickets] == [True, True]


def test_printed_is_what_the_printer_itself_says(shop: ShopDay) -> None:
    """A ticket that fell into the tray counts as printed only when the printer says so; in doubt a COPY follows it."""
    shop.opens()
    shop.printer.outside.fall_silent(wholly=False)

    checks_in(shop, "Ana")
    first = shop.printer.prints(1)
    shop.visit("A-001", ticket_state="sent")
    shop.printer.outside.unplug()
    shop.printer.outside.condition.confirms = True
    shop.printer.outside.plug_in()

    shop.visit("A-001", ticket_state="confirmed")
    second = shop.printer.prints(2)
    assert first.piece.image.tobytes() != second.piece.image.tobytes()
    assert first.code == second.code
    reported = [(one.data["state"], one.data["copy"]) for one in shop.log.entries("TicketReported")]
    assert reported[-1] == ("confirmed", True)
    assert ("confirmed", False) not in reported


def test_a_ticket_that_was_owed_when_the_power_went_is_printed(tmp_path: Path) -> None:
    """The lane dies in mid-conversation: at its restart the ticket comes out, and nobody gets a second number."""
    with ShopDay(tmp_path, own_processes=("lane",)) as shop:
        shop.books(Books("7001", "10:30", "Ana"), Books("7002", "10:45", "Ben"))
        shop.opens()
        shop.customer("Ana").holds_up_code()
        shop.lane.shows("hello").says("A-001")
        shop.visit("A-001")
        shop.lane.sees_nothing()

        shop.kills("lane")
        shop.starts("lane")

        shop.printer.prints(1)
        shop.visit("A-001", ticket_state="confirmed")
        shop.lane.shows("scan")
        checks_in(shop, "Ben")
        shop.visit("A-002", ticket_state="confirmed")
        assert len(shop.printer.tickets) == 2
        assert [one.data["ticket"] for one in shop.log.entries("VisitCheckedIn")] == ["A-001", "A-002"]


def test_a_power_cut_loses_neither_ticket_nor_check_in(tmp_path: Path) -> None:
    """No paper, no hub, then no power: afterwards the ticket prints once and the hub hears of the check-in once."""
    with ShopDay(tmp_path, own_processes=("lane",)) as shop:
        shop.books(Books("7001", "10:30", "Ana"))
        shop.customer("Ana").gets_a_code()
        shop.opens()
        shop.printer.outside.run_out_of_paper()
        shop.cable.pull()
        checks_in(shop, "Ana")
        shop.until(
            "the ticket is not in the spool", lambda: shop.file_has(tmp_path / NAMES["lane"] / "spool.db", "job")
        )

        shop.kills("lane")
        shop.printer.outside.load_paper()
        shop.starts("lane")
        shop.printer.prints(1)
        shop.cable.plug_in()

        shop.visit("A-001", ticket_state="confirmed")
        assert len(shop.printer.tickets) == 1
        assert len(shop.log.entries("VisitCheckedIn")) == 1
