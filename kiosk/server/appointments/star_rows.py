"""STAR XML: one record for each ServiceAppointment. Lines are their numbers, from 1.

A document type is refused before anything of it is read: no entity is ever resolved (defusedxml).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import TreeBuilder

from kiosk.server.appointments.errors import NoProfile, Unreadable
from kiosk.server.appointments.paths import in_xml, qualified
from kiosk.server.appointments.profiles import FIELDS, Profile
from kiosk.server.appointments.record import Parsed, Record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from kiosk.server.appointments.content import Content

DEEPEST = 100


def fits(content: Content, profile: Profile) -> bool:
    """Whether the root is in the profile's namespace and has the profile's elements."""
    root = _root(content)
    return root.tag.startswith(f"{{{profile.file.namespace}}}") and bool(_elements(root, profile))


def parse(content: Content, profile: Profile) -> Parsed:
    """A record for each element.

    Raises:
        Unreadable: no XML, or XML with a document type.
        NoProfile: another namespace, or no such elements.
    """
    root = _root(content)
    elements = _elements(root, profile)
    if not elements:
        want = f"{profile.file.rows} in the namespace {profile.file.namespace}"
        raise NoProfile(content.file, f"profile {profile.name} needs {want}, and there is none")
    columns = {name: profile.headers(name) for name in FIELDS if profile.headers(name)}
    return Parsed(columns, _records(elements, columns, profile.file.namespace))


def _root(content: Content) -> Element:
    from defusedxml import DTDForbidden, EntitiesForbidden, ExternalReferenceForbidden
    from defusedxml.ElementTree import DefusedXMLParser, ParseError

    parser = DefusedXMLParser(target=ShallowBuilder(), forbid_dtd=True)
    try:
        parser.feed(content.data)
        root: Element = parser.close()
    except (DTDForbidden, EntitiesForbidden, ExternalReferenceForbidden):
        raise Unreadable(content.file, "is XML with a document type, which is refused; export it without one") from None
    except ParseError as error:
        line = error.position[0]
        raise Unreadable(content.file, f"is no XML: line {line}, {str(error).partition(':')[0]}") from None
    except TooDeep:
        raise Unreadable(content.file, "is XML nested too deeply to be a list of appointments") from None
    except (ValueError, LookupError):
        raise Unreadable(content.file, "is XML in an encoding that cannot be read; save it as UTF-8") from None
    return root


class TooDeep(Exception):
    """More nested elements than any export has."""


class ShallowBuilder(TreeBuilder):
    """Builds the tree and gives up at a depth that could only be an attack."""

    _depth = 0

    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        """An element opens."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise TooDeep
        return super().start(tag, attrs)

    def end(self, tag: str) -> Element:
        """An element closes."""
        self._depth -= 1
        return super().end(tag)


def _elements(root: Element, profile: Profile) -> list[Element]:
    return root.findall(qualified(profile.file.rows, profile.file.namespace))


def _records(elements: list[Element], columns: dict[str, tuple[str, ...]], namespace: str) -> Iterator[Record]:
    paths = {path for each in columns.values() for path in each}
    for number, element in enumerate(elements, 1):
        yield Record(number, {path: in_xml(element, path, namespace) for path in paths})
