"""The hub's use-cases, one function a command: (ledger, asked) -> result.

A result holds ids, codes, times and numbers only, for it is kept with the command; what people are called is looked up
when it is answered (answers.py). Every function loads, asks a rule of the domain, and records the facts.
"""

from kiosk.server.visits.bookings import book_all

__all__ = ["book_all"]
