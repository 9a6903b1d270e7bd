"""What a lane's voice says: for each state the messages to be spoken, in order, and the name of each key.

Clips are made beforehand, so nothing with a value in it is spoken: no name, no time; the ticket's number letter by
letter. Where clips lie and how they are made is in kiosk/voice.py.
"""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.domain.lane_choices import CONCERNS, WAYS
from kiosk.domain.lane_state import Customer, PaperState, Screen, Sight, State

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
SAID: Mapping[Screen, tuple[str, ...]] = {
    Screen.SCAN: ("scan.headline", "scan.text"),
    Screen.HELLO: ("hello.someone_comes", "say.check_details"),
    Screen.CHANGE: ("change.headline",),
    Screen.CONTACT: ("contact.headline",),
    Screen.CONCERN: ("concern.headline", "concern.text"),
    Screen.MAINTENANCE: ("maintenance.headline",),
    Screen.TRANSPORT: ("transport.headline",),
    Screen.PERMISSION: ("permission.headline", "permission.text"),
    Screen.AGAIN: ("ticket.again",),
    Screen.PICKUP: ("pickup.headline", "pickup.text"),
    Screen.OTHER_DAY: ("other_day.headline", "other_day.text"),
    Screen.CANCELLED: ("cancelled.headline", "cancelled.text"),
    Screen.FINISHED: ("finished.headline", "finished.text"),
    Screen.UNKNOWN: ("unknown.headline", "unknown.text", "unknown.go_on"),
    Screen.OTHER_STORE: ("other_store.headline", "other_store.text"),
    Screen.NO_CODE: ("no_code.headline",),
    Screen.DIGITS: ("digits.headline", "digits.text"),
    Screen.NUMBER: ("digits.number_headline",),
    Screen.PHONE: ("digits.phone_headline",),
    Screen.NAME: ("walk_in.headline", "walk_in.text"),
    Screen.WORDS: ("words.headline",),
    Screen.NEW_PHONE: ("new_phone.headline",),
    Screen.EMAIL: ("email.headline",),
    Screen.PRIVACY: ("privacy.line", "privacy.text"),
    Screen.LOCKED: ("locked.text",),
    Screen.HELP: ("person.someone_on_the_way", "ticket.stay"),
    Screen.OUT: ("out.headline", "out.reception", "out.press_help"),
}
KEYS: Mapping[str, str] = {
    "confirm": "hello.confirm",
    "change": "hello.change",
    "not_me": "hello.not_me",
    "advisor_helps": "hello.advisor_helps",
    "change.concern": "hello.asked_for",
    "change.contact": "change.contact",
    "change.due": "change.maintenance",
    "change.transport": "transport.headline",
    "change.second_car": "change.second_car",
    "change.done": "change.done",
    "contact.phone": "contact.phone",
    "contact.address": "contact.email",
    "contact.text_message": "contact.by_text",
    "contact.phone_call": "contact.by_call",
    "contact.email": "contact.by_email",
    "contact.whatsapp": "contact.by_whatsapp",
    "contact.none": "contact.by_none",
    "contact.confirm": "contact.confirm",
    "concern.words": "concern.own_words",
    "concern.add": "concern.add",
    "transport.done": "transport.done",
    "due.yes": "maintenance.yes",
    "due.no": "maintenance.no",
    "permission.yes": "permission.yes",
    "permission.ask": "permission.ask",
    "type_number": "scan.type_number",
    "by_number": "digits.by_number",
    "no_appointment": "scan.no_appointment",
    "no_code": "scan.no_code",
    "privacy": "privacy.line",
    "done": "ticket.done",
    "next_car": "ticket.next_car",
    "print_again": "ticket.print_again",
    "help_today": "other_day.today",
    "come_back": "other_day.come_back",
    "show_another": "unknown.show_another",
    "type_it": "unknown.type_it",
    "camera": "digits.camera",
    "more_time": "idle.more_time",
    "finish": "idle.finish",
    "help": "dock.help",
    "languages": "say.languages",
    "language.en": "say.english",
    "language.es": "say.spanish",
    "language.ar": "say.arabic",
    "listen": "say.listen",
    "page": "common.more",
    "back": "common.back",
    "continue": "common.continue",
    "erase": "digits.erase",
    "space": "walk_in.space",
    **{f"concern.{one}": f"concern.{one}" for one in CONCERNS},
    **{f"transport.{one}": f"transport.{one}" for one in WAYS},
}
"""Target -> the message that is its name. Letters and digits have none: their sign is spoken."""


def said(state: State) -> tuple[str, ...]:
    """The clips for what the screen shows now, in order; none where there is nothing to say."""
    if state.seconds_left is not None:
        return ("idle.headline",)
    if state.screen is Screen.TICKET and state.customer:
        return _ticket(state, state.customer)
    if state.screen is Screen.SCAN:
        return _scan(state)
    if state.screen is Screen.HELP and state.help and state.help.offline:
        return ("offline.headline", "help.lamp")
    number = spelled(state.customer.ticket) if state.screen is Screen.AGAIN and state.customer else ()
    return (*SAID.get(state.screen, ()), *number)


def key_said(target: str) -> tuple[str, ...]:
    """The clip that names a key."""
    kind, _, sign = target.partition(".")
    if kind in ("digit", "letter"):
        return (f"sign.{sign}",) if sign in LETTERS or sign.isdigit() else ()
    return (KEYS[target],) if target in KEYS else ()


def spelled(ticket: str) -> tuple[str, ...]:
    """A ticket's number sign by sign: a voice would read A-017 as *A minus seventeen*."""
    return ("ticket.number", *(f"sign.{one}" for one in ticket if one in LETTERS or one.isdigit())) if ticket else ()


def every() -> frozenset[str]:
    """Every message that may be spoken; signs are not messages."""
    scan = {"camera.covered", "camera.broken", "scan.second_car", "scan.hand_headline"}
    ticket = {"ticket.hero_someone", "ticket.stay", "ticket.number", "ticket.take_it_plain", "no_paper.text_plain"}
    ticket |= {"offline.headline", "offline.text", "ticket.hero_nobody", "no_paper.short", "help.lamp"}
    return frozenset({*KEYS.values(), "idle.headline", *scan, *ticket, *(one for ids in SAID.values() for one in ids)})


def _scan(state: State) -> tuple[str, ...]:
    blind = {Sight.COVERED: "camera.covered", Sight.BROKEN: "camera.broken"}
    if state.sight in blind:
        return (blind[state.sight],)
    if state.companion is not None:
        return ("scan.second_car",)
    return ("scan.hand_headline",) if state.sight is Sight.NONE else SAID[Screen.SCAN]


def _ticket(state: State, customer: Customer) -> tuple[str, ...]:
    if customer.offline:
        first: tuple[str, ...] = ("offline.headline", "offline.text")
    else:
        first = ("ticket.hero_nobody",) if customer.nobody_in else ("ticket.hero_someone", "ticket.stay")
    missing = state.printer_trouble is not None or customer.paper is PaperState.FAILED
    paper = ("no_paper.short", "no_paper.text_plain") if missing else ("ticket.take_it_plain",)
    return (*first, *spelled(customer.ticket), *paper)
