"""docs/proof.md: one section a proof, each with its date and machine, replaced whenever the proof has run in full."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from prove._counts import Count, shown

PAGE = Path(__file__).parents[1] / "docs/proof.md"
HEAD = """# Proofs

What was promised about faults, done and counted: `make prove` runs everything and writes this page,
`make prove ONLY=kills` one proof. Short forms of the same run in `make test`. How to add
a proof stands in `prove/__init__.py`.
"""


def machine() -> str:
    """Where this runs."""
    python = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    load = f"load {os.getloadavg()[0]:.1f} at the start"
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, {python}, {load}"


def keep(name: str, title: str, counts: Sequence[Count], taken_s: float, page: Path = PAGE) -> None:
    """Put a proof's section into the page, in place of its older one."""
    sections = _sections(page)
    sections[name] = section(name, title, counts, taken_s)
    page.write_text("\n".join([HEAD, *(sections[one] for one in sorted(sections))]), "utf-8")


def section(name: str, title: str, counts: Sequence[Count], taken_s: float) -> str:
    """A proof as the page has it."""
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    rows = [
        f"| {count.name} | {shown(count.value)} {count.unit}".rstrip()
        + f" | {count.limit} | {count.verdict} | {count.remark} |"
        for count in counts
    ]
    table = "\n".join(["| what | figure | limit | | |", "|---|---|---|---|---|", *rows])
    return f"## {name}\n\n{title}. {when}, {taken_s:.0f} s, {machine()}.\n\n{table}\n"


def _sections(page: Path) -> dict[str, str]:
    """The sections that the page has."""
    if not page.exists():
        return {}
    parts = re.split(r"(?m)^(?=## )", page.read_text("utf-8"))[1:]
    return {part.split("\n", 1)[0].removeprefix("## ").strip(): part.rstrip() + "\n" for part in parts}
