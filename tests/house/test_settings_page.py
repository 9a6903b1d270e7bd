"""docs/settings.md is true: every setting is in it, as the program has it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_setting_is_documented_as_it_is():
    """The page is what the program writes; `make settings-page` mends it."""
    written = subprocess.run(
        [sys.executable, ROOT / "make/settings_page.py"], check=True, capture_output=True, text=True, encoding="utf-8"
    ).stdout

    assert (ROOT / "docs/settings.md").read_text("utf-8") == written
