"""The staff view sorted for people who read it: whose pages these are, which visits stand where, who is still to come.

Pure: a view in, lists out. How they look is templates/staff/.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.domain.facts import from_us

View = dict[str, Any]
STOPS = ("checked_in", "with_advisor", "in_service", "quality_check", "ready")
ICONS = {
    "checked_in": "arrived",
    "with_advisor": "advisor",
    "in_service": "service",
    "waiting_for_answer": "wait",
    "quality_check": "quality",
    "ready": "ready",
    "handed_over": "check",
    "withdrawn": "cross",
}
CALL_ICONS = {"check_in": "bell", "help": "hand", "pickup": "ready"}
# message of the section, stages of its visits
SECTIONS = (
    ("stage.checked_in", ("checked_in",)),
    ("staff.section.answer", ("waiting_for_answer",)),
    ("stage.with_advisor", ("with_advisor",)),
    ("staff.section.shop", ("in_service", "quality_check")),
    ("stage.ready", ("ready",)),
)
MICROSECONDS = 1_000_000


@dataclass(frozen=True)
class Day:
    """One reader's day.

    Attributes:
        calls: pages that reach the reader, the most urgent first.
        others: pages that reach other people only, and that nobody has answered yet.
        unconfirmed: visits that an offline lane could not confirm.
        sections: (message, visits).
        coming: today's appointments that have not become a visit.
    """

    calls: list[View]
    others: list[View]
    unconfirmed: list[View]
    sections: list[tuple[str, list[View]]]
    coming: list[View]

    @property
    def is_empty(self) -> bool:
        """Whether nobody is here."""
        return not (self.calls or self.others or self.unconfirmed or any(visits for _, visits in self.sections))

    @property
    def loud(self) -> list[View]:
        """Pages that nobody has answered yet."""
        return [one for one in self.calls if not one["acknowledged_by"]]


def day(view: View, advisor_id: str | None) -> Day:
    """The day of an advisor, or of a manager who looks in (None: every page is somebody else's)."""
    mine = next((one for one in view["advisors"] if one["advisor_id"] == advisor_id), None)
    visits = {one["visit_id"]: one for one in view["visits"]}
    calls = [_call(one, view, visits) for one in mine["pages"]] if mine else []
    reached = {one["page_id"] for one in calls}
    waiting = [one for one in all_pages(view) if one["page_id"] not in reached and not one["acknowledged_by"]]
    others = [_call(one, view, visits) for one in waiting]
    called = {one["visit_id"] for one in calls}
    unconfirmed = [one for one in view["visits"] if not one["confirmed"] and is_open(one)]
    return Day(
        calls=calls,
        others=sorted(others, key=lambda one: one["since_us"]),
        unconfirmed=unconfirmed,
        sections=[
            (message, [one for one in view["visits"] if one["stage"] in stages and not _is_call(one, called)])
            for message, stages in SECTIONS
        ],
        coming=[one for one in view["appointments"] if one["state"] == "booked" and is_today(one, view)],
    )


def is_open(visit: View) -> bool:
    """Whether the visit still goes on."""
    return bool(visit["stage"] not in ("handed_over", "withdrawn"))


def is_today(appointment: View, view: View) -> bool:
    """Whether the appointment is on the view's own day: its list has tomorrow's too."""
    on = from_us(appointment["starts_at"]).astimezone(ZoneInfo(view["store"]["zone"])).date()
    return bool(on.isoformat() == view["today_on"])


def all_pages(view: View) -> list[View]:
    """Every open page of the store."""
    return [*(page for one in view["visits"] for page in one["pages"]), *view["calls"]]


def escalated(view: View) -> list[View]:
    """Pages that have reached the manager, the oldest first."""
    visits = {one["visit_id"]: one for one in view["visits"]}
    found = [_call(one, view, visits) for one in all_pages(view) if one["escalated"]]
    return sorted(found, key=lambda one: one["since_us"])


def find(view: View, visit_id: str) -> View | None:
    """A visit of the view, or None."""
    return next((one for one in view["visits"] if one["visit_id"] == visit_id), None)


def advisor_name(view: View, advisor_id: str | None, language: str) -> str:
    """An advisor's name in a language; empty for nobody."""
    return next((one["name"][language] for one in view["advisors"] if one["advisor_id"] == advisor_id), "")


def names(view: View, advisor_ids: Iterable[str], language: str) -> str:
    """Several advisors' names as a list."""
    comma = "، " if language == "ar" else ", "
    return comma.join(advisor_name(view, one, language) for one in advisor_ids)


def stops(stage: str) -> list[tuple[str, str]]:
    """The visit's line: (stop, past | now | coming). Waiting for an answer holds at *in service*."""
    at = "in_service" if stage == "waiting_for_answer" else stage
    if at not in STOPS:
        return [(one, "past" if stage == "handed_over" else "coming") for one in STOPS]
    here = STOPS.index(at)
    return [(one, "past" if n < here else "now" if n == here else "coming") for n, one in enumerate(STOPS)]


def is_at_risk(visit: View) -> bool:
    """Whether the estimated completion is later than what was promised."""
    return bool(visit["promise_at"] and visit["completion_at"] and visit["completion_at"] > visit["promise_at"])


def _is_call(visit: View, called: set[str | None]) -> bool:
    """Whether the visit stands among the reader's calls already."""
    return visit["stage"] == "checked_in" and visit["visit_id"] in called


def _call(page: View, view: View, visits: dict[str, View]) -> View:
    """A page with its visit and appointment, and since when it waits."""
    visit = visits.get(page["visit_id"])
    booked = next((one for one in view["appointments"] if visit and one["visit_id"] == visit["visit_id"]), None)
    since_us = view["hub_now"] - int(page["age_s"] * MICROSECONDS)
    return page | {
        "visit": visit,
        "appointment": booked,
        "since_us": since_us,
        "icon": CALL_ICONS.get(page["reason"], "bell"),
    }
