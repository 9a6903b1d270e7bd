"""What the shop floor's page shows at a moment, as JSON, put together from the hub's staff view and the world outside.

Pure: everything is an argument. Words come from the catalogues, so the page's scripts hold none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.language import Language, Ltr
from kiosk.shop.people import Customer, is_other_day

FAULTS = ("paper_out", "printer_unplugged", "hub_unreachable", "camera_covered")
FOREIGN = "foreign"
KEYS = {
    "checked_in": ("begin_write_up",),
    "with_advisor": ("begin_service",),
    "in_service": ("begin_quality_check", "ask_customer", "change_completion"),
    "waiting_for_answer": ("record_answer",),
    "quality_check": ("pass_quality_check",),
    "ready": ("hand_over",),
}
WORD_GROUPS = {
    "phone": ("hold_up", "at_camera", "checked_in", "handed_over", "other_day", "cancelled"),
    "pattern": ("dark", "new", "insisting", "escalated", "coming", "cashier", "unknown"),
    "press": ("dark", "new", "insisting", "escalated", "coming", "cashier"),
    "paper_state": ("paper_in", "paper_out", "unplugged"),
    "ticket_state": ("queued", "sent", "confirmed", "failed", "unknown"),
    "step": tuple(dict.fromkeys(step for steps in KEYS.values() for step in steps)),
}
STAGES = tuple(KEYS)


@dataclass
class Outside:
    """What the world outside the devices looks like now; the shop's own knowledge.

    Attributes:
        held: key of the phone before the camera, FOREIGN, or None.
        screens: version of each device's picture; a picture is fetched again when its version grew.
        lamps: what each desk's lamp and buzzer do now, as the simulated pins report.
        patterns: what each desk itself says that its lamp means.
        paper: address of the last ticket's picture, or None.
        papers: delivery papers made so far, newest first.
    """

    held: str | None = None
    screens: dict[str, int] = field(default_factory=dict)
    lamps: dict[str, dict[str, Any]] = field(default_factory=dict)
    patterns: dict[str, str] = field(default_factory=dict)
    paper: str | None = None
    printer: str = "paper_in"
    ticket_state: str | None = None
    faults: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(FAULTS, False))
    papers: list[dict[str, str]] = field(default_factory=list)


def words(lang: Language) -> dict[str, Any]:
    """Every word that the page's script may show, in one language."""
    plain = {name: lang.text(f"shop.{name}") for name in ("live", "lost", "failed", "end", "delivery_papers")}
    plain |= {name: lang.text(f"shop.device.{name}") for name in ("alive", "restarted", "gone")}
    groups = {group: {one: lang.text(f"shop.{group}.{one}") for one in names} for group, names in WORD_GROUPS.items()}
    stages = {one: lang.text(f"stage.{one}") for one in STAGES}
    return plain | groups | {"stage": stages}


def page_state(
    *, lang: Language, zone: ZoneInfo, now: datetime, staff: Mapping[str, Any], phones: list[Customer],
    outside: Outside, devices: list[dict[str, Any]], desks: tuple[str, ...],
) -> dict[str, Any]:  # fmt: skip
    """The whole state of the page."""
    return {
        "clock": lang.time(now, zone),
        "customers": [_phone(one, lang=lang, zone=zone, now=now, staff=staff, outside=outside) for one in phones],
        "held": outside.held,
        "desks": [_desk(one, lang, staff, outside) for one in desks],
        "printer": {"state": outside.printer, "paper": outside.paper, "ticket_state": outside.ticket_state},
        "visits": [_visit(one) for one in staff.get("visits", ()) if one["stage"] in KEYS],
        "papers": outside.papers,
        "devices": [one | {"name": _device_name(one["key"], lang, staff)} for one in devices],
        "faults": outside.faults,
        "screens": outside.screens,
    }


def _phone(
    one: Customer, *, lang: Language, zone: ZoneInfo, now: datetime, staff: Mapping[str, Any], outside: Outside
) -> dict[str, Any]:
    other_day = is_other_day(one, now)
    time = lang.time(one.starts_at, zone)
    booked = next((a for a in staff.get("appointments", ()) if a["appointment_id"] == one.appointment_id), None)
    state = booked["state"] if booked else "booked"
    held = outside.held == one.appointment_id
    note = "at_camera" if held else "other_day" if other_day else state if state in WORD_GROUPS["phone"] else "hold_up"
    return {
        "key": one.appointment_id,
        "name": one.first_name,
        "time": lang.day(one.starts_at, zone, now.astimezone(zone).date()) if other_day else time,
        "digits": f"{one.digits[:4]} {one.digits[4:]}",
        "code": f"/code/{one.appointment_id}.svg",
        "held": held,
        "note": note,
        "other_day": other_day,
    }


def _desk(advisor_id: str, lang: Language, staff: Mapping[str, Any], outside: Outside) -> dict[str, Any]:
    told = next((one for one in staff.get("advisors", ()) if one["advisor_id"] == advisor_id), None)
    pattern = outside.patterns.get(advisor_id, "unknown")
    page = told["pages"][0] if told and told["pages"] and pattern != "unknown" else None
    lane = page and page.get("lane")
    where = lang.text("shop.where.lane", lane=Ltr(lane)) if lane else lang.text("shop.where.desk")
    return {
        "advisor_id": advisor_id,
        "name": told["name"][lang.code] if told else advisor_id,
        "pattern": pattern,
        "ticket": page["ticket"] if page else None,
        "where": where,
        "since_s": page["age_s"] if page else None,
    }


def _visit(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "visit_id": one["visit_id"],
        "ticket": one["ticket"],
        "stage": one["stage"],
        "steps": list(KEYS[one["stage"]]),
    }


def _device_name(key: str, lang: Language, staff: Mapping[str, Any]) -> str:
    if not key.startswith("pager-"):
        return lang.text(f"shop.device.{key}")
    advisor_id = key.removeprefix("pager-")
    told = next((one for one in staff.get("advisors", ()) if one["advisor_id"] == advisor_id), None)
    return lang.text("shop.device.pager", advisor=told["name"][lang.code] if told else advisor_id)
