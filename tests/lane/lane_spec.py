"""What the lane's tests stand on: a small dealership's roster, a supply without chance, and a lane that is easy to talk to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from kiosk.domain import check_in
from kiosk.domain.codes import token_from_bits
from kiosk.domain.facts import to_us
from kiosk.domain.lane_inputs import (
    Effect,
    Input,
    LinkChanged,
    Print,
    Queued,
    Replied,
    RosterChanged,
    Scanned,
    Send,
    Ticked,
    Touched,
)
from kiosk.domain.lane_state import Link, Rules, Screen, State
from kiosk.domain.lane_view import Booking, LaneView, Named, OpenVisit, StoreView
from kiosk.domain.store import Words

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)  # 10:30 in New York
ZONE = ZoneInfo("America/New_York")
MARTA = Named("marta", Words("Marta", "Marta", "مارتا"))
OMAR = Named("omar", Words("Omar", "Omar", "عمر"))
SERVICE = Words("30,000 km service", "Mantenimiento de 30,000 km", "صيانة 30,000 كم")
LUCIA, SAMI, TOMORROW, CANCELLED, INSIDE, GONE, STRANGER = (token_from_bits(n) for n in range(1, 8))
LUCIA_DIGITS = "48102936"
WORDS_OF_LUCIA = ("Lucía", "Blue SUV, 2021", "472", "30,000 km service")


def digest(text: str) -> str:
    """As the lane's supply makes it."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Counting:
    """A supply that counts instead of drawing."""

    numbers: count = field(default_factory=lambda: count(1))

    def new_id(self) -> str:
        """32 hex digits, counted."""
        return f"{next(self.numbers):032x}"

    def new_token(self) -> str:
        """A token, counted."""
        return token_from_bits(1000 + next(self.numbers))

    def digest(self, text: str) -> str:
        """SHA-256, as always."""
        return digest(text)


def booking(token: str, name: str, **changes) -> Booking:
    """An appointment of today at half past ten."""
    first = Booking(
        appointment_id=f"appointment-{name}",
        first_name=name,
        car="Blue SUV, 2021",
        plate_end="472",
        starts_at=NOW,
        language="en",
        code_hashes=(digest(token),),
        advisor=MARTA,
        asked=(SERVICE,),
    )
    return replace(first, **changes)


def roster() -> LaneView:
    """The hub's view of lane A."""
    store = StoreView(
        "valley",
        Words("Valley Motors", "Motores del Valle", "محركات الوادي"),
        ZONE,
        public_url="https://lane.valley.example",
    )
    typed = (digest(f"digits:{LUCIA_DIGITS}"), digest("number:A1044/0117"))
    return LaneView(
        store=store,
        lane="A",
        today_on=NOW.astimezone(ZONE).date(),
        highest_ticket=16,
        open_tickets=frozenset({"A-009", "B-004"}),
        roster=(
            booking(LUCIA, "Lucía", language="es", typed_hashes=typed),
            booking(SAMI, "Sami", language="ar", advisor=None, asked=()),
            booking(TOMORROW, "Noor", starts_at=NOW + timedelta(days=1)),
            booking(CANCELLED, "Ivo", state="cancelled"),
            booking(INSIDE, "Ana", state="checked_in", visit_id="v-ana", ticket="A-009"),
            booking(GONE, "Paul", state="handed_over"),
        ),
    )


@dataclass
class Lane:
    """A lane with its clock: tell it what happens, read what it shows and does."""

    state: State = field(default_factory=lambda: State("A"))
    at: datetime = NOW
    supply: Counting = field(default_factory=Counting)
    done: list[Effect] = field(default_factory=list)

    def hear(self, make, *args, **named) -> tuple[Effect, ...]:
        """Hear one input; its effects."""
        heard: Input = make(self.at, *args, **named)
        self.state, effects = check_in.step(self.state, heard, self.supply)
        self.done.extend(effects)
        return effects

    def scan(self, text: str) -> tuple[Effect, ...]:
        """Hold a code up to the camera."""
        return self.hear(Scanned, text)

    def touch(self, *targets: str) -> None:
        """Touch one after the other, a second between them."""
        for target in targets:
            self.at += timedelta(seconds=1)
            self.hear(Touched, target)

    def type(self, digits: str) -> None:
        """Touch these keys of the pad."""
        self.touch(*(f"digit.{one}" for one in digits))

    def reply(self, kind: str, **result) -> None:
        """The hub answers the last command of this kind."""
        self.hear(Replied, self.sent(kind)[-1].number, result)

    def unanswered(self, kind: str) -> None:
        """The hub does not answer the last command of this kind."""
        self.hear(Queued, self.sent(kind)[-1].number)

    def link(self, link: Link) -> None:
        """The link comes or goes."""
        self.hear(LinkChanged, link)

    def wait(self, seconds: float) -> None:
        """Let time pass; the lane is woken whenever it has asked for it."""
        end = self.at + timedelta(seconds=seconds)
        while (wake := check_in.next_wake(self.state)) and wake <= end:
            self.at = max(self.at, wake)
            self.hear(Ticked)
        self.at = end

    def visits(self, *visits: OpenVisit) -> None:
        """The hub tells these visits of the lane."""
        self.hear(RosterChanged, replace(self.state.view, visits=visits))

    def sent(self, kind: str) -> list[Send]:
        """Commands of this kind, oldest first."""
        return [one for one in self.done if isinstance(one, Send) and one.kind == kind]

    def kinds(self) -> list[str]:
        """What was sent, in order."""
        return [one.kind for one in self.done if isinstance(one, Send)]

    def printed(self) -> list[Print]:
        """What was given to the printer."""
        return [one for one in self.done if isinstance(one, Print)]

    @property
    def screen(self) -> Screen:
        """What the lane shows."""
        return self.state.screen

    def to_hello(self, token: str = LUCIA) -> None:
        """Scan, answered by the hub, and the half second is over."""
        self.scan(token)
        self.reply("check_in", outcome="checked_in", advisor=wire(MARTA), completion_at=to_us(NOW + timedelta(hours=5)))
        self.wait(0.5)


def wire(advisor: Named) -> dict:
    """An advisor as the hub's answers have it."""
    return {
        "advisor_id": advisor.advisor_id,
        "name": {"en": advisor.name.en, "es": advisor.name.es, "ar": advisor.name.ar},
    }


def lane_in_service(*, link: Link = Link.UP, **changes) -> Lane:
    """A lane with its roster, the camera's page on the screen."""
    lane = Lane(replace(State("A"), **changes))
    lane.link(link)
    lane.hear(RosterChanged, roster())
    lane.done.clear()
    return lane


SMALL = Rules(has_keyboard=False)
