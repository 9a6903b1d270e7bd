"""What a lane's voice says: for each state the messages to be spoken, in order, and the name of each key.

Clips are made beforehand, so nothing with a value in it is spoken: no name, no time; the ticket's number letter by
letter. Where clips lie and how they are made is in kiosk/voice.py.
"""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.domain.lane_choices import CONCERNS, WAYS
from kiosk.domain.lane_state import Customer, Hint, PaperState, Screen, Sight, State
from kiosk.domain.lane_typing import ARABIC_KEYS, DIGIT_KEYS

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZÑÁÉÍÓÚ"
MARKS: Mapping[str, str] = {
    "-": "dash",
    "'": "apostrophe",
    ".": "dot",
    ",": "comma",
    "@": "at",
    "_": "underscore",
    "،": "arabic_comma",
}
SIGNS = (*DIGIT_KEYS, *LETTERS, *"".join(ARABIC_KEYS), *MARKS)
"""Every sign that a keyboard of the lane has. A letter's clip is called by the letter, a mark's by its name."""

SAID: Mapping[Screen, tuple[str, ...]] = {
    Screen.SCAN: ("scan.headline", "scan.text"),
    Screen.LANGUAGES: ("say.languages", "say.english", "say.spanish", "say.arabic"),
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
    Screen.UNKNOWN: ("unknown.headline", "unknown.text"),
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
    Screen.OUT: ("out.headline", "out.reception", "out.press_help"),
}
KEYS: Mapping[str, str] = {
    "confirm": "hello.confirm",
    "change": "hello.change",
    "not_me": "hello.not_me",
    "take_back": "walk_in.take_back",
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
    "keyboard": "say.other_letters",
    **{f"concern.{one}": f"concern.{one}" for one in CONCERNS},
    **{f"transport.{one}": f"transport.{one}" for one in WAYS},
}
"""Target -> the message that is its name. Letters and digits have none: their sign is spoken."""


WRONG: Mapping[Screen, str] = {
    Screen.DIGITS: "digits.wrong",
    Screen.PHONE: "digits.wrong",
    Screen.EMAIL: "email.wrong",
    Screen.NEW_PHONE: "new_phone.wrong",
}
HINTS: Mapping[Hint, str] = {Hint.CLOSER: "camera.closer", Hint.BRIGHTER: "camera.brighter"}
GREETS: Mapping[str, str] = {"early": "early.headline", "late": "late.headline"}
WITH_HELP = (Screen.CANCELLED, Screen.FINISHED, Screen.UNKNOWN, Screen.OTHER_STORE)


def said(state: State) -> tuple[str, ...]:  # noqa: PLR0911 - one answer for each kind of screen, nothing else
    """The clips for what the screen shows now, in order."""
    screen, customer = state.screen, state.customer
    if state.seconds_left is not None:
        return ("idle.headline",)
    if state.typing.wrong and screen in WRONG:
        return (WRONG[screen],)
    if screen is Screen.READ:
        return ("camera.looking",) if state.pending and state.pending.is_slow else ("camera.read_nameless",)
    if screen is Screen.TICKET and customer:
        return _ticket(state, customer)
    if screen is Screen.HELLO and customer:
        greeting = (GREETS[customer.timing.value],) if customer.timing.value in GREETS else ()
        return (*greeting, *_who_comes(customer), "say.check_details")
    if screen is Screen.SCAN:
        return _scan(state)
    if screen is Screen.HELP:
        return (*_help(state), *(() if state.help and state.help.offline else ("ticket.stay",)))
    if screen is Screen.LOCKED:
        return (*_help(state), "locked.text")
    if screen in WITH_HELP:
        return (*SAID[screen], *_help(state), *(("unknown.go_on",) if screen is Screen.UNKNOWN else ()))
    number = spelled(customer.ticket) if screen is Screen.AGAIN and customer else ()
    return (*SAID.get(screen, ()), *number)


