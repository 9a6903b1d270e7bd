"""Parts that several views share: the store, an advisor, words, a page, and when a view changes by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from kiosk.domain import completion
from kiosk.domain.facts import to_us
from kiosk.domain.hours import DAY_BEGINS, is_open, next_opening, open_stretches, spans_on
from kiosk.domain.paging import Page, Pattern
from kiosk.domain.store import LANGUAGES, Store, Words
from kiosk.domain.visit import TAKE_BACK_S, Stage, Visit
from kiosk.server.links import Links
from kiosk.server.snapshot import LANE_KEEPS, Snapshot

CLOSED_SHOWN = timedelta(seconds=TAKE_BACK_S)


@dataclass(frozen=True)
class Since:
    """An age, written as seconds at the moment the view is sent; in a view's hash, the instant it counts from."""

    at: datetime


def us(at: datetime | None) -> int | None:
    """Microseconds, or None."""
    return None if at is None else to_us(at)


def words_part(words: Words) -> dict[str, str]:
    """A text in every language."""
    return {"en": words.en, "es": words.es, "ar": words.ar}


def advisor_part(store: Store, advisor_id: str | None) -> dict[str, Any] | None:
    """An advisor as customers are told, or None."""
    found = store.advisor(advisor_id) if advisor_id else None
    return {"advisor_id": found.advisor_id, "name": words_part(found.name)} if found else None


def store_part(snapshot: Snapshot, at: datetime) -> dict[str, Any]:
    """The dealership as every view tells it."""
    store = snapshot.store
    today = at.astimezone(store.zone).date()
    is_shut = not is_open(store.hours, store.zone, at)
    return {
        "store_id": store.store_id,
        "name": words_part(store.name),
        "zone": store.zone.key,
        "clock": store.clock,
        "currency": store.currency,
        "brand_colour": store.brand_colour,
        "logo": store.logo.key if store.logo else None,
        "languages": [store.default_language, *(one for one in LANGUAGES if one != store.default_language)],
        "lanes": list(store.lanes),
        "cashiers": list(store.cashiers),
        "facts": [{"icon": icon, "words": words_part(words)} for icon, words in store.facts],
        "opens_at": us(next_opening(store.hours, store.zone, at)) if is_shut else None,
        "open_today": [[f"{one.opens:%H:%M}", f"{one.closes:%H:%M}"] for one in spans_on(store.hours, today)],
        "public_url": snapshot.public_url,
        "privacy": {
            "url": store.privacy_url,
            "notice": words_part(store.privacy_notice) if store.privacy_notice else None,
        },
    }


def told_advisor(visit: Visit) -> str | None:
    """Whom the customer is told: who is coming, else who looks after them, else the booked one if paged."""
    coming = next((one.acknowledged_by for one in visit.pages if one.acknowledged_by), None)
    if coming:
        return coming
    met = visit.stage is not Stage.CHECKED_IN or visit.greeted_at
    reached = any(visit.advisor_id in one.advisors for one in visit.pages)
    return visit.advisor_id if met or reached else None


def page_part(snapshot: Snapshot, page: Page, pattern: Pattern) -> dict[str, Any]:
    """A page as desks see it: enough to find the customer, and no more."""
    stay = snapshot.stays.get(page.visit_id or "")
    return {
        "page_id": page.page_id,
        "visit_id": page.visit_id,
        "ticket": stay.visit.ticket if stay else None,
        "lane": page.lane,
        "first_name": stay.party.first_name if stay else "",
        "reason": page.reason.value,
        "pattern": pattern.value,
        "acknowledged_by": page.acknowledged_by,
        "age_s": Since(page.opened_at),
    }


def completion_at(snapshot: Snapshot, visit: Visit, at: datetime) -> datetime | None:
    """The estimated completion that every screen shows at `at`; None once the car is ready."""
    return snapshot.completions(at).get(visit.visit_id)


def was_at(visit: Visit, current_at: datetime | None) -> datetime | None:
    """The time that the customer knew, where it is another one: off by ten minutes, or changed by staff."""
    if current_at is None or visit.told_at is None or visit.told_at == current_at:
        return None
    changed = visit.fixed_at is not None
    return visit.told_at if changed or completion.is_worth_telling(visit.told_at, current_at) else None


def next_change(snapshot: Snapshot, at: datetime, links: Links) -> datetime:
    """When any view may be another one though nothing happens."""
    store = snapshot.store
    turns = [completion.next_change(at)]
    turns += filter(None, (snapshot.paging.next_change(snapshot.pages, at), links.next_change(at)))
    turns += [max(opens, closes) if opens <= at else opens for opens, closes in _first_stretch(store, at)]
    turns += _day_turns(store, at)
    changed = [since for one in snapshot.stays.values() if (since := one.visit.since(one.visit.stage))]
    left = [since + kept for since in changed for kept in (LANE_KEEPS, CLOSED_SHOWN)]
    return min(one for one in (*turns, *left) if one > at)


def _first_stretch(store: Store, at: datetime) -> list[tuple[datetime, datetime]]:
    first = next(open_stretches(store.hours, store.zone, at), None)
    return [first] if first else []


def _day_turns(store: Store, at: datetime) -> list[datetime]:
    """The next midnights and the next time that the roster's day begins."""
    today = at.astimezone(store.zone).date()
    midnights = [datetime.combine(today + timedelta(days=n), time(), store.zone) for n in (0, 1)]
    return [turn for one in midnights for turn in (one, one + DAY_BEGINS)]
