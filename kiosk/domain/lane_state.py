"""What a lane can be in: the state of its conversation as frozen values; the screen is drawn from it.

What the lane hears and does is in lane_inputs.py, how one state follows another in check_in.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.domain.facts import Permission, Timing, Way
from kiosk.domain.lane_view import Due, LaneView, Named
from kiosk.domain.store import Words


class Screen(StrEnum):
    """What the lane shows."""

    SCAN = "scan"
    READ = "read"
    HELLO = "hello"
    CHANGE = "change"
    CONTACT = "contact"
    CONCERN = "concern"
    MAINTENANCE = "maintenance"
    TRANSPORT = "transport"
    PERMISSION = "permission"
    TICKET = "ticket"
    AGAIN = "again"
    PICKUP = "pickup"
    OTHER_DAY = "other_day"
    CANCELLED = "cancelled"
    FINISHED = "finished"
    UNKNOWN = "unknown"
    OTHER_STORE = "other_store"
    NO_CODE = "no_code"
    DIGITS = "digits"
    NUMBER = "number"
    PHONE = "phone"
    NAME = "name"
    WORDS = "words"
    NEW_PHONE = "new_phone"
    EMAIL = "email"
    PRIVACY = "privacy"
    LOCKED = "locked"
    HELP = "help"
    LANGUAGES = "languages"
    OUT = "out"


class Link(StrEnum):
    """The link to the hub. OTHER_VERSION: the two do not understand each other."""

    DOWN = "down"
    UP = "up"
    OTHER_VERSION = "other_version"


class Sight(StrEnum):
    """What the camera can do. NONE: this lane has no camera, codes come from a hand scanner."""

    SEEING = "seeing"
    COVERED = "covered"
    BROKEN = "broken"
    NONE = "none"


UNSEEN = frozenset({"screen_gone", "touch_gone"})
"""Faults with which a customer sees nothing, or cannot answer: what was promised is printed, and somebody comes."""


class Hint(StrEnum):
    """What would help the camera, said after a while."""

    NONE = ""
    CLOSER = "closer"
    BRIGHTER = "brighter"


class PaperState(StrEnum):
    """What became of the paper ticket of the conversation on the screen."""

    NONE = "none"
    QUEUED = "queued"
    PRINTED = "printed"
    FAILED = "failed"


@dataclass(frozen=True)
class Rules:
    """How this lane is set up.

    Attributes:
        idle_s: without a touch for so long, the question *Still there?* comes.
        countdown_s: so long it stands.
        has_voice: there are clips to be spoken, and a key that asks for them.
        has_keyboard: the panel is wide enough for letters; without it a walk-in calls an advisor and types no name.
    """

    idle_s: float = 60.0
    countdown_s: float = 30.0
    has_keyboard: bool = True
    has_voice: bool = False


@dataclass(frozen=True)
class Made:
    """A check-in that this lane made, so that the same code finds it without the hub. `digest` is the code's hash."""

    digest: str
    visit_id: str
    ticket: str
    appointment_id: str | None
    at: datetime


@dataclass(frozen=True)
class Contact:
    """How the customer can be reached, masked, as the hub's answer had it; it is in no roster. `method`: preferred."""

    phone: str = ""
    email: str = ""
    method: str = ""


