"""TOML tables checked against dataclasses: what a file may say is declared once, as typed and documented fields.

Every fault of a file is found in one reading and told as `FILE, [section] key: what is wrong; what to do`.
What the values mean lives with the dataclasses (settings.py, store_file.py), not here.
"""

from __future__ import annotations

import difflib
import re
import tomllib
import types
from dataclasses import MISSING, Field, field, fields, is_dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from kiosk.errors import KioskError

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T")
WHAT = {
    str: "text in quotes",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a date such as 2026-12-25",
}


def setting(doc: str, *, default: Any = ..., **rules: Any) -> Any:
    """A documented field.

    Rules: `at_least`, `at_most` (numbers), `one_of` (a tuple), `pattern` (a regular expression for the whole text),
    `parse` (raw value -> value; its ValueError is the complaint), and `says`: the last two in words.
    """
    metadata = {"doc": doc, **rules}
    return field(metadata=metadata) if default is ... else field(default=default, metadata=metadata)


class SettingsError(KioskError):
    """A file that cannot be used. The message is the first problem; `problems` has all."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        """At least one problem."""
        self.problems = problems
        more = len(problems) - 1
        super().__init__(problems[0] + (f" (and {more} more: kiosk check tells all)" if more else ""))


def toml(path: Path) -> dict[str, Any]:
    """The file's tables. A byte order mark, as Windows editors leave it on a boot partition, is passed over.

    Raises:
        SettingsError: no such file, not text, or not TOML: with the line.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise SettingsError((f"{path}: {(error.strerror or 'cannot be read').lower()}",)) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SettingsError((f"{path}, line {line}: not UTF-8; save the file as UTF-8",)) from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = re.sub(r" \(at (line \d+, column \d+|end of document)\)$", "", str(error))
        found = re.search(r"\(at (line \d+)", str(error))
        where = found[1] if found else "last line"
        raise SettingsError((f"{path.name}, {where}: {said[:1].lower()}{said[1:]}",)) from error


class Reading:
    """One file being read: values come out, problems pile up, `finish` raises them all."""

    def __init__(self, path: Path) -> None:
        """Nothing is read yet."""
        self.path = path
        self.raw = toml(path)
        self._problems: list[str] = []

    def problem(self, where: str, key: str, sentence: str) -> None:
        """Note a problem of `[where] key`; an empty `where` is the file as a whole."""
        place = f"{where} {key}".strip()
        self._problems.append(f"{self.path.name}, {place}: {sentence}" if place else f"{self.path.name}: {sentence}")

    def finish(self) -> None:
        """Raise SettingsError if anything was wrong."""
        if self._problems:
            raise SettingsError(tuple(self._problems))

    def sections(self, known: dict[str, type]) -> None:
        """Complain of top-level tables that do not exist; `known` also tells where a stray key belongs."""
        for name, value in self.raw.items():
            if name in known:
                continue
            if isinstance(value, dict | list):
                self.problem("", f"[{name}]", "unknown section" + meant(name, known))
            else:
                homes = [section for section, kind in known.items() if name in documented(kind)]
                self.problem(
                    "", name, f"stands before any section; it belongs to [{homes[0]}]" if homes else "unknown key"
                )

    def one(self, kind: type[T], section: str) -> T | None:
        """The table `[section]` as `kind`, or None where the file has none (or it is faulty, which is noted)."""
        if section not in self.raw:
            return None
        return self.table(kind, self.raw[section], f"[{section}]")

    def many(self, kind: type[T], section: str) -> tuple[T, ...]:
        """Each `[[section]]` as `kind`, in order; faulty ones are noted and left out."""
        raw = self.raw.get(section, [])
        if not isinstance(raw, list):
            self.problem("", f"[{section}]", f"there may be several; write [[{section}]]")
            return ()
        read = (self.table(kind, each, f"[[{section}]] {number}") for number, each in enumerate(raw, 1))
        return tuple(each for each in read if each is not None)

    def table(self, kind: type[T], raw: object, where: str) -> T | None:
        """One table as `kind`."""
        if not isinstance(raw, dict):
            self.problem("", where, "must be a section, not a single value")
            return None
        declared, hints = documented(kind), type_hints(kind)  # type: ignore[arg-type] # a class is hashable
        for key in raw:
            if key not in declared:
                self.problem(where, key, "unknown key" + meant(key, declared))
        values: dict[str, Any] = {}
        sound = True
        for key, each in declared.items():
            if key in raw:
                try:
                    values[key] = checked(raw[key], hints[key], each.metadata)
                except ValueError as error:
                    self.problem(where, key, str(error))
                    sound = False
            elif each.default is MISSING:
                self.problem(where, key, f"missing; it is the {each.metadata['doc']}")
                sound = False
        return kind(**values) if sound else None


