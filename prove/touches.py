"""Customers before a lane's glass, with the pauses of people who read: how many touches, how long to the ticket.

Returning customers hold up a code, read what is known of them and say twice yes; strangers choose their language,
type a name and touch a reason. Time runs from the code, or the first touch, until the ticket is on the screen and in
the hand. In a short run nobody reads, and only the touches count.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from bench._hub import booking
from kiosk.domain.appointment import Booking
from kiosk.domain.people import ContactMethod
from kiosk.server.appointments.wire import booking_to_json
from prove._counts import Count, Say
from prove._window import LaneWindow, lane_window

TITLE = "Real touches on a window of 1080 x 1920, human pauses, three languages in turn"
NUMBER, SHORT = 6, 1
LANGUAGES = ("en", "es", "ar")
NAMES = {"en": "ANN", "es": "INÉS", "ar": "سامي"}
LOOKS_S = {"hello": 4.0, "permission": 3.0, "scan": 4.0, "name": 3.0, "concern": 5.0}
"""How long somebody reads a page before a finger goes up."""

LETTER_S = 0.8
MOST_TOUCHES, RETURNING_WITHIN_S, FIRST_WITHIN_S = 2, 12.0, 60.0


class Person:
    """Somebody who reads, or (in a short run) knows it by heart."""

    def __init__(self, window: LaneWindow, *, reads: bool) -> None:
        """Nobody has touched anything."""
        self._window, self._reads = window, reads

    def looks(self, seconds: float) -> None:
        """A pause."""
        if self._reads:
            time.sleep(seconds)

    def answers(self, screen: str, target: str, *, language: str = "") -> None:
        """Wait for the page, read it, touch a key."""
        self._window.shows(screen, language=language)
        self.looks(LOOKS_S[screen])
        self._window.touch(target)

    def returns(self, code: str) -> tuple[int, float]:
        """Code, yes, yes, ticket; touches and seconds."""
        before, began_s = self._window.touches, time.monotonic()
        self._window.holds_up(code)
        self.answers("hello", "confirm")
        self.answers("permission", "permission.yes")
        return self._ticket(before, began_s)

    def comes_first(self, language: str) -> tuple[int, float]:
        """Own language, no appointment, a name, a reason, ticket; touches and seconds."""
        self._window.shows("scan")
        before, began_s = self._window.touches, time.monotonic()
        self._window.touch(f"language.{language}")
        self.answers("scan", "no_appointment")
        self._window.shows("name")
        self.looks(LOOKS_S["name"])
        for letter in NAMES[language]:
            self.looks(LETTER_S)
            self._window.touch(f"letter.{letter}")
        self._window.touch("continue")
        self.answers("concern", "concern.noise")
        self.answers("concern", "concern.add")
        return self._ticket(before, began_s)

    def _ticket(self, before: int, began_s: float) -> tuple[int, float]:
        self._window.shows("ticket")
        self._window.waits_for_paper()
        found = self._window.touches - before, time.monotonic() - began_s
        self._window.takes_phone_away()
        self._window.touch("done")
        self._window.shows("scan")
        return found


def prove(number: int, say: Say) -> Iterator[Count]:
    """So many of each; at the full number they read and are timed."""
    reads = number >= NUMBER
    returning: list[tuple[int, float]] = []
    first: list[tuple[int, float]] = []
    with lane_window() as window:
        codes = _booked(window, number)
        person = Person(window, reads=reads)
        for index, code in enumerate(codes):
            returning.append(person.returns(code))
            say(f"returning: {returning[-1][0]} touches, {returning[-1][1]:.1f} s")
            first.append(person.comes_first(LANGUAGES[index % len(LANGUAGES)]))
            say(f"first time: {first[-1][0]} touches, {first[-1][1]:.1f} s")
    yield Count("returning customers with a ticket", len(returning), exactly=number)
    yield Count("touches of a returning customer, most", max(one for one, _ in returning), at_most=MOST_TOUCHES)
    slowest_s = max(taken_s for _, taken_s in returning)
    read = f"reads {LOOKS_S['hello']:.0f} + {LOOKS_S['permission']:.0f} s"
    limit = RETURNING_WITHIN_S if reads else None
    yield Count("from the code to the ticket in the hand, slowest", slowest_s, "s", at_most=limit, remark=read)
    yield Count("first-time customers with a ticket", len(first), exactly=number)
    yield Count("touches of a first-time customer, most", max(one for one, _ in first), remark="a name of 3-4 letters")
    slowest_s = max(taken_s for _, taken_s in first)
    limit = FIRST_WITHIN_S if reads else None
    yield Count("from the first touch to the ticket, slowest", slowest_s, "s", at_most=limit)


def _booked(window: LaneWindow, number: int) -> list[str]:
    """So many customers of this morning, each in a language of their own; their codes."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    made = [booking_to_json(_known(one, now)) for one in range(number)]
    window.caller.until_answered("import_appointments", _id("import"), {"source": "bench", "bookings": made})
    return [
        str(window.caller.until_answered("show_code", _id(str(one)), {"number": f"{one:06}"})["result"]["token"])
        for one in range(number)
    ]


def _known(number: int, now: datetime) -> Booking:
    """Somebody who comes again: everything about the contact is known."""
    mail, method = f"campos.{number}@example.com", ContactMethod.TEXT_MESSAGE
    language = LANGUAGES[number % len(LANGUAGES)]
    return replace(booking(number, now), language=language, email=mail, contact_method=method)


def _id(seed: str) -> str:
    """A command's id."""
    return hashlib.sha256(seed.encode()).hexdigest()[:32]
