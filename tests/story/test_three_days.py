"""Three days of one dealership with two bays: lunch, closing time, a night, a holiday, a new card in the lane."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from bookings import Books
from shop_day import ShopDay

from kiosk.domain.facts import from_us
from kiosk.shop.setup import NAMES

pytestmark = pytest.mark.story

CASHIER, QUALITY = "cashier/one", "quality/one"
TUESDAY, WEDNESDAY, SATURDAY = "2026-11-24", "2026-11-25", "2026-11-28"
# Thursday is Thanksgiving, and on the Friday after it the store of examples/ is shut. Saturday: 08:00 to 13:00.
WEEK = (
    Books("8001", f"{TUESDAY} 08:00", "Ana", operation="LOF"),
    Books("8002", f"{TUESDAY} 11:15", "Ben", operation="ALIGN4", advisor="0112"),
    Books("8003", f"{TUESDAY} 14:00", "Dora", operation="LOF"),
    Books("8004", f"{TUESDAY} 16:45", "Carla", operation="60K"),
    Books("8005", f"{WEDNESDAY} 08:00", "Elena", operation="LOF"),
    Books("8006", f"{WEDNESDAY} 17:20", "Farid", operation="30K", advisor="0112"),
)


def checks_in(shop: ShopDay, name: str, at: str) -> str:
    """The customer scans at that time and answers the lane; the completion on the wall of the day it falls on."""
    shop.clock.goes_to(at)
    shop.lane.shows("scan")
    shop.customer(name).holds_up_code()
    shop.lane.shows("hello").says(name)
    shop.lane.sees_nothing()
    shop.lane.touch("confirm").shows("permission").touch("permission.yes").shows("ticket")
    (visit,) = [one for one in shop.view("staff")["visits"] if one["first_name"] == name]
    shop.visit(visit["ticket"], ticket_state="confirmed")
    shop.lane.touch("done").shows("scan")
    return f"{from_us(visit['completion_at']).astimezone(shop.clock.zone):%a %H:%M}"


def goes_through(shop: ShopDay, ticket: str, advisor: str, *steps: str) -> None:
    """Written up, and the further steps after it."""
    shop.does(f"advisor/{advisor}", "begin_write_up", ticket, advisor_id=advisor)
    for step in steps:
        shop.does(QUALITY if "quality" in step else f"advisor/{advisor}", step, ticket)


def test_three_days(tmp_path: Path) -> None:  # noqa: PLR0915 - three days are long
    """Cars come, stay overnight under their own number, and leave; nobody's code, number or hour is anybody else's."""
    with ShopDay(tmp_path, f"{TUESDAY} 07:30", bays=2) as shop:
        shop.books(*WEEK)
        shop.opens()
        for one in WEEK:
            shop.customer(one.first_name).gets_a_code()

        # Tuesday. One hour of work that begins at 11:13 is done after lunch; three hours at 16:50 tomorrow morning.
        assert checks_in(shop, "Ana", f"{TUESDAY} 08:07") == "Tue 09:10"
        goes_through(shop, "A-001", "marta", "begin_service", "begin_quality_check", "pass_quality_check")
        assert checks_in(shop, "Ben", f"{TUESDAY} 11:13") == "Tue 13:30"
        goes_through(shop, "A-002", "omar", "begin_service")

        # Somebody of tomorrow is a day early: the lane says so, and no number is used up.
        shop.customer("Elena").holds_up_code()
        shop.lane.shows("other_day").says("08:00").touch("come_back").shows("scan")
        shop.lane.sees_nothing()

        shop.clock.goes_to(f"{TUESDAY} 13:20")
        for step in ("begin_quality_check", "pass_quality_check"):
            shop.does(QUALITY, step, "A-002")
        shop.clock.goes_to(f"{TUESDAY} 15:00")
        for ticket in ("A-001", "A-002"):
            shop.does(CASHIER, "hand_over", ticket)
        assert checks_in(shop, "Carla", f"{TUESDAY} 16:48") == "Wed 09:05"
        goes_through(shop, "A-003", "marta", "begin_service")

        # Wednesday. Carla's car has its old number on the board, and the lane has got a new card overnight.
        shop.clock.goes_to(f"{WEDNESDAY} 07:50")
        assert list(shop.board.rows) == ["A-003"]
        shop.stops("lane")
        shutil.rmtree(tmp_path / NAMES["lane"])
        shop.starts("lane")
        checks_in(shop, "Elena", f"{WEDNESDAY} 08:02")
        assert list(shop.board.rows) == ["A-003", "A-004"]
        goes_through(shop, "A-004", "marta", "begin_service", "begin_quality_check", "pass_quality_check")
        shop.does(CASHIER, "hand_over", "A-004")

        # Carla asks after her car with the code of the day before: the same visit, the same number, no new paper.
        papers = len(shop.printer.tickets)
        shop.customer("Carla").holds_up_code()
        shop.lane.shows("again").says("A-003").touch("done").shows("scan")
        shop.lane.sees_nothing()
        assert len(shop.printer.tickets) == papers

        # Dora did not come yesterday. Her code says so today, and an advisor is called instead of a dead end.
        shop.customer("Dora").holds_up_code()
        shop.lane.shows("other_day").says("14:00").touch("help_today").shows("help")
        shop.lane.sees_nothing()
        shop.desk("marta").says("new").press()
        shop.desk("marta").says("coming")
        states = {one["number"]: one["state"] for one in appointments(shop, TUESDAY)}
        assert states == {"8001": "handed_over", "8002": "handed_over", "8003": "booked", "8004": "checked_in"}
        shop.lane.touch("back").shows("scan")

        # Two hours that begin before closing time on the last open day are done on Saturday morning.
        shop.clock.goes_to(f"{WEDNESDAY} 10:00")
        for step in ("begin_quality_check", "pass_quality_check"):
            shop.does(QUALITY, step, "A-003")
        assert checks_in(shop, "Farid", f"{WEDNESDAY} 17:22") == "Sat 09:40"
        goes_through(shop, "A-005", "omar", "begin_service")

        # Saturday. Both are still there under their numbers; both are handed over, and the day is done.
        shop.clock.goes_to(f"{SATURDAY} 09:30")
        assert {ticket: row["stage"] for ticket, row in shop.board.rows.items()} == {
            "A-003": "ready",
            "A-005": "in_service",
        }
        for step in ("begin_quality_check", "pass_quality_check"):
            shop.does(QUALITY, step, "A-005")
        for ticket in ("A-003", "A-005"):
            shop.does(CASHIER, "hand_over", ticket)

        assert shop.board.rows == {}
        given = [one.data["ticket"] for one in shop.log.entries("VisitCheckedIn")]
        assert given == ["A-001", "A-002", "A-003", "A-004", "A-005"]
        assert len(shop.printer.tickets) == len(given)


def appointments(shop: ShopDay, on: str) -> list[dict[str, object]]:
    """What is booked on that day, as the command tells it."""
    told = shop.command("appointments", "list", "--on", on, "--hub", shop.setup.hub_url)
    return list(told["appointments"])
