"""What `make lint` asks for is part of the suite: main is always as clean as it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BESIDE = Path(sys.executable).parent


@pytest.mark.parametrize("words", [("ruff", "check", "--no-cache"), ("mypy",)], ids=lambda words: words[0])
def test_the_linters_have_nothing_to_say(words):
    """Every rule of pyproject.toml is kept, and the types fit; each exception stands there with its reason."""
    answer = subprocess.run([BESIDE / words[0], *words[1:]], cwd=ROOT, check=False, capture_output=True, text=True)

    assert answer.returncode == 0, answer.stdout + answer.stderr
