"""What a lane hears and does: the inputs and effects of its conversation, as frozen values.

Showing a screen is no effect: it is drawn from the state. The lamp over the lane is none either:
`check_in.lamp_is_on(state)` says whether it is on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from kiosk.domain.lane_state import Hint, Link, Made, PaperState, Sight
from kiosk.domain.lane_view import LaneView
from kiosk.domain.store import Words


class Supply(Protocol):
    """What chance and arithmetic give to the conversation; the lane takes it from `secrets` and `hashlib`."""

    def new_id(self) -> str:
        """32 hex digits, never twice."""

    def new_token(self) -> str:
        """A new token for a customer's code (kiosk.domain.codes)."""

    def digest(self, text: str) -> str:
        """SHA-256 of the text's UTF-8 bytes, in hex."""


@dataclass(frozen=True)
class Input:
    """Something that the lane hears, with the lane's clock."""

    at: datetime


@dataclass(frozen=True)
class Scanned(Input):
    """A code was read. The text may be anybody's."""

    text: str


@dataclass(frozen=True)
class Touched(Input):
    """A target of the screen was touched. One that the screen does not offer means nothing."""

    target: str


@dataclass(frozen=True)
class Replied(Input):
    """The hub answered a command: its result, or the code of its refusal with an empty result."""

    number: int
    result: Mapping[str, Any]
    refused: str | None = None


@dataclass(frozen=True)
class Queued(Input):
    """The hub did not answer in time. A command that is to be kept is kept and sent later; another is forgotten."""

    number: int


@dataclass(frozen=True)
class LinkChanged(Input):
    """The link to the hub came, went, or turned out to be to another version."""

    link: Link


@dataclass(frozen=True)
class RosterChanged(Input):
    """The hub's view of this lane changed."""

    view: LaneView


@dataclass(frozen=True)
class PrinterChanged(Input):
    """The printer is in trouble (a code), or prints again (None)."""

    trouble: str | None


@dataclass(frozen=True)
class PaperChanged(Input):
    """The spool knows more of a visit's paper ticket."""

    visit_id: str
    paper: PaperState


@dataclass(frozen=True)
class CameraChanged(Input):
    """The camera sees, is covered, is broken; and what would help it to read."""

    sight: Sight
    hint: Hint = Hint.NONE


@dataclass(frozen=True)
class FaultsChanged(Input):
    """Something makes the lane unusable (its folder cannot be written), or nothing does any more."""

    faults: tuple[str, ...]


@dataclass(frozen=True)
class Ticked(Input):
    """The time that `check_in.next_wake` asked for has come."""


@dataclass(frozen=True)
class Slip:
    """What is printed on a ticket. `advisor_at`: about when somebody comes, where no name can be told."""

    visit_id: str
    ticket: str
    language: str
    arrived_at: datetime
    advisor: Words | None
    advisor_at: datetime | None
    asked: tuple[Words, ...]
    completion_at: datetime | None
    is_booked: bool = True
    follow_token: str = ""
    copy: bool = False


@dataclass(frozen=True)
class Effect:
    """Something to be done, in order."""


@dataclass(frozen=True)
class Send(Effect):
    """Send a command to the hub.

    Attributes:
        number: comes back in Replied and Queued.
        keep: without an answer it is kept and sent until the hub has it; otherwise it is a question, then forgotten.
    """

    number: int
    kind: str
    body: Mapping[str, Any] = field(default_factory=dict)
    keep: bool = True


@dataclass(frozen=True)
class Print(Effect):
    """Give a ticket to the printer's spool: now, or as soon as it can print."""

    slip: Slip


@dataclass(frozen=True)
class Hold(Effect):
    """Keep this ticket until its conversation ends: should the power go, it prints at the next start. None: nothing."""

    slip: Slip | None


@dataclass(frozen=True)
class Chime(Effect):
    """A sound: `read`, `not_ours` or `still_there`."""

    sound: str


@dataclass(frozen=True)
class KeepNumber(Effect):
    """Write down the highest ticket number, before the ticket is used."""

    number: int


@dataclass(frozen=True)
class Remember(Effect):
    """Write down a check-in, so that its code finds it again."""

    made: Made


@dataclass(frozen=True)
class Forget(Effect):
    """A check-in was taken back: its code may be used anew."""

    visit_id: str
