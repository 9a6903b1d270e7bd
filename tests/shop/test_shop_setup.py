"""The shop's own folder: its zone, its store, one settings file a role."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ports import free_port

from kiosk.domain.hours import is_open
from kiosk.settings import load, load_store
from kiosk.shop.setup import DESKS, Shop, morning_zone, write_settings

SUNDAY_NIGHT = datetime(2026, 11, 22, 3, 20, tzinfo=UTC)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop's folder, written on a Sunday night."""
    one = Shop(tmp_path, morning_zone(SUNDAY_NIGHT), free_port(), free_port(), free_port(), tmp_path / "world.sock")
    write_settings(one, SUNDAY_NIGHT)
    return one


@pytest.mark.parametrize("hour", range(24))
def test_it_is_always_ten_in_the_morning(hour: int) -> None:
    """Whenever the demonstration starts, the shop's wall clock shows ten-something."""
    now = datetime(2026, 11, 22, hour, 5, tzinfo=UTC)

    local = now.astimezone(morning_zone(now))

    assert local.hour == 10


def test_the_shop_is_open_on_a_sunday_night(shop: Shop) -> None:
    """A demonstration finds an open shop, whatever the weekday, and for two weeks on."""
    store = load_store(shop.folder / "store.toml")

    days = [SUNDAY_NIGHT + timedelta(days=ahead) for ahead in range(14)]

    assert all(is_open(store.hours, store.zone, at) for at in days)


@pytest.mark.parametrize("role", ["hub", "lane", "board", *(f"pager-{one}" for one in DESKS)])
def test_every_role_finds_its_settings(shop: Shop, role: str) -> None:
    """The file that the shop writes for a role is one that the role accepts."""
    settings = load(shop.settings(role))

    assert settings.hub or settings.device


def test_devices_reach_the_hub_only_through_the_cable(shop: Shop) -> None:
    """Pulling the cable cuts every device off, because no device knows the hub's own port."""
    addresses = {load(shop.settings(role)).device.hub for role in ("lane", "board", "pager-marta", "pager-omar")}

    assert addresses == {f"http://127.0.0.1:{shop.wire_port}"}
