"""The proofs' own arithmetic, shape and page; what they prove is in the other files here."""

from __future__ import annotations

import pytest

from prove import _page
from prove._counts import Count, line, names, proof


@pytest.mark.parametrize(
    ("count", "kept"),
    [
        (Count("lost", 0, exactly=0), True),
        (Count("lost", 1, exactly=0), False),
        (Count("pages", 10, at_least=10), True),
        (Count("pages", 9, at_least=10), False),
        (Count("p95", 200, at_most=200), True),
        (Count("p95", 200.1, at_most=200), False),
        (Count("kills", 7), True),
    ],
)
def test_a_count_holds_up_to_its_limit(count, kept):
    """A limit may be reached, and a line without one only informs."""
    assert count.is_kept is kept


def test_a_missed_count_is_told():
    """The table names value, limit and verdict."""
    told = line(Count("lost", 3, exactly=0, remark="of 100"))

    assert told.split() == ["lost", "3", "=", "0", "MISSED", "of", "100"]


@pytest.mark.parametrize("name", names())
def test_a_proof_says_what_it_is(name):
    """Each module of prove/ has a title, its two sizes and something to prove."""
    one = proof(name)

    assert one.TITLE
    assert one.NUMBER >= one.SHORT > 0
    assert callable(one.prove)


def test_a_section_takes_the_place_of_its_older_one(tmp_path):
    """A proof that has run again stands once on the page, and the others stay."""
    page = tmp_path / "proof.md"
    _page.keep("kills", "Killed", [Count("lost", 5, exactly=0)], 1.0, page)
    _page.keep("cuts", "Cut", [Count("corrupt", 0, exactly=0)], 1.0, page)

    _page.keep("kills", "Killed", [Count("lost", 0, exactly=0)], 2.0, page)

    told = page.read_text("utf-8")
    assert told.count("## kills") == told.count("## cuts") == 1
    assert "| lost | 0 | = 0 | ok |" in told
    assert "MISSED" not in told


def test_the_page_shows_no_missed_limit():
    """docs/proof.md holds what was kept; a proof that fails is mended, not published."""
    assert "MISSED" not in _page.PAGE.read_text("utf-8")
