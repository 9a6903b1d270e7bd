"""Codes that check nobody in: each ends in a screen of its own and in help, and none shows what belongs to another."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import pytest
from bookings import Books
from shop_day import ShopDay

from kiosk.shop.setup import NAMES

pytestmark = pytest.mark.story

TODAY, TOMORROW = "2026-11-24", "2026-11-25"
NOBODY = "0" * 26
BOOKED = (
    Books("6001", f"{TODAY} 09:00", "Ana", last_name="Quintero", plate="ANA-111"),
    Books("6002", f"{TOMORROW} 09:00", "Ben", last_name="Ostrowski", plate="BEN-222"),
    Books("6003", f"{TODAY} 09:30", "Carla", last_name="Vellucci", plate="CAR-333"),
    Books("6004", f"{TODAY} 08:00", "Dora", last_name="Hammoud", plate="DOR-444"),
)
PRIVATE = [part for one in BOOKED for part in (one.first_name, one.last_name, one.plate[-3:], one.phone, one.vin)]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopDay]:
    """Ana is expected, Ben tomorrow; Carla has cancelled; Dora has been here and is gone."""
    with ShopDay(tmp_path_factory.mktemp("codes"), f"{TODAY} 08:50") as one:
        one.books(*BOOKED)
        one.books(dataclasses.replace(BOOKED[2], status="Cancelled"))
        one.opens()
        for each in BOOKED:
            one.customer(each.first_name, each.number).gets_a_code()
        dora = next(each for each in one.view("staff")["appointments"] if each["number"] == "6004")
        one.does("advisor/marta", "check_in_appointment", appointment_id=dora["appointment_id"])
        one.does("advisor/marta", "begin_write_up", "S-001", advisor_id="marta")
        for step in ("begin_service", "begin_quality_check", "pass_quality_check"):
            one.does("quality/one" if "quality" in step else "advisor/marta", step, "S-001")
        one.does("cashier/one", "hand_over", "S-001")
        yield one


Code = Callable[[ShopDay], str]
CODES: dict[str, tuple[str, Code]] = {
    "of another system": ("unknown", lambda _shop: "https://tickets.example.org/e/7d1c-5501"),
    "of 600 letters": ("unknown", lambda _shop: "long " * 120),
    "binary": ("unknown", lambda _shop: "\x00\x1b@\x1dV\x00\x07\xff\u202eotni"),
    "nobody's": ("unknown", lambda _shop: NOBODY),
    "of another dealership": ("other_store", lambda _shop: f"HTTPS://SERVICE.EXAMPLE.NET/C/{NOBODY[:-1]}1"),
    "of another day": ("other_day", lambda shop: shop.customer("Ben").code),
    "cancelled": ("cancelled", lambda shop: shop.customer("Carla").code),
    "handed over": ("finished", lambda shop: shop.customer("Dora").code),
}


@pytest.mark.parametrize("code", CODES)
def test_a_code_that_checks_nobody_in_ends_in_help(shop: ShopDay, code: str) -> None:
    """The screen says what is wrong, help is there, and nothing of anybody's booking can be read."""
    screen, text_of = CODES[code]
    visits, papers = len(shop.log.entries("VisitCheckedIn")), len(shop.printer.tickets)
    text = text_of(shop)

    shop.lane.sees(text)
    shop.lane.shows(screen)
    words = shop.lane.words
    shop.lane.sees_nothing()
    shop.lane.touch("help").shows("help").touch("back")
    shop.desk("marta").says("new")

    assert not [one for one in PRIVATE if one in words]
    assert NOBODY not in words
    assert len(shop.log.entries("VisitCheckedIn")) == visits
    assert len(shop.printer.tickets) == papers
    leaves(shop, screen)


def leaves(shop: ShopDay, screen: str) -> None:
    """The customer goes back to the camera; an advisor has been there, and the call is over."""
    shop.lane.shows(screen).touch("come_back" if screen == "other_day" else "show_another").shows("scan")
    for call in shop.view("staff")["calls"]:
        shop.does("advisor/marta", "close_page", page_id=call["page_id"])
    shop.desk("marta").says("dark")
    shop.clock.passes(minutes=3)


def test_a_second_scan_is_the_same_visit(shop: ShopDay) -> None:
    """Who scans twice keeps the ticket, is not called for twice, and gets another paper only on request, marked COPY."""
    ana = shop.customer("Ana")
    ana.holds_up_code()
    shop.lane.shows("hello").touch("advisor_helps").shows("ticket").touch("done").shows("scan")
    shop.printer.prints(1)
    pages = len(shop.log.entries("PageOpened"))
    shop.lane.sees_nothing(for_good=True)

    ana.holds_up_code()
    shop.lane.shows("again").says("A-001")
    assert len(shop.printer.tickets) == 1
    shop.lane.touch("print_again")

    shop.printer.prints(2)
    assert len(shop.log.entries("PageOpened")) == pages
    assert [one.data["ticket"] for one in shop.log.entries("VisitCheckedIn")] == ["S-001", "A-001"]
    shop.lane.sees_nothing()
    shop.lane.touch("done").shows("scan")
    shop.does("advisor/marta", "begin_write_up", "A-001", advisor_id="marta")


def test_a_covered_camera_is_told_and_sees_again(shop: ShopDay) -> None:
    """A hand over the lens: the lane offers another way, the staff know; taken off, codes are read as before."""
    lane = "lane/A"
    shop.world.cover_camera(NAMES["lane"], on=True)
    shop.until("the staff do not know", lambda: "camera_covered" in shop.trouble(lane))
    assert "type_number" in shop.lane.targets

    shop.world.cover_camera(NAMES["lane"], on=False)
    shop.until("the staff still think so", lambda: "camera_covered" not in shop.trouble(lane))
    shop.lane.sees(CODES["of another system"][1](shop))

    shop.lane.shows("unknown")
    shop.lane.sees_nothing()
    leaves(shop, "unknown")
