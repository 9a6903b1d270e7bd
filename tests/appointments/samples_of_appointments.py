"""What several tests of the appointments need before any fixture exists."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from kiosk.domain.people import DIRECTION_MARKS

EXAMPLES = Path(__file__).parents[2] / "examples" / "appointments"


def is_harmless(line):
    """Whether a line can be printed on a terminal: no control, nothing that ends or turns the line."""
    return not any(unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"} or each in DIRECTION_MARKS for each in line)
