"""JSON: the list of appointments at the profile's path, one record an item. Lines are the items' numbers, from 1."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kiosk.domain.written import Reason
from kiosk.server.appointments.errors import NoProfile, Unreadable
from kiosk.server.appointments.paths import in_json
from kiosk.server.appointments.profiles import FIELDS, Profile
from kiosk.server.appointments.record import Parsed, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiosk.server.appointments.content import Content


def fits(content: Content, profile: Profile) -> bool:
    """Whether the profile's list is there and its items, if it has any, have an appointment number."""
    items = _items(_document(content, profile), profile)
    if items is None:
        return False
    numbers = profile.headers("number")
    return not items or any(in_json(item, path)[:1] not in ([], [""]) for item in items for path in numbers)


def parse(content: Content, profile: Profile) -> Parsed:
    """A record for each item.

    Raises:
        Unreadable: no JSON, too deep, or not in the profile's encoding.
        NoProfile: the profile's list is not there.
    """
    items = _items(_document(content, profile), profile)
    if items is None:
        raise NoProfile(
            content.file, f'profile {profile.name} needs a list named "{profile.file.rows}", and there is none'
        )
    columns = {name: profile.headers(name) for name in FIELDS if profile.headers(name)}
    return Parsed(columns, _records(items, columns))


def _document(content: Content, profile: Profile) -> Any:
    try:
        return json.loads(content.text(profile.file.encoding))
    except RecursionError:
        raise Unreadable(content.file, "is JSON nested too deeply to be a list of appointments") from None
    except json.JSONDecodeError as error:
        raise Unreadable(
            content.file, f"is no JSON: line {error.lineno}, {error.msg[:1].lower()}{error.msg[1:]}"
        ) from None
    except ValueError:  # a number with thousands of digits
        raise Unreadable(content.file, "has a number too long to be one") from None


def _items(document: Any, profile: Profile) -> list[Any] | None:
    node = document
    for key in profile.file.rows.strip(".").split("."):
        if key:
            node = node.get(key) if isinstance(node, dict) else None
    return node if isinstance(node, list) else None


def _records(items: list[Any], columns: dict[str, tuple[str, ...]]) -> Iterator[Record]:
    paths = {path for each in columns.values() for path in each}
    for number, item in enumerate(items, 1):
        if isinstance(item, dict):
            yield Record(number, {path: in_json(item, path) for path in paths})
        else:
            yield Record(number, {}, Reason("row.no_object", "is no appointment object"))
