"""Paths into nested records: `customer.firstName`, and `services[].code` for the code of each of several services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def in_json(node: Any, path: str) -> list[str]:
    """The texts at a dotted path; a list that `[]` goes through gives one text an item, "" where an item has none."""
    outer, several, inner = path.partition("[]")
    found = _node(node, outer)
    if not several:
        return [_text(found)]
    items = found if isinstance(found, list) else []
    return [_text(_node(item, inner.removeprefix("."))) for item in items]


def _node(node: Any, path: str) -> Any:
    for key in path.split(".") if path else ():
        node = node.get(key) if isinstance(node, dict) else None
    return node


def _text(node: Any) -> str:
    if isinstance(node, bool):
        return str(node).lower()
    return str(node) if isinstance(node, str | int | float) else ""


def in_xml(element: Element, path: str, namespace: str) -> list[str]:
    """The same for elements: `Appointment/RequestedService[]/Code`, all in one namespace."""
    outer, several, inner = path.partition("[]")
    found = element.findall(qualified(outer, namespace))
    if not several:
        return ["".join(found[0].itertext())] if found else []
    below = inner.removeprefix("/")
    return [each.findtext(qualified(below, namespace), "") if below else "".join(each.itertext()) for each in found]


def qualified(path: str, namespace: str) -> str:
    """A path with the namespace before each step."""
    return "/".join(f"{{{namespace}}}{step}" if namespace else step for step in path.strip("/").split("/"))
