"""What every page and paper shares: templates with escaping always on, icons, and values that keep their direction.

Words come from kiosk.language with their values in Unicode isolates; a browser gets these as <bdi>, a PDF as they are.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from kiosk.language import FIRST_STRONG, LEFT_TO_RIGHT, POP, RIGHT_TO_LEFT, Language, Ltr, harmless

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
SPRITE = HERE / "static" / "icons.svg"
_SVG = "{http://www.w3.org/2000/svg}"
_MIRRORED = frozenset({"forward", "back", "walk"})
_ISOLATES = re.compile(f"[{LEFT_TO_RIGHT}{RIGHT_TO_LEFT}{FIRST_STRONG}{POP}]")
_AS_TAG = {LEFT_TO_RIGHT: '<bdi dir="ltr">', RIGHT_TO_LEFT: '<bdi dir="rtl">', FIRST_STRONG: "<bdi>", POP: "</bdi>"}


def isolated(value: object) -> str:
    """A value alone, in an isolate: left to right if it is an Ltr or a number, else as its first letter says."""
    opening = LEFT_TO_RIGHT if isinstance(value, Ltr | int | float) else FIRST_STRONG
    return f"{opening}{harmless(str(value))}{POP}"


def said(text: str) -> Markup:
    """A text of kiosk.language as HTML: escaped, its isolates as <bdi>. A bare Ltr becomes one <bdi dir="ltr">."""
    whole = isolated(text) if isinstance(text, Ltr) else text
    return Markup(_ISOLATES.sub(lambda mark: _AS_TAG[mark[0]], str(escape(whole))))  # noqa: S704 - escaped just here


@cache
def sentence(words: Language, message_id: str) -> Markup:
    """A message without values, as HTML: a day's list says the same few hundreds of times.

    Raises:
        MessageMissing: see `Language.text`.
    """
    return said(words.text(message_id))


def typed(text: object) -> Markup:
    """Words that people wrote, as HTML: escaped, harmless to the line around them."""
    return said(isolated(text))


@cache
def icon_paths() -> dict[str, str]:
    """The path of each icon in static/icons.svg, by its name."""
    sprite = ET.parse(SPRITE)  # noqa: S314 - the product's own file
    return {one.get("id", ""): one.find(f"{_SVG}path").get("d", "") for one in sprite.iter(f"{_SVG}symbol")}  # type: ignore[union-attr]


@cache
def icon(name: str, css_class: str = "") -> Markup:
    """An icon in a page, drawn from the sprite; it turns round on right-to-left pages if its kind does."""
    if name not in icon_paths():
        message = f"no icon {name} in {SPRITE.name}"
        raise LookupError(message)
    classes = " ".join(part for part in ("icon", "turns" if name in _MIRRORED else "", css_class) if part)
    return Markup(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="/static/icons.svg#{}"></use></svg>'
    ).format(classes, name)


def _figure(value: str) -> str:
    """A figure in its isolate; words that stand in a figure's place as they are."""
    return isolated(value) if isinstance(value, Ltr) else value


@cache
def templates() -> Environment:
    """The environment of papers, which are made without Flask."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(typed=isolated, ltr=lambda value: isolated(Ltr(value)), as_ltr=Ltr, figure=_figure)
    return made
