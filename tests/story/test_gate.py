"""From a key on the advisor's page to the relay of a lane's gate, through the real hub, its feed and a pager's pins."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from shop_day import ShopDay

pytestmark = pytest.mark.story

OUTPUT = '[[output]]\nkind = "gate"\nlane = "A"\npin = 12\nopen_s = 0.5\n\n[gpio]'


def test_a_key_on_the_page_opens_the_gate(tmp_path: Path) -> None:
    """Marta presses it once: the relay at her pager closes its contact, and lets go by its own time."""
    shop = ShopDay(tmp_path, "2026-11-24 09:00")
    store = tmp_path / "store.toml"
    store.write_text(store.read_text("utf-8").replace("gates = []", 'gates = ["A"]'), "utf-8")
    shop.rewrites("pager-marta", "[gpio]", OUTPUT)
    with shop:
        shop.opens()
        who = {"Cookie": "kiosk_principal=advisor/marta"}
        page = shop.http.get("/advisor", headers=who)
        command = re.search(r'id="open_gate-A"><input type="hidden" name="command" value="(\w+)"', page.text)
        assert command, "no key for the gate of lane A"

        opened = {"command": command[1], "lane": "A", "back": "/advisor"}
        shop.http.post("/do/open_gate", headers=who, data=opened)

        shop.until("the gate stays shut", lambda: shop.outputs.get("gate/A", [])[:1] == [True])
        shop.until("the gate stays open", lambda: shop.outputs["gate/A"] == [True, False])
