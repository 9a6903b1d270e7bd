"""The hub is unplugged for an hour of a busy morning; the lane is rebooted in the middle of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from bookings import Books
from shop_day import ShopDay

from kiosk.shop.setup import NAMES

pytestmark = pytest.mark.story

CUSTOMERS = ("Ana", "Ben", "Carla", "Dora")
LAMP = '\n[gpio]\nfactory = "mock"\n\n[[desk]]\nadvisor = "a"\nlamp_kind = "led"\nlamp_pin = 17\n'


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[ShopDay]:
    """Tuesday, nine o'clock; four customers are expected and have their codes; the lane has a lamp of its own."""
    with ShopDay(tmp_path, "2026-11-24 09:00") as one:
        one.books(*(Books(f"800{n}", f"09:{n * 10:02}", name) for n, name in enumerate(CUSTOMERS)))
        for name in CUSTOMERS:
            one.customer(name).gets_a_code()
        settings = one.setup.settings("lane")
        settings.write_text(settings.read_text("utf-8") + LAMP, "utf-8")
        yield one.opens()


def comes_at(shop: ShopDay, name: str, wall: str) -> str:
    """A customer arrives, asks for an advisor at once, and goes with a ticket; its number."""
    shop.clock.goes_to(f"2026-11-24 {wall}")
    papers = len(shop.printer.tickets)
    shop.customer(name).holds_up_code()
    shop.lane.shows("hello").says(name)
    shop.lane.sees_nothing()
    shop.lane.touch("advisor_helps").shows("ticket").touch("done").shows("scan")
    shop.printer.prints(papers + 1)
    return f"A-{papers + 1:03}"


def test_an_hour_without_the_hub(shop: ShopDay) -> None:
    """Four cars, a lamp, a reboot: nobody waits for the hub, and at ten it hears of all, in order, with their own times."""
    shop.cable.pull()
    shop.lane.is_alone()

    tickets = [comes_at(shop, "Ana", "09:05"), comes_at(shop, "Ben", "09:15")]
    lit = shop.until("the lane's own lamp is dark", lambda: any(one["level"] for one in shop.lamps.get("a", ())))
    shop.stops("lane")
    shop.starts("lane")
    shop.lane.shows("scan")
    tickets += [comes_at(shop, "Carla", "09:35"), comes_at(shop, "Dora", "09:55")]
    known_before = list(shop.staff["visits"])
    shop.clock.goes_to("2026-11-24 10:00")
    shop.cable.plug_in()

    arrived = [shop.wall(shop.visit(ticket, ticket_state="confirmed")["arrived_at"]) for ticket in tickets]
    assert (lit, known_before) == (True, [])
    assert tickets == ["A-001", "A-002", "A-003", "A-004"]
    assert arrived == ["09:05", "09:15", "09:35", "09:55"]
    assert [one.data["ticket"] for one in shop.log.entries("VisitCheckedIn")] == tickets
    assert len(shop.printer.tickets) == len(CUSTOMERS)
    assert shop.trouble(f"lane/{NAMES['lane'][-1].upper()}") == []