@dataclass(frozen=True)
class Customer:
    """Everything on the screen that belongs to one person; it is wiped as a whole.

    Attributes:
        digest: hash of the scanned or typed code, "" for a walk-in.
        outcome: the hub's word on the check-in, "" until it was heard.
        is_visit: there is a visit of this lane's making, in the hub or kept here: it gets a ticket.
        offline: the check-in is kept here and the hub has not answered.
        arrived_at: when the code was read, on the lane's clock.
        follow_token: the token printed on the ticket, "" where customers cannot reach the hub.
        numbers: of the commands that tried to check this customer in.
        number_before: the ticket counter before this customer's number was drawn, None while none was.
        contact: None while the hub has not told it; then nothing of it is shown or asked.
        asks_contact: something of it is missing, or nobody has looked at it for a year.
        transport: as booked or chosen, "" for not known. due: work that is due again, due_answers: what was said to it.
        concerns, own_words: what the customer added. draft, draft_words: chosen on this page and not yet said.
        second_car: another car of this customer stands behind.
        ended: the conversation is over and the ticket was given to the printer.
    """

    visit_id: str
    ticket: str
    way: Way
    digest: str
    arrived_at: datetime
    follow_token: str = ""
    appointment_id: str | None = None
    first_name: str = ""
    car: str = ""
    plate_end: str = ""
    starts_at: datetime | None = None
    asked: tuple[Words, ...] = ()
    advisor: Named | None = None
    timing: Timing = Timing.NONE
    completion_at: datetime | None = None
    nobody_in: bool = False
    outcome: str = ""
    is_visit: bool = False
    offline: bool = False
    numbers: tuple[int, ...] = ()
    number_before: int | None = None
    permission: Permission | None = None
    contact: Contact | None = None
    asks_contact: bool = False
    transport: str = ""
    due: tuple[Due, ...] = ()
    due_answers: tuple[tuple[str, bool], ...] = ()
    concerns: tuple[str, ...] = ()
    own_words: str = ""
    draft: tuple[str, ...] = ()
    draft_words: str = ""
    second_car: bool = False
    ended: bool = False
    paper: PaperState = PaperState.NONE

    @property
    def counts_as_visit(self) -> bool:
        """Whether an open visit stands behind this screen, of this lane's making or not: help is called for it."""
        return self.is_visit or self.outcome in ("again", "pickup")


@dataclass(frozen=True)
class Pending:
    """A command whose answer the customer waits for. `is_slow`: the screen says what is waited for."""

    number: int
    since: datetime
    is_slow: bool = False


@dataclass(frozen=True)
class HelpCall:
    """An advisor was called from this screen.

    Attributes:
        number: of the command.
        advisor: who comes, None = somebody.
        heard: the hub has the call. offline: it is kept here; the bell and the lamp call instead.
    """

    number: int
    at: datetime
    visit_id: str | None
    advisor: Named | None = None
    heard: bool = False
    offline: bool = False
    nobody_in: bool = False


@dataclass(frozen=True)
class Typing:
    """What was typed so far. `number` waits for the last four digits of the phone. `wrong`: nothing fits it."""

    text: str = ""
    number: str = ""
    arabic: bool = False
    wrong: bool = False


@dataclass(frozen=True)
class State:
    """The lane at one moment.

    Attributes:
        view: what the hub said last, None if it never did.
        faults: codes of what makes the lane unusable.
        last_number: the highest ticket number given here.
        kept: visits checked in without the hub whose customers may still wait, with the time: the lamp is on for them.
        misses: when something was typed that nothing fits. locked_until: no typing before this.
        sent: number of the last command.
        chose_language: somebody touched a language; a booking does not change it back.
        then: what follows the half second of *Got it*.
        back: where *Back* leads from HELP and LANGUAGES.
        returns: where a page of choices leads back to; SCAN: it is a question of its own.
        companion: first name of a customer whose second car comes next; None: nobody's.
        seen: hash of the code that led to a page without a customer, so that the same phone is not read again there.
        listens: this customer wants every screen spoken. asked_to_speak: how often *Listen* was touched, to repeat.
        taken_back: the screen says that the check-in was taken back.
        seconds_left: of the question *Still there?*, None while it is not asked; asked_at: since when it is.
        shown_at: since when this screen is shown; touched_at: the last thing that anybody did.
        page: which page of what is known, on panels that show two rows at a time.
    """

    letter: str
    rules: Rules = Rules()
    view: LaneView | None = None
    link: Link = Link.DOWN
    printer_trouble: str | None = None
    sight: Sight = Sight.SEEING
    hint: Hint = Hint.NONE
    faults: tuple[str, ...] = ()
    last_number: int = 0
    made: tuple[Made, ...] = ()
    kept: tuple[tuple[str, datetime], ...] = ()
    misses: tuple[datetime, ...] = ()
    locked_until: datetime | None = None
    sent: int = 0
    screen: Screen = Screen.OUT
    then: Screen | None = None
    language: str = "en"
    chose_language: bool = False
    customer: Customer | None = None
    pending: Pending | None = None
    help: HelpCall | None = None
    typing: Typing = Typing()
    back: Screen = Screen.SCAN
    returns: Screen = Screen.SCAN
    companion: str | None = None
    seen: str = ""
    listens: bool = False
    asked_to_speak: int = 0
    taken_back: bool = False
    asked_at: datetime | None = None
    seconds_left: int | None = None
    shown_at: datetime | None = None
    touched_at: datetime | None = None
    page: int = 0
