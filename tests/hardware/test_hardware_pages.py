"""The pages about hardware say what the settings and the code say."""

from __future__ import annotations

import re
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

from kiosk.hardware.backends import CAMERAS, HAND_SCANNERS, PIN_FACTORIES, PRINTERS
from kiosk.hardware.lamps import BUZZERS, LAMPS
from kiosk.settings import Desk, Gpio, Printer, Scanner

ROOT = Path(__file__).parents[2]
# Where each GPIO is on the 40-pin header.
HEADER = {
    2: 3, 3: 5, 4: 7, 14: 8, 15: 10, 17: 11, 18: 12, 27: 13, 22: 15, 23: 16, 24: 18, 10: 19, 9: 21, 25: 22, 11: 23, 8: 24, 7: 26,
    5: 29, 6: 31, 12: 32, 13: 33, 19: 35, 16: 36, 26: 37, 20: 38, 21: 40,
}  # fmt: skip


def words(section: type, key: str) -> set[str]:
    """What a key of the settings may be."""
    return set(section.__dataclass_fields__[key].metadata["one_of"])


def test_every_word_of_the_settings_leads_to_a_class() -> None:
    """What the settings allow, the tables have, and nothing else."""
    assert words(Scanner, "kinds") == set(CAMERAS) | set(HAND_SCANNERS)
    assert words(Printer, "kind") == set(PRINTERS)
    assert words(Gpio, "factory") == set(PIN_FACTORIES)
    assert words(Desk, "lamp_kind") == set(LAMPS)
    assert words(Desk, "buzzer_kind") == set(BUZZERS)


def test_the_wiring_page_is_wired_as_the_example() -> None:
    """Setting, GPIO and pin of the page's table are those of examples/pager.toml and of the header."""
    page = (ROOT / "docs/wiring.md").read_text()
    desk = tomllib.loads((ROOT / "examples/pager.toml").read_text())["desk"][0]
    rows = {key: (int(gpio), int(pin)) for key, gpio, pin in re.findall(r"\| `(\w+)` \| (\d+) \| (\d+) \|", page)}

    assert rows == {key: (number, HEADER[number]) for key, number in desk.items() if key.endswith("_pin")}


def test_the_drawing_is_wired_as_the_page() -> None:
    """The picture names the same GPIO numbers and pins."""
    page = (ROOT / "docs/wiring.md").read_text()
    drawing = " ".join(ET.fromstring((ROOT / "docs/wiring.svg").read_text()).itertext())
    rows = re.findall(r"\| `\w+` \| (\d+) \| (\d+) \|", page)

    told = re.findall(r"GPIO (\d+),? +pin (\d+)", drawing)
    assert sorted(told) == sorted(rows)
    assert "ground, pin 20" in drawing


def test_the_wiring_page_knows_every_kind_of_lamp_buzzer_and_printer() -> None:
    """A kind that the settings offer is explained."""
    page = (ROOT / "docs/wiring.md").read_text()

    assert all(f"| `{kind}` |" in page for kind in [*LAMPS, *BUZZERS, *PRINTERS])
