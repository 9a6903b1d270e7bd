"""Where a text may be broken into lines: at spaces, never inside an isolated value that fits on a line.

Whether a piece fits is asked of the caller; nothing here knows a font. Used by typeset.py alone.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from kiosk.language import FIRST_STRONG, LEFT_TO_RIGHT, POP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Fits = Callable[[str], bool]

ISOLATES = frozenset({LEFT_TO_RIGHT, "\u2067", FIRST_STRONG, POP})


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
    """The text cut at spaces outside isolates."""
    depth, word = 0, ""
    for character in text:
        if character == " " and depth == 0:
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
        space = word.rfind(" ", 0, length + 1)
        part = opened + word[: space if space > 0 else length]
        opened, rest = _still_open(part), word[space if space > 0 else length :].lstrip(" ")
        if not rest.strip(POP):
            yield part + rest
            return
        yield part + POP * len(opened)
        word = rest
    yield opened + word


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


def balanced(
    text: str, lines: tuple[str, ...], width_px: int, fits_in: Callable[[int], Fits]
) -> tuple[str, ...]:
    """As many lines as `lines`, in the narrowest column that holds the text in so many."""
    low, high = width_px // len(lines), width_px
    while low < high:
        middle = (low + high) // 2
        narrower = broken(text, fits_in(middle))
        if len(narrower) <= len(lines):
            lines, high = narrower, middle
        else:
            low = middle + 1
    return lines
