"""The manager's overview, first version: unanswered pages, people, from the lane to the write-up today, devices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

from kiosk.domain.visit import Stage
from kiosk.server.devices.fleet import KNOWN_TROUBLE
from kiosk.server.screens import day as days
from kiosk.server.screens import page, safety
from kiosk.server.screens.advisor import around

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from zoneinfo import ZoneInfo

    from kiosk.domain.visit import Visit

pages = page.staff_pages("manager", __name__)


@dataclass(frozen=True)
class Waits:
    """How long people waited, in seconds; None while nobody has."""

    count: int
    median_s: float | None
    longest_s: float | None


@pages.get("/manager")
def overview() -> str:
    """The shop now."""
    hub = page.the_hub()
    view = hub.staff_page()
    now = hub.clock.now()
    visits = [one.visit for one in hub.snapshot(now).stays.values()]
    to_greeting, to_write_up = waits(visits, now.astimezone(hub.store.zone).date(), hub.store.zone)
    waiting = [one.arrived_at for one in visits if one.stage is Stage.CHECKED_IN and not one.greeted_at]
    return page.show(
        "staff/manager.html",
        title="staff.nav.overview",
        escalated=days.escalated(view),
        to_greeting=to_greeting,
        to_write_up=to_write_up,
        waiting_since=min(waiting, default=None),
        counts=[(message, len(found)) for message, found in days.day(view, None).sections],
        forgotten=[one for one in view["visits"] if one["forgotten"]],
        devices=sorted((_device(one) for one in view["devices"]), key=lambda one: not one["trouble"]),
        restored=safety.waiting(hub),
        **around(view),
    )


def waits(visits: Iterable[Visit], today: date, zone: ZoneInfo) -> tuple[Waits, Waits]:
    """Arrival to greeting and greeting to write-up (S08) of the visits that arrived today."""
    todays = [
        one for one in visits if one.arrived_at.astimezone(zone).date() == today and one.stage is not Stage.WITHDRAWN
    ]
    greeted = [one.greeted_at - one.arrived_at for one in todays if one.greeted_at]
    written = [one.write_up_at - one.greeted_at for one in todays if one.write_up_at and one.greeted_at]
    return _waits(greeted), _waits(written)


def _waits(durations: list[timedelta]) -> Waits:
    seconds = [max(0.0, one.total_seconds()) for one in durations]
    return Waits(len(seconds), median(seconds) if seconds else None, max(seconds, default=None))


def _device(device: dict[str, Any]) -> dict[str, Any]:
    """A device with what it needs a person for, in messages; one that it does not know keeps its code."""
    troubles = [one for one in device["trouble"] if one != "silent"]
    return device | {
        "called": device["name"].partition("/")[2],
        "is_silent": "silent" in device["trouble"],
        "messages": [(f"manager.trouble.{one if one in KNOWN_TROUBLE else 'other'}", one) for one in troubles],
    }
