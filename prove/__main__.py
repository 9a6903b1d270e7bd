"""Runs every proof, or one by its name, prints a table and keeps full runs in docs/proof.md; 1 if a limit is missed."""

from __future__ import annotations

import argparse
import sys
import time

from prove import _page
from prove._counts import line, names, proof


def main() -> int:
    """One proof after the other: they would disturb each other."""
    parser = argparse.ArgumentParser(prog="make prove", description=__doc__)
    parser.add_argument("only", nargs="*", help=f"one of {', '.join(names())}; default: all")
    parser.add_argument("--number", type=int, help="how often, instead of the full number; the result is not kept")
    arguments = parser.parse_args()
    if unknown := set(arguments.only) - set(names()):
        parser.error(f"no proof {', '.join(sorted(unknown))}; there are {', '.join(names())}")
    print(_page.machine())
    is_missed = False
    for name in arguments.only or names():
        one = proof(name)
        number = arguments.number or one.NUMBER
        print(f"\n{name}: {one.TITLE}", flush=True)
        began_s = time.monotonic()
        counts = []
        for count in one.prove(number, lambda sentence: print(f"  ... {sentence}", flush=True)):
            counts.append(count)
            print(line(count), flush=True)
        taken_s = time.monotonic() - began_s
        print(f"  {taken_s:.0f} s")
        is_missed |= not all(count.is_kept for count in counts)
        if number == one.NUMBER:
            _page.keep(name, one.TITLE, counts, taken_s)
    return 1 if is_missed else 0


if __name__ == "__main__":
    sys.exit(main())
