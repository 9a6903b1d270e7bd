"""docs/security.md is whole and true: every requirement that we keep to has its row, and every test that a row names is there."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs/security.md").read_text("utf-8")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)

# Level 1 whole, and of level 2 these chapters.
STANDARD = Path(__file__).with_name("asvs-5.0.0-levels.txt")
OF_LEVEL_2 = frozenset({2, 3, 6, 7, 8, 11, 12, 14, 16})


def levels() -> dict[str, str]:
    """The standard's own list: each requirement's number with its level."""
    found = {}
    for line in STANDARD.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            section, told = line.split()
            found |= {f"{section}.{number}": level for number, level in enumerate(told, 1)}
    return found


def test_the_list_is_the_release():
    """345 requirements in 17 chapters, as 5.0.0 has them: a line that was lost or typed wrongly is noticed."""
    found = levels()

    assert Counter(found.values()) == {"1": 70, "2": 183, "3": 92}
    assert {int(number.partition(".")[0]) for number in found} == set(range(1, 18))


def test_every_requirement_has_one_row_of_its_level():
    """None is left out, none stands twice, and none is there that the standard does not have at this level."""
    wanted = {
        number: level
        for number, level in levels().items()
        if level == "1" or (level == "2" and int(number.partition(".")[0]) in OF_LEVEL_2)
    }

    rows = [(number, level) for number, level, _, _ in ROW.findall(PAGE)]

    assert len(wanted) == 165
    assert sorted(rows) == sorted(wanted.items())


def test_every_line_of_the_map_is_read():
    """A row that is written in another way would be checked by nobody."""
    begins = re.findall(r"^\| *[V]?\d+\.\d+\.\d+.*$", PAGE, re.MULTILINE)

    assert [one for one in begins if not ROW.fullmatch(one)] == []


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