def documented(kind: type) -> dict[str, Field[Any]]:
    """The fields that a file may set, by key."""
    return {each.name: each for each in fields(kind) if "doc" in each.metadata} if is_dataclass(kind) else {}


@cache
def type_hints(kind: Any) -> dict[str, Any]:
    """The fields' types; cached, because a catalogue asks once for each of its entries."""
    return get_type_hints(kind)


def meant(word: str, known: Any) -> str:
    """`; did you mean x?`, or nothing when no name is near."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def checked(raw: object, hint: Any, rules: Any) -> Any:
    """A raw TOML value as a field's value.

    Raises:
        ValueError: with the sentence to show.
    """
    if "parse" in rules:
        return rules["parse"](raw)
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(each for each in get_args(hint) if each is not type(None))
    if get_origin(hint) is tuple:
        item = get_args(hint)[0]
        if not isinstance(raw, list):
            example = f'["{rules["one_of"][0]}"]' if "one_of" in rules else "[...]"
            raise ValueError(f"must be a list such as {example}, not {shown(raw)}")
        return tuple(_single(each, item, rules) for each in raw)
    return _single(raw, hint, rules)


def _single(raw: object, hint: Any, rules: Any) -> Any:
    if is_dataclass(hint):
        return _words(raw, hint)
    if hint is float and isinstance(raw, int) and not isinstance(raw, bool):
        raw = float(raw)
    if type(raw) is not hint:
        raise ValueError(f"must be {WHAT[hint]}, not {shown(raw)}")
    if "one_of" in rules and raw not in rules["one_of"]:
        near = meant(raw, rules["one_of"]) if isinstance(raw, str) else ""
        raise ValueError(f"must be {listed(rules['one_of'])}, not {shown(raw)}{near}")
    if "pattern" in rules and not re.fullmatch(rules["pattern"], str(raw)):
        raise ValueError(f"must be {rules['says']}, not {shown(raw)}")
    low, high = rules.get("at_least", raw), rules.get("at_most", raw)
    if isinstance(raw, int | float) and not low <= raw <= high:
        raise ValueError(f"must be {between(rules)}, not {shown(raw)}")
    if isinstance(raw, str) and re.search(r"[\x00-\x1f\x7f-\x9f]", raw):
        raise ValueError("must be one line without control characters")
    return raw


def _words(raw: object, kind: Any) -> Any:
    """{en = ..., es = ..., ar = ...} as `kind`: every language, none empty."""
    languages = [each.name for each in fields(kind)]
    if not isinstance(raw, dict):
        raise ValueError(
            f"must be in every language, {{ {', '.join(f'{each} = ...' for each in languages)} }}, not {shown(raw)}"
        )
    for key in raw:
        if key not in languages:
            raise ValueError(f"{key} is no language of the product; there are {', '.join(languages)}")
    lacking = [each for each in languages if not isinstance(raw.get(each), str) or not raw[each].strip()]
    if lacking:
        raise ValueError(f"has no text for {' and '.join(lacking)}; every language needs one")
    return kind(**{each: _single(raw[each], str, {}) for each in languages})


def between(rules: Any) -> str:
    """A field's range in words."""
    low, high = rules.get("at_least"), rules.get("at_most")
    if low is not None and high is not None:
        return f"{low} to {high}"
    return f"at least {low}" if low is not None else f"at most {high}"


def listed(choices: Any) -> str:
    """`a, b or c`."""
    *first, last = (str(each) for each in choices)
    return f"{', '.join(first)} or {last}" if first else last


def shown(raw: object) -> str:
    """A value as the file has it, short enough for a sentence."""
    if isinstance(raw, bool):
        return str(raw).lower()
    if isinstance(raw, dict | list):
        return "a table" if isinstance(raw, dict) else "a list"
    text = f'"{raw}"' if isinstance(raw, str) else str(raw)
    return text if len(text) <= 60 else text[:57] + '..."'
