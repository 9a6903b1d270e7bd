"""Measures every group and prints one table; 1 if a limit does not hold. `--only GROUP`, `--json FILE`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from bench._figures import Figure


def main() -> int:
    """Run the groups one after the other: they would disturb each other."""
    groups = sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", choices=groups, action="append", help="one group; may be repeated")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    arguments = parser.parse_args()
    began_s = time.monotonic()
    load = f"load {os.getloadavg()[0]:.1f} before we began"
    print(f"{platform.machine()}, {os.cpu_count()} processors, {load}, Python {platform.python_version()}")
    figures: list[Figure] = []
    for name in arguments.only or groups:
        group = import_module(f"bench.{name}")
        print(f"\n{group.TITLE}")
        group_began_s = time.monotonic()
        for figure in group.measure():
            figures.append(figure)
            print(line(figure), flush=True)
        print(f"  ({name}: {time.monotonic() - group_began_s:.0f} s)")
    missed = [figure for figure in figures if not figure.is_kept]
    verdict = f"{len(missed)} beyond the limit" if missed else "all within their limits"
    print(f"\n{len(figures)} figures in {time.monotonic() - began_s:.0f} s, {verdict}")
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(figure) for figure in figures], indent=2), "utf-8")
    return 1 if missed else 0


def line(figure: Figure) -> str:
    """One figure as the table shows it."""
    limit = "" if figure.limit is None else f"<= {shown(figure.limit)} {figure.unit}"
    limit = limit if figure.least is None else f">= {shown(figure.least)} {figure.unit}"
    verdict = "" if not limit else "ok" if figure.is_kept else "MISSED"
    value = f"{shown(figure.value):>7} {figure.unit:5}"
    return f"  {figure.name:58} {value} {limit:14} {verdict:7} {figure.remark}".rstrip()


def shown(value: float) -> str:
    """Three digits that matter."""
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"


if __name__ == "__main__":
    sys.exit(main())
