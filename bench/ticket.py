"""From a ticket's content to the printer's bytes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bench._figures import Figure, median, timed_ms
from kiosk import samples
from kiosk.domain.papers import ticket
from kiosk.raster import PAPER_DOTS, escpos_bytes, raster
from kiosk.typeset import Typesetter

TITLE = "Ticket to bytes (80 mm, with the code to follow the visit)"
ROUNDS = 15


def measure() -> Iterator[Figure]:
    """Arabic has the limits; the other languages inform."""
    for language in ("ar", "es", "en"):
        cold = [timed_ms(partial(made, language, setter)) for setter in [Typesetter() for _ in range(ROUNDS)]]
        setter = Typesetter()
        made(language, setter)
        warm = [timed_ms(partial(made, language, setter)) for _ in range(ROUNDS)]
        is_judged = language == "ar"
        yield Figure(f"{language}, nothing set before", median(cold), limit=60 if is_judged else None)
        yield Figure(f"{language}, its lines set before", median(warm), limit=15 if is_judged else None)


def made(language: str, setter: Typesetter) -> bytes:
    """The bytes of one ticket."""
    paper = ticket(samples.ticket(language))
    return escpos_bytes(raster(paper, width_dots=PAPER_DOTS[80], typesetter=setter))
