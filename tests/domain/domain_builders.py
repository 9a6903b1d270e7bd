"""A small dealership and visits in it, for the tests of the rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kiosk.domain import facts as f
from kiosk.domain import visit as rules
from kiosk.domain.store import Advisor, OpeningHours, Operation, Span, Store, Words
from kiosk.domain.visit import Recorded, Visit

ZONE = ZoneInfo("America/New_York")
MORNING, AFTERNOON = Span(time(8), time(12)), Span(time(13), time(18))
WORKDAY = (MORNING, AFTERNOON)
HOURS = OpeningHours(week=(WORKDAY,) * 5 + ((), ()))
TUESDAY = date(2026, 11, 24)


def words(text: str) -> Words:
    return Words(text, text, text)


def advisor(advisor_id: str, *groups: str) -> Advisor:
    return Advisor(advisor_id, words(advisor_id.title()), desk=f"desk {advisor_id}", groups=groups)


def a_store(**changes: object) -> Store:
    """Two bays, three advisors (Ruiz, Chen, Diaz), 08:00-12:00 and 13:00-18:00 from Monday to Friday."""
    fields = {
        "store_id": "valley",
        "name": words("Valley Motors"),
        "zone": ZONE,
        "country": "US",
        "currency": "USD",
        "hours": HOURS,
        "bays": 2,
        "advisors": (advisor("ruiz"), advisor("chen", "tires"), advisor("diaz", "tires")),
        "operations": (
            Operation("LOF", words("Oil change"), 60, 6995, 8.875),
            Operation("TIR", words("Tires"), 90, 4000, 8.875, group="tires"),
        ),
    }
    return Store(**{**fields, **changes})


def clock(hour: int, minute: int = 0, on: date = TUESDAY) -> datetime:
    """A time on the store's wall clock, as the aware instant."""
    return datetime.combine(on, time(hour, minute), ZONE).astimezone(UTC)


def wall(at: datetime) -> str:
    """An instant as the store's clocks show it."""
    return at.astimezone(ZONE).strftime("%H:%M")


def recorded(fact: f.Fact, at: datetime, actor: str = "advisor/ruiz", visit_id: str = "v1") -> Recorded:
    return Recorded(visit_id, at, actor, fact)


EIGHT = clock(8)
FIVE_PAST = clock(8, 5)


def checked_in(at: datetime = EIGHT, **changes: object) -> Visit:
    """A visit that has just begun, with no page open."""
    fields = {
        "ticket": "A-017",
        "lane": "A",
        "appointment_id": "a1",
        "language": "en",
        "advisor_id": "ruiz",
        "operations": ("LOF",),
        "way": f.Way.CODE,
        "timing": f.Timing.ON_TIME,
        "device_at": at,
    }
    return rules.begin(recorded(f.VisitCheckedIn(**{**fields, **changes}), at, "lane/A"))


def after(visit: Visit, facts: tuple[f.Fact, ...], at: datetime, actor: str = "advisor/ruiz") -> Visit:
    """The visit after these facts."""
    for fact in facts:
        visit = rules.apply(visit, recorded(fact, at, actor, visit.visit_id))
    return visit


def walked(visit: Visit, *steps: f.Fact, since: datetime = FIVE_PAST, actor: str = "advisor/ruiz") -> Visit:
    """The visit after moves, each allowed by the table, ten minutes apart."""
    for n, step in enumerate(steps):
        visit = after(visit, rules.move(visit, step), since + n * timedelta(minutes=10), actor)
    return visit
