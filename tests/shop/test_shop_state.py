"""What the shop floor's page shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain.visit import Stage, next_steps
from kiosk.language import CODES, language
from kiosk.shop.people import MORNING, Customer, phones
from kiosk.shop.state import KEYS, Outside, page_state, words

NOW = datetime(2026, 11, 24, 15, 20, tzinfo=UTC)
ZONE = ZoneInfo("Etc/GMT+5")


def customer(key: str, spoken: str, minutes: int) -> Customer:
    """A customer who is booked so many minutes from now."""
    return Customer(key, key.title(), spoken, NOW + timedelta(minutes=minutes), "0" * 26, "12345678", "")


def advisor(advisor_id: str, pattern: str, pages: list[dict[str, Any]]) -> dict[str, Any]:
    """An advisor as the staff view tells of one."""
    return {
        "advisor_id": advisor_id,
        "name": {"en": "Marta", "es": "Marta", "ar": "مارتا"},
        "pattern": pattern,
        "pages": pages,
    }


def state(staff: dict[str, Any], outside: Outside | None = None, code: str = "en") -> dict[str, Any]:
    """The page's state with one desk."""
    return page_state(
        lang=language(code), zone=ZONE, now=NOW, staff=staff, phones=[customer("lucia", "es", 10)],
        outside=outside or Outside(), devices=[], desks=("marta",),
    )  # fmt: skip


def test_every_key_is_a_step_that_the_rules_allow() -> None:
    """The page never offers a step that the hub would refuse as out of order."""
    offered = {stage: [one for one in steps if one != "change_completion"] for stage, steps in KEYS.items()}

    assert all(set(steps) <= set(next_steps(Stage(stage))) for stage, steps in offered.items())


@pytest.mark.parametrize("code", CODES)
def test_the_page_has_all_its_words(code: str) -> None:
    """Every word that the page's script may show is in each catalogue."""
    told = words(language(code))

    assert all(told["phone"].values())


def test_a_page_is_shown_with_its_ticket_and_age() -> None:
    """A desk that is paged shows whose ticket, which lane and for how long."""
    page = {"ticket": "A-017", "lane": "A", "age_s": 14.0}

    desk = state({"advisors": [advisor("marta", "new", [page])]}, Outside(patterns={"marta": "new"}))["desks"][0]

    assert (desk["pattern"], desk["ticket"], desk["since_s"]) == ("new", "A-017", 14.0)


def test_a_desk_that_does_not_know_says_so() -> None:
    """What the lamp itself shows wins over what the hub would have it show: a cut-off desk is not shown as quiet."""
    outside = Outside(patterns={"marta": "unknown"})

    desk = state({"advisors": [advisor("marta", "dark", [])]}, outside)["desks"][0]

    assert desk["pattern"] == "unknown"


def test_the_phones_are_those_of_the_next_customers() -> None:
    """The next customer of each language lies on the page, in the order of their times, and one of another day last."""
    earlier = [customer(f"early{one}", "en", -100) for one in range(len(MORNING))]
    later = [
        customer("ben", "en", 30),
        customer("sami", "ar", 20),
        customer("lucia", "es", 10),
        customer("ann", "en", 60),
    ]

    shown = phones([*earlier, *later, customer("julia", "en", 3000)], frozenset(), NOW)

    assert [one.appointment_id for one in shown] == ["lucia", "sami", "ben", "julia"]


def test_who_has_left_gives_way_to_the_next() -> None:
    """When a car was handed over, the next customer of that language takes the place."""
    everybody = [customer(f"early{one}", "en", -100) for one in range(len(MORNING))] + [
        customer("ben", "en", 30),
        customer("ann", "en", 60),
    ]

    shown = phones(everybody, frozenset({"ben"}), NOW)

    assert [one.appointment_id for one in shown] == ["ann"]


def test_the_page_keeps_no_picture_in_its_script() -> None:
    """The script draws text as text: what a customer typed can never become markup."""
    script = (Path(__file__).parents[2] / "kiosk/shop/page/floor.js").read_text("utf-8")

    assert script.count("innerHTML") == 1  # the lamp, a constant
