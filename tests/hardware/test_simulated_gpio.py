"""What the shop sees of a desk, and how it presses the button: through the real pager, the pins and the socket."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from kiosk.hardware.backends import open_pager
from kiosk.hardware.ports import Press
from kiosk.hardware.simulated.link import WorldLink
from kiosk.hardware.simulated.world import World
from kiosk.settings import Desk, Gpio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kiosk.hardware.simulated.messages import Message

DESKS = [
    Desk(advisor="marta", red_pin=17, green_pin=27, blue_pin=22, buzzer_pin=23, button_pin=24),
    Desk(advisor="omar", lamp_kind="led", lamp_pin=5, buzzer_kind="tonal", buzzer_pin=6, button_pin=13),
    Desk(advisor="paul", lamp_kind="tower", red_pin=16, green_pin=20, blue_pin=21),
]


class Shop:
    """The world with one pager in it."""

    def __init__(self, folder: Path) -> None:
        self.news = threading.Condition()
        self.seen: dict[str, dict[str, Any]] = {}
        self.presses: list[tuple[str, Press]] = []
        self.world = World(folder / "world", self.notice)
        self.link = WorldLink(str(folder / "world"), "pager")
        self.pager = open_pager(Gpio(factory="mock"), DESKS, on_press=self.pressed, world=self.link)
        self.link.start()

    def notice(self, device: str, message: Message) -> None:
        """What the world calls."""
        with self.news:
            if message.kind == "lamp":
                assert device == "pager"
                self.seen[message.values.pop("desk")] = message.values
            self.news.notify_all()

    def pressed(self, desk: str, press: Press) -> None:
        """What the pager calls."""
        with self.news:
            self.presses.append((desk, press))
            self.news.notify_all()

    def until(self, question: Callable[[], object]) -> None:
        """Wait until the question is answered with yes."""
        with self.news:
            assert self.news.wait_for(question, 10), f"never; seen {self.seen}, {self.presses}"

    def close(self) -> None:
        """Take everything down."""
        self.pager.close()
        self.link.close()
        self.world.close()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop with three desks."""
    shop = Shop(tmp_path)
    yield shop
    shop.close()


def test_every_desk_is_seen_from_the_start(shop: Shop) -> None:
    """Before anything happens the shop knows each desk's lamp: dark and silent."""
    shop.until(lambda: len(shop.seen) == 3)

    assert all((one["level"], one["buzzer"]) == (0.0, False) for one in shop.seen.values())


@pytest.mark.parametrize(
    ("desk", "pattern", "colour", "level"),
    [
        ("marta", "new", "#1B3FB8", 1.0),
        ("marta", "escalated", "#B3261E", 1.0),
        ("marta", "cashier", "#0B7A43", 0.8),
        ("marta", "phone", "#F3F7F8", 1.0),
        ("marta", "unknown", "#FFB81F", 1.0),
        ("marta", "coming", "#1B3FB8", 0.3),
        ("omar", "coming", "#1B3FB8", 0.3),
        ("paul", "escalated", "#B3261E", 1.0),
        ("paul", "new", "#1B3FB8", 1.0),
    ],
)
def test_the_shop_sees_the_lamp_as_an_eye_does(shop: Shop, desk: str, pattern: str, colour: str, level: float) -> None:
    """From the pins' widths back to the colour and the brightness of the chart."""
    shop.pager.show(desk, pattern)

    shop.until(lambda: shop.seen.get(desk, {}).get("colour") == colour)

    assert shop.seen[desk]["level"] == pytest.approx(level, abs=0.01)


def test_the_shop_hears_the_buzzer(shop: Shop) -> None:
    """Active and tonal buzzers are heard when they sound."""
    shop.pager.show("marta", "escalated")
    shop.pager.show("omar", "escalated")

    shop.until(lambda: all(shop.seen.get(one, {}).get("buzzer") for one in ("marta", "omar")))


def test_the_shop_presses_the_button(shop: Shop) -> None:
    """A finger of the shop on a desk's button is a press at the pager."""
    shop.until(lambda: "pager" in shop.world.devices)
    shop.world.press("pager", "marta", down=True)
    shop.world.press("pager", "nobody", down=True)
    shop.until(lambda: ("marta", Press.HOLD) in shop.presses)
    shop.world.press("pager", "marta", down=False)

    assert shop.presses == [("marta", Press.HOLD)]
