"""Ticket numbers: one series a lane, drawn by the lane itself, unique among all open visits of the store."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

LANE_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
STAFF_LETTER = "S"
HIGHEST = 999
_TICKET = re.compile(rf"([{LANE_LETTERS}{STAFF_LETTER}])-([0-9]{{3}})")


@dataclass(frozen=True)
class Ticket:
    """A series letter and a number from 1 to 999; written `A-017`."""

    letter: str
    number: int

    def __str__(self) -> str:
        """As it is shown and printed."""
        return f"{self.letter}-{self.number:03d}"


def parse(text: str) -> Ticket | None:
    """The ticket written as `A-017` (any case), or None."""
    found = _TICKET.fullmatch(text.strip().upper())
    return Ticket(found[1], int(found[2])) if found and int(found[2]) else None


def is_later(number: int, last: int) -> bool:
    """Whether a series that stood at `last` has come to `number`: ahead of it by less than half a round."""
    return 0 < (number - last) % HIGHEST <= HIGHEST // 2


def next_ticket(letter: str, last: int, open_tickets: Collection[str]) -> Ticket:
    """The number after `last`, past those of open visits; after 999 comes 1.

    Args:
        letter: the lane's letter, or S for visits opened by staff.
        last: the highest number given in this series so far, 0 for none; the larger of the lane's and the hub's memory.
        open_tickets: every number, alias included, of visits that are still open.

    Raises:
        ValueError: all 999 numbers belong to open visits.
    """
    for step in range(1, HIGHEST + 1):
        ticket = Ticket(letter, (last + step - 1) % HIGHEST + 1)
        if str(ticket) not in open_tickets:
            return ticket
    message = f"all numbers of lane {letter} belong to open visits; hand over or withdraw finished visits"
    raise ValueError(message)
