"""Reading the body of a command: every field checked, every fault told with the field's name."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from kiosk.domain.facts import EPOCH, to_us
from kiosk.domain.store import LANGUAGES
from kiosk.server.errors import BadRequest

E = TypeVar("E", bound=StrEnum)
LONGEST_TEXT = 500
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_HASH = re.compile(r"[0-9a-f]{64}")
IN_NO_TEXT = re.compile(r"[\x00\ud800-\udfff]")
_LATEST_US = to_us(EPOCH + timedelta(days=365 * 200))


class Body:
    """The fields of one JSON object. Asking for a field that is missing or of another kind raises BadRequest."""

    def __init__(self, fields: Any, where: str = "body") -> None:
        """Anything but an object is refused. `where` is how messages call it."""
        if not isinstance(fields, Mapping):
            raise BadRequest(f"{where}: must be an object")
        self._fields = fields
        self._where = where

    @property
    def fields(self) -> Mapping[str, Any]:
        """The object as it came, unchecked."""
        return self._fields

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._fields.get(name) is not None

    def text(self, name: str, *, longest: int = LONGEST_TEXT) -> str:
        """Words that somebody typed: at least one character; NUL and lone surrogates are refused."""
        value = self._get(name)
        if not isinstance(value, str) or not value.strip():
            raise self._fault(name, "must be text")
        if len(value) > longest:
            raise self._fault(name, f"must be at most {longest} characters")
        if IN_NO_TEXT.search(value):
            raise self._fault(name, "holds characters that no text has")
        return value.strip()

    def text_or(self, name: str, otherwise: str = "", *, longest: int = LONGEST_TEXT) -> str:
        """As `text`; missing, null or empty is `otherwise`."""
        value = self._fields.get(name)
        return otherwise if value is None or value == "" else self.text(name, longest=longest)

    def id(self, name: str) -> str:
        """An id: letters, digits, - and _."""
        value = self._get(name)
        if not isinstance(value, str) or not _ID.fullmatch(value):
            raise self._fault(name, "must be an id")
        return value

    def id_or_none(self, name: str) -> str | None:
        """As `id`; missing or null is None."""
        return self.id(name) if self.has(name) else None

    def hash_or_none(self, name: str) -> str | None:
        """A SHA-256 as 64 lower-case hex digits; missing or null is None."""
        if not self.has(name):
            return None
        value = self._get(name)
        if not isinstance(value, str) or not _HASH.fullmatch(value):
            raise self._fault(name, "must be a SHA-256 in 64 lower-case hex digits")
        return value

    def whole(self, name: str, *, least: int = 0, most: int = 1_000_000_000) -> int:
        """A whole number within limits."""
        value = self._integer(name)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self._fault(name, f"must be a whole number from {least} to {most}")
        return value

    def number(self, name: str) -> int | float | str:
        """A JSON number, or one written as text; what it may be is judged by the domain."""
        value = self._get(name)
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise self._fault(name, "must be a number")
        return value

    def flag(self, name: str, *, otherwise: bool | None = None) -> bool:
        """true or false; missing is `otherwise`, if there is one."""
        if otherwise is not None and not self.has(name):
            return otherwise
        value = self._get(name)
        if not isinstance(value, bool):
            raise self._fault(name, "must be true or false")
        return value

    def instant(self, name: str) -> datetime:
        """Whole microseconds since 1970."""
        value = self._integer(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LATEST_US:
            raise self._fault(name, "must be microseconds since 1970")
        return EPOCH + timedelta(microseconds=value)

    def instant_or_none(self, name: str) -> datetime | None:
        """As `instant`; missing or null is None."""
        return self.instant(name) if self.has(name) else None

    def lasting(self, name: str) -> timedelta:
        """A length of time in whole microseconds."""
        return timedelta(microseconds=self.whole(name, most=_LATEST_US))

    def one_of(self, name: str, allowed: Collection[str]) -> str:
        """One of these texts."""
        value = self._get(name)
        if not isinstance(value, str) or value not in allowed:
            raise self._fault(name, f"must be one of {', '.join(allowed)}")
        return value

    def member(self, name: str, kind: type[E]) -> E:
        """One of an enumeration."""
        return kind(self.one_of(name, [one.value for one in kind]))

    def language(self, name: str = "language") -> str:
        """en, es or ar."""
        return self.one_of(name, LANGUAGES)

    def items(self, name: str, *, most: int) -> list[Any]:
        """A list."""
        value = self._get(name)
        if not isinstance(value, list) or len(value) > most:
            raise self._fault(name, f"must be a list of at most {most}")
        return value

    def ids(self, name: str, *, most: int) -> list[str]:
        """A list of ids."""
        return self._all(name, _ID, "a list of ids", most)

    def hashes(self, name: str, *, most: int) -> list[str]:
        """A list of SHA-256 as 64 lower-case hex digits."""
        return self._all(name, _HASH, "a list of fingerprints", most)

    def _all(self, name: str, pattern: re.Pattern[str], what: str, most: int) -> list[str]:
        listed = self.items(name, most=most)
        if not all(isinstance(one, str) and pattern.fullmatch(one) for one in listed):
            raise self._fault(name, f"must be {what}")
        return listed

    def _integer(self, name: str) -> Any:
        """A value in which 7.0 is 7, as JSON has it."""
        value = self._get(name)
        return int(value) if isinstance(value, float) and value.is_integer() else value

    def _get(self, name: str) -> Any:
        if name not in self._fields:
            raise self._fault(name, "missing")
        return self._fields[name]

    def _fault(self, name: str, what: str) -> BadRequest:
        return BadRequest(f"{self._where}.{name}: {what}")