def key_said(target: str) -> tuple[str, ...]:
    """The clip that names a key."""
    kind, _, sign = target.partition(".")
    if kind in ("digit", "letter"):
        return sign_said(sign)
    return (KEYS[target],) if target in KEYS else ()


def sign_said(sign: str) -> tuple[str, ...]:
    """The clip of one sign, none for what no keyboard has."""
    return (f"sign.{MARKS.get(sign, sign)}",) if sign in SIGNS else ()


def spelled(ticket: str) -> tuple[str, ...]:
    """A ticket's number sign by sign: a voice would read A-017 as *A minus seventeen*."""
    signs = (clip for one in ticket if one not in MARKS for clip in sign_said(one))
    return ("ticket.number", *signs) if ticket else ()


def every() -> frozenset[str]:
    """Every message that may be spoken; signs are not messages."""
    scan = {"camera.covered", "camera.broken", "scan.second_car", "scan.hand_headline", "hello.not_me_done"}
    read = {"camera.looking", "camera.read_nameless", "idle.headline", "locked.text", "unknown.go_on"}
    ticket = {"ticket.hero_someone", "ticket.stay", "ticket.number", "ticket.take_it_plain", "no_paper.text_plain"}
    ticket |= {"offline.text", "ticket.hero_nobody", "ticket.hero_closed", "no_paper.short", "ticket.printing"}
    people = {"offline.headline", "help.lamp", "help.calling", "out.reception_told", "hello.someone_comes"}
    people |= {"hello.telling_someone", "person.someone_on_the_way", "person.second_called", "say.check_details"}
    tables = (*KEYS.values(), *WRONG.values(), *HINTS.values(), *GREETS.values())
    return frozenset({*tables, *scan, *read, *ticket, *people, *(one for ids in SAID.values() for one in ids)})


def _scan(state: State) -> tuple[str, ...]:
    blind = {Sight.COVERED: "camera.covered", Sight.BROKEN: "camera.broken"}
    before = ("hello.not_me_done",) if state.taken_back else ()
    if state.sight in blind:
        return (*before, blind[state.sight])
    if state.companion is not None:
        return ("scan.second_car",)
    if state.hint in HINTS:
        return (HINTS[state.hint],)
    return (*before, "scan.hand_headline") if state.sight is Sight.NONE else (*before, *SAID[Screen.SCAN])


def _who_comes(customer: Customer) -> tuple[str, ...]:
    """Who is told, as far as it is true: nobody is promised who has not been reached."""
    if customer.offline:
        return ("offline.headline", "help.lamp")
    if not customer.outcome:
        return ("hello.telling_someone",)
    if customer.nobody_in:
        return ("out.reception_told", "hello.someone_comes")
    return ("person.someone_on_the_way",)


def _help(state: State) -> tuple[str, ...]:
    call = state.help
    if call and call.offline:
        return ("offline.headline", "help.lamp")
    if call and not call.heard:
        return ("help.calling",)
    if call and call.nobody_in:
        return ("out.reception_told", "hello.someone_comes")
    return ("person.someone_on_the_way",)


def _ticket(state: State, customer: Customer) -> tuple[str, ...]:
    visit = state.view.visit(customer.visit_id) if state.view else None
    is_shut = state.view is not None and state.view.store.opens_at is not None
    if customer.offline:
        first: tuple[str, ...] = ("offline.headline", "offline.text")
    elif customer.nobody_in:
        first = ("ticket.hero_closed",) if is_shut else ("ticket.hero_nobody", "hello.someone_comes")
    else:
        escalated = visit is not None and visit.escalated
        first = ("ticket.hero_someone", "person.second_called" if escalated else "ticket.stay")
    if customer.paper is PaperState.PRINTED:
        paper: tuple[str, ...] = ("ticket.take_it_plain",)
    elif state.printer_trouble is not None or customer.paper is PaperState.FAILED:
        paper = ("no_paper.short", "no_paper.text_plain")
    else:
        paper = ("ticket.printing",)
    return (*first, *spelled(customer.ticket), *paper)
