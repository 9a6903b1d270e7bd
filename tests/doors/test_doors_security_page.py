"""docs/security.md is true: every test that it names exists."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_test_that_the_page_names_exists():
    """A requirement that leans on a test which has gone would lean on nothing."""
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs/security.md").read_text("utf-8")))
    there = set(re.findall(r"def (test_\w+)", "".join(one.read_text("utf-8") for one in (ROOT / "tests").rglob("*.py"))))

    assert len(named) > 30
    assert named - there == set()
