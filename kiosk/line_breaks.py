"""Where a text may be broken into lines: at spaces, never inside an isolated value that fits on a line.

Whether a piece fits is asked of the caller; nothing here knows a font. Used by typeset.py alone.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from kiosk.language import FIRST_STRONG, LEFT_TO_RIGHT, POP, RIGHT_TO_LEFT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Fits = Callable[[str], bool]

_UNIT_AHEAD = re.compile(r"((?<=\d)|(?<=\d\u2069)) [^\W\d]{1,3}\b")
ISOLATES = frozenset({LEFT_TO_RIGHT, RIGHT_TO_LEFT, FIRST_STRONG, POP})


def broken(text: str, fits: Fits) -> tuple[str, ...]:
    """The text in lines, each as full as `fits` allows; none for a blank text."""
    return tuple(line for paragraph in text.split("\n") for line in _filled(paragraph, fits))


def _filled(paragraph: str, fits: Fits) -> Iterator[str]:
    """Lines of one paragraph, each as full as it gets."""
    line = ""
    for word in _words(paragraph):
        longer = f"{line} {word}" if line else word
        if fits(longer):
            line = longer
            continue
        if line:
            yield line
        *full, line = _cut(word, fits)
        yield from full
    if line:
        yield line


def _words(text: str) -> Iterator[str]:
    """The text cut at spaces outside isolates, but not between a number and its unit (30,000 km)."""
    depth, word = 0, ""
    for at, character in enumerate(text):
        if character == " " and depth == 0 and not _UNIT_AHEAD.match(text, at):
            if word:
                yield word
            word = ""
            continue
        if character in ISOLATES:
            depth = max(0, depth - 1) if character == POP else depth + 1
        word += character
    if word:
        yield word


def _cut(word: str, fits: Fits) -> Iterator[str]:
    """The word, or parts of it that fit where it is too wide: at a space inside an isolate, else at any letter.

    An isolate that is cut ends with its part and begins again with the next.
    """
    opened = ""
    while not fits(opened + word):
        length = _longest(word, opened, fits)
        length = _last_space(word, length) or length
        part, rest = opened + word[:length], word[length:].lstrip(" ")
        opened = _still_open(part)
        if not rest.strip(POP):
            yield part + rest
            return
        yield part + POP * len(opened)
        word = rest
    yield opened + word


def _last_space(word: str, most: int) -> int:
    """Where the word may be broken at a space, at `most` characters or before; 0 for nowhere."""
    spaces = (at for at in range(min(most, len(word) - 1), 0, -1) if word[at] == " ")
    return next((at for at in spaces if not _UNIT_AHEAD.match(word, at)), 0)


def _longest(word: str, opened: str, fits: Fits) -> int:
    """How many characters of the word fill one line: at least one that shows; an accent stays with its letter."""
    low = 1 + next((at for at, character in enumerate(word) if character not in ISOLATES), 0)
    high = max(low, len(word))
    while low < high:
        middle = (low + high + 1) // 2
        part = opened + word[:middle]
        low, high = (middle, high) if fits(part + POP * len(_still_open(part))) else (low, middle - 1)
    while low < len(word) and unicodedata.combining(word[low]):
        low += 1
    return low


def _still_open(part: str) -> str:
    """The isolates that the part opens and does not close."""
    opened = ""
    for character in part:
        if character == POP:
            opened = opened[:-1]
        elif character in ISOLATES:
            opened += character
    return opened


def balanced(text: str, width_px: int, fits_in: Callable[[int], Fits]) -> tuple[str, ...]:
    """As `broken`, but the lines of each paragraph are about equally long: it is set as narrow as its lines allow."""
    return tuple(line for paragraph in text.split("\n") for line in _narrowest(paragraph, width_px, fits_in))


def _narrowest(paragraph: str, width_px: int, fits_in: Callable[[int], Fits]) -> tuple[str, ...]:
    lines = tuple(_filled(paragraph, fits_in(width_px)))
    low, high = width_px // max(1, len(lines)), width_px
    while low < high and len(lines) > 1:
        middle = (low + high) // 2
        narrower = tuple(_filled(paragraph, fits_in(middle)))
        if len(narrower) <= len(lines) and " ".join(narrower) == " ".join(lines):  # never by cutting a word
            lines, high = narrower, middle
        else:
            low = middle + 1
    return lines
