"""One turn of the lane's conversation: what its moves have in common, from drawing a number to wiping the screen.

A Turn collects the new state and the effects of one input. Which input leads to which move is in check_in.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from kiosk.domain.completion import rounded_up
from kiosk.domain.facts import Timing, Way, read_instant, to_us
from kiosk.domain.lane_inputs import Chime, Effect, Forget, KeepNumber, Print, Remember, Send, Slip, Supply
from kiosk.domain.lane_state import Contact, Customer, HelpCall, Link, Made, PaperState, Pending, Screen, State, Typing
from kiosk.domain.lane_view import Booking, Due, read_advisor, read_words
from kiosk.domain.tickets import HIGHEST, next_ticket, parse

COMES_WITHIN = timedelta(minutes=5)
READ_FOR = timedelta(milliseconds=500)
HELP_COUNTS_FOR = timedelta(seconds=120)
EARLY_OR_LATE = timedelta(minutes=15)
MISSES_ALLOWED = 5
MISSES_COUNT_FOR = timedelta(minutes=10)
LOCKED_FOR = timedelta(seconds=60)
TYPED_ON = (
    Screen.DIGITS,
    Screen.NUMBER,
    Screen.PHONE,
    Screen.NAME,
    Screen.WORDS,
    Screen.NEW_PHONE,
    Screen.EMAIL,
    Screen.HELP,
    Screen.LANGUAGES,
)
"""Screens that leave what was typed as it is."""


@dataclass
class Turn:
    """The state as it becomes, and what is to be done."""

    state: State
    at: datetime
    supply: Supply
    effects: list[Effect] = field(default_factory=list)

    # ---- screens

    def change(self, **changes: Any) -> None:
        """Change fields of the state."""
        self.state = replace(self.state, **changes)

    def customer(self, **changes: Any) -> None:
        """Change fields of the customer on the screen, if there is one."""
        if self.state.customer:
            self.change(customer=replace(self.state.customer, **changes))

    def show(self, screen: Screen) -> None:
        """Show this screen from now on."""
        if screen is not self.state.screen:
            self.change(shown_at=self.at, page=0)
        if screen not in TYPED_ON:
            self.change(typing=Typing())
        self.change(screen=screen, then=None, asked_at=None, seconds_left=None)

    def show_next(self, screen: Screen) -> None:
        """Show this screen: after the half second of *Got it*, and when *Help is on the way* is left."""
        shown_at = self.state.shown_at
        if self.state.screen is Screen.READ and shown_at and self.at < shown_at + READ_FOR:
            self.change(then=screen)
        elif self.state.screen in (Screen.HELP, Screen.LANGUAGES):
            self.change(back=screen)
        else:
            self.show(screen)

    def wipe(self, screen: Screen = Screen.SCAN) -> None:
        """Leave nothing of a customer on the lane and show `screen`."""
        language = self.state.view.store.languages[0] if self.state.view else self.state.language
        self.change(
            customer=None,
            pending=None,
            typing=Typing(),
            back=Screen.SCAN,
            returns=Screen.SCAN,
            companion=None,
            seen="",
            listens=False,
            taken_back=False,
            language=language,
            chose_language=False,
        )
        self.show(screen)

    # ---- commands

    def send(self, kind: str, *, keep: bool = True, **body: Any) -> int:
        """Send a command; its number."""
        number = self.state.sent + 1
        self.change(sent=number)
        self.effects.append(Send(number, kind, body, keep))
        return number

    def call_help(self) -> None:
        """Call an advisor to this lane, unless one was called for the same customer in the last two minutes."""
        customer, before = self.state.customer, self.state.help
        visit_id = customer.visit_id if customer and customer.counts_as_visit else None
        if before and before.visit_id == visit_id and self.at - before.at < HELP_COUNTS_FOR:
            return
        number = self.send("ask_for_help", visit_id=visit_id, lane=self.state.letter, language=self.state.language)
        self.change(help=HelpCall(number, self.at, visit_id, offline=self.state.link is not Link.UP))

    def show_with_help(self, screen: Screen) -> None:
        """Wipe what was on the screen, show why the way ends here, and call an advisor."""
        language, chose = self.state.language, self.state.chose_language
        seen, listens = self.state.seen, self.state.listens
        self.wipe(self.state.screen)
        self.change(language=language, chose_language=chose, seen=seen, listens=listens)
        self.show(screen)
        self.call_help()

    # ---- check-in

    def meet(self, way: Way, digest: str, *, name: str = "") -> Booking | None:
        """Put a new customer on the screen with what the roster knows; the booking, if there is one."""
        view = self.state.view
        booking = view.booking(digest) if view and digest else None
        reachable = bool(view and view.store.public_url)
        customer = Customer(
            visit_id=self.supply.new_id(),
            ticket="",
            way=way,
            digest=digest,
            arrived_at=self.at,
            follow_token=self.supply.new_token() if reachable else "",
            first_name=name,
        )
        self.change(customer=replace(customer, **_known(booking, self.at)) if booking else customer)
        if booking:
            self.speak(booking.language)
        return booking

    def speak(self, language: str) -> None:
        """Go on in the language of the booking, unless somebody has chosen one."""
        view = self.state.view
        if view and language in view.store.languages and not self.state.chose_language:
            self.change(language=language)

    def send_check_in(self, *, keep: bool, offline: bool) -> None:
        """Send the check-in of the customer on the screen."""
        customer = self.state.customer
        if customer is None:
            return
        number = self.send(
            "check_in",
            keep=keep,
            visit_id=customer.visit_id,
            ticket=customer.ticket,
            way=customer.way.value,
            code_hash=customer.digest if customer.way is Way.CODE else None,
            typed_hash=customer.digest if customer.way is Way.TYPED else None,
            name=customer.first_name if customer.way is Way.WALK_IN else None,
            reason=None,
            language=self.state.language,
            follow_hash=self.supply.digest(customer.follow_token) if customer.follow_token else None,
            offline=offline,
            device_at=to_us(customer.arrived_at),
        )
        self.customer(numbers=(*customer.numbers, number))

    def accept(self, then: Screen) -> None:
        """The customer on the screen is checked in, whatever the hub will say; `then` follows."""
        if not self._draw_number():
            self.show_with_help(Screen.HELP)
            return
        alone = self.state.link is not Link.UP
        self.send_check_in(keep=True, offline=alone)
        self.became_visit()
        if alone:
            self.keep_here()
        self.show_next(then)

    def became_visit(self) -> None:
        """There is a visit now: its code finds it again, and it gets a ticket."""
        self.customer(is_visit=True)
        customer = self.state.customer
        if customer and customer.digest:
            ticket, appointment_id = customer.ticket, customer.appointment_id
            made = Made(customer.digest, customer.visit_id, ticket, appointment_id, customer.arrived_at)
            others = tuple(one for one in self.state.made if one.digest != made.digest)
            self.change(made=(*others, made))
            self.effects.append(Remember(made))

    def keep_here(self) -> None:
        """The hub does not answer: the check-in is kept here, and the lamp over the lane calls."""
        self.customer(offline=True)
        if customer := self.state.customer:
            self.change(kept=(*self.state.kept, (customer.visit_id, self.at)))

    def ask_hub(self) -> None:
        """Ask the hub about this customer and wait; without an answer the question is forgotten."""
        if not self._draw_number():
            self.show_with_help(Screen.HELP)
            return
        self.send_check_in(keep=False, offline=False)
        self.change(pending=Pending(self.state.sent, self.at))

    def give_number_back(self) -> None:
        """No visit was made: the next customer gets the number."""
        customer = self.state.customer
        if customer is None or customer.number_before is None:
            return
        ticket = parse(customer.ticket)
        if ticket and ticket.number == self.state.last_number:
            self.change(last_number=customer.number_before)
            self.effects.append(KeepNumber(customer.number_before))
        self.customer(number_before=None)
        if any(one.visit_id == customer.visit_id for one in self.state.made):
            self.change(made=tuple(one for one in self.state.made if one.visit_id != customer.visit_id))
            self.effects.append(Forget(customer.visit_id))

    def learn(self, result: Any) -> None:
        """Take what the hub's answer knows of the customer on the screen."""
        customer = self.state.customer
        if customer is None:
            return
        learnt: dict[str, Any] = {
            name: result[name] for name in ("appointment_id", "first_name", "car", "plate_end") if result.get(name)
        }
        if result.get("starts_at") is not None:
            learnt["starts_at"] = read_instant(result["starts_at"])
        if result.get("asked"):
            learnt["asked"] = tuple(read_words(words) for words in result["asked"])
        if "advisor" in result:
            learnt["advisor"] = read_advisor(result["advisor"])
        if result.get("timing"):
            learnt["timing"] = Timing(str(result["timing"]))
        if result.get("contact"):
            told = result["contact"]
            learnt["contact"] = Contact(told.get("phone") or "", told.get("email") or "", told.get("method") or "")
            learnt["asks_contact"] = bool(result.get("asks_contact"))
        if result.get("transport") and not customer.transport:
            learnt["transport"] = str(result["transport"])
        if "due" in result and self.state.screen is not Screen.MAINTENANCE:  # its answers are counted along the list
            learnt["due"] = tuple(Due(one["operation"], read_words(one["name"])) for one in result["due"])
        learnt["completion_at"] = read_instant(result.get("completion_at"))
        learnt["nobody_in"] = bool(result.get("nobody_in"))
        self.customer(**learnt)

    def take_back(self) -> None:
        """*That is not me*, or begun by mistake: the visit ends, its number is burnt, the code may be used anew."""
        customer = self.state.customer
        if customer is None:
            return
        self.send("withdraw_check_in", visit_id=customer.visit_id)
        self.effects.append(Forget(customer.visit_id))
        made = tuple(one for one in self.state.made if one.visit_id != customer.visit_id)
        kept = tuple(one for one in self.state.kept if one[0] != customer.visit_id)
        self.wipe()
        self.change(made=made, kept=kept, taken_back=True)

    def end(self) -> None:
        """The conversation is over: the ticket prints, once."""
        customer = self.state.customer
        if customer is None or not customer.is_visit or customer.ended:
            return
        slip = slip_of(self.state)
        if slip is None:
            return
        self.effects.append(Print(slip))
        told_us = to_us(customer.completion_at) if customer.completion_at else None
        self.send("end_conversation", visit_id=customer.visit_id, completion_at=told_us)
        self.customer(ended=True, paper=PaperState.QUEUED)

    def print_copy(self) -> None:
        """The same ticket once more, marked COPY."""
        if slip := slip_of(self.state):
            self.effects.append(Print(replace(slip, copy=True)))
            self.customer(paper=PaperState.QUEUED)

    # ---- what was typed and fits nothing

    def missed(self) -> None:
        """Nothing fits what was typed; the fifth time in ten minutes the person comes."""
        recent = tuple(one for one in self.state.misses if self.at - one < MISSES_COUNT_FOR)
        self.change(misses=(*recent, self.at), customer=None, pending=None)
        if len(self.state.misses) >= MISSES_ALLOWED:
            self.change(locked_until=self.at + LOCKED_FOR)
            self.show_with_help(Screen.LOCKED)
        else:
            self.change(typing=replace(self.state.typing, wrong=True))
            self.effects.append(Chime("not_ours"))

    def is_locked(self) -> bool:
        """Is the typed way closed for a minute?"""
        return self.state.locked_until is not None and self.at < self.state.locked_until

    def _draw_number(self) -> bool:
        """Draw the customer's number if there is none yet; False when all 999 belong to open visits."""
        customer, view = self.state.customer, self.state.view
        if customer is None or view is None:
            return False
        if customer.number_before is not None:
            return True
        before = self.state.last_number
        try:
            ticket = next_ticket(self.state.letter, _highest(before, view.highest_ticket), self._taken())
        except ValueError:
            return False
        self.change(last_number=ticket.number)
        self.customer(ticket=str(ticket), number_before=before)
        self.effects.append(KeepNumber(ticket.number))
        return True

    def _taken(self) -> frozenset[str]:
        """Numbers that may not be given: of open visits, and of those that the hub has not heard of."""
        view = self.state.view
        kept = {one[0] for one in self.state.kept}
        unheard = frozenset(one.ticket for one in self.state.made if one.visit_id in kept)
        return (view.open_tickets if view else frozenset()) | unheard


