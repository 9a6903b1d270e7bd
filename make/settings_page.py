"""Writes docs/settings.md from the dataclasses of the settings: `python make/settings_page.py > docs/settings.md`."""

from __future__ import annotations

import types
from dataclasses import MISSING, Field
from typing import Any, get_args, get_origin

from kiosk import settings, store_file
from kiosk.tables import between, documented, listed, type_hints

SEVERAL = ("desk", "output", "pattern", "special", "advisor", "operation", "fact")
OPENING = """# Settings

Each role reads one TOML file; the hub reads the store's catalogue, `store.toml`, as well. Whole examples are in
`examples/`.
A fault is told as `FILE, [section] key: what is wrong; what to do`; `kiosk check FILE` tells all of them at once.
A key's ending is its unit: `_s` seconds, `_mm` millimetres, `_m` metres, `_px` pixels, `_hz` hertz, `_cents`
hundredths of the currency.
Where the last column is empty, the key must be given.

This page is written by `make settings-page` from the program itself; a test compares them.

| role | sections |
|---|---|
| `kiosk hub` | hub, sessions, papers, backup, retention, and `store.toml` |
| `kiosk lane` | device, lane, screen, scanner, printer; gpio where the lane has a lamp |
| `kiosk pager` | device, gpio, at least one desk or output; pattern |
| `kiosk board` | device, screen, board |
"""
KINDS = {
    "str": "text",
    "int": "whole number",
    "float": "number",
    "bool": "true or false",
    "date": "date",
    "Words": "text in en, es and ar",
    "Span": "hours, `07:00-12:00`",
    "ZoneInfo": "time zone",
}


def page() -> str:
    """The whole page."""
    parts = [OPENING, "## The settings of a role\n"]
    parts += [section(name, kind) for name, kind in settings.SECTIONS.items()]
    parts += ["## store.toml\n"]
    parts += [section(name, kind) for name, kind in store_file.SECTIONS.items()]
    return "\n".join(parts)


def section(name: str, kind: type) -> str:
    """One section's heading, remark and table."""
    title = f"[[{name}]]" if name in SEVERAL else f"[{name}]"
    remark = " ".join((kind.__doc__ or "").replace(title, "").split()).strip(" :.")
    lines = [f"### {title}", ""]
    if remark:
        lines += [f"{remark[:1].upper()}{remark[1:]}.", ""]
    lines += ["| key | meaning | values | default |", "|---|---|---|---|"]
    for key, each in documented(kind).items():
        cells = (f"`{key}`", each.metadata["doc"], values(type_hints(kind)[key], each.metadata), default(each))
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def values(hint: Any, rules: Any) -> str:
    """What a key takes, in words."""
    if get_origin(hint) is types.UnionType:
        hint = next(each for each in get_args(hint) if each is not type(None))
    several = get_origin(hint) is tuple
    kind = KINDS[(get_args(hint)[0] if several else hint).__name__]
    if "one_of" in rules:
        kind = listed([f"`{each}`" for each in rules["one_of"]])
    elif "says" in rules:
        kind = rules["says"].removeprefix("a list of ")
    elif "at_least" in rules:
        kind = f"{kind}, {between(rules)}"
    return f"list: {kind}" if several else kind


def default(each: Field[Any]) -> str:
    """A key's default as the file would have it."""
    if each.default is MISSING:
        return ""
    if each.default is None:
        return "none"
    if isinstance(each.default, tuple):
        return "`[" + ", ".join(f'"{one}"' for one in each.default) + "]`"
    if isinstance(each.default, bool):
        return f"`{str(each.default).lower()}`"
    return f'`"{each.default}"`' if isinstance(each.default, str) else f"`{each.default:g}`"


if __name__ == "__main__":
    print(page(), end="")
