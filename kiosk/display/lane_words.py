"""What the lane's screens say of the conversation: names, times, who is on the way, as finished text in one language.

Only what is known is said: nobody is promised who has not been reached, no time that nobody has computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kiosk.display.lane_page import Notice
from kiosk.display.lane_strip import Strip
from kiosk.domain.lane_state import State
from kiosk.language import Ltr

if TYPE_CHECKING:
    from PIL import Image

    from kiosk.domain.lane_view import Named, OpenVisit, StoreView
    from kiosk.domain.store import Words
    from kiosk.language import Language

LONGEST_NAME = 40


@dataclass(frozen=True)
class CameraPicture:
    """What the camera sees: the same key promises the same pixels."""

    key: str
    image: Image.Image


@dataclass(frozen=True)
class LaneShown:
    """What a lane's screen is drawn from.

    Attributes:
        state: the conversation.
        today: the date on the dealership's wall.
        camera: the newest picture, None without one.
        pressed: the target under the finger.
        focus: the target that *choose* would touch, for keypad and buttons; "" while nobody uses them.
    """

    state: State
    today: date
    camera: CameraPicture | None = None
    pressed: str = ""
    focus: str = ""


@dataclass(frozen=True)
class Told:
    """The conversation in words."""

    shown: LaneShown
    words: Language

    @property
    def state(self) -> State:
        """The conversation."""
        return self.shown.state

    @cached_property
    def store(self) -> StoreView | None:
        """The dealership, None before it was ever heard of."""
        return self.state.view.store if self.state.view else None

    @cached_property
    def zone(self) -> ZoneInfo:
        """The dealership's zone."""
        return self.store.zone if self.store else ZoneInfo("UTC")

    @cached_property
    def visit(self) -> OpenVisit | None:
        """The visit on the screen as the hub sees it now."""
        customer, view = self.state.customer, self.state.view
        return view.visit(customer.visit_id) if customer and view else None

    def __call__(self, message_id: str, /, **values: object) -> str:
        """The message with its values."""
        return self.words.text(message_id, **values)

    def of(self, words: Words) -> str:
        """Words of the dealership in this language."""
        return words.in_(self.words.code)

    def advisor(self, named: Named | None) -> str:
        """The advisor's name, "" without one."""
        return self.of(named.name) if named else ""

    def time(self, at: datetime) -> str:
        """The time on the dealership's wall."""
        return self.words.time(at, self.zone)

    def when(self, at: datetime) -> str:
        """Day and time: "Today, 15:30"."""
        return self.words.day_and_time(at, self.zone, self.shown.today)

    def day(self, at: datetime) -> str:
        """The day: "Today"."""
        return self.words.day(at, self.zone, self.shown.today)

    def ticket(self) -> Ltr:
        """The ticket's number."""
        return Ltr(self.state.customer.ticket if self.state.customer else "")

    def ready(self) -> tuple[str, ...]:
        """Beside the tear of the stub: label, time and day, or that it is not known yet."""
        customer = self.state.customer
        at = customer.completion_at if customer else None
        if at is None:
            return (self("ticket.ready_about"), self("common.not_known_yet"))
        return (self("ticket.ready_about"), self.time(at), self.day(at))

    def privacy_line(self) -> str:
        """What the dealership says of its customers' details, in one line."""
        notice = self.store.privacy_notice if self.store else None
        return self.of(notice) if notice else self("privacy.line")

    # ---- who is on the way

    def person(self) -> Strip:
        """Who comes to the customer on the screen."""
        customer = self.state.customer
        if customer is None or customer.offline:
            return self.bell()
        name = self.advisor(customer.advisor)
        if not customer.outcome:
            text = self("hello.telling", advisor=name) if name else self("hello.telling_someone")
            return Strip(text, initial=initial_of(name))
        if customer.nobody_in:
            return self.reception()
        second = self("person.second_called" if self.visit and self.visit.escalated else "person.knows")
        return self._on_the_way(name, second)

    def help(self, second: str = "") -> Strip:
        """Who comes because help was called."""
        call = self.state.help
        if call and call.offline:
            return self.bell()
        if call and not call.heard:
            return Strip(self("help.calling"), second)
        if call and call.nobody_in:
            return self.reception()
        return self._on_the_way(self.advisor(call.advisor) if call else "", second)

    def bell(self) -> Strip:
        """Nobody can be told: the bell and the lamp call."""
        return Strip(self("offline.headline"), self("help.lamp"), icon="bell")

    def reception(self) -> Strip:
        """No advisor is in."""
        return Strip(self("out.reception_told"), self("hello.someone_comes"), icon="bell")

    def offline_notice(self) -> Notice:
        """The check-in is kept here."""
        return Notice("offline", self("offline.notice_title"), self("offline.notice"))

    def _on_the_way(self, name: str, second: str) -> Strip:
        if not name:
            return Strip(self("person.someone_on_the_way"), second)
        return Strip(self("person.on_the_way", advisor=name), second, initial=initial_of(name))


def initial_of(name: str) -> str:
    """The first letter of a name, for its disc."""
    return next((one.upper() for one in name if one.isalpha()), "")


def today_of(state: State, at: datetime) -> date:
    """The date on the dealership's wall."""
    zone = state.view.store.zone if state.view else UTC
    return at.astimezone(zone).date()
