"""Who is paged: whom a new page reaches, what its lamp shows at a moment, and when that changes by itself.

A lamp is on because a page is open, not because a message came: everything here is computed from open pages and time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.domain.facts import PageReason
from kiosk.domain.hours import store_day
from kiosk.domain.store import Advisor, Presence, Store


class Pattern(StrEnum):
    """What a desk's lamp and buzzer say, the most urgent last."""

    DARK = "dark"
    COMING = "coming"
    PHONE = "phone"
    CASHIER = "cashier"
    NEW = "new"
    INSISTING = "insisting"
    ESCALATED = "escalated"
    UNKNOWN = "unknown"


URGENCY = list(Pattern)


def presence_now(said: Presence, said_at: datetime, store: Store, at: datetime) -> Presence:
    """What counts at `at` of a presence said at `said_at`: off is off for that day; on the next the advisor is in."""
    is_over = said is Presence.OFF and store_day(store.zone, said_at) < store_day(store.zone, at)
    return Presence.IN if is_over else said


@dataclass(frozen=True)
class Page:
    """An open call for an advisor.

    Attributes:
        advisors: whom it reached first; empty when nobody was in.
        acknowledged_by: who is coming, or None; acknowledged_at: since when.
        lane: where the customer stands, as far as the page itself knows.
    """

    page_id: str
    visit_id: str | None
    reason: PageReason
    opened_at: datetime
    advisors: tuple[str, ...]
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    lane: str | None = None


@dataclass(frozen=True)
class Paging:
    """The rules' state at one moment.

    Attributes:
        presence: of the store's advisors, as it was said.
        further: page id -> how many desks more it calls, because those that it reached do not show it.
    """

    store: Store
    presence: Mapping[str, Presence]
    further: Mapping[str, int] = field(default_factory=dict)

    def is_in(self, advisor: Advisor) -> bool:
        """Whether a page may reach this advisor now. Nobody having said otherwise, an advisor is in."""
        return self.presence.get(advisor.advisor_id, Presence.IN) is Presence.IN

    def first(self, booked: str | None, group: str | None) -> tuple[str, ...]:
        """Whom a new page reaches: the booked advisor if in, else the group's who are in, else all in, or nobody."""
        present = [one for one in self.store.advisors if self.is_in(one)]
        if any(one.advisor_id == booked for one in present) and booked:
            return (booked,)
        members = [one for one in present if group and group in one.groups]
        return tuple(one.advisor_id for one in (members or present))

    def next_after(self, advisors: Sequence[str]) -> tuple[str, ...]:
        """The desk that is paged too when nobody answers: the next one in the store's order that is in, or nobody."""
        order = [one for one in self.store.advisors if one.advisor_id not in advisors and self.is_in(one)]
        if not order:
            return ()
        ids = [one.advisor_id for one in self.store.advisors]
        last = max((ids.index(one) for one in advisors if one in ids), default=-1)
        later = [one for one in order if ids.index(one.advisor_id) > last]
        return ((later or order)[0].advisor_id,)

    def reached(self, page: Page, at: datetime) -> tuple[str, ...]:
        """All advisors whose lamp this page lights at `at`; only the one who comes once it is acknowledged."""
        if page.acknowledged_by:
            return (page.acknowledged_by,)
        found = page.advisors
        for _ in range(self._is_late(page, at) + self.further.get(page.page_id, 0)):
            found += self.next_after(found)
        return found

    def is_escalated(self, page: Page, at: datetime) -> bool:
        """Whether the manager's screen and the next desk have it too.

        A page that reached nobody is so at once, one that no desk shows as soon as that is known.
        """
        return not page.acknowledged_by and (self._is_late(page, at) or self.is_undelivered(page))

    def is_undelivered(self, page: Page) -> bool:
        """Whether the page has gone on because no desk that it reached has shown it."""
        return not page.acknowledged_by and self.further.get(page.page_id, 0) > 0

    def _is_late(self, page: Page, at: datetime) -> bool:
        return at - page.opened_at >= timedelta(seconds=self.store.escalate_s) or not page.advisors

    def pattern(self, page: Page, advisor_id: str, at: datetime) -> Pattern:
        """What this page makes of one advisor's lamp at `at`."""
        if advisor_id not in self.reached(page, at):
            return Pattern.DARK
        if page.acknowledged_by:
            return Pattern.COMING
        if advisor_id not in page.advisors:
            return Pattern.ESCALATED
        if at - page.opened_at >= timedelta(seconds=self.store.insist_s):
            return Pattern.INSISTING
        return Pattern.CASHIER if page.reason is PageReason.PICKUP else Pattern.NEW

    def pattern_of(self, page: Page, at: datetime) -> Pattern:
        """The most urgent pattern that this page makes anywhere, the manager's screen included."""
        if self.is_escalated(page, at):
            return Pattern.ESCALATED
        return max((self.pattern(page, one, at) for one in self.reached(page, at)), key=URGENCY.index)

    def lamp(self, pages: Iterable[Page], advisor_id: str, at: datetime) -> Pattern:
        """The most urgent pattern among the open pages."""
        return max((self.pattern(one, advisor_id, at) for one in pages), key=URGENCY.index, default=Pattern.DARK)

    def next_change(self, pages: Iterable[Page], at: datetime) -> datetime | None:
        """When a lamp changes next though nothing happens, or None."""
        limits = (self.store.insist_s, self.store.escalate_s)
        turns = [one.opened_at + timedelta(seconds=s) for one in pages if not one.acknowledged_by for s in limits]
        return min((one for one in turns if one > at), default=None)
