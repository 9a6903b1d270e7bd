"""docs/security.md is whole and true: every requirement that we keep to has its row, and every test that a row names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs/security.md").read_text("utf-8")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)

# The numbers of ASVS 5.0.0: level 1 whole, and of level 2 the chapters 2, 3, 6, 7, 8, 11, 12, 14 and 16.
LEVEL_1 = """
1.2.1-5 1.3.1-2 1.5.1 2.1.1 2.2.1-2 2.3.1 3.2.1-2 3.3.1 3.4.1-2 3.5.1-3 4.1.1 4.4.1 5.2.1-2 5.3.1-2 6.1.1 6.2.1-8 6.3.1-2 6.4.1-2
7.2.1-4 7.4.1-2 8.1.1 8.2.1-2 8.3.1 9.1.1-3 9.2.1 10.4.1-5 11.3.1-2 11.4.1 12.1.1 12.2.1-2 13.4.1 14.2.1 14.3.1 15.1.1 15.2.1 15.3.1
"""
LEVEL_2 = """
2.1.2-3 2.2.3 2.3.2-4 2.4.1 3.3.2-4 3.4.3-6 3.5.4-5 3.7.1-2 6.1.2-3 6.2.9-12 6.3.3-4 6.4.3-4 6.5.1-5 6.6.1-3 6.8.1-4 7.1.1-3 7.3.1-2
7.4.3-5 7.5.1-2 7.6.1-2 8.1.2 8.2.3 8.4.1 11.1.1-2 11.2.1-3 11.3.3 11.4.2-4 11.5.1 11.6.1 12.1.2-3 12.3.1-4 14.1.1-2 14.2.2-4 14.3.2-3
16.1.1 16.2.1-5 16.3.1-4 16.4.1-3 16.5.1-3
"""


def numbers(written: str) -> set[str]:
    """`6.2.1-8` is eight of them."""
    found = set()
    for one in written.split():
        section, _, last = one.rpartition(".")
        first, _, end = last.partition("-")
        found |= {f"{section}.{n}" for n in range(int(first), int(end or first) + 1)}
    return found


@pytest.mark.parametrize(("level", "listed", "count"), [("1", LEVEL_1, 70), ("2", LEVEL_2, 95)])
def test_every_requirement_has_one_row(level, listed, count):
    """None is left out, none stands twice, and none is there that the standard does not have at this level."""
    rows = [number for number, at, _, _ in ROW.findall(PAGE) if at == level]

    assert len(numbers(listed)) == count
    assert sorted(rows) == sorted(numbers(listed))


@pytest.mark.parametrize(("number", "evidence"), [(number, evidence) for number, _, _, evidence in ROW.findall(PAGE)])
def test_a_row_leans_on_what_is_there(number, evidence):
    """The tests that it names are in the files that it names; without one it has a reason, in a sentence."""
    named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", evidence)

    assert [one for one in named if f"def {one[1]}(" not in (TESTS / one[0]).read_text("utf-8")] == []
    assert named or len(evidence.strip()) > 3


def test_the_page_counts_its_own_rows():
    """How many rows name a test, and how many give a reason alone."""
    counted = re.search(r"(\d+) rows name tests,\s+(\d+) have a reason alone", PAGE)
    evidence = [told for _, _, _, told in ROW.findall(PAGE)]

    named = sum("::test_" in one for one in evidence)

    assert counted
    assert (int(counted[1]), int(counted[2])) == (named, len(evidence) - named)


def test_every_test_that_the_page_names_exists():
    """Also outside of the table."""
    named = set(re.findall(r"`(?:[\w/]+\.py::)?(test_\w+)`", PAGE))
    there = set(re.findall(r"def (test_\w+)", "".join(one.read_text("utf-8") for one in TESTS.rglob("*.py"))))

    assert len(named) > 100
    assert named - there == set()