def slip_of(state: State) -> Slip | None:
    """What the ticket of the customer on the screen would say now; None without a ticket."""
    customer = state.customer
    if customer is None or not customer.ticket:
        return None
    return Slip(
        visit_id=customer.visit_id,
        ticket=customer.ticket,
        language=state.language,
        arrived_at=customer.arrived_at,
        advisor=customer.advisor.name if customer.advisor else None,
        advisor_at=advisor_at(customer),
        asked=customer.asked,
        completion_at=customer.completion_at,
        is_booked=customer.way is not Way.WALK_IN,
        follow_token=customer.follow_token,
    )


def advisor_at(customer: Customer) -> datetime | None:
    """About when an advisor comes, where no name can be told: at the appointment, or in five minutes. None: unknown."""
    if customer.advisor or customer.nobody_in:
        return None
    soon = rounded_up(customer.arrived_at + COMES_WITHIN)
    return max(soon, customer.starts_at) if customer.starts_at else soon


def _highest(own: int, seen: int) -> int:
    """The larger of the lane's and the hub's memory, unless the lane has begun again at 1 after the last number."""
    return own if 0 < own < seen - HIGHEST // 2 else max(own, seen)


def _known(booking: Booking, at: datetime) -> dict[str, Any]:
    """What the roster knows, as fields of a Customer."""
    early = booking.starts_at - at
    timing = Timing.EARLY if early > EARLY_OR_LATE else Timing.LATE if -early > EARLY_OR_LATE else Timing.ON_TIME
    return {
        "appointment_id": booking.appointment_id,
        "first_name": booking.first_name,
        "car": booking.car,
        "plate_end": booking.plate_end,
        "starts_at": booking.starts_at,
        "asked": booking.asked,
        "advisor": booking.advisor,
        "timing": timing,
        "transport": booking.transport,
        "due": booking.due,
    }


def follow_address(public_url: str, token: str) -> str:
    """The address of a customer's code, in capitals: its picture is smaller, and web addresses do not mind."""
    return f"{public_url}/c/{token}".upper()
