"""What a board says after the chime, as names of clips: a sentence's parts, and its values letter by letter.

The clips themselves are kiosk/voice.py's, shared with the lane. Nothing is synthesised while customers wait.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kiosk.language import language, plain

SENTENCES: Mapping[str, tuple[str, ...]] = {
    "spoken.ready": ("ticket", "n"),
    "spoken.lane": ("ticket", "lane"),
}
"""What can be said, and the values that are spelled in it. A sentence with another value, a name, is left out."""

_MARK = "QQ{}QQ"
_MARKS = re.compile("(QQ[a-z]+QQ)")


@dataclass(frozen=True)
class Said:
    """One sentence: in which language, which of SENTENCES, with which values."""

    language: str
    sentence: str
    values: tuple[tuple[str, str], ...]


def parts(code: str, sentence: str) -> tuple[tuple[str, str], ...]:
    """A sentence in order: ("part", words) and ("value", name), up to the first value that is not spelled."""
    spelled = SENTENCES[sentence]
    names = {name: _MARK.format(name) for name in (*spelled, "advisor")}
    found: list[tuple[str, str]] = []
    pieces = _MARKS.split(plain(language(code).text(sentence, **names)))
    unsaid = [at for at, piece in enumerate(pieces) if _MARKS.fullmatch(piece) and piece.strip("Q") not in spelled]
    if unsaid:  # what leads to a name, back to the full stop before it, is not said either
        pieces = [*pieces[: unsaid[0] - 1], pieces[unsaid[0] - 1].rpartition(".")[0]]
    for piece in pieces:
        if _MARKS.fullmatch(piece):
            found.append(("value", piece.strip("Q")))
        elif re.search(r"\w", piece):
            found.append(("part", piece.strip(" .,،:")))
    return tuple(found)


def clips(said: Said) -> list[str]:
    """The names of the clips that say it, one after the other."""
    values, names, number = dict(said.values), list[str](), 0
    for kind, text in parts(said.language, said.sentence):
        if kind == "part":
            number += 1
            names.append(f"{said.sentence}-{number}")
        else:
            names += [f"sign.{one}" for one in values.get(text, "").upper() if one.isascii() and one.isalnum()]
    return names


def texts(code: str) -> Iterator[tuple[str, str]]:
    """Every clip of a language that is a board's own: its name, and what it says."""
    for sentence in SENTENCES:
        spoken = [text for kind, text in parts(code, sentence) if kind == "part"]
        yield from ((f"{sentence}-{number}", text) for number, text in enumerate(spoken, 1))
