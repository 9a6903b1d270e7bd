"""What the page of devices knows of a lane, from the lane's own parts to the manager's browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from bookings import Books
from shop_day import MANAGER, ShopDay

from kiosk.domain.facts import from_us

pytestmark = pytest.mark.story

LANE = "lane/A"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[ShopDay]:
    """Tuesday, nine o'clock; Ana is expected."""
    with ShopDay(tmp_path, "2026-11-24 09:00") as one:
        one.books(Books("7001", "09:00", "Ana"))
        yield one


def page(shop: ShopDay, language: str = "en") -> str:
    """The page of devices in a manager's browser."""
    answer = shop.http.get("/fleet", headers={"Kiosk-Principal": MANAGER, "Cookie": f"kiosk_language={language}"})
    assert answer.is_success, answer.text
    return answer.text


def in_trouble(shop: ShopDay, *codes: str) -> None:
    """Wait until the staff's screens name exactly these."""
    shop.until(f"the staff do not know of {codes}", lambda: shop.trouble(LANE) == list(codes), lambda: shop.trouble(LANE))


def told(shop: ShopDay) -> dict[str, object]:
    """What the hub knows of the lane beside its trouble."""
    answer = shop.http.get("/api/1/fleet", headers={"Kiosk-Principal": MANAGER}).json()
    return dict(next(one for one in answer["devices"] if one["name"] == LANE))


def test_the_last_code_and_the_thin_roll_reach_the_page_of_devices(shop: ShopDay) -> None:
    """A code read at nine and a roll near its end: both stand there, the time by the shop's clock."""
    shop.opens()
    shop.customer("Ana").holds_up_code()
    shop.lane.shows("hello")
    scanned_at = shop.clock.now()

    shop.printer.outside.come_near_the_end()
    shop.lane.sees_nothing()
    shop.lane.touch("confirm").shows("permission").touch("permission.yes").shows("ticket")
    shop.roles["lane"].device._paper._spool._look_every_s = 0.05
    shop.roles["lane"].device._paper._spool._wake()

    in_trouble(shop, "paper_near_end")
    lane = told(shop)
    assert abs(from_us(int(str(lane["last_scan_at"]))) - scanned_at).total_seconds() < 60
    assert lane["printer"] == "ready"
    assert "Paper near its end" in page(shop)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "The screen shows nothing. Check its cable and power."),
        ("es", "La pantalla no muestra nada. Revise el cable y la corriente."),
        ("ar", "الشاشة لا تعرض شيئًا. افحص السلك والكهرباء."),
    ],
)
def test_a_dead_screen_is_red_on_the_page_of_devices(shop: ShopDay, language: str, words: str) -> None:
    """In the manager's language, with what to do; and over when the cable is in again."""
    shop.opens()
    shop.world.plug_screen("lane-a", on=False)
    in_trouble(shop, "screen_gone")
    red = page(shop, language)

    shop.world.plug_screen("lane-a", on=True)

    in_trouble(shop)
    assert words in red
    assert 'class="card device bad" id="device-lane-A"' in red
    assert 'class="card device bad" id="device-lane-A"' not in page(shop, language)
